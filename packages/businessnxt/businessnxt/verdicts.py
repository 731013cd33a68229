"""What an answer says of each row of a bulk write: pure functions over rows that were sent and rows that came back.

A row is `Done` or `Failed` only where the answer says so of this very row; everything else is `Unclear`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from businessnxt.errors import BusinessNxtError, RowError, RowLocked, Unavailable, together
from businessnxt.outcomes import Change, CreateOutcome, Done, Failed, Later, Refused, Unclear, UpdateOutcome

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

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
    return [_unclear(answer, f"rows that were sent: {len(rows)}, that came back: {len(items)}")] * len(rows)


def partly_created(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str | None, answer: Answer
) -> list[CreateOutcome]:
    """With errors, and no promise that nothing was kept.

    A row that an error names has failed, even if it came back: without `onError` it may have been saved without its
    bad columns (R-2026-05-25), and counts as written only once those are in it.
    """
    if len(rows) == 1 and not items and not answer.unshown:
        return [_refused(answer.errors)]
    bad = _named(answer)
    unclear: list[CreateOutcome] = [_unclear(answer, "errors came beside rows")] * len(rows)
    told = _echoed(rows, items, echo, answer) if echo else unclear
    return [bad.get(index, each) for index, each in enumerate(told)]


def updated(changes: Sequence[Change], result: Mapping[str, Any] | None, answer: Answer) -> list[UpdateOutcome]:
    """Without errors: a row that came back was changed, one that did not was not matched by its filter."""
    items = rows_of(result)
    affected = int((result or {}).get("affectedRows") or 0)
    if result is None or affected != len(items):
        return [_unclear(answer, f"rows that were changed: {affected}, that came back: {len(items)}")] * len(changes)
    found = _by_key(changes, items)
    strange = len(items) > len({id(row) for rows in found for row in rows})
    missing: UpdateOutcome = _unclear(answer, "a row came back that was not asked for") if strange else Refused()
    return _told_apart(found, missing, _unclear(answer, "some changes of one row happened, and some did not"))


def partly_updated(changes: Sequence[Change], result: Mapping[str, Any] | None, answer: Answer) -> list[UpdateOutcome]:
    """With errors, and no promise that nothing was changed.

    A row that failed comes back with its old values (R-2026-06-22), so one that came back was changed only if every
    error names another row.
    """
    if len(changes) == 1 and not answer.unshown:
        return [_refused(answer.errors)]
    bad = _named(answer)
    certain = all(isinstance(each, RowError) and each.index is not None for each in answer.errors)
    unclear = _unclear(answer, "some rows failed, and the answer does not say of each which")
    rest = _told_apart(_by_key(changes, rows_of(result) if certain else []), unclear, unclear)
    return [bad.get(index, each) for index, each in enumerate(rest)]


def _told_apart(found: Sequence[list[Row]], missing: UpdateOutcome, mixed: UpdateOutcome) -> list[UpdateOutcome]:
    """A change is done where all changes of its row came back; `mixed` stands for those of which only some did."""
    asked = Counter(id(rows) for rows in found)
    return [missing if not rows else Done(rows[-1]) if len(rows) == asked[id(rows)] else mixed for rows in found]


def nothing_kept(number: int, answer: Answer) -> list[Failed | Later | None]:
    """With errors, and nothing done of the whole request: None is a row that may go again without the bad ones."""
    if number == 1:
        return [_refused(answer.errors)]
    bad = _named(answer)
    return [bad.get(index) for index in range(number)]


def rows_of(result: Mapping[str, Any] | None, unshown: Container[int] = ()) -> list[Row]:
    """The rows that came back, but for those of which something could not be shown."""
    return [each for index, each in enumerate((result or {}).get("items") or ()) if each and index not in unshown]


def _named(answer: Answer) -> dict[int, Failed | Later]:
    """The rows that the errors name, by their place in the request; all errors of a row are told together."""
    found: defaultdict[int, list[BusinessNxtError]] = defaultdict(list)
    for each in answer.errors:
        if isinstance(each, RowError) and each.index is not None:
            found[each.index].append(each)
    return {index: _refused(errors) for index, errors in found.items()}


def _refused(errors: Sequence[BusinessNxtError]) -> Failed | Later:
    """What is wrong with a row; nothing is, where somebody merely has it open."""
    problem = together(errors)
    if isinstance(problem, RowLocked):
        return Later(problem)
    return Failed(problem if isinstance(problem, RowError) else RowError(problem.message, problem.trace, problem.place))


def _echoed(rows: Sequence[Mapping[str, Any]], items: Sequence[Row], echo: str, answer: Answer) -> list[CreateOutcome]:
    sent = Counter(row.get(echo) for row in rows)
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for item in items:
        found[item.get(echo)].append(item)
    missing = _unclear(answer, "the row did not come back, or cannot be told from another one")
    return [
        Done(found[each][0]) if len(found[each]) == sent[each] == 1 else missing
        for each in (row.get(echo) for row in rows)
    ]


def _by_key(changes: Sequence[Change], items: Sequence[Row]) -> list[list[Row]]:
    """For each change the rows that came back under its key."""
    names = list(changes[0].key)
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for item in items:
        found[tuple(str(item.get(name)) for name in names)].append(item)
    return [found[tuple(str(change.key[name]) for name in names)] for change in changes]


def _unclear(answer: Answer, why: str) -> Unclear:
    return Unclear(Unavailable(f"the outcome is not certain: {why}", answer.trace))
