"""What Business NXT does by a processing and not by setting a column: an order is cancelled. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Columns = dict[str, Any]

Act = tuple[str, str, int]
"""A processing, with the column and the bit of it that it sets."""

BY_PROCESSING: Mapping[tuple[str, str], Mapping[int, str]] = {("order", "orderStatus1"): {536870912: "cancel"}}
"""Bits of computed columns, each with the processing that sets it (`DoneCancelling`; D9, M 5.4)."""


def settable(table: str, values: Mapping[str, Any]) -> Columns:
    """The columns that are set as such."""
    return {column: value for column, value in values.items() if (table, column) not in BY_PROCESSING}


def processings_of(table: str, columns: Iterable[str]) -> list[str]:
    """The processings that columns of a table may come to."""
    return [name for column in columns for name in BY_PROCESSING.get((table, column), {}).values()]


def acts_of(table: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[list[Act], str]:
    """The processings that a change comes to; or why it cannot be done."""
    found: list[Act] = []
    for column, value in values.items():
        known = BY_PROCESSING.get((table, column))
        if known is None:
            continue
        now, then = int(before.get(column) or 0), int(value or 0)
        found += [(name, column, bit) for bit, name in known.items() if then & ~now & bit]
        if (now ^ then) & ~sum(bit for _, _, bit in found):
            return [], f"{column} is set by Business NXT alone, and what is cancelled cannot be opened again"
    return found, ""
