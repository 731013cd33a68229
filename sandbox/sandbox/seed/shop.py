"""Makes the demo shop: customers, products and stock of the CustomWebshop contract, the same every time."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.seed import words
from sandbox.seed.addresses import make_address
from sandbox.seed.figures import RATES, gtin, later, money, org_number, phone, some_moment, stamp
from sandbox.seed.orders import make_orders

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]

SEED = 1897
CUSTOMERS, ORDERS = 220, 520


@cache
def shop() -> dict[str, list[Record]]:
    """All records of the shop, by collection."""
    chance = random.Random(SEED)
    customers = [_customer(number, chance) for number in range(1, CUSTOMERS + 1)]
    products = list(_products(chance))
    return {
        "customers": customers,
        "products": products,
        "inventory-levels": [_level(variant, chance) for each in products for variant in each["variants"]],
        "orders": make_orders(ORDERS, customers, products, chance),
    }


# customers


def _customer(number: int, chance: random.Random) -> Record:
    kind = "company" if number % 6 == 0 else "guest" if number % 11 == 0 else "person"
    abroad = words.ABROAD[number % len(words.ABROAD)] if number % 17 == 0 else None
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    company = _company_name(number) if kind == "company" else None
    address = make_address(number, f"{first} {last}", chance, abroad=abroad)
    created = some_moment(chance, 900)
    return {
        "id": f"C{number:04d}",
        "number": f"{20000 + number}",
        "external_id": None,
        "type": "company" if company else "person",
        "email": f"{words.plain(first)}.{words.plain(last)}{number}@example.test",
        "first_name": first,
        "last_name": last,
        "company_name": company,
        "org_number": org_number(number) if company else None,
        "vat_number": f"NO{org_number(number)}MVA" if company and number % 4 == 0 else None,
        "phone": phone(number),
        "is_guest": kind == "guest",
        "language": abroad.language if abroad else "nb",
        "currency": abroad.currency if abroad else "NOK",
        "group": _group(kind, number),
        "marketing_consent": chance.random() < 0.4,
        "addresses": [
            {"id": f"A{number:04d}-1", "kind": "billing", "is_default": True, **address, "company": company,
             "phone": phone(number)},
            *_second_address(number, chance),
        ],
        "metadata": {},
        "created_at": stamp(created),
        "updated_at": stamp(later(created, chance)),
    }  # fmt: skip


def _group(kind: str, number: int) -> str:
    if kind == "company":
        return "Forhandler" if number % 12 == 0 else "Bedrift"
    return "VIP" if number % 19 == 0 else "Privat"


def _company_name(number: int) -> str:
    if number == 42:
        return words.LONG_NAME
    stem = words.COMPANIES[number // 6 % len(words.COMPANIES)]
    return f"{stem} {number // 6} {words.COMPANY_FORMS[number // 6 % len(words.COMPANY_FORMS)]}"


def _second_address(number: int, chance: random.Random) -> list[Record]:
    """The cabin or the office, for some."""
    if number % 5:
        return []
    address = make_address(number + 1000, words.some_name(chance), chance)
    return [{"id": f"A{number:04d}-2", "kind": "shipping", "is_default": False, **address}]


# products


def _products(chance: random.Random) -> Iterator[Record]:
    number = 0
    for place, series in enumerate(words.SERIES):
        for ware in words.WARES:
            number += 1
            if not series or ware.category not in words.WITHOUT_SERIES:
                yield _product(number, ware, chance, series=series, dearer=50 * place)


def _product(number: int, ware: words.Ware, chance: random.Random, *, series: str, dearer: int) -> Record:
    created = some_moment(chance, 900)
    updated = stamp(later(created, chance))
    title = f"{ware.title} {series}".strip()
    if number == 7:
        title += words.LONG_TITLE_END
    status = "draft" if number % 41 == 0 else "archived" if number % 29 == 0 else "active"
    return {
        "id": f"P{number:03d}",
        "external_id": None,
        "title": title,
        "description": f"<p>{title} &ndash; laga for å vare.</p>",
        "type": "service" if ware.weight == 0 else "physical",
        "status": status,
        "brand": chance.choice(words.BRANDS),
        "categories": [ware.category],
        "tax_code": ware.tax_code,
        "tax_rate": str(RATES[ware.tax_code]),
        "images": [],
        "options": [] if ware.options == words.ONE_SIZE else ["Variant"],
        "variants": [
            {**_variant(number, place, ware, option, Decimal(ware.price + dearer)), "status": status,
             "updated_at": updated}
            for place, option in enumerate(ware.options, start=1)
        ],
        "metadata": {},
        "created_at": stamp(created),
        "updated_at": updated,
    }  # fmt: skip


def _variant(number: int, place: int, ware: words.Ware, option: str, price: Decimal) -> Record:
    return {
        "id": f"V{number:03d}-{place}",
        "external_id": None,
        "sku": f"{number:03d}-{place:02d}",
        "gtin": gtin(number * 10 + place),
        "title": option,
        "option_values": {} if ware.options == words.ONE_SIZE else {"Variant": option},
        "price": money(price),
        "price_includes_tax": True,
        "compare_at_price": None,
        "cost_price": money(price * Decimal("0.45")),
        "prices": None,
        "weight_g": ware.weight + 10 * place if ware.weight else 0,
        "unit": ware.unit,
        "stock": {"tracked": True, "available": number * place % 50, "allow_backorder": False},
    }


def _level(variant: Record, chance: random.Random) -> Record:
    available, reserved = variant["stock"]["available"], chance.randrange(0, 4)
    return {
        "sku": variant["sku"],
        "variant_id": variant["id"],
        "location_id": "main",
        "on_hand": available + reserved,
        "reserved": reserved,
        "available": available,
        "updated_at": stamp(some_moment(chance, 30)),
    }
