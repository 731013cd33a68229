"""Groups: rows summed up, in the shape that a page of rows has."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from sandbox.businessnxt.store import Row

if TYPE_CHECKING:
    from sandbox.businessnxt.model import Column, Table
    from sandbox.businessnxt.store import Condition, Store

_SQUARES = '(SUM("{c}" * "{c}") - SUM("{c}") * 1.0 * SUM("{c}") / COUNT("{c}"))'
FUNCTIONS = {
    "sum": 'SUM("{c}")',
    "sumDistinct": 'SUM(DISTINCT "{c}")',
    "average": 'AVG("{c}")',
    "averageDistinct": 'AVG(DISTINCT "{c}")',
    "count": 'COUNT("{c}")',
    "countDistinct": 'COUNT(DISTINCT "{c}")',
    "minimum": 'MIN("{c}")',
    "maximum": 'MAX("{c}")',
    "variance": _SQUARES + ' / NULLIF(COUNT("{c}") - 1, 0)',
    "variancePopulation": _SQUARES + ' / COUNT("{c}")',
}
"""The functions that a group can be asked for, each with its SQL."""

AGGREGATED = {
    "Numbers": ("sum", "sumDistinct", "average", "averageDistinct", "variance", "variancePopulation"),
    "Counts": ("count", "countDistinct"),
    "Values": ("minimum", "maximum"),
}
"""The functions by what they answer: a number for columns that hold numbers, a count, or a value of the column."""


def has_numbers(column: Column) -> bool:
    """Whether a column can be summed up."""
    return column.type in ("Int", "Decimal")


def expression(function: str, column: str) -> str:
    """A function of a column in SQL."""
    return FUNCTIONS[function].replace("{c}", column)


class Groups:
    """What a table field answers when it is grouped; pages do not work together with it."""

    def __init__(
        self,
        store: Store,
        table: Table,
        *,
        where: Condition,
        having: Condition,
        columns: list[str],
        aggregates: dict[str, list[str]],
        order: list[dict[str, Any]],
        window: tuple[int, int],
    ) -> None:
        if not columns:
            raise GraphQLError("Argument 'groupBy' must name a column.")
        self._store = store
        self._table = table
        self._where = where
        self._having = having
        self._columns = columns
        self._aggregates = [(function, name) for function, names in aggregates.items() for name in names]
        self._order = _order(columns, order)
        self._window = window

    @cached_property
    def _all(self) -> list[Row]:
        wanted = [*(f'"{name}"' for name in self._columns), *(expression(*each) for each in self._aggregates)]
        found = self._store.groups(
            self._table, wanted, self._where, by=self._columns, having=self._having, order_by=self._order
        )
        return [self._row(values) for values in found]

    def _row(self, values: tuple[Any, ...]) -> Row:
        count = len(self._columns)
        row = Row(zip(self._columns, values[:count], strict=True))
        aggregates: dict[str, dict[str, Any]] = {}
        for (function, column), value in zip(self._aggregates, values[count:], strict=True):
            aggregates.setdefault(function, {})[column] = value
        row["aggregates"] = aggregates
        return row

    @property
    def total_count(self) -> int:
        """How many groups there are."""
        return len(self._all)

    @property
    def items(self) -> list[Row]:
        """The groups."""
        offset, limit = self._window
        return self._all[offset : offset + limit] if limit >= 0 else self._all[offset:]

    @property
    def page_info(self) -> dict[str, Any]:
        """Nothing comes before or after, and nothing can be asked for by a cursor."""
        return {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}

    def cursors(self) -> list[str]:
        """None, for the same reason."""
        return [""] * len(self.items)


def _order(columns: list[str], wishes: list[dict[str, Any]]) -> str:
    """The order wished for, by columns or by what they come to; then by the columns of the group."""
    terms = []
    for name, wish in ((name, wish) for each in wishes for name, wish in each.items()):
        if isinstance(wish, dict):
            terms += [f"{expression(name[1:], column)} {direction}" for column, direction in wish.items()]
        else:
            terms.append(f'"{name}" {wish}')
    return ", ".join([*terms, *(f'"{name}"' for name in columns)])
