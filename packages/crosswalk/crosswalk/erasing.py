"""A person is forgotten: of an erased record the link store keeps its ids, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from crosswalk import tables
from crosswalk.codec import dump
from crosswalk.errors import StoreError
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Collection

    from crosswalk.entries import Link
    from crosswalk.links import Store
    from crosswalk.values import Values


def entities_of(store: Store, identity: str, side: Side) -> list[str]:
    """The entities that know a record of this id, be it as a reject."""
    linked = [each.entity for each in store.find(identity) if each.id_on(side) == identity]
    kept = tables.reject.c
    rejected = [each.entity for each in store.rejects(kept.source_id == identity, kept.side == side.value)]
    return list(dict.fromkeys([*linked, *rejected]))


def erase(store: Store, identity: str, *, side: Side = Side.WEBSHOP, entities: Collection[str]) -> list[Link]:
    """Forget what these entities know of a record: values, log, conflicts, rejects and holds.

    The ids stay, so that nothing is made anew of it by itself; whatever comes of it from now on is passed over. What
    is left in the database's file goes with `Store.shred`.

    Returns:
        The links that were emptied, lines included.

    Raises:
        StoreError: Nothing is known of it, or a write under it is not certain yet.
    """
    if not set(entities) & set(entities_of(store, identity, side)):
        of = f" in {', '.join(entities)}" if entities else ""
        raise StoreError(f"nothing is known of {side.value} id '{identity}'{of}")
    found = [each for each in store.find(identity) if each.id_on(side) == identity and each.entity in entities]
    family = [*found, *(line for lines in store.children([each.id for each in found]).values() for line in lines)]
    ids = [each.id for each in family]
    if any(store.pendings(ids, each) for each in Side):
        raise StoreError(f"a write to '{identity}' is not certain yet; let a sync look first, then say it again")
    kept = {(entity, side, identity) for entity in entities}
    kept |= {(each.entity, of, each.id_on(of) or "") for each in family for of in Side}
    with store.transaction() as connection:
        emptied = store.save([replace(each, **EMPTY) for each in family])
        for table in (tables.owed, tables.conflict, tables.op_log):
            connection.execute(delete(table).where(table.c.link_id.in_(ids)))
        for table in (tables.reject, tables.hold):
            for entity, of, source_id in kept:
                mine = (table.c.entity == entity) & (table.c.side == of.value)
                connection.execute(delete(table).where(mine, table.c.source_id == source_id))
        _forget_plans(store, {each.entity for each in family} | set(entities), {each.id_on(side) for each in family})
    return emptied


EMPTY: Values = {
    "status": "erased", "alias": None, "webshop_shadow": {}, "businessnxt_shadow": {}, "webshop_fingerprint": "",
    "businessnxt_fingerprint": "",
}  # fmt: skip
"""What an erased link knows."""


def _forget_plans(store: Store, entities: Collection[str], ids: set[str | None]) -> None:
    """Take a record out of what stopped runs would have done."""
    table = tables.plan
    with store.transaction() as connection:
        for row in store.rows(select(table).where(table.c.entity.in_(entities))):
            left = [each for each in row["steps"] if not ids & {each["webshop_id"], each["businessnxt_id"]}]
            if len(left) < len(row["steps"]):
                mine = table.c.plan_id == row["plan_id"]
                connection.execute(update(table).where(mine).values(steps=dump(left)))
