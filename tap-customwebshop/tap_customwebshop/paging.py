"""Decides which request comes next, from what the last one answered; asks nobody itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import jmespath
from customwebshop import MisreadError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .definition import Paging

Key = tuple[Any, ...]


class RowsMovedError(Exception):
    """Rows went in or out before the place where a counted listing stood: what it skipped is not known."""


@dataclass(frozen=True)
class Turn:
    """One request of many: what it adds to the path and parameters of the stream."""

    params: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None  # instead of path and parameters
    position: int = 0  # counted pages: of this page; counted rows: of the first new one
    before: Sequence[Key] = ()  # the keys of the page before, where they tell something
    overlap: int = 0  # so many rows at the start were on the page before


def first(paging: Paging, page_size: int) -> Turn:
    """The request that opens a listing."""
    limit = {paging.limit_param: str(page_size)} if paging.limit_param else {}
    counted = {paging.param: str(paging.first)} if paging.style in {"page", "offset"} and paging.param else {}
    return Turn({**limit, **counted}, position=paging.first)


def following(paging: Paging, turn: Turn, body: Any, keys: Sequence[Key]) -> Turn | None:  # noqa: ANN401
    """The request after this one; None when its answer was the last.

    Counted listings end only with a page that has nothing new: a short one may be a cap the shop keeps silent about.

    Raises:
        RowsMovedError: If rows were counted, and the count no longer holds.
    """
    if paging.style in {"cursor", "next_url"}:
        return _led(paging, turn, body, keys)
    if paging.style == "page":
        return _next_page(paging, turn, keys)
    if paging.style == "offset":
        return _next_rows(paging, turn, keys)
    return None


def _led(paging: Paging, turn: Turn, body: Any, keys: Sequence[Key]) -> Turn | None:  # noqa: ANN401
    lead = jmespath.search(paging.next or "", body)
    if lead in (None, "", False):
        _expect_lead(paging, turn, body, keys)
        return None
    if isinstance(lead, bool) or not isinstance(lead, (str, int)):
        raise MisreadError(
            f"paging.next, {paging.next!r}, leads to {type(lead).__name__}, not to a token or an address."
        )
    if paging.style == "next_url":
        after = replace(turn, url=str(lead))
    else:
        after = replace(turn, params={**turn.params, str(paging.param): str(lead)})
    if after == turn:
        raise MisreadError(f"The shop names the page it just gave as the next one: check paging.next, {paging.next!r}.")
    return after


def _expect_lead(paging: Paging, turn: Turn, body: Any, keys: Sequence[Key]) -> None:  # noqa: ANN401
    """A full page without so much as the word ``next_cursor`` is no end of a listing, but another shop's answer."""
    limit = turn.params.get(paging.limit_param or "")
    if limit and len(keys) >= int(limit) and isinstance(body, dict) and not _mentions(body, str(paging.next)):
        raise MisreadError(
            f"A full page has no {paging.next!r}, so what comes after it is unknown: check paging.style and .next."
        )


def _mentions(body: dict[str, Any], path: str) -> bool:
    return path in body or not path.isidentifier()  # a longer JMESPath may hold more than a name: trust it


def _next_page(paging: Paging, turn: Turn, keys: Sequence[Key]) -> Turn | None:
    if not keys or keys == turn.before:  # some shops repeat their last page for ever
        return None
    position = turn.position + 1
    return Turn({**turn.params, str(paging.param): str(position)}, position=position, before=keys)


def _next_rows(paging: Paging, turn: Turn, keys: Sequence[Key]) -> Turn | None:
    """One row is asked for twice: found where it was, nothing has moved before it."""
    if turn.overlap and (not keys or keys[0] != turn.before[-1]):
        raise RowsMovedError
    fresh = keys[turn.overlap :]
    if not fresh:
        return None
    overlap = 1 if len(keys) > 1 else 0  # a page of one row has no room for two
    position = turn.position + len(fresh)
    return Turn({**turn.params, str(paging.param): str(position - overlap)}, None, position, keys, overlap)
