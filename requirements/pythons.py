"""Runs the unit tests of our code on other Pythons that this machine happens to have, each with the same pins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAME_EVERYWHERE = "tests/unit/house"
"""Tests that read the project's own files, and so say nothing of a Python."""

KILLS = {"KILL_POINTS_STRIDE": "49"}
"""A seventh of the kills that `make test` tries: the boundaries are the same ones under each Python."""

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


def uv(*arguments: str) -> None:
    """Let uv do it, in the project's folder."""
    subprocess.run(["uv", "--quiet", *arguments], cwd=ROOT, check=True)


def run_unit_tests(version: str, interpreter: str) -> int:
    """Make (or refresh) a virtual environment for this version and run pytest in it."""
    home = ROOT / ".venv" / "pythons" / version
    python = str(home / "bin" / "python")
    if not home.exists():
        uv("venv", "--python", interpreter, str(home))
    editable = [option for package in PACKAGES for option in ("--editable", package)]
    uv("pip", "sync", "--python", python, "--require-hashes", "requirements/dev.txt")
    uv("pip", "install", "--python", python, "--no-deps", "--no-build-isolation", *editable)
    tests = [python, "-m", "pytest", "tests/unit", f"--ignore={SAME_EVERYWHERE}", "--quiet"]
    side_by_side = ["--numprocesses=2", "--dist=loadfile"]
    return subprocess.run([*tests, *side_by_side], cwd=ROOT, env={**os.environ, **KILLS}, check=False).returncode


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
