"""The statements of the link store that are asked again and again, each built once: building costs more than asking."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    CompoundSelect,
    Delete,
    Insert,
    Select,
    String,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from crosswalk import tables
from crosswalk.entries import KEPT
from crosswalk.errors import BARRED

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


@cache
def found(table: Table, names: tuple[str, ...]) -> Select[tuple[object]]:
    """Rows that hold these values, given by their names."""
    return select(table).where(*_equal(table, names))


@cache
def emptied(table: Table, names: tuple[str, ...]) -> Delete:
    """The same rows, deleted."""
    return delete(table).where(*_equal(table, names))


@cache
def added(table: Table) -> Insert:
    """New rows."""
    return insert(table)


@cache
def counted(names: tuple[str, ...]) -> Update:
    """What is new of the run `of_id`, by the names of its columns."""
    table = tables.run
    return update(table).where(table.c.run_id == bindparam("of_id")).values({each: bindparam(each) for each in names})


@cache
def touched(side: str) -> Update:
    """Links that were written on this side, `at` a time."""
    wrote = {f"{side}_wrote_at": bindparam("at"), f"{side}_fingerprint": ""}
    return update(tables.link).where(_one_of(tables.link, "id")).values(wrote)


@cache
def unfinished(side: str) -> Select[tuple[object]]:
    """Links of an `entity` whose partners were being made for this side, or had just been matched."""
    table = tables.link
    matched = (table.c.status == "linked") & (table.c[f"{side}_fingerprint"] == "")
    read = table.c[f"{side}_id"].is_not(None)
    return select(table).where(table.c.entity == bindparam("entity"), read, (table.c.status == "creating") | matched)


@cache
def kept(side: str) -> Select[tuple[object]]:
    """Links of an `entity` that have lost their other end, where that is to be made anew."""
    table = tables.link
    making = (table.c.status == "creating") & (table.c.match_rule == KEPT)
    return select(table).where(table.c.entity == bindparam("entity"), making, table.c[f"{side}_id"].is_not(None))


@cache
def sleeping(side: str, own: str, of_twin: str) -> Select[tuple[object]]:
    """Dormant links of an `entity` and a side, of which one id names a link of the `twin` entity that has a partner."""
    link, other = tables.link, tables.link.alias()
    awake = select(other.c.id).where(
        other.c.entity == bindparam("twin"), other.c[of_twin] == link.c[own], known(other), other.c.status == "linked"
    )
    asleep = select(link).where(
        link.c.entity == bindparam("entity"), link.c.status == "dormant", link.c[f"{side}_id"].is_not(None)
    )
    return asleep.where(awake.exists()).order_by(link.c.id)


@cache
def astray(own: str, of_twin: str) -> Select[tuple[object]]:
    """Links of an `entity` whose partner in the webshop has another id than the alias of the `twin` they follow."""
    link, other = tables.link, tables.link.alias()
    twin = (other.c.entity == bindparam("twin"), other.c[of_twin] == link.c[own], other.c.status == "linked")
    moved = select(other.c.id).where(*twin, known(other), other.c.alias != link.c.webshop_id)
    linked = select(link).where(link.c.entity == bindparam("entity"), link.c.status == "linked")
    return linked.where(moved.exists()).order_by(link.c.id)


@cache
def answered(names: tuple[str, ...]) -> Select[tuple[object]]:
    """Rejects of a `side` that wait for a record which is there by now, under one of these names."""
    kept, link = tables.reject, tables.link
    arrived = (
        select(link.c.id)
        .where(
            link.c.entity == kept.c.waiting_entity,
            link.c[name] == kept.c.waiting_key,
            known(link),
            link.c.status.in_(("linked", "dormant")),
        )
        .exists()
        for name in names
    )
    of_side = (kept.c.side == bindparam("side"), kept.c.kind != BARRED, kept.c.waiting_entity.is_not(None))
    waiting = select(kept).where(*of_side, or_(*arrived))
    return waiting.order_by(kept.c.first_at)


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

OPEN_HOLDS = (
    select(tables.hold.c.entity, func.count().label("number"))
    .where(tables.hold.c.side == bindparam("side"))
    .group_by(tables.hold.c.entity)
)
"""How many records of a side are held, by entity."""

WAITING = (
    select(tables.reject.c.source_id)
    .where(tables.reject.c.waiting_entity.is_not(None), tables.reject.c.side == bindparam("side"))
    .limit(1)
)
"""Whether any record of a side waits for another one."""

DEBTS = select(tables.owed).where(tables.owed.c.side == bindparam("side"))
"""What a side is owed."""

DUE = (
    select(tables.reject)
    .where(
        tables.reject.c.side == bindparam("side"),
        tables.reject.c.next_retry_at <= bindparam("now"),
        tables.reject.c.kind.not_in(bindparam(KEYS, expanding=True)),
    )
    .order_by(tables.reject.c.first_at)
)
"""The rejects of a side that are to be tried again `now`, but for some kinds."""

HELD = select(tables.hold).where(tables.hold.c.side == bindparam("side"), tables.hold.c.until <= bindparam("now"))
"""What is held on a side, and need not be any longer `now`."""

LINKED = select(func.count()).where(tables.link.c.entity == bindparam("entity"), tables.link.c.status == "linked")
"""How many records of an entity have a partner."""

NUMBERED = insert(tables.link).returning(tables.link.c.id, sort_by_parameter_order=True)
"""New links, which come back with their numbers."""

RESOLVED = update(tables.conflict).where(_one_of(tables.conflict, "id")).values(state="resolved")
"""Conflicts that are over."""
