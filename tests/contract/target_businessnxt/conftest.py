"""A company on loopback and the target: what a scene sends, what the company holds afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import requests
from click.testing import CliRunner
from crosswalk.cli import main as crosswalk
from programs import ERP, PROGRAMS, ROOT, serving_company
from rounds import Run, call, compiling_once, let_pass
from target_businessnxt.target import TargetBusinessNxt

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

SCENES = ROOT / "tests" / "scenes"


@dataclass(frozen=True)
class Company:
    """The imitation of a company, and how a test looks into it."""

    info: dict

    def _control(self, verb: str, path: str, **arguments: object) -> requests.Response:
        response = requests.request(verb, f"{self.info['control_url']}/{path}", timeout=30, **arguments)
        response.raise_for_status()
        return response

    def rows(self, table: str, **values: object) -> list[dict]:
        """The rows of a table whose columns hold these values."""
        rows = self._control("GET", f"tables/{table}").json()
        return [each for each in rows if all(each[name] == value for name, value in values.items())]

    def stats(self) -> dict:
        """What was asked of it since the last reset."""
        return self._control("GET", "stats").json()

    def forget_stats(self) -> None:
        """Count from nothing again."""
        self._control("POST", "stats/reset")

    def edit(self, table: str, where: dict, user: str = "kari", **values: object) -> None:
        """Change rows as a person in the office would."""
        self._control("PATCH", f"tables/{table}", json={"where": where, "set": values, "user": user})

    def add(self, table: str, **values: object) -> None:
        """Type in a row as a person in the office would."""
        self._control("POST", f"tables/{table}", json={"rows": [values], "user": "kari"})

    def fault(self, kind: str, **how: object) -> None:
        """Let it misbehave."""
        self._control("POST", "faults", json={"kind": kind, **how})

    def unlock(self) -> None:
        """Let it behave again."""
        self._control("DELETE", "faults")

    def land_late(self) -> None:
        """Let it do now what it put off when it told us of a time-out."""
        assert self.stats()["late_work"] > 0, "nothing was put off"
        self._control("POST", "late-work")

    def reset(self) -> None:
        """Back to the seed, without faults."""
        self._control("DELETE", "faults")
        self._control("POST", "reset")
        self.forget_stats()


class Target:
    """The target, with a link store of its own: inside this process; as a program where a test kills or limits it."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company, self.folder = company, folder
        self.link_store = f"sqlite:///{folder}/links.db"

    def config(self, **settings: object) -> Path:
        """Its settings, as a file."""
        info = self.company.info
        known = {name: info[name] for name in ERP}
        place = self.folder / "config.json"
        usual = {"mapping": str(ROOT / "mapping"), "link_store": self.link_store}
        place.write_text(json.dumps({**known, **usual, **settings}))
        return place

    def command(self, **settings: object) -> list[str]:
        """How it is started as a program."""
        return [str(PROGRAMS / "target-businessnxt"), "--config", str(self.config(**settings))]

    def run(self, text: str, **settings: object) -> Run:
        """Let it read this text to its end."""
        return call(TargetBusinessNxt, [f"--config={self.config(**settings)}"], text)

    def play(self, *scenes: str, **settings: object) -> Run:
        """Let it read scenes, one after the other, as one input."""
        return self.run("".join(map(self.scene, scenes)), **settings)

    @staticmethod
    def scene(name: str) -> str:
        """The messages of a scene."""
        return (SCENES / f"{name}.singer").read_text()

    def let_pass(self, seconds: float) -> None:
        """What was sent lies so much longer ago now."""
        let_pass(self.link_store, seconds)

    def crosswalk(self, *arguments: str) -> Result:
        """Ask the link store."""
        return CliRunner().invoke(crosswalk, ["--link-store", self.link_store, *arguments])

    def rejects(self) -> list[dict]:
        """The records it could not write."""
        return json.loads(self.crosswalk("rejects", "list", "--json").stdout)

    def counts(self) -> dict:
        """What its last run did, by entity."""
        return json.loads(self.crosswalk("runs", "--json").stdout)[0]["counts"]


@pytest.fixture(scope="session")
def served_company(tmp_path_factory):
    with serving_company(tmp_path_factory.mktemp("company")) as info, compiling_once():
        yield Company(info)


@pytest.fixture
def company(served_company):
    """A company as the seed has it."""
    served_company.reset()
    return served_company


@pytest.fixture
def target(company, tmp_path):
    """The target, pointed at the company."""
    return Target(company, tmp_path)
