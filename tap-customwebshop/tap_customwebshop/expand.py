"""Follows URLs inside a record, and puts what stands there in their place."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

import jmespath
from customwebshop import MisreadError, NotFoundError

from . import paging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from customwebshop import Connection

    from .definition import Expand, StreamDefinition

logger = logging.getLogger("tap-customwebshop.expand")

KEEP = 2000  # answers kept per rule: a product is asked for once, however many lines name it


class Part(NamedTuple):
    """What stood under a URL, and when it was read."""

    value: Any
    read_at: datetime


class Expander:
    """The expand rules of one stream, and the answers they got in this run."""

    def __init__(self, client: Connection, stream: StreamDefinition) -> None:
        self._client = client
        self._path = stream.path
        self._turns = stream.paging
        self._rules = [(rule, OrderedDict[str, Part]()) for rule in stream.expand]

    def fill(self, record: dict[str, Any], read_at: datetime) -> datetime:
        """Put the answers into the record; gives the start of the oldest request that it now stems from."""
        for rule, known in self._rules:
            for holder in _holders(record, rule.holder):
                links = holder.get(rule.url)
                parts = [
                    self._part(rule, link, known, read_at) for link in (links if isinstance(links, list) else [links])
                ]
                read_at = min([read_at, *(part.read_at for part in parts)])
                if isinstance(links, list):
                    holder[rule.into] = [part.value for part in parts]
                elif links:
                    holder[rule.into] = parts[0].value
        return read_at

    def _part(self, rule: Expand, link: Any, known: OrderedDict[str, Part], read_at: datetime) -> Part:  # noqa: ANN401
        if not isinstance(link, str) or not link:  # nothing to follow, or the answer is here already
            return Part(link, read_at)
        if link in known:
            known.move_to_end(link)
        else:
            known[link] = self._read(rule, link, read_at)
            if len(known) > KEEP:
                known.popitem(last=False)
        return known[link]

    def _read(self, rule: Expand, link: str, read_at: datetime) -> Part:
        try:
            answer = self._client.follow(link, self._path)
        except NotFoundError as gone:
            logger.warning("A record names what is no longer there; null takes its place. %s", gone)
            return Part(None, read_at)
        value = jmespath.search(rule.records, answer.body) if rule.records else answer.body
        if rule.records and value is None:
            raise MisreadError(f"expand at {rule.into!r}: the answer has no {rule.records!r}; check expand.records.")
        if isinstance(value, list) and self._turns.style == "next_url":
            value = [*value, *self._further(rule, answer.body)]
        return Part(value, answer.asked_at)

    def _further(self, rule: Expand, body: Any) -> Iterator[Any]:  # noqa: ANN401
        """The rest of a list that comes in pages, turned as those of the stream itself."""
        turn = paging.following(self._turns, paging.Turn(), body, ())
        while turn and turn.url:
            body = self._client.follow(turn.url, self._path).body
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
