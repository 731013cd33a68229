"""Connections: pages of rows with their total and their cursors."""

from __future__ import annotations

import base64
import binascii
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from sandbox.businessnxt import filters

if TYPE_CHECKING:
    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Condition, Row, Store

_CURSOR = "row:"


class Connection:
    """What a table field answers; rows and total are fetched only when asked for."""

    def __init__(
        self,
        store: Store,
        table: Table,
        arguments: dict[str, Any],
        *,
        scope: Condition | None = None,
        columns: frozenset[str] | None = None,
    ) -> None:
        self._store = store
        self._table = table
        self._columns = _needed(table, store.model.joined[table.name], columns)
        self._order = _order_by(table, arguments.get("orderBy") or [])
        where = filters.condition(table, arguments.get("filter"))
        self._where = filters.both(scope, where) if scope else where
        self._backward = arguments.get("first") is None and arguments.get("last") is not None
        self._offset, self._limit = self._window(arguments)

    def _window(self, arguments: dict[str, Any]) -> tuple[int, int]:
        """Where the page starts in the sorted rows, and how long it may be (-1: no limit)."""
        for name in ("first", "last", "skip"):
            if (number := arguments.get(name)) is not None and number <= 0:
                raise GraphQLError(f"Argument '{name}' must be positive, found {number}.")
        skip = arguments.get("skip") or 0
        if not self._backward:
            after = arguments.get("after")
            start = _position(after) + 1 if after else 0
            return start + skip, arguments.get("first") or -1
        before = arguments.get("before")
        end = max((_position(before) if before else self.total_count) - skip, 0)
        start = max(end - arguments["last"], 0)
        return start, end - start

    @cached_property
    def total_count(self) -> int:
        """How many rows the filter finds."""
        return self._store.count(self._table, self._where)

    @cached_property
    def _fetched(self) -> list[Row]:
        """The page and, going forward, one row more: it tells whether there is a next page."""
        limit = self._limit + 1 if self._limit > 0 and not self._backward else self._limit
        return self._store.select(
            self._table, self._where, columns=self._columns, order_by=self._order, limit=limit, offset=self._offset
        )

    @property
    def items(self) -> list[Row]:
        """The rows of the page."""
        return self._fetched[: self._limit] if self._limit >= 0 else self._fetched

    @property
    def page_info(self) -> dict[str, Any]:
        """Flags and cursors; going backward the flags are odd in just the way that the documentation says."""
        count = len(self.items)
        if self._backward:
            more, previous = self._offset > 0, False
        else:
            more, previous = len(self._fetched) > count, self._offset > 0
        return {
            "hasNextPage": more,
            "hasPreviousPage": previous,
            "startCursor": _cursor(self._offset) if count else None,
            "endCursor": _cursor(self._offset + count - 1) if count else None,
        }


def _needed(table: Table, joined: frozenset[str], mentioned: frozenset[str] | None) -> list[str]:
    """The columns that a document mentions, with those that joins and keys need."""
    if mentioned is None:
        return list(table.columns)
    return [name for name in table.columns if name in mentioned or name in joined]


def _order_by(table: Table, wishes: list[dict[str, str]]) -> str:
    """The order wished for, then the key."""
    wished = {name: direction for wish in wishes for name, direction in wish.items()}
    rest = {name: "ASC" for name in table.key if name not in wished}
    return ", ".join(f'"{name}" {direction}' for name, direction in (wished | rest).items())


def _cursor(position: int) -> str:
    return base64.b64encode(f"{_CURSOR}{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR))
    except (binascii.Error, ValueError):
        raise GraphQLError(f"Invalid cursor '{cursor}'.") from None
