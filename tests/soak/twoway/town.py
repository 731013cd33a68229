"""The people of one history of whole programs: a few customers and orders, edited in the shop and in the company.

Every value that they type is one of its kind, so that at the end it is there, was replaced, or is on record.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import requests
from twoway.people import token

if TYPE_CHECKING:
    from random import Random

    from programs import Neighbours

PEOPLE = {"line1": "addressLine1", "line2": "addressLine2", "city": "postalArea", "region": "information4"}
"""Property of the billing address, column of the company's address: both ways, and rewritten by nobody."""

ORDERS = {"note": "information4"}
LINES = {"title": "description"}


class Town:
    """Those who type.

    Args:
        neighbours: The shop and the company.
        chance: Where all choice comes from.
        name: Of this history; its ids begin with it.
    """

    def __init__(self, neighbours: Neighbours, chance: Random, name: str) -> None:
        self._neighbours, self._chance, self._name = neighbours, chance, name
        self._customers: list[str] = []
        self._orders: list[str] = []
        self._made_there: list[str] = []
        self._typed: set[str] = set()
        self._replaced: set[str] = set()
        self._edits = 0

    # what they do

    def settle(self) -> None:
        """Two customers come, one of them orders, and the company enters a third."""
        for _ in range(2):
            self._come()
        self._order()
        self._enter()

    def go_on(self) -> None:
        """Let a little happen."""
        acts = (self._move, self._move_there, self._remark, self._remark_there, self._rename, self._rename_there,
                self._add_line, self._drop_line, self._order)  # fmt: skip
        for _ in range(self._chance.randint(1, 4)):
            self._chance.choice(acts)()

    def _come(self) -> None:
        identity = f"H{self._name}-{len(self._customers)}"
        address = {"id": f"{identity}-A", "kind": "billing", "is_default": True, "country_code": "NO",
                   **{name: self._value() for name in PEOPLE}}  # fmt: skip
        person = {"type": "person", "first_name": "Åse", "last_name": identity, "language": "nb", "currency": "NOK"}
        mail = f"{identity}@example.test".lower()
        self._put("customers", identity, id=identity, number=identity, email=mail, addresses=[address], metadata={},
                  **person)  # fmt: skip
        self._customers.append(identity)

    def _order(self) -> None:
        if len(self._orders) > 2:
            return
        identity = f"H{self._name}-O{len(self._orders)}"
        lines = [self._line(f"{identity}-L{number}") for number in range(2)]
        self._put("orders", identity, id=identity, number=identity, customer_id=self._chance.choice(self._customers),
                  buyer={"email": "kjøper@example.test"}, currency="NOK", placed_at="2026-11-20T10:00:00Z", payments=[],
                  note=self._value(), status="open", lines=lines, billing_address={"name": "Åse", "country_code": "NO"},
                  metadata={})  # fmt: skip
        self._orders.append(identity)

    def _line(self, identity: str) -> dict[str, Any]:
        return {"id": identity, "type": "fee", "title": self._value(), "quantity": "1", "unit": "stk",
                "unit_price": "10.00", "price_includes_tax": True, "tax_rate": "25"}  # fmt: skip

    def _enter(self) -> None:
        mail = f"h{self._name}-there@example.test"
        row = {"name": f"Kari {self._name}", "emailAddress": mail, **{each: self._value() for each in PEOPLE.values()}}
        answer = self._neighbours.tell_company("POST", "tables/address", rows=[row], user="kari")
        assert answer["affected"] == 1, answer
        self._made_there.append(mail)

    def _move(self) -> None:
        record = self._record("customers", self._chance.choice(self._customers))
        name = self._chance.choice(list(PEOPLE))
        billing, *others = record["addresses"]
        self._replaced.add(token(billing.get(name)))
        self._put("customers", record["id"], addresses=[{**billing, name: self._value()}, *others])

    def _move_there(self) -> None:
        self._edit_row("address", "addressNo", self._rows("address", "information1", self._customers), PEOPLE)

    def _remark(self) -> None:
        record = self._record("orders", self._chance.choice(self._orders))
        self._replaced.add(token(record["note"]))
        self._put("orders", record["id"], note=self._value())

    def _remark_there(self) -> None:
        self._edit_row("order", "orderNo", self._rows("order", "customerOrSupplierOrderNo", self._orders), ORDERS)

    def _rename(self) -> None:
        record = self._record("orders", self._chance.choice(self._orders))
        if record["lines"]:
            line = self._chance.choice(record["lines"])
            self._replaced.add(token(line["title"]))
            title = self._value()
            lines = [{**each, "title": title} if each is line else each for each in record["lines"]]
            self._put("orders", record["id"], lines=lines)

    def _rename_there(self) -> None:
        orders = {row["orderNo"] for row in self._rows("order", "customerOrSupplierOrderNo", self._orders)}
        lines = [row for row in self._neighbours.rows("orderLine") if row["orderNo"] in orders]
        self._edit_row("orderLine", "orderNo", lines, LINES, more="lineNo")

    def _add_line(self) -> None:
        record = self._record("orders", self._chance.choice(self._orders))
        line = self._line(f"{record['id']}-M{self._edits}")
        self._put("orders", record["id"], lines=[*record["lines"], line])

    def _drop_line(self) -> None:
        record = self._record("orders", self._chance.choice(self._orders))
        if len(record["lines"]) > 1:
            line = self._chance.choice(record["lines"])
            self._replaced.add(token(line["title"]))
            self._put("orders", record["id"], lines=[each for each in record["lines"] if each is not line])

    def _edit_row(self, table: str, key: str, rows: list[dict], pairs: dict, more: str | None = None) -> None:
        if rows:
            row, column = self._chance.choice(rows), self._chance.choice(list(pairs.values()))
            where = {key: row[key], **({more: row[more]} if more else {})}
            value = self._value()
            answer = self._neighbours.tell_company(
                "PATCH", f"tables/{table}", where=where, set={column: value}, user="kari"
            )
            if answer["affected"]:
                self._replaced.add(token(row[column]))
            else:  # it was deleted, or somebody else has it open
                self._typed.discard(token(value))

    def _value(self) -> str:
        self._edits += 1
        value = f"{self._name}{self._edits:02d}"
        self._typed.add(token(value))
        return value

    def _put(self, collection: str, identity: str, **values: Any) -> None:
        place = f"{self._neighbours.webshop['control_url']}/records/{collection}/{identity}"
        requests.patch(place, json=values, timeout=30).raise_for_status()

    def _record(self, collection: str, identity: str) -> dict[str, Any]:
        return next(each for each in self._neighbours.records(collection) if each["id"] == identity)

    def _rows(self, table: str, column: str, ids: list[str]) -> list[dict]:
        return [row for row in self._neighbours.rows(table) if row[column] in ids]

    # judgement

    def all_there_is(self) -> tuple[dict[str, list[dict]], dict[str, list[dict]]]:
        """Everything that both sides hold of what people type."""
        shop = {name: self._neighbours.records(name) for name in ("customers", "orders")}
        return shop, {name: self._neighbours.rows(name) for name in ("address", "order", "orderLine")}

    def judge(self, conflicts: list[dict]) -> tuple[dict[str, int], list[str]]:
        """What is wrong with the records of this history, counted and told."""
        shop, company = self.all_there_is()
        differ, doubled = [], []
        for identity in self._customers:
            record = next(each for each in shop["customers"] if each["id"] == identity)
            rows = [row for row in company["address"] if row["information1"] == identity]
            doubled += [f"double: {identity}"] * (len(rows) > 1)
            differ += _held(identity, record["addresses"][0], rows, PEOPLE)
        for mail in self._made_there:
            [row] = [row for row in company["address"] if row["emailAddress"] == mail]
            records = [each for each in shop["customers"] if each["email"] == mail]
            doubled += [f"double: {mail}"] * (len(records) > 1)
            differ += _held(mail, records[0]["addresses"][0] if records else {}, [row] if records else [], PEOPLE)
        for identity in self._orders:
            record = next(each for each in shop["orders"] if each["id"] == identity)
            rows = [row for row in company["order"] if row["customerOrSupplierOrderNo"] == identity]
            doubled += [f"double: {identity}"] * (len(rows) > 1)
            differ += _held(identity, record, rows, ORDERS)
            numbers = {row["orderNo"] for row in rows}
            lines = [row for row in company["orderLine"] if row["orderNo"] in numbers]
            shown = {line["id"] for line in record["lines"]}
            names = Counter(_name(row, shown) for row in lines)
            doubled += [f"double: {each}" for each, number in names.items() if number > 1]
            for line in record["lines"]:
                own = [row for row in lines if _name(row, shown) == line["id"]]
                differ += _held(line["id"], line, own, LINES)
            differ += [f"alone: {each}" for each in names if each not in shown]
        lost = self._typed - self._present(shop, company) - self._replaced
        lost -= {token(each[f"{side}_value"]) for each in conflicts for side in ("webshop", "businessnxt")}
        figures = {"edits": self._edits, "lost_edits": len(lost), "duplicates": len(doubled), "echoes": 0,
                   "disagreements": len(differ)}  # fmt: skip
        return figures, [*(f"lost: {each}" for each in sorted(lost)), *doubled, *differ]

    def _present(self, shop: dict, company: dict) -> set[str]:
        lines = [line for each in shop["orders"] for line in each["lines"]]
        places = [place for each in shop["customers"] for place in each["addresses"]]
        records = [*shop["customers"], *shop["orders"], *lines, *places]
        rows = [*records, *(row for rows in company.values() for row in rows)]
        return {token(value) for row in rows for value in row.values() if isinstance(value, str)}


def _name(row: dict, shown: set[str]) -> str:
    """What the shop calls a line: by its row's number where the company's line came (back) into the shop."""
    made_there = f"nxt-{row['lineNo']}"
    return made_there if made_there in shown else str(row["transactionInformation1"] or made_there)


def _held(name: str, record: dict, rows: list[dict], pairs: dict[str, str]) -> list[str]:
    """Where a record and its row differ."""
    if not rows:
        return [f"alone: {name}"]
    return [
        f"differ: {name}.{here}={record.get(here)!r} {there}={rows[0][there]!r}"
        for here, there in pairs.items()
        if (record.get(here) or "") != (rows[0][there] or "")
    ]
