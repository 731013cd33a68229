"""Rows that somebody is at work on: others may read them and not write them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.businessnxt.store import Condition, equal

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Row

Key = tuple[Any, ...]
_ORDER = "order"
_LINES = "orderLine"


@dataclass(frozen=True)
class Lock:
    """Who is at work on a row, under which name others hear of it, and until when (None: until it is left)."""

    owner: str
    user: str
    until: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether its time is up."""
        return self.until is not None and time.monotonic() >= self.until


@dataclass
class Locks:
    """Every lock by table and key."""

    _held: dict[tuple[str, Key], Lock] = field(default_factory=dict)

    def hold(self, table: Table, key: Key, lock: Lock) -> None:
        """Take a row; a line is taken by taking its order."""
        if table.name == _LINES:
            self._held[_ORDER, key[:1]] = lock
        else:
            self._held[table.name, key] = lock

    def leave(self, table: Table, key: Key) -> bool:
        """Give a row back; whether it was held."""
        at = (_ORDER, key[:1]) if table.name == _LINES else (table.name, key)
        return self._held.pop(at, None) is not None

    def leave_all(self, owner: str | None = None) -> None:
        """Give back everything, or everything of one owner."""
        self._held = {at: lock for at, lock in self._held.items() if owner is not None and lock.owner != owner}

    def holder(self, table: Table, row: Row, owner: str, does: Behaviours) -> str | None:
        """Who keeps this owner from writing the row, if somebody does."""
        if not self._held or not does.edited_rows_are_locked:
            return None
        is_line = table.name == _LINES
        if is_line and not does.order_is_locked_with_its_lines:
            return None
        at = (_ORDER, (row["orderNo"],)) if is_line else (table.name, tuple(row[name] for name in table.key))
        lock = self._held.get(at)
        if lock is None or lock.is_over or (lock.owner == owner and does.lock_spares_its_owner):
            return None
        return lock.user

    def others_than_held(self, table: Table) -> Condition:
        """The condition that nobody is at work on a row."""
        keys = [key for (name, key), lock in self._held.items() if name == table.name and not lock.is_over]
        held = [equal(dict(zip(table.key, key, strict=True))) for key in keys]
        return Condition(" AND ".join(f"NOT ({one.sql})" for one in held) or "1", sum((c.parameters for c in held), ()))

    def as_list(self) -> list[dict[str, Any]]:
        """Every lock as the control end point shows it."""
        now = time.monotonic()
        return [
            {"table": table, "key": list(key), "user": lock.user, "seconds": lock.until and round(lock.until - now, 3)}
            for (table, key), lock in self._held.items()
            if not lock.is_over
        ]
