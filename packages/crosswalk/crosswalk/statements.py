"""The statements of the link store that are asked again and again, each built once: building costs more than asking."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    CompoundSelect,
    Delete,
    Select,
    String,
    Table,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from crosswalk import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

KEYS = "keys_"
"""Under what name a statement takes the values of its column."""


@cache
def chosen(
    table: Table, column: str, equal: tuple[str, ...] = (), unlike: tuple[str, ...] = ()
) -> Select[tuple[object]]:
    """Rows whose column holds one of `KEYS`, others being equal to, or unlike, the values given by their names."""
    wanted = [table.c[name] != bindparam(name) for name in unlike]
    return select(table).where(_one_of(table, column), *_equal(table, equal), *wanted)


def known(link: FromClause) -> ColumnElement[bool]:
    """Links that count: said in the indexes' own words, without which no id is looked up in them."""
    counts: ColumnElement[bool] = link.c.status != literal_column("'unlinked'")
    return counts


@cache
def beginning(number: int, *, bytewise: bool) -> CompoundSelect[tuple[object]]:
    """Links of an `entity` whose webshop ids lie in one of so many ranges, `from_0` to `to_0` and so on.

    Args:
        number: How many ranges; each is a search of its own, which one `OR` of them all would not be.
        bytewise: Whether the database must be told to compare by bytes.
    """
    table = tables.link
    name = table.c.webshop_id.collate("C") if bytewise else table.c.webshop_id
    return union_all(
        *(
            select(table).where(
                table.c.entity == bindparam("entity"),
                known(table),
                name.between(bindparam(f"from_{at}", type_=String()), bindparam(f"to_{at}", type_=String())),
            )
            for at in range(number)
        )
    )


@cache
def erased(table: Table, column: str, equal: tuple[str, ...] = ()) -> Delete:
    """The same rows, deleted."""
    return delete(table).where(_one_of(table, column), *_equal(table, equal))


def _one_of(table: Table, column: str) -> ColumnElement[bool]:
    return table.c[column].in_(bindparam(KEYS, expanding=True))


def _equal(table: Table, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(name) for name in names]


SAVED = (
    update(tables.link)
    .where(tables.link.c.id == bindparam("of_id"), tables.link.c.rev == bindparam("of_rev"))
    .values({each.name: bindparam(each.name) for each in tables.link.columns if each.name != "id"})
)
"""A link as it is now, unless somebody has overtaken the copy that it was made from."""

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
