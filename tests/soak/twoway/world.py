"""Two systems, their taps and the link store between them; lives through a history, comes to rest, and is judged."""

from __future__ import annotations

import random
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crosswalk import Incoming, Side, Store, StoreError, Synchronizer, load_mappings, tables
from sqlalchemy import event
from twoway.judgement import TOLD, judge
from twoway.people import LINES, People
from twoway.steps import Act, Run, Setting, Turn
from twoway.systems import GRACE, SHAPES, STAMPS, Host, Killed, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twoway.steps import Step

MAPPINGS = load_mappings(Path(__file__).parent / "mapping")
STREAMS = {
    Side.WEBSHOP: {"customers": "customers", "orders": "orders"},
    Side.BUSINESSNXT: {"addresses": "address", "associates": "associate", "orders": "order"},
}
"""Streams of the taps, and the tables that they read."""

CHILDREN = {Side.WEBSHOP: "lines", Side.BUSINESSNXT: "orderLines"}
DELETED = {Side.WEBSHOP: "deleted_at", Side.BUSINESSNXT: "_sdc_deleted_at"}
OVERLAP = 2 * 3600
"""Longer than a write may take and than the company's clock falls back."""

PAGE = 2
SHORT = 0.05
"""How often a listing lacks rows that are there."""

OPEN = (tables.pending, tables.hold, tables.owed, tables.reject)
"""What of the link store waits for another run."""

ROUNDS = 12
"""How often both directions may run until nothing moves any more."""


class FusedStore(Store):
    """A link store that may not come to its next commit, nor back from it."""

    host: Host | None = None

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'links.db'}", shop="shop", company="1")
        self._folder = folder
        event.listen(self._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self._engine.dispose()

    @cached_property
    def other(self) -> FusedStore:
        """The same store, opened by another process."""
        return FusedStore(self._folder)

    def close(self) -> None:
        """Close both."""
        if "other" in vars(self):
            self.other.close()
        super().close()

    def clear(self) -> None:
        """Forget everything; one store serves many histories, for opening one takes longer than living one."""
        self.host = None
        with self.transaction() as connection:
            for table in tables.metadata.sorted_tables:
                if table is not tables.meta:
                    connection.execute(table.delete())

    @contextmanager
    def transaction(self) -> Iterator:
        outermost = self._connection is None and self.host is not None
        if outermost:
            self.host.boundary("begin")
        with super().transaction() as connection:
            yield connection
        if outermost:
            self.host.boundary("committed")


class World:
    """Where a history takes place.

    Attributes:
        overlap: For how many seconds before its bookmark a tap reads again.
        grace: For how many seconds a lost write may still land.

    Args:
        store: An empty link store.
        setting: Clocks and habits of the two systems.
    """

    overlap = OVERLAP
    grace = GRACE

    def __init__(self, store: FusedStore, setting: Setting) -> None:
        self.store, self.host = store, Host()
        store.clear()
        shop = System(Side.WEBSHOP, self.host, setting.skews[0], setting.grains[0])
        falls = self.host.now + setting.falls_after
        company = System(
            Side.BUSINESSNXT, self.host, setting.skews[1], setting.grains[1], falls, setting.hides, setting.reuses
        )
        self.sides = {Side.WEBSHOP: shop, Side.BUSINESSNXT: company}
        self.people = People(self.sides)
        self.people.is_linked = self._is_linked
        self.host.perform, self.host.meddle = self._interrupt, self.people.meddle
        self.bookmarks: dict[tuple[Side, str], float] = {}
        self.old: dict[Side, list[tuple[str, Incoming]]] = {side: [] for side in Side}
        self.kills = 0

    def live(self, steps: Iterable[Step]) -> dict[str, int]:
        """Unrest, peace, judgement."""
        for each in steps:
            self.take(each)
        return self.rest()

    def take(self, step: Step) -> None:
        """One step of a history."""
        if isinstance(step, Act):
            self.people.perform(step)
        elif isinstance(step, Turn):
            self.host.turn(step.seconds)
        else:
            self._live_through(step)

    def rest(self) -> dict[str, int]:
        """Run both directions until nothing moves any more, and once more; then see what is wrong."""
        for _ in range(ROUNDS):
            self.host.turn(GRACE + 100)
            if not self.both() and not self.open():
                break
        self.host.turn(GRACE + 100)
        writes = self.both()
        self.verdict = judge(self, writes)
        return self.verdict.figures

    def open(self) -> int:
        """How much waits for another run."""
        return sum(row.get("kind") != TOLD for each in OPEN for row in self.store.rows(each.select()))

    def both(self) -> int:
        """Both directions; how much was written."""
        before = sum(each.writes for each in self.sides.values())
        for side in Side:
            self._run(Run(side), self.store)
        return sum(each.writes for each in self.sides.values()) - before

    # runs

    def _live_through(self, run: Run) -> None:
        if run.full:
            self.bookmarks = {each: value for each, value in self.bookmarks.items() if each[0] is not run.source}
        try:
            self._run(run, self.store)
        except (Killed, StoreError):
            self.kills += 1

    def _interrupt(self, act: Act | Run) -> None:
        """Something happens in the middle of a run: somebody does something, or starts another run."""
        if isinstance(act, Act):
            self.people.perform(act)
            return
        outer = self.host.plan, self.host.passed, self.host.sent
        with suppress(StoreError):  # the lock keeps it out
            self._run(act, self.store.other)
        self.host.plan, self.host.passed, self.host.sent = outer

    def _run(self, run: Run, store: FusedStore) -> None:
        """One run in one direction; the bookmarks are kept when it comes to its end."""
        told: dict[tuple[Side, str], float] = {}
        store.host, source = self.host, run.source
        self.host.begin(run)
        chance = random.Random(run.shuffle)
        try:
            sync = Synchronizer(
                MAPPINGS, store, self.sides[source.other], source=source, clock=lambda: self.host.now, grace=self.grace
            )
            pages = self._stream(run, chance, told)
            if run.waits:
                pages = iter(list(pages))
                self._interrupt(Run(source.other))
            sync.__enter__()  # no `with`: who is killed does not tidy up
            for stream, page in pages:
                sync.apply(stream, [self.stamped(each) for each in page])
            sync.__exit__(None, None, None)
            self.bookmarks |= told
        finally:
            self.host.plan = None
            store.host = None
            store.lock.release()

    def _is_linked(self, side: Side, key: str) -> bool:
        """Whether a customer has a partner, as far as the link store knows; asking takes no time."""
        host, self.store.host = self.store.host, None
        found = self.store.links("customers", [key], by=f"{side.value}_id").get(key)
        self.store.host = host
        return found is not None and found.status == "linked"

    # taps

    def _stream(
        self, run: Run, chance: random.Random, told: dict[tuple[Side, str], float]
    ) -> Iterator[tuple[str, list[Incoming]]]:
        """All that a tap sends."""
        streams = list(STREAMS[run.source])
        if run.shuffle:
            chance.shuffle(streams)
        for stream in streams:
            for page in self._pages(run.source, stream, chance, told, shuffled=bool(run.shuffle)):
                yield stream, page

    def _pages(
        self, source: Side, stream: str, chance: random.Random, told: dict, *, shuffled: bool
    ) -> Iterator[list[Incoming]]:
        """What the tap of a side sends: page by page, in any order, with old copies among them."""
        system, table = self.sides[source], STREAMS[source][stream]
        bookmark = self.bookmarks.get((source, stream), -1.0)
        begin = system.clock()
        keys = [key for key, row in system.rows[table].items() if _stamp(system, row) >= bookmark - self.overlap]
        if shuffled:
            chance.shuffle(keys)
        for start in range(0, len(keys), PAGE):
            read_at = self.host.now
            found = [key for key in keys[start : start + PAGE] if key in system.rows[table]]
            page = [Incoming(self.record(system, table, key), read_at) for key in found]
            again = self._again(source, stream, chance) if shuffled else []
            self.old[source] = [*self.old[source][-8:], *((stream, each) for each in page)]
            self.host.turn(chance.choice((0, 1, 40)))
            sent = [*page, *again]
            chance.shuffle(sent)
            yield sent
        if deleted := self._deleted(source, table, listed_short=shuffled and chance.random() < SHORT):
            yield deleted
        told[source, stream] = begin

    def _again(self, source: Side, stream: str, chance: random.Random) -> list[Incoming]:
        old = [each for name, each in self.old[source] if name == stream]
        return chance.sample(old, min(1, len(old)))

    def _deleted(self, source: Side, table: str, *, listed_short: bool) -> list[Incoming]:
        """What is gone: missing in a listing, which may be short, and then looked up one by one."""
        system, key = self.sides[source], SHAPES[source][table].key
        listed = list(system.rows[table])
        if listed_short:
            listed = listed[::2]
        missing = [each for each in (*system.gone[table], *system.rows[table]) if each not in listed]
        return [
            Incoming({key: int(each) if source is Side.BUSINESSNXT else each, DELETED[source]: "2026"}, self.host.now)
            for each in self.verified(system, table, missing)
        ]

    def verified(self, system: System, table: str, missing: list[str]) -> list[str]:
        """Those that are really gone."""
        return [each for each in missing if each not in system.rows[table]]

    def stamped(self, incoming: Incoming) -> Incoming:
        """A record with the time that the tap gives it: the start of the request that read it."""
        return incoming

    def record(self, system: System, table: str, key: str) -> dict:
        """A record as its tap sends it, with its lines in it."""
        row = dict(system.rows[table][key])
        head, lines = LINES[system.side]
        if table == head:
            row[CHILDREN[system.side]] = [dict(each) for each in system.lines_of(lines, key).values()]
        return row


def _stamp(system: System, row: dict) -> float:
    return datetime.fromisoformat(row[STAMPS[system.side]]).timestamp()
