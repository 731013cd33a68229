"""The database of the link store: whose it is, its transactions, and the plain parts that every question is made of.

SQLAlchemy Core over SQLite (a file beside the project) or PostgreSQL (by URL). Everything that changes more than
one row happens in `Database.transaction`, so that a kill leaves either all of a step or nothing of it.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, create_engine, event, insert, select, update
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from crosswalk import statements, tables
from crosswalk.codec import dump, load
from crosswalk.errors import StoreError
from crosswalk.locks import Lock
from crosswalk.shredding import shred
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.values import Value, Values

CHUNK = 500
"""Ids in one `IN`: well below SQLite's limit of variables."""

REHEARSAL = "rehearsal"
"""The entry of the table `meta` by which the copy that a dry run works on is known."""

_JSON = {"webshop_shadow", "businessnxt_shadow", "values", "record", "webshop_value", "businessnxt_value",
         "webshop_base", "businessnxt_base", "counts", "before", "after", "value", "lost", "steps"}  # fmt: skip


class Database:
    """What the parts of a `Store` share: its tables, its transactions, and whose it is. Made as a `Store` is."""

    def __init__(self, url: str, *, shop: str = "", company: str = "", rehearsal: bool = False) -> None:
        self.shop, self.company, self._may_be_rehearsal = shop, company, rehearsal
        self._engine = _engine(url)
        self._connection: Connection | None = None
        try:
            with self._engine.begin() as connection:
                tables.metadata.create_all(connection)
            self.store_id = self._identify()
            self.lock = Lock(self._engine, name=f"{self.shop}/{self.company}")
        except SQLAlchemyError as error:
            raise StoreError(
                f"the link store {self._engine.url!r} cannot be used ({_reason(error)}). Look at its disk, which may "
                "be full, or at its server"
            ) from error

    def _identify(self) -> str:
        """Read whose store this is, or make it this pair's; a reader without a pair takes it as it is."""
        with self.transaction() as connection:
            found = {row.name: row.value for row in connection.execute(select(tables.meta))}
            if not found and self.shop and self.company:
                found = {"version": str(tables.VERSION), "shop": self.shop, "company": self.company}
                found["store_id"] = secrets.token_hex(8)
                connection.execute(insert(tables.meta), [{"name": n, "value": v} for n, v in found.items()])
            self._migrate(connection, int(found.get("version", tables.VERSION)))
        if int(found.get("version", tables.VERSION)) > tables.VERSION:
            raise StoreError(
                f"the link store has schema version {found['version']}, this program knows {tables.VERSION}; "
                "use the release that wrote it, or a newer one"
            )
        if self.shop and (found["shop"], found["company"]) != (self.shop, self.company):
            raise StoreError(
                f"the link store belongs to webshop '{found['shop']}' and company {found['company']}, not to "
                f"'{self.shop}' and {self.company}; give each pair a link_store of its own"
            )
        self.is_rehearsal = REHEARSAL in found
        if self.is_rehearsal and self.shop and not self._may_be_rehearsal:
            raise StoreError(
                f"the link store {self._engine.url!r} is what a dry run left: the rows that it names were never made. "
                "Name another link_store"
            )
        self.shop, self.company = found.get("shop", ""), found.get("company", "")
        return str(found.get("store_id", ""))

    def _migrate(self, connection: Connection, version: int) -> None:
        """Bring an older store up to date, all steps or none."""
        for number in range(version + 1, tables.VERSION + 1):
            for step in tables.STEPS[number]:
                connection.exec_driver_sql(step)
        if version < tables.VERSION:
            newest = {"value": str(tables.VERSION)}
            connection.execute(update(tables.meta).where(tables.meta.c.name == "version").values(**newest))

    def mark_as_rehearsal(self) -> None:
        """Let it be known that what stands here was never done."""
        with self.transaction() as connection:
            connection.execute(insert(tables.meta).values(name=REHEARSAL, value=str(time.time())))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing; a transaction inside another one is part of it."""
        if self._connection is not None:
            yield self._connection
            return
        try:
            with self._engine.begin() as self._connection:
                yield self._connection
        except IntegrityError:  # a mistake of this program, to be seen whole
            raise
        except SQLAlchemyError as error:
            raise StoreError(
                f"the link store {self._engine.url!r} failed ({_reason(error)}). Look at its disk or server and run "
                "again: what was under way is then looked for in Business NXT, and nothing is made twice"
            ) from error
        finally:
            self._connection = None

    def shred(self) -> None:
        """Write the database anew: what was deleted or overwritten is left in no free page and in no log of it.

        Raises:
            StoreError: Somebody else is looking into it at this moment.
        """
        try:
            busy = shred(self._engine)
        except (SQLAlchemyError, sqlite3.Error) as error:
            busy = _reason(error) if isinstance(error, SQLAlchemyError) else str(error)
        if busy:
            raise StoreError(
                f"it is forgotten, but traces of it may be left in the file of {self._engine.url!r} ({busy}); end what "
                "looks into the link store, and say it again"
            )

    def rest(self) -> None:
        """Close the connections, so that the file is whole; the lock stays."""
        self._engine.dispose()

    def close(self) -> None:
        """Release the lock and the connections."""
        self.lock.release()
        self._engine.dispose()

    # the plain parts

    def rows(self, statement: Value, parameters: Values | None = None) -> list[Values]:
        """What a statement finds, its JSON texts read."""
        with self.transaction() as connection:
            return [
                {name: load(value) if name in _JSON and value is not None else value for name, value in row.items()}
                for row in connection.execute(statement, parameters or {}).mappings()
            ]

    def _select(
        self,
        table: Table,
        column: str,
        keys: Iterable[Value],
        equal: Values | None = None,
        unlike: Values | None = None,
    ) -> list[Values]:
        equal, unlike = equal or {}, unlike or {}
        statement = statements.chosen(table, column, tuple(equal), tuple(unlike))
        rows: list[Values] = []
        for part in chunks(list(dict.fromkeys(keys))):
            rows += self.rows(statement, {statements.KEYS: part, **equal, **unlike})
        return rows

    def _erase(self, table: Table, column: str, keys: Iterable[Value], equal: Values | None = None) -> None:
        equal = equal or {}
        statement = statements.erased(table, column, tuple(equal))
        for part in chunks(list(keys)):
            with self.transaction() as connection:
                connection.execute(statement, {statements.KEYS: part, **equal})

    def _find(self, table: Table, key: Dict[str, Value]) -> Values | None:
        found = self.rows(statements.found(table, tuple(key)), {**key})
        return found[0] if found else None

    def _replace(self, table: Table, rows: Sequence[Values], key: tuple[str, ...]) -> None:
        if not rows:
            return
        with self.transaction() as connection:
            connection.execute(statements.emptied(table, key), [{name: row[name] for name in key} for row in rows])
            connection.execute(statements.added(table), rows)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "link_store is no SQLAlchemy URL, for example sqlite:////srv/project/state/links.db"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed)
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _make_folder(file: Path) -> None:
    if not file.is_absolute():
        raise StoreError(
            f"link_store names the relative path '{file}': each folder from which a sync is started would get a "
            f"store of its own, and every row would be made twice. Write sqlite:///{file.absolute()}, or in "
            "meltano.yml sqlite:///$MELTANO_PROJECT_ROOT/state/links.db"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the link store {file} cannot be made ({error.strerror})") from error


def _reason(error: SQLAlchemyError) -> str:
    """What the database says, without the statement and its values, which may be personal."""
    return str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__


def _prepare_sqlite(connection: Value, _: Value) -> None:
    connection.isolation_level = None  # transactions begin where we say so, see the `begin` event
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def as_row(value: Value) -> Values:
    """An entry as its table holds it."""
    row = dict(vars(value))
    for name, content in row.items():
        if name in _JSON:
            row[name] = dump(content)
        elif isinstance(content, Side):
            row[name] = content.value
    return row


def chunks(keys: list[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """Keys in parts that fit into one `IN`."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
