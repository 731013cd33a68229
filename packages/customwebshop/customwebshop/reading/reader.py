"""Reads one stream of the shop to its end: turns pages, holds the shop to its word, goes on where it was cut off."""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from customwebshop import CursorExpiredError, MisreadError, NotFoundError, ShopError

from . import paging, times, zones
from .asking import Asker
from .at_once import in_order
from .checks import Checks, shown
from .expand import Expander
from .fitting import Fitting
from .needs import LOOKED_AT, Needs
from .personal import PERSONAL
from .shaping import Shaper, ValueMisfitError
from .turning import Turning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from customwebshop import Answer, Connection

    from .definition import StreamDefinition
    from .paging import Key

logger = logging.getLogger(__name__)

UNSHOWN = "cannot be read; what it holds is personal, and not shown"
PATIENCE = 5  # times a listing is begun anew without getting any further


class Row(NamedTuple):
    """One record, what tells it from others, when it was read, and when the shop last changed it."""

    record: dict[str, Any]
    read_at: datetime
    changed_at: datetime | None
    key: Key = ()


class _Raw(NamedTuple):
    """A record as the shop has it."""

    record: dict[str, Any]
    read_at: datetime
    changed_at: datetime | None
    key: Key
    misfit: ValueMisfitError | None = None  # of a part that its links lead to


class Unreadable(NamedTuple):
    """A record that the settings do not understand.

    Attributes:
        key: What tells it from others.
        changed_at: When the shop last changed it.
        place: The property, such as `lines[].unit_price`.
        trouble: What is wrong with its value, without the value.
    """

    key: Key
    changed_at: datetime | None
    place: str
    trouble: str


class Reader:
    """One reading of one stream.

    Args:
        client: Leads to the shop.
        stream: The stream.
        page_size: Records to ask for at a time.
        zone: Zone of times without one, for converters.
        further: What is asked besides, by its place.
        at_once: How many records' links are followed at a time.
        fitting: What records are held to, where that is not the whole of the stream's schema.
        put_aside: Takes a record that cannot be read, which is then left out; without it, that ends the reading.
    """

    def __init__(
        self,
        client: Connection,
        stream: StreamDefinition,
        page_size: int,
        zone: tzinfo = times.UTC,
        *,
        further: Mapping[str, Any] | None = None,
        at_once: int = 1,
        fitting: Fitting | None = None,
        put_aside: Callable[[Unreadable], None] | None = None,
    ) -> None:
        self._stream, self._page_size, self._further = stream, page_size, further
        self._put_aside = put_aside
        self.asker = Asker(client, stream)
        self._shaper = Shaper(stream.shaping, zone, stream.schema["properties"]) if stream.shaping else None
        self._zones = zones.giver(stream.schema, stream.incremental.zone)
        self._fitting = fitting or Fitting(stream.schema)
        self.checks = Checks(stream, self._shaper, self.asker.time)
        self.turning = Turning(stream, page_size, self.asker.time, self._besides, whole=not further)
        self.expander = Expander(client, stream)
        self._at_once = at_once if self.expander else 1
        turns = stream.paging
        self._rechecks = turns.recheck if turns.style == "page" else turns.style in paging.LED
        self.needs, self._whole = Needs(stream), not further
        incremental = stream.incremental
        self._fills = incremental.field if self._shaper or incremental.when_null else None
        self._redact = stream.redact
        self._ordered = stream.incremental.ordered and bool(stream.incremental.field)
        self._furthest: datetime | None = None
        self._previous: datetime | None = None  # stamp of the row before, where rows come in order
        self._restarts = 0
        self.pages = 0
        self.begun_at: datetime | None = None  # by the shop's clock; what it changes after that may be missed here

    def rows(self, since: datetime | None, *, anew: bool | None = None) -> Iterator[Row]:
        """Every row changed since then, or all; a row may come twice, none is left out.

        Args:
            since: From when on.
            anew: Whether no run came before this one, so that all must be proved; where not told, if all is read.

        Raises:
            ShopError: If the shop cannot be read, or its answers are not what the definition says.
        """
        self.turning.anew = self._whole and (since is None if anew is None else anew)
        finished = False
        while not finished:
            try:
                yield from self._listing(self.asker.time.from_(since) if since else None)
                finished = True
            except (CursorExpiredError, paging.RowsMovedError, paging.ReachedError) as cut:  # noqa: PERF203 - once per listing
                since = self._resume(since, cut)

    def row(self, raw: Any, read_at: datetime, position: int = 0) -> Row | None:  # noqa: ANN401 - any JSON value
        """A row of a record as the shop has it; None where it was put aside."""
        key = self.checks.key(raw, position)
        return self._shaped(self._followed(_Raw(raw, read_at, self.checks.changed_at(raw, key), key)))

    def _listing(self, since: datetime | None) -> Iterator[Row]:
        turn: paging.Turn | None = paging.first(self._stream.paging, self._page_size, since)
        before: paging.Turn | None = None
        self._previous, listed = None, 0
        while turn is not None:
            answer = self._ask(turn, since)
            if answer is None:
                self.turning.ended(turn.rows, since)
                return
            page, records = self.checks.page(answer)
            self._recheck(before, turn, page, since)
            known, asked, before = turn, turn.since if self._keyset else since, turn
            turn = self._turned(known, page, since)
            fresh = [
                _Raw(records[at], answer.asked_at, page.stamps[at], page.keys[at]) for at in paging.fresh(known, page)
            ]
            followed = in_order(self._followed, self._in_place(fresh, asked), self._at_once)
            for raw in followed if known.pages else self._looked_at(followed):
                row = self._shaped(raw)
                if row is not None:
                    yield row
                self._furthest = raw.changed_at
            listed += len(records)
            if turn is not None and self._stream.paging.reach and listed + len(records) > self._stream.paging.reach:
                raise paging.ReachedError

    def _turned(self, turn: paging.Turn, page: paging.Page, since: datetime | None) -> paging.Turn | None:
        try:
            return self.turning.following(turn, page, since)
        except MisreadError as misread:
            raise MisreadError(f"{self._stream.name}: {misread.seen}", key=misread.key, remedy=misread.remedy) from None

    def _besides(self, turn: paging.Turn, since: datetime | None) -> paging.Page | None:
        """A page that is asked for to prove something, and not read."""
        answer = self._ask(turn, since)
        return self.checks.page(answer)[0] if answer else None

    def _in_place(self, page: Iterable[_Raw], asked: datetime | None) -> Iterator[_Raw]:
        """The records of a page, each held to what was asked for; without those that are too old, if that is for us."""
        if self._keyset:
            self._previous = None
        for raw in page:
            if raw.changed_at is not None:
                self.checks.place(raw.key, raw.changed_at, asked, self._previous)
                self._previous = raw.changed_at
                if asked and self._stream.incremental.client_side and raw.changed_at < asked:
                    continue
            yield raw

    @property
    def _keyset(self) -> bool:
        return self._stream.paging.style == "keyset"

    def _looked_at(self, followed: Iterator[_Raw]) -> Iterator[_Raw]:
        """The records; the first of them are held to what they are needed for before any is given."""
        if self.needs and self._whole:
            head: list[_Raw] = []
            try:
                head += islice(followed, LOOKED_AT)
            except ShopError:  # those before it are given all the same
                yield from head
                raise
            read = [raw.record for raw in head if raw.misfit is None]
            self.needs.look([raw.record for raw in head], read, anew=self.turning.anew)
            yield from head
        yield from followed

    def _followed(self, raw: _Raw) -> _Raw:
        try:
            return raw._replace(read_at=self.expander.fill(raw.record, raw.read_at))
        except ValueMisfitError as misfit:
            return raw._replace(misfit=misfit)

    def _shaped(self, raw: _Raw) -> Row | None:
        found, read_at, changed_at, key, missing = raw
        if missing is not None:
            self._misread(Unreadable(key, changed_at, missing.place, missing.trouble))
            return None
        try:
            record = self._shaper.record(found) if self._shaper else found
            if changed_at and self._fills and (self._shaper or record.get(self._fills) is None):
                record[self._fills] = times.parameter(changed_at)  # has a zone, whatever the shop wrote
            self._zones(record)
            self._fitting.check(record)
            self.needs.check(found, record)
        except ValueMisfitError as misfit:
            self._misread(Unreadable(key, changed_at, misfit.place, misfit.trouble))
            return None
        return Row(self._redact(record) if self._redact else record, read_at, changed_at, key)

    def _misread(self, found: Unreadable) -> None:
        found = found._replace(trouble=shareable(self._stream.name, found.place, found.trouble))
        if self._put_aside is not None:
            self._put_aside(found)
            return
        where = f"{self._stream.name}: record {shown(found.key)}: {found.place!r} {found.trouble}"
        raise MisreadError(f"{where}. {remedy(self._stream.name)}")

    def _ask(self, turn: paging.Turn, since: datetime | None) -> Answer | None:
        try:
            answer = self.asker.page(turn, turn.since if self._keyset else since, self._further)
        except NotFoundError:
            if self._stream.paging.style == "page" and turn.before:  # how some shops say: no such page
                return None
            raise
        self.pages += 1
        if answer is not None:
            self.begun_at = self.begun_at or answer.shop_time or answer.asked_at
        return answer

    def _recheck(
        self, before: paging.Turn | None, turn: paging.Turn, page: paging.Page, since: datetime | None
    ) -> None:
        """Look at the page before again: where its last row is not in its place, rows moved, and one may be missed."""
        if not (self._rechecks and before and turn.before) or turn.before[-1] in page.keys:
            return
        answer = self._ask(before, since)
        records = self.checks.records(answer.body) if answer else []
        if not records or self.checks.key(records[-1], len(records) - 1) != turn.before[-1]:
            raise paging.RowsMovedError

    def _resume(self, since: datetime | None, cut: Exception) -> datetime | None:
        """Where to begin anew: at the last row seen where rows come in order, else where this listing began."""
        onward = self._furthest if self._ordered and self._furthest else since
        self._restarts = self._restarts + 1 if onward == since else 1
        if self._restarts > PATIENCE:
            raise MisreadError(
                f"{self._stream.name}: begun anew {PATIENCE} times without getting further, as {_why(cut)}"
            ) from cut
        logger.info("%s: %s; reading on from %s.", self._stream.name, type(cut).__name__, onward or "the start")
        return onward


def _why(cut: Exception) -> str:
    if isinstance(cut, paging.ReachedError):
        return "one listing leads no further (paging.reach), and so many rows bear one stamp, or come in no order."
    moved = "the cursor expired" if isinstance(cut, CursorExpiredError) else "rows moved"
    return f"{moved}. Read at a quieter time, in a fixed order (request.params), or with a larger page_size."


def shareable(stream: str, place: str, trouble: str) -> str:
    """What is wrong with a value, as far as anybody may see it."""
    return UNSHOWN if place in PERSONAL.get(stream, ()) else trouble


def remedy(stream: str) -> str:
    """What to do about a value that cannot be read."""
    return f"Look at map, types, enums and schema of streams.{stream}."
