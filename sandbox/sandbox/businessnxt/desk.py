"""What one mutation has at hand: the company's data, who writes and when, and what was looked up already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.businessnxt.drafts import stamp

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.faults import Faults
    from sandbox.businessnxt.locks import Locks
    from sandbox.businessnxt.model import Fill, Table, Value
    from sandbox.businessnxt.store import Row, Store
    from sandbox.businessnxt.times import Now

At = tuple[str, str, Any]


@dataclass
class Desk:
    """One mutation's worth of writing, by one user at one moment.

    Attributes:
        owner: Whose locks are one's own: the user's, or those of the edit cache that is at work.
        taken: Numbers given to rows of this mutation, which no table holds yet.
    """

    store: Store
    does: Behaviours
    faults: Faults
    locks: Locks
    user: str
    owner: str
    now: Now
    taken: set[At] = field(default_factory=set)
    _found: dict[At, Row | None] = field(default_factory=dict)
    _fills: dict[str, dict[str, list[Fill]]] = field(default_factory=dict)

    def find(self, table: str, column: str, value: Value) -> Row | None:
        """A row by one of its numbers, looked up once in this mutation."""
        at = (table, column, value)
        if at not in self._found:
            self._found[at] = self.store.find(table, column, value)
        return self._found[at]

    def fills(self, table: Table) -> dict[str, list[Fill]]:
        """What assigning each column of the table brings along, as the company behaves now."""
        if table.name not in self._fills:
            self._fills[table.name] = {
                column: [fill for fill in fills if fill.fact is None or getattr(self.does, fill.fact)]
                for column, fills in table.fills.items()
            }
        return self._fills[table.name]

    def stamp(self, row: Row, *, created: bool) -> dict[str, Any]:
        """Say on a row who changed it and when."""
        return stamp(row, self.user, self.now, created=created)
