"""Shopware 6.7's Admin API, from its OpenAPI document (npm: @shopware/api-client 1.6.0) and its documentation.

PATCH changes the properties that are sent; a list such as `price` is sent as a whole. What is marked read-only is
refused. Records that belong to a record are told only where they were asked for as `associations`. Orders and
deliveries move by the transitions of their state machines, and by no others. Whoever makes a record may choose its id,
which no other may have; what a customer must have is marked so there. E-mail addresses are not looked at (its issue
#17037).
"""

from __future__ import annotations

import copy
import re
from typing import Any

from documented import EMPTY, Asked, Told, bearer

from documented_writes.api import (
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
PERSON = of(
    customerNumber=FULL,
    firstName=FULL,
    lastName=FULL,
    email=MAIL,
    company=NULLISH,
    title=NULLISH,
    vatIds=or_null(each(TEXT)),
    active=FLAG,
    groupId=TEXT,
    languageId=TEXT,
    salutationId=NULLISH,
    defaultBillingAddressId=TEXT,
    defaultShippingAddressId=TEXT,
    customFields=or_null({"type": "object"}),
)
ADDRESS = of(
    firstName=FULL,
    lastName=FULL,
    street=FULL,
    city=FULL,
    countryId=TEXT,
    countryStateId=NULLISH,
    customFields=or_null({"type": "object"}),
    **dict.fromkeys(
        ("company", "zipcode", "phoneNumber", "additionalAddressLine1", "additionalAddressLine2", "department"), NULLISH
    ),
)
ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
NEW = of(
    "groupId salesChannelId languageId defaultBillingAddressId defaultShippingAddressId customerNumber firstName"
    " lastName email",
    **{
        **PERSON["properties"],
        **dict.fromkeys(("id", "defaultBillingAddressId", "defaultShippingAddressId"), ID),
        "salesChannelId": TEXT,
        "guest": FLAG,
        "addresses": each(of("countryId firstName lastName city street", **ADDRESS["properties"], id=ID), 1),
    },
)
LIST_PRICE = of("gross net linked", currencyId=TEXT, gross=NUMBER, net=NUMBER, linked=FLAG)
PRICE = of(
    "currencyId gross net linked",
    currencyId=TEXT, gross=NUMBER, net=NUMBER, linked=FLAG, listPrice=or_null(LIST_PRICE),
    percentage=or_null({"type": "object"}), regulationPrice=or_null(LIST_PRICE),
)  # fmt: skip
GOODS = of(
    name=FULL,
    description=NULLISH,
    productNumber=FULL,
    ean=NULLISH,
    active=FLAG,
    isCloseout=FLAG,
    stock=WHOLE,
    weight=or_null(NUMBER),
    price=or_null(each(PRICE, 1)),
    taxId=TEXT,
    manufacturerId=NULLISH,
    customFields=or_null({"type": "object"}),
)
DELIVERY = of(trackingCodes=each(TEXT), shippingMethodId=TEXT, customFields=or_null({"type": "object"}))
TRANSITION = or_null(of(sendMail=FLAG, documentIds=each(TEXT), mediaIds=each(TEXT), stateFieldName=TEXT))
ORDER_MOVES = {
    "process": ({"open"}, "in_progress"),
    "complete": ({"in_progress"}, "completed"),
    "cancel": ({"open", "in_progress"}, "cancelled"),
    "reopen": ({"completed", "cancelled"}, "open"),
}
DELIVERY_MOVES = {
    "ship": ({"open", "shipped_partially"}, "shipped"),
    "ship_partially": ({"open"}, "shipped_partially"),
    "cancel": ({"open"}, "cancelled"),
    "retour": ({"shipped", "shipped_partially"}, "returned"),
}
PLACE: Row = {"country": {}, "countryState": {}}
ASSOCIATED: Row = {
    "customers": {
        "group": {}, "language": {"locale": {}}, "addresses": PLACE, "defaultBillingAddress": PLACE,
        "defaultShippingAddress": PLACE,
    },
    "products": {"manufacturer": {}, "tax": {}, "categories": {}, "options": {}},
    "orders": {
        "currency": {}, "stateMachineState": {}, "lineItems": {}, "orderCustomer": {"customer": {}},
        "billingAddress": PLACE,
        "deliveries": {"stateMachineState": {}, "shippingMethod": {}, "shippingOrderAddress": PLACE},
        "transactions": {"stateMachineState": {}, "paymentMethod": {}},
    },
}  # fmt: skip
LATER = "2026-03-20T08:00:00.000+00:00"
DONE = Told(None, EMPTY)


def refused(code: str, detail: str, pointer: str = "", status: int = 400) -> Told:
    error: Row = {"status": str(status), "code": code, "title": "Bad Request", "detail": detail}
    return Told({"errors": [{**error, "source": {"pointer": pointer}} if pointer else error]}, status)


def unfit(_: Asked, wrong: Misfit) -> Told:
    return refused("FRAMEWORK__WRITE_CONSTRAINT_VIOLATION", wrong.words, "/0/" + "/".join(wrong.at))


API = Api(bearer, unfit, refused("9", "The resource owner or authorization server denied the request.", status=401))
NOT_FOUND = refused("FRAMEWORK__RESOURCE_NOT_FOUND", "The resource with this id was not found.", status=404)


def told(asked: Asked, kind: str, row: Row) -> Row:
    """The record without what belongs to it, unless that was asked for."""
    wanted = {
        tuple(step for step in re.findall(r"\[([^\]]*)\]", name) if step not in ("", "associations"))
        for name in asked.query
        if name.startswith("associations[")
    }
    reached = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    shown = copy.deepcopy(row)
    if kind == "customers":
        for name in ("defaultBillingAddress", "defaultShippingAddress"):
            used = (each for each in row["addresses"] if each["id"] == row[f"{name}Id"])
            shown[name] = copy.deepcopy(next(used, None))
    _cut(shown, ASSOCIATED[kind], reached, ())
    return shown


def _cut(row: Row, known: Row, reached: set[tuple[str, ...]], at: tuple[str, ...]) -> None:
    for name, below in known.items():
        if (*at, name) not in reached:
            row[name] = None
            continue
        found = row.get(name)
        for one in found if isinstance(found, list) else [found] if found else []:
            _cut(one, below, reached, (*at, name))


def _reads(path: str, kind: str) -> None:
    @API.takes("GET", path, query="associations")
    def one(asked: Asked, held: Held, key: str) -> Told:
        return Told({"data": told(asked, kind, by(held[kind], "id", key, NOT_FOUND))})


_reads("/customer/{key}", "customers")
_reads("/product/{key}", "products")
_reads("/order/{key}", "orders")


def filtered(asked: Asked, rows: list[Row]) -> Told:
    wanted = {name[7:-1]: value for name, value in asked.query.items() if name.startswith("filter[")}
    found = [row for row in rows if all(_spelled(row[name]) == value for name, value in wanted.items())]
    return Told({"data": found[: int(asked.query.get("limit", 25))], "total": len(found)})


def _spelled(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


@API.takes("GET", "/sales-channel", query="filter limit sort")
def channels(asked: Asked, held: Held) -> Told:
    return filtered(asked, held["channels"])


@API.takes("GET", "/country", query="filter limit sort")
def countries(asked: Asked, held: Held) -> Told:
    return filtered(asked, held["countries"])


@API.takes("GET", "/product", query="filter limit associations")
def products(asked: Asked, held: Held) -> Told:
    number = asked.query["filter[productNumber]"]
    found = [told(asked, "products", row) for row in held["products"] if row["productNumber"] == number]
    return Told({"data": found[: int(asked.query.get("limit", 25))], "total": len(found)})


def changed(row: Row, sent: Row) -> Told:
    put(row, {**sent, "updatedAt": LATER})
    return DONE


@API.takes("POST", "/customer", NEW, query="_response")
def customer_made(asked: Asked, held: Held) -> Told:
    sent, blank = asked.body, dict.fromkeys(("company", "title", "salutationId", "vatIds", "customFields"))
    channel = by(held["channels"], "id", sent["salesChannelId"], NOT_FOUND)
    for name in ("groupId", "languageId"):
        by([channel], {"groupId": "customerGroupId"}.get(name, name), sent[name], refused("0", "Foreign key", name))
    if any(row["id"] == sent["id"] for row in held["customers"]):
        raise RefusalError(refused("FRAMEWORK__WRITE_DUPLICATE", "Duplicate entry for key PRIMARY", status=409))
    empty = dict.fromkeys(("company", "zipcode", "phoneNumber", "additionalAddressLine1", "customFields"))
    addresses = [
        {
            **empty, **each, "countryState": None,
            "country": by(held["countries"], "id", each["countryId"], refused("0", "Foreign key", "countryId")),
        }
        for each in sent["addresses"]
    ]  # fmt: skip
    row: Row = {
        **blank, "guest": False, "group": {"name": "Standard"}, "language": {"locale": {"code": "nb-NO"}},
        "createdAt": LATER, "updatedAt": None, **sent, "addresses": copy.deepcopy(addresses),
    }  # fmt: skip
    held["customers"].append(row)
    return Told({"data": told(asked, "customers", row)} if asked.query.get("_response") else None)


@API.takes("PATCH", "/customer/{key}", PERSON)
def customer_written(asked: Asked, held: Held, key: str) -> Told:
    return changed(by(held["customers"], "id", key, NOT_FOUND), asked.body)


@API.takes("PATCH", "/customer-address/{key}", ADDRESS)
def address_written(asked: Asked, held: Held, key: str) -> Told:
    addresses = [each for row in held["customers"] for each in row["addresses"]]
    put(by(addresses, "id", key, NOT_FOUND), asked.body)
    return DONE


@API.takes("PATCH", "/product/{key}", GOODS)
def product_written(asked: Asked, held: Held, key: str) -> Told:
    row = by(held["products"], "id", key, NOT_FOUND)
    ordered = row["stock"] - row["availableStock"]
    changed(row, asked.body)
    row["availableStock"] = row["stock"] - ordered
    row["translated"] |= {name: asked.body[name] for name in ("name", "description") if name in asked.body}
    return DONE


@API.takes("PATCH", "/order-delivery/{key}", DELIVERY)
def delivery_written(asked: Asked, held: Held, key: str) -> Told:
    return changed(delivery(held, key), asked.body)


def delivery(held: Held, key: str) -> Row:
    return by([each for row in held["orders"] for each in row["deliveries"]], "id", key, NOT_FOUND)


def moved(row: Row, move: str, moves: dict[str, tuple[set[str], str]]) -> Told:
    state: dict[str, Any] = row["stateMachineState"]
    here = state["technicalName"]
    starts, end = moves.get(move, (set(), ""))
    if here not in starts:
        allowed = ", ".join(name for name, (begins, _) in moves.items() if here in begins)
        raise RefusalError(
            refused(
                "SYSTEM__ILLEGAL_STATE_TRANSITION",
                f'Illegal transition "{move}" from state "{here}". Possible transitions are: {allowed}',
            )
        )
    state["technicalName"] = end
    return Told({"id": row["id"], "technicalName": end})


@API.takes("POST", "/_action/order/{key}/state/{move}", TRANSITION)
def order_moved(_: Asked, held: Held, key: str, move: str) -> Told:
    return moved(by(held["orders"], "id", key, NOT_FOUND), move, ORDER_MOVES)


@API.takes("POST", "/_action/order_delivery/{key}/state/{move}", TRANSITION)
def delivery_moved(_: Asked, held: Held, key: str, move: str) -> Told:
    return moved(delivery(held, key), move, DELIVERY_MOVES)
