"""The sandbox's webshop as a program, the tap from its command line on, and nothing between them but HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from rounds import call
from shops import COLLECTIONS, Webshop, serving_webshop
from tap_customwebshop import TapCustomWebshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def running_webshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webshop]:
    with serving_webshop(tmp_path_factory.mktemp("webshop")) as running:
        yield running


@pytest.fixture
def webshop(running_webshop: Webshop) -> Webshop:
    """The shop as it was sown, whatever the test before did to it."""
    running_webshop.reset()
    return running_webshop


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
        arguments = []
        for name, content in {"config": {**here, "streams": others, **config}, "state": state}.items():
            if content is not None:
                (tmp_path / name).write_text(json.dumps(content))
                arguments += [f"--{name}", str(tmp_path / name)]
        done = call(TapCustomWebshop, arguments)
        return Run(done.code, [json.loads(line) for line in done.out.splitlines()], done.log)

    return run
