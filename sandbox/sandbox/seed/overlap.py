"""Rows that stand in the ERP before the first sync: some are customers and products of the shop, some are nobody's."""

from __future__ import annotations

from typing import Any

from sandbox.seed.shop import shop

Row = dict[str, Any]


def company_overlap() -> dict[str, list[Row]]:
    """Rows by table, in the words of Business NXT."""
    customers = shop()["customers"]
    by_number = [each for each in customers if each["org_number"]][:5]
    by_mail = [each for each in customers if not each["org_number"] and not each["is_guest"]][:5]
    known = [*(_customer(each, by_number=True) for each in by_number), *(_customer(each) for each in by_mail)]
    strangers = [_stranger(number) for number in range(1, 11)]
    variants = [(product, each) for product in shop()["products"] for each in product["variants"]][:20]
    return {
        "address": [*known, *strangers],
        "associate": [{**each, "customerNo": 10001 + index} for index, each in enumerate([*known, *strangers])],
        "product": [*(_product(*each) for each in variants), *(_service(number) for number in range(1, 6))],
        "priceAndDiscountMatrix": [_price(place, each) for place, (_, each) in enumerate(variants)],
        "stockBalance": [_balance(place, each) for place, (_, each) in enumerate(variants)],
    }


def _customer(customer: Row, *, by_number: bool = False) -> Row:
    """The customer as a person in the office once typed it in: upper case, no country, an old address."""
    name = customer["company_name"] or f"{customer['first_name']} {customer['last_name']}"
    found = {"companyNo": customer["org_number"]} if by_number else {"emailAddress": customer["email"]}
    return {"name": name.upper()[:80], **found, "addressLine1": "Postboks 17", "postCode": "0101", "postalArea": "OSLO"}


def _stranger(number: int) -> Row:
    return {
        "name": f"Engroskunde nr. {number} AS",
        "emailAddress": f"engros{number}@example.test",
        "addressLine1": f"Havnegata {number}",
        "postCode": "5003",
        "postalArea": "BERGEN",
    }


def _product(product: Row, variant: Row) -> Row:
    return {"productNo": variant["sku"], "description": product["title"].upper()[:60], "taxAndAccountingGroup": 1}


def _price(place: int, variant: Row) -> Row:
    """What it costs with VAT; every fourth has become dearer, which the shop does not know yet."""
    dearer = 10 if place % 4 == 3 else 0
    cost = {"costPriceInCurrency": float(variant["cost_price"])}
    price = float(variant["price"]) + dearer
    return {"productNo": variant["sku"], "salesPrice1InCurrency": price, "grossPrices": 1, **cost}


def _balance(place: int, variant: Row) -> Row:
    """What lies in the warehouse, counted by hand: not quite what the shop believes."""
    available = variant["stock"]["available"] + place % 3
    return {"productNo": variant["sku"], "warehouseNo": 1, "physicalStock": available, "available": available}


def _service(number: int) -> Row:
    return {"productNo": f"TJENESTE-{number}", "description": f"Verkstedtime {number}", "taxAndAccountingGroup": 1}
