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


def _service(number: int) -> Row:
    return {"productNo": f"TJENESTE-{number}", "description": f"Verkstedtime {number}", "taxAndAccountingGroup": 1}
