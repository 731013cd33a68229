"""Starts the Oscar shop: makes its own virtual environment when absent, then becomes the shop's server.

The shop's packages never meet the project's. One JSON line on stdout says when it is ready; SIGTERM stops it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PINS = HERE.parents[1] / "requirements" / "oscar.txt"


def main() -> None:
    """Replace this process by the shop's server, so that a signal to its id reaches the server."""
    make_venv()
    python = str(VENV / "bin" / "python")
    # Oscar and its API warn about parts this shop leaves out (search index, payment page); the ready line is enough.
    os.chdir(HERE)
    os.execv(python, [python, "-W", "ignore", "-m", "shop.server", *sys.argv[1:]])  # noqa: S606 - our own file


def make_venv() -> None:
    """Install the pinned packages, hashes checked, unless these very pins are installed already."""
    HERE.joinpath(".venv.lock").touch()
    with HERE.joinpath(".venv.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = VENV / "pins.txt"
        if installed.exists() and installed.read_bytes() == PINS.read_bytes():
            return
        print("Installing django-oscar in demo/oscar/.venv (once) …", file=sys.stderr)
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, str(VENV)], check=True)
        pip = [*uv, "pip", "install", "--python", str(VENV / "bin" / "python")]
        subprocess.run([*pip, "--require-hashes", "--requirements", str(PINS)], check=True)
        installed.write_bytes(PINS.read_bytes())


if __name__ == "__main__":
    main()
