"""Programs of others in a virtual environment of their own, made from pins and kept until the pins change."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


def environment(home: Path, pins: str) -> Path:
    """The folder of the programs that a file of requirements/ pins, installed below `home` if they are not yet."""
    venv, wanted = home / ".venv", (REQUIREMENTS / pins).read_bytes()
    installed = venv / "pins.txt"
    with alone(home):
        if not installed.exists() or installed.read_bytes() != wanted:
            uv = [sys.executable, "-m", "uv", "--quiet"]
            subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, str(venv)], check=True)
            pip = [*uv, "pip", "install", "--python", str(venv / "bin" / "python")]
            subprocess.run([*pip, "--require-hashes", "--requirements", str(REQUIREMENTS / pins)], check=True)
            installed.write_bytes(wanted)
    return venv / "bin"


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep others out who want to make the same at the same time."""
    with (home / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
