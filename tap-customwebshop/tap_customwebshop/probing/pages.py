"""Whether the page turns, and whether what stands on it is told apart by its key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from customwebshop import MisreadError
from customwebshop.reading import paging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding
    from .sight import Seen, Sight


def keyed(first: Seen, sight: Sight) -> Iterator[Finding]:
    """Whether the key is one."""
    if len(set(first.page.keys)) < len(first.page.keys):
        twice, _ = Counter(first.page.keys).most_common(1)[0]
        seen = f"record {'/'.join(map(str, twice))} stands twice on one page"
        yield sight.found("key", "fail", seen, "key", "name properties that tell one record from all others")


def empty(first: Seen | None, sight: Sight) -> Finding:
    """A first page without rows: the shop holds none, or pages are counted from another number."""
    try:
        if first is not None:
            sight.reader.turning.prove_first(first.page, None)
    except MisreadError as problem:
        return sight.failed("next page", problem)
    return sight.found("page", "warn", "the shop holds none, so nothing more can be told")


def turned(first: Seen, sight: Sight) -> Iterator[Finding]:
    """Whether one page leads to the next."""
    try:
        yield from _turned(first, sight)
    except paging.RowsMovedError:
        yield sight.found("next page", "warn", "rows moved while it was looked at: probe again at a quieter time")
    except MisreadError as problem:
        yield sight.failed("next page", problem)


def _turned(first: Seen, sight: Sight) -> Iterator[Finding]:
    style, turning = sight.stream.paging.style, sight.reader.turning
    turn = turning.following(first.turn, first.page, None)
    if style == "none":
        yield _only(sight)
        return
    second = sight.ask(turn, turn.since) if turn else None
    new = [key for key in second.page.keys if key not in first.page.keys] if second else []
    if turn and second:
        turning.following(turn, second.page, None)
    if not new:
        turning.prove(first.page, None)
    seen = f"{len(new)} further records" if new else "one page holds all"
    yield sight.found("next page", "ok", f"{seen}, by {style}")
    seen = f"asked for {sight.page_size} records, the shop gives {len(first.raw)}"
    if turning.overfull(first.page):
        yield sight.found(
            "page size", "warn", seen, "paging.limit_param", "set it to what the shop calls it, or to null"
        )
    elif new and len(first.raw) < sight.page_size:
        yield sight.found("page size", "warn", seen, "", "set page_size to what it gives")


def _only(sight: Sight) -> Finding:
    """A page that is said to hold all, and against which nothing speaks."""
    told = sight.stream.paging.complete or sight.stream.paging.total
    remedy = "true, if the shop has no pages; else a run stops when there are as many rows as pages usually have"
    return sight.found("next page", "ok", "one page holds all", *(() if told else ("paging.complete", remedy)))
