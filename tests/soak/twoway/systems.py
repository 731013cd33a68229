"""A webshop and a company in memory: tables, stamps, people who edit at any moment, and answers that get lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from crosswalk import Refused, Row, Side, Unclear, Unwelcome, Written
from twoway.steps import FATES, MEDDLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from twoway.steps import Run

GRACE = 900
"""Seconds after which an abandoned request has been executed, or never will be."""

FALL = 3600
"""Seconds by which the company's clock falls back, once."""

BROUGHT = "of "
"""How the text begins that the company fills in with a product, where nobody says what it is."""

HIDDEN = str.maketrans("0123456789", "OIZEASGTBP")
"""What the company does to a street without telling anybody."""


@dataclass(frozen=True)
class Shape:
    """What a table is like.

    Attributes:
        key: The column with a row's own id.
        reference: The column that carries the other side's id.
        columns: What people can fill in.
        head: The table whose rows its rows belong to, and the column that says to which.
    """

    key: str
    reference: str
    columns: tuple[str, ...]
    head: tuple[str, str] | None = None


SHOP = {
    "customers": Shape("id", "external_id", ("number", "name", "city", "street", "country", "phone", "email", "note",
                                             "group", "credit", "status")),
    "orders": Shape("id", "external_id", ("customer_id", "note", "reference", "status")),
    "orders.lines": Shape("id", "id", ("sku", "title", "quantity", "remark"), ("orders", "order")),
}  # fmt: skip
COMPANY = {
    "address": Shape("addressNo", "information1", (
        "companyNo", "name", "postalArea", "addressLine1", "information3", "phone", "emailAddress", "information5",
        "information6", "information7", "information9", "associateNo")),
    "associate": Shape("associateNo", "information1", ("customerNo", "name", "information3", "phone")),
    "order": Shape("orderNo", "customerOrSupplierOrderNo", (
        "customerNo", "information4", "ourReference", "information5", "orderStatus1")),
    "orderLine": Shape("lineNo", "transactionInformation1", (
        "productNo", "description", "quantity", "information1", "finished"), ("order", "orderNo")),
}  # fmt: skip
SHAPES = {Side.WEBSHOP: SHOP, Side.BUSINESSNXT: COMPANY}
STAMPS = {Side.WEBSHOP: "updated_at", Side.BUSINESSNXT: "changedTimestamp"}
LETTERS = {"customers": "C", "orders": "O", "orders.lines": "L"}
NUMBERS = {"quantity", "customerNo", "orderStatus1", "finished", "associateNo"}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Host:
    """This machine: its clock, and what the run at work lives through.

    Attributes:
        perform: Lets somebody do something.
        meddle: Lets somebody edit a row: side, table, key, columns.
        plan: What happens in this run; nothing where it is None.
    """

    perform: Callable[[object], None] = lambda _: None
    meddle: Callable[[System, str, str, list[str]], None] = lambda *_: None
    now: float = 1_000_000.0
    plan: Run | None = None
    passed: int = 0
    sent: int = 0
    wrote: bool = False
    late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def begin(self, plan: Run) -> None:
        """Live through this plan from here on."""
        self.plan, self.passed, self.sent, self.wrote = plan, 0, 0, False

    def boundary(self, what: str) -> None:
        """One step further: time passes, somebody may do something, and the process may be killed."""
        self.turn(1)
        self.passed += 1
        plan = self.plan
        if plan is None:
            return
        self.wrote = self.wrote or what == "sent"
        if plan.kill_on == ("bound" if what == "committed" and self.wrote else what):
            raise Killed
        for place, act in plan.acts:
            if place == self.passed:
                self.perform(act)
        if self.passed == plan.kill_at:
            raise Killed

    def fate(self) -> str:
        """What becomes of the next request; one that is under way when the process dies may meet any."""
        if self.plan is None:
            return ""
        if self.passed + 1 == self.plan.kill_at or self.plan.kill_on == "sent":
            return self.plan.last_fate
        self.sent += 1
        return self.plan.fates[self.sent - 1] if self.sent <= len(self.plan.fates) else ""

    def turn(self, seconds: float) -> None:
        """Let time pass, and execute what was only delayed."""
        self.now += seconds
        due = [each for each in self.late if each[0] <= self.now]
        self.late = [each for each in self.late if each[0] > self.now]
        for _, execute in due:
            execute()


@dataclass
class System:
    """One side; implements `crosswalk.Remote`.

    Attributes:
        rows: By table and key; the key of a line begins with that of its head.
        ours: Rows that we were the last to write to.
        gone: When rows were deleted, by this host's clock.
        doubled: References that we made a row for although one of ours was there.
    """

    side: Side
    host: Host
    skew: float = 0.0
    grain: int = 1
    falls_at: float = float("inf")
    hides: bool = False
    reuses: bool = False
    rows: defaultdict[str, dict[str, dict]] = field(default_factory=lambda: defaultdict(dict))
    ours: set[tuple[str, str]] = field(default_factory=set)
    gone: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    doubled: list[str] = field(default_factory=list)
    drawn: int = 0
    writes: int = 0

    def clock(self) -> float:
        """The time by this system: skewed, coarse, and once an hour back."""
        back = FALL if self.host.now >= self.falls_at else 0
        return (self.host.now - back + self.skew) // self.grain * self.grain

    def normal(self, table: str, column: str, value):
        """What the system makes of a value: the company shortens some columns and upper-cases one."""
        if self.side is Side.WEBSHOP or not isinstance(value, str):
            return value
        if (table, column) in (("address", "name"), ("associate", "name"), ("order", "information4")) or (
            column == "description"
        ):
            return value[:8]
        if column == "addressLine1" and self.hides:
            return value.translate(HIDDEN)
        return value.upper() if column == "postalArea" else value

    def lines_of(self, table: str, head: str) -> dict[str, dict]:
        """The rows of a table of lines that belong to a head."""
        return {key: row for key, row in self.rows[table].items() if key.rpartition("/")[0] == head}

    # people and programs write alike

    def put(self, table: str, key: str, values: dict, *, ours: bool) -> None:
        """Change a row; its stamp moves, or that of the row it belongs to."""
        self.rows[table][key].update({name: self.normal(table, name, value) for name, value in values.items()})
        self._touch(table, key, ours=ours)

    def _touch(self, table: str, key: str, *, ours: bool) -> None:
        (self.ours.add if ours else self.ours.discard)((table, key))
        shape = SHAPES[self.side][table]
        if shape.head:
            table, key = shape.head[0], key.rpartition("/")[0]
        stamp = datetime.fromtimestamp(self.clock(), timezone.utc).isoformat()
        self.rows[table][key][STAMPS[self.side]] = stamp

    def make(self, table: str, values: dict, *, ours: bool, head: str = "") -> str:
        """Make a row; the system draws its number, unless the caller says it."""
        self.drawn += 1
        shape = SHAPES[self.side][table]
        own = self._number(table, head) if self.side is Side.BUSINESSNXT else f"{LETTERS[table]}{self.drawn}"
        own = values.get(shape.key) or own
        key = f"{head}/{own}" if head else str(own)
        empty = {name: 0 if name in NUMBERS else "" for name in (*shape.columns, shape.reference)}
        drawn = {"customerNo": 10000 + self.drawn} if table == "associate" else {}
        self.rows[table][key] = {**empty, shape.key: own, **drawn}
        if shape.head:
            parent = self.rows[shape.head[0]][head]
            self.rows[table][key][shape.head[1]] = parent[SHAPES[self.side][shape.head[0]].key]
        self.put(table, key, values, ours=ours)
        return key

    def _number(self, table: str, head: str) -> int:
        """A new number; where line numbers are given again, the next one of those that are there."""
        if not head or not self.reuses:
            return self.drawn
        return 1 + max((int(key.rpartition("/")[2]) for key in self.lines_of(table, head)), default=0)

    def remove(self, table: str, key: str, *, ours: bool) -> None:
        """Delete a row, and what belongs to it."""
        shape = SHAPES[self.side][table]
        if shape.head:
            self._touch(table, key, ours=ours)
        for name, other in SHAPES[self.side].items():
            for each in list(self.lines_of(name, key)) if other.head and other.head[0] == table else ():
                del self.rows[name][each]
        del self.rows[table][key]
        self.gone[table][key] = self.host.now

    # crosswalk.Remote

    def find(self, table, column, values, *, where, parents):
        del where
        self.host.boundary("find")
        wanted = set(map(str, values))
        return [
            self._seen(table.name, key)
            for key, row in self.rows[table.name].items()
            if str(row.get(column, "")) in wanted and (not parents or key.rpartition("/")[0] in parents)
        ]

    def read(self, table, ids):
        self.host.boundary("read")
        found = {each: self._seen(table.name, each) for each in ids if each in self.rows[table.name]}
        self.host.boundary("have read")
        return found

    def create(self, table, drafts):
        self.host.boundary("create")
        return [self._sent(lambda each=each: self._create(table, each), table.name) for each in drafts]

    def update(self, table, changes):
        self.host.boundary("update")
        return [self._sent(lambda each=each: self._update(table, each), table.name, each) for each in changes]

    def delete(self, table, removals):
        self.host.boundary("delete")
        outcomes = [self._sent(lambda each=each: self._delete(table, each), table.name, each) for each in removals]
        return [None if isinstance(each, Written) else each for each in outcomes]

    def _create(self, table, draft):
        if draft.parent and draft.parent not in self.rows[SHAPES[self.side][table.name].head[0]]:
            return Unwelcome("the record it belongs to is gone", kind="vanished")
        if self.side is Side.WEBSHOP and self._is_there(table, draft.values, draft.parent):
            return Unclear("the shop has a record with this external_id")
        self.writes += 1
        self._count(table, draft.values, draft.parent)
        key = self.make(table.name, draft.values, ours=True, head=draft.parent)
        for each in draft.lines:
            _, of_lines = table.lines
            self._count(of_lines, each, key)
            self.make(of_lines.name, each, ours=True, head=key)
        return Written(self._row(table.name, key))

    def _count(self, table, values, parent):
        if self._is_there(table, values, parent):
            self.doubled.append(f"{table.name} {parent} {values[table.reference]}")

    def _is_there(self, table, values, parent):
        wanted = str(values.get(table.reference, ""))
        rows = self.lines_of(table.name, parent) if parent else self.rows[table.name]
        return any(str(row[table.reference]) == wanted for row in rows.values())

    def _update(self, table, change):
        row = self.rows[table.name].get(change.id)
        if row is None or any(row.get(name) != value for name, value in change.expect.items()):
            return Refused()
        self.writes += 1
        self.put(table.name, change.id, {**self._brought(change.values), **change.values}, ours=True)
        return Written(self._row(table.name, change.id))

    def _brought(self, values):
        """What the company fills in by itself for a program that assigns a product; a person sees it, and types on."""
        return {"description": f"{BROUGHT}{values['productNo']}"} if "productNo" in values else {}

    def _delete(self, table, removal):
        row = self.rows[table.name].get(removal.id)
        if row is not None and any(row.get(name) != value for name, value in removal.expect.items()):
            return Refused()
        if row is not None:
            self.writes += 1
            self.remove(table.name, removal.id, ours=True)
        return Written(Row(removal.id, {}))

    def _sent(self, execute, table, change=None):
        """Execute a request now, late or never, and give the answer or lose it; somebody may edit the same row."""
        fate, plan = self.host.fate(), self.host.plan
        meddled = change is not None and change.id in self.rows[table]
        if fate == "before" and meddled:
            self.host.meddle(self, table, change.id, list(getattr(change, "values", change.expect)))
        outcome = execute() if fate in ("", "done", *MEDDLED) else None
        if fate == "after" and self.side is Side.BUSINESSNXT and change and change.id in self.rows[table]:
            self.host.meddle(self, table, change.id, list(getattr(change, "values", change.expect)))
        if fate == "late":
            self.host.late.append((self.host.now + plan.delay, execute))
        self.host.boundary("sent")
        if fate in FATES:
            return Unclear("the answer was lost")
        if isinstance(outcome, Written) and self.side is Side.BUSINESSNXT and outcome.row.id in self.rows[table]:
            return Written(self._row(table, outcome.row.id))  # what was stored is asked for by a second request
        return outcome

    def _seen(self, table, key):
        """A row as it is read; the shop does not say who wrote to it last."""
        row = self._row(table, key)
        return row if self.side is Side.BUSINESSNXT else replace(row, ours=False)

    def _row(self, table, key):
        shape = SHAPES[self.side]
        lines = [name for name, each in shape.items() if each.head and each.head[0] == table]
        rows = tuple(self._row(name, each) for name in lines for each in self.lines_of(name, key))
        return Row(key, dict(self.rows[table][key]), rows, ours=(table, key) in self.ours)
