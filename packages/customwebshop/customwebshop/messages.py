"""What is asked of a shop, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Request:
    """One thing asked of the shop.

    Attributes:
        method: The HTTP method.
        url: Where.
        params: Query parameters.
        headers: Headers beyond those that every request has.
        content: What is sent as JSON; None sends nothing.
        form: What is sent as a form instead.
        reads: Whether a request that is no GET changes nothing, as a search or a login.
        once: Whether the shop does it once per idempotency key; then a 409 can mean that it is still at it.
        again: Whether it does no harm when it arrives twice; otherwise it is not sent again when no answer came.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Any = None
    form: Mapping[str, str] | None = None
    reads: bool = False
    once: bool = False
    again: bool = True

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET" and not self.reads

    @property
    def place(self) -> str:
        """What is asked, as it may be logged: without a query, and without credentials somebody put into the URL."""
        parts = urlsplit(self.url)
        where = f"{parts.hostname}{parts.path}"
        return f"{self.method} {where}" if self.writes else where


@dataclass(frozen=True)
class Answer:
    """What the shop answered, and when it was asked.

    Attributes:
        body: The decoded JSON; None where there is none.
        etag: The version of the record.
        asked_at: By our clock, the start of the try that was answered.
        shop_time: The same moment by the shop's clock.
        retried: Whether an earlier try was left without an answer, and may have been obeyed all the same.
        status: HTTP status.
        headers: The headers of the answer, by names in any case.
    """

    body: Any
    etag: str
    asked_at: datetime
    shop_time: datetime | None
    retried: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
