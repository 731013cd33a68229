"""Histories of whole programs between the two sandboxes: edited on both sides, really killed, judged when quiet."""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, nullcontext
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from crosswalk import Store, tables
from programs import ROOT, Neighbours, serving
from twoway.forks import Pipeline, catalog
from twoway.judgement import WRONG
from twoway.progress import Progress
from twoway.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

GRACE = 2
"""Seconds within which a write whose answer was lost lands here, or never."""

LATE = 1.0
EPOCH = 20
"""Histories that one pair of sandboxes and one link store live through, before both begin again."""

PROCESSES = 2
"""Which live epochs at the same time: each mostly waits."""

EVIDENCE = Path("output/soak-sync-failed")
"""Where the link store, the log and all records of a history are kept in which something was wrong."""

ROUNDS = 10
SELECTED = ("addresses", "associates", "orders")
ERP = ("api_url", "token_url", "client_id", "client_secret", "company_no")
FAULTS = ("timeout_after_commit", "timeout_before_commit", "late_commit", "drop_connection")


class Bridge:
    """Both pipelines between the two sandboxes, and one link store; of the company's streams some are read."""

    def __init__(
        self, neighbours: Neighbours, folder: Path, chance: random.Random, streams: Collection[str] = SELECTED
    ) -> None:
        self.neighbours, self.folder, self.chance = neighbours, folder, chance
        self.kills = 0
        shop = {name: neighbours.webshop[name] for name in ("api_url", "auth_token")}
        erp = {name: neighbours.businessnxt[name] for name in ERP}
        links = {
            "mapping": str(ROOT / "mapping"),
            "link_store": f"sqlite:///{folder}/links.db",
            "unmapped_streams": "ignore",
            "grace_seconds": GRACE,
            "request_timeout": 5,
            "batch_size_rows": 4,
        }
        there = Pipeline("tap-customwebshop", {**shop, "page_size": 5, "lookback_seconds": 30}, "target-businessnxt",
                         {**erp, **links}, folder)  # fmt: skip
        back = Pipeline("tap-businessnxt", {**erp, "overlap_seconds": 30}, "target-customwebshop",
                        {**shop, **links, "company_no": erp["company_no"]}, folder,
                        catalog(erp, folder, streams))  # fmt: skip
        self.pipelines = (there, back)

    def writes(self) -> int:
        """How many requests have changed something on either side."""
        shop = requests.get(f"{self.neighbours.webshop['control_url']}/stats", timeout=30).json()
        return self.neighbours.writes() + int(shop["writes"])

    def both(self) -> int:
        """Both ways without disturbance; how many writes it took."""
        before = self.writes()
        for pipeline in self.pipelines:
            if not pipeline.run():
                raise RuntimeError((self.folder / "log.txt").read_text()[-3000:])
        return self.writes() - before

    def disturbed(self, meanwhile: Callable[[], None]) -> None:
        """One run in which anything may happen."""
        pipeline = self.chance.choice(self.pipelines)
        if self.chance.random() < 0.05:
            pipeline.forget()
        self._arm(into_company=pipeline is self.pipelines[0])

        def live_through(alive: dict[str, int]) -> None:
            pipeline.wait(alive, self._moment())
            meanwhile()
            pipeline.wait(alive, self._moment())
            if self.chance.random() < 0.8:
                self._until_a_fault_fires(pipeline, alive)
                self.kills += len(pipeline.ended) < len(alive)
                pipeline.kill(alive, self.chance.choice(("target", "target", "tap")))

        pipeline.run(live_through)
        self._calm()

    def _moment(self) -> float:
        return self.chance.choice((0, self.chance.uniform(0, 0.8)))

    def _arm(self, *, into_company: bool) -> None:
        """A fault that shall meet one of the next writes."""
        kind = self.chance.choice(FAULTS)
        if not into_company:
            how = self.chance.choice(("latency", "reset_mid_body"))
            more = {"ms": 400} if how == "latency" else {}
            self._tell_shop("POST", json={"kind": how, "after": self.chance.randint(0, 3), **more,
                                          "match": {"method": self.chance.choice(("POST", "PATCH"))}})  # fmt: skip
        elif kind == "drop_connection":
            self.neighbours.tell_company("POST", "faults", kind=kind, times=1, when="after",
                                         match={"operation": "mutation"})  # fmt: skip
        else:
            seconds = self.chance.uniform(0.1, LATE)
            self.neighbours.tell_company("POST", "faults", kind=kind, times=1, answer="hang", seconds=seconds)

    def _until_a_fault_fires(self, pipeline: Pipeline, alive: dict[str, int]) -> None:
        """Half of the kills come in the middle of a call that has gone out."""
        if self.chance.random() < 0.5:
            return
        for _ in range(60):
            fired = [*self._tell_shop("GET").json(), *self.neighbours.tell_company("GET", "faults")]
            if any(each["fired"] for each in fired) or pipeline.wait(alive, 0.02):
                return

    def _tell_shop(self, verb: str, **body: Any) -> requests.Response:
        return requests.request(verb, f"{self.neighbours.webshop['control_url']}/faults", timeout=30, **body)

    def _calm(self) -> None:
        self._tell_shop("DELETE")
        self.neighbours.tell_company("DELETE", "faults")

    def rest(self) -> int:
        """Run until nothing moves any more; how much the run after that writes."""
        for _ in range(ROUNDS):
            time.sleep(GRACE + 0.1)
            self.read(lambda store: store.retry_now())
            if not self.both() and not self.open():
                break
        return self.both()

    def quiet(self) -> bool:
        """Whether two rounds write nothing."""
        return self.both() == self.both() == 0

    def open(self) -> list[str]:
        """What waits in the link store."""
        names = (tables.pending, tables.hold, tables.owed, tables.reject)
        return self.read(
            lambda store: [f"{table.name}: {row}" for table in names for row in store.rows(table.select())]
        )

    def conflicts(self) -> list[dict]:
        """All that is on record."""
        return self.read(lambda store: store.conflicts_on_record())

    def read(self, what: Callable[[Store], Any]) -> Any:
        """Look into the link store."""
        store = Store(f"sqlite:///{self.folder}/links.db")
        try:
            return what(store)
        finally:
            store.close()


def live_programs(histories: int, seed: int = 1) -> dict[str, int]:
    """Live so many histories, on both cores; the figures of all of them."""
    so_far = Progress("programs", histories)
    firsts = range(0, histories, EPOCH)
    epochs = [range(first, min(first + EPOCH, histories)) for first in firsts]
    with ProcessPoolExecutor(min(PROCESSES, len(epochs))) if len(epochs) > 1 else nullcontext() as pool:
        for figures, failed in (pool.map if pool else map)(live_epoch, epochs, repeat(seed)):
            so_far.add(figures, failed)
    return dict(so_far.total)


def live_epoch(numbers: range, seed: int) -> tuple[dict[str, int], list[str]]:
    """Live these between two sandboxes of their own; their figures, and the names of those that went wrong.

    What happens in an epoch is drawn from the seed and its first number, whoever lives the others, and when.
    """
    chance = random.Random(f"{seed}/{numbers[0]}")
    total: Counter[str] = Counter()
    failed = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        neighbours = stack.enter_context(serving(folder / "sandbox", seed="bulk:customers=1,products=1"))
        (folder / "pipe").mkdir()
        bridge = Bridge(neighbours, folder / "pipe", chance)
        bridge.both()
        for number in numbers:
            figures = live(bridge, chance, f"{number:03d}")
            total.update(figures)
            if any(figures[name] for name in WRONG):
                failed.append(f"seed {seed} number {number:03d}")
    return dict(total), failed


def live(bridge: Bridge, chance: random.Random, name: str) -> dict[str, int]:
    """Unrest, peace, judgement."""
    town, kills, known = Town(bridge.neighbours, chance, name), bridge.kills, len(bridge.conflicts())
    town.settle()
    for _ in range(chance.randint(2, 4)):
        town.go_on()
        bridge.disturbed(town.go_on)
    quiet = bridge.rest()
    figures, told = town.judge(bridge.conflicts())
    left = bridge.open()
    figures |= {
        "histories": 1,
        "kills": bridge.kills - kills,
        "conflicts": len(bridge.conflicts()) - known,
        "writes_after_quiet": quiet,
        "left_open": len(left),
        "risen": 0,
        "broken_off": 0,
    }
    if any(figures[each] for each in WRONG):
        evidence = EVIDENCE / name
        shutil.copytree(bridge.folder, evidence, dirs_exist_ok=True)
        (evidence / "town.json").write_text(json.dumps(town.all_there_is(), indent=1))
        print(f"history {name}: {figures} {[*told, *left][:10]}; see {evidence}", file=sys.stderr)
    return figures
