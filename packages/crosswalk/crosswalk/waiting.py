"""What the link store keeps for another try: rejects with their reason, and what is held until a write is certain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, select, update

from crosswalk import statements, tables
from crosswalk.database import Database, as_row
from crosswalk.entries import Hold, Reject
from crosswalk.errors import LATER, UNREADABLE
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.values import Value, Values

NAMES = {Side.WEBSHOP: ("webshop_id", "alias"), Side.BUSINESSNXT: ("businessnxt_id", "businessnxt_alias")}
"""By which of a link's ids the records of a side refer to it."""

Name = tuple[str, Side, str]
"""What tells kept records apart: entity, side and id."""

SOON = 4 * 60.0
"""Seconds after which at the latest what is only passing is tried again."""


class Waiting(Database):
    """Rejects and holds."""

    def reject(self, rejects: Sequence[Reject]) -> None:
        """Keep records with the reason why they were not written; a newer record takes the place of an older one.

        One that was held until an earlier write is certain is held no longer: it is tried again from here.
        """
        known = {each: Reject(**row) for each, row in self._kept(tables.reject, rejects).items()}
        kept = [_again(each, known.get(_name(each))) for each in rejects if not _is_older(each, known)]
        with self.transaction():
            self._replace(tables.reject, [as_row(each) for each in kept], ("entity", "side", "source_id"))
            for each in kept:
                self._overtake(tables.hold, each.entity, each.side, {each.source_id: each.read_at})

    def hold(self, holds: Sequence[Hold]) -> None:
        """Keep records until an earlier write is certain; a newer record takes the place of an older one."""
        known = {each: Hold(**row) for each, row in self._kept(tables.hold, holds).items()}
        kept = [each for each in holds if not _is_older(each, known)]
        self._replace(tables.hold, [as_row(each) for each in kept], ("entity", "side", "source_id"))

    def _kept(self, table: Table, entries: Sequence[Reject] | Sequence[Hold]) -> dict[Name, Values]:
        """What is kept already of these records."""
        found: dict[Name, Values] = {}
        for entity in {each.entity for each in entries}:
            ids = [each.source_id for each in entries if each.entity == entity]
            for row in self._select(table, "source_id", ids, {"entity": entity}):
                side = Side(row["side"])
                found[entity, side, row["source_id"]] = {**row, "side": side}
        return found

    def applied(self, entity: str, side: Side, read_at: Dict[str, float]) -> None:
        """These records were written as they were read then: what was kept of them until that time is history."""
        with self.transaction():
            for table in (tables.reject, tables.hold):
                self._overtake(table, entity, side, read_at)

    def _overtake(self, table: Table, entity: str, side: Side, read_at: Dict[str, float]) -> None:
        wanted = {"entity": entity, "side": side.value}
        kept = {row["source_id"]: row["read_at"] for row in self._select(table, "source_id", read_at, wanted)}
        self._erase(table, "source_id", [each for each, at in kept.items() if at <= read_at[each]], wanted)

    def rejects(self, *conditions: Value) -> list[Reject]:
        """The rejected records, oldest first."""
        statement = select(tables.reject).where(*conditions).order_by(tables.reject.c.first_at)
        return _rejects(self.rows(statement))

    def due(self, side: Side, now: float) -> list[Reject]:
        """The rejects whose next try has come, those left out that wait for another record or for the tap."""
        kinds = {statements.KEYS: ["waiting", UNREADABLE]}
        return _rejects(self.rows(statements.DUE, {"side": side.value, "now": now, **kinds}))

    def readable(self, side: Side, stream: str, source_ids: Iterable[str]) -> None:
        """These records, which the tap could not read, were read or are gone: their rejects are history."""
        ids, wanted = list(source_ids), {"stream": stream, "side": side.value, "kind": UNREADABLE}
        if ids:
            with self.transaction():
                self._erase(tables.reject, "source_id", ids, wanted)

    def waiting_for(self, side: Side, entity: str, keys: Iterable[str]) -> list[Reject]:
        """The rejects that wait for one of these records."""
        wanted = {"waiting_entity": entity, "side": side.value}
        return _rejects(self._select(tables.reject, "waiting_key", keys, wanted))

    def answered(self, side: Side) -> list[Reject]:
        """The rejects whose wait is over although nobody woke them: the run that linked the other record was killed."""
        return _rejects(self.rows(statements.answered(NAMES[side]), {"side": side.value}))

    def disputed(self, entity: str, side: Side, ids: Iterable[str]) -> set[str]:
        """Which of these records of a side were refused because several could be their partner."""
        of_kind = {"entity": entity, "side": side.value, "kind": "ambiguous"}
        return {row["source_id"] for row in self._select(tables.reject, "source_id", ids, of_kind)}

    def waits(self, side: Side) -> bool:
        """Whether any record waits for another one."""
        return bool(self.rows(statements.WAITING, {"side": side.value}))

    def holds(self, side: Side, now: float) -> list[Hold]:
        """The held records whose time is up."""
        rows = self.rows(statements.HELD, {"side": side.value, "now": now})
        return [Hold(**{**row, "side": Side(row["side"])}) for row in rows]

    def open_holds(self, side: Side) -> dict[str, int]:
        """How many records of a side are held, by entity."""
        rows = self.rows(statements.OPEN_HOLDS, {"side": side.value})
        return {row["entity"]: row["number"] for row in rows}

    def retry_now(self, entity: str | None = None, source_id: str | None = None, side: Side | None = None) -> int:
        """Make rejects due at once; returns how many.

        Those that the tap could not read are forgotten: it reads them again in each run, and tells what is still so.
        """
        table = tables.reject
        wanted = {table.c.entity: entity, table.c.source_id: source_id, table.c.side: side.value if side else None}
        meant = [column == value for column, value in wanted.items() if value]
        known = table.c.kind != UNREADABLE
        with self.transaction() as connection:
            due = connection.execute(update(table).where(known, *meant).values(next_retry_at=0.0, kind="retry"))
            forgotten = connection.execute(delete(table).where(~known, *meant))
            return due.rowcount + forgotten.rowcount

    def open_rejects(self) -> dict[str, dict[str, int]]:
        """How many records wait or are rejected, by entity and kind."""
        found: dict[str, dict[str, int]] = {}
        with self.transaction() as connection:
            for entity, kind, number in connection.execute(statements.OPEN_REJECTS):
                found.setdefault(entity, {})[kind] = number
        return found


def _rejects(rows: Iterable[Values]) -> list[Reject]:
    return [Reject(**{**row, "side": Side(row["side"])}) for row in rows]


def _name(entry: Reject | Hold) -> Name:
    return entry.entity, entry.side, entry.source_id


def _is_older(entry: Reject | Hold, known: Dict[Name, Reject] | Dict[Name, Hold]) -> bool:
    """Whether a newer state of the record is kept: a tap may tell of an older one once more."""
    kept = known.get(_name(entry))
    return kept is not None and entry.read_at < kept.read_at


def _again(reject: Reject, earlier: Reject | None) -> Reject:
    """The time of the next try: after 2, 4, 8 … minutes, at most six hours, or soon where nothing is wrong."""
    attempts = earlier.attempts + 1 if earlier else 1
    first_at = earlier.first_at if earlier else reject.first_at
    if reject.kind == UNREADABLE:
        return replace(reject, attempts=attempts, first_at=first_at, next_retry_at=0.0)
    wait = min(60 * 2 ** min(attempts, 10), SOON if reject.kind == LATER else 6 * 3600)
    return replace(reject, attempts=attempts, first_at=first_at, next_retry_at=reject.first_at + wait)
