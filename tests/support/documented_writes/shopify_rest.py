"""Shopify's Admin REST API, 2025-07, from its reference (shopify.dev/docs/api/admin-rest) and official client's routes.

What is sent stands in an envelope of the record's name. A variant is written and read by its own path, and listed
below its product only; stock is set per inventory item and location; an order is fulfilled by its fulfillment orders,
all of which must be open. A new customer is found by the list at once, and by the search later; an e-mail address
and a telephone number belong to one customer each. Tags are a text with commas, and kept in the order of the alphabet.
"""

from __future__ import annotations

from typing import Any

from documented import Asked, Told

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
    some,
)  # fmt: skip

TEXT_OR_NULL = or_null(TEXT)
MONEY = {"type": "string", "pattern": r"^\d+(\.\d+)?$"}
TRACKING = of(number=TEXT_OR_NULL, url=TEXT_OR_NULL, company=TEXT_OR_NULL)
ADDRESS = of(
    id=WHOLE,
    customer_id=WHOLE,
    default=FLAG,
    country_name=TEXT,
    **dict.fromkeys(
        ("first_name", "last_name", "name", "company", "address1", "address2", "city", "province", "province_code",
         "country", "country_code", "zip", "phone"),
        TEXT_OR_NULL,
    ),
)  # fmt: skip
PERSON = of(
    id=WHOLE,
    email=or_null(MAIL),
    first_name=TEXT_OR_NULL,
    last_name=TEXT_OR_NULL,
    phone=TEXT_OR_NULL,
    note=TEXT_OR_NULL,
    tags=TEXT_OR_NULL,
    tax_exempt=FLAG,
    addresses=each(ADDRESS),
    metafields=each(ANY),
    verified_email=FLAG,
    send_email_invite=FLAG,
    send_email_welcome=FLAG,
)
GOODS = of(
    id=WHOLE,
    title=FULL,
    body_html=TEXT_OR_NULL,
    vendor=TEXT,
    product_type=TEXT,
    handle=TEXT,
    tags=TEXT,
    status=some("active", "archived", "draft"),
)
VARIANT = of(
    id=WHOLE,
    sku=TEXT_OR_NULL,
    barcode=TEXT_OR_NULL,
    price=MONEY,
    compare_at_price=or_null(MONEY),
    grams=WHOLE,
    weight=NUMBER,
    weight_unit=some("g", "kg", "lb", "oz"),
    option1=TEXT,
    inventory_policy=some("deny", "continue"),
    inventory_management=TEXT_OR_NULL,
    taxable=FLAG,
)
SENT = of(
    "line_items_by_fulfillment_order",
    line_items_by_fulfillment_order=each(
        of("fulfillment_order_id", fulfillment_order_id=WHOLE, fulfillment_order_line_items=each(ANY))
    ),
    message=TEXT,
    notify_customer=FLAG,
    tracking_info=TRACKING,
)
CANCEL = of(
    amount=MONEY,
    currency=TEXT,
    reason=some("customer", "fraud", "inventory", "declined", "other"),
    email=FLAG,
    refund=ANY,
    restock=FLAG,
)
NOT_FOUND = Told({"errors": "Not Found"}, 404)
LATER = "2026-03-20T08:00:00Z"


def refused(name: str, words: str) -> Told:
    return Told({"errors": {name: [words]}}, 422)


def unfit(_: Asked, wrong: Misfit) -> Told:
    if len(wrong.at) > 1:
        return refused(wrong.at[-1], wrong.words)
    return Told({"errors": {wrong.at[0] if wrong.at else "body": "Required parameter missing or invalid"}}, 400)


API = Api(
    lambda asked: asked.headers.get("X-Shopify-Access-Token") == "token",
    unfit,
    Told({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401),
)


def person(held: Held, key: str) -> Row:
    return by(held["customers"], "id", key, NOT_FOUND)


def shown(row: Row) -> Row:
    """The record with its default address, which is one of its addresses."""
    return {**row, "default_address": next((each for each in row["addresses"] if each["default"]), None)}


@API.takes("GET", "/customers/search.json", query="query limit fields order")
def customers(asked: Asked, held: Held) -> Told:
    name, _, value = asked.query["query"].partition(":")
    return Told({"customers": [row for row in held["customers"] if str(row[name]) == value]})


@API.takes("GET", "/customers/{key}.json", query="fields")
def customer(_: Asked, held: Held, key: str) -> Told:
    return Told({"customer": shown(person(held, key))})


@API.takes("POST", "/customers.json", of("customer", customer=PERSON))
def customer_made(asked: Asked, held: Held) -> Told:
    sent = {name: value for name, value in asked.body["customer"].items() if not name.startswith("send_")}
    if not any(sent.get(name) for name in ("email", "phone", "first_name", "last_name")):
        raise RefusalError(refused("base", "Customer must have a name, phone number or email address"))
    for name in ("email", "phone"):
        if sent.get(name) and any(row.get(name) == sent[name] for row in held["customers"]):
            raise RefusalError(refused(name, "has already been taken"))
    tags = sorted(filter(None, map(str.strip, (sent.pop("tags", None) or "").split(","))))
    addresses = [
        {"id": 8990 + at, "customer_id": 7990, "default": at == 0, **each}
        for at, each in enumerate(sent.pop("addresses", []))
    ]
    row: Row = {
        "id": 7990, "phone": None, "first_name": None, "last_name": None, "state": "disabled", "note": None,
        "email_marketing_consent": {"state": "not_subscribed"}, "created_at": LATER, "updated_at": LATER,
        **sent, "tags": ", ".join(tags), "addresses": addresses,
    }  # fmt: skip
    held["customers"].append(row)
    return Told({"customer": shown(row)}, 201)


@API.takes("PUT", "/customers/{key}.json", of("customer", customer=PERSON))
def customer_written(asked: Asked, held: Held, key: str) -> Told:
    row = put(person(held, key), {**asked.body["customer"], "updated_at": LATER})
    return Told({"customer": shown(row)})


@API.takes("PUT", "/customers/{key}/addresses/{address}.json", of("address", address=ADDRESS))
def address_written(asked: Asked, held: Held, key: str, address: str) -> Told:
    row = by(person(held, key)["addresses"], "id", address, NOT_FOUND)
    return Told({"customer_address": put(row, asked.body["address"])})


@API.takes("POST", "/customers/{key}/addresses.json", of("address", address=ADDRESS))
def address_made(asked: Asked, held: Held, key: str) -> Told:
    made: Row = {"id": 8999, "default": False, **asked.body["address"]}
    person(held, key)["addresses"].append(made)
    return Told({"customer_address": made}, 201)


@API.takes("GET", "/products/{key}.json", query="fields")
def product(_: Asked, held: Held, key: str) -> Told:
    return Told({"product": by(held["products"], "id", key, NOT_FOUND)})


@API.takes("PUT", "/products/{key}.json", of("product", product=GOODS))
def product_written(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["products"], "id", key, NOT_FOUND)
    return Told({"product": put(row, {**asked.body["product"], "updated_at": LATER})})


def variants(held: Held) -> list[Row]:
    return [{**each, "product_id": row["id"]} for row in held["products"] for each in row["variants"]]


@API.takes("GET", "/variants/{key}.json", query="fields")
def variant(_: Asked, held: Held, key: str) -> Told:
    return Told({"variant": by(variants(held), "id", key, NOT_FOUND)})


@API.takes("PUT", "/variants/{key}.json", of("variant", variant=VARIANT))
def variant_written(asked: Asked, held: Held, key: str) -> Told:
    product = by(held["products"], "id", str(by(variants(held), "id", key, NOT_FOUND)["product_id"]), NOT_FOUND)
    return Told({"variant": put(by(product["variants"], "id", key, NOT_FOUND), asked.body["variant"])})


@API.takes("GET", "/inventory_levels.json", query="inventory_item_ids location_ids limit updated_at_min")
def levels(asked: Asked, held: Held) -> Told:
    wanted = asked.query["inventory_item_ids"].split(",")
    return Told({"inventory_levels": [row for row in held["levels"] if str(row["inventory_item_id"]) in wanted]})


LEVEL = of(
    "inventory_item_id location_id available",
    inventory_item_id=WHOLE,
    location_id=WHOLE,
    available=WHOLE,
    disconnect_if_necessary=FLAG,
)


@API.takes("POST", "/inventory_levels/set.json", LEVEL)
def level_set(asked: Asked, held: Held) -> Told:
    item, place, available = (asked.body[name] for name in ("inventory_item_id", "location_id", "available"))
    for row in held["levels"]:
        if (row["inventory_item_id"], row["location_id"]) == (item, place):
            row["available"] = available
            sold = [each for product in held["products"] for each in product["variants"]]
            by(sold, "inventory_item_id", str(item), NOT_FOUND)["inventory_quantity"] = available
            return Told({"inventory_level": row})
    raise RefusalError(refused("inventory_item", "is not stocked at this location"))


@API.takes("GET", "/orders/{key}.json", query="fields")
def order(_: Asked, held: Held, key: str) -> Told:
    return Told({"order": by(held["orders"], "id", key, NOT_FOUND)})


@API.takes("PUT", "/orders/{key}.json", of("order", order=of(id=WHOLE, note=TEXT_OR_NULL, email=MAIL, tags=TEXT)))
def order_written(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    return Told({"order": put(row, {**asked.body["order"], "updated_at": LATER})})


@API.takes("POST", "/orders/{key}/cancel.json", CANCEL)
def order_cancelled(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    if row["fulfillments"]:
        raise RefusalError(Told({"error": "Cannot cancel a paid and fulfilled order"}, 422))
    return Told({"order": put(row, {"cancelled_at": LATER, "updated_at": LATER})})


@API.takes("POST", "/orders/{key}/close.json")
def order_closed(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    return Told({"order": put(row, {"closed_at": LATER, "updated_at": LATER})})


@API.takes("POST", "/orders/{key}/open.json")
def order_opened(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    return Told({"order": put(row, {"closed_at": None, "updated_at": LATER})})


@API.takes("GET", "/orders/{key}/fulfillment_orders.json")
def fulfillment_orders(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    return Told({"fulfillment_orders": [each for each in held["parcels"] if each["order_id"] == row["id"]]})


@API.takes("POST", "/fulfillments.json", of("fulfillment", fulfillment=SENT))
def fulfilled(asked: Asked, held: Held) -> Told:
    sent: dict[str, Any] = asked.body["fulfillment"]
    parcels = [
        by(held["parcels"], "id", str(each["fulfillment_order_id"]), NOT_FOUND)
        for each in sent["line_items_by_fulfillment_order"]
    ]
    if not parcels or any(each["status"] not in ("open", "in_progress") for each in parcels):
        raise RefusalError(refused("fulfillment_order", "is not in an open state"))
    row = by(held["orders"], "id", str(parcels[0]["order_id"]), NOT_FOUND)
    tracking = sent.get("tracking_info", {})
    made = {
        "id": 7900, "order_id": row["id"], "status": "success", "created_at": LATER,
        "tracking_company": tracking.get("company"), "tracking_number": tracking.get("number"),
    }  # fmt: skip
    for each_one in parcels:
        each_one["status"] = "closed"
    row["fulfillments"].append(made)
    put(row, {"fulfillment_status": "fulfilled", "updated_at": LATER})
    return Told({"fulfillment": made}, 201)
