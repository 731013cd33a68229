"""The shop's records: JSON documents in one SQLite file, with the few columns that are asked for."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Record = dict[str, Any]

COLLECTIONS = ("customers", "orders", "products", "inventory-levels")

_DDL = """
CREATE TABLE IF NOT EXISTS record (
    collection TEXT NOT NULL, id TEXT NOT NULL, updated_at TEXT NOT NULL, deleted INTEGER NOT NULL,
    external_id TEXT, email TEXT, body TEXT NOT NULL, PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_changed ON record (collection, updated_at, id);
CREATE INDEX IF NOT EXISTS record_external_id ON record (collection, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_email ON record (collection, email) WHERE email IS NOT NULL;
CREATE TABLE IF NOT EXISTS sku (sku TEXT NOT NULL, product TEXT NOT NULL, PRIMARY KEY (sku, product)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER, body TEXT);
"""


def stamp(moment: datetime) -> str:
    """A moment as the contract spells it: RFC 3339, UTC, microseconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Window:
    """The part of a collection that a page shows.

    Attributes:
        after: Stamp and id of the record before its first.
        since: The earliest stamp.
        exclusive: Whether `since` itself is left out, against the contract.
        deleted: Whether tombstones are shown.
    """

    after: tuple[str, str] | None = None
    since: str | None = None
    exclusive: bool = False
    deleted: bool = False


class Store:
    """The documents of one shop; safe to use from several threads.

    Args:
        file: The SQLite file.
        settle: Seconds until a change is seen in pages.

    Attributes:
        clock: Seconds by which the shop's clock is fast.
        counts: Records created, updated and deleted, by collection.
    """

    def __init__(self, file: Path, *, settle: float = 0.0) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_DDL)
        self._settle = settle
        self.clock = 0.0
        self.counts: dict[str, Counter[str]] = {"created": Counter(), "updated": Counter(), "deleted": Counter()}

    @property
    def empty(self) -> bool:
        """Whether nothing was ever put in."""
        return self._db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is None

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside is kept, or none of it; not to be nested."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def plant(self, records: Iterable[tuple[str, Record]]) -> None:
        """Put in many records with the stamps they have."""
        with self.together():
            for collection, record in records:
                self._put(collection, record)

    def clear(self) -> None:
        """Take everything out."""
        with self.together():
            for table in ("record", "sku", "idempotency"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of three names

    def now(self) -> datetime:
        """The time by the shop's clock."""
        return datetime.now(timezone.utc) + timedelta(seconds=self.clock)

    def page(self, collection: str, window: Window, limit: int) -> list[tuple[str, str, str]]:
        """The next records in the order (updated_at, id): stamp, id and text of each."""
        conditions: list[str] = ["collection = ?"]
        values: list[str] = [collection]
        if window.since:
            conditions.append("updated_at > ?" if window.exclusive else "updated_at >= ?")
            values.append(window.since)
        if window.after:
            conditions.append("(updated_at, id) > (?, ?)")
            values += window.after
        if not window.deleted:
            conditions.append("deleted = 0")
        if self._settle:
            conditions.append("updated_at <= ?")
            values.append(stamp(self.now() - timedelta(seconds=self._settle)))
        where = " AND ".join(conditions)
        query = f"SELECT updated_at, id, body FROM record WHERE {where} ORDER BY updated_at, id LIMIT ?"  # noqa: S608 - our own words
        with self._lock:
            return self._db.execute(query, (*values, limit)).fetchall()

    def look_up(self, collection: str, column: str, value: str) -> list[str]:
        """The texts of the records that hold this `external_id`, `email` or `sku`."""
        where = f"{column} = ?"
        if column == "sku":
            where = "id = ?" if collection == "inventory-levels" else "id IN (SELECT product FROM sku WHERE sku = ?)"
        query = f"SELECT body FROM record WHERE collection = ? AND deleted = 0 AND {where}"  # noqa: S608 - our own words
        with self._lock:
            return [row[0] for row in self._db.execute(query, (collection, value))]

    def get(self, collection: str, identity: str) -> Record | None:
        """One record; deleted ones are there as tombstones."""
        with self._lock:
            query = "SELECT body FROM record WHERE collection = ? AND id = ?"
            row = self._db.execute(query, (collection, identity)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, collection: str) -> list[Record]:
        """Every record, tombstones too."""
        query = "SELECT body FROM record WHERE collection = ? ORDER BY id"
        with self._lock:
            return [json.loads(row[0]) for row in self._db.execute(query, (collection,))]

    def save(self, collection: str, record: Record) -> Record:
        """Write a record; its stamp moves strictly forward, past every other stamp of the collection."""
        with self._lock:
            moment = self._next_stamp(collection)
            made = {} if collection == "inventory-levels" else {"created_at": record.get("created_at") or moment}
            return self.keep(collection, {**record, **made, "updated_at": moment})

    def keep(self, collection: str, record: Record) -> Record:
        """Write a record with the stamp it has, be it old or none: what no honest shop does."""
        with self._lock:
            self.counts["updated" if self._is_there(collection, record) else "created"][collection] += 1
            self._put(collection, record)
        return record

    def delete(self, collection: str, identity: str) -> Record:
        """Leave a tombstone where a record was."""
        with self._lock:
            moment = self._next_stamp(collection)
            key = {"sku": identity} if collection == "inventory-levels" else {}
            record = {"id": identity, **key, "deleted_at": moment, "updated_at": moment}
            self.counts["deleted"][collection] += 1
            self._put(collection, record)
        return record

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
            self._db.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?)", values)

    def _next_stamp(self, collection: str) -> str:
        query = "SELECT max(updated_at) FROM record WHERE collection = ?"
        last = self._db.execute(query, (collection,)).fetchone()[0]
        if not last:
            return stamp(self.now())
        latest = datetime.fromisoformat(last.replace("Z", "+00:00"))
        return stamp(max(self.now(), latest + timedelta(microseconds=1)))

    def _is_there(self, collection: str, record: Record) -> bool:
        query = "SELECT 1 FROM record WHERE collection = ? AND id = ?"
        return self._db.execute(query, (collection, _key(collection, record))).fetchone() is not None

    def _put(self, collection: str, record: Record) -> None:
        identity = _key(collection, record)
        row = (collection, identity, record["updated_at"] or "", int(bool(record.get("deleted_at"))),
               record.get("external_id"), record.get("email"),
               json.dumps(record, ensure_ascii=False, separators=(",", ":")))  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if collection == "products":
            self._db.execute("DELETE FROM sku WHERE product = ?", (identity,))
            skus = {(each["sku"], identity) for each in record.get("variants") or () if each.get("sku")}
            self._db.executemany("INSERT INTO sku VALUES (?, ?)", skus)


def new_id(prefix: str) -> str:
    """An id that nobody has."""
    return f"{prefix}-{secrets.token_hex(6)}"


def _key(collection: str, record: Record) -> str:
    return str(record["sku"] if collection == "inventory-levels" else record["id"])
