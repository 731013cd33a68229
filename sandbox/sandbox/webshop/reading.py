"""The reading half of the contract: pages in the order of change, single records, exact look-ups."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from sandbox.webshop.problems import Problem
from sandbox.webshop.store import Window, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sandbox.webshop.store import Store

LOOK_UPS = {
    "customers": ("external_id", "email"),
    "orders": ("external_id",),
    "products": ("external_id", "sku"),
    "inventory-levels": ("sku",),
}
PARAMETERS = ("updated_since", "limit", "cursor", "include_deleted")


@dataclass(frozen=True)
class Question:
    """What a list was asked for.

    Attributes:
        window: The part of the collection.
        limit: The most records.
        look_up: Name and value of an exact look-up, which takes the place of all else.
    """

    window: Window
    limit: int
    look_up: tuple[str, str] | None = None


@dataclass(frozen=True)
class Page:
    """An answer to it.

    Attributes:
        texts: The records, as they are stored.
        following: The cursor of the next page, if there is one.
        last: The cursor behind the last record.
    """

    texts: list[str]
    following: str | None = None
    last: str | None = None


def asked(collection: str, query: Mapping[str, str], *, max_limit: int) -> Question:
    """Read the parameters; whatever is not understood is refused."""
    for name in query:
        if name not in (*PARAMETERS, *LOOK_UPS[collection]):
            raise _refused(name, "unknown", f"there is no parameter '{name}'")
    window = Window(
        after=_cursor(query.get("cursor")),
        since=_since(query.get("updated_since")),
        deleted=_flag(query.get("include_deleted")),
    )
    look_ups = [(name, query[name]) for name in LOOK_UPS[collection] if name in query]
    return Question(window, _limit(query.get("limit"), max_limit), look_ups[0] if look_ups else None)


def page(store: Store, collection: str, question: Question) -> Page:
    """The records that were asked for, in the order (updated_at, id)."""
    if question.look_up:
        return Page(store.look_up(collection, *question.look_up))
    rows = store.page(collection, question.window, question.limit + 1)
    more, rows = len(rows) > question.limit, rows[: question.limit]
    place = rows[-1][:2] if rows else question.window.after
    last = _spell(place) if place else None
    return Page([row[2] for row in rows], last if more else None, last)


def listed(found: Page, request: Request) -> Response:
    """A page as a response; the stored texts go out as they are."""
    headers = {}
    if found.following:
        query = urlencode({**request.query_params, "cursor": found.following})
        headers["Link"] = f'<{request.url.replace(query=query)}>; rel="next"'
    cursors = f'"next_cursor":{json.dumps(found.following)},"sync_cursor":{json.dumps(found.last)}'
    return Response(f'{{"data":[{",".join(found.texts)}],{cursors}}}', headers=headers, media_type="application/json")


def single(record: dict[str, Any], shown: dict[str, Any], request: Request) -> Response:
    """Answer one record, as it is shown, with the strong ETag of what it is."""
    tag = etag(record)
    known = request.headers.get("if-none-match", "")
    if tag in known.replace(" ", "").split(",") or known == "*":
        return Response(status_code=304, headers={"ETag": tag})
    return answer(shown, 200, ETag=tag)


def answer(record: dict[str, Any], status: int, **headers: str) -> Response:
    """One record as a response."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, {"ETag": etag(record)} | headers, media_type="application/json")


def etag(record: dict[str, Any]) -> str:
    """A strong ETag: it changes with any change of the record."""
    return f'"{hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=12).hexdigest()}"'


def _refused(parameter: str, code: str, message: str) -> Problem:
    return Problem(400, message, errors=[{"pointer": f"?{parameter}", "code": code, "message": message}])


def _limit(text: str | None, largest: int) -> int:
    if text is None:
        return min(100, largest)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= largest):
        raise _refused("limit", "range", f"limit is a number from 1 to {largest}")
    return int(text)


def _flag(text: str | None) -> bool:
    if text not in {None, "true", "false"}:
        raise _refused("include_deleted", "format", "include_deleted is true or false")
    return text == "true"


def _since(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refused("updated_since", "format", "updated_since is an RFC 3339 time with a zone")
    return stamp(moment)


def _spell(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _cursor(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        place = None
    match place:
        case [str(moment), str(identity)]:
            return moment, identity
        case _:
            raise _refused("cursor", "format", "this cursor is none of ours")
