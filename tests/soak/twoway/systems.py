"""A webshop and a company in memory: rows, stamps, people who edit at any moment, and answers that get lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from crosswalk import Refused, Row, Side, Unclear, Written

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

PAIRS = {
    "name": "name", "city": "postalArea", "country": "information3", "phone": "phone", "email": "emailAddress",
    "note": "information5", "group": "information6", "credit": "information7",
}  # fmt: skip
"""Property of the shop, column of the company; the same as in mapping/customers.yml."""

COLUMNS = {Side.WEBSHOP: dict(zip(PAIRS, PAIRS, strict=True)), Side.BUSINESSNXT: PAIRS}
KEYS = {Side.WEBSHOP: "id", Side.BUSINESSNXT: "addressNo"}
STAMPS = {Side.WEBSHOP: "updated_at", Side.BUSINESSNXT: "changedTimestamp"}
REFERENCES = {Side.WEBSHOP: "external_id", Side.BUSINESSNXT: "information1"}

GRACE = 900
LATEST = 800
"""Seconds after which an abandoned request has been executed, or never will be."""


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Host:
    """This machine: its clock, its chance, and what it lives through.

    Attributes:
        fuse: Boundaries until the process is killed; 0 for never.
        lost: How often an answer is lost.
        busy: How often somebody edits while a call is under way.
        hooks: What happens in the middle of a run.
    """

    chance: random.Random
    now: float = 1_000_000.0
    fuse: int = 0
    lost: float = 0.0
    busy: float = 0.0
    hooks: list[Callable[[], None]] = field(default_factory=list)
    late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def boundary(self) -> None:
        """One step further: time passes, somebody may edit, and the process may be killed."""
        self.turn(1)
        if self.chance.random() < self.busy:
            self.chance.choice(self.hooks)()
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                raise Killed

    def turn(self, seconds: float) -> None:
        """Let time pass, and execute what was only delayed."""
        self.now += seconds
        due = [each for each in self.late if each[0] <= self.now]
        self.late = [each for each in self.late if each[0] > self.now]
        for _, execute in due:
            execute()


@dataclass
class System:
    """One side; implements `crosswalk.Remote`."""

    side: Side
    host: Host
    skew: float = 0.0
    grain: int = 1
    falls_at: float = float("inf")
    rows: dict[str, dict] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    drawn: int = 0
    writes: int = 0

    def clock(self) -> float:
        """The time by this system: skewed, coarse, and once an hour back."""
        back = 3600 if self.host.now >= self.falls_at else 0
        return (self.host.now - back + self.skew) // self.grain * self.grain

    def normal(self, column: str, value: str) -> str:
        """What the system makes of a value: the company shortens one column and upper-cases another."""
        if self.side is Side.WEBSHOP:
            return value
        return {"name": value[:8], "postalArea": value.upper()}.get(column, value)

    # people and programs write alike

    def put(self, key: str, values: dict[str, str], *, ours: bool) -> None:
        """Change a row; the stamp moves."""
        row = self.rows[key]
        row.update({name: self.normal(name, value) for name, value in values.items()})
        row[STAMPS[self.side]] = datetime.fromtimestamp(self.clock(), timezone.utc).isoformat()
        (self.ours.add if ours else self.ours.discard)(key)

    def make(self, values: dict[str, str], *, ours: bool) -> str:
        """Make a row; the system draws its number."""
        self.drawn += 1
        key = str(self.drawn) if self.side is Side.BUSINESSNXT else f"C{self.drawn}"
        empty = dict.fromkeys([REFERENCES[self.side], *COLUMNS[self.side].values()], "")
        own = self.drawn if self.side is Side.BUSINESSNXT else key
        self.rows[key] = {**empty, KEYS[self.side]: own}
        self.put(key, values, ours=ours)
        return key

    # crosswalk.Remote

    def find(self, table, column, values, *, where, parents):
        del table, where, parents
        self.host.boundary()
        wanted = set(map(str, values))
        return [self._row(key) for key, row in self.rows.items() if str(row.get(column, "")) in wanted]

    def read(self, table, ids):
        del table
        self.host.boundary()
        found = {each: self._row(each) for each in ids if each in self.rows}
        self.host.boundary()
        return found

    def create(self, table, drafts):
        del table
        self.host.boundary()
        return [self._sent(lambda each=each: self._create(each)) for each in drafts]

    def update(self, table, changes):
        del table
        self.host.boundary()
        return [self._sent(lambda each=each: self._update(each)) for each in changes]

    def delete(self, table, ids):
        raise NotImplementedError

    def _create(self, draft):
        self.writes += 1
        return Written(self._row(self.make(draft.values, ours=True)))

    def _update(self, change):
        row = self.rows.get(change.id)
        if row is None or any(row.get(name) != value for name, value in change.expect.items()):
            return Refused()
        self.writes += 1
        self.put(change.id, change.values, ours=True)
        return Written(self._row(change.id))

    def _sent(self, execute):
        """Execute a request now, late or never, and give the answer or lose it."""
        chance, killed = self.host.chance, self.host.fuse == 1
        outcome = None
        if not killed and chance.random() >= self.host.lost:
            outcome = execute()
        else:
            fate = chance.choice(("done", "late", "never"))
            if fate == "done":
                execute()
            if fate == "late":
                self.host.late.append((self.host.now + chance.uniform(1, LATEST), execute))
        self.host.boundary()
        return outcome or Unclear("the answer was lost")

    def _row(self, key: str) -> Row:
        return Row(key, dict(self.rows[key]), ours=key in self.ours)
