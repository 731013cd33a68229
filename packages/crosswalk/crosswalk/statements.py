"""The statements of the link store that are asked again and again, each built once: building costs more than asking."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Delete, Select, Table, bindparam, delete, func, select

from crosswalk import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

KEYS = "keys_"
"""Under what name a statement takes the values of its column."""


@cache
def chosen(
    table: Table, column: str, equal: tuple[str, ...] = (), unlike: tuple[str, ...] = ()
) -> Select[tuple[object]]:
    """Rows whose column holds one of `KEYS`, others being equal to, or unlike, the values given by their names."""
    wanted = [table.c[name] != bindparam(name) for name in unlike]
    return select(table).where(_one_of(table, column), *_equal(table, equal), *wanted)


@cache
def erased(table: Table, column: str, equal: tuple[str, ...] = ()) -> Delete:
    """The same rows, deleted."""
    return delete(table).where(_one_of(table, column), *_equal(table, equal))


def _one_of(table: Table, column: str) -> ColumnElement[bool]:
    return table.c[column].in_(bindparam(KEYS, expanding=True))


def _equal(table: Table, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(name) for name in names]


OPEN_REJECTS = select(tables.reject.c.entity, tables.reject.c.kind, func.count()).group_by(
    tables.reject.c.entity, tables.reject.c.kind
)
"""How many records wait or are rejected, by entity and kind."""

WAITING = (
    select(tables.reject.c.source_id)
    .where(tables.reject.c.waiting_entity.is_not(None), tables.reject.c.side == bindparam("side"))
    .limit(1)
)
"""Whether any record of a side waits for another one."""

DEBTS = select(tables.owed).where(tables.owed.c.side == bindparam("side"))
"""What a side is owed."""
