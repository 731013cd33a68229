"""Notes which rows of some tables change; SQLite keeps the notes, so what is rolled back was never noted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

    from sandbox.businessnxt.model import Table, Value

EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


class Change(NamedTuple):
    """What happened to one row."""

    table: str
    event: str
    key: tuple[Value, ...]


class Changes:
    """The changes of the tables that somebody listens to; on the others nothing is noted and nothing is spent."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables: set[str] = set()
        connection.execute('CREATE TEMP TABLE "_change" ("table" TEXT, "event" TEXT, "key" TEXT)')

    def note(self, table: Table) -> None:
        """Note the changes of a table from now on."""
        if table.name in self._tables:
            return
        self._tables.add(table.name)
        for event, row in EVENTS.items():
            key = ", ".join(f'{row}."{name}"' for name in table.key)
            self._connection.execute(
                f'CREATE TEMP TRIGGER "{table.name}_{event}" AFTER {event} ON main."{table.name}" '  # noqa: S608 - names come from the model
                f"BEGIN INSERT INTO \"_change\" VALUES ('{table.name}', '{event}', json_array({key})); END"
            )

    def ignore_all(self) -> None:
        """Note nothing any more."""
        for table in self._tables:
            for event in EVENTS:
                self._connection.execute(f'DROP TRIGGER temp."{table}_{event}"')
        self._tables.clear()
        self._connection.execute('DELETE FROM "_change"')
        self._connection.commit()

    def take(self) -> list[Change]:
        """What was noted since the last time, one change for each row."""
        if not self._tables:
            return []
        noted = self._connection.execute('SELECT "table", "event", "key" FROM "_change" ORDER BY rowid').fetchall()
        self._connection.execute('DELETE FROM "_change"')
        self._connection.commit()
        return summed_up([Change(table, event, tuple(json.loads(key))) for table, event, key in noted])


def summed_up(changes: list[Change]) -> list[Change]:
    """One change for each row: a row made and then completed is new, and one that came and went never was."""
    rows: dict[tuple[str, tuple[Value, ...]], list[str]] = {}
    for change in changes:
        rows.setdefault((change.table, change.key), []).append(change.event)
    return [
        Change(table, "DELETE" if events[-1] == "DELETE" else events[0], key)
        for (table, key), events in rows.items()
        if not (events[0] == "INSERT" and events[-1] == "DELETE")
    ]
