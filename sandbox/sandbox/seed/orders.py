"""Makes the demo shop's orders. Money is exact: every order's lines add up to its totals, to the øre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.seed import words
from sandbox.seed.addresses import make_address
from sandbox.seed.figures import EXCHANGE, NOW, RATES, money, rounded, some_moment, stamp, total

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

Record = dict[str, Any]

DELIVERY = (("Hentepunkt", 79), ("Hjemlevering", 149), ("Hentes i butikk", 0), ("Brev", 49))
METHODS = ("card", "vipps", "klarna")
_ADDRESS_HEAD = ("id", "kind", "is_default")


@dataclass(frozen=True)
class Sale:
    """What decides on an order.

    Attributes:
        number: Its place among all, oldest first.
        placed: When it was placed.
        customer: Who bought; of strangers, whose country and currency are theirs.
        stranger: Whether nobody knows who it was.
        chance: Where the rest comes from.
    """

    number: int
    placed: datetime
    customer: Record
    stranger: bool
    chance: random.Random

    @property
    def guest(self) -> bool:
        """Whether it belongs to no account."""
        return self.stranger or bool(self.customer["is_guest"])

    @property
    def company(self) -> bool:
        """Companies see prices without VAT and pay by invoice."""
        return self.customer["type"] == "company" and not self.stranger


@dataclass(frozen=True)
class Progress:
    """How far an order has come, in the contract's words."""

    status: str
    payment: str
    fulfillment: str


def make_orders(number: int, customers: list[Record], products: list[Record], chance: random.Random) -> list[Record]:
    """So many orders of the last eighteen months, oldest first."""
    for_sale = [each for each in products if each["status"] != "draft"]
    moments = sorted(some_moment(chance, 540) for _ in range(number))
    return [_order(_sale(place, moment, customers, chance), for_sale) for place, moment in enumerate(moments, start=1)]


def _sale(number: int, placed: datetime, customers: list[Record], chance: random.Random) -> Sale:
    before = stamp(placed)
    known = [each for each in customers if each["created_at"] < before]
    return Sale(number, placed, chance.choice(known), number % 14 == 0, chance)


def _order(sale: Sale, products: list[Record]) -> Record:
    lines = list(_lines(sale, products))
    totals, progress = _totals(lines), _progress(sale.number, company=sale.company)
    updated = stamp(min(sale.placed + timedelta(hours=sale.chance.randrange(1, 200)), NOW))
    return {
        "id": f"O{sale.number:05d}",
        "number": f"{100000 + sale.number}",
        "external_id": None,
        **_parties(sale),
        "currency": sale.customer["currency"],
        "status": progress.status,
        "payment_status": progress.payment,
        "fulfillment_status": progress.fulfillment,
        "lines": lines,
        **_money_moved(sale, progress, lines, Decimal(totals["total_incl_tax"]), updated),
        "shipments": _shipments(sale.number, progress, lines, updated),
        **totals,
        "rounding": "0.00",
        "note": sale.chance.choice(words.NOTES) if sale.number % 13 == 0 else None,
        "channel": "nettbutikk" if sale.number % 8 else "app",
        "metadata": {},
        "placed_at": stamp(sale.placed),
        "cancelled_at": updated if progress.status == "cancelled" else None,
        "created_at": stamp(sale.placed),
        "updated_at": updated,
    }


# who bought, and where it goes


def _parties(sale: Sale) -> Record:
    if sale.stranger:
        name = words.some_name(sale.chance)
        buyer = {"name": name, "email": f"gjest.{words.plain(name)}@example.test", "phone": None}
        billing = make_address(sale.number + 3000, name, sale.chance, abroad=words.home_of(sale.customer))
    else:
        buyer = {"name": f"{sale.customer['first_name']} {sale.customer['last_name']}"}
        buyer |= {name: sale.customer[name] for name in ("email", "phone")}
        head = sale.customer["addresses"][0]
        billing = {name: value for name, value in head.items() if name not in _ADDRESS_HEAD}
    firm = {name: None if sale.stranger else sale.customer[name] for name in ("company_name", "org_number")}
    return {
        "customer_id": None if sale.guest else sale.customer["id"],
        "buyer": buyer | firm,
        "billing_address": billing,
        "shipping_address": _delivery(sale) or billing,
    }


def _delivery(sale: Sale) -> Record | None:
    """Every fourth goes elsewhere: a gift, a cabin."""
    if sale.number % 4 or sale.customer["currency"] != "NOK":
        return None
    return make_address(sale.number + 2000, words.some_name(sale.chance), sale.chance)


# lines


def _lines(sale: Sale, products: list[Record]) -> Iterator[Record]:
    lines = [*_wares(sale, products), *_charges(sale)]
    yield from lines
    whole = total(lines, "total_incl_tax")
    short = whole.quantize(Decimal(1)) - whole
    if sale.customer["currency"] == "NOK" and short and sale.number % 2:
        yield _charge(sale, 94, "rounding", "Øreavrunding", short, tax_code="zero")


def _wares(sale: Sale, products: list[Record]) -> Iterator[Record]:
    for place in range(1, sale.chance.randrange(1, 6) + 1):
        product = sale.chance.choice(products)
        variant = sale.chance.choice(product["variants"])
        title = product["title"] if variant["title"] in words.ONE_SIZE else f"{product['title']}, {variant['title']}"
        quantity = Decimal(sale.chance.choice((1, 1, 1, 2, 3)))
        if variant["unit"] in {"kg", "m"}:
            quantity += Decimal("0.5")
        off = Decimal("0.1") if place == 2 and sale.number % 3 == 0 else Decimal(0)
        line = _line(sale, f"{place}", title, Decimal(variant["price"]), product["tax_code"], quantity, off)
        named = {"product_id": product["id"], "variant_id": variant["id"], "sku": variant["sku"]}
        yield {**line, "type": "product", **named, "unit": variant["unit"]}


def _charges(sale: Sale) -> Iterator[Record]:
    title, price = DELIVERY[sale.number % len(DELIVERY)]
    yield _charge(sale, 90, "shipping", title, Decimal(price))
    if sale.number % 10 == 0:
        yield _charge(sale, 91, "fee", "Fakturagebyr" if sale.company else "Gaveinnpakning", Decimal(39))
    if sale.number % 15 == 0:
        yield _charge(sale, 92, "discount", "Kampanje «Høstfarger»", Decimal(-50))
    if sale.number % 25 == 0:
        yield _charge(sale, 93, "gift_card", "Gavekort", Decimal(-100), tax_code="zero")


def _charge(sale: Sale, place: int, kind: str, title: str, price: Decimal, *, tax_code: str = "standard") -> Record:
    line = _line(sale, f"{place}", title, price, tax_code, Decimal(1), Decimal(0))
    return {**line, "type": kind, "product_id": None, "variant_id": None, "sku": None, "unit": "stk"}


def _line(  # noqa: PLR0917 - what a line is made of
    sale: Sale, place: str, title: str, price: Decimal, tax_code: str, quantity: Decimal, off: Decimal
) -> Record:
    """A line; the price is in kroner and with VAT."""
    factor = 1 + RATES[tax_code] / 100
    with_tax = not sale.company
    unit_price = rounded(price * EXCHANGE[sale.customer["currency"]] / (1 if with_tax else factor))
    discount = rounded(unit_price * quantity * off)
    amount = rounded(unit_price * quantity - discount)
    excl, incl = (rounded(amount / factor), amount) if with_tax else (amount, rounded(amount * factor))
    return {
        "id": f"L{sale.number:05d}-{place}",
        "title": title,
        "quantity": str(quantity),
        "unit_price": money(unit_price),
        "price_includes_tax": with_tax,
        "discount_amount": money(discount),
        "tax_rate": str(RATES[tax_code]),
        "tax_code": tax_code,
        "tax_amount": money(incl - excl),
        "total_excl_tax": money(excl),
        "total_incl_tax": money(incl),
    }


def _totals(lines: list[Record]) -> Record:
    excl, incl = total(lines, "total_excl_tax"), total(lines, "total_incl_tax")
    by_code = {code: [each for each in lines if each["tax_code"] == code] for code in RATES}
    return {
        "total_excl_tax": money(excl),
        "total_tax": money(incl - excl),
        "total_incl_tax": money(incl),
        "tax_summary": [
            {"tax_rate": str(RATES[code]), "tax_code": code, "base": money(total(own, "total_excl_tax")),
             "amount": money(total(own, "tax_amount"))}
            for code, own in by_code.items() if own
        ],
    }  # fmt: skip


# how far it has come


def _progress(number: int, *, company: bool) -> Progress:
    """Most are paid and sent; the last weeks' are on their way; every now and then one has gone another way."""
    for every, progress in (
        (66, Progress("cancelled", "refunded", "unfulfilled")),
        (33, Progress("cancelled", "voided", "unfulfilled")),
        (47, Progress("completed", "refunded", "returned")),
        (37, Progress("completed", "partially_refunded", "fulfilled")),
        (71, Progress("open", "failed", "unfulfilled")),
    ):
        if number % every == 0:
            return progress
    if number > 400:
        return (
            Progress("open", "authorized", "unfulfilled"),
            Progress("open", "paid", "partial"),
            Progress("completed", "unpaid" if company else "paid", "fulfilled"),
            Progress("open", "unpaid", "unfulfilled"),
            Progress("open", "paid", "unfulfilled"),
            Progress("open", "partially_paid", "unfulfilled"),
        )[number % 6]
    return Progress("completed", "paid", "fulfilled")


def _money_moved(sale: Sale, progress: Progress, lines: list[Record], due: Decimal, updated: str) -> Record:
    """What was paid, what was paid back, and what is still to come."""
    status = {"unpaid": "pending", "authorized": "authorized", "failed": "failed", "voided": "voided"}.get(
        progress.payment, "captured"
    )
    share = Decimal("0.5") if progress.payment == "partially_paid" else Decimal(status == "captured")
    paid = rounded(due * share)
    payment = {
        "id": f"B{sale.number:05d}",
        "method": "invoice" if sale.company else sale.chance.choice(METHODS),
        "status": status,
        "amount": money(paid or due),
        "reference": f"psp-{sale.number:05d}",
        "captured_at": stamp(sale.placed) if paid else None,
    }
    return {
        "payments": [payment],
        "refunds": _refunds(sale.number, progress, lines, due, updated),
        "amount_due": money(Decimal(0) if progress.status == "cancelled" else due - paid),
        "paid_at": payment["captured_at"] if paid == due else None,
    }


def _refunds(number: int, progress: Progress, lines: list[Record], due: Decimal, updated: str) -> list[Record]:
    """All of it, or the first line of it."""
    if progress.payment not in {"refunded", "partially_refunded"}:
        return []
    first = progress.payment == "partially_refunded"
    back = lines[:1] if first else [each for each in lines if each["type"] == "product"]
    amount = lines[0]["total_incl_tax"] if first else money(due)
    return [{"id": f"R{number:05d}", "created_at": updated, "amount": amount, "lines": _parts(back)}]


def _shipments(number: int, progress: Progress, lines: list[Record], updated: str) -> list[Record]:
    if progress.fulfillment == "unfulfilled":
        return []
    goods = [each for each in lines if each["type"] == "product"]
    sent = _parts(goods)
    if progress.fulfillment == "partial":
        sent = [{**sent[0], "quantity": "0.5"}] if len(sent) == 1 else sent[:1]
    tracking = f"7035{number:013d}"
    return [{"id": f"S{number:05d}", "carrier": "Posten", "tracking": tracking, "shipped_at": updated, "lines": sent}]


def _parts(lines: list[Record]) -> list[Record]:
    return [{"line_id": each["id"], "quantity": each["quantity"]} for each in lines]
