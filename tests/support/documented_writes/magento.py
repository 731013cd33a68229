"""Magento 2 and Adobe Commerce, REST API V1, from its REST reference and the routes of its repositories (webapi.xml).

A body stands in an envelope of the argument's name. A property without a setter is refused, and so is a value of
another type. A customer is put as a whole: what a customer, or one of its addresses, is put without, it does not have
afterwards. A new customer is welcomed by e-mail, needs an address of its own in the website, and keeps no attribute
that the shop has not been given (AccountManagement and AbstractExtensibleObject of its repository). A product is put
by its SKU, with what changes. `cancel` answers `false`, with HTTP 200, where it did not.
"""

from __future__ import annotations

import re
from typing import Any

from documented import Asked, Told, bearer

from documented_writes.api import (
    ANY,
    FLAG,
    FULL,
    MAIL,
    NUMBER,
    TEXT,
    WHOLE,
    Api,
    Held,
    Misfit,
    RefusalError,
    Row,
    by,
    each,
    of,
    or_null,
    put,
)  # fmt: skip

NULLISH = or_null(TEXT)
CUSTOM = each(of("attribute_code value", attribute_code=FULL, value=ANY))
EXTENSION = {"type": "object"}
ADDRESS = of(
    "firstname lastname street city country_id telephone",
    id=WHOLE,
    customer_id=WHOLE,
    region=or_null(of(region_code=NULLISH, region=NULLISH, region_id=WHOLE)),
    region_id=WHOLE,
    country_id=FULL,
    street=each(FULL, 1),
    telephone=FULL,
    city=FULL,
    firstname=FULL,
    lastname=FULL,
    default_billing=FLAG,
    default_shipping=FLAG,
    custom_attributes=CUSTOM,
    extension_attributes=EXTENSION,
    **dict.fromkeys(("company", "fax", "postcode", "middlename", "prefix", "suffix", "vat_id"), NULLISH),
)
PERSON = of(
    "email firstname lastname website_id",
    id=WHOLE,
    group_id=WHOLE,
    store_id=WHOLE,
    website_id=WHOLE,
    gender=WHOLE,
    disable_auto_group_change=WHOLE,
    email=MAIL,
    firstname=FULL,
    lastname=FULL,
    addresses=each(ADDRESS),
    custom_attributes=CUSTOM,
    extension_attributes=EXTENSION,
    **dict.fromkeys(
        ("default_billing", "default_shipping", "confirmation", "created_at", "updated_at", "created_in", "dob",
         "middlename", "prefix", "suffix", "taxvat"),
        NULLISH,
    ),
)  # fmt: skip
NEW = {**PERSON, "required": ["email", "firstname", "lastname"]}
GOODS = of(
    id=WHOLE,
    sku=FULL,
    name=FULL,
    attribute_set_id=WHOLE,
    price=NUMBER,
    status=WHOLE,
    visibility=WHOLE,
    type_id=TEXT,
    weight=NUMBER,
    custom_attributes=CUSTOM,
    extension_attributes=EXTENSION,
)
SOURCE_ITEM = of("sku source_code quantity status", sku=FULL, source_code=FULL, quantity=NUMBER, status=WHOLE)
TRACK = of("track_number title carrier_code", track_number=FULL, title=FULL, carrier_code=FULL)
SHIPMENT = of(
    items=each(of("order_item_id qty", order_item_id=WHOLE, qty=NUMBER)),
    notify=FLAG,
    appendComment=FLAG,
    comment=of("comment is_visible_on_front", comment=TEXT, is_visible_on_front=WHOLE),
    tracks=each(TRACK),
    packages=each(ANY),
)
FILTER = "searchCriteria[filter_groups][0][filters][0]"
LATER = "2026-03-20 08:00:00"


def refused(words: str, status: int = 400, **parameters: Any) -> Told:
    return Told({"message": words, "parameters": parameters} if parameters else {"message": words}, status)


def unfit(_: Asked, wrong: Misfit) -> Told:
    missing = re.match(r"'(\w+)' is a required property", wrong.words)
    if missing:
        return refused('"%fieldName" is required. Enter and try again.', fieldName=missing[1])
    return refused(
        'Error occurred during "%fieldName" processing. %details', fieldName=wrong.at[-1:], details=wrong.words
    )


API = Api(
    bearer, unfit, refused("The consumer isn't authorized to access %resources.", 401, resources="Magento_Sales::sales")
)


def missing(name: str, value: str) -> Told:
    return refused("No such entity with %fieldName = %fieldValue", 404, fieldName=name, fieldValue=value)


@API.takes("GET", "/customers/search", query="searchCriteria")
def customers(asked: Asked, held: Held) -> Told | None:
    return _found(asked, held["customers"], {"email": "email"})


def _found(asked: Asked, rows: list[Row], names: dict[str, str]) -> Told | None:
    """The rows that hold the value that is looked for; None where it is not looked for by one of these."""
    name = names.get(asked.query.get(f"{FILTER}[field]", ""))
    if name is None:
        return None
    found = [row for row in rows if str(row[name]) == asked.query[f"{FILTER}[value]"]]
    return Told({"items": found, "search_criteria": {}, "total_count": len(found)})


@API.takes("GET", "/customers/{key}")
def customer(_: Asked, held: Held, key: str) -> Told:
    return Told(by(held["customers"], "id", key, missing("customerId", key)))


@API.takes("POST", "/customers", of("customer", customer=NEW, password=TEXT, redirectUrl=TEXT))
def customer_made(asked: Asked, held: Held) -> Told:
    sent = asked.body["customer"]
    if any(row["email"] == sent["email"] for row in held["customers"]):
        raise RefusalError(refused("A customer with the same email address already exists in an associated website."))
    known = {row["attribute_code"] for row in held["attributes"]}
    sent["custom_attributes"] = [one for one in sent.get("custom_attributes", []) if one["attribute_code"] in known]
    row: Row = {"id": 590, "created_at": LATER}
    held["customers"].append(row)
    held["welcomed"].append(sent["email"])
    return _kept(row, {"group_id": 1, "store_id": 1, "website_id": 1, "disable_auto_group_change": 0, **sent})


@API.takes("PUT", "/customers/{key}", of("customer", customer=PERSON, passwordHash=TEXT))
def customer_written(asked: Asked, held: Held, key: str) -> Told:
    return _kept(by(held["customers"], "id", key, missing("customerId", key)), asked.body["customer"])


def _kept(row: Row, sent: Row) -> Told:
    addresses = sent.get("addresses", row.get("addresses", []))
    for at, one in enumerate(addresses):
        one.setdefault("id", 5900 + at)
        one.setdefault("customer_id", row["id"])
    for use in ("default_billing", "default_shipping"):
        of_use = [one["id"] for one in addresses if one.get(use)]
        sent[use] = str(of_use[-1]) if of_use else None
        for one in addresses:
            one.pop(use, None)
            if of_use and one["id"] == of_use[-1]:
                one[use] = True
    kept = {"id": row["id"], "created_at": row["created_at"]}
    row.clear()
    row.update({**sent, **kept, "addresses": addresses, "updated_at": LATER})
    return Told(row)


@API.takes("GET", "/products", query="searchCriteria")
def products(asked: Asked, held: Held) -> Told | None:
    return _found(asked, held["products"], {"entity_id": "id", "sku": "sku"})


@API.takes("GET", "/products/{sku}")
def product(_: Asked, held: Held, sku: str) -> Told:
    return Told(by(held["products"], "sku", sku, missing("sku", sku)))


@API.takes("PUT", "/products/{sku}", of("product", product=GOODS, saveOptions=FLAG))
def product_written(asked: Asked, held: Held, sku: str) -> Told:
    row, sent = by(held["products"], "sku", sku, missing("sku", sku)), asked.body["product"]
    for one in sent.pop("custom_attributes", []):
        same = [each for each in row["custom_attributes"] if each["attribute_code"] != one["attribute_code"]]
        row["custom_attributes"] = [*same, one]
    return Told(put(row, {**sent, "updated_at": LATER}))


@API.takes("GET", "/inventory/source-items", query="searchCriteria")
def source_items(asked: Asked, held: Held) -> Told | None:
    return _found(asked, held["stock_levels"], {"sku": "sku"})


@API.takes("POST", "/inventory/source-items", of("sourceItems", sourceItems=each(SOURCE_ITEM, 1)))
def source_items_written(asked: Asked, held: Held) -> Told:
    for one in asked.body["sourceItems"]:
        if one["sku"] not in {row["sku"] for row in held["products"]}:
            raise RefusalError(refused("Validation Failed"))
        same = [
            row for row in held["stock_levels"] if (row["sku"], row["source_code"]) == (one["sku"], one["source_code"])
        ]
        put(same[0], one) if same else held["stock_levels"].append(one)
    return Told([])


@API.takes("GET", "/orders/{key}")
def order(_: Asked, held: Held, key: str) -> Told:
    return Told(by(held["orders"], "entity_id", key, missing("entity_id", key)))


@API.takes("POST", "/orders/{key}/cancel", or_null(of()))
def order_cancelled(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "entity_id", key, missing("entity_id", key))
    if row["state"] in ("complete", "closed", "canceled") or row["total_paid"]:
        return Told(False)  # noqa: FBT003 - the answer
    put(row, {"state": "canceled", "status": "canceled", "updated_at": LATER})
    return Told(True)  # noqa: FBT003


@API.takes("POST", "/order/{key}/ship", SHIPMENT)
def order_shipped(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "entity_id", key, missing("entity_id", key))
    if row["state"] not in ("new", "processing"):
        raise RefusalError(refused("Shipment Document Validation Error(s):\nA shipment cannot be created."))
    held["shipments"].append({"entity_id": 88, "order_id": row["entity_id"], "tracks": asked.body.get("tracks", [])})
    if row["total_paid"]:
        put(row, {"state": "complete", "status": "complete"})
    row["updated_at"] = LATER
    return Told("88")
