"""Many rows, one answer each: sent in requests of fitting size, and again where a request as a whole was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from businessnxt.errors import BusinessNxtError
from businessnxt.outcomes import CreateOutcome, Unclear, UpdateOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from businessnxt.pace import BatchSize

Row = TypeVar("Row")
Outcome = TypeVar("Outcome", CreateOutcome, UpdateOutcome)


def write(rows: Sequence[Row], size: BatchSize, send: Callable[[list[Row]], Sequence[Outcome | None]]) -> list[Outcome]:
    """Send rows until each has its outcome.

    Args:
        rows: What to write.
        size: How many go into a request.
        send: Writes some rows. None for a row means that nothing was kept because of others, and it may go again;
            the outcome of a row that went alone is always told.

    Raises:
        BusinessNxtError: Nothing can be written, and nothing has been. Once something was, that must be told: then
            the rows without an outcome are `Unclear`.
    """
    told: dict[int, Outcome] = {}
    waiting: list[list[int]] = [list(range(len(rows)))] if rows else []
    while waiting:
        part: list[int] = waiting.pop()
        part, rest = part[: size.rows], part[size.rows :]
        try:
            answers = send([rows[index] for index in part])
        except BusinessNxtError as error:
            if not told:
                raise
            return [told.get(index, Unclear(error)) for index in range(len(rows))]
        told |= {index: answer for index, answer in zip(part, answers, strict=True) if answer is not None}
        waiting += [each for each in (rest, *_again(part, told)) if each]
    return [told[index] for index in range(len(rows))]


def _again(part: list[int], told: Container[int]) -> tuple[list[int], ...]:
    """The rows to send once more, what comes first last; in halves where no row was found to be at fault."""
    again = [index for index in part if index not in told]
    if len(again) < len(part):
        return (again,)
    half = len(again) // 2
    return again[half:], again[:half]
