"""Filter expressions as SQL conditions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.businessnxt.store import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.businessnxt.model import Table, Value

_COMPARISONS = {"_eq": "IS", "_not_eq": "IS NOT", "_gt": ">", "_gte": ">=", "_lt": "<", "_lte": "<="}
_VIRTUAL = {"createdDateTime": "created", "changedDateTime": "changed"}


def condition(table: Table, expression: dict[str, Any] | None) -> Condition:
    """The condition that a filter expression states; everything in one object must hold."""
    parts = []
    for name, operand in (expression or {}).items():
        if operand is None:
            continue
        if name in ("_and", "_or"):
            parts.append(_joined([condition(table, item) for item in operand], name[1:].upper()))
        else:
            parts += [_comparison(_left_side(table, name), operator, value) for operator, value in operand.items()]
    return both(*parts)


def both(*conditions: Condition) -> Condition:
    """All of the conditions at once."""
    return _joined(conditions, "AND")


def _joined(conditions: Sequence[Condition], word: str) -> Condition:
    """The conditions joined by AND or OR, as a balanced tree: SQLite limits how deep an expression goes."""
    if not conditions:
        return Condition()
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    left, right = _joined(conditions[:middle], word), _joined(conditions[middle:], word)
    return Condition(f"({left.sql} {word} {right.sql})", left.parameters + right.parameters)


def _left_side(table: Table, name: str) -> str:
    """The column, or for a virtual date-time the text that its date and time columns make."""
    if name not in _VIRTUAL:
        return f'"{name}"'
    kind = _VIRTUAL[name]
    day = f"substr({kind}Date, 1, 4) || '-' || substr({kind}Date, 5, 2) || '-' || substr({kind}Date, 7, 2)"
    hour = f"substr('00' || ({kind}Time / 100), -2)"
    rest = f"substr('00' || ({kind}Time % 100), -2) || ':00.000'"
    if kind == "changed" and table.milliseconds:
        rest = "strftime('%M:%f', changeTimeInMs / 1000.0, 'unixepoch')"
    return f"({day} || ' ' || {hour} || ':' || {rest})"


def _comparison(column: str, operator: str, value: Value) -> Condition:
    if operator in _COMPARISONS:
        return Condition(f"{column} {_COMPARISONS[operator]} ?", (value,))
    negation = "NOT " if operator.startswith("_not") else ""
    if operator.endswith("like"):
        return Condition(f"{column} {negation}LIKE ?", (value,))
    if operator.endswith("between"):
        return Condition(f"{column} {negation}BETWEEN ? AND ?", (value["from"], value["to"]))
    # One parameter however long the list: SQLite limits their number.
    return Condition(f"{column} {negation}IN (SELECT value FROM json_each(?))", (json.dumps(value),))  # noqa: S608 - a column and a fixed word
