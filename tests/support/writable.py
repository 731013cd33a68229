"""Shops that are written to, as their documents describe it: what they take, what they refuse, and what they then hold.

Each holds the records of shops/*.yml, in the documented shape. A property that its document does not name is refused.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from documented import NOT_FOUND, REFUSED, UNKNOWN, Asked, Told, basic, bearer

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]
Held = dict[str, list[Record]]
ADDRESS = {
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "state",
    "country",
    "phone",
}


@dataclass
class Make:
    """One make of shop: who is let in, and what answers where."""

    enters: Callable[[Asked], bool]
    routes: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = field(default_factory=list)

    def on(self, method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Answers a path, whose groups it is given."""

        def keep(answer: Callable[..., Any]) -> Callable[..., Any]:
            self.routes.append((method, re.compile(path), answer))
            return answer

        return keep

    def __call__(self, asked: Asked, held: Held) -> Told:
        if not self.enters(asked):
            return UNKNOWN
        for method, path, answer in self.routes:
            if method == asked.method and (found := path.fullmatch(asked.path)):
                told = answer(asked, held, *found.groups())
                return told if isinstance(told, Told) else Told(told)
        return NOT_FOUND


def one(held: list[Record], identity: str, key: str = "id") -> Record:
    return next((each for each in held if str(each[key]) == identity), {})


def laid(record: Record, given: Record, known: set[str], nested: dict[str, set[str]] | None = None) -> Told | Record:
    """What is given goes on top, if the document names it all; objects named as nested are merged."""
    nested = nested or {}
    if not record:
        return NOT_FOUND
    if not given.keys() <= known | nested.keys():
        return REFUSED
    for name, inside in nested.items():
        if name in given:
            if not given[name].keys() <= inside:
                return REFUSED
            given = {**given, name: {**record.get(name, {}), **given[name]}}
    record.update(copy.deepcopy(given))
    return record


# WooCommerce: PUT merges; meta_data is merged by key

woocommerce = Make(lambda asked: basic(asked, "key", "secret"))
NESTED = {"billing": ADDRESS | {"email"}, "shipping": ADDRESS}


def _woo(record: Record, given: Record, known: set[str], nested: dict[str, set[str]] | None = None) -> Any:
    given = dict(given)
    meta = given.pop("meta_data", [])
    told = laid(record, given, known, nested)
    if isinstance(told, Told):
        return told
    kept = {each["key"]: each for each in record.get("meta_data", [])}
    kept |= {each["key"]: {"id": len(kept) + 90, **each} for each in meta}
    record["meta_data"] = list(kept.values())
    return record


@woocommerce.on("GET", "/(customers|products|orders)")
def _(asked: Asked, held: Held, name: str) -> Any:
    wanted = {key: asked.query[key] for key in ("email", "sku") if key in asked.query}
    return [each for each in held[name] if wanted.items() <= each.items()][int(asked.query.get("offset", 0)) :]


@woocommerce.on("GET", "/(customers|products|orders)/([^/]+)")
def _(_asked: Asked, held: Held, name: str, identity: str) -> Any:
    return one(held[name], identity) or NOT_FOUND


@woocommerce.on("GET", "/products/([^/]+)/variations")
def _(_asked: Asked, held: Held, _identity: str) -> Any:
    return held["variations"]


@woocommerce.on("PUT", "/customers/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return _woo(one(held["customers"], identity), asked.body, {"email", "first_name", "last_name"}, NESTED)


@woocommerce.on("POST", "/customers")
def _(asked: Asked, held: Held) -> Any:
    if "email" not in asked.body or any(each["email"] == asked.body["email"] for each in held["customers"]):
        return REFUSED
    stamps = dict.fromkeys(("date_created_gmt", "date_modified_gmt"), "2026-03-09T12:00:00")
    held["customers"].append(made := {"id": 499, "billing": {}, "shipping": {}, **stamps})
    return _woo(made, asked.body, {"email", "first_name", "last_name"}, NESTED)


@woocommerce.on("PUT", "/products/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    known = {"name", "status", "sku", "regular_price", "global_unique_id", "stock_quantity", "manage_stock", "weight"}
    return laid(one(held["products"], identity), asked.body, known)


@woocommerce.on("PUT", "/products/([^/]+)/variations/([^/]+)")
def _(asked: Asked, held: Held, _of: str, identity: str) -> Any:
    known = {"status", "sku", "regular_price", "global_unique_id", "stock_quantity", "manage_stock", "weight"}
    return laid(one(held["variations"], identity), asked.body, known)


@woocommerce.on("PUT", "/orders/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return _woo(one(held["orders"], identity), asked.body, {"status", "customer_note"}, NESTED)


# Shopify: everything stands under its own name; addresses and variants have paths of their own

shopify = Make(lambda asked: asked.headers.get("X-Shopify-Access-Token") == "token")
OF_CUSTOMER = {"email", "first_name", "last_name", "phone"}
OF_ADDRESS = {"name", "company", "address1", "address2", "zip", "city", "province", "country_code", "phone"}


@shopify.on("GET", r"/products\.json")
def _(_asked: Asked, held: Held) -> Any:
    return {"products": held["products"]}


@shopify.on("GET", r"/(customer|product|order)s/(\d+)\.json")
def _(_asked: Asked, held: Held, name: str, identity: str) -> Any:
    found = one(held[f"{name}s"], identity)
    return {name: found} if found else NOT_FOUND


@shopify.on("PUT", r"/customers/(\d+)\.json")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["customers"], identity), asked.body["customer"], OF_CUSTOMER)


@shopify.on("PUT", r"/customers/(\d+)/addresses/(\d+)\.json")
def _(asked: Asked, held: Held, of: str, identity: str) -> Any:
    return laid(one(one(held["customers"], of)["addresses"], identity), asked.body["address"], OF_ADDRESS)


@shopify.on("PUT", r"/products/(\d+)\.json")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["products"], identity), asked.body["product"], {"title", "vendor", "status"})


def _variant(held: Held, identity: str, key: str = "id") -> Record:
    return one([variant for each in held["products"] for variant in each["variants"]], identity, key)


@shopify.on("GET", r"/variants/(\d+)\.json")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    return {"variant": _variant(held, identity)}


@shopify.on("PUT", r"/variants/(\d+)\.json")
def _(asked: Asked, held: Held, identity: str) -> Any:
    known = {"sku", "barcode", "price", "compare_at_price", "grams"}
    return laid(_variant(held, identity), asked.body["variant"], known)


@shopify.on("GET", r"/inventory_levels\.json")
def _(asked: Asked, _held: Held) -> Any:
    item = int(asked.query["inventory_item_ids"])
    return {"inventory_levels": [{"inventory_item_id": item, "location_id": 655, "available": 12}]}


@shopify.on("POST", r"/inventory_levels/set\.json")
def _(asked: Asked, held: Held) -> Any:
    given = asked.body
    if given.keys() != {"inventory_item_id", "location_id", "available"} or given["location_id"] != 655:
        return REFUSED
    _variant(held, str(given["inventory_item_id"]), "inventory_item_id")["inventory_quantity"] = given["available"]
    return {"inventory_level": given}


@shopify.on("PUT", r"/orders/(\d+)\.json")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["orders"], identity), asked.body["order"], {"note"})


@shopify.on("POST", r"/orders/(\d+)/cancel\.json")
def _(asked: Asked, held: Held, identity: str) -> Any:
    if asked.body.keys() - {"email", "reason", "restock", "amount"}:
        return REFUSED
    one(held["orders"], identity)["cancelled_at"] = "2026-03-09T12:00:00Z"
    return {}


@shopify.on("GET", r"/orders/(\d+)/fulfillment_orders\.json")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    status = "closed" if one(held["orders"], identity)["fulfillments"] else "open"
    return {"fulfillment_orders": [{"id": 10 * int(identity), "order_id": int(identity), "status": status}]}


@shopify.on("POST", r"/fulfillments\.json")
def _(asked: Asked, held: Held) -> Any:
    given = asked.body["fulfillment"]
    if given.keys() - {"line_items_by_fulfillment_order", "tracking_info", "notify_customer", "message"}:
        return REFUSED
    told = given["tracking_info"]
    for each in given["line_items_by_fulfillment_order"]:
        order = one(held["orders"], str(each["fulfillment_order_id"] // 10))
        order["fulfillments"].append(
            {"id": 1, "status": "success", "tracking_company": told["company"], "tracking_number": told["number"],
             "created_at": "2026-03-09T12:00:00Z"}
        )  # fmt: skip
        order["fulfillment_status"] = "fulfilled"
    return Told({"fulfillment": given}, 201)


# Medusa: POST changes; a shipment is one of a fulfilment that was made before

medusa = Make(lambda asked: asked.path.startswith("/auth") or bearer(asked, "jwt"))
OF_PERSON = {"email", "first_name", "last_name", "company_name", "phone", "metadata"}
OF_PLACE = {
    "first_name", "last_name", "company", "address_1", "address_2", "postal_code", "city", "province", "country_code",
    "phone", "is_default_billing", "is_default_shipping", "address_name",
}  # fmt: skip
SINGLE = {"customers": "customer", "products": "product", "orders": "order"}


@medusa.on("POST", "/auth/user/emailpass")
def _(_asked: Asked, _held: Held) -> Any:
    return {"token": "jwt"}


@medusa.on("GET", "/admin/(customers|products|orders)")
def _(asked: Asked, held: Held, name: str) -> Any:
    if asked.query.keys() - {"fields", "email", "limit", "offset", "order", "external_id", "updated_at[$gte]"}:
        return REFUSED
    since = asked.query.get("updated_at[$gte]", "")
    listed = (each for each in held[name] if each["updated_at"] >= since)
    found = [each for each in listed if asked.query.get("email") in (None, each.get("email"))]
    return {name: found[int(asked.query.get("offset", 0)) :], "count": len(found)}


@medusa.on("GET", "/admin/(customers|products|orders)/([^/]+)")
def _(asked: Asked, held: Held, name: str, identity: str) -> Any:
    found = one(held[name], identity)
    return NOT_FOUND if not found else REFUSED if asked.query.keys() - {"fields"} else {SINGLE[name]: found}


@medusa.on("POST", "/admin/customers")
def _(asked: Asked, held: Held) -> Any:
    if any(each["email"] == asked.body["email"] for each in held["customers"]):
        return REFUSED
    stamps = dict.fromkeys(("created_at", "updated_at"), "2026-03-09T12:00:00.000Z")
    held["customers"].append(made := {"id": "cus_new", "has_account": False, "addresses": [], **stamps})
    told = laid(made, asked.body, OF_PERSON)
    return told if isinstance(told, Told) else {"customer": told}


@medusa.on("POST", "/admin/customers/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["customers"], identity), asked.body, OF_PERSON)


@medusa.on("POST", "/admin/customers/([^/]+)/addresses(?:/([^/]+))?")
def _(asked: Asked, held: Held, of: str, identity: str | None) -> Any:
    addresses = one(held["customers"], of)["addresses"]
    if identity is None:
        addresses.append({"id": "ca_new"})
    return laid(one(addresses, identity or "ca_new"), asked.body, OF_PLACE)


@medusa.on("POST", "/admin/products/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["products"], identity), asked.body, {"title", "external_id", "status", "description"})


@medusa.on("POST", "/admin/products/([^/]+)/variants/([^/]+)")
def _(asked: Asked, held: Held, of: str, identity: str) -> Any:
    variant = one(one(held["products"], of)["variants"], identity)
    prices = {each["id"]: each for each in variant["prices"]}
    given = dict(asked.body)
    if "prices" in given:  # a list of all that there shall be: those not named are gone
        given["prices"] = [{**prices.get(each.get("id"), {"price_list_id": None}), **each} for each in given["prices"]]
    return laid(variant, given, {"sku", "ean", "title", "weight", "prices"})


@medusa.on("GET", "/admin/inventory-items")
def _(asked: Asked, held: Held) -> Any:
    return {"inventory_items": [each for each in held["stock_levels"] if each["sku"] == asked.query["sku"]]}


@medusa.on("POST", "/admin/inventory-items/([^/]+)/location-levels/([^/]+)")
def _(asked: Asked, held: Held, identity: str, place: str) -> Any:
    level = one(one(held["stock_levels"], identity)["location_levels"], place, "location_id")
    told = laid(level, asked.body, {"stocked_quantity", "incoming_quantity"})
    level["available_quantity"] = level["stocked_quantity"] - level["reserved_quantity"]
    return told


@medusa.on("POST", "/admin/orders/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["orders"], identity), asked.body, {"email", "metadata", "shipping_address", "billing_address"})


@medusa.on("POST", "/admin/orders/([^/]+)/cancel")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    return laid(one(held["orders"], identity), {"status": "canceled"}, {"status"})


@medusa.on("POST", "/admin/orders/([^/]+)/fulfillments")
def _(asked: Asked, held: Held, identity: str) -> Any:
    if asked.body.keys() - {"items", "location_id", "no_notification", "metadata"}:
        return REFUSED
    order = one(held["orders"], identity)
    order["fulfillments"].append(
        {
            "id": "ful_new",
            "provider_id": "manual",
            "canceled_at": None,
            "shipped_at": None,
            "packed_at": None,
            "labels": [],
        }
    )
    order["fulfillment_status"] = "fulfilled"
    return {"order": {"id": identity}}


@medusa.on("POST", "/admin/orders/([^/]+)/fulfillments/([^/]+)/shipments")
def _(asked: Asked, held: Held, of: str, identity: str) -> Any:
    if asked.body.keys() - {"items", "labels", "no_notification", "metadata"}:
        return REFUSED
    order = one(held["orders"], of)
    fulfillment = one(order["fulfillments"], identity)
    order["fulfillment_status"] = "shipped"
    return laid(
        fulfillment, {"labels": asked.body["labels"], "shipped_at": "2026-03-09T12:00:00Z"}, {"labels", "shipped_at"}
    )


# Shopware: PATCH answers with nothing; states move by actions

shopware = Make(lambda asked: asked.path == "/oauth/token" or bearer(asked))
ENTITIES = {"customer": "customers", "product": "products", "order": "orders"}
TAKES = {
    "customer": {"email", "firstName", "lastName", "company", "vatIds", "customFields"},
    "product": {"name", "active", "productNumber", "ean", "weight", "stock", "price"},
}
DONE = Told(None, 204)


@shopware.on("POST", "/oauth/token")
def _(_asked: Asked, _held: Held) -> Any:
    return {"access_token": "token", "expires_in": 600, "token_type": "Bearer"}


@shopware.on("GET", "/(customer|product|order)/([^/]+)")
def _(_asked: Asked, held: Held, name: str, identity: str) -> Any:
    found = one(held[ENTITIES[name]], identity)
    return {"data": found} if found else NOT_FOUND


@shopware.on("GET", "/product")
def _(asked: Asked, held: Held) -> Any:
    return {
        "data": [each for each in held["products"] if each["productNumber"] == asked.query["filter[productNumber]"]]
    }


@shopware.on("PATCH", "/(customer|product)/([^/]+)")
def _(asked: Asked, held: Held, name: str, identity: str) -> Any:
    record = one(held[ENTITIES[name]], identity)
    told = laid(record, asked.body, TAKES[name])
    if name == "product":
        record["translated"]["name"] = record["name"]
        record["availableStock"] = record["stock"] - 5  # five are on their way to somebody
    return told if isinstance(told, Told) else DONE


@shopware.on("PATCH", "/customer-address/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    known = {"firstName", "lastName", "company", "street", "additionalAddressLine1", "zipcode", "city", "phoneNumber"}
    addresses = [address for each in held["customers"] for address in each["addresses"]]
    told = laid(one(addresses, identity), asked.body, known)
    return told if isinstance(told, Told) else DONE


@shopware.on("POST", "/_action/order/([^/]+)/state/(reopen|complete|cancel)")
def _(_asked: Asked, held: Held, identity: str, action: str) -> Any:
    state = {"reopen": "open", "complete": "completed", "cancel": "cancelled"}[action]
    one(held["orders"], identity)["stateMachineState"] = {"technicalName": state}
    return {"technicalName": state}


@shopware.on("PATCH", "/order-delivery/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    told = laid(one(held["orders"][0]["deliveries"], identity), asked.body, {"trackingCodes"})
    return told if isinstance(told, Told) else DONE


@shopware.on("POST", "/_action/order_delivery/([^/]+)/state/ship")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    one(held["orders"][0]["deliveries"], identity)["stateMachineState"] = {"technicalName": "shipped"}
    return {"technicalName": "shipped"}


# Magento: PUT of a customer replaces the addresses; products are written by SKU

magento = Make(bearer)
FILTER = "searchCriteria[filter_groups][0][filters][0]"


@magento.on("GET", "/(customers/search|products|inventory/source-items)")
def _(asked: Asked, held: Held, name: str) -> Any:
    rows = held[{"customers/search": "customers", "products": "products"}.get(name, "stock_levels")]
    field, value = asked.query[f"{FILTER}[field]"], asked.query[f"{FILTER}[value]"]
    field = "id" if field == "entity_id" else field
    found = [each for each in rows if str(each[field]) == value]
    return {"items": found, "total_count": len(found)}


@magento.on("GET", "/(customer|order)s/([^/]+)")
def _(_asked: Asked, held: Held, name: str, identity: str) -> Any:
    return one(held[f"{name}s"], identity, "entity_id" if name == "order" else "id") or NOT_FOUND


@magento.on("PUT", "/customers/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    record = one(held["customers"], identity)
    known = {*record, "taxvat", "addresses"}
    for address in asked.body["customer"]["addresses"]:
        if not {"firstname", "lastname", "street", "city", "postcode", "country_id", "telephone"} <= address.keys():
            return REFUSED
    return laid(record, asked.body["customer"], known)


@magento.on("PUT", "/products/(.+)")
def _(asked: Asked, held: Held, sku: str) -> Any:
    return laid(one(held["products"], sku, "sku"), asked.body["product"], {"price", "weight", "status", "name"})


@magento.on("POST", "/inventory/source-items")
def _(asked: Asked, held: Held) -> Any:
    for each in asked.body["sourceItems"]:
        told = laid(one(held["stock_levels"], each["sku"], "sku"), each, {"sku", "source_code", "quantity", "status"})
        if isinstance(told, Told):
            return told
    return []


@magento.on("POST", "/orders/([^/]+)/cancel")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    one(held["orders"], identity, "entity_id")["state"] = "canceled"
    return True


@magento.on("POST", "/order/([^/]+)/ship")
def _(asked: Asked, held: Held, identity: str) -> Any:
    if asked.body.keys() - {"items", "notify", "appendComment", "comment", "tracks", "packages", "arguments"}:
        return REFUSED
    order = one(held["orders"], identity, "entity_id")
    order["state"] = "complete"
    order["_tracks"] = asked.body["tracks"]
    return "12"


# Mystore: PATCH of a JSON:API document

mystore = Make(bearer)


@mystore.on("GET", "/products/([^/]+)")
def _(_asked: Asked, held: Held, identity: str) -> Any:
    found = one(held["products"], identity)
    return {"data": found} if found else NOT_FOUND


@mystore.on("PATCH", "/products/([^/]+)")
def _(asked: Asked, held: Held, identity: str) -> Any:
    given = asked.body["data"]
    if (given["type"], given["id"]) != ("products", identity):
        return REFUSED
    record = one(held["products"], identity)
    told = laid(record["attributes"], given["attributes"], {"sku", "ean", "price", "cost", "quantity", "name"})
    return told if isinstance(told, Told) else {"data": record}


MAKES: dict[str, Make] = {
    "woocommerce/3": woocommerce,
    "shopify": shopify,
    "medusa/2": medusa,
    "shopware/6": shopware,
    "magento/2": magento,
    "mystore/2": mystore,
}
