"""What became of each row of a bulk write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from businessnxt.errors import BusinessNxtError, RowError


@dataclass(frozen=True)
class Change:
    """Columns to change on the one row that a filter selects.

    Attributes:
        where: The filter; with the columns' old values in it, the change is a compare-and-swap.
        values: The new values, in the order of assignment.
        key: The key columns of the one row that is meant; the filter must demand these very values.
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
class Later:
    """It certainly did not happen, and nothing is wrong with the row: a person has it open, or its turn never came."""

    error: BusinessNxtError


@dataclass(frozen=True)
class Unclear:
    """It may have happened, or may still happen; look before you write again.

    Attributes:
        error: Why nobody knows; its trace id is what Visma's support asks for.
        where: A filter that finds the row if it is there; None for a new row that carries nothing to tell it by.
    """

    error: BusinessNxtError
    where: Mapping[str, Any] | None = None


CreateOutcome: TypeAlias = Done | Failed | Later | Unclear
UpdateOutcome: TypeAlias = Done | Failed | Refused | Later | Unclear
