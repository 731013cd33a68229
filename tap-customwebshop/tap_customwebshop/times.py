"""Reads and writes points in time the way shops do, always aware and in UTC."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from typing import Any

import msgspec


def parse(value: Any) -> datetime:  # noqa: ANN401 - whatever stands in a record
    """The point in time that a record, a setting or a bookmark names; without a zone it is UTC.

    Raises:
        ValueError: If it names none.
    """
    try:
        stamp = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        stamp = _midnight(value)
    if stamp.tzinfo is timezone.utc:  # nearly always; this runs once per record
        return stamp
    return stamp.replace(tzinfo=timezone.utc) if stamp.tzinfo is None else stamp.astimezone(timezone.utc)


def _midnight(value: Any) -> datetime:  # noqa: ANN401
    try:
        return datetime.combine(msgspec.convert(value, date), time.min)
    except msgspec.ValidationError as problem:
        raise ValueError(f"{value!r} is no point in time such as 2026-01-31T12:00:00Z") from problem


def parameter(stamp: datetime) -> str:
    """How a point in time is put to a shop: RFC 3339, UTC, microseconds."""
    return stamp.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def bookmark(stamp: datetime) -> str:
    """How a point in time stands in STATE: of fixed width, so that texts compare as times do."""
    return stamp.astimezone(timezone.utc).isoformat(timespec="microseconds")
