"""Conditions on rows: how they are joined, what follows a row in the order of a key, and what reaches too far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Filter = Mapping[str, Any]
"""`{column: {operator: value}}`, joined with `_and` and `_or` (D26)."""

_NOTHING = object()


def both(one: Filter | None, other: Filter | None) -> Filter | None:
    """Rows that meet both conditions; None is no condition."""
    if one and other:
        return {"_and": [one, other]}
    return one or other


def after(order: Sequence[str], last: Mapping[str, Any]) -> Filter:
    """The rows behind `last` in this order.

    Raises:
        ValueError: The row holds nothing in one of the columns, so that nothing can be told to lie behind it.
    """
    if empty := [column for column in order if last[column] is None]:
        raise ValueError(f"rows cannot be read in the order of {empty[0]}, which is empty on some; leave those out")
    steps = [_step(order[: index + 1], last) for index in range(len(order))]
    return steps[0] if len(steps) == 1 else {"_or": steps}


def _step(columns: Sequence[str], last: Mapping[str, Any]) -> Filter:
    *same, behind = columns
    parts = [*({column: {"_eq": last[column]}} for column in same), {behind: {"_gt": last[behind]}}]
    return parts[0] if len(parts) == 1 else {"_and": parts}


def equal(values: Mapping[str, Any]) -> Filter:
    """Rows that hold these values."""
    parts = [{column: {"_eq": value}} for column, value in values.items()]
    return parts[0] if len(parts) == 1 else {"_and": parts}


def pins(where: Filter, column: str, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether only rows with this value in this column can meet the condition."""
    own = where.get(column)
    if isinstance(own, Mapping) and own.get("_eq", _NOTHING) == value:
        return True
    return any(pins(each, column, value) for each in where.get("_and") or ())


def selects(where: Filter) -> bool:
    """Whether the condition says anything at all; `{}`, `{"_and": []}` and `{"orderNo": {}}` do not."""
    return any(_says(name, value) for name, value in where.items())


def _says(name: str, value: Any) -> bool:  # noqa: ANN401 - whatever stands in a filter
    if name == "_and":
        return any(map(selects, value))
    if name == "_or":
        return bool(value) and all(map(selects, value))
    return bool(value)
