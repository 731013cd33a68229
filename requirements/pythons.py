"""Runs the unit tests on other Pythons that this machine happens to have, each with the same pins."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = [
    str(file.parent) for file in sorted(ROOT.glob("*/pyproject.toml")) + sorted(ROOT.glob("packages/*/pyproject.toml"))
]


def find(version: str) -> str | None:
    """A working interpreter of this version, on the path or among pyenv's (whose shim may stand there and fail)."""
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in [shutil.which(f"python{version}"), *map(str, kept)]:
        if candidate and subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def run_unit_tests(version: str, interpreter: str) -> int:
    """Make (or refresh) a virtual environment for this version and run pytest in it."""
    home = ROOT / ".venv" / "pythons" / version
    python = str(home / "bin" / "python")
    if not home.exists():
        subprocess.run(["uv", "venv", "--quiet", "--python", interpreter, str(home)], check=True)
    install = ["uv", "pip", "--quiet", "--python", python]
    pins = [*install, "sync", "--require-hashes", "requirements/dev.txt"]
    editable = [option for package in PACKAGES for option in ("--editable", package)]
    subprocess.run(pins, cwd=ROOT, check=True)
    subprocess.run([*install, "install", "--no-deps", "--no-build-isolation", *editable], cwd=ROOT, check=True)
    return subprocess.run([python, "-m", "pytest", "tests/unit", "--quiet"], cwd=ROOT, check=False).returncode


def main() -> int:
    """The worst result of all versions; a missing one is said and skipped."""
    worst = 0
    for version in sys.argv[1:]:
        interpreter = find(version)
        if interpreter is None:
            print(f"Python {version}: skipped, there is none on this machine")
            continue
        print(f"Python {version}: {interpreter}", flush=True)
        worst = max(worst, run_unit_tests(version, interpreter))
    return worst


if __name__ == "__main__":
    sys.exit(main())
