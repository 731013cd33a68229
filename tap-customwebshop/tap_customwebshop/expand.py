"""Follows URLs inside a record, and puts what stands there in their place."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import jmespath

from . import paging
from .errors import MisreadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .client import ShopClient
    from .definition import Expand, Paging

KEEP = 2000  # answers kept per rule: a product is asked for once, however many lines name it


class Expander:
    """The expand rules of one stream, and the answers they got in this run."""

    def __init__(self, client: ShopClient, rules: Sequence[Expand], turns: Paging) -> None:
        self._client = client
        self._turns = turns
        self._rules = [(rule, OrderedDict[str, tuple[Any, "datetime"]]()) for rule in rules]

    def fill(self, record: dict[str, Any], read_at: datetime) -> datetime:
        """Put the answers into the record; gives the start of the oldest request that it now stems from."""
        for rule, known in self._rules:
            for holder in _holders(record, rule.holder):
                url = holder.get(rule.url)
                if isinstance(url, str) and url:  # anything else is no link, or is filled already
                    holder[rule.into], asked_at = self._answer(rule, url, known)
                    read_at = min(read_at, asked_at)
        return read_at

    def _answer(self, rule: Expand, url: str, known: OrderedDict[str, tuple[Any, datetime]]) -> tuple[Any, datetime]:
        if url in known:
            known.move_to_end(url)
        else:
            known[url] = self._read(rule, url)
            if len(known) > KEEP:
                known.popitem(last=False)
        return known[url]

    def _read(self, rule: Expand, url: str) -> tuple[Any, datetime]:
        answer = self._client.get(url)
        found = jmespath.search(rule.records, answer.body) if rule.records else answer.body
        if rule.records and found is None:
            raise MisreadError(f"expand at {rule.into!r}: the answer has no {rule.records!r}; check expand.records.")
        if not isinstance(found, list) or self._turns.style != "next_url":
            return found, answer.asked_at
        return [*found, *self._further(rule, answer.body)], answer.asked_at

    def _further(self, rule: Expand, body: Any) -> Iterator[Any]:  # noqa: ANN401
        """The rest of a list that comes in pages, turned as those of the stream itself."""
        turn = paging.following(self._turns, paging.Turn(), body, ())
        while turn and turn.url:
            body = self._client.get(turn.url).body
            yield from jmespath.search(rule.records or "@", body) or ()
            turn = paging.following(self._turns, turn, body, ())


def _holders(value: Any, way: Sequence[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """The objects at the end of a path; where the record has none, there is nothing to follow."""
    if not way:
        if isinstance(value, dict):
            yield value
        return
    inside = value.get(way[0].removesuffix("[]")) if isinstance(value, dict) else None
    if way[0].endswith("[]"):
        for item in inside if isinstance(inside, list) else ():
            yield from _holders(item, way[1:])
    else:
        yield from _holders(inside, way[1:])
