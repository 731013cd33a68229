"""Reads one stream of the shop to its end: turns pages, holds the shop to its word, goes on where it was cut off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from customwebshop import CursorExpiredError, MisreadError, NotFoundError

from . import checks, paging, times
from .expand import Expander

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from customwebshop import Answer, Connection

    from .definition import StreamDefinition

logger = logging.getLogger("tap-customwebshop.reading")

PATIENCE = 5  # times a listing is begun anew without getting any further


class Row(NamedTuple):
    """One record, when it was read, and when the shop last changed it."""

    record: dict[str, Any]
    read_at: datetime
    changed_at: datetime | None


class Reader:
    """One reading of one stream."""

    def __init__(self, client: Connection, stream: StreamDefinition, page_size: int) -> None:
        self._client = client
        self._stream = stream
        self._page_size = page_size
        self._expander = Expander(client, stream)
        self._furthest: datetime | None = None
        self._restarts = 0
        self.pages = 0
        self.begun_at: datetime | None = None  # by the shop's clock; what it changes after that may be missed here

    def rows(self, since: datetime | None) -> Iterator[Row]:
        """Every row changed since then, or all; a row may come twice, none is left out.

        Raises:
            ShopError: If the shop cannot be read, or its answers are not what the definition says.
        """
        finished = False
        while not finished:
            try:
                yield from self._listing(since)
                finished = True
            except (CursorExpiredError, paging.RowsMovedError) as cut:  # noqa: PERF203 - once per listing
                since = self._resume(since, cut)

    def _listing(self, since: datetime | None) -> Iterator[Row]:
        turn: paging.Turn | None = paging.first(self._stream.paging, self._page_size)
        previous: datetime | None = None
        while turn is not None:
            answer = self._ask(turn, since)
            if answer is None:
                return
            records = checks.records(self._stream, answer.body)
            keys = [checks.key(self._stream, record, position) for position, record in enumerate(records)]
            known, turn = turn.overlap, paging.following(self._stream.paging, turn, answer.body, keys)
            for record, key in zip(records[known:], keys[known:], strict=True):
                changed_at = checks.changed_at(self._stream, record, key)
                if changed_at is not None:
                    checks.place(self._stream, key, changed_at, since, previous)
                    previous = changed_at
                yield Row(record, self._expander.fill(record, answer.asked_at), changed_at)
                self._furthest = changed_at

    def _ask(self, turn: paging.Turn, since: datetime | None) -> Answer | None:
        try:
            answer = (
                self._client.follow(turn.url, self._stream.path)
                if turn.url
                else self._client.get(self._stream.path, self._params(turn, since))
            )
        except NotFoundError:
            if self._stream.paging.style == "page" and turn.before:  # how some shops say: no such page
                return None
            raise
        self.pages += 1
        self.begun_at = self.begun_at or answer.shop_time or answer.asked_at
        return answer

    def _params(self, turn: paging.Turn, since: datetime | None) -> dict[str, str]:
        param = self._stream.replication.param
        since_then = {param: times.parameter(since)} if param and since else {}
        return {**self._stream.params, **since_then, **turn.params}

    def _resume(self, since: datetime | None, cut: Exception) -> datetime | None:
        """Where to begin anew: at the last row seen where rows come in order, else where this listing began."""
        onward = self._furthest if self._stream.replication.ordered and self._furthest else since
        self._restarts = self._restarts + 1 if onward == since else 1
        if self._restarts > PATIENCE:
            remedy = "Read at a quieter time, or with a larger page_size."
            raise MisreadError(
                f"{self._stream.name}: begun anew {PATIENCE} times without getting further, as "
                f"{'the cursor expired' if isinstance(cut, CursorExpiredError) else 'rows moved'}. {remedy}"
            ) from cut
        logger.info("%s: %s; reading on from %s.", self._stream.name, type(cut).__name__, onward or "the start")
        return onward
