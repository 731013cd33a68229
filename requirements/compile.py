"""Pins every dependency with its hashes, and tells when the pins no longer fit what the packages ask for.

    dev.txt          all that .venv holds
    constraints.txt  the part of it that runs at night: Meltano, and what the plugins are built and installed with
    uv.txt           the installer itself, for the one step that pip must take

Each file opens with a fingerprint of the requirements that it answers, so that `--check` needs no network.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
ROOT = HERE.parent
STAMP = "# requirements: sha256:"
PINS = {
    "dev.txt": ["--group", "dev", "pyproject.toml"],
    "constraints.txt": ["--group", "build", "pyproject.toml", "--constraints", "requirements/dev.txt"],
    "uv.txt": ["-", "--constraints", "requirements/dev.txt", "--no-annotate"],
}


def projects() -> dict[str, dict]:
    """Every pyproject.toml of the workspace by folder, the root's under ``.``."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = [".", *root["tool"]["uv"]["workspace"]["members"]]
    files = sorted(file for pattern in patterns for file in ROOT.glob(f"{pattern}/pyproject.toml"))
    return {file.parent.relative_to(ROOT).as_posix(): tomllib.loads(file.read_text()) for file in files}


def fingerprint() -> str:
    """A digest of what all packages ask for, blind to the settings of tools."""
    asked = {
        folder: {
            "python": project["project"]["requires-python"],
            "dependencies": project["project"]["dependencies"],
            "extras": project["project"].get("optional-dependencies", {}),
            "groups": project.get("dependency-groups", {}),
            "build": project.get("build-system", {}),
        }
        for folder, project in projects().items()
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def compile_pins(upgrade: list[str]) -> None:
    """Resolve once for every supported Python and system; without ``--upgrade`` pins move only where they must."""
    ours = [f"--no-emit-package={project['project']['name']}" for project in projects().values()]
    options = ["--universal", "--python-version=3.10", "--generate-hashes", "--no-header", "--quiet"]
    for name, sources in PINS.items():
        output = f"requirements/{name}"
        command = ["uv", "pip", "compile", *options, *ours, *upgrade, *sources, "--output-file", output]
        subprocess.run(command, cwd=ROOT, check=True, input="uv", text=True, stdout=subprocess.DEVNULL)
        stamp(ROOT / output)


def stamp(file: Path) -> None:
    """Write the fingerprint above the pins."""
    pins = [line for line in file.read_text().splitlines() if not line.startswith(STAMP)]
    file.write_text("\n".join([STAMP + fingerprint(), *pins, ""]))


def check() -> None:
    """End with an error when a file answers other requirements than today's."""
    expected = STAMP + fingerprint()
    stale = [name for name in PINS if (HERE / name).read_text().splitlines()[0] != expected]
    if stale:
        sys.exit(f"requirements/: {', '.join(stale)} no longer fit the pyproject.toml files: run `make pins`")


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        compile_pins([option for option in sys.argv[1:] if option.startswith("--upgrade")])
