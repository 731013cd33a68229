"""Holds an answer to the stream's definition; a misfit is named by record, property and remedy, and never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from customwebshop import MisreadError

from . import times
from .contents import kind, told
from .paging import Page
from .shaping import Shaper, ValueMisfitError, search

if TYPE_CHECKING:
    from datetime import datetime

    from customwebshop import Answer

    from .definition import StreamDefinition
    from .paging import Key
    from .times import Asking


class Checks:
    """What an answer of one stream must be.

    Args:
        stream: The stream.
        shaper: What makes our record of the shop's; None where they are the same.
        asking: How the stream asks for what changed.
    """

    def __init__(self, stream: StreamDefinition, shaper: Shaper | None, asking: Asking) -> None:
        self._stream, self._asking, self._name = stream, asking, stream.name
        shaper = shaper or Shaper(stream.shaping, times.UTC)
        find = shaper.property
        self._key = [find(name) for name in stream.key]
        incremental = stream.incremental
        self._field, self._zone = incremental.field, incremental.zone
        self._find = find(incremental.field) if incremental.field else None
        self._written = shaper.source(incremental.field) if incremental.field else None
        self._find_else = find(incremental.when_null) if incremental.when_null else None
        self._records = search("records", stream.records)
        self._empty = search("empty_when.when", stream.empty_when) if stream.empty_when else None

    def records(self, body: Any) -> list[Any]:  # noqa: ANN401
        """The list of records in an answer."""
        if self._empty and self._empty(body):
            return []
        found = self._records(body)
        path = self._stream.records
        if found is None:
            seen = f"{self._name}: records: {path!r} finds nothing; {told(body, path)}."
            raise MisreadError(seen, key="records", remedy=_RECORDS)
        if not isinstance(found, list):
            seen = f"{self._name}: records: {path!r} in the answer is {kind(found)}, not a list; {told(body, path)}."
            raise MisreadError(seen, key="records", remedy=_RECORDS)
        if not found and (inside := _PROJECTED.fullmatch(path)):
            self._look_inside(body, inside[1], inside[2])
        return found

    def _look_inside(self, body: Any, place: str, name: str) -> None:  # noqa: ANN401
        """A list whose every item lacks the name gives an empty list, as one does that has no item."""
        items = search("records", place)(body)
        if isinstance(items, list) and items:
            seen = f"{self._name}: records: none of {len(items)} items of {place!r} has {name!r}; "
            raise MisreadError(f"{seen}{told(items[0], what='the first')}.", key="records", remedy=_RECORDS)

    def page(self, answer: Answer) -> tuple[Page, list[Any]]:
        """What turning pages needs of an answer, and the records as the shop has them."""
        records = self.records(answer.body)
        keys = [self.key(record, position) for position, record in enumerate(records)]
        stamps = [self.changed_at(record, key) for record, key in zip(records, keys, strict=True)]
        return Page(answer.body, keys, stamps, answer.headers.get("Link", "")), records

    def key(self, record: Any, position: int) -> Key:  # noqa: ANN401
        """What tells this record from all others."""
        if not isinstance(record, dict):
            seen = f"{self._name}: record {position} of a page is {kind(record)}, not an object."
            raise MisreadError(seen, key="records", remedy=_RECORDS)
        try:
            values = tuple([find(record) for find in self._key])
        except ValueMisfitError as misfit:
            seen = f"{self._name}: record {position} of a page: {misfit}, its key."
            raise MisreadError(seen, key=f"types.{misfit.place}") from None
        if None in values:
            missing = self._stream.key[values.index(None)]
            mapped = self._from_nowhere(missing)
            raise MisreadError(
                f"{self._name}: record {position} of a page has no {missing!r}, its key; {told(record, what=_IT)}.",
                key=f"map.{missing}" if mapped else "key",
                remedy=mapped or f"Set key to what every record has, or map.{missing} to what it is called.",
            )
        return values

    def changed_at(self, record: dict[str, Any], name: Key) -> datetime | None:
        """When the shop last changed the record; None where the stream does not go by that."""
        if self._find is None:
            return None
        value = None
        try:
            value = self._find(record)
            if value is None and self._find_else is not None:
                value = self._find_else(record)
            return times.parse(value, self._zone)
        except ValueMisfitError as misfit:
            seen = f"{self._name}: record {shown(name)}: {misfit}."
            raise MisreadError(seen, key=f"types.{misfit.place}") from None
        except ValueError:  # not passed on: it shows the value
            raise self._undated(record, name, written=value is not None) from None

    def _undated(self, record: dict[str, Any], name: Key, *, written: bool) -> MisreadError:
        """A record without a time of its last change, or with one that is none."""
        remedy = "Set incremental.field to a time that every record has, or incremental.when_null to a stand-in."
        seen = f"{self._name}: record {shown(name)} has {'an unreadable' if written else 'no'} {self._field!r}"
        if written:
            remedy = f"Set types.{self._field} to a time with its format, or incremental.field to another property."
            return MisreadError(f"{seen}.", key="incremental.field", remedy=remedy)
        mapped = self._from_nowhere(self._field)
        key = f"map.{self._field}" if mapped else "incremental.field"
        return MisreadError(f"{seen}; {told(record, what=_IT)}.", key=key, remedy=f"{mapped} {remedy}".strip())

    def _from_nowhere(self, name: str | None) -> str:
        """What the map says of a property that has no value: the likeliest place to be wrong."""
        where = self._stream.shaping.map.get(name or "")
        return f"map.{name} finds nothing at {where!r}: say where the shop has it." if isinstance(where, str) else ""

    def stamp_text(self, record: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever stands in a record
        """What the shop wrote as the time of the last change, before any converter."""
        return self._written(record) if self._written else None

    def place(self, name: Key, at: datetime, since: datetime | None, previous: datetime | None) -> None:
        """A record older than asked for: the filter is not heeded; one older than the last: nor is the order."""
        incremental = self._stream.incremental
        if since and incremental.param and at < since and at < since - self._asking.tolerance:
            remedy = "Set incremental.param to what the shop calls it, or incremental.client_side to true."
            raise MisreadError(
                f"{self._name}: asked for changes since {times.parameter(since)}, the shop sent record {shown(name)} "
                f"of {times.parameter(at)}: it does not heed {incremental.param!r}.",
                key="incremental.param",
                remedy=remedy,
            )
        if previous and at < previous and incremental.ordered and not self._asking.is_unclear(at):
            remedy = "Set incremental.ordered to false, or give the shop's sort parameter in request.params."
            seen = f"{self._name}: record {shown(name)} is out of order."
            raise MisreadError(seen, key="request.params", remedy=remedy)


def shown(name: Key) -> str:
    """A key as people read it."""
    return "/".join(map(str, name))


_PROJECTED = re.compile(r"([\w.]+)\[\*?\]\.([\w.]+)")
_IT = "the record"
_RECORDS = "Set records to where the answer has the list of objects."
