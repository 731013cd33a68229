"""What an answer says of each row of a bulk write: pure functions over rows that were sent and rows that came back.

A row is `Done` or `Failed` only where the answer says so of this very row; everything else is `Unclear`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from businessnxt.errors import RowError, Unavailable
from businessnxt.outcomes import Change, CreateOutcome, Done, Failed, Refused, Unclear, UpdateOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from businessnxt.answers import Answer

Row = dict[str, Any]


def created(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str | None, answer: Answer
) -> list[CreateOutcome]:
    """Without errors: each row's item is told by what it carries, else by the order."""
    if echo is not None:
        return _echoed(rows, items, echo, answer)
    if len(items) == len(rows):
        return [Done(each) for each in items]
    return [_unclear(answer, f"{len(rows)} rows were sent, {len(items)} came back")] * len(rows)


def partly_created(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str | None, answer: Answer
) -> list[CreateOutcome]:
    """With errors, and no promise that nothing was kept.

    A row that an error names has failed, even if it came back: without `onError` it may have been saved without its
    bad columns (R-2026-05-25), and counts as written only once those are in it.
    """
    if len(rows) == 1 and not items:
        return [Failed(_reason(answer))]
    bad = _named(answer)
    unclear: list[CreateOutcome] = [_unclear(answer, "errors came beside rows")] * len(rows)
    told = _echoed(rows, items, echo, answer) if echo else unclear
    return [Failed(bad[index]) if index in bad else each for index, each in enumerate(told)]


def updated(changes: Sequence[Change], result: Mapping[str, Any] | None, answer: Answer) -> list[UpdateOutcome]:
    """Without errors: a row that came back was changed, one that did not was not matched by its filter."""
    items = rows_of(result)
    affected = int((result or {}).get("affectedRows") or 0)
    if result is None or affected != len(items):
        return [_unclear(answer, f"{affected} rows were changed, {len(items)} came back")] * len(changes)
    found = _by_key(changes, items)
    if len(items) > sum(each is not None for each in found):
        missing: UpdateOutcome = _unclear(answer, "a row came back that was not asked for")
    else:
        missing = Refused()
    return [missing if each is None else Done(each) for each in found]


def partly_updated(changes: Sequence[Change], result: Mapping[str, Any] | None, answer: Answer) -> list[UpdateOutcome]:
    """With errors, and no promise that nothing was changed.

    A row that failed comes back with its old values (R-2026-06-22), so one that came back was changed only if every
    error names another row.
    """
    if len(changes) == 1:
        return [Failed(_reason(answer))]
    bad = _named(answer)
    certain = all(isinstance(each, RowError) and each.index is not None for each in answer.errors)
    found = _by_key(changes, rows_of(result) if certain else [])
    unclear = _unclear(answer, "some rows failed, and the answer does not say of each which")
    rest: list[UpdateOutcome] = [unclear if each is None else Done(each) for each in found]
    return [Failed(bad[index]) if index in bad else each for index, each in enumerate(rest)]


def nothing_kept(number: int, answer: Answer) -> list[Failed | None]:
    """With errors, and nothing done of the whole request: None is a row that may go again without the bad ones."""
    if number == 1:
        return [Failed(_reason(answer))]
    bad = _named(answer)
    return [Failed(bad[index]) if index in bad else None for index in range(number)]


def rows_of(result: Mapping[str, Any] | None) -> list[Row]:
    """The rows that came back."""
    return [each for each in (result or {}).get("items") or () if each]


def _named(answer: Answer) -> dict[int, RowError]:
    """The rows that the errors name, by their place in the request; the first error of a row counts."""
    found: dict[int, RowError] = {}
    for each in answer.errors:
        if isinstance(each, RowError) and each.index is not None:
            found.setdefault(each.index, each)
    return found


def _reason(answer: Answer) -> RowError:
    """Why the only row of a request failed."""
    problem = answer.errors[0]
    return problem if isinstance(problem, RowError) else RowError(str(problem))


def _echoed(rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str, answer: Answer) -> list[CreateOutcome]:
    found: dict[Any, list[Row]] = {}
    for item in items:
        found.setdefault(item.get(echo), []).append(item)
    matches = [found.get(row.get(echo), []) for row in rows]
    missing = _unclear(answer, "the row did not come back, or came back twice")
    return [Done(each[0]) if len(each) == 1 else missing for each in matches]


def _by_key(changes: Sequence[Change], items: Sequence[Row]) -> list[Row | None]:
    by_key = {tuple(str(each.get(name)) for name in changes[0].key): each for each in items}
    return [by_key.get(tuple(map(str, change.key.values()))) for change in changes]


def _unclear(answer: Answer, why: str) -> Unclear:
    return Unclear(Unavailable(f"the outcome is not certain: {why}", answer.trace))
