"""New rows between others: their place is their sequence number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.businessnxt.store import equal

if TYPE_CHECKING:
    from sandbox.businessnxt.drafts import Draft
    from sandbox.businessnxt.store import Condition, Row, Store

SEQUENCE = "sortSequenceNo"
BEFORE = "BEFORE"


def place(store: Store, drafts: list[Draft], at: Condition, position: str) -> None:
    """Number the rows of a parent anew, the new ones before or after the row that the condition finds."""
    if not drafts or SEQUENCE not in drafts[0].table.columns:
        return
    table = drafts[0].table
    anchor = next(iter(store.select(table, at, limit=1)), None)
    if anchor is None:
        return
    new = {draft.key for draft in drafts}
    siblings = store.select(table, equal({name: anchor[name] for name in table.key[:-1]}))
    siblings.sort(key=lambda row: row[SEQUENCE] or row[table.key[-1]])

    def key(row: Row) -> tuple[object, ...]:
        return tuple(row[name] for name in table.key)

    others = [row for row in siblings if key(row) not in new]
    index = next(number for number, row in enumerate(others) if key(row) == key(anchor))
    index += position != BEFORE
    moved = [*others[:index], *(row for row in siblings if key(row) in new), *others[index:]]
    for number, row in enumerate(moved, start=1):
        store.update(table, row, {SEQUENCE: number})
    for draft in drafts:
        draft.row[SEQUENCE] = 1 + next(number for number, row in enumerate(moved) if key(row) == draft.key)
