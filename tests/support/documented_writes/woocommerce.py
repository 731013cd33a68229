"""WooCommerce REST API v3, from its documentation (woocommerce.github.io/woocommerce-rest-api-docs).

Properties not marked read-only there may be written, and only those sent change. A `sku` in the list of products
finds variations too, which have `parent_id` and the type `variation`. `meta_data` is kept by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documented import Asked, Told, basic

from documented_writes.api import (
    ANY,
    FLAG,
    FULL,
    MAIL,
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

if TYPE_CHECKING:
    from documented import Rows

META = each(of("key value", id=WHOLE, key=FULL, value=ANY))
PLACE = dict.fromkeys(
    ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country", "phone"),
    TEXT,
)
PERSON: dict[str, Any] = {
    "email": MAIL,
    "first_name": TEXT,
    "last_name": TEXT,
    "username": TEXT,
    "password": TEXT,
    "billing": of(**PLACE, email=MAIL),
    "shipping": of(**PLACE),
    "meta_data": META,
}
GOODS: dict[str, Any] = {
    **dict.fromkeys(("sku", "global_unique_id", "regular_price", "sale_price", "tax_class", "weight"), TEXT),
    "description": TEXT,
    "status": some("draft", "pending", "private", "publish"),
    "virtual": FLAG,
    "manage_stock": FLAG,
    "stock_quantity": or_null(WHOLE),
    "backorders": some("no", "notify", "yes"),
    "meta_data": META,
}
SOLD = of(
    parent_id=WHOLE,
    status=some("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash"),
    customer_id=WHOLE,
    customer_note=TEXT,
    billing=of(**PLACE, email=MAIL),
    shipping=of(**PLACE),
    transaction_id=TEXT,
    set_paid=FLAG,
    meta_data=META,
)
LATER = "2026-03-20T08:00:00"


def refused(code: str, words: str, status: int = 400) -> Told:
    return Told({"code": code, "message": words, "data": {"status": status}}, status)


def unfit(_: Asked, wrong: Misfit) -> Told:
    name = wrong.at[0] if wrong.at else "body"
    told = refused("rest_invalid_param", f"Invalid parameter(s): {name}")
    told.body["data"]["params"] = {name: wrong.words}
    return told


API = Api(
    lambda asked: basic(asked, "key", "secret"),
    unfit,
    refused("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401),
)
NOBODY = refused("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
NO_GOODS = refused("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)
NO_ORDER = refused("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)


def written(row: Row, sent: Row) -> Told:
    """The whole record, changed; `meta_data` is merged by its keys."""
    meta: Rows = row.get("meta_data", [])
    for one in sent.pop("meta_data", []):
        same = next((each for each in meta if each["key"] == one["key"]), None)
        if same is None:
            meta.append({"id": 9000 + len(meta), **one})
        else:
            same["value"] = one["value"]
    row["date_modified_gmt"] = LATER
    return Told(put(row, sent))


@API.takes("GET", "/customers/{key}")
def customer(_: Asked, held: Held, key: str) -> Told:
    return Told(by(held["customers"], "id", key, NOBODY))


@API.takes("GET", "/customers", query="email role")
def customers(asked: Asked, held: Held) -> Told:
    return Told([row for row in held["customers"] if row["email"] == asked.query["email"]])


@API.takes("PUT", "/customers/{key}", of(**PERSON))
def customer_written(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["customers"], "id", key, NOBODY)
    if "username" in asked.body:
        raise RefusalError(refused("woocommerce_rest_customer_invalid_argument", "Username isn't editable."))
    return written(row, asked.body)


@API.takes("POST", "/customers", of("email", **PERSON))
def customer_made(asked: Asked, held: Held) -> Told:
    if any(row["email"] == asked.body["email"] for row in held["customers"]):
        raise RefusalError(refused("registration-error-email-exists", "An account is already registered."))
    blank = dict.fromkeys(PLACE, "")
    row: Row = {
        "id": 499, "role": "customer", "first_name": "", "last_name": "", "billing": {**blank, "email": ""},
        "shipping": blank, "date_created_gmt": LATER, "meta_data": [],
    }  # fmt: skip
    held["customers"].append(row)
    told = written(row, asked.body)
    told.status = 201
    return told


def variation(held: Held, product: str, key: str) -> Row:
    parent = by(held["products"], "id", product, NO_GOODS)
    return by([parent["_variation"]], "id", key, NO_GOODS)


@API.takes("GET", "/products", query="sku")
def products(asked: Asked, held: Held) -> Told:
    sku, found = asked.query["sku"], []
    for row in held["products"]:
        if row["sku"] == sku:
            found.append(row)
        if row.get("_variation", {}).get("sku") == sku:
            found.append({**row["_variation"], "type": "variation", "parent_id": row["id"]})
    return Told(found)


@API.takes("GET", "/products/{key}/variations", query="per_page")
def variations(_: Asked, held: Held, key: str) -> Told:
    row = by(held["products"], "id", key, NO_GOODS)
    return Told([row["_variation"]] if "_variation" in row else [])


@API.takes("GET", "/products/{key}")
def product(_: Asked, held: Held, key: str) -> Told:
    row = by(held["products"], "id", key, NO_GOODS)
    return Told({name: value for name, value in row.items() if name != "_variation"})


@API.takes("PUT", "/products/{key}", of(**GOODS, name=TEXT, short_description=TEXT))
def product_written(asked: Asked, held: Held, key: str) -> Told:
    return written(by(held["products"], "id", key, NO_GOODS), asked.body)


@API.takes("PUT", "/products/{product}/variations/{key}", of(**GOODS))
def variation_written(asked: Asked, held: Held, product: str, key: str) -> Told:
    return written(variation(held, product, key), asked.body)


@API.takes("GET", "/orders/{key}", query="dp")
def order(_: Asked, held: Held, key: str) -> Told:
    return Told(by(held["orders"], "id", key, NO_ORDER))


@API.takes("PUT", "/orders/{key}", SOLD, query="dp")
def order_written(asked: Asked, held: Held, key: str) -> Told:
    return written(by(held["orders"], "id", key, NO_ORDER), asked.body)
