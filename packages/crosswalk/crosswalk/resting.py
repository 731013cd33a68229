"""Rejects that rest: a record that was refused as it still is need not be refused again before its next try has come.

A tap tells of what lies in its overlap in every run. Only what is told anew, or is due, is worth asking about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from crosswalk import statements, tables
from crosswalk.codec import dump
from crosswalk.database import Database
from crosswalk.entries import Reject
from crosswalk.errors import BARRED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.sides import Side
    from crosswalk.units import Unit

RESTING = ("refused", "invalid", "mapping", BARRED)
"""Kinds of rejects whose cause lies in the record's own values: while these stay, the answer stays, too.

Any other kind may have been put right by whoever wrote to another record, and is looked at in each run.
"""

MAPPINGS = "mappings of {}"
"""Under what name the table `meta` keeps with which mapping files the records of a side were last read."""


class Resting(Database):
    """What is passed over until its next try has come, and what ends that early."""

    def resting(self, entity: str, side: Side, ids: Iterable[str], now: float) -> list[Reject]:
        """The rejects of these records that are not due yet."""
        rows = self._select(tables.reject, "source_id", ids, {"entity": entity, "side": side.value})
        return [
            Reject(**{**row, "side": side}) for row in rows if row["kind"] in RESTING and row["next_retry_at"] > now
        ]

    def barred_by(self, entity: str, side: Side, ids: Iterable[str]) -> set[str]:
        """Which of these records are what keeps others from being written."""
        wanted = {"waiting_entity": entity, "side": side.value, "kind": BARRED}
        return {row["waiting_key"] for row in self._select(tables.reject, "waiting_key", ids, wanted)}

    def read_again(self, entity: str, side: Side, read_at: Dict[str, float]) -> None:
        """These records were read once more, and say what they said when they were refused."""
        row = tables.reject.c
        mine = (row.entity == entity, row.side == side.value, row.source_id == bindparam("of_id"))
        if read_at:
            with self.transaction() as connection:
                connection.execute(
                    update(tables.reject).where(*mine).values(read_at=bindparam("at")),
                    [{"of_id": each, "at": at} for each, at in read_at.items()],
                )

    def held(self) -> int:
        """How many records are held until an earlier write is certain."""
        with self.transaction() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.hold)).scalar_one())

    def drop(self, entity: str, source_id: str | None = None, side: Side | None = None) -> int:
        """Forget rejects of an entity, one or all; returns how many."""
        row = tables.reject.c
        wanted = {row.entity: entity, row.source_id: source_id, row.side: side.value if side else None}
        with self.transaction() as connection:
            mine = (column == value for column, value in wanted.items() if value)
            return connection.execute(delete(tables.reject).where(*mine)).rowcount

    def heed(self, side: Side, version: str) -> None:
        """Make all rejects of a side due where they are read with other mapping files or lookups now."""
        name = MAPPINGS.format(side.value)
        known = self._find(tables.meta, {"name": name})
        if known and known["value"] == version:
            return
        with self.transaction() as connection:
            row = tables.reject.c
            asleep = (row.side == side.value, row.kind.in_(RESTING))
            connection.execute(update(tables.reject).where(*asleep).values(next_retry_at=0.0))
            connection.execute(statements.emptied(tables.meta, ("name",)), {"name": name})
            connection.execute(statements.added(tables.meta), {"name": name, "value": dump(version)})


def says_the_same(one: Unit, other: Unit) -> bool:
    """Whether two readings of a record tell the same, whenever each was made."""
    return _timeless(one) == _timeless(other)


def _timeless(unit: Unit) -> Unit:
    lines = None if unit.lines is None else tuple(_timeless(each) for each in unit.lines)
    return replace(unit, read_at=0.0, origin={}, lines=lines)
