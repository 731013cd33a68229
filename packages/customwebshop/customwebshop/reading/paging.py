"""Decides which request comes next, from what the last one answered; asks nobody itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from requests.utils import parse_header_links

from customwebshop import MisreadError

from .contents import told
from .shaping import search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from .definition import Paging
    from .times import Asking

Key = tuple[Any, ...]
LED = ("cursor", "next_url", "link_header")
"""The styles in which each answer says how the next page is asked for."""
COUNTED = {
    "page", "p", "paged", "page_number", "pagenumber", "page[number]", "pageindex", "currentpage",
    "offset", "page[offset]", "skip", "start", "startindex",
}  # fmt: skip
"""What shops call the number of a page or row in the address of the next one, in small letters."""


class RowsMovedError(Exception):
    """Rows went in or out before the place where a counted listing stood: what it skipped is not known."""


class ReachedError(Exception):
    """The shop lets a listing lead no further, and there is more."""


class Page(NamedTuple):
    """What an answer held, as far as turning pages needs it."""

    body: Any
    keys: Sequence[Key] = ()
    stamps: Sequence[datetime | None] = ()
    link: str = ""  # the header of that name


@dataclass(frozen=True)
class Turn:
    """One request of many: what it adds to what the stream always asks."""

    params: Mapping[str, Any] = field(default_factory=dict)  # by place
    url: str | None = None  # instead of path and parameters
    position: int = 0  # counted pages: of this page; counted rows: of the first new one
    before: Sequence[Key] = ()  # the keys of the page before, where they tell something
    overlap: int = 0  # so many rows at the start were on the page before
    since: datetime | None = None  # keyset: from where the listing is asked for by now
    seen: frozenset[tuple[Key, datetime]] = frozenset()  # keyset: rows of that time that were on a page already
    largest: int = 0  # keyset: the most rows that a page had
    pages: int = 0  # so many came before it
    rows: int = 0  # and so many rows on them
    last: tuple[Sequence[Key], Sequence[datetime | None]] | None = None  # keys and stamps of the page that led here


def first(paging: Paging, page_size: int, since: datetime | None = None) -> Turn:
    """The request that opens a listing."""
    limit = {paging.limit_param: min(page_size, paging.at_most or page_size)} if paging.limit_param else {}
    counted = {paging.param: paging.first} if paging.style in {"page", "offset"} and paging.param else {}
    return Turn({**limit, **counted}, position=paging.first, since=since)


def following(paging: Paging, turn: Turn, page: Page, asking: Asking) -> Turn | None:
    """The request after this one; None when its answer was the last.

    Counted listings end only with a page that has nothing new: a short one may be a cap the shop keeps silent about.

    Raises:
        RowsMovedError: If rows were counted, and the count no longer holds.
    """
    after = _after(paging, turn, page, asking)
    return after and replace(after, pages=turn.pages + 1, rows=turn.rows + len(fresh(turn, page)))


def _after(paging: Paging, turn: Turn, page: Page, asking: Asking) -> Turn | None:
    if paging.style in LED:
        return _led(paging, turn, page)
    if paging.style == "page":
        return _next_page(paging, turn, page)
    if paging.style == "offset":
        return _next_rows(paging, turn, page)
    if paging.style == "keyset":
        return _next_change(paging, turn, page, asking)
    return None


def fresh(turn: Turn, page: Page) -> Sequence[int]:
    """Which rows of a page were not on the page before."""
    if page.keys and page.keys == turn.before:
        return ()  # some shops repeat their last page for ever
    if not turn.seen:
        return range(turn.overlap, len(page.keys))
    return [at for at in range(turn.overlap, len(page.keys)) if (page.keys[at], page.stamps[at]) not in turn.seen]


def told_more(paging: Paging, page: Page) -> bool | None:
    """Whether more follows, by the shop's own word; None where it does not say."""
    said = search("paging.more", paging.more)(page.body) if paging.more is not None else None
    return None if said is None else said not in (False, 0, "false")


def told_total(paging: Paging, page: Page) -> int | None:
    """How many rows there are in all, by the shop's own word; None where it does not say."""
    said = search("paging.total", paging.total)(page.body) if paging.total is not None else None
    return int(str(said)) if str(said).isdigit() else None


def _is_last(paging: Paging, page: Page) -> bool:
    """Whether nothing follows: some shops leave the word out then."""
    return paging.more is not None and not told_more(paging, page)


# the answer leads on


def lead(paging: Paging, page: Page) -> Any:  # noqa: ANN401 - any JSON value
    """What the answer says of the next page; None where it says nothing."""
    found = _link(page.link) if paging.style == "link_header" else search("paging.next", paging.next or "@")(page.body)
    return None if found in ("", False) else found


def _led(paging: Paging, turn: Turn, page: Page) -> Turn | None:
    found, more = lead(paging, page), told_more(paging, page)
    if more is False or (found is None and not more):
        return None
    if found is None:
        raise MisreadError(
            f"By {paging.more!r} there is another page, but {_place(paging)} finds nothing.",
            key="paging.next",
            remedy=f"Set it to where the token or address stands; {told(page.body, paging.next)}.",
        )
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        raise MisreadError(
            f"paging.next, {paging.next!r}, leads to {type(found).__name__}, not to a token or an address.",
            key="paging.next",
        )
    asked = {"params": {**turn.params, str(paging.param): found}} if paging.style == "cursor" else {"url": str(found)}
    before = page.keys if rechecks(paging, found) else ()
    after = replace(turn, **asked, before=before, last=(page.keys, page.stamps))
    if (after.params, after.url) == (turn.params, turn.url) or (page.keys and turn.last == after.last):
        raise _standing(paging)
    return after


def rechecks(paging: Paging, found: str | int) -> bool:
    """Whether what leads on only counts pages or rows, of which some may move: as true as a count of our own."""
    if paging.recheck is not None:
        return paging.recheck
    if paging.style == "cursor":
        name = str(paging.param).rpartition("/")[2]
        return name.lower() in COUNTED and str(found).isdigit()
    asked = parse_qsl(urlsplit(str(found)).query)
    return any(name.lower() in COUNTED and value.isdigit() for name, value in asked)


def _standing(paging: Paging) -> MisreadError:
    """The next page is the one that was just read."""
    if paging.style == "cursor":
        return MisreadError(
            f"The shop gives the same page again, and names the page it just gave as the next one: it does not heed "
            f"{paging.param!r}, or {paging.next!r} is no token.",
            key="paging.param",
            remedy="Set paging.param to what the shop calls the token, and paging.next to where it stands.",
        )
    where = f"check paging.next, {paging.next!r}" if paging.next else "the header Link does not move on"
    return MisreadError(f"The shop names the page it just gave as the next one: {where}.", key="paging.next")


def _place(paging: Paging) -> str:
    return f"paging.next, {paging.next!r}," if paging.next else "the header Link"


def _link(header: str) -> str | None:
    """The address of the next page in a `Link` header (RFC 8288)."""
    for link in parse_header_links(header) if header else ():
        if "next" in str(link.get("rel", "")).lower().split():
            return str(link["url"])
    return None


# pages and rows are counted


def _next_page(paging: Paging, turn: Turn, page: Page) -> Turn | None:
    if not page.keys or page.keys == turn.before:
        return None
    if _is_last(paging, page) or _has_all(paging, turn, page):
        return None
    position = turn.position + 1
    return replace(turn, params={**turn.params, str(paging.param): position}, position=position, before=page.keys)


def _next_rows(paging: Paging, turn: Turn, page: Page) -> Turn | None:
    """One row is asked for twice: found where it was, nothing has moved before it."""
    if turn.overlap and (not page.keys or page.keys[0] != turn.before[-1]):
        raise RowsMovedError
    new = page.keys[turn.overlap :]
    position = turn.position + len(new)
    if not new or page.keys == turn.before or _is_last(paging, page) or _has_all(paging, turn, page):
        return None
    overlap = 1 if len(page.keys) > 1 else 0  # a page of one row has no room for two
    params = {**turn.params, str(paging.param): position - overlap}
    return replace(turn, params=params, position=position, before=page.keys, overlap=overlap)


def _has_all(paging: Paging, turn: Turn, page: Page) -> bool:
    """Whether all rows were read, by the shop's own count; behind a full page it may have counted no further."""
    total = told_total(paging, page)
    full = len(turn.before) or int(turn.params.get(paging.limit_param or "", 1))
    return total is not None and len(page.keys) < full and turn.rows + len(fresh(turn, page)) >= total


# rows are asked for by when they changed


def _next_change(paging: Paging, turn: Turn, page: Page, asking: Asking) -> Turn | None:
    """Ask from the last row's stamp; where a whole page has one stamp, count rows inside it."""
    if _is_last(paging, page):
        return None
    stamps = [stamp for stamp in page.stamps if stamp is not None]
    reached = asking.floor(stamps[-1]) if stamps else None
    stuck = turn.since is not None and (reached is None or reached <= turn.since or page.keys == turn.before)
    if turn.overlap or turn.position or stuck:
        return _next_of_tie(paging, turn, page, reached)
    if not fresh(turn, page) or reached is None:
        return None
    known = zip(page.keys, page.stamps, strict=True)
    seen = frozenset((key, stamp) for key, stamp in known if stamp is not None and stamp >= reached)
    largest = max(turn.largest, len(page.keys))
    return replace(turn, since=reached, seen=seen, before=page.keys, largest=largest)


def _next_of_tie(paging: Paging, turn: Turn, page: Page, reached: datetime | None) -> Turn | None:
    """Walk on by counting, until a row has another stamp."""
    if not page.keys or (not turn.position and len(page.keys) < turn.largest and not fresh(turn, page)):
        return None
    if turn.position and page.keys == turn.before:
        raise MisreadError(
            f"Rows of one time stamp are given again and again: the shop does not heed {paging.param!r}.",
            key="paging.param",
            remedy="Set paging.param to what the shop calls its offset, or raise page_size.",
        )
    if turn.overlap and page.keys[0] != turn.before[-1]:
        raise RowsMovedError
    new = page.keys[turn.overlap :]
    if not new:
        return None
    if turn.since and reached and reached > turn.since:
        known = zip(page.keys, page.stamps, strict=True)
        seen = frozenset((key, stamp) for key, stamp in known if stamp is not None and stamp >= reached)
        params = {name: value for name, value in turn.params.items() if name != paging.param}
        return Turn(params, since=reached, seen=seen, before=page.keys, largest=turn.largest)
    if not paging.param:
        raise MisreadError(
            f"{len(page.keys)} rows or more bear one time stamp, and no more of them can be asked for: "
            "set paging.param to what the shop calls its offset, or raise page_size.",
            key="paging.param",
        )
    position = turn.position + len(new)
    overlap = 1 if len(page.keys) > 1 else 0
    params = {**turn.params, paging.param: position - overlap}
    return replace(turn, params=params, position=position, before=page.keys, overlap=overlap)
