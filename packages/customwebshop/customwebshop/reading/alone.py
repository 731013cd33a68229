"""Takes one answer for all that there is where nothing speaks against it: many shops cut long lists silently."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from customwebshop import CredentialsError, MisreadError, RefusedError, UnreachableError

from . import paging, slips
from .definition import Paging
from .paging import Page, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from .definition import StreamDefinition

    Ask = Callable[[Turn, datetime | None], Page | None]

logger = logging.getLogger(__name__)

LENGTHS = (10, 15, 20, 24, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000)
"""Of pages that shops give unasked."""
_LEADS = ("next", "next_cursor", "nextcursor", "next_page", "nextpage", "next_url", "cursor", "endcursor", "page_info")
_MORE = ("more", "has_more", "hasmore", "has_next", "hasnext", "hasnextpage", "has_next_page")
_TOTALS = ("total", "total_count", "totalcount", "totalitems", "total_items", "count", "total_results")


def hints(page: Page, *, of_all: bool = True) -> Iterator[str]:
    """What an answer says of further pages, by the names that shops have for it.

    Args:
        page: The answer.
        of_all: Whether all rows were asked for; else a number of rows may be that of all.
    """
    if paging.lead(Paging("link_header"), page):
        yield "a header Link with rel=next"
    for place, value in _leaves(page.body):
        name = place.rpartition(".")[2].lower()
        counted = of_all and isinstance(value, int) and not isinstance(value, bool) and value > len(page.keys)
        if (name in _LEADS and value) or (name in _MORE and value is True) or (name in _TOTALS and counted):
            yield place


def _leaves(body: Any, way: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """What stands beside the records, and where."""
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, dict):
            yield from _leaves(value, f"{way}{name}.")
        elif not isinstance(value, list):
            yield f"{way}{name}", value


class Alone:
    """One answer that is said to hold all.

    Args:
        stream: The stream, of the style `none`.
        ask: Asks for a page, besides those that are read.
    """

    def __init__(self, stream: StreamDefinition, ask: Ask) -> None:
        self._name, self._paging, self._request, self._ask = stream.name, stream.paging, stream.request, ask

    def prove(self, page: Page, since: datetime | None, *, anew: bool) -> None:
        """Look for signs that it does not.

        Args:
            page: The answer.
            since: From when on it was asked for.
            anew: Whether there was no run before this one.

        Raises:
            MisreadError: The shop names another page, or gives one; or the answer is as long as pages usually are.
        """
        total = paging.told_total(self._paging, page)
        if self._paging.complete or not page.keys or (total is not None and total <= len(page.keys)):
            return
        if total is not None and since is None:  # whoever turns pages misses them
            return
        found = list(hints(page, of_all=since is None))
        if found or paging.told_more(self._paging, page):
            raise slips.not_alone(found or [str(self._paging.more)])
        if anew:
            self._look_beyond(page, since)
        if len(page.keys) in LENGTHS or total is not None:
            self._doubt(page, since)

    def _look_beyond(self, page: Page, since: datetime | None) -> None:
        """Ask as most shops that turn pages are asked: whoever gives other rows then, has them."""
        if len(page.keys) < LENGTHS[0] or self._request.graphql:
            return
        into = "" if self._request.method == "GET" else "/"
        for name, value, style in (("page", 2, "page"), ("offset", len(page.keys), "offset")):
            beyond = self._careful(Turn({f"{into}{name}": value}), since)
            if beyond and beyond.keys and set(beyond.keys).isdisjoint(page.keys):
                raise slips.cut_short(page, f"{into}{name}", value, style)

    def _doubt(self, page: Page, since: datetime | None) -> None:
        """As many rows as a page has: of those that changed it may be chance, where all that there are are more."""
        everything = self._careful(Turn(), None) if since else page
        if everything is None:
            logger.warning("%s: paging.style is none, and %d rows look like a full page.", self._name, len(page.keys))
        elif len(everything.keys) <= len(page.keys):
            raise slips.full_page(page)

    def _careful(self, turn: Turn, since: datetime | None) -> Page | None:
        """A page, asked for to prove something; None where the shop has none that can be read."""
        try:
            return self._ask(replace(turn, since=since), since)
        except CredentialsError:
            raise
        except (RefusedError, UnreachableError, MisreadError):
            return None
