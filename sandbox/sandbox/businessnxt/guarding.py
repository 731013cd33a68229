"""Rows that may not be written or removed: locked ones, finished ones, those that others need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.businessnxt import rules
from sandbox.businessnxt.locks import Lock
from sandbox.businessnxt.store import equal

if TYPE_CHECKING:
    from sandbox.businessnxt.desk import Desk
    from sandbox.businessnxt.drafts import Draft
    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Row

_DOCUMENTS = ("order", "orderLine")


class Guard:
    """Says what stands in the way of writing a draft."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._does = desk.does

    def check_writable(self, draft: Draft) -> None:
        """Finished documents and rows that somebody has open are left alone."""
        if draft.table.name in _DOCUMENTS:
            self._check_document(draft, draft.head or draft.row)
        if user := self._desk.locks.holder(draft.table, draft.row, self._desk.owner, self._does):
            self._refuse_locked(draft, user)

    def _check_document(self, draft: Draft, order: Row) -> None:
        for fact, bit in rules.FREEZES.items():
            if getattr(self._does, fact) and order.get("orderStatus1", 0) & bit:
                draft.refuse(f"Order {order['orderNo']} is finished or invoiced and cannot be changed.", "orderIsDone")
        if user := self._desk.faults.lock_on(order["orderNo"]):
            self._refuse_locked(draft, user)

    def _refuse_locked(self, draft: Draft, user: str) -> None:
        who = f" by {user}" if self._does.lock_error_names_the_person else ""
        draft.refuse(f"The row is locked{who} or has been deleted.", "rowLocked")

    def check_deletable(self, draft: Draft) -> None:
        """What others need stays, and what is marked to stay."""
        self.check_writable(draft)
        table = draft.table
        if self._does.used_rows_stay:
            for column, other, other_column in rules.KEEPS_FROM_DELETION.get(table.name, ()):
                self._check_unused(draft, column, self._desk.store.model.tables[other], other_column)
        protected = table.name == "associate" and draft.row["associateProcessing"] & rules.NOT_ALLOWED_TO_DELETE
        if protected and self._does.protected_associates_stay:
            draft.refuse(f"Associate {draft.row['associateNo']} is marked NotAllowedToDelete.", "rowInUse")

    def _check_unused(self, draft: Draft, column: str, other: Table, other_column: str) -> None:
        value = draft.row[column]
        if value and self._desk.store.count(other, equal({other_column: value})):
            draft.refuse(f"{draft.table.name} {value} is used in {other.name} and cannot be deleted.", "rowInUse")

    def keep_to_oneself(self, drafts: list[Draft]) -> None:
        """Rows written in an edit cache are locked until it is saved."""
        if self._desk.owner == self._desk.user or not self._does.edit_cache_locks_its_rows:
            return
        for draft in drafts:
            self._desk.locks.hold(draft.table, draft.key, Lock(self._desk.owner, self._desk.user))
