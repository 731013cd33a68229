"""The writing half of the contract: create, patch, upsert, stock, the commands of an order, delete.

Each takes the store and what was sent, and gives the record as it stands afterwards.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.webshop import shapes
from sandbox.webshop.problems import Problem
from sandbox.webshop.reading import etag
from sandbox.webshop.store import new_id, stamp

if TYPE_CHECKING:
    from sandbox.webshop.store import Record, Store

READ_ONLY = ("id", "created_at", "updated_at", "deleted_at")
_PREFIXES = {"customers": "C", "orders": "O", "products": "P"}
_PARTS = {"addresses": "A", "lines": "L", "payments": "B", "refunds": "R", "shipments": "S", "variants": "V"}


def create(store: Store, collection: str, content: Record) -> Record:
    """A new record, with an id of its own."""
    content = _checked(store, collection, content, None)
    defaults: Record = {"external_id": None, **shapes.DEFAULTS[collection], "metadata": {}}
    made = store.save(collection, {"id": new_id(_PREFIXES[collection]), **defaults, **content})
    _keep_levels(store, collection, made)
    return made


def upsert(store: Store, collection: str, external_id: str, content: Record, *, only_new: bool) -> tuple[Record, bool]:
    """Create what nobody has under this external id, or change what is given; and whether it is new."""
    content = {**content, "external_id": external_id}
    found = store.look_up(collection, "external_id", external_id)
    if not found:
        return create(store, collection, content), True
    if only_new:
        raise Problem(412, f"external_id '{external_id}' is taken")
    record = json.loads(found[0])
    changed = store.save(collection, {**record, **_checked(store, collection, content, record)})
    _keep_levels(store, collection, changed)
    return changed, False


def patch(store: Store, collection: str, identity: str, change: Record, tag: str | None) -> Record:
    """Merge a patch (RFC 7396) into a record, only while it is as its reader saw it."""
    record = living(store, collection, identity)
    if tag is None:
        raise Problem(428, "If-Match is missing")
    _unchanged(record, tag)
    change = _checked(store, collection, change, record)
    changed = store.save(collection, _with_part_ids(merged(record, change)))
    _keep_levels(store, collection, changed)
    return changed


def set_level(store: Store, sku: str, content: Record, tag: str | None) -> Record:
    """Set a stock level, if it is what was expected; the product that shows it moves too."""
    _valid(shapes.LEVEL_CHANGE, content)
    level = living(store, "inventory-levels", sku)
    if tag is not None:
        _unchanged(level, tag)
    expected = content.pop("expected_available", None)
    if expected is not None and expected != level["available"]:
        raise Problem(412, f"available is {level['available']}, not {expected}")
    level |= content
    if "on_hand" not in content:
        level["on_hand"] = level["available"] + level["reserved"]
    _show_level(store, sku, level["available"])
    return store.save("inventory-levels", level)


def command(store: Store, identity: str, name: str, content: Record) -> Record:
    """Send an order, cancel it, or pay it back."""
    _valid(shapes.command(name), content)
    order = living(store, "orders", identity)
    if order["status"] == "cancelled":
        raise Problem(409, f"order {identity} is cancelled")
    act = {"fulfillments": _fulfil, "refunds": _refund, "cancel": _cancel}[name]
    return store.save("orders", {**order, **act(order, content, stamp(store.now()))})


def delete(store: Store, collection: str, identity: str, tag: str) -> None:
    """Leave a tombstone; with a version, only of a record that is as its reader saw it."""
    _unchanged(living(store, collection, identity), tag)
    store.delete(collection, identity)


def living(store: Store, collection: str, identity: str) -> Record:
    """The record, unless it is gone."""
    record = store.get(collection, identity)
    if record is None or record.get("deleted_at"):
        raise Problem(404, f"there is no {collection} '{identity}'")
    return record


def merged(record: Any, change: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Apply a merge patch: objects are merged, anything else replaces; null stays, as the contract's "no value"."""
    if not isinstance(record, dict) or not isinstance(change, dict):
        return change
    return record | {name: merged(record.get(name), value) for name, value in change.items()}


def _fulfil(order: Record, content: Record, moment: str) -> Record:
    """Without lines, all of it is sent."""
    goods = {each["id"]: Decimal(each["quantity"]) for each in order["lines"] if each["type"] == "product"}
    whole = [{"line_id": identity, "quantity": str(quantity)} for identity, quantity in goods.items()]
    shipment = {"id": new_id("S"), "carrier": None, "tracking": None, "shipped_at": moment, "lines": whole, **content}
    shipments = [*order.get("shipments", []), shipment]
    for part in (part for each in shipments for part in each["lines"]):
        if part["line_id"] in goods:
            goods[part["line_id"]] -= Decimal(part["quantity"])
    left = any(quantity > 0 for quantity in goods.values())
    return {"shipments": shipments, "fulfillment_status": "partial" if left else "fulfilled"}


def _refund(order: Record, content: Record, moment: str) -> Record:
    """Without an amount, all that is left is paid back."""
    paid = Decimal(order.get("total_incl_tax") or "0")
    back = sum((Decimal(each["amount"]) for each in order.get("refunds", [])), Decimal(0))
    refund = {"id": new_id("R"), "created_at": moment, "amount": str(paid - back), "lines": [], **content}
    back += Decimal(refund["amount"])
    if back > paid:
        raise Problem(422, f"{back} is more than the {paid} of the order")
    status = "refunded" if back == paid else "partially_refunded"
    return {"refunds": [*order.get("refunds", []), refund], "payment_status": status}


def _cancel(order: Record, _: Record, moment: str) -> Record:
    paid = order["payment_status"] in {"paid", "partially_paid", "partially_refunded", "refunded"}
    return {"status": "cancelled", "cancelled_at": moment, **({} if paid else {"payment_status": "voided"})}


def _keep_levels(store: Store, collection: str, record: Record) -> None:
    """Every variant has a stock level; that of a new one begins with what the variant shows, else with nothing.

    The contract says only that the two agree: that a product moves when what it shows of its stock does.
    """
    for variant in (record.get("variants") or ()) if collection == "products" else ():
        if variant.get("sku") and store.get("inventory-levels", variant["sku"]) is None:
            available = (variant.get("stock") or {}).get("available") or 0
            amounts = {"on_hand": available, "reserved": 0, "available": available}
            level = {"sku": variant["sku"], "variant_id": variant["id"], "location_id": "main", **amounts}
            store.save("inventory-levels", level)


def _show_level(store: Store, sku: str, available: int) -> None:
    for text in store.look_up("products", "sku", sku):
        product = json.loads(text)
        for variant in product["variants"]:
            if variant.get("sku") == sku and variant.get("stock"):
                variant["stock"]["available"] = available
        store.save("products", product)


def _checked(store: Store, collection: str, content: Record, record: Record | None) -> Record:
    """What may be written of what was sent, in the contract's shapes."""
    content = {name: value for name, value in content.items() if name not in READ_ONLY}
    _valid(shapes.RECORDS[collection], content)
    _check_external_id(store, collection, content.get("external_id"), record)
    if collection == "products":
        _check_skus(store, content, record)
    return _with_part_ids(content)


def _valid(schema: shapes.Schema, content: Record) -> None:
    if errors := shapes.faults(schema, content):
        raise Problem(422, f"{errors[0]['pointer'] or '/'}: {errors[0]['message']}", errors=errors)


def _check_external_id(store: Store, collection: str, wanted: str | None, record: Record | None) -> None:
    own = record and record.get("external_id")
    if own and wanted and own != wanted:
        raise Problem(422, f"external_id is '{own}' and is settable once")
    if wanted is None or wanted == own:
        return
    if taken := store.look_up(collection, "external_id", wanted):
        raise Problem(409, f"external_id '{wanted}' is taken", existing_id=json.loads(taken[0])["id"])


def _check_skus(store: Store, content: Record, record: Record | None) -> None:
    own = record["id"] if record else None
    skus = [each["sku"] for each in content.get("variants") or () if each.get("sku")]
    for place, sku in enumerate(skus):
        others = [json.loads(text)["id"] for text in store.look_up("products", "sku", sku)]
        if sku in skus[:place] or any(each != own for each in others):
            raise Problem(422, f"/variants/{place}/sku: '{sku}' is another variant's")


def _with_part_ids(record: Record) -> Record:
    """The record, each of whose lines, addresses, variants … has an id."""
    parts = {
        name: [each if each.get("id") else {"id": new_id(prefix), **each} for each in record[name]]
        for name, prefix in _PARTS.items()
        if record.get(name)
    }
    return record | parts


def _unchanged(record: Record, tag: str) -> None:
    if tag not in ("*", etag(record)):
        raise Problem(412, "the record has changed since it was read")
