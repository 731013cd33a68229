"""Which keys were ever told downstream, so that a row that is gone can be missed: one SQLite file, a line per row.

It belongs beside the STATE and not into it: STATE is written every few hundred records and must stay small. What is
found gone, or with other lines, stays here until a STATE comes back that covers it, so it cannot be lost between the
two.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .definition import Key

Parts = list[int] | None
"""The last key columns of the lines of a row; None where it has no lines, or where they are not known."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS known (
    company INTEGER, stream TEXT, key TEXT,
    parts TEXT,     -- which lines it had when it was last told
    gone INTEGER,   -- the sweep that found it gone
    PRIMARY KEY (company, stream, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reshaped (
    company INTEGER, stream TEXT, key TEXT,
    sweep INTEGER,  -- the one that found it with other lines
    PRIMARY KEY (company, stream, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS swept (
    company INTEGER, stream TEXT,
    last INTEGER,   -- a number is never given again: a STATE of long ago may cover it
    PRIMARY KEY (company, stream)
) WITHOUT ROWID;
CREATE TEMP VIEW found AS
    SELECT company, stream, key, gone AS sweep FROM known WHERE gone IS NOT NULL UNION ALL SELECT * FROM reshaped;
CREATE TEMP VIEW sweeps AS SELECT company, stream, sweep FROM found UNION ALL SELECT * FROM swept;
CREATE TEMP TABLE listed (key TEXT PRIMARY KEY, parts TEXT) WITHOUT ROWID;
"""
_PATIENCE = 60.0
"""Seconds to wait for another run that has the file open."""


class KeyFile:
    """The keys of one company.

    Args:
        path: The file; it is made where there is none.
        company_no: The company; several may share a file.

    Raises:
        TapError: The file cannot be opened, or is none.
    """

    def __init__(self, path: str, company_no: int) -> None:
        self._company = company_no
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_PATIENCE)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as problem:
            raise TapError(f"key_file: {path} cannot be used: {problem}. Name a file this user may write") from problem

    def count(self, stream: str) -> int:
        """How many rows are known and not gone."""
        query = "SELECT COUNT(*) FROM known WHERE company = ? AND stream = ? AND gone IS NULL"
        return int(self._connection.execute(query, (self._company, stream)).fetchone()[0])

    def note(self, stream: str, rows: Iterable[tuple[Key, Parts]]) -> None:
        """Rows that are told downstream, or are about to be."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, NULL)",
            [(self._company, stream, _text(key), _text(parts)) for key, parts in rows],
        )
        self._connection.commit()

    def holds(self, stream: str, key: Key) -> bool:
        """Whether this row is known and not gone."""
        query = "SELECT 1 FROM known WHERE company = ? AND stream = ? AND key = ? AND gone IS NULL"
        return self._connection.execute(query, (self._company, stream, _text(key))).fetchone() is not None

    def parts(self, stream: str, key: Key) -> list[int]:
        """Which lines a row was last told with; none where that is not known."""
        query = "SELECT parts FROM known WHERE company = ? AND stream = ? AND key = ?"
        found = self._connection.execute(query, (self._company, stream, _text(key))).fetchone()
        return list(json.loads(found[0])) if found and found[0] else []

    # a sweep: everything that is there is listed, and held against what is known

    def begin_listing(self) -> None:
        """Forget the listing before."""
        self._connection.execute("DELETE FROM listed")

    def list_rows(self, keys: Iterable[Key]) -> None:
        """Rows that are there."""
        self._connection.executemany("INSERT OR IGNORE INTO listed VALUES (?, NULL)", [(_text(key),) for key in keys])

    def list_parts(self, rows: Iterable[tuple[Key, Parts]]) -> None:
        """The lines that rows have; rows that are not listed are none of the stream's."""
        self._connection.executemany(
            "UPDATE listed SET parts = ? WHERE key = ?", [(_text(parts), _text(key)) for key, parts in rows]
        )

    def missing(self, stream: str) -> list[Key]:
        """Rows that are known and not listed."""
        return self._keys(
            "SELECT key FROM known WHERE company = ? AND stream = ? AND gone IS NULL"
            " AND key NOT IN (SELECT key FROM listed) ORDER BY key",
            stream,
        )

    def reshaped(self, stream: str) -> list[Key]:
        """Rows whose lines are not those that they were last told with."""
        return self._keys(
            "SELECT key FROM known JOIN listed USING (key) WHERE company = ? AND stream = ? AND gone IS NULL"
            " AND known.parts IS NOT NULL AND known.parts IS NOT coalesce(listed.parts, '[]') ORDER BY key",
            stream,
        )

    def learn(self, stream: str) -> None:
        """Take in the listed rows that were not known."""
        self._connection.execute(
            "INSERT OR IGNORE INTO known SELECT ?, ?, key, parts, NULL FROM listed", (self._company, stream)
        )
        self._connection.commit()

    # tombstones

    def bury(self, stream: str, keys: Sequence[Key], sweep: int) -> None:
        """Rows that a sweep found gone."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?, NULL, ?)",
            [(self._company, stream, _text(key), sweep) for key in keys],
        )
        self._count(stream, sweep)

    def suspect(self, stream: str, keys: Sequence[Key], sweep: int) -> None:
        """Rows that a sweep found with other lines; to be told of them is not yet to have heard of them."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO reshaped VALUES (?, ?, ?, ?)",
            [(self._company, stream, _text(key), sweep) for key in keys],
        )
        self._count(stream, sweep)

    def _count(self, stream: str, sweep: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO swept VALUES (?, ?, ?)", (self._company, stream, sweep))
        self._connection.commit()

    def last_sweep(self, stream: str) -> int:
        """The number of the latest sweep that found something gone or reshaped; 0 where none did."""
        query = "SELECT coalesce(max(sweep), 0) FROM sweeps WHERE company = ? AND stream = ?"
        return int(self._connection.execute(query, (self._company, stream)).fetchone()[0])

    def unconfirmed(self, stream: str, sweep: int) -> list[Key]:
        """Rows found gone or reshaped after the last sweep that a STATE covers; those it covers are forgotten."""
        at = (self._company, stream, sweep)
        if sweep > self.last_sweep(stream):  # the file is younger than the STATE
            self._count(stream, sweep)
        self._connection.execute("DELETE FROM known WHERE company = ? AND stream = ? AND gone <= ?", at)
        self._connection.execute("DELETE FROM reshaped WHERE company = ? AND stream = ? AND sweep <= ?", at)
        self._connection.commit()
        return self._keys("SELECT DISTINCT key FROM found WHERE company = ? AND stream = ?", stream)

    def _keys(self, query: str, stream: str) -> list[Key]:
        return [tuple(json.loads(text)) for (text,) in self._connection.execute(query, (self._company, stream))]


def _text(value: Key | Parts) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
