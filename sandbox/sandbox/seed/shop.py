"""Makes the demo shop: customers, products, stock and orders of the CustomWebshop contract, the same every time.

Money is exact: every order's lines add up to its totals, to the øre.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.seed import words

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]

SEED = 1897
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
CUSTOMERS, ORDERS = 220, 520
RATES = {"standard": Decimal(25), "reduced": Decimal(15), "low": Decimal(12), "zero": Decimal(0)}
DELIVERY = (("Hentepunkt", 79), ("Hjemlevering", 149), ("Hentes i butikk", 0), ("Brev", 49))
METHODS = ("card", "vipps", "klarna")
_CENT = Decimal("0.01")


@cache
def shop() -> dict[str, list[Record]]:
    """All records of the shop, by collection."""
    chance = random.Random(SEED)
    customers = [_customer(number, chance) for number in range(1, CUSTOMERS + 1)]
    products = list(_products(chance))
    orders = [_order(number, customers, products, chance) for number in range(1, ORDERS + 1)]
    return {
        "customers": customers,
        "products": products,
        "inventory-levels": [_level(variant, chance) for each in products for variant in each["variants"]],
        "orders": orders,
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(chance: random.Random, days: int = 540) -> datetime:
    return NOW - timedelta(seconds=chance.randrange(3600, days * 86400), microseconds=chance.randrange(10**6))


def _money(amount: Decimal) -> str:
    return str(amount.quantize(_CENT, ROUND_HALF_UP))


# customers


def _customer(number: int, chance: random.Random) -> Record:
    kind = "company" if number % 6 == 0 else "guest" if number % 11 == 0 else "person"
    abroad = words.ABROAD[number % len(words.ABROAD)] if number % 17 == 0 else None
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    company = _company_name(number) if kind == "company" else None
    phone = f"+4799{number:06d}"
    address = _address(number, chance, abroad, name=company or f"{first} {last}", phone=phone)
    created = _moment(chance, 900)
    updated = created + (NOW - created) * chance.random()
    return {
        "id": f"C{number:04d}",
        "number": f"{20000 + number}",
        "external_id": None,
        "type": "company" if company else "person",
        "email": f"{_plain(first)}.{_plain(last)}{number}@example.test",
        "first_name": first,
        "last_name": last,
        "company_name": company,
        "org_number": org_number(number) if company else None,
        "vat_number": f"NO{org_number(number)}MVA" if company and number % 4 == 0 else None,
        "phone": phone,
        "is_guest": kind == "guest",
        "language": abroad[5] if abroad else "nb",
        "currency": abroad[4] if abroad else "NOK",
        "group": _group(kind, number),
        "marketing_consent": chance.random() < 0.4,
        "addresses": [
            {"id": f"A{number:04d}-1", "kind": "billing", "is_default": True, **address},
            *_extra(number, chance),
        ],
        "metadata": {},
        "created_at": _stamp(created),
        "updated_at": _stamp(updated),
    }


def _group(kind: str, number: int) -> str:
    if kind == "company":
        return "Forhandler" if number % 12 == 0 else "Bedrift"
    return "VIP" if number % 19 == 0 else "Privat"


def _company_name(number: int) -> str:
    if number == 42:
        return words.LONG_NAME
    stem = words.COMPANIES[number // 6 % len(words.COMPANIES)]
    return f"{stem} {number // 6} {words.COMPANY_FORMS[number // 6 % len(words.COMPANY_FORMS)]}"


def org_number(number: int) -> str:
    """A nine-digit organisation number with a valid check digit, out of a range that nobody has."""
    digits = f"{98000000 + number * 7:08d}"
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return org_number(number + 1000) if rest == 10 else digits + str(rest % 11)


def _plain(name: str) -> str:
    """A name as it stands in a mail address."""
    table = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "'": "", " ": "", "-": ""})
    return name.lower().translate(table)


def _address(
    number: int, chance: random.Random, abroad: tuple[str, ...] | None, *, name: str, phone: str | None
) -> Record:
    house = f"{chance.randrange(1, 140)}{chance.choice(('', '', '', 'A', 'B'))}"
    code, town = chance.choice(words.TOWNS)
    street = words.LONG_STREET if number == 60 else f"{chance.choice(words.STREETS)} {house}"
    if abroad:
        _country, code, town, road = abroad[:4]
        street = f"{road} {house}"
    return {
        "name": name,
        "company": None,
        "line1": street,
        "line2": "c/o Sæther" if number % 23 == 0 else None,
        "postal_code": code,
        "city": town,
        "region": None,
        "country_code": abroad[0] if abroad else "NO",
        "phone": phone,
        "email": None,
        "org_number": None,
    }


def _extra(number: int, chance: random.Random) -> list[Record]:
    """A second address, for some: the cabin, the office."""
    if number % 5:
        return []
    name = f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.LAST_NAMES)}"
    address = _address(number + 1000, chance, None, name=name, phone=None)
    return [{"id": f"A{number:04d}-2", "kind": "shipping", "is_default": False, **address}]


# products


def _products(chance: random.Random) -> Iterator[Record]:
    number = 0
    for series in words.SERIES:
        for title, category, unit, tax_code, price, weight, options in words.WARES:
            number += 1
            if series and category in ("Mat", "Kart og bøker"):
                continue
            yield _product(number, chance, title, category, unit, tax_code, price, weight, options, series)


def _product(  # noqa: PLR0917 - a row of the ware list, spread out
    number: int,
    chance: random.Random,
    title: str,
    category: str,
    unit: str,
    tax_code: str,
    price: int,
    weight: int,
    options: tuple[str, ...],
    series: str,
) -> Record:
    created = _moment(chance, 900)
    name = f"{title} {series}".strip()
    if number == 7:
        name += ", plantefarget på gamlemåten med bjørkelauv, lav og krapprot"
    status = "draft" if number % 41 == 0 else "archived" if number % 29 == 0 else "active"
    return {
        "id": f"P{number:03d}",
        "external_id": None,
        "title": name,
        "description": f"<p>{name} &ndash; laga for å vare.</p>",
        "type": "physical",
        "status": status,
        "brand": chance.choice(("Ålhus", "Finse Bruk", "Røros Ull", "Sjøbua")),
        "categories": [category],
        "tax_code": tax_code,
        "tax_rate": str(RATES[tax_code]),
        "images": [],
        "options": [] if options == ("Standard",) else ["Variant"],
        "variants": [
            _variant(number, index, option, price + 50 * words.SERIES.index(series), weight, unit, status)
            for index, option in enumerate(options, start=1)
        ],
        "metadata": {},
        "created_at": _stamp(created),
        "updated_at": _stamp(created + (NOW - created) * chance.random()),
    }


def _variant(number: int, index: int, option: str, price: int, weight: int, unit: str, status: str) -> Record:  # noqa: PLR0917 - as above
    return {
        "id": f"V{number:03d}-{index}",
        "external_id": None,
        "sku": f"{number:03d}-{index:02d}",
        "gtin": gtin(number * 10 + index),
        "title": option,
        "option_values": {} if option == "Standard" else {"Variant": option},
        "price": _money(Decimal(price)),
        "price_includes_tax": True,
        "compare_at_price": None,
        "cost_price": _money(Decimal(price) * Decimal("0.45")),
        "prices": None,
        "weight_g": weight + 10 * index,
        "unit": unit,
        "status": status,
        "stock": {"tracked": True, "available": number * index % 50, "allow_backorder": False},
    }


def gtin(number: int) -> str:
    """A thirteen-digit article number with a valid check digit, from the range for use inside a shop."""
    digits = f"200{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def _level(variant: Record, chance: random.Random) -> Record:
    available = variant["stock"]["available"]
    reserved = chance.randrange(0, 4)
    return {
        "sku": variant["sku"],
        "variant_id": variant["id"],
        "location_id": "main",
        "on_hand": available + reserved,
        "reserved": reserved,
        "available": available,
        "updated_at": _stamp(_moment(chance, 30)),
    }


# orders


def _order(number: int, customers: list[Record], products: list[Record], chance: random.Random) -> Record:
    guest = number % 9 == 0
    customer = chance.choice(customers)
    company = customer["type"] == "company" and not guest
    placed = _moment(chance)
    billing = {key: value for key, value in customer["addresses"][0].items() if key not in ("id", "kind", "is_default")}
    lines = list(_lines(number, customer, products, chance, with_tax=not company))
    order = {
        "id": f"O{number:05d}",
        "number": f"{100000 + number}",
        "external_id": None,
        "customer_id": None if guest else customer["id"],
        "buyer": _buyer(number, customer, chance, guest=guest),
        "billing_address": billing,
        "shipping_address": _shipping(number, customer, billing, chance),
        "currency": customer["currency"],
        **_state(number, placed, lines, customer, chance),
        "lines": lines,
        "refunds": [],
        **_totals(lines),
        "rounding": "0.00",
        "note": chance.choice(words.NOTES) if number % 13 == 0 else None,
        "channel": "nettbutikk" if number % 8 else "app",
        "metadata": {},
        "placed_at": _stamp(placed),
        "created_at": _stamp(placed),
    }
    if order["payment_status"] == "refunded":
        order["refunds"] = [
            {"id": f"R{number:05d}", "created_at": order["updated_at"], "amount": order["total_incl_tax"], "lines": []}
        ]
    return order


def _buyer(number: int, customer: Record, chance: random.Random, *, guest: bool) -> Record:
    if not guest:
        person = f"{customer['first_name']} {customer['last_name']}"
        return {
            "name": person,
            "email": customer["email"],
            "phone": customer["phone"],
            "company_name": customer["company_name"],
            "org_number": customer["org_number"],
        }
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    mail = f"Gjest.{_plain(last)}{number % 40}@example.test"
    return {"name": f"{first} {last}", "email": mail, "phone": None, "company_name": None, "org_number": None}


def _shipping(number: int, customer: Record, billing: Record, chance: random.Random) -> Record:
    if number % 4 or customer["currency"] != "NOK":
        return billing
    name = f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.LAST_NAMES)}"
    return _address(number + 2000, chance, None, name=name, phone=None)


def _lines(
    number: int, customer: Record, products: list[Record], chance: random.Random, *, with_tax: bool
) -> Iterator[Record]:
    rate = (
        Decimal(1)
        if customer["currency"] == "NOK"
        else Decimal("0.09")
        if customer["currency"] == "EUR"
        else Decimal("0.95")
    )
    for index in range(1, chance.randrange(1, 6) + 1):
        product = chance.choice(products)
        yield _ware(number, index, product, chance.choice(product["variants"]), rate, chance, with_tax=with_tax)
    title, price = DELIVERY[number % len(DELIVERY)]
    yield _charge(number, 90, "shipping", title, Decimal(price) * rate, with_tax=with_tax)
    if number % 10 == 0:
        yield _charge(number, 91, "fee", "Fakturagebyr", Decimal(39) * rate, with_tax=with_tax)
    if number % 15 == 0:
        yield _charge(number, 92, "discount", "Kampanje «Høstfarger»", Decimal(-50) * rate, with_tax=with_tax)
    if number % 25 == 0:
        yield _charge(number, 93, "gift_card", "Gavekort", Decimal(-100) * rate, with_tax=with_tax, tax_code="zero")
    if number % 20 == 0:
        yield _charge(number, 94, "rounding", "Øreavrunding", Decimal("0.40"), with_tax=with_tax, tax_code="zero")


def _ware(  # noqa: PLR0917 - what an order line is made of
    number: int, index: int, product: Record, variant: Record, rate: Decimal, chance: random.Random, *, with_tax: bool
) -> Record:
    quantity = Decimal(chance.choice((1, 1, 1, 2, 3))) + (Decimal("0.5") if variant["unit"] in ("kg", "m") else 0)
    tax = RATES[product["tax_code"]]
    price = Decimal(variant["price"]) * rate
    if not with_tax:
        price /= 1 + tax / 100
    price = price.quantize(_CENT, ROUND_HALF_UP)
    discount = (price * quantity / 10).quantize(_CENT, ROUND_HALF_UP) if index == 2 and number % 3 == 0 else Decimal(0)
    title = product["title"] if variant["title"] == "Standard" else f"{product['title']}, {variant['title']}"
    return {
        **_line(number, index, "product", title, quantity, price, discount, product["tax_code"], with_tax=with_tax),
        "product_id": product["id"],
        "variant_id": variant["id"],
        "sku": variant["sku"],
        "unit": variant["unit"],
    }


def _charge(
    number: int, index: int, kind: str, title: str, price: Decimal, *, with_tax: bool, tax_code: str = "standard"
) -> Record:
    if not with_tax:
        price /= 1 + RATES[tax_code] / 100
    price = price.quantize(_CENT, ROUND_HALF_UP)
    line = _line(number, index, kind, title, Decimal(1), price, Decimal(0), tax_code, with_tax=with_tax)
    return {**line, "product_id": None, "variant_id": None, "sku": None, "unit": "stk"}


def _line(  # noqa: PLR0917 - what an order line is made of
    number: int,
    index: int,
    kind: str,
    title: str,
    quantity: Decimal,
    price: Decimal,
    discount: Decimal,
    tax_code: str,
    *,
    with_tax: bool,
) -> Record:
    factor = 1 + RATES[tax_code] / 100
    amount = (price * quantity - discount).quantize(_CENT, ROUND_HALF_UP)
    incl = amount if with_tax else (amount * factor).quantize(_CENT, ROUND_HALF_UP)
    excl = (amount / factor).quantize(_CENT, ROUND_HALF_UP) if with_tax else amount
    return {
        "id": f"L{number:05d}-{index}",
        "type": kind,
        "title": title,
        "quantity": str(quantity),
        "unit_price": _money(price),
        "price_includes_tax": with_tax,
        "discount_amount": _money(discount),
        "tax_rate": str(RATES[tax_code]),
        "tax_code": tax_code,
        "tax_amount": _money(incl - excl),
        "total_excl_tax": _money(excl),
        "total_incl_tax": _money(incl),
    }


def _totals(lines: list[Record]) -> Record:
    excl = sum((Decimal(each["total_excl_tax"]) for each in lines), Decimal(0))
    incl = sum((Decimal(each["total_incl_tax"]) for each in lines), Decimal(0))
    rates = sorted({each["tax_code"] for each in lines})
    return {
        "total_excl_tax": _money(excl),
        "total_tax": _money(incl - excl),
        "total_incl_tax": _money(incl),
        "tax_summary": [_tax(code, lines) for code in rates],
        "amount_due": "0.00",
    }


def _tax(code: str, lines: list[Record]) -> Record:
    own = [each for each in lines if each["tax_code"] == code]
    base = sum((Decimal(each["total_excl_tax"]) for each in own), Decimal(0))
    amount = sum((Decimal(each["tax_amount"]) for each in own), Decimal(0))
    return {"tax_rate": str(RATES[code]), "tax_code": code, "base": _money(base), "amount": _money(amount)}


def _state(number: int, placed: datetime, lines: list[Record], customer: Record, chance: random.Random) -> Record:
    """How far the order has come: paid, sent, cancelled, refunded."""
    cancelled, sent = number % 33 == 0, number % 3 != 0
    refunded = number % 47 == 0 and not cancelled
    updated = min(placed + timedelta(hours=chance.randrange(1, 200)), NOW)
    invoice = customer["type"] == "company"
    total = _totals(lines)["total_incl_tax"]
    payment = {
        "id": f"B{number:05d}",
        "method": "invoice" if invoice else chance.choice(METHODS),
        "status": "voided" if cancelled else "authorized" if invoice else "captured",
        "amount": total,
        "reference": f"psp-{number:05d}",
        "captured_at": None if cancelled or invoice else _stamp(placed),
    }
    shipment = {
        "id": f"S{number:05d}",
        "carrier": "Posten",
        "tracking": f"7035{number:013d}",
        "shipped_at": _stamp(updated),
        "lines": [{"line_id": each["id"], "quantity": each["quantity"]} for each in lines if each["type"] == "product"],
    }
    paid = "voided" if cancelled else "refunded" if refunded else "authorized" if invoice else "paid"
    return {
        "status": "cancelled" if cancelled else "completed" if sent else "open",
        "payment_status": paid,
        "fulfillment_status": "fulfilled" if sent and not cancelled else "unfulfilled",
        "payments": [payment],
        "shipments": [shipment] if sent and not cancelled else [],
        "paid_at": payment["captured_at"],
        "cancelled_at": _stamp(updated) if cancelled else None,
        "updated_at": _stamp(updated),
    }
