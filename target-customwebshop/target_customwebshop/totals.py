"""What follows from an order's lines: their amounts, and the sums of the order. Pure, to the øre."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Record = dict[str, Any]
_CENT = Decimal("0.01")


def number(value: Any) -> Decimal:  # noqa: ANN401 - a number in any of its spellings
    """A number of a record; what is not there is none."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def money(amount: Decimal) -> Decimal:
    """An amount as the shop keeps it."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def factor(line: Record) -> Decimal:
    """What makes a price without VAT one with VAT."""
    return 1 + number(line.get("tax_rate")) / 100


def share(line: Record, percent: Decimal) -> Decimal:
    """This much of what the line costs, on its own side of VAT."""
    return money(number(line.get("unit_price")) * number(line.get("quantity")) * percent / 100)


def of_line(line: Record) -> Record:
    """The amounts of a line, from its price, quantity, discount and VAT rate."""
    amount = number(line.get("unit_price")) * number(line.get("quantity")) - number(line.get("discount_amount"))
    including = money(amount if line.get("price_includes_tax") else amount * factor(line))
    excluding = money(amount / factor(line) if line.get("price_includes_tax") else amount)
    return {"total_excl_tax": excluding, "total_incl_tax": including, "tax_amount": including - excluding}


def of_order(order: Record, lines: list[Record]) -> Record:
    """The sums of an order with these lines."""
    excluding = sum((number(each.get("total_excl_tax")) for each in lines), Decimal(0))
    including = sum((number(each.get("total_incl_tax")) for each in lines), Decimal(0)) + number(order.get("rounding"))
    due = including - sum(
        (number(each.get("amount")) for each in order.get("payments") or () if each.get("status") == "captured"),
        Decimal(0),
    )
    return {
        "total_excl_tax": money(excluding),
        "total_tax": money(including - excluding - number(order.get("rounding"))),
        "total_incl_tax": money(including),
        "tax_summary": _by_rate(lines),
        **({"amount_due": money(due)} if "amount_due" in order else {}),
    }


def _by_rate(lines: list[Record]) -> list[Record]:
    sums: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in lines:
        found = sums[str(each.get("tax_rate") or "0"), str(each.get("tax_code") or "zero")]
        found[0] += number(each.get("total_excl_tax"))
        found[1] += number(each.get("total_incl_tax")) - number(each.get("total_excl_tax"))
    return [
        {"tax_rate": rate, "tax_code": code, "base": money(base), "amount": money(tax)}
        for (rate, code), (base, tax) in sorted(sums.items())
    ]
