"""The sandbox's webshop as a program, the tap as another, and nothing between them but HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAMS = Path(sys.executable).parent
COLLECTIONS = {
    "customers": "customers",
    "products": "products",
    "stock_levels": "inventory-levels",
    "orders": "orders",
}


@dataclass(frozen=True)
class Webshop:
    """The shop, and what a test does behind its back."""

    info: dict[str, Any]

    def _control(self, verb: str, path: str, **more: Any) -> requests.Response:
        response = requests.request(verb, f"{self.info['control_url']}/{path}", timeout=30, **more)
        response.raise_for_status()
        return response

    def records(self, stream: str) -> list[dict[str, Any]]:
        return self._control("GET", f"records/{COLLECTIONS[stream]}").json()

    def edit(self, stream: str, identity: str, **values: Any) -> None:
        self._control("PATCH", f"records/{COLLECTIONS[stream]}/{identity}", json=values)

    def delete(self, stream: str, identity: str) -> None:
        self._control("DELETE", f"records/{COLLECTIONS[stream]}/{identity}")

    def fault(self, kind: str, **how: Any) -> None:
        self._control("POST", "faults", json={"kind": kind, **how})

    def faults(self) -> list[dict[str, Any]]:
        return self._control("GET", "faults").json()

    def behave(self) -> None:
        self._control("DELETE", "faults")
        self._control("POST", "stats/reset")

    def requests(self) -> int:
        return self._control("GET", "stats").json()["requests"]

    def token_lifetime(self, seconds: float) -> None:
        self._control("PATCH", "tokens", json={"lifetime": seconds})

    def reset(self) -> None:
        self._control("POST", "reset")


@pytest.fixture(scope="session")
def running_webshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webshop]:
    data = tmp_path_factory.mktemp("webshop")
    command = [PROGRAMS / "sandbox", "webshop", "--port", "0", "--data", data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield Webshop(json.loads(process.stdout.readline())["webshop"])
        process.terminate()


@pytest.fixture
def webshop(running_webshop: Webshop) -> Iterator[Webshop]:
    """The shop as it was sown, whatever the test before did to it."""
    running_webshop.reset()
    running_webshop.behave()
    yield running_webshop
    running_webshop.token_lifetime(3600)


@dataclass(frozen=True)
class Run:
    code: int
    messages: list[dict[str, Any]]
    log: str

    def of(self, kind: str, stream: str | None = None) -> list[dict[str, Any]]:
        found = [message for message in self.messages if message["type"] == kind]
        return [message for message in found if stream in {None, message.get("stream")}]

    def records(self, stream: str) -> dict[str, dict[str, Any]]:
        """The last record of each key: what a target holds afterwards."""
        key = "sku" if stream == "stock_levels" else "id"
        return {message["record"][key]: message["record"] for message in self.of("RECORD", stream)}

    @property
    def state(self) -> dict[str, Any]:
        return self.of("STATE")[-1]["value"]


@pytest.fixture
def tap(webshop: Webshop, tmp_path: Path) -> Callable[..., Run]:
    """A run of the tap; with ``only``, of one stream."""

    def run(*, state: Any = None, only: str | None = None, **config: Any) -> Run:
        here = {name: webshop.info[name] for name in ("api_url", "auth_token")}
        others = {name: {"enabled": False} for name in COLLECTIONS if only not in {None, name}}
        command = [PROGRAMS / "tap-customwebshop"]
        for name, content in {"config": {**here, "streams": others, **config}, "state": state}.items():
            if content is not None:
                (tmp_path / name).write_text(json.dumps(content))
                command += [f"--{name}", str(tmp_path / name)]
        bare = {name: value for name, value in os.environ.items() if not name.startswith("TAP_")}
        done = subprocess.run(command, capture_output=True, text=True, env=bare, timeout=120, check=False)
        return Run(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)

    return run
