"""What a listing of the shop in its other guise is asked for, however it is put."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.webshop.store import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    Record = dict[str, Any]

ZONE = ZoneInfo("Europe/Oslo")
"""Where the shop stands: a time that is asked for without a zone is of here."""


@dataclass(frozen=True)
class Wish:
    """What a listing is asked for.

    Attributes:
        since: The earliest stamp.
        wall: The earliest time on the shop's wall, where it is asked for without a zone.
        exclusive: Whether rows of just that stamp stay out.
        limit: The most rows.
        skip: So many rows are left out at the beginning.
        page: Which page, counted from 1; None where rows are counted.
        after: Stamp and id of the row before the first.
        sort: `updated` or `id`.
    """

    since: str | None = None
    wall: datetime | None = None
    exclusive: bool = False
    limit: int = 50
    skip: int = 0
    page: int | None = None
    after: tuple[str, str] | None = None
    sort: str = "updated"


def wished(asked: Mapping[str, str]) -> Wish:
    """What the parameters come to."""
    since, exclusive = asked.get("modified_from"), False
    if "modified_after" in asked:
        since, exclusive = asked["modified_after"], True
    moment = _moment(since) if since else None
    wall = moment if moment and not moment.tzinfo else None
    return Wish(
        since=stamp(moment if moment.tzinfo else moment.replace(tzinfo=ZONE)) if moment else None,
        wall=wall,
        exclusive=exclusive,
        limit=int(asked.get("limit", 50)),
        skip=int(asked.get("offset", 0)),
        page=int(asked["page"]) if "page" in asked else None,
        after=_place(asked["after"]) if "after" in asked else None,
        sort=asked.get("sort", "updated"),
    )


def _moment(text: str) -> datetime:
    """A time as shops take it: with a zone, without one, or as a Unix count."""
    if text.isdigit():
        return datetime.fromtimestamp(int(text), timezone.utc)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def on_the_wall(row: Record, since: datetime, *, exclusive: bool) -> bool:
    """Whether the shop's clock showed that time or a later one: in the hour that comes twice, some are left out."""
    shown = _moment(row["updated_at"]).astimezone(ZONE).replace(tzinfo=None)
    return shown > since if exclusive else shown >= since


def identity(row: Record) -> str:
    """What tells a row from others."""
    return str(row.get("id") or row["sku"])


def cursor(row: Record) -> str:
    """The token of the page that follows a row."""
    return base64.urlsafe_b64encode(json.dumps([row["updated_at"], identity(row)]).encode()).decode()


def _place(cursor: str) -> tuple[str, str]:
    moment, identity = json.loads(base64.urlsafe_b64decode(cursor))
    return moment, identity
