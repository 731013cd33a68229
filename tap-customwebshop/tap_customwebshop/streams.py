"""The shop's streams: which records there are, and how far the bookmark goes after each."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from customwebshop import CredentialsError, ShopError, SpentError, UnreachableError
from customwebshop.reading import times
from customwebshop.reading.fitting import Fitting
from customwebshop.reading.reader import Reader, Row
from singer_sdk import metrics
from singer_sdk.exceptions import FatalSyncError
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL
from typing_extensions import override

from .memory import Memory, Told, revisited
from .rejects import REJECTS, Rejects, RejectStream
from .sdk import CompiledStream
from .threshold import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from customwebshop.reading.definition import StreamDefinition
    from customwebshop.reading.paging import Key
    from customwebshop.reading.reader import Unreadable
    from singer_sdk.helpers.types import Context, Record

    from .tap import TapCustomWebshop


class ShopStream(CompiledStream):
    """One stream of the shop, as its definition says."""

    STATE_MSG_FREQUENCY = 500  # a target commits that often, and a run that is cut off loses no more than that

    def __init__(self, tap: TapCustomWebshop, definition: StreamDefinition) -> None:
        super().__init__(tap, schema=dict(definition.schema), name=definition.name)
        self._shop = tap
        self._definition = definition
        self._memory: Memory | None = None
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
        state = self.get_context_state(context)
        if self._shop.spent:
            self.logger.warning("%s: not read, for the requests of today are used up.", self.name)
            return
        with metrics.http_request_counter(self.name, endpoint=self._definition.request.path) as requests:
            rows = _fatal(self.name, self._remembered(state, requests) if self._keeps else self._read(state, requests))
            try:
                yield from rows
            except SpentError as spent:
                self._break_off(state, spent)

    def _break_off(self, state: dict[str, Any], spent: SpentError) -> None:
        """End well in the middle, with the bookmark where everything before it was read."""
        self._shop.spent = True
        if self._memory is not None:
            self._memory.commit()
        if self.is_sorted:
            onward = "the next run goes on from there"
        else:
            state.pop("progress_markers", None)  # else the bookmark would pass what was not read
            onward = "its rows come in no order, so it begins anew: all of it must fit into one day"
        self.logger.warning("%s: %s What was read so far is delivered; %s.", self.name, spent, onward)

    @property
    def _keeps(self) -> bool:
        """Whether hashes of rows are kept."""
        return bool(self._definition.sweep or self._definition.revisit)

    @cached_property
    def _rejects(self) -> Rejects:
        """The records that were put aside."""
        return Rejects(self.name, self.get_context_state(None), Threshold.of(self.config.get("max_rejects")))

    @cached_property
    def _fitting(self) -> Fitting:
        """What is selected of a record, compiled once for however many readings there are."""
        return Fitting(self.selected_schema)

    def _put_aside(self, found: Unreadable) -> None:
        self._rejects.put_aside(found)
        if self._memory is not None:
            self._memory.there(found.key)

    def _reader(self, further: Mapping[str, Any] | None = None) -> Reader:
        rejects = self._shop.streams.get(REJECTS)
        told = isinstance(rejects, RejectStream) and rejects.selected  # what nobody would hear of must stop the run
        return Reader(
            self._shop.connection,
            self._wanted,
            self.config["page_size"],
            self._shop.zone,
            further=further,
            at_once=self.config.get("concurrent_requests") or 1,
            fitting=self._fitting,
            put_aside=self._put_aside if told else None,
        )

    def _rows(self, reader: Reader, bookmark: datetime | None) -> Iterator[Row]:
        """The rows since the bookmark, and older ones that could not be read before."""
        since = self._since(bookmark)
        oldest = self._rejects.oldest() if since else None
        asked = min(since, oldest) if since and oldest else since
        fresh = reader.asker.time.from_(since) if since and asked != since else None
        yield from self._rejects.read(reader.rows(asked, anew=bookmark is None or since is None), fresh)

    def _read(self, state: dict[str, Any], requests: metrics.Counter) -> Iterator[dict[str, Any]]:
        incremental = self.replication_method == REPLICATION_INCREMENTAL
        bookmark = self._bookmark(state) if incremental else None
        reader = self._reader()
        for row in self._rows(reader, bookmark):
            requests.value = reader.pages
            self.read_at = row.read_at
            self.bookmark_at = _bookmark_after(row.changed_at, bookmark, reader.begun_at) if incremental else None
            yield row.record
        self._rejects.end()

    # with a key file: what is gone, what changed, what is not final

    def _remembered(self, state: dict[str, Any], requests: metrics.Counter) -> Iterator[dict[str, Any]]:
        ledger = self._shop.key_file.ledger(self.name, state.get("ledger"))
        covered = int(state.get("told") or 0) if state.get("ledger") else 0
        self._memory = memory = Memory(ledger, self._definition, covered)
        sweeps = self._sweep_is_due(state)
        state["ledger"] = memory.name
        yield from self._tell(memory.still_gone(now()))
        reader = self._reader()
        if sweeps:
            yield from self._swept(state, memory, reader)
        else:
            bookmark = self._bookmark(state)
            yield from self._tell(memory.all(self._rows(reader, bookmark)), reader, bookmark)
            yield from self._tell(self._revisited(memory))
        self._rejects.end()
        requests.value = reader.pages

    def _sweep_is_due(self, state: Mapping[str, Any]) -> bool:
        sweep = self._definition.sweep
        if sweep is None:
            return False
        if self.replication_method != REPLICATION_INCREMENTAL or not (state.get("ledger") and state.get("swept_at")):
            return True  # all is read anyway
        return now() - times.parse(state["swept_at"]) >= timedelta(hours=sweep.every_hours)

    def _swept(self, state: dict[str, Any], memory: Memory, reader: Reader) -> Iterator[dict[str, Any]]:
        """Everything, told where it differs; then what is gone."""
        begun, bookmark = now(), self._bookmark(state)
        newest: datetime | None = None

        def watched() -> Iterator[Row]:
            nonlocal newest
            for row in self._rows(reader, None):
                newest = row.changed_at if newest is None else max(newest, row.changed_at or newest)
                yield row

        yield from self._tell(memory.news(memory.swept(watched())), reader, bookmark)
        yield from self._tell(memory.gone(self._shop.connection, begun))
        state["swept_at"] = times.bookmark(begun)
        if newest and self.replication_method == REPLICATION_INCREMENTAL:
            self.number, self.bookmark_at = None, _bookmark_after(newest, bookmark, reader.begun_at)
            self._increment_stream_state({})

    def _revisited(self, memory: Memory) -> Iterator[Told]:
        """What is not final, told where it differs."""
        lost: list[Key] = []

        def found() -> Iterator[Row]:
            keys = memory.unfinished()
            for row in revisited(self._shop.connection, self._reader, self._wanted, keys):
                if isinstance(row, Row):
                    yield from self._rejects.read([row], None)
                else:
                    lost.append(row)

        yield from memory.news(found())
        for key in lost:
            if "deleted_at" in self._definition.schema["properties"]:
                yield memory.buried(key, now())
            else:
                memory.close(key)
        memory.commit()

    def _tell(
        self, rows: Iterator[Told], reader: Reader | None = None, bookmark: datetime | None = None
    ) -> Iterator[dict[str, Any]]:
        """The records; where a reader is given, the bookmark goes with them."""
        incremental = reader is not None and self.replication_method == REPLICATION_INCREMENTAL
        for row, number in rows:
            self.read_at, self.number = row.read_at, number
            self.bookmark_at = (
                _bookmark_after(row.changed_at, bookmark, reader.begun_at) if reader and incremental else None
            )
            yield row.record

    @property
    def _wanted(self) -> StreamDefinition:
        """What is read: nothing is followed for a property that nobody selected."""
        if self._definition.shaping.map:  # what a property is made of, the map alone knows
            return self._definition
        wanted = [rule for rule in self._definition.expand if self.mask["properties", rule.property]]
        return replace(self._definition, expand=tuple(wanted))

    def _bookmark(self, state: Mapping[str, Any]) -> datetime | None:
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
        if self.replication_method != REPLICATION_INCREMENTAL:
            return None
        start = self.config.get("start_date")
        seconds = self._definition.incremental.lookback
        lookback = timedelta(seconds=self.config["lookback_seconds"] if seconds is None else seconds)
        wishes = [bookmark - lookback if bookmark else None, times.parse(start) if start else None]
        return max(filter(None, wishes), default=None)


def now() -> datetime:
    """The present, by our clock."""
    return datetime.now(times.UTC)


def _fatal(stream: str, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The records; a shop that cannot be read ends the run, in the SDK's own words for that."""
    try:
        yield from rows
    except SpentError:
        raise
    except ShopError as problem:
        named = str(problem).startswith(f"{stream}:") or isinstance(problem, (CredentialsError, UnreachableError))
        raise FatalSyncError(f"{problem}" if named else f"{stream}: {problem}") from problem
    except sqlite3.Error as problem:
        trouble = f"key_file: {problem}. Is another run at it, or the disk full? What was told is told again next time."
        raise FatalSyncError(trouble) from problem


def _bookmark_after(
    changed_at: datetime | None, bookmark: datetime | None, begun_at: datetime | None
) -> datetime | None:
    """The bookmark after a row: never back, and never beyond the shop's clock when the reading began."""
    if changed_at is None:
        return None
    reached = min(changed_at, begun_at) if begun_at else changed_at
    return max(reached, bookmark) if bookmark else reached
