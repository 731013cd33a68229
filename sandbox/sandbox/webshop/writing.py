"""The writing half of the contract: create, patch, upsert, stock, the commands of an order, delete."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from sandbox.webshop.problems import Problem
from sandbox.webshop.reading import answer, etag

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.webshop.store import Record, Store

READ_ONLY = ("id", "created_at", "updated_at", "deleted_at")
COMMANDS = ("fulfillments", "cancel", "refunds")


async def create(store: Store, collection: str, request: Request) -> Response:
    """POST: a new record; the same Idempotency-Key gives the same answer again."""
    key = request.headers.get("idempotency-key")
    if not key:
        raise Problem(428, "Idempotency-Key is missing")
    raw = await request.body()
    print_ = hashlib.blake2b(collection.encode() + raw, digest_size=16).hexdigest()
    try:
        known = store.replay(key, print_)
    except KeyError:
        raise Problem(422, "this Idempotency-Key was used with another body") from None
    if known:
        return _made(collection, known[1], known[0], **{"Idempotent-Replayed": "true"})
    record = _new(store, collection, _object(raw))
    store.remember(key, print_, 201, record)
    return _made(collection, record, 201)


async def upsert(store: Store, collection: str, external_id: str, request: Request) -> Response:
    """PUT by external id: create, or replace what is given."""
    content = {**_object(await request.body()), "external_id": external_id}
    found = store.look_up(collection, "external_id", external_id)
    if not found:
        return _made(collection, _new(store, collection, content), 201)
    if request.headers.get("if-none-match") == "*":
        raise Problem(412, f"external_id '{external_id}' is taken")
    record = json.loads(found[0])
    saved = store.save(collection, {**record, **_writable(content)})
    return answer(saved, 200, etag(saved))


async def patch(store: Store, collection: str, identity: str, request: Request) -> Response:
    """PATCH: a merge patch (RFC 7396), only while the record is as its reader saw it."""
    record = _living(store, collection, identity)
    tag = request.headers.get("if-match")
    if tag is None:
        raise Problem(428, "If-Match is missing")
    if tag not in ("*", etag(record)):
        raise Problem(412, "the record has changed since it was read")
    change = _writable(_object(await request.body()))
    _check_external_id(store, collection, change, identity)
    saved = store.save(collection, merged(record, change))
    return answer(saved, 200, etag(saved))


async def set_level(store: Store, sku: str, request: Request) -> Response:
    """PUT a stock level: an absolute number, with compare-and-set where `expected_available` is given."""
    content = _object(await request.body())
    level = store.get("inventory-levels", sku)
    if level is None:
        raise Problem(404, f"there is no stock level for '{sku}'")
    expected = content.pop("expected_available", None)
    if expected is not None and expected != level["available"]:
        raise Problem(412, f"available is {level['available']}, not {expected}")
    saved = store.save("inventory-levels", {**level, **_writable(content)})
    return answer(saved, 200, etag(saved))


async def command(store: Store, identity: str, name: str, request: Request) -> Response:
    """POST a command to an order: send it, cancel it, pay it back."""
    order = _living(store, "orders", identity)
    content = _object(await request.body()) if await request.body() else {}
    if name == "fulfillments":
        order["shipments"] = [*(order.get("shipments") or []), {"id": store.new_id("shipments"), **content}]
        order["fulfillment_status"] = "fulfilled"
    elif name == "refunds":
        order["refunds"] = [*(order.get("refunds") or []), {"id": store.new_id("refunds"), **content}]
        order["payment_status"] = "refunded"
    else:
        order["status"] = "cancelled"
    saved = store.save("orders", order)
    return answer(saved, 200, etag(saved))


def delete(store: Store, collection: str, identity: str) -> Response:
    """DELETE: a tombstone stays."""
    _living(store, collection, identity)
    store.delete(collection, identity)
    return Response(status_code=204)


def merged(record: Any, change: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Apply a merge patch: objects are merged, null removes, anything else replaces."""
    if not isinstance(record, dict) or not isinstance(change, dict):
        return change
    result = dict(record)
    for name, value in change.items():
        if value is None:
            result[name] = None
        else:
            result[name] = merged(record.get(name), value) if isinstance(value, dict) else value
    return result


def _new(store: Store, collection: str, content: Record) -> Record:
    _check_external_id(store, collection, content, None)
    defaults: Record = {"external_id": None, "metadata": {}}
    return store.save(collection, {"id": store.new_id(collection), **defaults, **_writable(content)})


def _check_external_id(store: Store, collection: str, content: Record, own: str | None) -> None:
    external_id = content.get("external_id")
    if external_id is None:
        return
    others = [json.loads(each)["id"] for each in store.look_up(collection, "external_id", external_id)]
    if any(each != own for each in others):
        raise Problem(409, f"external_id '{external_id}' is taken", existing_id=others[0])


def _living(store: Store, collection: str, identity: str) -> Record:
    record = store.get(collection, identity)
    if record is None or record.get("deleted_at"):
        raise Problem(404, f"there is no {collection} '{identity}'")
    return record


def _object(raw: bytes) -> Record:
    try:
        content = json.loads(raw)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem(400, "the body is no JSON object")
    return content


def _writable(content: Record) -> Record:
    return {name: value for name, value in content.items() if name not in READ_ONLY}


def _made(collection: str, record: Record, status: int, **headers: str) -> Response:
    return answer(record, status, etag(record), Location=f"/api/v1/{collection}/{record['id']}", **headers)
