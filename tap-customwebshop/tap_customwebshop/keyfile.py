"""What was told downstream of each row, as a hash: one SQLite file, a line per row, no content.

It belongs beside the STATE and not into it: STATE is written every few hundred records and must stay small. Every row
that is told gets the next number, and STATE carries the last one it covers. What a STATE does not cover counts as
never told, so a run that was cut off, or a STATE taken from a backup, costs a row told twice and never one untold.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customwebshop import KeyFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from customwebshop.reading.paging import Key

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    name TEXT PRIMARY KEY, shop TEXT, stream TEXT,
    begun INTEGER  -- order in which ledgers were begun
);
CREATE TABLE IF NOT EXISTS known (
    ledger TEXT, key TEXT,
    hash BLOB,        -- of what was last told; NULL where it was told as gone
    told INTEGER,     -- the number under which it was
    open_since REAL,  -- while it is not final: since when, as Unix time
    PRIMARY KEY (ledger, key)
) WITHOUT ROWID;
CREATE TEMP TABLE listed (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_PATIENCE = 60.0  # seconds to wait for another run that has the file open
_UNTOLD = 2**62  # a number that no STATE covers


@dataclass(frozen=True)
class Known:
    """What is known of a row.

    Attributes:
        hash: Of what was last told; None where it was told as gone.
        told: The number under which it was.
        open_since: While it is not final: since when, as Unix time.
    """

    hash: bytes | None
    told: int
    open_since: float | None


class KeyFile:
    """The file, with the ledgers of all streams.

    Args:
        path: It is made where there is none.
        shop: Which shop the rows are of; several may share a file.

    Raises:
        KeyFileError: It cannot be opened, or is none.
    """

    def __init__(self, path: str, shop: str) -> None:
        self.shop = shop
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level="DEFERRED")
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as problem:
            raise KeyFileError(
                f"key_file: {path} cannot be used: {problem}. Name a file this user may write"
            ) from problem

    def ledger(self, stream: str, name: str | None) -> Ledger:
        """The ledger that a STATE names, or a new one, which takes over the keys, but not that they were told."""
        with self.connection:
            found = self.connection.execute("SELECT 1 FROM ledger WHERE name = ?", (name,)).fetchone()
            if name is None or not found:
                name = self._begun(stream, name or uuid.uuid4().hex)
        return Ledger(self.connection, name)

    def _begun(self, stream: str, name: str) -> str:
        where = "FROM ledger WHERE shop = ? AND stream = ?"
        before = self.connection.execute(f"SELECT name {where} ORDER BY begun DESC", (self.shop, stream)).fetchone()
        self.connection.execute(
            "INSERT INTO ledger SELECT ?, ?, ?, coalesce(max(begun), 0) + 1 FROM ledger", (name, self.shop, stream)
        )
        if before:
            self.connection.execute(
                "INSERT INTO known SELECT ?, key, hash, ?, open_since FROM known WHERE ledger = ?",
                (name, _UNTOLD, before[0]),
            )
        return name


class Ledger:
    """What was told of one stream, to whom one line of STATEs belongs.

    Args:
        connection: Leads to the file.
        name: As the STATE has it.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection, self.name = connection, name

    def last(self) -> int:
        """The last number that was given."""
        query = "SELECT coalesce(max(told), 0) FROM known WHERE ledger = ? AND told < ?"
        return int(self._connection.execute(query, (self.name, _UNTOLD)).fetchone()[0])

    def doubt(self, covered: int) -> None:
        """What was told under a later number than the STATE covers counts as untold, whatever a later STATE covers."""
        query = "UPDATE known SET told = ? WHERE ledger = ? AND told > ? AND told < ?"
        with self._connection:
            self._connection.execute(query, (_UNTOLD, self.name, covered, _UNTOLD))

    def known(self, key: Key) -> Known | None:
        """What is known of a row."""
        query = "SELECT hash, told, open_since FROM known WHERE ledger = ? AND key = ?"
        found = self._connection.execute(query, (self.name, _text(key))).fetchone()
        return Known(*found) if found else None

    def count(self) -> int:
        """How many rows are known that are not gone."""
        query = "SELECT count(*) FROM known WHERE ledger = ? AND hash IS NOT NULL"
        return int(self._connection.execute(query, (self.name,)).fetchone()[0])

    def note(self, key: Key, hashed: bytes | None, told: int, open_since: float | None) -> None:
        """A row that is told downstream under this number, or is about to be."""
        values = (self.name, _text(key), hashed, told, open_since)
        self._connection.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?)", values)

    def close(self, key: Key) -> None:
        """A row that need not be looked at again."""
        query = "UPDATE known SET open_since = NULL WHERE ledger = ? AND key = ?"
        self._connection.execute(query, (self.name, _text(key)))

    def commit(self) -> None:
        """Keep what was noted."""
        self._connection.commit()

    def open(self, *, since: float, before: int) -> list[Key]:
        """Rows that are not final, open for no longer than since then, and not told in this run already."""
        query = (
            "SELECT key FROM known WHERE ledger = ? AND open_since >= ? AND hash IS NOT NULL"
            " AND (told <= ? OR told = ?) ORDER BY key"
        )
        return self._keys(query, since, before, _UNTOLD)

    def unconfirmed_gone(self, covered: int) -> list[Key]:
        """Rows told as gone that no STATE covers; those it covers are forgotten."""
        self._connection.execute(
            "DELETE FROM known WHERE ledger = ? AND hash IS NULL AND told <= ?", (self.name, covered)
        )
        return self._keys("SELECT key FROM known WHERE ledger = ? AND hash IS NULL ORDER BY key")

    # a sweep: everything that is there is listed, and held against what is known

    def begin_listing(self) -> None:
        """Forget the listing before."""
        self._connection.execute("DELETE FROM listed")

    def list_rows(self, keys: Iterable[Key]) -> None:
        """Rows that are there."""
        self._connection.executemany("INSERT OR IGNORE INTO listed VALUES (?)", [(_text(key),) for key in keys])

    def missing(self) -> list[Key]:
        """Rows that are known and not listed."""
        return self._keys(
            "SELECT key FROM known WHERE ledger = ? AND hash IS NOT NULL AND key NOT IN (SELECT key FROM listed)"
            " ORDER BY key"
        )

    def _keys(self, query: str, *more: Any) -> list[Key]:  # noqa: ANN401 - what SQL takes
        return list(_read(self._connection.execute(query, (self.name, *more)).fetchall()))


def _read(rows: Iterable[tuple[str]]) -> Iterator[Key]:
    for (text,) in rows:
        yield tuple(json.loads(text))


def _text(key: Key) -> str:
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"), default=str)
