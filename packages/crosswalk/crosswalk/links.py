"""The link store: which webshop record belongs to which Business NXT row, and what both last looked like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from crosswalk import statements, tables
from crosswalk.codec import dump, load
from crosswalk.database import as_row, chunks
from crosswalk.entries import Link, Pending
from crosswalk.errors import StoreError
from crosswalk.history import History
from crosswalk.resting import Resting
from crosswalk.sides import Side
from crosswalk.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crosswalk.values import Value, Values

RANGES = 25
"""Beginnings in one statement: each is a search of its own in the index."""

LOOKUP = "lookup {}"
"""Under what name the table `meta` keeps a lookup."""


class Store(Waiting, Resting, History):
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

    def links(self, entity: str, ids: Iterable[str], *, by: str = "webshop_id") -> dict[str, Link]:
        """The links of these ids (or aliases, or ERP keys), by that id."""
        rows = self._select(tables.link, by, ids, {"entity": entity}, unlike={"status": "unlinked"})
        return {row[by]: Link(**row) for row in rows}

    def links_by_id(self, ids: Iterable[int]) -> dict[int, Link]:
        """The links with these numbers."""
        return {row["id"]: Link(**row) for row in self._select(tables.link, "id", ids)}

    def unfinished(self, entity: str, source: Side) -> list[Link]:
        """The links that were being made, or had just been matched, when the run that did it ended."""
        return [Link(**row) for row in self.rows(statements.unfinished(source.value), {"entity": entity})]

    def kept(self, entity: str, side: Side) -> list[Link]:
        """Lines that stay on this side although the other one took them out, and are not there again yet."""
        return [Link(**row) for row in self.rows(statements.kept(side.value), {"entity": entity})]

    def beginning(self, entity: str, beginnings: Iterable[str]) -> list[Link]:
        """The living links of an entity whose webshop ids begin so."""
        bytewise = self._engine.dialect.name == "postgresql"
        found: list[Link] = []
        for part in chunks(list(dict.fromkeys(beginnings)), RANGES):
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

    def remembered(self, entity: str, side: Side, name: str, is_meant: Callable[[Value], bool]) -> list[str]:
        """The records of a side that are known, with a partner or asleep, and hold such a value as far as we know."""
        identity, shadow = (tables.link.c[f"{side.value}_{each}"] for each in ("id", "shadow"))
        alive = tables.link.c.status.in_(("linked", "dormant"))
        statement = select(identity, shadow).where(tables.link.c.entity == entity, alive, identity.is_not(None))
        return [row[identity.name] for row in self.rows(statement) if is_meant(row[shadow.name].get(name))]

    def sleeping(self, entity: str, source: Side, names: tuple[str, str], twin: str) -> list[Link]:
        """Dormant links of records of the source whose twin of another entity is linked.

        Args:
            entity: The entity of those that sleep.
            source: The side that they were read on.
            names: Which of their ids names the twin, and which id of the twin that is.
            twin: The twin's entity.
        """
        asleep = statements.sleeping(source.value, *names)
        return [Link(**row) for row in self.rows(asleep, {"entity": entity, "twin": twin})]

    def astray(self, entity: str, names: tuple[str, str], twin: str) -> list[Link]:
        """Links of records placed by the alias of their twin, which is another by now; arguments as of `sleeping`."""
        return [Link(**row) for row in self.rows(statements.astray(*names), {"entity": entity, "twin": twin})]

    def linked(self, entity: str) -> int:
        """How many records of an entity have a partner."""
        with self.transaction() as connection:
            return int(connection.execute(statements.LINKED, {"entity": entity}).scalar() or 0)

    def find(self, text: str) -> list[Link]:
        """The links with this id on either side, or this alias."""
        table = tables.link
        statement = select(table).where(
            (table.c.webshop_id == text) | (table.c.businessnxt_id == text) | (table.c.alias == text)
        )
        return [Link(**row) for row in self.rows(statement)]

    def add(self, links: Sequence[Link]) -> list[Link]:
        """Save new links; they come back with their numbers."""
        if not links:
            return []
        rows = [{k: v for k, v in as_row(each).items() if k != "id"} for each in links]
        with self.transaction() as connection:
            result = connection.execute(statements.NUMBERED, rows)
            return [replace(each, id=row.id) for each, row in zip(links, result, strict=True)]

    def touch(self, ids: Iterable[int], side: Side, at: float) -> None:
        """What belongs to these links was written on this side: what was read of them before is stale."""
        known = list(dict.fromkeys(ids))
        with self.transaction() as connection:
            for part in chunks(known):
                connection.execute(statements.touched(side.value), {statements.KEYS: part, "at": at})

    def save(self, links: Sequence[Link]) -> list[Link]:
        """Save changed links; a copy that somebody else has overtaken is refused.

        Raises:
            StoreError: Another process changed one of them.
        """
        if not links:
            return []
        saved = [replace(each, rev=each.rev + 1) for each in links]
        rows = [{**as_row(new), "of_id": old.id, "of_rev": old.rev} for old, new in zip(links, saved, strict=True)]
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
        self._replace(tables.pending, [as_row(each) for each in pendings], ("link_id", "side"))

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

    # what else it knows

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

    def entities(self) -> set[str]:
        """Whatever was ever linked, or refused."""
        found: set[str] = set()
        for table in (tables.link, tables.reject):
            found.update(row["entity"] for row in self.rows(select(table.c.entity).distinct()))
        return found

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
