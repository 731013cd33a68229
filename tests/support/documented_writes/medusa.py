"""Medusa 2.21's Admin API, from its reference (docs.medusajs.com/api/admin) and the published request validators.

A property that a validator does not name is refused. Records are changed by POST. The prices sent with a variant are
all the prices that it then has. A product's stock is what its inventory items have at their locations. An order with
a fulfillment that is not cancelled cannot be cancelled, and what is fulfilled cannot be fulfilled again.
"""

from __future__ import annotations

from typing import Any

from documented import Asked, Told, bearer

from documented_writes.api import (
    ANY,
    FLAG,
    MAIL,
    NUMBER,
    TEXT,
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

NULLISH = or_null(TEXT)
META = or_null({"type": "object"})
PERSON = of(
    email=or_null(MAIL), company_name=NULLISH, first_name=NULLISH, last_name=NULLISH, phone=NULLISH, metadata=META
)
PLACE: dict[str, Any] = dict.fromkeys(
    ("first_name", "last_name", "company", "address_1", "address_2", "city", "country_code", "province", "postal_code",
     "phone"),
    NULLISH,
)  # fmt: skip
ADDRESS = of(**PLACE, address_name=NULLISH, is_default_shipping=FLAG, is_default_billing=FLAG, metadata=META)
GOODS = of(
    title=TEXT,
    status=some("draft", "proposed", "published", "rejected"),
    handle=TEXT,
    weight=or_null(NUMBER),
    metadata=META,
    categories=each(of(id=TEXT)),
    **dict.fromkeys(("subtitle", "description", "thumbnail", "external_id"), NULLISH),
)
VARIANT = of(
    id=TEXT,
    title=TEXT,
    prices=each(of(id=TEXT, currency_code=TEXT, amount=NUMBER, min_quantity=ANY, max_quantity=ANY, rules=ANY)),
    allow_backorder=FLAG,
    manage_inventory=FLAG,
    weight=or_null(NUMBER),
    metadata=META,
    **dict.fromkeys(("sku", "ean", "upc", "barcode"), NULLISH),
)
LEVEL = of(stocked_quantity={"type": "number", "minimum": 0}, incoming_quantity={"type": "number", "minimum": 0})
ITEM = of("id quantity", id=TEXT, quantity=NUMBER)
URL = {"type": "string", "pattern": "^(#|https?://.*)?$"}
LABEL = of("tracking_number tracking_url label_url", tracking_number=TEXT, tracking_url=URL, label_url=URL)
FULFILLMENT = of("items", items=each(ITEM, 1), location_id=NULLISH, no_notification=FLAG, metadata=META)
SHIPMENT = of("items", items=each(ITEM), labels=each(LABEL), no_notification=FLAG, metadata=META)
SOLD = of(email=TEXT, shipping_address=of(**PLACE), billing_address=of(**PLACE), metadata=META)
LATER = "2026-03-20T08:00:00.000Z"


def refused(kind: str, words: str, status: int = 400) -> Told:
    return Told({"type": kind, "message": words}, status)


def unfit(_: Asked, wrong: Misfit) -> Told:
    return refused("invalid_data", f"Invalid request: {wrong.words} for field '{', '.join(wrong.at)}'")


API = Api(lambda asked: bearer(asked, "jwt"), unfit, refused("unauthorized", "Unauthorized", 401))
NOT_FOUND = refused("not_found", "There is no record with this id", 404)


@API.takes("GET", "/admin/customers", query="email fields limit offset order")
def customers(asked: Asked, held: Held) -> Told:
    return Told({"customers": [row for row in held["customers"] if row["email"] == asked.query["email"]]})


@API.takes("GET", "/admin/customers/{key}", query="fields")
def customer(_: Asked, held: Held, key: str) -> Told:
    return Told({"customer": by(held["customers"], "id", key, NOT_FOUND)})


@API.takes("POST", "/admin/customers", PERSON)
def customer_made(asked: Asked, held: Held) -> Told:
    if any(row["email"] == asked.body.get("email") for row in held["customers"]):
        raise RefusalError(refused("invalid_data", "Customer with this email already has an account"))
    blank = dict.fromkeys(("company_name", "first_name", "last_name", "phone", "metadata"))
    row: Row = {"id": "cus_new", **blank, **asked.body, "has_account": False, "addresses": [], "updated_at": LATER}
    held["customers"].append(row)
    return Told({"customer": row})


def changed(row: Row, sent: Row) -> Row:
    """The row with what was sent; `metadata` is merged by its keys."""
    return put(row, {**sent, "updated_at": LATER})


@API.takes("POST", "/admin/customers/{key}", PERSON)
def customer_written(asked: Asked, held: Held, key: str) -> Told:
    return Told({"customer": changed(by(held["customers"], "id", key, NOT_FOUND), asked.body)})


@API.takes("POST", "/admin/customers/{key}/addresses", ADDRESS)
def address_made(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["customers"], "id", key, NOT_FOUND)
    row["addresses"].append({"id": "ca_new", "is_default_billing": False, "is_default_shipping": False, **asked.body})
    return Told({"customer": row})


@API.takes("POST", "/admin/customers/{key}/addresses/{address}", ADDRESS)
def address_written(asked: Asked, held: Held, key: str, address: str) -> Told:
    row = by(held["customers"], "id", key, NOT_FOUND)
    put(by(row["addresses"], "id", address, NOT_FOUND), asked.body)
    return Told({"customer": row})


@API.takes("GET", "/admin/products/{key}", query="fields")
def product(_: Asked, held: Held, key: str) -> Told:
    return Told({"product": by(held["products"], "id", key, NOT_FOUND)})


@API.takes("POST", "/admin/products/{key}", GOODS)
def product_written(asked: Asked, held: Held, key: str) -> Told:
    return Told({"product": changed(by(held["products"], "id", key, NOT_FOUND), asked.body)})


@API.takes("POST", "/admin/products/{key}/variants/{variant}", VARIANT)
def variant_written(asked: Asked, held: Held, key: str, variant: str) -> Told:
    row = by(held["products"], "id", key, NOT_FOUND)
    one = by(row["variants"], "id", variant, NOT_FOUND)
    if "prices" in asked.body:
        kept = {each["id"]: each for each in one["prices"]}
        sent = asked.body.pop("prices")
        of_lists = [each for each in one["prices"] if each["price_list_id"]]
        one["prices"] = [
            {"id": "p_new", "price_list_id": None, **kept.get(each.get("id"), {}), **each} for each in sent
        ] + of_lists
    put(one, {**asked.body, "updated_at": LATER})
    return Told({"product": row})


@API.takes("GET", "/admin/inventory-items", query="sku fields limit offset order q id")
def items(asked: Asked, held: Held) -> Told:
    found = [row for row in held["stock_levels"] if row["sku"] == asked.query["sku"]]
    return Told({"inventory_items": found, "count": len(found), "offset": 0, "limit": 20})


@API.takes("POST", "/admin/inventory-items/{key}/location-levels/{place}", LEVEL, query="fields")
def level_written(asked: Asked, held: Held, key: str, place: str) -> Told:
    row = by(held["stock_levels"], "id", key, NOT_FOUND)
    level = put(by(row["location_levels"], "location_id", place, NOT_FOUND), asked.body)
    level["available_quantity"] = level["stocked_quantity"] - level["reserved_quantity"]
    return Told({"inventory_item": row})


@API.takes("GET", "/admin/orders/{key}", query="fields")
def order(_: Asked, held: Held, key: str) -> Told:
    return Told({"order": by(held["orders"], "id", key, NOT_FOUND)})


@API.takes("POST", "/admin/orders/{key}", SOLD)
def order_written(asked: Asked, held: Held, key: str) -> Told:
    return Told({"order": changed(by(held["orders"], "id", key, NOT_FOUND), asked.body)})


@API.takes("POST", "/admin/orders/{key}/cancel", or_null(of()))
def order_cancelled(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    if any(not each["canceled_at"] for each in row["fulfillments"]):
        raise RefusalError(refused("not_allowed", "All fulfillments must be canceled before canceling an order"))
    return Told({"order": changed(row, {"status": "canceled", "canceled_at": LATER})})


@API.takes("POST", "/admin/orders/{key}/complete", or_null(of(additional_data=ANY)))
def order_completed(_: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    if row["status"] == "canceled":
        raise RefusalError(refused("invalid_data", f"Orders {key} are canceled and cannot be completed"))
    return Told({"order": changed(row, {"status": "completed"})})


@API.takes("POST", "/admin/orders/{key}/fulfillments", FULFILLMENT)
def order_fulfilled(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    if any(not each["canceled_at"] for each in row["fulfillments"]):
        raise RefusalError(refused("invalid_data", "The quantity to fulfill exceeds what is left of the item"))
    wanted = {each["id"]: each["quantity"] for each in asked.body["items"]}
    if wanted.keys() - {each["id"] for each in row["items"]}:
        raise RefusalError(refused("invalid_data", "Items do not exist in order"))
    made = {
        "id": "ful_new", "provider_id": "manual", "items": asked.body["items"], "packed_at": LATER,
        "shipped_at": None, "canceled_at": None, "labels": [],
    }  # fmt: skip
    row["fulfillments"].append(made)
    return Told({"order": changed(row, {"fulfillment_status": "fulfilled"})})


@API.takes("POST", "/admin/orders/{key}/fulfillments/{fulfillment}/shipments", SHIPMENT)
def order_shipped(asked: Asked, held: Held, key: str, fulfillment: str) -> Told:
    row = by(held["orders"], "id", key, NOT_FOUND)
    one = by(row["fulfillments"], "id", fulfillment, NOT_FOUND)
    if one["shipped_at"]:
        raise RefusalError(refused("not_allowed", "Shipment has already been created"))
    one.update(shipped_at=LATER, labels=asked.body.get("labels", []))
    return Told({"order": changed(row, {"fulfillment_status": "shipped"})})
