"""Connections: pages of rows with their total and their cursors."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from sandbox.businessnxt import filters
from sandbox.businessnxt.grouping import FUNCTIONS, Groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.reading_behaviours import ReadingBehaviours
    from sandbox.businessnxt.store import Condition, Row, Store

_CURSOR = "row:"
_PAGING = ("first", "after", "last", "before", "skip")


@dataclass(frozen=True)
class Question:
    """What is asked of a table.

    Attributes:
        arguments: Those of the table field.
        scope: What the rows have in common beside the filter: their parent.
        mentioned: Every column that the document names anywhere; None for all.
        selected: The fields that the document selects below this one, by the way to them.
    """

    table: Table
    arguments: dict[str, Any]
    scope: Condition | None
    mentioned: frozenset[str] | None
    selected: Callable[..., list[str]]

    def list_of(self, name: str) -> list[dict[str, Any]]:
        """An argument that may be a single object instead of a list."""
        given = self.arguments.get(name) or []
        return given if isinstance(given, list) else [given]

    def where(self, behaviours: ReadingBehaviours) -> Condition:
        """The rows meant."""
        where = filters.condition(self.table, self.arguments.get("filter"), behaviours)
        return filters.both(self.scope, where) if self.scope else where


def answer(store: Store, question: Question, behaviours: ReadingBehaviours) -> Connection | Groups:
    """The page or the groups that were asked for."""
    if not question.arguments.get("groupBy") and not question.arguments.get("having"):
        return Connection(store, question, behaviours)
    table = question.table
    ignored = behaviours.groups_are_not_paged
    arguments = {name: None if ignored and name in _PAGING else value for name, value in question.arguments.items()}
    return Groups(
        store,
        table,
        where=question.where(behaviours),
        having=filters.condition(table, question.arguments.get("having") or {}, behaviours),
        columns=[name for each in question.list_of("groupBy") for name in each],
        aggregates={name: question.selected("items", "aggregates", name) for name in FUNCTIONS},
        order=question.list_of("orderBy"),
        window=(arguments.get("skip") or 0, arguments.get("first") or -1),
    )


class Connection:
    """What a table field answers; rows and total are fetched only when asked for."""

    def __init__(self, store: Store, question: Question, behaviours: ReadingBehaviours) -> None:
        self._store = store
        self._table = table = question.table
        self._behaviours = behaviours
        self._distinct = bool(question.arguments.get("distinct"))
        self._columns = _needed(table, store.model.joined[table.name], question.mentioned)
        if self._distinct:
            self._columns = [name for name in question.selected("items") if name in table.columns] or list(table.key)
        self._order = self._order_by(question.list_of("orderBy"))
        self._where = question.where(behaviours)
        self._backward = self._goes_backward(question.arguments)
        self._offset, self._limit = self._window(question.arguments)

    # -- where the page lies

    def _goes_backward(self, arguments: dict[str, Any]) -> bool:
        if arguments.get("last") is None:
            return False
        return arguments.get("first") is None or not self._behaviours.first_wins_over_last

    def _window(self, arguments: dict[str, Any]) -> tuple[int, int]:
        """Where the page starts in the sorted rows, and how long it may be (-1: no limit)."""
        self._check(arguments)
        skip = arguments.get("skip") or 0
        if not self._backward:
            after = arguments.get("after")
            start = self._position(after) + 1 if after else 0
            return start + max(skip, 0), self._size(arguments.get("first"))
        before = arguments.get("before")
        end = self._position(before) if before else self.total_count
        end = max(end - (skip if self._behaviours.skip_goes_both_ways else 0), 0)
        start = max(end - self._size(arguments["last"]), 0)
        return start, end - start

    def _check(self, arguments: dict[str, Any]) -> None:
        for name in ("first", "last", "skip"):
            number = arguments.get(name)
            if number is not None and number <= 0 and self._behaviours.page_sizes_are_positive:
                raise GraphQLError(f"Argument '{name}' must be positive, found {number}.")
        if not self._behaviours.null_cursor_is_the_beginning and arguments.get("after", "") is None:
            raise GraphQLError("Argument 'after' must be a cursor, found null.")

    def _size(self, wished: int | None) -> int:
        if wished is None:
            return self._behaviours.default_page_size or -1
        largest = self._behaviours.largest_page
        return max(min(wished, largest) if largest else wished, 0)

    def _order_by(self, wishes: list[dict[str, str]]) -> str:
        """The order wished for, then the key."""
        wished = {name: direction for wish in wishes for name, direction in wish.items()}
        if unknown := [name for name in wished if name not in self._table.columns]:
            raise GraphQLError(f"Rows cannot be sorted by {', '.join(unknown)}; groups can.")
        last = self._columns if self._distinct else self._table.key
        rest = {name: "ASC" for name in last if name not in wished}
        terms = [f'"{name}" {direction}' for name, direction in (wished | rest).items()]
        if not self._behaviours.ties_are_sorted_by_key and not self._distinct:
            terms = [*(f'"{name}" {direction}' for name, direction in wished.items()), "rowid DESC"]
        return ", ".join(terms)

    # -- what is on it

    @cached_property
    def total_count(self) -> int:
        """How many rows the filter finds."""
        if self._distinct:
            return len(self._select(limit=-1, offset=0))
        return self._store.count(self._table, self._where)

    @cached_property
    def _fetched(self) -> list[Row]:
        """The page and, going forward, one row more: it tells whether there is a next page."""
        limit = self._limit + 1 if self._limit > 0 and not self._backward else self._limit
        return self._select(limit=limit, offset=self._offset)

    def _select(self, *, limit: int, offset: int) -> list[Row]:
        return self._store.select(
            self._table,
            self._where,
            columns=self._columns,
            order_by=self._order,
            limit=limit,
            offset=offset,
            distinct=self._distinct,
        )

    @property
    def items(self) -> list[Row]:
        """The rows of the page."""
        return self._fetched[: self._limit] if self._limit >= 0 else self._fetched

    @property
    def page_info(self) -> dict[str, Any]:
        """Flags and cursors; going backward the flags are odd in just the way that the documentation says."""
        count = len(self.items)
        before, after = self._offset > 0, self._offset + count < self.total_count if self._backward else False
        if not self._backward:
            flags = (len(self._fetched) > count, before and self._behaviours.previous_page_is_told_forward)
        elif self._behaviours.flags_are_odd_backward:
            flags = (before, False)
        else:
            flags = (after, before)
        return {
            "hasNextPage": flags[0],
            "hasPreviousPage": flags[1],
            "startCursor": self._cursor(0) if count else None,
            "endCursor": self._cursor(count - 1) if count else None,
        }

    def cursors(self) -> list[str]:
        """The cursor of each row."""
        return [self._cursor(index) for index in range(len(self.items))]

    # -- cursors

    def _cursor(self, index: int) -> str:
        text = str(self._offset + index)
        if not self._behaviours.cursors_are_row_offsets:
            text = json.dumps([self.items[index][name] for name in self._table.key])
        return base64.b64encode(f"{_CURSOR}{text}".encode()).decode() if self._behaviours.cursors_are_opaque else text

    def _position(self, cursor: str) -> int:
        try:
            text = cursor
            if self._behaviours.cursors_are_opaque:
                text = base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR)
            return int(text) if self._behaviours.cursors_are_row_offsets else self._place(json.loads(text))
        except (binascii.Error, ValueError):
            raise GraphQLError(f"Invalid cursor '{cursor}'.") from None

    def _place(self, key: list[Any]) -> int:
        """Where the row with this key stands now."""
        rows = self._store.select(self._table, self._where, columns=self._table.key, order_by=self._order)
        return [list(row.values()) for row in rows].index(key)


def _needed(table: Table, joined: frozenset[str], mentioned: frozenset[str] | None) -> list[str]:
    """The columns that a document mentions, with those that joins and keys need."""
    if mentioned is None:
        return list(table.columns)
    return [name for name in table.columns if name in mentioned or name in joined]
