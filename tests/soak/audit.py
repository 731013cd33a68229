"""Holds what the company's own tables hold against what the shop holds: nothing missing, nothing twice, nothing old."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs import Neighbours

Row = dict[str, Any]


class Audit:
    """What is wrong, record by record.

    Attributes:
        lost: Records that are not in the company, or not as they last were in the shop.
        twice: References that more than one row carries.
    """

    def __init__(self, neighbours: Neighbours) -> None:
        self.lost: list[str] = []
        self.twice: list[str] = []
        self._see("address", "information1", neighbours, dict(_customers(neighbours)))
        self._see("product", "information1", neighbours, dict(_variants(neighbours)))
        self._see("order", "customerOrSupplierOrderNo", neighbours, dict(_orders(neighbours)))
        self._lines(neighbours)

    def _see(self, table: str, reference: str, neighbours: Neighbours, wanted: dict[str, Row]) -> None:
        rows = neighbours.rows(table)
        carried = Counter(row[reference] for row in rows if row[reference])
        self.twice += [f"{table} {each}" for each, number in carried.items() if number > 1]
        held = {row[reference]: row for row in rows}
        for identity, values in wanted.items():
            found = {name: held.get(identity, {}).get(name) for name in values}
            if found != values:
                self.lost.append(f"{table} {identity}: {found} instead of {values}")

    def _lines(self, neighbours: Neighbours) -> None:
        """Every line once, below its order, with its quantity."""
        heads = {row["orderNo"]: row["customerOrSupplierOrderNo"] for row in neighbours.rows("order")}
        held = Counter(
            (heads[row["orderNo"]], row["transactionInformation1"], Decimal(str(row["quantity"])))
            for row in neighbours.rows("orderLine")
        )
        wanted = Counter(
            (order["id"], line["id"], Decimal(line["quantity"]))
            for order in _ordered(neighbours)
            for line in order["lines"]
        )
        self.lost += [f"line {each}" for each in wanted - held]
        self.twice += [f"line {each}" for each in held - wanted]


def _customers(neighbours: Neighbours) -> Iterator[tuple[str, Row]]:
    for each in neighbours.records("customers"):
        billing = next(place for place in each["addresses"] if place["kind"] == "billing")
        yield each["id"], {"emailAddress": each["email"], "addressLine1": billing["line1"][:60].rstrip()}


def _variants(neighbours: Neighbours) -> Iterator[tuple[str, Row]]:
    for product in neighbours.records("products"):
        for each in product["variants"]:
            parts = [product["title"], each["title"] if each["title"] != "Standard" else ""]
            identity = f"{product['id']}/{each['id']}"
            yield identity, {"productNo": each["sku"], "description": ", ".join(filter(None, parts))[:60].rstrip()}


def _orders(neighbours: Neighbours) -> Iterator[tuple[str, Row]]:
    for each in _ordered(neighbours):
        yield each["id"], {"yourReference": each["number"], "information4": (each["note"] or "")[:50].rstrip()}


def _ordered(neighbours: Neighbours) -> Iterator[Row]:
    """The shop's orders; one that was cancelled before anybody saw it is none, and has no row."""
    carried = {row["customerOrSupplierOrderNo"] for row in neighbours.rows("order")}
    for each in neighbours.records("orders"):
        if each["status"] != "cancelled" or each["id"] in carried:
            yield each
