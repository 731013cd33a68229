"""Both directions as programs: two taps, two targets, one link store and two states, as the job `sync` has them.

Each is a process of its own between pipes, but forked from one that has loaded all four: a start costs a second.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import requests
from crosswalk import Store
from programs import ERP, PROGRAMS, ROOT, Neighbours
from twoway.forks import Pipeline, catalog

if TYPE_CHECKING:
    from pathlib import Path

STREAMS = ("addresses", "associates", "products", "stock_balances", "prices", "orders", "order_documents")
RECENT = {"overlap_seconds": 10}
"""With the usual two hours each round reads all again that the first one wrote: two seconds that say nothing."""


@dataclass(frozen=True)
class Bridge:
    """What keeps a webshop and a company in step, and how a test looks at both."""

    neighbours: Neighbours
    folder: Path

    def sync(self) -> int:
        """Run both ways, one after the other; gives how many writes it took on both sides together."""
        before = self.writes()
        for pipeline in self.pipelines:
            assert pipeline.run(), (self.folder / "log.txt").read_text()[-3000:]
        return self.writes() - before

    @cached_property
    def pipelines(self) -> tuple[Pipeline, Pipeline]:
        """There, and back."""
        shop, erp, links = self._shop(), self._erp(), self._links()
        read = catalog(self._erp(), self.folder, STREAMS)
        back = {**shop, **links, "company_no": self.neighbours.businessnxt["company_no"]}
        return (
            Pipeline("tap-customwebshop", shop, "target-businessnxt", {**erp, **links}, self.folder),
            Pipeline("tap-businessnxt", {**erp, **RECENT}, "target-customwebshop", back, self.folder, read),
        )

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
