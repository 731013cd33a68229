"""Neighbours, and a project with its plugins, for tests that run whole programs; none touches the developer's state."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from programs import PROGRAMS, ROOT, serving

NOT_COPIED = shutil.ignore_patterns(".*", "state", "output", "node_modules", "__pycache__", "*.egg-info")


def pytest_collection_modifyitems(items):
    """Whole programs on a busy machine take their time."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture
def neighbours(tmp_path):
    """The demo's shop and company, but for most of the orders, on ports and data of their own."""
    with serving(tmp_path / "sandbox", seed="first:customers=220,products=80,orders=40") as both:
        yield both


@dataclass(frozen=True)
class Project:
    """A copy of this project with its plugins installed, and Meltano on it."""

    root: Path

    def env(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """Our own variables without those that would tell the plugins of another shop or company."""
        foreign = ("TAP_", "TARGET_", "CROSSWALK_", "MELTANO_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**inherited, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", **(more or {})}

    def meltano(self, *arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
        """Run Meltano from any folder and give what it prints; should it fail, so does the test."""
        result = subprocess.run(
            [PROGRAMS / "meltano", *arguments],
            cwd=cwd or self.root,
            env=self.env(env),
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"meltano {' '.join(arguments)}\n{result.stdout}\n{result.stderr[-6000:]}"
        return result.stdout


@pytest.fixture(scope="session")
def bare_project(tmp_path_factory):
    """As it was cloned; in a folder with a blank in its name, as people have."""
    root = tmp_path_factory.mktemp("meltano") / "our project"
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    return Project(root)


@pytest.fixture(scope="session")
def project(bare_project):
    """With its plugins installed, once, because virtual environments are the slow part; a demo does it as well."""
    if not (bare_project.root / ".meltano" / "loaders").exists():
        bare_project.meltano("install")
    return bare_project
