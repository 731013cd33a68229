"""What became of each row of a bulk write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from businessnxt.errors import BusinessNxtError, RowError


@dataclass(frozen=True)
class Change:
    """Columns to change on the rows that a filter selects.

    Attributes:
        where: The filter; with the columns' old values in it, the change is a compare-and-swap.
        values: The new values, in the order of assignment.
        key: The key columns of the one row that is meant.
    """

    where: Mapping[str, Any]
    values: Mapping[str, Any]
    key: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """It happened; the row as the server holds it now."""

    row: dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """It did not happen as asked, because of this row; where the schema has no `onError`, parts of it may be there."""

    error: RowError


@dataclass(frozen=True)
class Refused:
    """It certainly did not happen: no row met the filter."""


@dataclass(frozen=True)
class Unclear:
    """It may have happened, or may still happen; look before you write again."""

    error: BusinessNxtError


CreateOutcome: TypeAlias = Done | Failed | Unclear
UpdateOutcome: TypeAlias = Done | Failed | Refused | Unclear
