"""The streams: what a run tells of each, in this order: what changed, what was hinted at, what is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL
from typing_extensions import override

from . import offer as offers
from . import position, window
from .company import now
from .errors import TapError
from .inbox import DELETE, Inbox
from .position import Reading
from .reading import Reader
from .sdk import DatedStream
from .sweep import chunks, shape, sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from logging import Logger

    from singer_sdk.helpers.types import Context

    from .company import Read
    from .definition import Key, Row, StreamDefinition
    from .inbox import Hint
    from .keyfile import KeyFile
    from .offer import Offer
    from .tap import TapBusinessNxt
    from .window import Mark, Way


@dataclass(frozen=True)
class Plan:
    """A stream as this company offers it.

    Attributes:
        definition: The stream.
        offer: The columns of its table.
        lines: The columns of its lines' table.
        way: How to tell which rows changed; None reads all each time.
        lines_way: How to tell which lines did.
    """

    definition: StreamDefinition
    offer: Offer
    lines: Offer | None
    way: Way | None
    lines_way: Way | None

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its records."""
        key, lines = self.definition.key, self.definition.lines
        properties = self.offer.properties(key)
        if lines and self.lines:
            properties[lines.name] = offers.lines_schema(self.lines.properties(lines.key))
        return offers.schema(properties, key)


class ErpStream(DatedStream):
    """One stream of the company."""

    STATE_MSG_FREQUENCY = 500  # a target commits that often, and a run that is cut off loses no more than that

    def __init__(self, tap: TapBusinessNxt, plan: Plan) -> None:
        super().__init__(tap, schema=plan.schema(), name=plan.definition.name)
        self._erp, self._plan = tap, plan
        self.primary_keys = plan.definition.key
        self.replication_key = plan.way.name if plan.way else None
        self._told: set[Key] = set()
        self._after: Key | None = None

    @cached_property
    def _stream(self) -> StreamDefinition:
        """What is read: without lines where nobody selected them."""
        lines = self._plan.definition.lines
        wanted = lines is None or self._is_wanted(lines.name)
        return self._plan.definition if wanted else replace(self._plan.definition, lines=None)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(
            company=self._erp.company,
            stream=self._stream,
            columns=self._plan.offer.columns_for(self._is_wanted),
            lines=self._plan.lines,
            told_with=self._told_with,
            further=(self.config.get("filters") or {}).get(self.name),
            chunk=self.config["page_size"],
        )

    def _is_wanted(self, name: str) -> bool:
        return name in self._wanted

    def _told_with(self, key: Key) -> list[int]:
        return self._erp.key_file.parts(self.name, key) if self._erp.key_file else []

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        say_hidden(self.logger, self._stream.table, self.hidden)
        known = self._erp.key_file
        if known and not known.count(self.name):
            self.remember(swept_at=_text(now()))  # nobody was told anything: nothing can be missed
        yield from self._changed()
        yield from self._unheard()
        yield from self._hinted()
        yield from self._missed()

    @override
    def _increment_stream_state(self, latest_record: Row, *, context: Context | None = None) -> None:
        if self._after is not None:
            self.state["reading"]["after"] = list(self._after)

    # what changed

    def _changed(self) -> Iterator[Row]:
        way = self._plan.way
        if way is None or self.replication_method != REPLICATION_INCREMENTAL:
            yield from self._tell(self._reader.rows(None, None))
            return
        reading = self._reading(way)
        if reading.finds_rows:
            where = window.since(way, reading.since) if reading.since else None
            yield from self._tell(self._reader.rows(where, reading.after), resumable=True)
        yield from self._tell(self._reader.with_keys(self._heads(reading)))
        self._end(reading, way)

    def _heads(self, reading: Reading) -> set[Key]:
        """Rows of which only a line changed."""
        if self._plan.lines_way is None or reading.lines_since is None or not reading.finds_lines:
            return set()
        return self._reader.heads_of_changed_lines(self._plan.lines_way, reading.lines_since) - self._told

    def _reading(self, way: Way) -> Reading:
        """The reading that was cut off, or a new one."""
        state = self.state
        if state.get("replication_key") != way.name:
            position.forget(state)
        try:
            if state.get("reading"):
                return Reading.of_state(state["reading"])
            rows, lines = position.mark(state), position.mark(state.get("lines") or {})
        except (ValueError, TypeError, KeyError) as problem:
            raise TapError(
                f"{self.name}: the bookmark in the state is unreadable: {problem}. Correct or clear the state."
            ) from problem
        reading = self._begin(way, rows, lines)
        self.remember(replication_key=way.name, reading=reading.as_state())
        return reading

    def _begin(self, way: Way, rows: Mark | None, lines: Mark | None) -> Reading:
        overlap = timedelta(seconds=self.config["overlap_seconds"])
        of_lines, lines_way = self._stream.lines, self._plan.lines_way
        if of_lines and not lines:
            rows = None  # the lines were not read so far
        return Reading(
            rows=self._newest(self._stream.table, way),
            lines=self._newest(of_lines.table, lines_way) if of_lines and lines_way else None,
            since=rows.since(overlap) if rows else None,
            lines_since=lines.since(overlap) if rows and lines else None,
        )

    def _newest(self, table: str, way: Way) -> Mark:
        """The mark to reach: looked up before anything is read, so that what changes meanwhile lies behind it."""
        begun_at = now()
        newest = self._erp.company.newest(table, way)
        return window.Mark(newest, reached_at=now(), read_at=begun_at)

    def _end(self, reading: Reading, way: Way) -> None:
        before, lines_before = position.mark(self.state), position.mark(self.state.get("lines") or {})
        rows = before.moved(reading.rows) if before else reading.rows
        self.state.pop("reading", None)
        self.remember(replication_key=way.name, **position.of_mark(rows))
        if reading.lines:
            lines = lines_before.moved(reading.lines) if lines_before else reading.lines
            self.remember(lines=position.of_mark(lines))
        else:  # what becomes of lines that nobody selected is not noted: once somebody does, all of it is read
            self.state.pop("lines", None)

    # what was hinted at

    def _hinted(self) -> Iterator[Row]:
        if not self.config.get("webhook_inbox"):
            return
        inbox = Inbox(Path(self.config["webhook_inbox"]), self.config["company_no"], self.state.get("inbox") or {})
        named, deleted = set(), set()
        for hint in inbox.hints():
            if key := self._key_of(hint):
                named.add(key)
                deleted |= {key} if hint.event == DELETE and hint.table == self._stream.table else set()
        doubtful = deleted | (named - self._told)
        yield from self._look_up(doubtful, {key for key in doubtful if key in deleted or self._is_known(key)})
        self.remember(inbox=inbox.positions)

    def _key_of(self, hint: Hint) -> Key | None:
        """Which of the stream's rows a hint means; that of a line means its head."""
        lines = self._stream.lines
        told = hint.table == self._stream.table or (lines and hint.table == lines.table)
        try:
            return tuple(self._plan.offer.typed(name, hint.key[name]) for name in self._stream.key) if told else None
        except (KeyError, ValueError):
            self.logger.warning(
                "A hint at '%s' names no key such as %s; it is passed over", hint.table, self._stream.key
            )
            return None

    def _is_known(self, key: Key) -> bool:
        known = self._erp.key_file
        return known is not None and known.holds(self.name, key)

    def _is_there(self, key: Key) -> bool:
        return self._erp.company.has(self._stream.table, self._stream.key, key, self._reader.only)

    # what is gone

    def _unheard(self) -> Iterator[Row]:
        """What a sweep found and no STATE covers; it comes before anything that moves the number of the last sweep."""
        if known := self._erp.key_file:
            unheard = set(known.unconfirmed(self.name, self.state.get("sweep", 0)))
            yield from self._look_up(unheard, unheard)
            self._covered(known)

    def _missed(self) -> Iterator[Row]:
        known = self._erp.key_file
        if known and self._is_due():
            yield from self._swept(known)

    def _swept(self, known: KeyFile) -> Iterator[Row]:
        began_at, limit = now(), self.config["sweep_limit_percent"]
        found = sweep(self._erp.company, self._stream, self._reader.only, known, limit_percent=limit)
        reshaped = set(found.reshaped) - self._told
        known.suspect(self.name, sorted(reshaped), self._last_sweep(known) + 1)
        yield from self._tell(self._reader.with_keys(reshaped))
        yield from self._bury(found.gone)
        self._covered(known)
        if found.disbelief:
            self.logger.error(found.disbelief)
        else:
            self.remember(swept_at=_text(began_at))

    def _is_due(self) -> bool:
        swept_at = self.state.get("swept_at")
        if not swept_at:
            return True
        return now() - datetime.fromisoformat(swept_at) >= timedelta(hours=self.config["sweep_hours"])

    def _look_up(self, keys: set[Key], may_be_gone: set[Key]) -> Iterator[Row]:
        """Tell of rows as they are now; of those that may be gone, and are when looked up singly, that they are."""
        self._told -= keys
        yield from self._tell(self._reader.with_keys(keys))
        missing = sorted((keys & may_be_gone) - self._told)
        yield from self._bury([key for key in missing if not self._is_there(key)])

    def _bury(self, keys: list[Key]) -> Iterator[Row]:
        """Tell of rows that are gone for certain; the key file keeps them until a STATE says that it was heard."""
        if not keys:
            return
        if known := self._erp.key_file:
            known.bury(self.name, keys, self._last_sweep(known) + 1)
        for key in keys:
            self.read_at, self._after = now(), None
            yield {**dict(zip(self._stream.key, key, strict=True)), offers.DELETED: _text(self.read_at)}
        if known:
            self._covered(known)

    def _last_sweep(self, known: KeyFile) -> int:
        return max(int(self.state.get("sweep", 0)), known.last_sweep(self.name))

    def _covered(self, known: KeyFile) -> None:
        """The next STATE covers all that sweeps found; without any it says nothing of them."""
        if number := self._last_sweep(known):
            self.remember(sweep=number)

    # telling

    def _tell(self, reads: Iterator[Read], *, resumable: bool = False) -> Iterator[Row]:
        """Turn rows into records, some at a time, noting each before it is told."""
        for chunk in chunks(reads, self.config["page_size"]):
            self._note(chunk)
            for read in chunk:
                key = self._stream.key_of(read.row)
                self._told.add(key)
                self.read_at, self._after = read.read_at, key if resumable else None
                yield {**self._plan.offer.record(read.row), offers.DELETED: None}

    def _note(self, reads: list[Read]) -> None:
        if known := self._erp.key_file:
            known.note(self.name, [(self._stream.key_of(read.row), self._shape(read.row)) for read in reads])

    def _shape(self, row: Row) -> list[int] | None:
        lines = self._stream.lines
        return shape(lines, row[lines.name]) if lines and lines.name in row else None


def say_hidden(logger: Logger, table: str, columns: Sequence[str]) -> None:
    """Say in one line which of the columns that somebody wants are left out."""
    if columns:
        logger.warning("Left out of '%s', as this service may not see them: %s.", table, ", ".join(sorted(columns)))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
