"""Holds an answer to the stream's definition; a misfit is named by record, property and remedy, and never shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jmespath
from customwebshop import MisreadError

from . import times

if TYPE_CHECKING:
    from datetime import datetime

    from .definition import StreamDefinition
    from .paging import Key

RESOLUTION = timedelta(seconds=1)  # a shop may keep, or compare, whole seconds only


def records(stream: StreamDefinition, body: Any) -> list[Any]:  # noqa: ANN401
    """The list of records in an answer."""
    found = jmespath.search(stream.records, body)
    if found is None:
        raise MisreadError(f"{stream.name}: the answer has no {stream.records!r}, {_names(body)}. {_RECORDS}")
    if not isinstance(found, list):
        raise MisreadError(f"{stream.name}: {stream.records!r} in the answer is {_kind(found)}, not a list. {_RECORDS}")
    return found


def key(stream: StreamDefinition, record: Any, position: int) -> Key:  # noqa: ANN401
    """What tells this record from all others."""
    if not isinstance(record, dict):
        raise MisreadError(f"{stream.name}: record {position} of a page is {_kind(record)}, not an object. {_RECORDS}")
    values = tuple(record.get(name) for name in stream.key)
    if None in values:
        missing = stream.key[values.index(None)]
        remedy = "Set key to what every record has."
        raise MisreadError(f"{stream.name}: record {position} of a page has no {missing!r}, its key. {remedy}")
    return values


def changed_at(stream: StreamDefinition, record: dict[str, Any], name: Key) -> datetime | None:
    """When the shop last changed the record; None where the stream does not go by that."""
    field = stream.replication.field
    if field is None:
        return None
    try:
        return times.parse(record.get(field))
    except ValueError:  # not passed on: it shows the value
        state = "no" if record.get(field) is None else "an unreadable"
        remedy = "Set replication.field to a time that every record has, or replication.method to full_table."
        raise MisreadError(f"{stream.name}: record {shown(name)} has {state} {field!r}. {remedy}") from None


def place(stream: StreamDefinition, name: Key, at: datetime, since: datetime | None, previous: datetime | None) -> None:
    """A record older than asked for proves that the filter is ignored; one older than its forerunner, that order is."""
    if since and at < since - RESOLUTION:
        remedy = "Set replication.param to what the shop calls it, or replication.method to full_table."
        raise MisreadError(
            f"{stream.name}: asked for changes since {times.parameter(since)}, the shop sent record {shown(name)} of "
            f"{times.parameter(at)}: it does not heed {stream.replication.param!r}. {remedy}"
        )
    if previous and at < previous and stream.replication.ordered:
        remedy = "Set replication.ordered to false, or give the shop's sort parameter in params."
        raise MisreadError(f"{stream.name}: record {shown(name)} is out of order. {remedy}")


def shown(name: Key) -> str:
    """A key as people read it."""
    return "/".join(map(str, name))


_RECORDS = "Set records to where the answer has the list of objects."


def _kind(value: Any) -> str:  # noqa: ANN401
    return {dict: "an object", list: "a list", str: "text", type(None): "null"}.get(type(value), type(value).__name__)


def _names(body: Any) -> str:  # noqa: ANN401
    """What the answer has instead, by name only."""
    return f"only {', '.join(sorted(body)[:8]) or 'nothing'}" if isinstance(body, dict) else f"it is {_kind(body)}"
