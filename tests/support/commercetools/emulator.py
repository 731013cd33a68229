"""A commercetools project at work: a third party's emulator from npm, on a Node of its own from PyPI, full of goods."""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from pinned import alone, environment
from programs import server

from commercetools import seed

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PROJECT, CLIENT = "butikk", ("emulator-client", "emulator-secret")
LARGEST_PAGE = 500
Record = dict[str, Any]


def installed() -> Path:
    """The folder of node, with the emulator's packages beside this file, both exactly as pinned."""
    programs = environment(HERE, "node.txt")
    wanted, done = HERE / "package-lock.json", HERE / "node_modules" / "pins.json"
    with alone(HERE):
        if not done.exists() or done.read_bytes() != wanted.read_bytes():
            path = f"{programs}{os.pathsep}{os.environ['PATH']}"
            quietly = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]
            command = [str(programs / "npm"), "ci", *quietly]
            subprocess.run(command, cwd=HERE, env={**os.environ, "PATH": path}, check=True, stdout=subprocess.DEVNULL)
            done.write_bytes(wanted.read_bytes())
    return programs


@dataclass(frozen=True)
class Emulator:
    """The project, asked the way any client asks it.

    Attributes:
        url: Where it is.
    """

    url: str
    _session: requests.Session = field(default_factory=requests.Session)

    @property
    def api_url(self) -> str:
        """Where the API of the project begins."""
        return f"{self.url}/{PROJECT}"

    @property
    def settings(self) -> dict[str, str]:
        """What a plugin is told to get in."""
        client_id, client_secret = CLIENT
        return {
            "api_url": self.api_url,
            "token_url": f"{self.url}/oauth/token",
            "client_id": client_id,
            "client_secret": client_secret,
        }

    def sign_in(self) -> None:
        """Fetch a token for all that follows."""
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{self.url}/oauth/token", data=form, auth=CLIENT, timeout=30)
        answer.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    @property
    def token(self) -> str:
        """The token that was fetched."""
        return str(self._session.headers["Authorization"]).removeprefix("Bearer ")

    def make(self, collection: str, **draft: Any) -> Record:
        """Make a record."""
        return self._said(self._session.post(f"{self.api_url}/{collection}", json=draft, timeout=30))

    def all(self, collection: str) -> list[Record]:
        """Every record of a collection."""
        found: list[Record] = []
        while True:
            page = {"limit": LARGEST_PAGE, "offset": len(found)}
            answer = self._said(self._session.get(f"{self.api_url}/{collection}", params=page, timeout=30))
            found += answer["results"]
            if len(answer["results"]) < LARGEST_PAGE:
                return found

    def get(self, collection: str, identity: str) -> Record:
        """One record."""
        return self._said(self._session.get(f"{self.api_url}/{collection}/{identity}", timeout=30))

    def edit(self, collection: str, identity: str, *actions: Record) -> Record:
        """Change a record as the shopkeeper would."""
        body = {"version": self.get(collection, identity)["version"], "actions": actions}
        return self._said(self._session.post(f"{self.api_url}/{collection}/{identity}", json=body, timeout=30))

    @staticmethod
    def _said(answer: requests.Response) -> Record:
        assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
        return answer.json()


@contextlib.contextmanager
def serving(customers: int = 0) -> Iterator[Emulator]:
    """The emulator with the seed's goods, customers and orders, and more customers where asked for."""
    node = installed() / "node"
    with server(node, "serve.mjs", cwd=HERE) as told:
        emulator = Emulator(told["url"])
        emulator.sign_in()
        seed.fill(emulator, customers)
        yield emulator
