"""Filter expressions as SQL conditions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from sandbox.businessnxt.grouping import FUNCTIONS, expression
from sandbox.businessnxt.store import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.businessnxt.model import Table, Value
    from sandbox.businessnxt.reading_behaviours import FilterBehaviours

_COMPARISONS = {"_eq": "IS", "_not_eq": "IS NOT", "_gt": ">", "_gte": ">=", "_lt": "<", "_lte": "<="}
_LISTS = ("_in", "_not_in")
_INTERVALS = ("_between", "_not_between")
_PATTERNS = ("_like", "_not_like")
_VIRTUAL = {"createdDateTime": "created", "changedDateTime": "changed"}
_NOTHING = Condition("0")


def condition(table: Table, given: dict[str, Any] | None, behaviours: FilterBehaviours) -> Condition:
    """The condition that a filter states; everything in one object must hold."""
    if given is None:
        return Condition() if behaviours.absent_filter_finds_all else _NOTHING
    if not given:
        return Condition() if behaviours.empty_filter_finds_all else _NOTHING
    return _Reader(table, behaviours).read(given)


def both(*conditions: Condition) -> Condition:
    """All of the conditions at once."""
    return _joined(conditions, "AND")


class _Reader:
    """Reads the filters of one table."""

    def __init__(self, table: Table, behaviours: FilterBehaviours) -> None:
        self._table = table
        self._behaviours = behaviours

    def read(self, given: dict[str, Any]) -> Condition:
        parts = []
        for name, operand in given.items():
            if operand is None:
                continue
            if name in ("_and", "_or"):
                parts.append(_joined([self.read(item) for item in operand], name[1:].upper()))
            elif name[1:] in FUNCTIONS and name.startswith("_"):
                parts += [self._compared(expression(name[1:], column), each) for column, each in operand.items()]
            else:
                parts.append(self._compared(self._left_side(name), operand))
        return both(*parts)

    def _compared(self, left: str, operations: dict[str, Any]) -> Condition:
        """One left side with all its operators."""
        if len(operations) > 1 and not self._behaviours.several_operators_mean_and:
            raise GraphQLError(f"Only one operator at a time: {', '.join(operations)}.")
        return both(*(self._comparison(left, operator, value) for operator, value in operations.items()))

    def _left_side(self, name: str) -> str:
        """The column, or for a virtual date-time the text that its date and time columns make."""
        if name in _VIRTUAL:
            return self._date_time(_VIRTUAL[name])
        if name not in self._table.columns:
            raise GraphQLError(f"The imitation cannot filter {self._table.name} by '{name}'.")
        collation = "" if self._behaviours.comparisons_ignore_case else " COLLATE BINARY"
        return f'"{name}"{collation}'

    def _date_time(self, kind: str) -> str:
        day = f"substr({kind}Date, 1, 4) || '-' || substr({kind}Date, 5, 2) || '-' || substr({kind}Date, 7, 2)"
        hour = f"substr('00' || ({kind}Time / 100), -2)"
        rest = f"substr('00' || ({kind}Time % 100), -2) || ':00.000'"
        if kind == "changed" and self._table.milliseconds and self._behaviours.date_times_know_milliseconds:
            rest = "strftime('%M:%f', changeTimeInMs / 1000.0, 'unixepoch')"
        return f"({day} || ' ' || {hour} || ':' || {rest})"

    def _comparison(self, left: str, operator: str, value: Value) -> Condition:
        if operator in _COMPARISONS:
            if value is None and not self._behaviours.null_finds_empty_stamps:
                return _NOTHING
            return Condition(f"{left} {_COMPARISONS[operator]} ?", (value,))
        negation = "NOT " if operator.startswith("_not") else ""
        if operator in _PATTERNS:
            return Condition(f"{left} {negation}LIKE ?", (value,))
        if operator in _INTERVALS:
            ends = tuple(value.values()) if isinstance(value, dict) else tuple(value)
            return Condition(f"{left} {negation}BETWEEN ? AND ?", ends)
        if operator in _LISTS:
            # One parameter however long the list: SQLite limits their number.
            return Condition(f"{left} {negation}IN (SELECT value FROM json_each(?))", (json.dumps(value),))  # noqa: S608 - a column and a fixed word
        raise GraphQLError(f"The imitation does not know the operator '{operator}'.")


def _joined(conditions: Sequence[Condition], word: str) -> Condition:
    """The conditions joined by AND or OR, as a balanced tree: SQLite limits how deep an expression goes."""
    if not conditions:
        return Condition()
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    left, right = _joined(conditions[:middle], word), _joined(conditions[middle:], word)
    return Condition(f"({left.sql} {word} {right.sql})", left.parameters + right.parameters)
