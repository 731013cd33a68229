"""The shop's streams: which records there are, and how far the bookmark goes after each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from customwebshop import ShopError
from singer_sdk import metrics
from singer_sdk.exceptions import FatalSyncError
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL
from typing_extensions import override

from . import times
from .reading import Reader, Row
from .sdk import CompiledStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from singer_sdk.helpers.types import Context, Record

    from .definition import StreamDefinition
    from .tap import TapCustomWebshop


class ShopStream(CompiledStream):
    """One stream of the shop, as its definition says."""

    STATE_MSG_FREQUENCY = 500  # a target commits that often, and a run that is cut off loses no more than that

    def __init__(self, tap: TapCustomWebshop, definition: StreamDefinition) -> None:
        super().__init__(tap, schema=dict(definition.schema), name=definition.name)
        self._shop = tap
        self._definition = definition
        self.primary_keys = definition.key
        self.replication_key = definition.incremental.field

    @property
    @override
    def is_sorted(self) -> bool:
        return self._definition.incremental.ordered and self.replication_key is not None

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """None: the SDK's own cap is this machine's clock, ours is the shop's."""

    @override
    def generate_child_contexts(self, record: Record, context: Context | None) -> Iterable[Context | None]:
        return ()  # no stream hangs on another: what belongs to a record is inside it

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        incremental = self.replication_method == REPLICATION_INCREMENTAL
        bookmark = self._bookmark(context) if incremental else None
        since = self._since(bookmark) if incremental else None
        reader = Reader(self._shop.connection, self._wanted, self.config["page_size"], self._shop.zone)
        with metrics.http_request_counter(self.name, endpoint=self._definition.request.path) as requests:
            for row in _fatal(reader.rows(since)):
                requests.value = reader.pages
                self.read_at = row.read_at
                self.bookmark_at = _bookmark_after(row.changed_at, bookmark, reader.begun_at) if incremental else None
                yield row.record

    @property
    def _wanted(self) -> StreamDefinition:
        """What is read: nothing is followed for a property that nobody selected."""
        if self._definition.shaping.map:  # what a property is made of, the map alone knows
            return self._definition
        wanted = [rule for rule in self._definition.expand if self.mask["properties", rule.property]]
        return replace(self._definition, expand=tuple(wanted))

    def _bookmark(self, context: Context | None) -> datetime | None:
        state = self.get_context_state(context)
        if state.get("replication_key") != self.replication_key:
            return None
        value = state.get("replication_key_value")
        try:
            return None if value is None else times.parse(value)
        except ValueError as problem:
            raise FatalSyncError(
                f"{self.name}: the bookmark in the state is unreadable: {problem}. Correct or clear the state."
            ) from problem

    def _since(self, bookmark: datetime | None) -> datetime | None:
        """What to ask for: from before the bookmark, yet never from before the start date."""
        start = self.config.get("start_date")
        seconds = self._definition.incremental.lookback
        lookback = timedelta(seconds=self.config["lookback_seconds"] if seconds is None else seconds)
        wishes = [bookmark - lookback if bookmark else None, times.parse(start) if start else None]
        return max(filter(None, wishes), default=None)


def _fatal(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; a shop that cannot be read ends the run, in the SDK's own words for that."""
    try:
        yield from rows
    except ShopError as problem:
        raise FatalSyncError(str(problem)) from problem


def _bookmark_after(
    changed_at: datetime | None, bookmark: datetime | None, begun_at: datetime | None
) -> datetime | None:
    """The bookmark after a row: never back, and never beyond the shop's clock when the reading began."""
    if changed_at is None:
        return None
    reached = min(changed_at, begun_at) if begun_at else changed_at
    return max(reached, bookmark) if bookmark else reached
