"""Whole programs for tests: a shop and a company at work, and the tap and target between them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
ERP = ("api_url", "token_url", "client_id", "client_secret", "company_no")
"""The settings of the plugins that say which company, and who asks."""


@dataclass(frozen=True)
class Neighbours:
    """A webshop and a company at work, and how a test looks into them."""

    webshop: dict
    businessnxt: dict

    @property
    def env(self) -> dict[str, str]:
        """Where they are, in the variables that the plugins read."""
        erp = {name: self.businessnxt[name] for name in ERP}
        shop = {name: self.webshop[name] for name in ("api_url", "auth_token")}
        plugins = {"TAP_CUSTOMWEBSHOP": shop, "TARGET_CUSTOMWEBSHOP": {**shop, "company_no": erp["company_no"]},
                   "TAP_BUSINESSNXT": erp, "TARGET_BUSINESSNXT": erp}  # fmt: skip
        return {
            f"{plugin}_{name.upper()}": str(value)
            for plugin, settings in plugins.items()
            for name, value in settings.items()
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
        return self.stats()["writes"]

    def stats(self) -> dict:
        """What the company was asked, and the rows it made and changed."""
        return self.tell_company("GET", "stats")

    def tell_shop(self, verb: str, path: str, **body: object) -> dict:
        """Use one of the shop's control end points."""
        answer = requests.request(verb, f"{self.webshop['control_url']}/{path}", json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def tell_company(self, verb: str, path: str, **body: object) -> object:
        """Use one of the company's control end points."""
        answer = requests.request(verb, f"{self.businessnxt['control_url']}/{path}", json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None


TIED = '"$@" < /dev/null & exec >&-; read -r _; trap "" TERM; kill 0; wait'
"""A shell that runs a server until its own input ends, which the system sees to when whoever started it was killed."""


@contextlib.contextmanager
def server(*command: object, cwd: Path | None = None, env: dict[str, str] | None = None):
    """A server as a program, in a group of its own; gives the line of JSON in which it says where it is."""
    tied = ["/bin/sh", "-c", TIED, "sh", *map(str, command)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        tied, stdin=pipe, stdout=pipe, text=True, cwd=cwd, env=env, start_new_session=True
    ) as process:
        ready = process.stdout.readline()
        assert ready, f"{command} ended before it was ready"
        yield json.loads(ready)


@contextlib.contextmanager
def sandbox(*arguments: object):
    """The sandbox; its clock shows UTC, wherever this machine stands."""
    with server(PROGRAMS / "sandbox", *arguments, env={**os.environ, "TZ": "UTC"}) as announced:
        yield announced


@contextlib.contextmanager
def serving(data: Path, seed: str = "demo"):
    """A shop and a company."""
    with sandbox("serve", "--data", data, "--shop-port", 0, "--erp-port", 0, "--seed", seed) as announced:
        yield Neighbours(**announced)


@contextlib.contextmanager
def serving_company(data: Path, seed: str = "demo"):
    """A company alone; gives where it is."""
    with sandbox("businessnxt", "--port", 0, "--data", data, "--seed", seed) as announced:
        yield announced["businessnxt"]


@dataclass(frozen=True)
class Pipe:
    """The demo's tap and target, joined as Meltano joins them: the last STATE that came out goes into the next run."""

    neighbours: Neighbours
    folder: Path
    settings: dict = field(default_factory=dict)
    """More settings of the target."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "state.jsonl").touch()

    @property
    def store(self) -> str:
        """The link store."""
        return f"sqlite:///{self.folder}/links.db"

    def config(self, name: str, **settings: object) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(settings))
        return place

    def tap(self) -> list[str]:
        shop = self.neighbours.webshop
        known = {"api_url": shop["api_url"], "auth_token": shop["auth_token"]}
        command = [str(PROGRAMS / "tap-customwebshop"), f"--config={self.config('tap', **known, page_size=40)}"]
        told = (self.folder / "state.jsonl").read_text().splitlines()
        if told:
            command.append(f"--state={self.config('state', **json.loads(told[-1]))}")
        return command

    def target(self) -> list[str]:
        company = self.neighbours.businessnxt
        settings = {
            **{name: company[name] for name in ERP},
            "mapping": str(ROOT / "mapping"),
            "link_store": self.store,
            "unmapped_streams": "ignore",
            **self.settings,
        }
        return [str(PROGRAMS / "target-businessnxt"), f"--config={self.config('target', **settings)}"]

    @contextlib.contextmanager
    def flowing(self):
        """Both at work; what is left of them afterwards is ended."""
        with (
            (self.folder / "state.jsonl").open("a+") as state,
            (self.folder / "log.txt").open("a") as log,
            subprocess.Popen(self.tap(), stdout=subprocess.PIPE, stderr=log) as tap,
            subprocess.Popen(self.target(), stdin=tap.stdout, stdout=state, stderr=log) as target,
        ):
            tap.stdout.close()
            try:
                yield target
            finally:
                target.kill()
                target.wait()
                tap.kill()

    def run(self) -> None:
        """Let everything through."""
        with self.flowing() as target:
            assert target.wait() == 0, (self.folder / "log.txt").read_text()[-3000:]
