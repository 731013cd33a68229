"""One stream as a probe sees it: how it is asked, and how a finding about it is worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customwebshop.reading import paging
from customwebshop.reading.reader import Reader

from .findings import Finding

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from customwebshop import Connection, MisreadError
    from customwebshop.reading.definition import StreamDefinition
    from customwebshop.reading.reader import Unreadable


@dataclass
class Seen:
    """A page that was looked at.

    Attributes:
        turn: How it was asked for.
        page: What turning pages needs of it.
        raw: Its records as the shop has them.
        read_at: When it was asked for, by our clock.
        shop_time: The same by the shop's.
    """

    turn: paging.Turn
    page: paging.Page
    raw: list[dict[str, Any]]
    read_at: datetime
    shop_time: datetime


class Sight:
    """One stream, looked at.

    Args:
        client: Leads to the shop.
        stream: The stream.
        page_size: Records to ask for at a time.
        zone: Zone of times without one.
    """

    def __init__(self, client: Connection, stream: StreamDefinition, page_size: int, zone: tzinfo) -> None:
        self.client, self.stream, self.page_size, self.zone = client, stream, page_size, zone
        self.unread: list[Unreadable] = []
        self.reader = Reader(client, stream, page_size, zone, put_aside=self.unread.append)
        self.where = f"streams.{stream.name}"
        self.records: list[dict[str, Any]] = []  # of the first page, as they would leave the tap
        self.record: dict[str, Any] | None = None  # one to be shown

    def found(self, what: str, status: str, seen: str, key: str = "", remedy: str = "") -> Finding:
        """A finding about the stream; the key is one of its own."""
        return Finding(f"{self.stream.name}: {what}", status, seen, key and f"{self.where}.{key}", remedy)

    def failed(self, what: str, problem: MisreadError) -> Finding:
        """What would stop a run."""
        return self.found(what, "fail", problem.seen, problem.key, problem.remedy)

    def ask(self, turn: paging.Turn, since: datetime | None) -> Seen | None:
        """A page; None where the shop says that there is nothing."""
        answer = self.reader.asker.page(turn, since)
        if answer is None:
            return None
        page, raw = self.reader.checks.page(answer)
        return Seen(turn, page, raw, answer.asked_at, answer.shop_time or answer.asked_at)

    def ask_first(self, since: datetime | None = None) -> Seen | None:
        """The first page."""
        return self.ask(paging.first(self.stream.paging, self.page_size, since), since)
