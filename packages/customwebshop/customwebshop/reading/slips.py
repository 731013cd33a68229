"""What is wrong with how pages are told to turn: what was seen, the key to change, and what to set it to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customwebshop import MisreadError

from .contents import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .definition import Paging
    from .paging import Page

_ALL = "By paging.style, 'none', one answer is said to hold all"
_COMPLETE = "Where the shop is known to give all at once, set paging.complete to true."
WORDS = {"page": "page number", "offset": "offset", "cursor": "token"}


def unheeded_limit(paging: Paging, asked: int, given: int) -> MisreadError:
    """Pages are as long as the shop likes."""
    return MisreadError(
        f"Asked for {asked} rows, the shop gives {given}: it does not heed {paging.limit_param!r}.",
        key="paging.limit_param",
        remedy="Set paging.limit_param to what the shop calls its page size, or to null where it has none.",
    )


def unheeded(paging: Paging) -> MisreadError:
    """The first page is given, whatever is asked for."""
    other = {"page": "offset", "offset": "page"}.get(paging.style)
    instead = f"; where it has {WORDS[other]}s instead, set paging.style to {other}" if other else ""
    return MisreadError(
        f"The page after the first is the first one again: the shop does not heed {paging.param!r}.",
        key="paging.param",
        remedy=f"Set paging.param to what the shop calls its {WORDS[paging.style]}{instead}.",
    )


def given_twice(paging: Paging, page: Page) -> MisreadError:
    """The same, where nothing smaller than a page can be asked for: it may be the only one."""
    return MisreadError(
        f"The page after the first is the first one again: either the shop does not heed {paging.param!r}, or it has "
        f"one page, and gives that again; {told(page.body)}.",
        key="paging.param",
        remedy="Set paging.param to what the shop calls its page number. If it is that: set paging.limit_param, "
        "paging.total or paging.more, by which the one can be told from the other.",
    )


def clamped(paging: Paging) -> MisreadError:
    """The first page is given for the number before it, too."""
    return MisreadError(
        f"Pages {paging.first} and {paging.first + 1} are the same, and the next one is another.",
        key="paging.first",
        remedy=f"Set paging.first to {paging.first + 1}, from which the shop counts.",
    )


def late_first(paging: Paging) -> MisreadError:
    """The listing is begun in its middle."""
    return MisreadError(
        f"Rows stand before the first page: the shop counts from less than {paging.first}.",
        key="paging.first",
        remedy=f"Set paging.first to {paging.first - 1}.",
    )


def miscounted(paging: Paging, what: str, style: str) -> MisreadError:
    """Pages are counted where rows should be, or the other way round."""
    return MisreadError(
        f"By {paging.param!r} the shop counts {what}.",
        key="paging.style",
        remedy=f"Set paging.style to {style}, and paging.first to its first number.",
    )


def standing(paging: Paging, page: Page) -> MisreadError:
    """More rows follow, and nothing leads to them."""
    if paging.style == "link_header":
        return MisreadError(
            f"The answer has no header Link with rel=next, though more rows follow; {told(page.body)}.",
            key="paging.style",
            remedy="Set paging.style to how the shop tells what comes after a page, and what goes with it.",
        )
    return MisreadError(
        f"A full page has no {paging.next!r}, so what comes after it is unknown; {told(page.body, paging.next)}.",
        key="paging.next",
        remedy="Set paging.next to where the token or address of the next page stands, or another paging.style.",
    )


def not_alone(hints: Sequence[str]) -> MisreadError:
    """One answer is said to hold all, and it speaks of another one."""
    return MisreadError(
        f"{_ALL}, and it has {', '.join(hints)}.",
        key="paging",
        remedy=f"Say in paging how pages turn. {_COMPLETE}",
    )


def cut_short(page: Page, name: str, value: int, style: str) -> MisreadError:
    """One answer is said to hold all, and the shop gives others."""
    return MisreadError(
        f"{_ALL}; asked with {name}={value}, the shop gives other rows than its first {len(page.keys)}.",
        key="paging.style",
        remedy=f"Set paging.style to {style}, and paging.param to {name!r}.",
    )


def full_page(page: Page) -> MisreadError:
    """One answer is said to hold all, and may be a page of many."""
    return MisreadError(
        f"{_ALL}, and {len(page.keys)} rows are as many as a page has.",
        key="paging",
        remedy=f"Say in paging how pages turn, or set paging.total to where their number stands. {_COMPLETE}",
    )


def no_more(paging: Paging, page: Page) -> MisreadError:
    """Nothing says whether another page follows, and one does."""
    return MisreadError(
        f"paging.more, {paging.more!r}, finds nothing, and another page follows; {told(page.body, paging.more)}.",
        key="paging.more",
        remedy="Set it to what says whether there is another page, or to null.",
    )


def no_total(paging: Paging, page: Page) -> MisreadError:
    """Nothing says how many rows there are."""
    return MisreadError(
        f"paging.total, {paging.total!r}, finds no number; {told(page.body, paging.total)}.",
        key="paging.total",
        remedy="Set it to where the number of all rows stands, or to null.",
    )


def missing_rows(paging: Paging, total: int, found: int) -> MisreadError:
    """The shop counts more rows than it gives."""
    return MisreadError(
        f"By paging.total, {paging.total!r}, there are {total} rows, and the shop gave {found}.",
        key="paging",
        remedy="Check paging and request.params; set paging.total to null where it counts something else.",
    )
