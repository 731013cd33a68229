"""What Shopify's mutations do, and what they refuse; the other half of shopify.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

if TYPE_CHECKING:
    from documented import Rows

    from documented_writes.api import Held, Row

LATER = "2026-03-20T08:00:00Z"
PHONE = re.compile(r"\+\d{8,15}")
OPEN = ("OPEN", "IN_PROGRESS")


class No(Exception):  # noqa: N818 - it is what Shopify says
    """What is told in `userErrors`."""

    def __init__(self, field: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.told = {"field": field.split("."), "message": message, **more}


def said(name: str, errors: str = "userErrors") -> Any:
    """Marks what does a mutation: what it gives stands below a name, what it refuses in a list."""

    def marked(act: Any) -> Any:
        def answer(held: Held, info: Any, **given: Any) -> Row:
            told = {"sent" if each == "input" else each: value for each, value in given.items()}
            try:
                return {name: act(held, **told, **({"info": info} if act is inventory else {})), errors: []}
            except No as no:
                return {name: None, errors: [no.told]}

        return answer

    return marked


def found(rows: Rows, identity: str | None) -> Row | None:
    return next((row for row in rows if row["id"] == identity), None)


def _there(rows: Rows, identity: str | None, field: str) -> Row:
    row = found(rows, identity)
    if row is None:
        raise No(field, "does not exist")
    return row


def variants(held: Held) -> Rows:
    return [each for row in held["products"] for each in row["variants"]]


# customers


def _contact(held: Held, row: Row, sent: Row) -> Row:
    """An e-mail address and a telephone number belong to one customer each."""
    shown: Row = {name: value for name, value in sent.items() if name in ("firstName", "lastName", "tags")}
    for name, holder, inner in (
        ("email", "defaultEmailAddress", "emailAddress"),
        ("phone", "defaultPhoneNumber", "phoneNumber"),
    ):
        if name not in sent:
            continue
        value = sent[name]
        others = [each for each in held["customers"] if each is not row]
        if value and any((each.get(holder) or {}).get(inner) == value for each in others):
            raise No(name, f"{name.capitalize()} has already been taken")
        if name == "phone" and value and not PHONE.fullmatch(value):
            raise No("phone", "Phone is invalid")
        old = row.get(holder) or ({"marketingState": "NOT_SUBSCRIBED"} if name == "email" else {})
        shown[holder] = {**old, inner: value} if value else None
    return shown


def customer_made(held: Held, sent: Row) -> Row:
    if not any(sent.get(each) for each in ("email", "phone", "firstName", "lastName")):
        raise No("", "Customer must have a name, phone number or email address")
    row = {
        "id": "gid://shopify/Customer/7990", "firstName": None, "lastName": None, "state": "DISABLED", "tags": [],
        "defaultEmailAddress": None, "defaultPhoneNumber": None, "defaultAddress": None, "addressesV2": [],
        "createdAt": LATER, "updatedAt": LATER,
    }  # fmt: skip
    row.update(_contact(held, row, sent))
    held["customers"].append(row)
    return row


def customer(held: Held, sent: Row) -> Row:
    row = _there(held["customers"], sent.get("id"), "id")
    row.update(_contact(held, row, sent), updatedAt=LATER)
    return row


def address(held: Held, customerId: str, addressId: str, address: Row) -> Row:  # noqa: N803
    row = _there(held["customers"], customerId, "customerId")
    kept = _there(row["addressesV2"], addressId, "addressId")
    kept.update(_placed(address))
    row["updatedAt"] = LATER
    return kept


def address_made(held: Held, customerId: str, address: Row, *, setAsDefault: bool = False) -> Row:  # noqa: N803
    row = _there(held["customers"], customerId, "customerId")
    made = {
        "id": "gid://shopify/MailingAddress/899?model_name=CustomerAddress",
        "firstName": None,
        "lastName": None,
        "province": None,
        **_placed(address),
    }
    row["addressesV2"].append(made)
    if setAsDefault or len(row["addressesV2"]) == 1:
        row["defaultAddress"] = made["id"]
    row["updatedAt"] = LATER
    return made


def _placed(sent: Row) -> Row:
    told = {name: value for name, value in sent.items() if name != "countryCode"}
    return told | ({"countryCodeV2": sent["countryCode"]} if "countryCode" in sent else {})


# products


def product(held: Held, product: Row) -> Row:
    row = _there(held["products"], product.get("id"), "id")
    if "title" in product and not product["title"]:
        raise No("title", "Title can't be blank")
    row.update({name: value for name, value in product.items() if name != "id"}, updatedAt=LATER)
    return row


def variants_changed(held: Held, productId: str, variants: Rows) -> Rows:  # noqa: N803
    row = _there(held["products"], productId, "productId")
    return [_variant(row, at, each) for at, each in enumerate(variants)]


def _variant(product: Row, at: int, sent: Row) -> Row:
    row = _there(product["variants"], sent.get("id"), f"variants.{at}.id")
    for name in ("price", "compareAtPrice"):
        if sent.get(name) is not None and not re.fullmatch(r"\d+(\.\d+)?", str(sent[name])):
            raise No(f"variants.{at}.{name}", "must be greater than or equal to zero")
    item = dict(sent.get("inventoryItem") or {})
    row.update({name: value for name, value in sent.items() if name not in ("id", "inventoryItem")})
    if "sku" in item:
        row["sku"] = item.pop("sku")
    if weight := (item.pop("measurement", None) or {}).get("weight"):
        row["inventoryItem"]["measurement"]["weight"] = weight
    if item:
        raise GraphQLError(f"not in this excerpt: {sorted(item)}")
    row["updatedAt"] = LATER
    return row


def inventory(held: Held, sent: Row, info: Any) -> Row:
    keys = [each for each in info.field_nodes[0].directives if each.name.value == "idempotent"]
    if not keys:
        raise GraphQLError("The @idempotent directive is required for this mutation but was not provided.")
    if sent["name"] not in ("available", "on_hand"):
        raise No("input.name", "The quantity name must be either 'available' or 'on_hand'.", code="INVALID_NAME")
    for each in held.pop("sold", []):
        each["quantity"]["quantity"] -= 1
    for at, each in enumerate(sent["quantities"]):
        if "changeFromQuantity" not in each:
            raise GraphQLError(f"changeFromQuantity (Argument is required) at quantities.{at}")
        level = _level(held, each, at)
        expected, told = each["changeFromQuantity"], "The changeFromQuantity argument no longer matches the persisted"
        if expected is not None and expected != level["quantity"]:
            way = f"input.quantities.{at}.changeFromQuantity"
            raise No(way, f"{told} quantity.", code="CHANGE_FROM_QUANTITY_STALE")
        if each["quantity"] < 0:
            way = f"input.quantities.{at}.quantity"
            raise No(way, "The quantity can't be negative.", code="INVALID_QUANTITY_NEGATIVE")
        level["quantity"] = each["quantity"]
    return {"createdAt": LATER}


def _level(held: Held, sent: Row, at: int) -> Row:
    for each in variants(held):
        for level in each["inventoryItem"]["inventoryLevels"]:
            if (each["inventoryItem"]["id"], level["location"]["id"]) == (sent["inventoryItemId"], sent["locationId"]):
                return level["quantities"][0]
    raise No(f"input.quantities.{at}.locationId", "The specified location could not be found.", code="INVALID_LOCATION")


# orders


def order(held: Held, sent: Row) -> Row:
    row = _there(held["orders"], sent["id"], "id")
    row.update({name: value for name, value in sent.items() if name != "id"}, updatedAt=LATER)
    return row


def order_closed(held: Held, sent: Row) -> Row:
    row = _there(held["orders"], sent["id"], "id")
    row.update(closedAt=LATER, updatedAt=LATER)
    return row


def order_opened(held: Held, sent: Row) -> Row:
    row = _there(held["orders"], sent["id"], "id")
    if row["cancelledAt"]:
        raise No("id", "Cannot open an order that was cancelled")
    row.update(closedAt=None, updatedAt=LATER)
    return row


def cancelled(held: Held, orderId: str, **_: Any) -> Row:  # noqa: N803
    row = _there(held["orders"], orderId, "orderId")
    if row["cancelledAt"] or any(each["status"] == "SUCCESS" for each in row["fulfillments"]):
        raise No("orderId", "Cannot cancel an order that has been fulfilled or cancelled")
    row.update(cancelledAt=LATER, updatedAt=LATER)
    return {"id": "gid://shopify/Job/1", "done": False}


def fulfilled(held: Held, fulfillment: Row) -> Row:
    wanted = [each["fulfillmentOrderId"] for each in fulfillment["lineItemsByFulfillmentOrder"]]
    if not wanted:
        raise No("fulfillment.lineItemsByFulfillmentOrder", "is empty: there is nothing to be sent")
    row = next(each for each in held["orders"] if found(each["fulfillmentOrders"], wanted[0]))
    for parcel in [_there(row["fulfillmentOrders"], each, "fulfillment") for each in wanted]:
        if parcel["status"] not in OPEN:
            raise No("fulfillment", "Fulfillment order is not in an open state")
        parcel["status"] = "CLOSED"
    tracking = fulfillment.get("trackingInfo") or {}
    shown = {"company": tracking.get("company"), "number": tracking.get("number")}
    made = {"id": "gid://shopify/Fulfillment/790", "status": "SUCCESS", "createdAt": LATER, "trackingInfo": [shown]}
    row["fulfillments"].append(made)
    row.update(displayFulfillmentStatus="FULFILLED", updatedAt=LATER)
    return made


def tracked(held: Held, fulfillmentId: str, trackingInfoInput: Row, **_: Any) -> Row:  # noqa: N803
    row = _there([each for order in held["orders"] for each in order["fulfillments"]], fulfillmentId, "fulfillmentId")
    row["trackingInfo"] = [{"company": None, "number": None, **trackingInfoInput}]
    return row


ACTS = {
    "customerCreate": said("customer")(customer_made),
    "customerUpdate": said("customer")(customer),
    "customerAddressUpdate": said("address")(address),
    "customerAddressCreate": said("address")(address_made),
    "productUpdate": said("product")(product),
    "productVariantsBulkUpdate": said("productVariants")(variants_changed),
    "inventorySetQuantities": said("inventoryAdjustmentGroup")(inventory),
    "orderUpdate": said("order")(order),
    "orderClose": said("order")(order_closed),
    "orderOpen": said("order")(order_opened),
    "orderCancel": said("job", "orderCancelUserErrors")(cancelled),
    "fulfillmentCreate": said("fulfillment")(fulfilled),
    "fulfillmentTrackingInfoUpdate": said("fulfillment")(tracked),
}
