"""Shops that turn their pages in one way each and ignore all else, as most do; and the slips that people make there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from answering import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from answering import Request

COUNT = 25


def stamp(number: int) -> str:
    return f"2026-01-02T{number // 60:02}:{number % 60:02}:00.000000Z"


def rows(count: int = COUNT) -> list[dict[str, Any]]:
    return [{"id": f"o{number:03}", "updated_at": stamp(number)} for number in range(count)]


def number(asked, name, usual):
    return int(asked.params.get(name, usual))


def by_rows(asked, found, size):
    start = number(asked, "offset", 0)
    return found[start : start + size], start + size < len(found), None


def by_pages(asked, found, size):
    start = max(0, number(asked, "page", 1) - 1) * size  # page 0 is the first one, as in many shops
    return found[start : start + size], start + size < len(found), None


def by_pages_for_ever(asked, found, size):
    """What is beyond the end is the last page again."""
    page = min(number(asked, "page", 1), max(1, -(-len(found) // size)))
    return found[(page - 1) * size : page * size], page * size < len(found), None


def by_pages_from_nought(asked, found, size):
    start = number(asked, "page", 0) * size
    return found[start : start + size], start + size < len(found), None


def by_token(asked, found, size):
    start = number(asked, "cursor", 0)
    after = start + size
    return found[start:after], after < len(found), str(after) if after < len(found) else None


def listing(turn: Callable[..., Any], stock: list[dict[str, Any]], *, cap: int = 1000, tell_next: bool = True) -> Any:
    """A shop that knows `limit` and `updated_since` besides what turns its pages; of ten rows unless asked."""

    def answer(asked: Request) -> Reply:
        since = asked.params.get("updated_since", "")
        found = [row for row in stock if row["updated_at"] >= since]
        page, more, token = turn(asked, found, min(cap, number(asked, "limit", 10)))
        body = {"data": page, "meta": {"total": len(found), "more": more}}
        if token or tell_next:
            body["meta"]["next"] = token
        return Reply(body)

    return answer


PAGES = {"style": "page", "param": "page", "limit_param": "limit"}
ROWS = {"style": "offset", "param": "offset", "limit_param": "limit"}
TOKENS = {"style": "cursor", "param": "cursor", "next": "meta.next", "limit_param": "limit"}

SLIPS = {
    "page numbers not heeded": (by_pages, {**PAGES, "param": "p"}, "paging.param"),
    "page numbers not heeded, last page repeated": (by_pages_for_ever, {**PAGES, "param": "p"}, "paging.param"),
    "pages counted from nought": (by_pages, {**PAGES, "first": 0}, "paging.first"),
    "pages counted from one": (by_pages_from_nought, PAGES, "paging.first"),
    "rows counted from one": (by_rows, {**ROWS, "first": 1}, "paging.first"),
    "rows counted as pages": (by_rows, {**PAGES, "param": "offset"}, "paging.style"),
    "pages counted as rows": (by_pages, {**ROWS, "param": "page"}, "paging.style"),
    "offset not heeded": (by_rows, {**ROWS, "param": "skip"}, "paging.param"),
    "cursor not heeded": (by_token, {**TOKENS, "param": "after"}, "paging.param"),
    "next token at another place": (by_token, {**TOKENS, "next": "meta.cursor"}, "paging.next"),
    "next token elsewhere, told by more": (by_token, {**TOKENS, "next": "x", "more": "meta.more"}, "paging.next"),
    "no such header": (by_token, {"style": "link_header", "limit_param": "limit"}, "paging.style"),
    "total at another place": (by_rows, {**ROWS, "total": "meta.count"}, "paging.total"),
    "total at another place, pages": (by_pages, {**PAGES, "total": "total"}, "paging.total"),
    "limit not heeded, offset": (by_rows, {**ROWS, "limit_param": "size"}, "paging.limit_param"),
    "limit not heeded, page": (by_pages, {**PAGES, "limit_param": "size"}, "paging.limit_param"),
    "limit not heeded, cursor": (by_token, {**TOKENS, "limit_param": "size"}, "paging.limit_param"),
    "more at another place, page": (by_pages, {**PAGES, "more": "has_more"}, "paging.more"),
    "more at another place, offset": (by_rows, {**ROWS, "more": "has_more"}, "paging.more"),
}
"""By what is wrong: how the shop turns its pages, what the settings say of it, and the key to change."""
