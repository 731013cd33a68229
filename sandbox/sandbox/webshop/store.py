"""The shop's records: JSON documents in one SQLite file, with the few columns that are asked for."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Record = dict[str, Any]

COLLECTIONS = ("customers", "orders", "products", "inventory-levels")
PREFIXES = {"customers": "C", "orders": "O", "products": "P"}

_DDL = """
CREATE TABLE IF NOT EXISTS record (
    collection TEXT NOT NULL, id TEXT NOT NULL, updated_at TEXT NOT NULL, deleted INTEGER NOT NULL,
    external_id TEXT, email TEXT, body TEXT NOT NULL, PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_changed ON record (collection, updated_at, id);
CREATE TABLE IF NOT EXISTS sku (sku TEXT NOT NULL, product TEXT NOT NULL, PRIMARY KEY (sku, product)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER, body TEXT);
"""


def stamp(moment: datetime) -> str:
    """A moment as the contract spells it: RFC 3339, UTC, microseconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Store:
    """The documents of one shop; safe to use from several threads.

    Args:
        file: The SQLite file.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_DDL)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever put in."""
        return self._db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is None

    def plant(self, records: Iterable[tuple[str, Record]]) -> None:
        """Put in many records with the stamps they have."""
        with self._lock:
            self._db.execute("BEGIN")
            for collection, record in records:
                self._put(collection, record, record["updated_at"])
            self._db.execute("COMMIT")

    def clear(self) -> None:
        """Take everything out."""
        with self._lock:
            for table in ("record", "sku", "idempotency"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of three names

    def page(
        self, collection: str, after: tuple[str, str] | None, since: str | None, limit: int, *, deleted: bool
    ) -> list[tuple[str, str, str]]:
        """The next records in the order (updated_at, id): stamp, id and text of each."""
        conditions, values = ["collection = ?"], [collection]
        if since:
            conditions.append("updated_at >= ?")
            values.append(since)
        if after:
            conditions.append("(updated_at, id) > (?, ?)")
            values += after
        if not deleted:
            conditions.append("deleted = 0")
        query = (
            f"SELECT updated_at, id, body FROM record WHERE {' AND '.join(conditions)} ORDER BY updated_at, id LIMIT ?"  # noqa: S608 - our own words
        )
        with self._lock:
            return self._db.execute(query, (*values, limit)).fetchall()

    def look_up(self, collection: str, column: str, value: str) -> list[str]:
        """The texts of the records that hold this `external_id`, `email` or `sku`."""
        query = f"SELECT body FROM record WHERE collection = ? AND deleted = 0 AND {column} = ?"  # noqa: S608 - see api
        if column == "sku":
            where = "id = ?" if collection == "inventory-levels" else "id IN (SELECT product FROM sku WHERE sku = ?)"
            query = f"SELECT body FROM record WHERE collection = ? AND deleted = 0 AND {where}"  # noqa: S608 - two fixed texts
        with self._lock:
            return [row[0] for row in self._db.execute(query, (collection, value))]

    def get(self, collection: str, identity: str) -> Record | None:
        """One record; deleted ones are there as tombstones."""
        with self._lock:
            query = "SELECT body FROM record WHERE collection = ? AND id = ?"
            row = self._db.execute(query, (collection, identity)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, collection: str) -> Iterator[Record]:
        """Every record, tombstones too."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM record WHERE collection = ? ORDER BY id", (collection,)
            ).fetchall()
        return (json.loads(row[0]) for row in rows)

    def save(self, collection: str, record: Record) -> Record:
        """Write a record; its stamp moves strictly forward, past every other stamp of the collection."""
        with self._lock:
            moment = self._next_stamp(collection)
            record = {**record, "updated_at": moment}
            record.setdefault("created_at", moment)
            self._put(collection, record, moment)
        return record

    def delete(self, collection: str, identity: str) -> Record:
        """Leave a tombstone where a record was."""
        with self._lock:
            moment = self._next_stamp(collection)
            record = {"id": identity, "deleted_at": moment, "updated_at": moment}
            self._put(collection, record, moment)
        return record

    def new_id(self, collection: str) -> str:
        """An id that nobody has."""
        return f"{PREFIXES.get(collection, 'X')}-{secrets.token_hex(6)}"

    def replay(self, key: str, request: str) -> tuple[int, Record] | None:
        """The stored answer to an idempotency key; raises `KeyError` when it was used for another request."""
        with self._lock:
            query = "SELECT request, status, body FROM idempotency WHERE key = ?"
            row = self._db.execute(query, (key,)).fetchone()
        if row is None:
            return None
        if row[0] != request:
            raise KeyError(key)
        return row[1], json.loads(row[2])

    def remember(self, key: str, request: str, status: int, body: Record) -> None:
        """Keep the answer to an idempotency key."""
        with self._lock:
            values = (key, request, status, json.dumps(body))
            self._db.execute("INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?)", values)

    def _next_stamp(self, collection: str) -> str:
        query = "SELECT max(updated_at) FROM record WHERE collection = ?"
        last = self._db.execute(query, (collection,)).fetchone()[0]
        now = datetime.now(timezone.utc)
        if last:
            latest = datetime.fromisoformat(last.replace("Z", "+00:00"))
            now = max(now, latest + timedelta(microseconds=1))
        return stamp(now)

    def _put(self, collection: str, record: Record, moment: str) -> None:
        identity = str(record["sku"] if collection == "inventory-levels" else record["id"])
        row = (collection, identity, moment, int(bool(record.get("deleted_at"))), record.get("external_id"),
               record.get("email"), json.dumps(record, ensure_ascii=False, separators=(",", ":")))  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if collection == "products":
            self._db.execute("DELETE FROM sku WHERE product = ?", (identity,))
            skus = {(each["sku"], identity) for each in record.get("variants") or () if each.get("sku")}
            self._db.executemany("INSERT INTO sku VALUES (?, ?)", skus)
