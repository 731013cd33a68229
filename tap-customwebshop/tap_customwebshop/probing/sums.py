"""Whether amounts are in kroner: an order's total beside its lines, and their prices beside those of the products.

Øre that are taken for kroner look like amounts, and so do kroner that were divided: only beside others are they seen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from customwebshop import amounts

from .findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .sight import Sight

    Record = Mapping[str, Any]

FACTORS = (100, 1000)  # two or three decimals too many
SURE = 2  # so many orders must agree; of one it may be a discount

PRICED = {"orders": ("lines", "unit_price"), "products": ("variants", "price")}
_GOODS = (None, "product")
TOTAL, PRICE = "total_incl_tax", "lines[].unit_price"


class Sum(NamedTuple):
    """What an order comes to.

    Attributes:
        number: What people call it.
        told: The parts of its sum.
        lines: Their sum.
        total: Its total, as it says itself.
        with_tax: Whether that is the one with tax.
    """

    number: str
    told: str
    lines: Decimal
    total: Decimal
    with_tax: bool


def added(records: Sequence[Record], sight: Sight) -> Iterator[Finding]:
    """Whether the totals of orders are about what their lines come to; shows one."""
    sums = [each for each in map(_sum, records) if each is not None]
    if not sums:
        return
    each, factors = sums[0], [_factor(one.total / one.lines) for one in sums]
    seen = f"order {each.number}: {each.told} = {each.lines:f}, and its total is {each.total:f}"
    if None in factors or len(set(factors)) > 1:
        yield sight.found("amounts", "ok", seen, *_hint(records))
        return
    smaller, larger = (PRICE, TOTAL) if each.lines < each.total else (TOTAL, PRICE)
    told = sight.stream.shaping.types
    key = f"types.{smaller if 'minor_units' in str(told.get(smaller)) else larger}"
    remedy = "`minor_units: 2` reads øre, and of kroner it makes a hundredth"
    status = "fail" if len(sums) >= SURE else "warn"
    yield sight.found("amounts", status, f"{seen}: {larger} is {factors[0]} times too much", key, remedy)


def taxed(records: Sequence[Record], sight: Sight) -> Iterator[Finding]:
    """Whether prices say that they include tax: one that does not counts as without, and grows by it."""
    within, price = PRICED.get(sight.stream.name, ("", ""))
    items = [each for record in records for each in record.get(within) or () if each.get(price) is not None]
    silent = [each for each in items if each.get("price_includes_tax") is None and each.get("type") in _GOODS]
    if not silent:
        return
    seen = f"{len(silent)} of {len(items)} {within} do not say whether their price includes tax: it counts as without"
    sums = [each for each in map(_sum, records) if each is not None and each.with_tax]
    if sums and all(each.lines == each.total for each in sums):
        seen += ", and yet they come to the total with tax"
    key = f"defaults.{within}[].price_includes_tax"
    yield sight.found("tax", "warn", seen, key, "true or false, or map it, where the shop says so itself")


def compared(orders: Sequence[Record], products: Sequence[Record]) -> Iterator[Finding]:
    """Whether lines cost about what their products do."""
    prices = {each["sku"]: amounts.number(each.get("price")) for each in _inside(products, "variants")}
    paid = [(each["sku"], amounts.number(each.get("unit_price"))) for each in _inside(orders, "lines")]
    both = {sku: (price, known) for sku, price in paid if price and (known := prices.get(sku))}
    factors = {_factor(price / known) for price, known in both.values()}
    if len(factors) == 1 and None not in factors:
        sku, (price, known) = next(iter(both.items()))
        seen = f"{sku} costs {known:f} in products, and {price:f} in orders, as {len(both)} such do"
        larger = f"streams.orders.types.{PRICE}" if known < price else "streams.products.types.variants[].price"
        yield Finding("amounts", "fail", seen, larger, "`minor_units: 2` reads øre; of kroner it makes a hundredth")


def _inside(records: Iterable[Record], name: str) -> Iterator[Record]:
    return (each for record in records for each in record.get(name) or () if isinstance(each, dict) and each.get("sku"))


def _sum(record: Record) -> Sum | None:
    """What an order comes to; None where its lines do not say, or it was cancelled and has no total."""
    total = amounts.number(record.get(TOTAL)) or amounts.number(record.get("total_excl_tax"))
    held = record.get("lines") or ()
    parts = [part for line in held if (part := _part(line))]
    lines = sum((amount for _, amount in parts), Decimal())
    if not total or not lines or len(parts) < len(held):
        return None
    number, told = str(record.get("number") or record.get("id")), " + ".join(told for told, _ in parts)
    return Sum(number, told, lines, total, with_tax=bool(amounts.number(record.get(TOTAL))))


def _part(line: Record) -> tuple[str, Decimal] | None:
    quantity, price = amounts.number(line.get("quantity")), amounts.number(line.get("unit_price"))
    if quantity is None or price is None:
        return None
    discount = amounts.number(line.get("discount_amount") or 0) or 0
    less = f" - {discount:f}" if discount else ""
    return f"{quantity:f} x {price:f}{less}", quantity * price - discount


def _factor(ratio: Decimal) -> int | None:
    """How many times too much, where it is that and no tax or discount; either way round."""
    size = abs(ratio) if abs(ratio) >= 1 else 1 / abs(ratio)
    return next((each for each in FACTORS if each * 6 <= size * 10 <= each * 16), None)


def _hint(records: Sequence[Record]) -> tuple[str, str] | tuple[()]:
    """What to look at where no amount has decimals: such shops are many, and so are those that count in øre."""
    told = [str(each.get(TOTAL)) for each in records if amounts.number(each.get(TOTAL))]
    if len(told) > 1 and not any("." in each for each in told):
        return f"types.{TOTAL}", "are these kroner? `minor_units: 2` reads øre"
    return ()
