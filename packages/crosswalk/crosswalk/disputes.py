"""Conflicts as a person sees and decides them.

Nothing is written to either system here: the next run does that, with the same care as ever.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from crosswalk import tables
from crosswalk.entries import Conflict, Link, Owed
from crosswalk.errors import StoreError
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

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
