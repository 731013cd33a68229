"""The reading half of the contract: pages in the order of change, single records, exact look-ups."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from sandbox.webshop.problems import Problem
from sandbox.webshop.store import stamp

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.webshop.store import Store

LOOK_UPS = {
    "customers": ("external_id", "email"),
    "orders": ("external_id",),
    "products": ("external_id", "sku"),
    "inventory-levels": ("sku",),
}
PARAMETERS = ("updated_since", "limit", "cursor", "include_deleted")


def page(store: Store, collection: str, request: Request, *, max_limit: int, filtered: bool) -> Response:
    """Answer a list: records in the order (updated_at, id), and the cursor behind them."""
    query = dict(request.query_params)
    for name in query:
        if name not in (*PARAMETERS, *LOOK_UPS[collection]):
            raise Problem(400, f"there is no parameter '{name}'", errors=[{"pointer": f"?{name}", "code": "unknown"}])
    for name in LOOK_UPS[collection]:
        if name in query:
            return _envelope(store.look_up(collection, name, query[name]), None, None, request)
    limit = _limit(query.get("limit"), max_limit)
    since = _since(query.get("updated_since")) if filtered else None
    rows = store.page(collection, _cursor(query.get("cursor")), since, limit + 1,
                      deleted=query.get("include_deleted") == "true")  # fmt: skip
    more, rows = len(rows) > limit, rows[:limit]
    last = _spell(rows[-1][:2]) if rows else query.get("cursor")
    return _envelope([row[2] for row in rows], last if more else None, last, request)


def single(store: Store, collection: str, identity: str, request: Request) -> Response:
    """Answer one record with its strong ETag."""
    record = store.get(collection, identity)
    if record is None:
        raise Problem(404, f"there is no {collection} '{identity}'")
    tag = etag(record)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return answer(record, 200, tag)


def answer(record: dict[str, Any], status: int, tag: str, **headers: str) -> Response:
    """One record as a response."""
    return Response(
        json.dumps(record, ensure_ascii=False), status, {"ETag": tag, **headers}, media_type="application/json"
    )


def etag(record: dict[str, Any]) -> str:
    """A strong ETag: it changes with any change of the record."""
    return f'"{hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=12).hexdigest()}"'


def _envelope(texts: list[str], following: str | None, last: str | None, request: Request) -> Response:
    headers = {}
    if following:
        query = urlencode({**request.query_params, "cursor": following})
        headers["Link"] = f'<{request.url.replace(query=query)}>; rel="next"'
    cursors = f'"next_cursor":{json.dumps(following)},"sync_cursor":{json.dumps(last)}'
    return Response(f'{{"data":[{",".join(texts)}],{cursors}}}', headers=headers, media_type="application/json")


def _limit(text: str | None, largest: int) -> int:
    if text is None:
        return min(100, largest)
    if not text.isdigit() or not 1 <= int(text) <= largest:
        raise Problem(400, f"limit is a number from 1 to {largest}", errors=[{"pointer": "?limit", "code": "range"}])
    return int(text)


def _since(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem(400, "updated_since is an RFC 3339 time with a zone",
                      errors=[{"pointer": "?updated_since", "code": "format"}])  # fmt: skip
    return stamp(moment)


def _spell(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _cursor(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        moment, identity = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        raise Problem(400, "this cursor is none of ours", errors=[{"pointer": "?cursor", "code": "format"}]) from None
    return moment, identity
