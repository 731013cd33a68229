"""Reads and writes points in time the way shops do; in here they are always aware and in UTC."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

import msgspec

from . import templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .definition import Incremental

UTC = timezone.utc
_MILLISECONDS = 1e11  # a count beyond this is no count of seconds: that would be the year 5138
_MINUTE = timedelta(minutes=1)


def parse(value: Any, zone: tzinfo = UTC) -> datetime:  # noqa: ANN401 - whatever stands in a record
    """The point in time that a record, a setting or a bookmark names, be it a text or a Unix count.

    Without a zone it is of the zone given; in the hour that comes twice in autumn the earlier one is meant.

    Raises:
        ValueError: If it names none.
    """
    stamp = _read(value)
    if stamp.tzinfo is UTC:  # nearly always; this runs once per record
        return stamp
    return (stamp.replace(tzinfo=zone) if stamp.tzinfo is None else stamp).astimezone(UTC)


def with_zone(text: str, zone: tzinfo) -> str:
    """A time as it was written, or, where it has no zone, the same moment in UTC.

    Raises:
        ValueError: It is no time.
    """
    stamp = _read(text)
    return text if stamp.tzinfo is not None and "-" in text else parameter(parse(stamp, zone))


def _read(value: Any) -> datetime:  # noqa: ANN401
    try:
        return msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return _otherwise(value)


def _otherwise(value: Any) -> datetime:  # noqa: ANN401
    count = _count(value)
    if count is not None:
        return datetime.fromtimestamp(count / 1000 if abs(count) > _MILLISECONDS else count, UTC)
    try:
        return datetime.combine(msgspec.convert(value, date), time.min)
    except msgspec.ValidationError as problem:
        if isinstance(value, str) and "-" in value[:5]:  # without seconds, say
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(value)
        raise ValueError(f"{value!r} is no point in time such as 2026-01-31T12:00:00Z") from problem


def _count(value: Any) -> float | None:  # noqa: ANN401
    if isinstance(value, str):
        return float(value) if value.replace(".", "", 1).isdigit() and len(value) > len("20260131") else None
    return None if value is None or isinstance(value, bool) or not hasattr(value, "__float__") else float(value)


def parameter(stamp: datetime) -> str:
    """How a point in time is put to a shop: RFC 3339, UTC, microseconds."""
    return stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def bookmark(stamp: datetime) -> str:
    """How a point in time stands in STATE: of fixed width, so that texts compare as times do."""
    return stamp.astimezone(UTC).isoformat(timespec="microseconds")


SPELLINGS: dict[str, tuple[Callable[[datetime], Any], float]] = {
    "iso": (parameter, 1e-6),
    "iso_seconds": (lambda at: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), 1),
    "iso_naive": (lambda at: at.strftime("%Y-%m-%dT%H:%M:%S"), 1),
    "sql": (lambda at: at.strftime("%Y-%m-%d %H:%M:%S"), 1),
    "date": (lambda at: at.strftime("%Y-%m-%d"), 86_400),
    "unix": (lambda at: int(at.timestamp()), 1),
    "unix_ms": (lambda at: int(at.timestamp()) * 1000 + at.microsecond // 1000, 1e-3),
}
"""How a template may write a time that is of the shop's zone, and to how many seconds that is exact."""

_LOCAL = ("iso_naive", "sql", "date")


def coarsest(names: Iterable[str]) -> float:
    """To how many seconds a template with these names is exact."""
    return max((SPELLINGS[name][1] for name in names), default=1e-6)


class Asking:
    """How one stream asks for what changed since a time.

    Args:
        incremental: What the stream says of it.
    """

    def __init__(self, incremental: Incremental) -> None:
        self._zone, self._inclusive = incremental.zone, incremental.inclusive
        self._step = timedelta(seconds=incremental.resolution)
        names = templates.names(incremental.value)
        self._spell = [(name, SPELLINGS[name][0]) for name in names]
        self._local = not names.isdisjoint(_LOCAL)
        self._fill = templates.compiled(incremental.value)
        self.tolerance = max(self._step, timedelta(seconds=1))  # a shop may compare whole seconds, and not say so

    def from_(self, since: datetime) -> datetime:
        """The time that is asked for, at or before the one that is meant.

        Local times of the hour that comes twice do not tell which one: all of that hour is asked for.
        """
        local = since.astimezone(self._zone)
        while self._local and _twice(local):
            local = _earlier(local)
        return self.floor(local.astimezone(UTC))

    def floor(self, stamp: datetime) -> datetime:
        """The stamp as the shop can tell it from others."""
        local = stamp.astimezone(self._zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        wall = local.replace(tzinfo=None) - midnight.replace(tzinfo=None)
        return (local - wall % self._step).astimezone(UTC)

    def value(self, since: datetime) -> Any:  # noqa: ANN401 - any JSON value
        """What is put to the shop."""
        at = (since if self._inclusive else since - self._step).astimezone(self._zone)
        return self._fill({name: spell(at) for name, spell in self._spell})

    def is_unclear(self, stamp: datetime) -> bool:
        """Whether the shop's own order of rows may differ around this time."""
        return self._zone is not UTC and _twice(stamp.astimezone(self._zone))


def _twice(local: datetime) -> bool:
    """Whether clocks show this time twice."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset() and _exists(local)


def _exists(local: datetime) -> bool:
    zone = local.tzinfo
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)


def _earlier(local: datetime) -> datetime:
    """A minute before on the wall clock, on the whole minute, as of the first of two."""
    wall = local.replace(second=0, microsecond=0, fold=0)
    return wall - _MINUTE
