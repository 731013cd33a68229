"""Records as other shops send them: every habit that a reader of the contract may meet, one function each."""

from __future__ import annotations

import html
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Record = dict[str, Any]

_MONEY = (
    "unit_price", "discount_amount", "tax_amount", "total_excl_tax", "total_incl_tax", "total_tax", "amount",
    "amount_due", "rounding", "price", "compare_at_price", "cost_price", "base",
)  # fmt: skip


def distorted(record: Record, names: Iterable[str]) -> Record:
    """The record, bent in each of these ways; the original stays as it is."""
    bent: Record = json.loads(json.dumps(record))
    for name in names:
        bent = DISTORTIONS[name](bent)
    return bent


def _each(value: Any, change: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Change every member, however deep."""
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if isinstance(value, dict):
        return {name: change(name, _each(item, change)) for name, item in value.items()}
    return value


def _money(record: Record, spell: Callable[[str], Any]) -> Record:
    return dict(_each(record, lambda name, value: spell(value) if name in _MONEY and value is not None else value))


def _money_float(record: Record) -> Record:
    return _money(record, float)


def _money_minor(record: Record) -> Record:
    return _money(record, lambda text: int(Decimal(text) * 100))


def _money_local(record: Record) -> Record:
    """As Norwegians write it: 1 099,90."""
    return _money(record, lambda text: f"{Decimal(text):,.2f}".replace(",", " ").replace(".", ","))


def _naive_times(record: Record) -> Record:
    """Local time of the shop without a zone: the hour that comes twice in autumn cannot be told apart."""
    zone = ZoneInfo("Europe/Oslo")

    def local(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if not name.endswith("_at") or not isinstance(value, str):
            return value
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

    return dict(_each(record, local))


def _number_ids(record: Record) -> Record:
    digits = "".join(letter for letter in str(record["id"]) if letter.isdigit())
    return {**record, "id": int(digits)}


def _no_stamp(record: Record) -> Record:
    return {**record, "updated_at": None}


def _no_id(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in ("id", "sku")}


def _guest_zero(record: Record) -> Record:
    return {**record, "customer_id": record.get("customer_id") or 0}


def _guest_shadow(record: Record) -> Record:
    """A guest has a customer row of his own, which says that it is none."""
    guest = record.get("customer_id") is None
    shown = {"id": f"guest-{record['id']}" if guest else record["customer_id"], "has_account": not guest}
    return {**record, "customer_id": shown["id"], "customer": shown}


def _lower_case_codes(record: Record) -> Record:
    codes = ("currency", "country_code")
    return dict(_each(record, lambda name, value: value.lower() if name in codes and value else value))


def _unknown_status(record: Record) -> Record:
    return {**record, "status": "wc-checkout-draft"}


def _html_entities(record: Record) -> Record:
    return dict(_each(record, lambda name, value: _entities(value) if name in ("title", "name") and value else value))


def _entities(text: str) -> str:
    return html.escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _discounts_as_positive(record: Record) -> Record:
    """A discount line whose amounts have lost their sign."""
    lines = [_unsigned(each) if each.get("type") == "discount" else each for each in record.get("lines", [])]
    return {**record, "lines": lines}


def _unsigned(line: Record) -> Record:
    names = ("unit_price", "tax_amount", "total_excl_tax", "total_incl_tax")
    return line | {name: line[name].lstrip("-") for name in names}


def _negative_line_discounts(record: Record) -> Record:
    lines = [
        each | {"discount_amount": each["discount_amount"] and f"-{each['discount_amount'].lstrip('-')}"}
        for each in record.get("lines", [])
    ]
    return {**record, "lines": lines}


def _parents_beside_children(record: Record) -> Record:
    """Configurable products stand twice on an order: once as they were chosen, once as they were sold."""
    lines = []
    for each in record.get("lines", []):
        if each["type"] == "product":
            lines.append({**each, "id": f"{each['id']}-parent", "variant_id": None})
        lines.append(each)
    return {**record, "lines": lines}


def _cancelled_to_zero(record: Record) -> Record:
    """Paid, then cancelled: the total is gone, the lines keep their amounts."""
    totals = dict.fromkeys(("total_excl_tax", "total_tax", "total_incl_tax"), "0.00")
    return {**record, **totals, "status": "cancelled", "payment_status": "refunded"}


DISTORTIONS: dict[str, Callable[[Record], Record]] = {
    "money_float": _money_float,
    "money_minor": _money_minor,
    "money_local": _money_local,
    "naive_times": _naive_times,
    "number_ids": _number_ids,
    "no_stamp": _no_stamp,
    "no_id": _no_id,
    "guest_zero": _guest_zero,
    "guest_shadow": _guest_shadow,
    "lower_case_codes": _lower_case_codes,
    "unknown_status": _unknown_status,
    "html_entities": _html_entities,
    "discounts_as_positive": _discounts_as_positive,
    "negative_line_discounts": _negative_line_discounts,
    "parents_beside_children": _parents_beside_children,
    "cancelled_to_zero": _cancelled_to_zero,
}
