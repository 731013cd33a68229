"""The link store: which webshop record belongs to which Business NXT row, and what both last looked like.

SQLAlchemy Core over SQLite (a file beside the project) or PostgreSQL (by URL). Everything that changes more than
one row happens in `Store.transaction`, so that a kill leaves either all of a step or nothing of it.
"""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from crosswalk import statements, tables
from crosswalk.codec import dump, load
from crosswalk.entries import Conflict, Hold, Link, Owed, Pending, Reject
from crosswalk.errors import LATER, UNREADABLE, StoreError
from crosswalk.locks import Lock
from crosswalk.shredding import shred
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.values import Value, Values

CHUNK = 500
"""Ids in one `IN`: well below SQLite's limit of variables."""

RANGES = 25
"""Beginnings in one statement: each is a search of its own in the index."""

_NAMES = {Side.WEBSHOP: ("webshop_id", "alias"), Side.BUSINESSNXT: ("businessnxt_id", "businessnxt_alias")}
"""By which of a link's ids the records of a side refer to it."""

REHEARSAL = "rehearsal"
"""The entry of the table `meta` by which the copy that a dry run works on is known."""

LOOKUP = "lookup {}"
"""Under what name the table `meta` keeps a lookup."""

SOON = 4 * 60.0
"""Seconds after which at the latest what is only passing is tried again."""


Entry: TypeAlias = "tuple[int, Side, str, Dict[str, Value], Dict[str, Value]]"
"""Of the log of operations: link, side, operation, values before and after."""

_JSON = {"webshop_shadow", "businessnxt_shadow", "values", "record", "webshop_value", "businessnxt_value",
         "webshop_base", "businessnxt_base", "counts", "before", "after", "value", "lost", "steps"}  # fmt: skip


class Store:
    """The link store of one webshop and one company.

    Args:
        url: SQLAlchemy URL, for example `sqlite:////srv/project/state/links.db` or `postgresql+psycopg://…`.
        shop: Name of the webshop; empty to look into a store whosever it is.
        company: The Business NXT company (its Visma.net id).
        rehearsal: Whether it is meant to be the copy that a dry run works on.

    Raises:
        StoreError: The store cannot be opened, is newer than this program, belongs to another pair, or is the copy of a
            dry run where it must not be one.
    """

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
            raise StoreError(f"the link store {self._engine.url!r} cannot be used ({_reason(error)})") from error

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

    def keep_lookup(self, name: str, pairs: Values) -> None:
        """Remember what a lookup held: whoever writes to the webshop cannot ask the company."""
        row = tables.meta.c.name == LOOKUP.format(name)
        with self.transaction() as connection:
            connection.execute(delete(tables.meta).where(row))
            connection.execute(insert(tables.meta).values(name=LOOKUP.format(name), value=dump(pairs)))

    def kept_lookup(self, name: str) -> Values:
        """What a lookup held when it was last read; nothing where no run has needed it yet."""
        row = tables.meta.c.name == LOOKUP.format(name)
        with self.transaction() as connection:
            found = connection.execute(select(tables.meta.c.value).where(row)).scalar()
        return dict(load(found)) if found else {}

    def mark_as_rehearsal(self) -> None:
        """Let it be known that what stands here was never done."""
        with self.transaction() as connection:
            connection.execute(insert(tables.meta).values(name=REHEARSAL, value=str(time.time())))

    @property
    def has_run_before(self) -> bool:
        """Whether any run came to its good end, or linked anything."""
        good = select(tables.run.c.run_id).where(tables.run.c.exit == "ok").limit(1)
        with self.transaction() as connection:
            return connection.execute(good).first() is not None or not self.empty

    @property
    def empty(self) -> bool:
        """Whether nothing was ever linked."""
        with self.transaction() as connection:
            return connection.execute(select(tables.link.c.id).limit(1)).first() is None

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

    # links

    def links(self, entity: str, ids: Iterable[str], *, by: str = "webshop_id") -> dict[str, Link]:
        """The links of these ids (or aliases, or ERP keys), by that id."""
        rows = self._select(tables.link, by, ids, {"entity": entity}, unlike={"status": "unlinked"})
        return {row[by]: Link(**row) for row in rows}

    def links_by_id(self, ids: Iterable[int]) -> dict[int, Link]:
        """The links with these numbers."""
        return {row["id"]: Link(**row) for row in self._select(tables.link, "id", ids)}

    def unfinished(self, entity: str, source: Side) -> list[Link]:
        """The links that were being made, or had just been matched, when the run that did it ended."""
        table = tables.link
        known = table.c[f"{source.value}_id"].is_not(None)
        matched = (table.c.status == "linked") & (table.c[f"{source.value}_fingerprint"] == "")
        statement = select(table).where(table.c.entity == entity, known, (table.c.status == "creating") | matched)
        return [Link(**row) for row in self.rows(statement)]

    def beginning(self, entity: str, beginnings: Iterable[str]) -> list[Link]:
        """The living links of an entity whose webshop ids begin so."""
        bytewise = self._engine.dialect.name == "postgresql"
        found: list[Link] = []
        for part in _chunks(list(dict.fromkeys(beginnings)), RANGES):
            ends = {f"to_{at}": each[:-1] + chr(ord(each[-1]) + 1) for at, each in enumerate(part)}
            ranges = {f"from_{at}": each for at, each in enumerate(part)} | ends
            rows = self.rows(statements.beginning(len(part), bytewise=bytewise), {"entity": entity, **ranges})
            living = (row for row in rows if row["status"] in ("linked", "dormant", "creating"))
            found += [Link(**row) for row in living if str(row["webshop_id"]).startswith(tuple(part))]
        return found

    def children(self, parents: Iterable[int]) -> dict[int, list[Link]]:
        """The lines of these orders, by the order's link."""
        found: dict[int, list[Link]] = {}
        for row in self._select(tables.link, "parent_id", parents):
            found.setdefault(row["parent_id"], []).append(Link(**row))
        return found

    def add(self, links: Sequence[Link]) -> list[Link]:
        """Save new links; they come back with their numbers."""
        if not links:
            return []
        rows = [{k: v for k, v in _row(each).items() if k != "id"} for each in links]
        with self.transaction() as connection:
            result = connection.execute(
                insert(tables.link).returning(tables.link.c.id, sort_by_parameter_order=True), rows
            )
            return [replace(each, id=row.id) for each, row in zip(links, result, strict=True)]

    def touch(self, ids: Iterable[int], side: Side, at: float) -> None:
        """What belongs to these links was written on this side: what was read of them before is stale."""
        known = list(dict.fromkeys(ids))
        values = {f"{side.value}_wrote_at": at, f"{side.value}_fingerprint": ""}
        with self.transaction() as connection:
            for part in _chunks(known):
                connection.execute(update(tables.link).where(tables.link.c.id.in_(part)).values(**values))

    def save(self, links: Sequence[Link]) -> list[Link]:
        """Save changed links; a copy that somebody else has overtaken is refused.

        Raises:
            StoreError: Another process changed one of them.
        """
        if not links:
            return []
        saved = [replace(each, rev=each.rev + 1) for each in links]
        rows = [{**_row(new), "of_id": old.id, "of_rev": old.rev} for old, new in zip(links, saved, strict=True)]
        with self.transaction() as connection:
            if connection.execute(statements.SAVED, rows).rowcount != len(rows):
                raise StoreError(
                    f"links of {links[0].entity} were changed by another process; only one sync may run per company"
                )
        return saved

    def remove(self, links: Sequence[Link]) -> None:
        """Forget links (of rows that were certainly never made, or of lines that are gone)."""
        if not links:
            return
        ids = [each.id for each in links]
        with self.transaction():
            self._erase(tables.link, "id", ids)
            self._erase(tables.pending, "link_id", ids)
            self._erase(tables.owed, "link_id", ids)

    # writes whose outcome is open

    def announce(self, pendings: Sequence[Pending]) -> None:
        """Write ahead: from here on a crash cannot hide that these writes may have happened."""
        self._replace(tables.pending, [_row(each) for each in pendings], ("link_id", "side"))

    def pendings(self, link_ids: Iterable[int], side: Side) -> dict[int, Pending]:
        """The open writes to one side of these links, by link."""
        rows = self._select(tables.pending, "link_id", link_ids, {"side": side.value})
        return {
            row["link_id"]: Pending(
                **{**row, "side": Side(row["side"]), "values": {k: tuple(v) for k, v in row["values"].items()}}
            )
            for row in rows
        }

    def settled(self, link_ids: Iterable[int], side: Side) -> None:
        """The outcome of these writes is known."""
        self._erase(tables.pending, "link_id", link_ids, {"side": side.value})

    # records that have to wait

    def reject(self, rejects: Sequence[Reject]) -> None:
        """Keep records with the reason why they were not written; a newer record takes the place of an older one.

        One that was held until an earlier write is certain is held no longer: it is tried again from here.
        """
        table = tables.reject
        known: dict[tuple[str, str], Reject] = {}
        for entity in {each.entity for each in rejects}:
            ids = [each.source_id for each in rejects if each.entity == entity]
            for row in self._select(table, "source_id", ids, {"entity": entity}):
                known[entity, row["source_id"]] = Reject(**{**row, "side": Side(row["side"])})
        kept = [_again(each, known.get((each.entity, each.source_id))) for each in rejects]
        with self.transaction():
            self._replace(table, [_row(each) for each in kept], ("entity", "side", "source_id"))
            for each in kept:
                self._overtake(tables.hold, each.entity, each.side, {each.source_id: each.read_at})

    def hold(self, holds: Sequence[Hold]) -> None:
        """Keep records until an earlier write is certain; only the newest of a record counts."""
        self._replace(tables.hold, [_row(each) for each in holds], ("entity", "side", "source_id"))

    def applied(self, entity: str, side: Side, read_at: Dict[str, float]) -> None:
        """These records were written as they were read then: what was kept of them until that time is history."""
        with self.transaction():
            for table in (tables.reject, tables.hold):
                self._overtake(table, entity, side, read_at)

    def _overtake(self, table: Table, entity: str, side: Side, read_at: Dict[str, float]) -> None:
        wanted = {"entity": entity, "side": side.value}
        kept = {row["source_id"]: row["read_at"] for row in self._select(table, "source_id", read_at, wanted)}
        self._erase(table, "source_id", [each for each, at in kept.items() if at <= read_at[each]], wanted)

    def rejects(self, *conditions: Value) -> list[Reject]:
        """The rejected records, oldest first."""
        statement = select(tables.reject).where(*conditions).order_by(tables.reject.c.first_at)
        return [Reject(**{**row, "side": Side(row["side"])}) for row in self.rows(statement)]

    def due(self, side: Side, now: float) -> list[Reject]:
        """The rejects whose next try has come, those left out that wait for another record or for the tap."""
        table = tables.reject
        others = table.c.kind.not_in(("waiting", UNREADABLE))
        return self.rejects(table.c.side == side.value, table.c.next_retry_at <= now, others)

    def readable(self, side: Side, stream: str, source_ids: Iterable[str]) -> None:
        """These records, which the tap could not read, were read or are gone: their rejects are history."""
        ids, wanted = list(source_ids), {"stream": stream, "side": side.value, "kind": UNREADABLE}
        if ids:
            with self.transaction():
                self._erase(tables.reject, "source_id", ids, wanted)

    def waiting_for(self, side: Side, entity: str, keys: Iterable[str]) -> list[Reject]:
        """The rejects that wait for one of these records."""
        wanted = {"waiting_entity": entity, "side": side.value}
        rows = self._select(tables.reject, "waiting_key", keys, wanted)
        return [Reject(**{**row, "side": Side(row["side"])}) for row in rows]

    def answered(self, side: Side) -> list[Reject]:
        """The rejects whose wait is over although nobody woke them: the run that linked the other record was killed."""
        kept, link = tables.reject, tables.link
        arrived = (
            select(link.c.id)
            .where(
                link.c.entity == kept.c.waiting_entity,
                link.c[name] == kept.c.waiting_key,
                statements.known(link),
                link.c.status.in_(("linked", "dormant")),
            )
            .exists()
            for name in _NAMES[side]
        )
        return self.rejects(kept.c.side == side.value, kept.c.waiting_entity.is_not(None), or_(*arrived))

    def untold(self, entity: str, twin: str, name: str) -> list[str]:
        """Linked records that lack a property although their twin of another entity, which has it, is linked."""
        link, other = tables.link, tables.link.alias()
        statement = (
            select(link.c.webshop_id)
            .join(other, other.c.webshop_id == link.c.webshop_id)
            .where(link.c.entity == entity, link.c.status == "linked")
            .where(other.c.entity == twin, statements.known(other), other.c.status == "linked")
            .where(~link.c.businessnxt_shadow.contains(f'"{name}":', autoescape=True))
        )
        return [str(row["webshop_id"]) for row in self.rows(statement)]

    def sleeping(self, entity: str, source: Side, names: tuple[str, str], twin: str) -> list[Link]:
        """Dormant links of records of the source whose twin of another entity is linked.

        Args:
            entity: The entity of those that sleep.
            source: The side that they were read on.
            names: Which of their ids names the twin, and which id of the twin that is.
            twin: The twin's entity.
        """
        link, other = tables.link, tables.link.alias()
        known = select(other.c.id).where(
            other.c.entity == twin,
            other.c[names[1]] == link.c[names[0]],
            statements.known(other),
            other.c.status == "linked",
        )
        statement = select(link).where(
            link.c.entity == entity,
            link.c.status == "dormant",
            link.c[f"{source.value}_id"].is_not(None),
            known.exists(),
        )
        return [Link(**row) for row in self.rows(statement.order_by(link.c.id))]

    def disputed(self, entity: str, side: Side, ids: Iterable[str]) -> set[str]:
        """Which of these records of a side were refused because several could be their partner."""
        of_kind = {"entity": entity, "side": side.value, "kind": "ambiguous"}
        return {row["source_id"] for row in self._select(tables.reject, "source_id", ids, of_kind)}

    def waits(self, side: Side) -> bool:
        """Whether any record waits for another one."""
        return bool(self.rows(statements.WAITING, {"side": side.value}))

    def holds(self, side: Side, now: float) -> list[Hold]:
        """The held records whose time is up."""
        table = tables.hold
        statement = select(table).where(table.c.side == side.value, table.c.until <= now)
        return [Hold(**{**row, "side": Side(row["side"])}) for row in self.rows(statement)]

    def retry_now(self, entity: str | None = None, source_id: str | None = None, side: Side | None = None) -> int:
        """Make rejects due at once; returns how many. Those that the tap could not read are for the tap to try."""
        statement = update(tables.reject).values(next_retry_at=0.0, kind="retry")
        statement = statement.where(tables.reject.c.kind != UNREADABLE)
        if entity:
            statement = statement.where(tables.reject.c.entity == entity)
        if source_id:
            statement = statement.where(tables.reject.c.source_id == source_id)
        if side:
            statement = statement.where(tables.reject.c.side == side.value)
        with self.transaction() as connection:
            return connection.execute(statement).rowcount

    # what happened

    def conflicts(self, found: Sequence[Conflict]) -> None:
        """Put overridden values on record; the same pair of values is recorded once."""
        table = tables.conflict
        for each in found:
            row = _row(each)
            known = {name: row[name] for name in ("link_id", "name", "webshop_value", "businessnxt_value")}
            if self._find(table, known) is None:
                with self.transaction() as connection:
                    connection.execute(insert(table), [row])

    def conflicts_on_record(self) -> list[Values]:
        """Every conflict with both values, newest first."""
        return self.rows(select(tables.conflict).order_by(tables.conflict.c.id.desc()))

    def owe(self, debts: Sequence[Owed]) -> None:
        """Remember that a side is owed these values; a newer value takes the place of an older one."""
        self._replace(tables.owed, [_row(each) for each in debts], ("link_id", "side", "name"))

    def debts(self, side: Side) -> list[Owed]:
        """What a side is owed."""
        return [_owed(row) for row in self.rows(statements.DEBTS, {"side": side.value})]

    def owed_over(self, links: Iterable[int]) -> dict[int, list[Owed]]:
        """What either side is owed over these links, by link."""
        found: dict[int, list[Owed]] = {}
        for row in self._select(tables.owed, "link_id", links):
            found.setdefault(row["link_id"], []).append(_owed(row))
        return found

    def closed(self, debts: Sequence[Owed]) -> set[int]:
        """The links among these debts that are owed because a row of Business NXT is closed to edits."""
        wanted = {(each.link_id, each.name, dump(each.value)) for each in debts}
        links = [each.link_id for each in debts if each.side is Side.WEBSHOP]
        rows = self._select(tables.conflict, "link_id", links, {"rule": "frozen"})
        return {
            row["link_id"] for row in rows if (row["link_id"], row["name"], dump(row["businessnxt_value"])) in wanted
        }

    def forgive(self, links: Iterable[int]) -> None:
        """Nothing is owed over these links any more, and nothing open: one of the two sides is gone."""
        ids = list(links)
        self._erase(tables.owed, "link_id", ids)
        self._erase(tables.pending, "link_id", ids)

    def waive(self, link_id: int, side: Side, names: Iterable[str]) -> None:
        """Nobody is owed these properties any more."""
        self._erase(tables.owed, "name", names, {"link_id": link_id, "side": side.value})

    def pay(self, met: Sequence[tuple[int, str]]) -> None:
        """Both sides agree on these properties (by link): nobody is owed them, and no conflict over them is open."""
        if not met:
            return
        links = list({link_id for link_id, _ in met})
        owed, conflict = tables.owed, tables.conflict
        wanted = set(met)
        with self.transaction() as connection:
            for part in _chunks(links):
                owes = select(owed.c.link_id, owed.c.name).where(owed.c.link_id.in_(part)).distinct()
                for link_id, name in wanted & {(row.link_id, row.name) for row in connection.execute(owes)}:
                    connection.execute(delete(owed).where(owed.c.link_id == link_id, owed.c.name == name))
                opened = select(conflict.c.id, conflict.c.link_id, conflict.c.name).where(
                    conflict.c.link_id.in_(part), conflict.c.state == "open"
                )
                over = [row.id for row in connection.execute(opened) if (row.link_id, row.name) in wanted]
                if over:
                    connection.execute(update(conflict).where(conflict.c.id.in_(over)).values(state="resolved"))

    def log(self, run_id: str, entries: Sequence[Entry]) -> None:
        """Add to the log of operations."""
        if not entries:
            return
        now = time.time()
        rows = [
            {"run_id": run_id, "link_id": link_id, "side": side.value, "op": op, "before": dump(before),
             "after": dump(after), "at": now}
            for link_id, side, op, before, after in entries
        ]  # fmt: skip
        with self.transaction() as connection:
            connection.execute(insert(tables.op_log), rows)

    def start_run(self, pipeline: str) -> str:
        """Enter a run; returns its id."""
        run_id = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        row = {"run_id": run_id, "pipeline": pipeline, "started_at": time.time(), "host": socket.gethostname(),
               "pid": os.getpid(), "counts": "{}"}  # fmt: skip
        with self.transaction() as connection:
            connection.execute(insert(tables.run), [row])
        return run_id

    def count_run(self, run_id: str, counts: Dict[str, Dict[str, int]], *, exit_: str | None = None) -> None:
        """Note how far a run has come; with `exit_`, that it is over."""
        values: Values = {"counts": dump(counts)}
        if exit_ is not None:
            values |= {"ended_at": time.time(), "exit": exit_}
        with self.transaction() as connection:
            connection.execute(update(tables.run).where(tables.run.c.run_id == run_id).values(**values))

    def runs(self, limit: int = 20) -> list[Values]:
        """The last runs, newest first."""
        return self.rows(select(tables.run).order_by(tables.run.c.started_at.desc()).limit(limit))

    def knows_run(self, run_id: str) -> bool:
        """Whether there was such a run."""
        return self._find(tables.run, {"run_id": run_id}) is not None

    def writes_of(self, run_id: str) -> list[Values]:
        """What a run wrote, in its order: to which side, of which link, values before and after."""
        log, link = tables.op_log, tables.link
        columns = [log.c.at, log.c.side.label("to"), log.c.op, link.c.entity, link.c.webshop_id, link.c.businessnxt_id]
        wanted = select(*columns, log.c.before, log.c.after).join(link, link.c.id == log.c.link_id, isouter=True)
        return self.rows(wanted.where(log.c.run_id == run_id).order_by(log.c.op_id))

    def open_rejects(self) -> dict[str, dict[str, int]]:
        """How many records wait or are rejected, by entity and kind."""
        found: dict[str, dict[str, int]] = {}
        with self.transaction() as connection:
            for entity, kind, number in connection.execute(statements.OPEN_REJECTS):
                found.setdefault(entity, {})[kind] = number
        return found

    def linked(self, entity: str) -> int:
        """How many records of an entity have a partner."""
        table = tables.link
        statement = select(func.count()).where(table.c.entity == entity, table.c.status == "linked")
        with self.transaction() as connection:
            return int(connection.execute(statement).scalar() or 0)

    def find(self, text: str) -> list[Link]:
        """The links with this id on either side, or this alias."""
        table = tables.link
        statement = select(table).where(
            (table.c.webshop_id == text) | (table.c.businessnxt_id == text) | (table.c.alias == text)
        )
        return [Link(**row) for row in self.rows(statement)]

    # the plain parts

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
        for part in _chunks(list(dict.fromkeys(keys))):
            rows += self.rows(statement, {statements.KEYS: part, **equal, **unlike})
        return rows

    def _erase(self, table: Table, column: str, keys: Iterable[Value], equal: Values | None = None) -> None:
        equal = equal or {}
        statement = statements.erased(table, column, tuple(equal))
        for part in _chunks(list(keys)):
            with self.transaction() as connection:
                connection.execute(statement, {statements.KEYS: part, **equal})

    def rows(self, statement: Value, parameters: Values | None = None) -> list[Values]:
        """What a statement finds, its JSON texts read."""
        with self.transaction() as connection:
            return [
                {name: load(value) if name in _JSON and value is not None else value for name, value in row.items()}
                for row in connection.execute(statement, parameters or {}).mappings()
            ]

    def _find(self, table: Table, key: Dict[str, Value]) -> Values | None:
        found = self.rows(select(table).where(*(table.c[name] == value for name, value in key.items())))
        return found[0] if found else None

    def _replace(self, table: Table, rows: Sequence[Values], key: tuple[str, ...]) -> None:
        if not rows:
            return
        with self.transaction() as connection:
            wanted = (table.c[name] == bindparam(f"of_{name}") for name in key)
            connection.execute(
                delete(table).where(*wanted), [{f"of_{name}": row[name] for name in key} for row in rows]
            )
            connection.execute(insert(table), rows)


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


def _row(value: Value) -> Values:
    row = dict(vars(value))
    for name, content in row.items():
        if name in _JSON:
            row[name] = dump(content)
        elif isinstance(content, Side):
            row[name] = content.value
    return row


def _owed(row: Values) -> Owed:
    return Owed(**{**row, "side": Side(row["side"]), "lost": tuple(row["lost"])})


def _again(reject: Reject, earlier: Reject | None) -> Reject:
    """The time of the next try: after 2, 4, 8 … minutes, at most six hours, or soon where nothing is wrong."""
    attempts = earlier.attempts + 1 if earlier else 1
    first_at = earlier.first_at if earlier else reject.first_at
    if reject.kind == UNREADABLE:
        return replace(reject, attempts=attempts, first_at=first_at, next_retry_at=0.0)
    wait = min(60 * 2 ** min(attempts, 10), SOON if reject.kind == LATER else 6 * 3600)
    return replace(reject, attempts=attempts, first_at=first_at, next_retry_at=reject.first_at + wait)


def _chunks(keys: list[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
