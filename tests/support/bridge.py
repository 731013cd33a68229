"""Both directions as programs: two taps, two targets, one link store and two states, as the job `sync` has them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
from crosswalk import Store
from programs import ERP, PROGRAMS, ROOT, Neighbours

if TYPE_CHECKING:
    from pathlib import Path

STREAMS = ("addresses", "associates", "products", "stock_balances", "prices", "orders", "order_documents")


@dataclass(frozen=True)
class Bridge:
    """What keeps a webshop and a company in step, and how a test looks at both."""

    neighbours: Neighbours
    folder: Path

    def sync(self) -> int:
        """Run both ways, one after the other; gives how many writes it took on both sides together."""
        before = self.writes()
        self._pipe("tap-customwebshop", self._shop(), "target-businessnxt", {**self._erp(), **self._links()})
        links = {**self._links(), "company_no": self.neighbours.businessnxt["company_no"]}
        self._pipe("tap-businessnxt", self._erp(), "target-customwebshop", {**self._shop(), **links})
        return self.writes() - before

    def writes(self) -> int:
        """How many requests have changed something on either side."""
        shop = requests.get(f"{self.neighbours.webshop['control_url']}/stats", timeout=30).json()
        return self.neighbours.writes() + int(shop["writes"])

    def edit_in_company(self, table: str, where: dict, **values: object) -> None:
        """Change rows as a person would."""
        answer = self.neighbours.tell_company("PATCH", f"tables/{table}", where=where, set=values, user="kari")
        assert answer["affected"] == 1, answer

    def record(self, collection: str, identity: str) -> dict:
        """One record of the shop."""
        return next(each for each in self.neighbours.records(collection) if each["id"] == identity)

    def row(self, table: str, **where: object) -> dict:
        """The one row of the company that holds these values."""
        (found,) = [
            each for each in self.neighbours.rows(table) if all(each[name] == value for name, value in where.items())
        ]
        return found

    def conflicts(self, **values: object) -> list[dict]:
        """The conflicts on record that hold these values."""
        store = Store(self._links()["link_store"])
        try:
            found = store.conflicts_on_record()
        finally:
            store.close()
        return [each for each in found if all(each[name] == value for name, value in values.items())]

    def crosswalk(self, *arguments: str) -> str:
        """What the command line says of the link store."""
        command = [str(PROGRAMS / "crosswalk"), "--link-store", self._links()["link_store"], *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout

    def _shop(self) -> dict:
        shop = self.neighbours.webshop
        return {"api_url": shop["api_url"], "auth_token": shop["auth_token"]}

    def _erp(self) -> dict:
        return {name: self.neighbours.businessnxt[name] for name in ERP}

    def _links(self) -> dict:
        return {
            "mapping": str(ROOT / "mapping"),
            "link_store": f"sqlite:///{self.folder}/links.db",
            "unmapped_streams": "ignore",
            "grace_seconds": 2,
        }

    def _pipe(self, tap: str, tap_settings: dict, target: str, settings: dict) -> None:
        told = self.folder / f"{tap}.state"
        reading = [str(PROGRAMS / tap), f"--config={self._file(tap, tap_settings)}"]
        if told.exists():
            reading.append(f"--state={told}")
        if tap == "tap-businessnxt":
            reading.append(f"--catalog={self._catalog(reading[:2])}")
        writing = [str(PROGRAMS / target), f"--config={self._file(target, settings)}"]
        with (
            (self.folder / "log.txt").open("a") as log,
            subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=log) as source,
            subprocess.Popen(writing, stdin=source.stdout, stdout=subprocess.PIPE, stderr=log) as sink,
        ):
            source.stdout.close()  # or the tap would write on for ever when the target is gone
            told_by_target, _ = sink.communicate()
            assert (source.wait(), sink.returncode) == (0, 0), (self.folder / "log.txt").read_text()[-3000:]
        if states := told_by_target.splitlines():
            told.write_bytes(states[-1])

    def _catalog(self, reading: list[str]) -> Path:
        place = self.folder / "catalog.json"
        if not place.exists():
            found = json.loads(subprocess.run([*reading, "--discover"], capture_output=True, check=True).stdout)
            for stream in found["streams"]:
                for each in stream["metadata"]:
                    if not each["breadcrumb"]:
                        each["metadata"]["selected"] = stream["tap_stream_id"] in STREAMS
            place.write_text(json.dumps(found))
        return place

    def _file(self, name: str, settings: dict) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(settings))
        return place
