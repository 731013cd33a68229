"""One history from one seed: people edit both sides, runs are disturbed and killed; then peace, and judgement.

Every value that a person types is one of its kind, so that at the end each can be told apart: it is still there, a
person replaced it, or the conflict table has it. Anything else is a lost edit.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crosswalk import Incoming, Side, Store, Synchronizer, load_mappings, tables
from sqlalchemy import event, select
from twoway.systems import COLUMNS, GRACE, PAIRS, STAMPS, Host, Killed, System

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPPINGS = load_mappings(Path(__file__).parent / "mapping")
STREAMS = {Side.WEBSHOP: "customers", Side.BUSINESSNXT: "addresses"}
OVERLAP = 2 * 3600
"""Longer than a write may take and than the company's clock falls back."""

PAGE = 2
TOKEN = 5
"""How many characters tell a typed value apart; less than what the shortest column holds."""

FIGURES = ("histories", "kills", "edits", "conflicts", "lost_edits", "duplicates", "echoes", "disagreements",
           "writes_after_quiet", "open_pendings")  # fmt: skip
WRONG = FIGURES[4:]
"""Those that must be 0."""


class FusedStore(Store):
    """A link store that may not come to its next commit, nor back from it."""

    host: Host | None = None

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'links.db'}", shop="shop", company="1")
        event.listen(self._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self._engine.dispose()

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
            self.host.boundary()
        with super().transaction() as connection:
            yield connection
        if outermost:
            self.host.boundary()


class History:
    """Two systems, their taps and the store between them."""

    def __init__(self, seed: int, store: FusedStore) -> None:
        self.chance = chance = random.Random(seed)
        self.host = Host(chance)
        self.store = store
        store.clear()
        falls = self.host.now + chance.uniform(0, 8000)
        self.sides = {
            Side.WEBSHOP: System(Side.WEBSHOP, self.host, chance.choice((-300, 0, 300)), chance.choice((1, 60))),
            Side.BUSINESSNXT: System(
                Side.BUSINESSNXT, self.host, chance.choice((-300, 0, 300)), chance.choice((1, 60)), falls
            ),
        }
        self.host.hooks = [self.edit, self.edit, self.make]
        self.bookmarks: dict[Side, float | None] = dict.fromkeys(Side)
        self.old: dict[Side, list[Incoming]] = {side: [] for side in Side}
        self.typed: set[str] = set()
        self.tokens: set[str] = set()
        self.replaced: set[str] = set()
        self.people: list[str] = []
        self.figures = dict.fromkeys(FIGURES, 0)

    # people

    def value(self) -> str:
        """A text that nobody has typed yet, often longer than the company's column."""
        return f"t{self.figures['edits']:04d}" + self.chance.choice(("", " and more"))

    def edit(self) -> None:
        """Somebody changes a property of a record on one side."""
        system = self.sides[self.chance.choice(list(Side))]
        if not system.rows:
            return
        key, name = self.chance.choice(sorted(system.rows)), self.chance.choice(sorted(PAIRS))
        self._note(system, key, name, "" if name == "phone" and self.chance.random() < 0.2 else self.value())

    def make(self) -> None:
        """Somebody makes a record."""
        system = self.sides[self.chance.choice(list(Side))]
        if len(system.rows) >= 4:
            return
        owner = {Side.WEBSHOP: "credit", Side.BUSINESSNXT: "group"}[system.side]
        key = system.make({}, ours=False)
        for name in PAIRS:
            if name != owner:
                self._note(system, key, name, self.value())
        self.people.append(system.rows[key][COLUMNS[system.side]["name"]][:TOKEN])

    def _note(self, system: System, key: str, name: str, value: str) -> None:
        column = COLUMNS[system.side][name]
        self.replaced.add(_token(system.rows[key][column]))
        system.put(key, {column: value}, ours=False)
        self.typed.add(system.rows[key][column])
        self.tokens.add(_token(value))
        self.figures["edits"] += 1

    # taps

    def pages(self, source: Side) -> Iterator[list[Incoming]]:
        """What the tap of a side sends: page by page, in any order, with old copies among them."""
        system, chance = self.sides[source], self.chance
        bookmark = self.bookmarks[source]
        begin = system.clock()
        keys = [
            key for key, row in system.rows.items() if bookmark is None or _stamp(system, row) >= bookmark - OVERLAP
        ]
        chance.shuffle(keys)
        for start in range(0, len(keys), PAGE):
            read_at = self.host.now
            page = [Incoming(dict(system.rows[key]), read_at) for key in keys[start : start + PAGE]]
            again = chance.sample(self.old[source], min(1, len(self.old[source])))
            self.old[source] = [*self.old[source][-8:], *page]
            self.host.turn(chance.choice((0, 1, 40)))
            sent = [*page, *again]
            chance.shuffle(sent)
            yield sent
        self.seen = begin

    # runs

    def run(self, source: Side) -> None:
        """One run in one direction; the bookmark is kept when it comes to its end."""
        self.store.host = self.host
        try:
            sync = Synchronizer(
                MAPPINGS, self.store, self.sides[source.other], source=source, clock=lambda: self.host.now, grace=GRACE
            )
            sync.__enter__()  # no `with`: who is killed does not tidy up
            for page in self.pages(source):
                sync.apply(STREAMS[source], page)
            sync.__exit__(None, None, None)
            self.bookmarks[source] = self.seen
        finally:
            self.store.host = None
            self.store.lock.release()

    def both(self) -> int:
        """Both directions; how much was written."""
        before = sum(each.writes for each in self.sides.values())
        for side in Side:
            self.run(side)
        return sum(each.writes for each in self.sides.values()) - before

    def disturbed(self) -> None:
        """One run in which anything may happen."""
        chance, host = self.chance, self.host
        host.lost, host.busy = chance.choice((0, 0, 0.3)), chance.choice((0, 0.05))
        host.fuse = chance.choice((0, chance.randint(1, 60)))
        try:
            self.run(chance.choice(list(Side)))
        except Killed:
            self.figures["kills"] += 1
        host.fuse, host.lost, host.busy = 0, 0.0, 0.0
        if chance.random() < 0.05:
            self.bookmarks[chance.choice(list(Side))] = None

    def live(self) -> dict[str, int]:
        """Unrest, peace, judgement."""
        for _ in range(self.chance.randint(3, 10)):
            for _ in range(self.chance.randint(0, 4)):
                self.chance.choice(self.host.hooks)()
            self.host.turn(self.chance.choice((5, 120, 1000)))
            self.disturbed()
        for _ in range(6):
            self.host.turn(GRACE + 100)
            self.both()
        self.figures["writes_after_quiet"] = self.both()
        self.judge()
        return self.figures

    # judgement

    def judge(self) -> None:
        """Count what is not as it must be."""
        read = self.store.rows
        conflicts = read(select(tables.conflict))
        links = read(select(tables.link).where(tables.link.c.status == "linked"))
        self.figures["open_pendings"] = len(read(select(tables.pending)))
        self._compare(links, {(each["link_id"], each["name"]) for each in conflicts if each["state"] == "open"})
        told = {_token(str(each[f"{side}_value"])) for each in conflicts for side in ("webshop", "businessnxt")}
        there = {
            _token(row[c]) for s in self.sides.values() for row in s.rows.values() for c in COLUMNS[s.side].values()
        }
        self.lost = self.tokens - there - told - self.replaced
        self.figures |= {"histories": 1, "conflicts": len(conflicts), "lost_edits": len(self.lost)}
        shown = {row[name] for row in self.sides[Side.WEBSHOP].rows.values() for name in PAIRS}
        self.strange = {each or "" for each in shown} - self.typed - {""}
        self.figures["echoes"] = len(self.strange)

    def _compare(self, links: list[dict], undecided: set[tuple[int, str]]) -> None:
        shop, company = self.sides[Side.WEBSHOP], self.sides[Side.BUSINESSNXT]
        self.differ = [
            (link["id"], name, shop.rows[link["webshop_id"]][name], company.rows[link["businessnxt_id"]][column])
            for link in links
            for name, column in PAIRS.items()
            if (link["id"], column) not in undecided
            and not (name == "group" and not shop.rows[link["webshop_id"]][name])
            and not (name == "credit" and not company.rows[link["businessnxt_id"]][column])
            and company.normal(column, shop.rows[link["webshop_id"]][name] or "").casefold()
            != company.rows[link["businessnxt_id"]][column].casefold()
        ]
        alone = abs(len(shop.rows) - len(links)) + abs(len(company.rows) - len(links))
        self.figures["disagreements"] = len(self.differ) + alone
        self.figures["duplicates"] = sum(max(0, len(each.rows) - len(self.people)) for each in self.sides.values())


def _token(value: str | None) -> str:
    """What tells a typed value apart, whatever a system made of it."""
    return (value or "").strip('"')[:TOKEN].casefold()


def _stamp(system: System, row: dict) -> float:
    return datetime.fromisoformat(row[STAMPS[system.side]]).timestamp()
