"""The company as the tap reads it: rows with the time at which they were asked for, the newest stamp, single rows."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from businessnxt import Client, Credentials, documents, filters

from . import window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from businessnxt.filters import Filter

    from .definition import Key, Row
    from .window import Way

LOOK_UP = 100
"""Rows with a key of several columns that are asked for at a time."""


def now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(timezone.utc)


class Read(NamedTuple):
    """A row, and the start of the request that read it."""

    row: Row
    read_at: datetime


class Company(Client):
    """A client whose rows say when they were asked for.

    That tells a target downstream whether a row was read before or after the target's own last write. The start of
    the request is the only time that never says "after" wrongly.
    """

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Company:
        """The company that the settings name."""
        who = Credentials(
            config["client_id"], config["client_secret"], token_url=config["token_url"], scope=config["scope"]
        )
        return cls(
            who,
            company_no=config["company_no"],
            api_url=config["api_url"],
            timeout=float(config["request_timeout"]),
            user_agent=config["user_agent"],
            page_size=config["page_size"],
        )

    def shows(self, table: str) -> bool:
        """Whether this service may read a table's rows; the type of a hidden one can still stand in the schema."""
        return not self._tables or table in self._tables

    @cached_property
    def _tables(self) -> frozenset[str]:
        """All tables that it may read; none where the schema does not say."""
        found = self.execute(documents.TABLES, {})["__type"] or {}
        return frozenset(each["name"] for each in found.get("fields") or ())

    def dated_rows(
        self, table: str, columns: Sequence[str], *, key: Sequence[str], where: Filter | None = None
    ) -> Iterator[Read]:
        """All rows that meet a condition, along the key, each with the start of the request that read it."""
        read_at = now()

        def asking() -> None:
            nonlocal read_at
            read_at = now()

        for row in self.rows(table, columns, key=key, where=where, asking=asking):
            yield Read(row, read_at)

    def with_keys(
        self, table: str, columns: Sequence[str], *, key: Sequence[str], keys: Iterable[Key], only: Filter | None
    ) -> Iterator[Read]:
        """Those of the rows with these keys that are there and meet the condition."""
        wanted = sorted(set(keys))
        for start in range(0, len(wanted), LOOK_UP):
            where = filters.both(only, any_of(key, wanted[start : start + LOOK_UP]))
            yield from self.dated_rows(table, columns, key=key, where=where)

    def has(self, table: str, key: Sequence[str], values: Key, only: Filter | None) -> bool:
        """Whether there is a row with this key that meets the condition."""
        return any(True for _ in self.with_keys(table, key, key=key, keys=[values], only=only))

    def newest(self, table: str, way: Way) -> datetime:
        """The newest stamp in a table, by the server's clock."""
        answer = self.execute(window.newest_document(table, way), window.newest_variables(way, now()))
        return window.newest(way, answer)


def any_of(key: Sequence[str], keys: Sequence[Key]) -> Filter:
    """Rows with one of these keys."""
    if len(key) == 1:
        return {key[0]: {"_in": [values[0] for values in keys]}}
    each = [{"_and": [{name: {"_eq": value}} for name, value in zip(key, values, strict=True)]} for values in keys]
    return each[0] if len(each) == 1 else {"_or": each}


def all_of(conditions: Mapping[str, Filter]) -> Filter | None:
    """Rows that meet every condition on a column."""
    each = [{name: condition} for name, condition in conditions.items()]
    if len(each) > 1:
        return {"_and": each}
    return each[0] if each else None
