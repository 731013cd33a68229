"""Turns pages, and takes no end for one that a slip in the settings may have made.

Most shops ignore a parameter that they do not know: a wrong name gives the first page again, or pages of another size,
and a wrong path finds nothing, as behind the last page. So what such an end rests on is proved once, by a request or
two that a right shop answers otherwise.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from customwebshop import CredentialsError, RefusedError

from . import paging, slips
from .alone import Alone
from .paging import LED, Page, RowsMovedError, Turn
from .tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from customwebshop import MisreadError

    from .definition import StreamDefinition
    from .times import Asking

    Ask = Callable[[Turn, datetime | None], Page | None]

logger = logging.getLogger(__name__)

PROOF = 3  # rows that a page must have for its order to tell anything
SHIFTED, OTHER, SAME, UNCLEAR = "rows are counted", "pages are counted", "it is not heeded", "it cannot be told"


class Turning:
    """How the pages of one listing follow each other.

    Args:
        stream: The stream.
        page_size: Records that are asked for at a time.
        asking: How the stream asks for what changed.
        ask: Asks for a page, besides those that are read.
        whole: Whether the listing is that of the stream; of a few rows by their ids little is in doubt.

    Attributes:
        anew: Whether there was no run before this one, so that all is in doubt.
    """

    def __init__(
        self, stream: StreamDefinition, page_size: int, asking: Asking, ask: Ask, *, whole: bool = True
    ) -> None:
        self._whole, self.anew, self._name = whole, whole, stream.name
        self._paging, self._page_size, self._asking, self._ask = stream.paging, page_size, asking, ask
        self._alone, self._tally = Alone(stream, ask), Tally(stream)
        self._opening = Page(None)
        self._limit_proved = False

    def following(self, turn: Turn, page: Page, since: datetime | None) -> Turn | None:
        """The request after this one; None when its answer was the last.

        Raises:
            RowsMovedError: If rows were counted, and the count no longer holds.
            MisreadError: The shop does not heed what the settings say, or says nothing where they look.
        """
        if since is None:
            self._tally.add(page)
        if turn.pages == 0:
            self._open(page)
            if self.anew:
                self.prove_first(page, since)
        if turn.pages == 1 and self._paging.style == "page" and _shifted(page, self._opening):
            self._count(since)
        try:
            after = paging.following(self._paging, turn, page, self._asking)
        except RowsMovedError:
            self._count(since)
            raise
        if turn.pages == 1 and paging.fresh(turn, page):
            self._size(since)
        if after is None:
            self._end(turn, page, since)
        return after

    # what is held to proof, and when

    def _open(self, page: Page) -> None:
        self._opening = page
        if self.overfull(page):
            logger.warning("%s: %s", self._name, slips.unheeded_limit(self._paging, self._page_size, len(page.keys)))
        if self._paging.total and page.keys and paging.told_total(self._paging, page) is None:
            raise slips.no_total(self._paging, page)

    def overfull(self, page: Page) -> bool:
        """Whether a page has more rows than were asked for."""
        return bool(self._paging.limit_param) and len(page.keys) > self._page_size

    def _end(self, turn: Turn, page: Page, since: datetime | None) -> None:
        if self._paging.style == "none" and self._whole:
            self._alone.prove(page, since, anew=self.anew)
        doubted = self.anew or self._is_full(page)  # later runs of few rows are spared
        if turn.pages == 0 and page.keys and doubted and self._is_silent(page):
            self.prove(page, since)
        if turn.pages == 1 and self._paging.style == "page" and page.keys == turn.before:
            self.prove(page, since)
        self.ended(turn.rows + len(paging.fresh(turn, page)), since)

    def ended(self, rows: int, since: datetime | None) -> None:
        """No page follows; where all was asked for, as many rows came as the shop counts.

        Raises:
            MisreadError: Fewer came.
            RowsMovedError: Some came twice instead of others.
        """
        if self._whole and since is None:
            self._tally.close(rows)

    def _is_full(self, page: Page) -> bool:
        return bool(self._paging.limit_param) and len(page.keys) >= self._page_size

    def _is_silent(self, page: Page) -> bool:
        """Whether the answer says nothing of what comes after it, one way or the other."""
        if paging.told_more(self._paging, page) is not None:
            return False
        if self._paging.style == "link_header":
            return not page.link
        if self._paging.style in LED:
            return not _mentions(page.body, self._paging.next)
        return self._paging.more is not None

    # the proofs

    def prove(self, page: Page, since: datetime | None) -> None:
        """Prove that the only page holds all: ask for half of it, which must be followed by the rest.

        Raises:
            MisreadError: There is no way to the rest.
        """
        if self._paging.style not in LED and self._paging.more and paging.told_more(self._paging, page) is None:
            self._go_on(page, since)
            return
        if len(page.keys) > 1 and self._paging.limit_param:
            self._halve(page, since)
        elif len(page.keys) > 1 and self._paging.style == "page":
            raise slips.given_twice(self._paging, page)

    def _halve(self, page: Page, since: datetime | None) -> None:
        half = len(page.keys) // 2
        start = paging.first(self._paging, half, since)
        first = self._careful(start, since)
        if first is None or len(first.keys) < half:
            return
        if len(first.keys) >= len(page.keys):
            if self._paging.style == "page":
                raise slips.unheeded_limit(self._paging, half, len(first.keys))
            if self._paging.style in LED and self._is_full(page) and self._is_silent(page):
                raise slips.standing(self._paging, page)
            return
        turn = paging.following(self._paging, start, first, self._asking)
        if turn is None:
            raise slips.standing(self._paging, page)
        second = self._careful(turn, since)
        if second is None or set(second.keys) <= set(first.keys):
            raise self._unheeded(since)

    def prove_first(self, page: Page, since: datetime | None) -> None:
        """Prove that nothing stands before the first page: it begins with the same row, however long it is.

        Raises:
            MisreadError: The shop counts from a smaller number.
        """
        start = paging.first(self._paging, max(1, len(page.keys) // 2), since)
        if self._paging.style == "page" and self._paging.limit_param:
            shorter = self._careful(start, since)
            moved = shorter is None or not shorter.keys or shorter.keys[:1] == list(page.keys[:1])
        elif self._paging.style == "offset" and self._paging.first > 0:
            before = {**start.params, str(self._paging.param): self._paging.first - 1}
            shorter = self._careful(replace(start, params=before), since)
            moved = shorter is None or not shorter.keys or shorter.keys[0] in page.keys
        else:
            return
        if not moved and self._is_still(page, since):
            raise slips.late_first(self._paging)

    def _is_still(self, page: Page, since: datetime | None) -> bool:
        """Whether the first page is what it was."""
        again = self._careful(paging.first(self._paging, self._page_size, since), since)
        return again is not None and again.keys == page.keys

    def _go_on(self, page: Page, since: datetime | None) -> None:
        """`more` says nothing of the page: look whether another one follows it, or half of it, all the same."""
        halved = self._paging.limit_param and len(page.keys) > 1
        start = paging.first(self._paging, len(page.keys) // 2 if halved else self._page_size, since)
        first = self._careful(start, since) if halved else page
        if first is None or paging.told_more(self._paging, first) is not None:
            return
        turn = paging.following(replace(self._paging, more=None), start, first, self._asking)
        second = self._careful(turn, since) if turn else None
        if second and not set(second.keys) <= set(first.keys):
            raise slips.no_more(self._paging, page)

    def _size(self, since: datetime | None) -> None:
        """Pages shorter than asked for are a limit of the shop's, unless it gives as many however few are asked for."""
        given = len(self._opening.keys)
        if self._limit_proved or not self._paging.limit_param or not 1 < given < self._page_size:
            return
        self._limit_proved = True
        page = self._careful(paging.first(self._paging, given - 1, since), since)
        if page and len(page.keys) >= given:
            raise slips.unheeded_limit(self._paging, given - 1, len(page.keys))

    def _count(self, since: datetime | None) -> None:
        """Find out what the shop counts, where the second page is not what the settings lead to.

        Raises:
            MisreadError: Something else than they say.
        """
        counted = self._counted(since) if self._paging.style in ("page", "offset") else UNCLEAR
        if counted == SAME:
            raise self._unheeded(since)
        if counted == OTHER and self._paging.style == "offset":
            raise slips.miscounted(self._paging, "pages, not rows", "page")
        if counted == SHIFTED and self._paging.style == "page":
            raise slips.miscounted(self._paging, "rows, not pages", "offset")

    def _counted(self, since: datetime | None) -> str:
        start = paging.first(self._paging, self._page_size, since)
        name, after = str(self._paging.param), self._paging.first + 1
        turns = [replace(start, params={**start.params, name: at}) for at in (after, after + 1)]
        one, two = (self._careful(turn, since) for turn in turns)
        if one is None or not one.keys or two is None or not two.keys:
            return OTHER if len(self._opening.keys) >= PROOF else UNCLEAR
        if one.keys == two.keys:
            return SAME if len(one.keys) > 1 else UNCLEAR
        if _shifted(two, one):
            return SHIFTED
        return OTHER if set(one.keys).isdisjoint(two.keys) else UNCLEAR

    def _careful(self, turn: Turn, since: datetime | None) -> Page | None:
        """A page, asked for to prove something; None where the shop has none, or refuses."""
        try:
            return self._ask(turn, since)
        except CredentialsError:
            raise
        except RefusedError:
            return None

    def _unheeded(self, since: datetime | None) -> MisreadError:
        """The first page, whatever is asked for: by a wrong name, or because its number is not the first one."""
        if self._paging.style == "page":
            start = paging.first(self._paging, self._page_size, since)
            at = {**start.params, str(self._paging.param): self._paging.first + 2}
            third = self._careful(replace(start, params=at), since)
            if third is None or third.keys != self._opening.keys:
                return slips.clamped(self._paging)
        return slips.unheeded(self._paging)


def _shifted(page: Page, before: Page) -> bool:
    """Whether a page is the one before it, moved on by a single row."""
    return len(before.keys) >= PROOF and bool(page.keys) and list(page.keys[: len(before.keys) - 1]) == before.keys[1:]


def _mentions(body: object, path: str | None) -> bool:
    """Whether an answer has the place that a path names, be it with null in it."""
    for name in (path or "@").split("."):
        if not isinstance(body, dict):
            return False
        if name not in body:
            return not name.isidentifier()  # more than a name: only JMESPath can tell
        body = body[name]
    return True
