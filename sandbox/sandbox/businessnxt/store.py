"""The company's data: one SQLite file, its tables made from the model."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.businessnxt.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sandbox.businessnxt.model import Column, Model, Table, Value

# Types that only a real company has keep their values as they come.
_AFFINITY = {"Int": "INTEGER", "Decimal": "NUMERIC", "String": "TEXT", "Boolean": "INTEGER", "DateTime": "TEXT"}


class Row(dict[str, Any]):
    """A row of a table, by column name."""


class Condition(NamedTuple):
    """A piece of SQL that is true or false for a row, with its parameters."""

    sql: str = "1"
    parameters: tuple[Any, ...] = ()


def equal(values: dict[str, Any]) -> Condition:
    """The condition that each column holds the value given for it."""
    return Condition(" AND ".join(f'"{column}" IS ?' for column in values) or "1", tuple(values.values()))


Statement = tuple[str, list[tuple[Any, ...]]]
"""A statement that writes, with each set of parameters that it was run with."""


class Store:
    """Rows in, rows out; no business rule lives here."""

    def __init__(self, path: Path, model: Model) -> None:
        self.model = model
        self._numbers: dict[tuple[str, str], int] = {}
        self._kept_numbers: dict[tuple[str, str], int] = {}
        self._scoped_numbers: dict[tuple[Value, ...], int] = {}
        self._journal: list[Statement] | None = None
        self._kept_statements = 0
        self._recalled: dict[tuple[str, Condition], tuple[float, list[Row]]] = {}
        self._inserts = {name: _insert_statement(table) for name, table in model.tables.items()}
        # The server serves one request at a time; only the thread that it runs in may differ from this one.
        self._connection = sqlite3.connect(path, check_same_thread=False, cached_statements=1024)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing; only a power cut could, and no test outlives one.
        self._connection.execute("PRAGMA synchronous=OFF")
        self._create_tables()
        self.changes = Changes(self._connection)

    def _create_tables(self) -> None:
        for table in self.model.tables.values():
            columns = ", ".join(_definition(column) for column in table.columns.values())
            key = ", ".join(f'"{name}"' for name in table.key)
            self._connection.execute(f'CREATE TABLE IF NOT EXISTS "{table.name}" ({columns}, PRIMARY KEY ({key}))')
            self._add_missing_columns(table)
            for name in table.indexes:
                self._connection.execute(
                    f'CREATE INDEX IF NOT EXISTS "{table.name}_{name}" ON "{table.name}" ("{name}")'
                )
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS next_number (owner TEXT, name TEXT, next INTEGER, PRIMARY KEY (owner, name))"
        )
        self._connection.commit()

    def _add_missing_columns(self, table: Table) -> None:
        """A file may be older than what the model knows of a table."""
        there = {row[1] for row in self._connection.execute(f'PRAGMA table_info("{table.name}")')}
        for column in table.columns.values():
            if column.name not in there:
                self._connection.execute(f'ALTER TABLE "{table.name}" ADD COLUMN {_definition(column)}')
                self._connection.execute(f'UPDATE "{table.name}" SET "{column.name}" = ?', (column.unset,))  # noqa: S608 - as in select

    def select(
        self,
        table: Table,
        where: Condition | None = None,
        *,
        columns: Iterable[str] | None = None,
        order_by: str | None = None,
        limit: int = -1,
        offset: int = 0,
        distinct: bool = False,
    ) -> list[Row]:
        """The rows for which the condition holds, by key unless an order is given."""
        where = where or Condition()
        names = list(columns or table.columns)
        order_by = order_by or ", ".join(f'"{name}"' for name in table.key)
        chosen = ("DISTINCT " if distinct else "") + ", ".join(f'"{name}"' for name in names)
        cursor = self._connection.execute(
            f'SELECT {chosen} FROM "{table.name}" WHERE {where.sql} ORDER BY {order_by} LIMIT ? OFFSET ?',  # noqa: S608 - names come from the model, values are parameters
            (*where.parameters, limit, offset),
        )
        return [Row(zip(names, values, strict=True)) for values in cursor]

    def groups(
        self, table: Table, wanted: list[str], where: Condition, *, by: list[str], having: Condition, order_by: str
    ) -> list[tuple[Any, ...]]:
        """The values of SQL expressions, for each group of rows."""
        columns = ", ".join(f'"{name}"' for name in by)
        sql = (
            f'SELECT {", ".join(wanted)} FROM "{table.name}" WHERE {where.sql} '  # noqa: S608 - as in select
            f"GROUP BY {columns} HAVING {having.sql} ORDER BY {order_by}"
        )
        return self._connection.execute(sql, (*where.parameters, *having.parameters)).fetchall()

    def find(self, table: str, column: str, value: Value) -> Row | None:
        """The first row that holds the value in the column."""
        rows = self.select(self.model.tables[table], equal({column: value}), limit=1)
        return rows[0] if rows else None

    def count(self, table: Table, where: Condition | None = None) -> int:
        """How many rows the condition holds for."""
        where = where or Condition()
        sql = f'SELECT COUNT(*) FROM "{table.name}" WHERE {where.sql}'  # noqa: S608 - as in select
        return int(self._connection.execute(sql, where.parameters).fetchone()[0])

    def insert(self, table: Table, rows: list[Row]) -> None:
        """Add whole rows, columns in the model's order."""
        if rows:
            self._write(self._inserts[table.name], [tuple(row.values()) for row in rows])

    def update(self, table: Table, row: Row, changes: dict[str, Any]) -> None:
        """Change columns of one row, found by its key."""
        assignments = ", ".join(f'"{name}" = ?' for name in changes)
        where = " AND ".join(f'"{name}" = ?' for name in table.key)
        self._write(
            f'UPDATE "{table.name}" SET {assignments} WHERE {where}',  # noqa: S608 - as in select
            [(*changes.values(), *(row[name] for name in table.key))],
        )

    def delete(self, table: Table, where: Condition) -> int:
        """Remove the rows for which the condition holds; their number."""
        sql = f'DELETE FROM "{table.name}" WHERE {where.sql}'  # noqa: S608 - as in select
        return self._write(sql, [where.parameters])

    def _write(self, sql: str, parameters: list[tuple[Any, ...]]) -> int:
        """Run a statement that writes; how many rows it met."""
        if self._journal is not None:
            self._journal.append((sql, parameters))
        return self._connection.executemany(sql, parameters).rowcount

    def recall(self, table: Table, where: Condition) -> list[Row]:
        """The rows as somebody saw them who asked the same less than a second ago: what a careless writer goes by."""
        now = time.monotonic()
        seen, rows = self._recalled.get((table.name, where), (0.0, []))
        if now - seen > 1:
            rows = self.select(table, where)
            self._recalled[table.name, where] = now, rows
        return rows

    def number(self, table: str, column: str, first: int) -> int:
        """The next number of a column; a number once given is never given again."""
        at = (table, column)
        if at not in self._numbers:
            saved = self._connection.execute("SELECT next FROM next_number WHERE (owner, name) = (?, ?)", at).fetchone()
            highest = self.highest(self.model.tables[table], column)
            self._numbers[at] = max(first, highest + 1, saved[0] if saved else 0)
        self._numbers[at] += 1
        return self._numbers[at] - 1

    def number_within(self, table: Table, row: Row) -> int:
        """The next number of the last key column among the rows that share the leading ones."""
        *leading, last = table.key
        scope = {name: row[name] for name in leading}
        at = (table.name, *scope.values())
        if at not in self._scoped_numbers:
            self._scoped_numbers[at] = self.highest(table, last, equal(scope))
        self._scoped_numbers[at] += 1
        return self._scoped_numbers[at]

    def highest(self, table: Table, column: str, where: Condition | None = None) -> int:
        """The highest value of a number column, 0 where there is no row."""
        where = where or Condition()
        sql = f'SELECT MAX("{column}") FROM "{table.name}" WHERE {where.sql}'  # noqa: S608 - as in select
        return int(self._connection.execute(sql, where.parameters).fetchone()[0] or 0)

    def commit(self) -> None:
        """Keep what was done since the last commit, and the number series."""
        self._scoped_numbers.clear()
        self._kept_numbers = dict(self._numbers)
        if self._journal is not None:
            self._kept_statements = len(self._journal)
            self._connection.execute("RELEASE kept")
            self._connection.execute("SAVEPOINT kept")
            return
        self._connection.executemany(
            "INSERT OR REPLACE INTO next_number VALUES (?, ?, ?)",
            [(owner, name, number) for (owner, name), number in self._numbers.items()],
        )
        self._connection.commit()

    def rollback(self) -> None:
        """Forget what was done since the last commit."""
        self._scoped_numbers.clear()
        self._numbers = dict(self._kept_numbers)
        if self._journal is None:
            self._connection.rollback()
        else:
            del self._journal[self._kept_statements :]
            self._connection.execute("ROLLBACK TO kept")

    # -- work that is not saved yet

    def resume(self, journal: list[Statement]) -> None:
        """Go on where such work was left: do again what it had written, and note what it writes from now on."""
        self._connection.execute("BEGIN")
        for sql, parameters in journal:
            self._connection.executemany(sql, parameters)
        self._connection.execute("SAVEPOINT kept")
        self._journal, self._kept_statements = journal, len(journal)

    def interrupt(self, *, save: bool) -> None:
        """Leave such work, saved for all to see or unseen; numbers that it drew stay drawn."""
        self._journal = None
        self._scoped_numbers.clear()
        if not save:
            self._connection.rollback()
        self.commit()

    def empty(self) -> None:
        """Remove every row and every number series."""
        for table in self.model.tables:
            self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - as in select
        self._connection.execute("DELETE FROM next_number")
        self._numbers.clear()
        self._kept_numbers.clear()
        self._recalled.clear()
        self._connection.commit()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _definition(column: Column) -> str:
    # SQL Server's usual collations do not tell upper from lower case.
    affinity = _AFFINITY.get(column.type, "")
    collation = " COLLATE NOCASE" if column.type == "String" else ""
    return f'"{column.name}" {affinity}{collation}'


def _insert_statement(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(table.columns))})'  # noqa: S608 - as in Store.select
