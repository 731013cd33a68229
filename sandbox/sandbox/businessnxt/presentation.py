"""How the values of columns are shown: as they are, unless a switch says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.businessnxt import times

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.businessnxt.model import Column, Value
    from sandbox.businessnxt.reading_behaviours import ColumnBehaviours

_TIMESTAMPS_CAME = "2024-10-09 00:00:00.000"


def shown(column: Column, behaviours: ColumnBehaviours) -> Callable[[Any], Any] | None:
    """What is shown instead of a value of this column; None where it is the value itself."""
    steps = _steps(column, behaviours)
    if not steps:
        return None

    def show(value: Value) -> Value:
        for step in steps:
            value = step(value)
        return value

    return show


def _steps(column: Column, has: ColumnBehaviours) -> list[Callable[[Any], Any]]:
    steps: list[Callable[[Any], Any]] = []
    if column.type == "DateTime" and not has.old_rows_lack_timestamps:
        steps.append(lambda value: value or _TIMESTAMPS_CAME)
    if column.type == "DateTime" and not has.timestamps_have_a_blank:
        steps.append(lambda value: value and value.replace(" ", "T"))
    if column.type == "DateTime" and not has.timestamps_have_no_zone:
        steps.append(lambda value: value and f"{value}Z")
    if column.kind == "date" and not has.dates_are_numbers:
        steps.append(times.as_date)
    if column.type == "Decimal" and not has.decimals_are_numbers:
        steps.append(str)
    if not has.unset_is_zero_or_empty:
        steps.append(lambda value: value or None)
    return steps
