"""How mapping files see the shop's records, and how an edit of what they see goes back into the records.

The steps that mapping files name in `prepare:` add properties that no record holds as such: a customer's one `name`
and one `billing_address`, an order line's `price` on the order's basis. Here is their way back. All of it is pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crosswalk.prepare import customer_contact, order_contact, order_prices, order_progress, product_offer

from target_customwebshop import totals

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]

Edit = dict[str, Any]
"""New values by dotted path."""


def plainly(record: Record, edit: Edit) -> Record:  # noqa: ARG001 - every way back takes the record
    """The merge patch that sets these paths."""
    patch: Record = {}
    for path, value in edit.items():
        *way, last = path.split(".")
        place = patch
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return patch


@dataclass(frozen=True)
class View:
    """One collection, as mapping files see it.

    Attributes:
        present: Adds to a record what mapping files see beside its own properties.
        absorb: The merge patch that an edit of a record comes to.
    """

    present: Callable[[Record], Record] = dict
    absorb: Callable[[Record, Edit], Record] = plainly


# customers


def customer_patch(customer: Record, edit: Edit) -> Record:
    """Put a name where the shop keeps names, and a billing address among the addresses."""
    rest = {path: value for path, value in edit.items() if path != "name" and not path.startswith("billing_address.")}
    patch = plainly(customer, rest)
    if "name" in edit:
        patch |= _named({**customer, **patch}, edit["name"])
    address = plainly({}, {path: value for path, value in edit.items() if path.startswith("billing_address.")})
    if address:
        patch["addresses"] = _with_billing(customer.get("addresses") or [], address["billing_address"])
    return patch


def _is_company(customer: Record) -> bool:
    if customer.get("type"):
        return bool(customer["type"] == "company")
    return bool(customer.get("company_name") or customer.get("org_number"))


def _named(customer: Record, name: str | None) -> Record:
    """Put a name where it is seen; a person's last word is the last name: of "Åse Marie Ødegård" it is "Ødegård"."""
    if customer.get("company_name"):
        return {"company_name": name}
    if _is_company(customer):
        return {"type": "company", "company_name": name}
    first, _, last = (name or "").strip().rpartition(" ")
    return {"first_name": first or None, "last_name": last or None}


def _with_billing(addresses: list[Record], edit: Record) -> list[Record]:
    """The addresses, of which the one that mapping files see is edited, or made."""
    seen = customer_contact({"addresses": addresses})["billing_address"]
    if seen is None:
        return [{"kind": "billing", "is_default": True, **edit}]
    return [{**each, **edit} if each is seen else each for each in addresses]


# orders

NAMES = {"billing_name": "billing_address", "delivery_name": "shipping_address"}
"""Whose name it is that mapping files see as one."""


def order_view(order: Record) -> Record:
    """The order as mapping files see it: its last shipment as `shipment`, its invoices as a list of its own."""
    shipments = order.get("shipments") or []
    seen = order_progress(order_contact(order_prices(order)))
    invoices = (order.get("metadata") or {}).get("invoices") or []
    return {**seen, "shipment": shipments[-1] if shipments else None, "invoices": invoices}


def order_patch(order: Record, edit: Edit) -> Record:
    """Put names where the shop keeps them, and a day where it wants a moment."""
    patch = plainly(order, {path: value for path, value in edit.items() if path not in NAMES})
    for path, address in NAMES.items():
        if path in edit:
            patch[address] = {**patch.get(address, {}), **_addressed(order.get(address) or {}, edit[path])}
    if len(str(patch.get("placed_at") or "")) == len("2026-01-31"):
        patch["placed_at"] = f"{patch['placed_at']}T12:00:00Z"  # that day, wherever in Europe it is read
    return patch


def _addressed(address: Record, name: str | None) -> Record:
    return {"company" if address.get("company") else "name": name}


def line_patch(order: Record, line: Record, edit: Edit) -> Record:
    """Put a price and a discount where the shop keeps them, and what follows from them beside."""
    rest = {path: value for path, value in edit.items() if path not in ("price", "discount_percent")}
    gross = bool(order.get("gross", order_prices(order).get("gross")))
    known = {"type": "product", "price_includes_tax": gross, **line, **plainly(line, rest)}
    if "price" in edit:
        known["unit_price"] = _on_own_basis(Decimal(str(edit["price"])), known, gross=gross)
    percent = edit.get("discount_percent", _percent(order, line))
    if {"price", "discount_percent", "quantity"} & edit.keys():
        known["discount_amount"] = totals.share(known, Decimal(str(percent or 0)))
        known |= totals.of_line(known)
    return {name: value for name, value in known.items() if name not in line or line[name] != value}


def _percent(order: Record, line: Record) -> Any:  # noqa: ANN401 - a number in any of its spellings
    seen: Record = next(
        (each for each in order_prices(order).get("lines") or () if each.get("id") == line.get("id")), {}
    )
    return seen.get("discount_percent", 0)


def _on_own_basis(price: Decimal, line: Record, *, gross: bool) -> Decimal:
    """The price with or without VAT, as this line has it."""
    includes, factor = bool(line["price_includes_tax"]), totals.factor(line)
    if includes == gross:
        return price
    return totals.money(price * factor if includes else price / factor)


VIEWS: dict[str, View] = {
    "customers": View(customer_contact, customer_patch),
    "orders": View(order_view, order_patch),
    "products": View(product_offer),
    "inventory-levels": View(),
}
