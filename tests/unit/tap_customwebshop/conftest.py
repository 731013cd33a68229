"""Ways to run the tap against a shop that answers as each test tells it to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from answering import Reply, Request, Shop
from customwebshop import Connection, Credentials, Retry
from customwebshop.reading.config import definitions
from customwebshop.reading.reader import Reader, Unreadable
from keeping import Keeper
from singer_sdk.exceptions import SingerSDKError
from tap_customwebshop import TapCustomWebshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.stop()


def _keyset(rows: list[dict[str, Any]], limit: int | None = None) -> Callable[[Request], Any]:
    """The contract's listing over rows that a test may change while it is read."""

    def page(request: Request) -> Any:
        size = limit or int(request.params["limit"])
        after = tuple(json.loads(request.params["cursor"])) if "cursor" in request.params else ("", "")
        since = request.params.get("updated_since", "")
        found = sorted(
            (row for row in rows if (row["updated_at"], row["id"]) > after and row["updated_at"] >= since),
            key=lambda row: (row["updated_at"], row["id"]),
        )
        last = found[size - 1] if len(found) > size else None
        return {"data": found[:size], "next_cursor": last and json.dumps([last["updated_at"], last["id"]])}

    return page


@dataclass(frozen=True)
class Run:
    code: int
    lines: list[bytes]
    log: str

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def of(self, kind: str, stream: str | None = None) -> list[dict[str, Any]]:
        found = [message for message in self.messages if message["type"] == kind]
        return [message for message in found if stream in (None, message.get("stream"))]

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [message["record"] for message in self.of("RECORD", stream)]

    @property
    def state(self) -> dict[str, Any]:
        return self.of("STATE")[-1]["value"]


@pytest.fixture
def tap(shop: Shop, caplog: Any) -> Callable[..., Run]:
    """A whole run of the tap, in this process."""

    def run(*, state: Any = None, catalog: Any = None, **config: Any) -> Run:
        writer, failure = Keeper(), ""
        settings = {"api_url": shop.url, "auth_token": "s3cret-token", **config}
        try:
            TapCustomWebshop(config=settings, state=state, catalog=catalog, message_writer=writer).sync_all()
        except SingerSDKError as problem:
            failure = f"{problem}\n"
        return Run(1 if failure else 0, writer.lines, caplog.text + failure)

    return run


@pytest.fixture
def started(shop: Shop, tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """The tap as a program that is still running."""

    def start(**config: Any) -> subprocess.Popen[bytes]:
        file = tmp_path / "started.json"
        file.write_text(json.dumps({"api_url": shop.url, "auth_token": "s3cret-token", **config}))
        command = [sys.executable, "-m", "tap_customwebshop", "--config", str(file)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    return start


@pytest.fixture
def program(shop: Shop, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The tap as a program, as Meltano starts it."""

    def run(*options: str, env: dict[str, str] | None = None, **config: Any) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "config.json"
        file.write_text(json.dumps({"api_url": shop.url, "auth_token": "s3cret-token", **config}))
        bare = {name: value for name, value in os.environ.items() if not name.startswith("TAP_")}
        command = [sys.executable, "-m", "tap_customwebshop", *(options or ("--config", str(file)))]
        command = [str(file) if option == "CONFIG" else option for option in command]
        return subprocess.run(
            command, capture_output=True, text=True, env={**bare, **(env or {})}, cwd=tmp_path, timeout=280, check=False
        )

    return run


DEFAULTS = {"auth_token": "s3cret-token", "include_deleted": True}


@pytest.fixture
def client(shop: Shop) -> Callable[..., Connection]:
    """The tap's connection, but in a hurry."""
    known = Credentials(auth_token="s3cret-token")

    def connection(api_url: str = shop.url, longest_order: float = 0.05) -> Connection:
        quick = Retry(tries=3, first_wait=0.01, longest_order=longest_order)
        return Connection(api_url, known, timeout=30, retry=quick)

    return connection


@pytest.fixture
def reader(client: Callable[..., Connection]) -> Callable[..., Reader]:
    """Reads one stream in this process: ``orders``, overridden as the test says."""

    def begin(
        page_size: int = 3,
        api_url: str | None = None,
        at_once: int = 1,
        *,
        patient: bool = False,
        time_zone: str = "UTC",
        put_aside: Callable[[Unreadable], None] | None = None,
        **override: Any,
    ) -> Reader:
        found = definitions(
            {**DEFAULTS, "time_zone": time_zone, "api_url": "http://shop", "streams": {"orders": override}}
        )
        return Reader(
            client(**({"api_url": api_url} if api_url else {}), **({"longest_order": 1.0} if patient else {})),
            next(each for each in found if each.name == "orders"),
            page_size,
            at_once=at_once,
            put_aside=put_aside,
        )

    return begin


@pytest.fixture
def keyset() -> Callable[..., Any]:
    return _keyset


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def only() -> Callable[..., dict[str, Any]]:
    """The streams setting that leaves all others of the contract out."""

    def build(*names: str, **overrides: Any) -> dict[str, Any]:
        others = {name: {"enabled": False} for name in ("customers", "products", "stock_levels", "orders")}
        return {**others, **{name: {} for name in names}, **overrides}

    return build
