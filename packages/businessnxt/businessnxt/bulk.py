"""Many rows, one answer each: sent in requests of fitting size, and again where a request as a whole was refused."""

from __future__ import annotations

import copy
import logging
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, TypeVar

from businessnxt import pace
from businessnxt.errors import BusinessNxtError, RowLocked
from businessnxt.outcomes import CreateOutcome, Failed, Later, Unclear, UpdateOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from businessnxt.pace import BatchSize

logger = logging.getLogger(__name__)

LOST_IN_A_ROW = 3
"""After so many requests without an answer, one after the other, the company is left alone."""

Row = TypeVar("Row")
Error = TypeVar("Error", bound=BusinessNxtError)
Outcome = TypeVar("Outcome", CreateOutcome, UpdateOutcome)


def write(rows: Sequence[Row], size: BatchSize, send: Callable[[list[Row]], Sequence[Outcome | None]]) -> list[Outcome]:
    """Send rows until each has its outcome.

    Args:
        rows: What to write.
        size: How many go into a request.
        send: Writes some rows, or raises where none of them was written and none can be. None for a row means that
            it was not kept because of others, and may go again; the outcome of a row that went alone is always told.

    Raises:
        BusinessNxtError: Nothing can be written, and nothing has been. Once something was, that must be told: then
            the rows without an outcome have `Later`.
    """
    told: dict[int, Outcome] = {}
    waiting: list[list[int]] = [list(range(len(rows)))] if rows else []
    lost = 0
    while waiting:
        part: list[int] = waiting.pop()
        part, rest = part[: size.rows], part[size.rows :]
        try:
            answers = send([rows[index] for index in part])
        except BusinessNxtError as error:
            if not told:
                raise
            return [told.get(index, Later(error)) for index in range(len(rows))]
        told |= {index: _numbered(answer, index) for index, answer in zip(part, answers, strict=True) if answer}
        waiting += [each for each in (rest, *_again(part, told)) if each]
        unclear = [each for each in answers if isinstance(each, Unclear)]
        lost = lost + 1 if len(unclear) == len(part) else 0
        if lost == LOST_IN_A_ROW:
            return [told.get(index, Later(unclear[0].error)) for index in range(len(rows))]
    return [told[index] for index in range(len(rows))]


def patiently(rows: Sequence[Row], write_some: Callable[[list[Row]], list[Outcome]], patience: float) -> list[Outcome]:
    """Write rows, and those that somebody has open again and again while patience lasts.

    Args:
        rows: What to write.
        write_some: Writes some of them, and tells the outcome of each.
        patience: Seconds to spend on waiting, at most.

    Raises:
        BusinessNxtError: As `write_some` does when nothing was written.
    """
    outcomes = write_some(list(rows))
    attempt = 1
    while (locked := [index for index, each in enumerate(outcomes) if _is_locked(each)]) and patience > 0:
        seconds = min(pace.pause(attempt, None), patience)
        logger.info("%d rows are locked; trying again in %.1f s", len(locked), seconds)
        sleep(seconds)
        patience, attempt = patience - seconds, attempt + 1
        try:
            answers = write_some([rows[index] for index in locked])
        except BusinessNxtError as error:
            logger.warning("locked rows are left for later: %s", error)
            break
        for index, answer in zip(locked, answers, strict=True):
            outcomes[index] = _numbered(answer, index)
    return outcomes


def _again(part: list[int], told: Container[int]) -> tuple[list[int], ...]:
    """The rows to send once more, what comes first last; in halves where no row was found to be at fault."""
    again = [index for index in part if index not in told]
    if len(again) < len(part):
        return (again,)
    half = len(again) // 2
    return again[half:], again[:half]


def _is_locked(outcome: CreateOutcome | UpdateOutcome) -> bool:
    return isinstance(outcome, Later) and isinstance(outcome.error, RowLocked)


def _numbered(outcome: Outcome, index: int) -> Outcome:
    """The outcome with the row's number among all that were written, not among those of its request."""
    if isinstance(outcome, Failed):
        return replace(outcome, error=_at(outcome.error, index))
    return replace(outcome, error=_at(outcome.error, index)) if isinstance(outcome, Later) else outcome


def _at(error: Error, index: int) -> Error:
    """The same error of another row."""
    found = copy.copy(error)
    found.place = replace(error.place, index=index)
    return found
