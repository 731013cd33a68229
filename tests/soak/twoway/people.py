"""Shopkeepers, customers and clerks: who does what in the two systems, and a note of every value that they typed.

Every value that a person types is one of its kind, so that at the end each can be told apart: it is still there, a
person replaced it, or the conflict table has it. Anything else is a lost edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswalk import Side
from twoway.systems import HIDDEN, SHAPES, System

if TYPE_CHECKING:
    from collections.abc import Callable

    from twoway.steps import Act

TOKEN = 5
"""How many characters tell a typed value apart; less than what the shortest column holds."""

MANY = 4
"""Records of a kind on a side, at most: who has few meets them often."""

HEADS = {Side.WEBSHOP: ("customers", "orders"), Side.BUSINESSNXT: ("address", "associate", "order")}
LINES = {Side.WEBSHOP: ("orders", "orders.lines"), Side.BUSINESSNXT: ("order", "orderLine")}
CUSTOMERS = {Side.WEBSHOP: "customers", Side.BUSINESSNXT: "address"}

NOT_TYPED = {"number", "companyNo", "customer_id", "customerNo", "information9", "orderStatus1",
             "finished", "associateNo"}  # fmt: skip
"""Filled in when a record is made, or by programs."""

NUMBERED = ("number", "companyNo")
NO_TEXT = {"status"}
BLANK = {"phone", "note", "information4"}
OWNED = {Side.WEBSHOP: {"credit", "status"}, Side.BUSINESSNXT: {"information6"}}
"""What a side leaves to the other one when it makes a record."""


class People:
    """Everybody who types.

    Args:
        sides: The two systems.
    """

    def __init__(self, sides: dict[Side, System]) -> None:
        self.sides = sides
        self.typed: set[object] = set()
        self.tokens: set[str] = set()
        self.replaced: set[str] = set()
        self.typed_on: dict[str, Side] = {}
        self.deleted: set[tuple[Side, str]] = set()
        self.deleted_for_good: set[tuple[Side, str]] = set()
        self.is_linked: Callable[[Side, str], bool] = lambda *_: True
        self.before: dict[tuple, object] = {}
        self.edits = 0
        self.twins = 0

    def perform(self, act: Act) -> None:
        """Do it, where there is anything to do it to."""
        getattr(self, f"_{act.what}")(self.sides[act.side], act)

    def meddle(self, system: System, table: str, key: str, columns: list[str]) -> None:
        """Edit a row in one of these columns, or beside them, in the very moment in which it is written to."""
        names = [each for each in columns if each in _typable(table, system)] or _typable(table, system)
        if not _is_closed(system, table, key):
            name = names[self.edits % len(names)]
            self.type(system, table, key, {name: self._value(system, table, key, name, "plain")})

    # what they do

    def _edit(self, system: System, act: Act) -> None:
        places = [(table, key) for table in HEADS[system.side] for key in system.rows[table]]
        self._type_into(system, places, act)

    def _edit_line(self, system: System, act: Act) -> None:
        table = LINES[system.side][1]
        self._type_into(system, [(table, key) for key in system.rows[table]], act)

    def _type_into(self, system: System, places: list[tuple[str, str]], act: Act) -> None:
        if not places:
            return
        table, key = places[act.which % len(places)]
        if _is_closed(system, table, key):
            return
        names = _typable(table, system)
        name = names[act.where % len(names)]
        self.type(system, table, key, {name: self._value(system, table, key, name, act.how)})

    def _make(self, system: System, act: Act) -> None:
        if len(system.rows[CUSTOMERS[system.side]]) < MANY:
            self._new_customer(system, act.how, self._number())

    def _twin(self, _: System, act: Act) -> None:
        """One customer is entered on both sides before they have met."""
        number = self._number()
        for system in self.sides.values():
            if len(system.rows[CUSTOMERS[system.side]]) >= MANY:
                return
        for system in self.sides.values():
            self._new_customer(system, act.how, number)

    def _new_customer(self, system: System, how: str, number: str) -> None:
        table = CUSTOMERS[system.side]
        name = {Side.WEBSHOP: "number", Side.BUSINESSNXT: "companyNo"}[system.side]
        key = system.make(table, {name: number}, ours=False)
        self._fill(system, table, key, how)

    def _order(self, system: System, act: Act) -> None:
        table, of_lines = LINES[system.side]
        buyers = self._buyers(system)
        if buyers and len(system.rows[table]) < MANY:
            name = {Side.WEBSHOP: "customer_id", Side.BUSINESSNXT: "customerNo"}[system.side]
            key = system.make(table, {name: buyers[act.which % len(buyers)]}, ours=False)
            self._fill(system, table, key, act.how)
            for _ in range(act.where % 3):
                self._new_line(system, of_lines, key, act.how)

    def _buyers(self, system: System) -> list:
        """Who can order here: the company knows those who have an account and a record in the shop."""
        if system.side is Side.WEBSHOP:
            return [key for key, row in system.rows["customers"].items() if row["status"] != "archived"]
        return [row["customerNo"] for row in system.rows["associate"].values()]

    def _add_line(self, system: System, act: Act) -> None:
        heads = [
            key for key in system.rows[LINES[system.side][0]] if not _is_closed(system, LINES[system.side][0], key)
        ]
        if heads:
            self._new_line(system, LINES[system.side][1], heads[act.which % len(heads)], act.how)

    def _new_line(self, system: System, table: str, head: str, how: str) -> None:
        if len(system.lines_of(table, head)) >= MANY:
            return
        sku = {Side.WEBSHOP: "sku", Side.BUSINESSNXT: "productNo"}[system.side]
        key = system.make(table, {sku: f"SKU-{self._number()}"}, ours=False, head=head)
        self._fill(system, table, key, how)

    def _drop_line(self, system: System, act: Act) -> None:
        table = LINES[system.side][1]
        keys = [key for key in system.rows[table] if not _is_closed(system, table, key)]
        if keys:
            self._remove(system, table, keys[act.which % len(keys)])

    def _reorder(self, system: System, act: Act) -> None:
        """The lines of an order change places; the numbers of the company's stay."""
        table = LINES[system.side][1]
        keys = list(system.rows[table])
        if keys and system.side is Side.WEBSHOP:
            key = keys[act.which % len(keys)]
            system.rows[table][key] = system.rows[table].pop(key)
            system.put(table, key, {}, ours=False)

    def _delete(self, system: System, act: Act) -> None:
        """A customer is deleted who has not ordered anything."""
        table = CUSTOMERS[system.side]
        keys = [key for key in system.rows[table] if not self._has_ordered(system, key)]
        if keys and act.where % 2:
            self._remove(system, table, keys[act.which % len(keys)])

    def _has_ordered(self, system: System, key: str) -> bool:
        shop = self.sides[Side.WEBSHOP]
        row = system.rows[CUSTOMERS[system.side]][key]
        known = {key} if system is shop else {row["information1"]}
        known |= {
            each["id"] for each in shop.rows["customers"].values() if system is not shop and each["external_id"] == key
        }
        with_account = {each["information1"] for each in self.sides[Side.BUSINESSNXT].rows["associate"].values()}
        return bool(known & (with_account | {each["customer_id"] for each in shop.rows["orders"].values()}))

    def _close(self, system: System, act: Act) -> None:
        """An order is delivered and invoiced in the company."""
        company = self.sides[Side.BUSINESSNXT]
        keys = list(company.rows["order"])
        if keys and act.where % 2 and system is company:
            key = keys[act.which % len(keys)]
            company.put("order", key, {"orderStatus1": 1024}, ours=False)
            for line in company.lines_of("orderLine", key):
                company.put("orderLine", line, {"finished": 1}, ours=False)

    # what they type

    def _number(self) -> str:
        self.twins += 1
        return f"n{self.twins:04d}"

    def _fill(self, system: System, table: str, key: str, how: str) -> None:
        names = [each for each in _typable(table, system) if each not in OWNED[system.side]]
        how = "plain" if how in ("blank", "again") else how
        self.type(system, table, key, {name: self._value(system, table, key, name, how) for name in names})

    def _value(self, system: System, table: str, key: str, name: str, how: str):
        if how == "again" and (system.side, table, key, name) in self.before:
            return self.before[system.side, table, key, name]
        self.edits += 1
        if name == "quantity":
            return self.edits
        if how == "blank" and name in BLANK:
            return ""
        return f"t{self.edits:04d}" + (" and more" if how == "long" else "")

    def type(self, system: System, table: str, key: str, values: dict) -> None:
        """Type these values into a row, and remember that somebody did.

        Who types again what stood there before may do so within one interval: no comparison of values can tell that
        from nothing (docs/decisions/0007, what it cannot show), so such a value counts as replaced for good.
        """
        row = system.rows[table][key]
        for name in values:
            self.before[system.side, table, key, name] = row[name]
            self.replaced.add(token(row[name]))
        system.put(table, key, values, ours=False)
        for name in values:
            self.typed.add(row[name])
            self.tokens.add(token(row[name]))
            self.typed_on.setdefault(token(row[name]), system.side)

    def _remove(self, system: System, table: str, key: str) -> None:
        row = system.rows[table][key]
        self.replaced |= {token(value) for value in row.values()}
        gone = {(system.side, row[name]) for name in NUMBERED if row.get(name)}
        self.deleted |= gone
        if gone and self.is_linked(system.side, key):
            self.deleted_for_good |= gone
        system.remove(table, key, ours=False)


def token(value: object) -> str:
    """What tells a typed value apart, whatever a system made of it."""
    return str(value or "").strip('"')[:TOKEN].translate(HIDDEN).casefold()


def _typable(table: str, system: System) -> list[str]:
    return [name for name in SHAPES[system.side][table].columns if name not in NOT_TYPED | NO_TEXT]


def _is_closed(system: System, table: str, key: str) -> bool:
    """Whether it is an invoiced order, or a line of one: the company lets nobody edit it."""
    row = system.rows[table][key]
    return bool(row.get("orderStatus1") or row.get("finished"))
