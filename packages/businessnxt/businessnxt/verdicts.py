"""What an answer says of each row of a bulk write: pure functions over rows that were sent and rows that came back.

A row is `Done` or `Failed` only where the answer says so of this very row; everything else is `Unclear`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from businessnxt.errors import BusinessNxtError, RowError, Unavailable
from businessnxt.outcomes import Change, CreateOutcome, Done, Failed, Refused, Unclear, UpdateOutcome
from businessnxt.transport import Answer, classify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]


def created(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str | None, answer: Answer
) -> list[CreateOutcome]:
    """Without errors: each row's item is told by what it carries, else by the order."""
    if echo is not None:
        return _echoed(rows, items, echo, answer)
    if len(items) == len(rows):
        return [Done(each) for each in items]
    return [Unclear(_lost(answer, "fewer rows came back than were sent"))] * len(rows)


def partly_created(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str | None, answer: Answer
) -> list[CreateOutcome]:
    """With errors, and no promise that nothing was kept.

    A row that an error names has failed, even if it came back: without `onError` it may have been saved without its
    bad columns (R-2026-05-25), and counts as written only once those are in it.
    """
    if len(rows) == 1 and not items:
        return [Failed(reason(answer))]
    bad = named(answer, len(rows))
    unclear: list[CreateOutcome] = [Unclear(_lost(answer, "errors came beside rows"))] * len(rows)
    told = _echoed(rows, items, echo, answer) if echo else unclear
    return [Failed(bad[index]) if index in bad else each for index, each in enumerate(told)]


def updated(changes: Sequence[Change], items: Sequence[Row], answer: Answer, field: str) -> list[UpdateOutcome]:
    """Without errors: a row that came back was changed, one that did not was not matched by its filter."""
    result = (answer.data.get("useCompany") or {}).get(field) or {}
    affected = int(result.get("affectedRows") or 0)
    if affected != len(items):
        return [Unclear(_lost(answer, f"{affected} rows were changed, but {len(items)} came back"))] * len(changes)
    by_key = {tuple(str(each.get(name)) for name in changes[0].key): each for each in items}
    found = [by_key.get(tuple(str(value) for value in change.key.values())) for change in changes]
    return [Refused() if each is None else Done(each) for each in found]


def partly_updated(number: int, answer: Answer) -> list[UpdateOutcome]:
    """With errors, and no promise that nothing was changed."""
    if number == 1:
        return [Failed(reason(answer))]
    return [Unclear(_lost(answer, "some of the rows failed"))] * number


def named(answer: Answer, number: int) -> dict[int, RowError]:
    """The rows that the errors name, by their place in the request."""
    problems = [classify(each, answer.trace) for each in answer.errors]
    return {
        each.index: each
        for each in problems
        if isinstance(each, RowError) and each.index is not None and each.index < number
    }


def reason(answer: Answer) -> RowError:
    """Why the only row of a request failed."""
    problem = classify(answer.errors[0], answer.trace)
    return problem if isinstance(problem, RowError) else RowError(str(problem))


def _echoed(rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str, answer: Answer) -> list[CreateOutcome]:
    found: dict[Any, list[Row]] = {}
    for item in items:
        found.setdefault(item.get(echo), []).append(item)
    matches = [found.get(row.get(echo), []) for row in rows]
    missing = Unclear(_lost(answer, "the row did not come back, or came back twice"))
    return [Done(each[0]) if len(each) == 1 else missing for each in matches]


def _lost(answer: Answer, why: str) -> BusinessNxtError:
    return Unavailable(f"the outcome is not certain: {why}", answer.trace)
