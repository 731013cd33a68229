"""A company on loopback as a program, the tap, and nothing between them but HTTP."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from keeping import process_kept
from programs import ERP, serving_company
from tap_businessnxt import TapBusinessNxt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {
    "products": ("productNo",),
    "addresses": ("addressNo",),
    "associates": ("associateNo",),
    "stock_balances": ("productNo", "warehouseNo"),
    "prices": ("lineNo",),
    "orders": ("orderNo",),
    "order_documents": ("orderDocumentNo",),
}


@dataclass(frozen=True)
class Company:
    """The company, and what people do in it."""

    info: dict[str, Any]

    def ask(self, verb: str, path: str, **more: Any) -> Any:
        response = requests.request(verb, f"{self.info['control_url']}/{path}", timeout=30, **more)
        response.raise_for_status()
        return response.json() if response.content else None

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.ask("GET", f"tables/{table}")

    def add(self, table: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.ask("POST", f"tables/{table}", json={"rows": rows})
        assert answer["errors"] == []
        return answer["rows"]

    def edit(self, table: str, where: dict[str, Any], **values: Any) -> None:
        answer = self.ask("PATCH", f"tables/{table}", json={"where": where, "set": values, "user": "kari"})
        assert (answer["affected"] > 0, answer["errors"]) == (True, [])

    def delete(self, table: str, **where: Any) -> None:
        assert self.ask("DELETE", f"tables/{table}", json={"where": where})["affected"] > 0

    def behave(self, **otherwise: Any) -> None:
        self.ask("PATCH", "behaviours", json=otherwise)

    def fault(self, kind: str, **how: Any) -> None:
        self.ask("POST", "faults", json={"kind": kind, **how})

    def hide(self, *tables: str, **columns: list[str]) -> None:
        """Take the right to see tables, and columns of others, from the access group."""
        self.ask("PUT", "rights", json={"hidden_tables": tables, "hidden_columns": columns})

    def requests(self) -> int:
        return self.ask("GET", "stats")["requests"]

    def order(self, *products: str) -> int:
        """A customer's order of these products; its number."""
        customer = next(row["customerNo"] for row in self.rows("associate") if row["customerNo"])
        lines = [{"productNo": product, "quantity": 1} for product in products]
        return self.add("order", {"customerNo": customer, "orderDate": 20260131, "orderLines": lines})[0]["orderNo"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with serving_company(tmp_path_factory.mktemp("company")) as info:
        yield Company(info)


@pytest.fixture
def company(served: Company) -> Company:
    """The company as it was sown, whatever the test before did to it."""
    served.ask("DELETE", "behaviours")
    served.ask("POST", "reset")
    return served


@dataclass(frozen=True)
class Run:
    """What a run of the tap said."""

    code: int
    messages: list[dict[str, Any]]
    log: str

    def of(self, kind: str, stream: str | None = None) -> list[dict[str, Any]]:
        found = [message for message in self.messages if message["type"] == kind]
        return [message for message in found if stream in {None, message.get("stream")}]

    def told(self, stream: str) -> list[Any]:
        """The keys of its records, in the order told."""
        keys = [tuple(each["record"][name] for name in KEYS[stream]) for each in self.of("RECORD", stream)]
        return [key[0] if len(key) == 1 else key for key in keys]

    def records(self, stream: str) -> dict[Any, dict[str, Any]]:
        """The last record of each key: what a target holds afterwards."""
        return dict(zip(self.told(stream), (each["record"] for each in self.of("RECORD", stream)), strict=True))

    def gone(self, stream: str) -> list[Any]:
        """The keys of its tombstones."""
        return [key for key, record in self.records(stream).items() if record["_sdc_deleted_at"]]

    @property
    def state(self) -> dict[str, Any]:
        return self.of("STATE")[-1]["value"]

    def bookmark(self, stream: str) -> dict[str, Any]:
        return self.state["bookmarks"][stream]


class Tap:
    """The tap, from its command line on; it forgets nothing between runs but what STATE and key file leave out."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company, self.folder = company, folder
        self.state: dict[str, Any] | None = None

    def arguments(self, *, only: tuple[str, ...] = (), **config: Any) -> list[str]:
        """How it is called, its settings and its state in files."""
        usual = {name: self.company.info[name] for name in ERP} | {"key_file": str(self.folder / "keys.db")}
        maps = {"stream_maps": {name: "__NULL__" for name in KEYS if name not in only}} if only else {}
        arguments = ["--config", self._file("config", {**usual, **maps, **config})]
        return arguments if self.state is None else [*arguments, "--state", self._file("state", self.state)]

    def run(self, *only: str, state: Any = None, extra: tuple[str, ...] = (), **config: Any) -> Run:
        """A run of all streams, or of some; it goes on where the last one ended, or from this state."""
        self.state = state if state is not None else self.state
        run = self._invoke([*self.arguments(only=only, **config), *extra])
        self.state = run.state if run.of("STATE") else self.state
        return run

    def discover(self, **config: Any) -> dict[str, Any]:
        """The catalog."""
        return self._invoke([*self.arguments(**config), "--discover"], whole=True).messages[0]

    def start(self, *only: str, **config: Any) -> subprocess.Popen[str]:
        """A run in a process of its own, which can be killed."""
        command = [sys.executable, "-m", "tap_businessnxt", *self.arguments(only=only, **config)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def let_time_pass(self, hours: int) -> None:
        """What this machine did lies longer ago now, and the company's clock has gone on as long."""
        ahead = self.company.ask("GET", "behaviours")["clock_offset_seconds"]["now"]
        self.company.behave(clock_offset_seconds=ahead + hours * 3600)
        self.state = _aged(self.state, timedelta(hours=hours))

    @staticmethod
    def read(code: int, output: str, log: str = "", *, whole: bool = False) -> Run:
        """The messages in what was written, but for one that was cut off."""
        texts = [output] if whole else [line for line in output.splitlines(keepends=True) if line.endswith("\n")]
        return Run(code, [json.loads(text) for text in texts], log)

    def _invoke(self, arguments: list[str], *, whole: bool = False) -> Run:
        output, log = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
        with process_kept(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(log):
            try:
                code = TapBusinessNxt.cli.main(arguments, standalone_mode=False) or 0
            except SystemExit as end:
                code = int(end.code or 0)
        return self.read(code, output.buffer.getvalue().decode(), log.getvalue(), whole=whole)

    def _file(self, name: str, content: Any) -> str:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(content))
        return str(place)


def _aged(state: Any, by: timedelta) -> Any:
    """A state in which all times of this machine lie further back; they are those with a zone."""
    if isinstance(state, dict):
        return {name: _aged(value, by) for name, value in state.items()}
    if isinstance(state, str) and state.endswith("+00:00"):
        return (datetime.fromisoformat(state) - by).isoformat()
    return state


@pytest.fixture
def tap(company: Company, tmp_path: Path) -> Tap:
    return Tap(company, tmp_path)
