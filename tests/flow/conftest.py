"""Neighbours, and a project with its plugins, for tests that run whole programs; none touches the developer's state."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
NOT_COPIED = shutil.ignore_patterns(".*", "state", "output", "node_modules", "__pycache__", "*.egg-info")


@dataclass(frozen=True)
class Neighbours:
    """A webshop and a company at work, and how a test looks into them."""

    webshop: dict
    businessnxt: dict

    @property
    def env(self) -> dict[str, str]:
        """Where they are, in the variables that tap and target read."""
        erp = {
            name: self.businessnxt[name]
            for name in ("api_url", "token_url", "client_id", "client_secret", "company_no")
        }
        return {
            "TAP_CUSTOMWEBSHOP_API_URL": self.webshop["api_url"],
            "TAP_CUSTOMWEBSHOP_AUTH_TOKEN": self.webshop["auth_token"],
            **{f"TARGET_BUSINESSNXT_{name.upper()}": str(value) for name, value in erp.items()},
        }

    def rows(self, table: str) -> list[dict]:
        """What the company holds."""
        return requests.get(f"{self.businessnxt['control_url']}/tables/{table}", timeout=30).json()

    def records(self, collection: str) -> list[dict]:
        """What the shop holds."""
        return requests.get(f"{self.webshop['control_url']}/records/{collection}", timeout=30).json()

    def edit_in_shop(self, collection: str, identity: str, **values: object) -> None:
        """Change a record as the shopkeeper would."""
        place = f"{self.webshop['control_url']}/records/{collection}/{identity}"
        requests.patch(place, json=values, timeout=30).raise_for_status()

    def writes(self) -> int:
        """How many requests have changed something in the company."""
        return requests.get(f"{self.businessnxt['control_url']}/stats", timeout=30).json()["writes"]


@contextlib.contextmanager
def serving(data: Path, seed: str = "demo"):
    command = [PROGRAMS / "sandbox", "serve", "--data", data, "--shop-port", "0", "--erp-port", "0", "--seed", seed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Neighbours(**json.loads(process.stdout.readline()))
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture
def neighbours(tmp_path):
    """The demo's shop and company, on ports and data of their own."""
    with serving(tmp_path / "sandbox") as both:
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
def project(tmp_path_factory):
    """Made once, because virtual environments are the slow part; a folder with a blank in its name, as people have."""
    root = tmp_path_factory.mktemp("meltano") / "our project"
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    copy = Project(root)
    copy.meltano("install")
    return copy
