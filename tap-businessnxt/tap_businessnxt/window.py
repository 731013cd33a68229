"""How far a table was read, and from where it is read on: by the ERP's stamps, which are local time without a zone.

Our own clock measures how long ago something was, never what time it is over there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from businessnxt import documents
from businessnxt.codec import to_timestamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from businessnxt.filters import Filter

    from .definition import Row

BEFORE_ALL = datetime(1900, 1, 1)  # noqa: DTZ001 - the ERP's times have no zone
"""Older than every stamp: the mark of a table in which no row bears one."""

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
"""Stamps are asked for by the second; the coarsest are exact to the minute."""


@dataclass(frozen=True)
class Way:
    """The columns that tell when rows were changed and made: one time stamp, or a day and a minute of it."""

    changed: tuple[str, ...]
    created: tuple[str, ...]

    @property
    def name(self) -> str:
        """What a bookmark names as its replication key."""
        return self.changed[0]


WAYS = (
    Way(("changedTimestamp",), ("createdTimestamp",)),
    Way(("changedDate", "changedTime"), ("createdDate", "createdTime")),
)
"""Best first. A time stamp is exact but empty on rows untouched since October 2024; the other goes by the minute."""


def way(offered: Collection[str]) -> Way | None:
    """The best way to tell what changed with these columns; that of the making is left out where it is not offered."""
    for each in WAYS:
        if all(name in offered for name in each.changed):
            return each if all(name in offered for name in each.created) else replace(each, created=())
    return None


@dataclass(frozen=True)
class Mark:
    """How far a table was read.

    Attributes:
        newest: The newest stamp, by the server's clock.
        reached_at: When we had first seen it, by ours.
        read_at: When the last reading of all that is older began, by ours.
    """

    newest: datetime
    reached_at: datetime
    read_at: datetime

    def moved(self, further: Mark) -> Mark:
        """The mark after a reading that ended at this one."""
        return further if further.newest > self.newest else replace(self, read_at=further.read_at)

    def since(self, overlap: timedelta) -> datetime:
        """From where to read on.

        Rows may be stored later than they are stamped, and clocks fall back in autumn, so it lies an overlap before
        the newest stamp. Of that is taken off what the last reading came after the stamp was first seen: it has read
        what was stamped until then, less the overlap. Once that covers the newest stamp and a minute more, it lies
        in the second behind it.
        """
        watched = max(self.read_at - self.reached_at, timedelta())
        if watched > overlap + MINUTE:
            return (self.newest + SECOND).replace(microsecond=0)
        return (self.newest - max(overlap - watched, timedelta())).replace(microsecond=0)


def since(way: Way, moment: datetime) -> Filter:
    """Rows that were changed or made at this moment or later.

    A row that was made and never changed since may have no stamp of a change.
    """
    either = [_from(columns, moment) for columns in (way.changed, way.created) if columns]
    return either[0] if len(either) == 1 else {"_or": either}


def _from(columns: tuple[str, ...], moment: datetime) -> Filter:
    if len(columns) == 1:
        return {columns[0]: {"_gte": moment.isoformat(sep=" ")}}
    day, minute = columns
    same_day = {"_and": [{day: {"_eq": _day(moment)}}, {minute: {"_gte": moment.hour * 100 + moment.minute}}]}
    return {"_or": [{day: {"_gt": _day(moment)}}, same_day]}


def newest_document(table: str, way: Way) -> str:
    """A query for the newest change and the newest row of a table: variables `no`, `changed` and `created`."""
    wanted = {"changed": way.changed, "created": way.created}
    found = {alias: columns for alias, columns in wanted.items() if columns}
    declared = "".join(f", ${alias}: FilterExpression_{documents.pascal(table)}" for alias in found)
    fields = "\n".join(f"    {alias}: {_newest(table, alias, columns)}" for alias, columns in found.items())
    return f"query {table}_newest($no: Int!{declared}) {{\n  useCompany(no: $no) {{\n{fields}\n  }}\n}}"


def _newest(table: str, alias: str, columns: tuple[str, ...]) -> str:
    order = ", ".join(f"{{{name}: DESC}}" for name in columns)
    return f"{table}(filter: ${alias}, first: 1, orderBy: [{order}]) {{ items {{ {' '.join(columns)} }} }}"


def newest_variables(way: Way, now: datetime) -> dict[str, Filter]:
    """The filters of `newest_document`: rows that bear a stamp, and none from beyond tomorrow.

    No zone is more than 14 hours ahead. A row that a wrong clock dated into next year must not become the mark
    behind which nothing is ever read; it is read each time instead.
    """
    tomorrow = now.astimezone(timezone.utc).replace(tzinfo=None) + timedelta(hours=15)
    wanted = {"changed": way.changed, "created": way.created}
    return {alias: _stamped(columns, tomorrow) for alias, columns in wanted.items() if columns}


def _stamped(columns: tuple[str, ...], until: datetime) -> Filter:
    if len(columns) == 1:
        low, high = (moment.isoformat(sep=" ", timespec="seconds") for moment in (BEFORE_ALL, until))
        return {"_and": [{columns[0]: {"_gt": low}}, {columns[0]: {"_lt": high}}]}
    return {"_and": [{columns[0]: {"_gt": 0}}, {columns[0]: {"_lte": _day(until)}}]}


def _day(moment: datetime) -> int:
    return moment.year * 10000 + moment.month * 100 + moment.day


def newest(way: Way, answer: Mapping[str, Any]) -> datetime:
    """The newest stamp in the answer to `newest_document`."""
    found = {"changed": way.changed, "created": way.created}
    return max(
        (_stamp(columns, row) for alias, columns in found.items() for row in _items(answer, alias)), default=BEFORE_ALL
    )


def _items(answer: Mapping[str, Any], alias: str) -> Iterable[Row]:
    return (answer["useCompany"].get(alias) or {}).get("items") or ()


def _stamp(columns: tuple[str, ...], row: Row) -> datetime:
    if len(columns) == 1:
        return to_timestamp(row[columns[0]]) or BEFORE_ALL
    day, minute = (row[name] for name in columns)
    try:
        return datetime(day // 10000, day // 100 % 100, day % 100, minute // 100, minute % 100)  # noqa: DTZ001
    except ValueError:  # 0, or no day of the calendar
        return BEFORE_ALL
