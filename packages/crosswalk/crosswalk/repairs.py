"""What a person puts right in the link store: who wins a conflict, and which record is which row.

Nothing is written to either system here: the next run does that, with the same care as ever.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from crosswalk import tables
from crosswalk.codec import dump
from crosswalk.entries import Conflict, Link, Owed
from crosswalk.errors import StoreError
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crosswalk.links import Store
    from crosswalk.values import Value, Values

MEANINGS = {
    "deleted": "one side is gone, the other was edited meanwhile and stays as it is; delete it there, or restore "
    "the first one and join the two with 'crosswalk links relink'",
    "frozen": "the document is closed in Business NXT and is not rewritten; make the change there, if it still can be, "
    "and an open conflict ends by itself; 'resolve ID businessnxt' ends it where the document stays as it is",
    "owner": "only the winner says what this property is; the mapping's 'sync' and 'wins' decide that",
    "only_create": "the property is written with a new record only; the mapping's 'only: create' decides that",
}
"""Conflicts that are no choice between two values, and what can be done about them."""


@dataclass(frozen=True)
class Case:
    """A conflict with its number and its link; the link is None where it was forgotten since."""

    number: int
    conflict: Conflict
    link: Link | None


def cases(store: Store, *, entity: str | None = None, open_only: bool = True) -> list[Case]:
    """The conflicts, oldest first."""
    statement = select(tables.conflict).order_by(tables.conflict.c.at, tables.conflict.c.id)
    if open_only:
        statement = statement.where(tables.conflict.c.state == "open")
    found = _cases(store, store.rows(statement))
    return [each for each in found if entity is None or (each.link is not None and each.link.entity == entity)]


def case(store: Store, number: int) -> Case | None:
    """One conflict by its number."""
    found = _cases(store, store.rows(select(tables.conflict).where(tables.conflict.c.id == number)))
    return found[0] if found else None


def _cases(store: Store, rows: Sequence[Values]) -> list[Case]:
    links = store.links_by_id(row["link_id"] for row in rows)
    fields = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return [
        Case(row["id"], Conflict(**values), links.get(row["link_id"])) for row, values in zip(rows, fields, strict=True)
    ]


def resolve(store: Store, number: int, winner: Side) -> bool:
    """Let this side's value stand, and owe it to the other side.

    The loser is taken to hold still what it held at the conflict: who edits it before the next run gets a new
    conflict, and nothing is lost.

    Returns:
        Whether anything is to be written: a closed document that stays as it is is nobody's debt.

    Raises:
        StoreError: The conflict cannot be decided so; the message says what can be done instead.
    """
    found = case(store, number)
    if found is None:
        raise StoreError(f"there is no conflict {number}; 'crosswalk conflicts list --all' shows them")
    problem = _obstacle(found, winner, still_owed=_still_owed(store, found))
    if problem:
        raise StoreError(f"conflict {number} ({found.conflict.name or 'the whole record'}): {problem}")
    owes = not _stays_closed(found.conflict, winner)
    if found.link is not None:
        with store.transaction():
            if owes:
                store.save([_prepared(found.link, found.conflict, winner)])
                _owe(store, found.conflict, winner)
            else:
                store.save([_apart(found.link, found.conflict)])
            _close(store, number, winner)
    return owes


def _obstacle(found: Case, winner: Side, *, still_owed: bool) -> str:
    """Why a conflict cannot be decided for this side; empty where it can."""
    conflict = found.conflict
    if found.link is None or found.link.status != "linked":
        return "the record and the row are no longer linked; there is nobody to give the value to"
    if conflict.rule in MEANINGS:
        return "" if _stays_closed(conflict, winner) else MEANINGS[conflict.rule]
    if conflict.state == "resolved":
        return "it is over; whoever wants another value types it on either side, it is carried like any edit"
    if conflict.winner == winner.value:
        return f"{winner.value} has won it already, by the rule '{conflict.rule}'"
    if conflict.state == "auto" and not still_owed:
        value = _value(conflict, winner)
        return f"{winner.value} has the other value already; type {value!r} there, it is carried like any edit"
    return ""


def _stays_closed(conflict: Conflict, winner: Side) -> bool:
    """Whether somebody says that a closed document stays as it is, whatever the webshop says of it."""
    return (conflict.rule, conflict.state, winner) == ("frozen", "open", Side.BUSINESSNXT)


def _apart(link: Link, conflict: Conflict) -> Link:
    """The link when both sides may differ: what the webshop says now is no edit any more."""
    return link.on(Side.WEBSHOP, shadow={**link.webshop_shadow, conflict.name: conflict.webshop_value})


def _still_owed(store: Store, found: Case) -> bool:
    """Whether the loser has not been given the winner's value yet."""
    owed, conflict = tables.owed, found.conflict
    mine = (owed.c.link_id == conflict.link_id) & (owed.c.name == conflict.name)
    held = [row["value"] for row in store.rows(select(owed).where(mine, owed.c.side != conflict.winner))]
    return conflict.winner != "none" and _value(conflict, Side(conflict.winner)) in held


def _prepared(link: Link, conflict: Conflict, winner: Side) -> Link:
    """The link as if the loser had not moved since; two that never had a past in common get one."""
    loser, name = winner.other, conflict.name
    prepared = link.on(loser, shadow={**link.shadow(loser), name: _value(conflict, loser)})
    return prepared.on(winner, shadow={name: None, **prepared.shadow(winner)})


def _owe(store: Store, conflict: Conflict, winner: Side) -> None:
    owed = tables.owed
    with store.transaction() as connection:
        connection.execute(delete(owed).where(owed.c.link_id == conflict.link_id, owed.c.name == conflict.name))
    value, now = _value(conflict, winner), time.time()
    store.owe([Owed(conflict.link_id, winner.other, conflict.name, value, now, changed_at=now)])


def _close(store: Store, number: int, winner: Side) -> None:
    row = tables.conflict
    with store.transaction() as connection:
        connection.execute(update(row).where(row.c.id == number).values(state="resolved", winner=winner.value))


def _value(conflict: Conflict, side: Side) -> Value:
    return conflict.webshop_value if side is Side.WEBSHOP else conflict.businessnxt_value


def not_linked(entity: str, side: Side, identity: str) -> str:
    """What to say where a record has no link."""
    return (
        f"no link of {entity} has the {side.value} id '{identity}'; 'crosswalk links find {identity}' looks in all "
        "entities and on both sides"
    )


def unlink(store: Store, entity: str, side: Side, identity: str) -> list[Link]:
    """Part a record and its row; an order's lines with it.

    Returns:
        The links that were parted, the record's own first.

    Raises:
        StoreError: There is no such link, or a write under it is not certain yet.
    """
    link = store.links(entity, [identity], by=f"{side.value}_id").get(identity)
    if link is None:
        raise StoreError(not_linked(entity, side, identity))
    return _part(store, link)


def _part(store: Store, link: Link) -> list[Link]:
    family = [link, *(each for each in store.children([link.id]).get(link.id, []) if each.status != "unlinked")]
    ids = [each.id for each in family]
    if any(store.pendings(ids, side) for side in Side) or link.status == "creating":
        raise StoreError(
            f"a write to {link.entity} '{link.webshop_id}' ({link.businessnxt_id or 'not made yet'}) is not certain "
            "yet; let a sync look first, then say it again"
        )
    with store.transaction() as connection:
        parted = store.save([replace(each, status="unlinked") for each in family])
        connection.execute(delete(tables.owed).where(tables.owed.c.link_id.in_(ids)))
        still_open = (tables.conflict.c.link_id.in_(ids)) & (tables.conflict.c.state == "open")
        connection.execute(update(tables.conflict).where(still_open).values(state="resolved"))
    return parted


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


def relink(store: Store, entity: str, webshop_id: str, businessnxt_id: str, *, force: bool = False) -> Link:
    """Join a record and a row without a past in common; the links they are in now are parted.

    Raises:
        StoreError: Nothing of that entity was ever read; one of them is linked to another partner, and `force` is not
            given; or they are joined already.
    """
    known = {
        row["entity"] for table in (tables.link, tables.reject) for row in store.rows(select(table.c.entity).distinct())
    }
    if entity not in known:
        raise StoreError(f"nothing of '{entity}' was ever read; what was: {', '.join(sorted(known)) or 'nothing'}")
    ids = {Side.WEBSHOP: webshop_id, Side.BUSINESSNXT: businessnxt_id}
    links = {side: store.links(entity, [each], by=f"{side.value}_id").get(each) for side, each in ids.items()}
    problem = _in_the_way(links, force=force)
    if problem:
        raise StoreError(problem)
    with store.transaction():
        for each in {link.id: link for link in links.values() if link}.values():
            _part(store, each)
        of_shop, of_company = links[Side.WEBSHOP], links[Side.BUSINESSNXT]
        joined = Link(
            entity,
            webshop_id,
            businessnxt_id,
            status="linked",
            match_rule="relink",
            alias=of_shop.alias if of_shop else None,
            businessnxt_alias=of_company.businessnxt_alias if of_company else None,
        )
        for side, identity in ids.items():
            store.retry_now(entity, identity, side)  # what was refused while nobody knew who is whom
        return store.add([joined])[0]


def _in_the_way(links: dict[Side, Link | None], *, force: bool) -> str:
    """Why two cannot be joined; empty where they can."""
    one, other = links[Side.WEBSHOP], links[Side.BUSINESSNXT]
    if one is not None and other is not None and one.id == other.id:
        return "they belong together already"
    if any(each is not None and each.parent_id for each in (one, other)):
        return "lines follow their order: relink the order"
    partnered = [each for each in (one, other) if each is not None and each.webshop_id and each.businessnxt_id]
    if partnered and not force:
        pairs = " and ".join(f"'{each.webshop_id}' with {each.businessnxt_id}" for each in partnered)
        return f"linked now: {pairs}; --force parts them first"
    return ""
