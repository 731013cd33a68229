"""Follows URLs and ids inside a record, and puts what stands there in their place."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from customwebshop import (
    CredentialsError,
    CursorExpiredError,
    MisreadError,
    NotFoundError,
    RefusedError,
    UnreachableError,
    graph,
)

from . import paging, templates
from .asking import placed, see_to_it
from .at_once import Once
from .contents import told
from .definition import Incremental, Paging
from .shaping import ValueMisfitError, search
from .times import Asking
from .unfollowed import holders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from customwebshop import Answer, Connection, ShopError

    from .definition import Expand, StreamDefinition

logger = logging.getLogger(__name__)

MOST = 100  # rows of a list that are asked for at a time, where the rule does not say
KEEP = 2000  # answers kept per rule: a product is asked for once, however many lines name it
NEXT_URL, LINKS = Paging("next_url", next="next"), Paging("link_header")
ASTRAY = 50  # links that lead nowhere, and none that leads anywhere: then it is the rule that is wrong, not a record
LED = ("next_url", "link_header")
ASKING = Asking(Incremental())
_GONE = "Where records may come without it, say `gone: empty` in expand"
_NOTHING = "Correct `from` or `path` in expand, or say `when`, where only some records have it"


class Part(NamedTuple):
    """What stood under a URL, and when it was read.

    Attributes:
        value: It; None where nothing is there.
        read_at: When that was asked.
        gone: How the shop said so; empty where there is something.
    """

    value: Any
    read_at: datetime
    gone: str = ""


class Expander:
    """The expand rules of one stream, and the answers they got in this run."""

    def __init__(self, client: Connection, stream: StreamDefinition) -> None:
        self._client = client
        self._name = stream.name
        self._path = stream.request.path
        self._headers = stream.request.headers
        self._turns = stream.paging if stream.paging.style in LED else NEXT_URL
        self._rules = [(Rule(rule), Once(KEEP)) for rule in stream.expand]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def astray(self) -> Iterator[tuple[int, int]]:
        """Rules of which no link led anywhere, by their place, and how many links that were."""
        return ((at, rule.gone) for at, (rule, _) in enumerate(self._rules) if rule.gone and not rule.found)

    def fill(self, record: dict[str, Any], read_at: datetime) -> datetime:
        """Put the answers into the record; gives the start of the oldest request that it now stems from.

        Several threads may fill a record each.

        Raises:
            ValueMisfitError: A part of it is not there, and the rule does not say that it may be.
        """
        for rule, known in self._rules:
            for holder in holders(record, rule.told.holder):
                if rule.concerns(holder):
                    read_at = self._fill(rule, holder, known, read_at)
        return read_at

    def _fill(self, rule: Rule, holder: dict[str, Any], known: Once, read_at: datetime) -> datetime:
        links = rule.links(holder)
        parts = [self._part(rule, link, known, read_at) for link in (links if isinstance(links, list) else [links])]
        if not rule.told.may_be_gone and (gone := next((part.gone for part in parts if part.gone), "")):
            raise ValueMisfitError(rule.told.at, f"is a link, and the shop answers {gone} there. {_GONE}")
        if isinstance(links, list):
            holder[rule.told.into] = [part.value for part in parts]
        elif links:
            holder[rule.told.into] = parts[0].value
        return min([read_at, *(part.read_at for part in parts)])

    def _part(self, rule: Rule, link: Any, known: Once, read_at: datetime) -> Part:  # noqa: ANN401
        if not isinstance(link, str) or not link:  # nothing to follow, or the answer is here already
            return Part(link, read_at)
        return known.get(link, lambda: self._read(rule, link, read_at))

    def _read(self, rule: Rule, link: str, read_at: datetime) -> Part:
        try:
            with _affair_of_one(rule):
                answer = self._ask(rule, link)
        except (NotFoundError, CursorExpiredError) as gone:  # 410 of a link is no cursor of the listing's
            self._count_gone(rule, gone)
            return Part(None, read_at, f"HTTP {gone.status}")
        value = rule.wanted(answer.body)
        if rule.told.body and value is None:
            return Part(None, read_at, "null")
        rule.found = True
        if rule.told.records and value is None:
            seen = f"expand at {rule.told.into!r}: the answer has no {rule.told.records!r}; "
            remedy = "Check expand.records."
            raise MisreadError(f"{seen}{told(answer.body, rule.told.records)}.", key="expand", remedy=remedy)
        if isinstance(value, list):
            with _affair_of_one(rule):
                rest = self._asked_on(rule, link, answer) if rule.told.body else self._further(rule, answer)
                value = [*value, *rest]
        return Part(value, answer.asked_at)

    def _count_gone(self, rule: Rule, gone: ShopError) -> None:
        """One link that leads nowhere is a record's affair; where all do, records would arrive without their lines."""
        rule.gone += 1
        where = f"{self._name}: expand at {rule.told.into!r}"
        if rule.gone >= ASTRAY and not rule.found:
            raise MisreadError(
                f"{where}: none of {rule.gone} links leads anywhere. "
                f"Check from and path in streams.{self._name}.expand. {gone}"
            ) from gone
        so = "null takes its place" if rule.told.may_be_gone else "the record is put aside"
        logger.warning("%s: a record names what is not there; %s. %s", where, so, gone)

    def _ask(self, rule: Rule, link: str, turn: paging.Turn | None = None) -> Answer:
        if rule.told.body:
            _, body = placed((turn or rule.turn).params, {}, json.loads(link))
            path, name = str(rule.told.path), f"{self._name}: expand at {rule.told.at!r}"
            answer = graph.patiently(name, lambda: self._client.search(path, {}, body, self._headers))
            see_to_it(name, answer)
            return answer
        if rule.told.path:
            return self._client.get(link, rule.told.params, self._headers)
        return self._client.follow(link, self._path, self._headers)

    def _asked_on(self, rule: Rule, link: str, answer: Answer) -> Iterator[Any]:
        """The rest of a list that is asked for by the rule's document."""
        turn = paging.following(rule.pages, rule.turn, paging.Page(answer.body), ASKING)
        while turn:
            answer = self._ask(rule, link, turn)
            yield from rule.wanted(answer.body) or ()
            turn = paging.following(rule.pages, turn, paging.Page(answer.body), ASKING)

    def _further(self, rule: Rule, answer: Answer) -> Iterator[Any]:
        """The rest of a list that comes in pages which lead on, as the stream's own do, or by `next` or `Link`."""
        if rule.told.paging:
            turns = rule.pages
        else:
            turns = self._turns if rule.told.path is None or not answer.headers.get("Link") else LINKS
        turn = paging.following(turns, paging.Turn(), _page(answer), ASKING)
        while turn and turn.url:
            answer = self._client.follow(turn.url, self._path, self._headers)
            yield from rule.wanted(answer.body) or ()
            turn = paging.following(turns, turn, _page(answer), ASKING)


@contextlib.contextmanager
def _affair_of_one(rule: Rule) -> Iterator[None]:
    """What is wrong with one link is its record's affair; where the next fails as well, the shop is not well.

    Raises:
        ValueMisfitError: The part cannot be had.
    """
    try:
        yield
    except (NotFoundError, CursorExpiredError, CredentialsError):
        raise
    except RefusedError as refused:
        trouble = f"is a link, and the shop answers HTTP {refused.status} there"
        raise ValueMisfitError(rule.told.at, trouble) from refused
    except UnreachableError as problem:
        rule.failed += 1
        if rule.failed > 1:
            raise
        raise ValueMisfitError(rule.told.at, "is a link, and no usable answer comes from there") from problem
    else:
        rule.failed = 0


class Rule:
    """One expand rule, compiled.

    Args:
        told: The rule.
    """

    def __init__(self, told: Expand) -> None:
        self.told = told
        self.gone, self.found = 0, False  # links that led nowhere in this run, and whether any led somewhere
        self.failed = 0  # links in a row from which nothing came
        self._when = search(f"expand at {told.into!r}: when", told.when) if told.when else None
        self._records = search(f"expand at {told.into!r}: records", told.records) if told.records else None
        self.pages = told.paging or Paging("none")
        self.turn = paging.first(self.pages, self.pages.at_most or MOST)
        asks = told.body["variables"] if told.body else told.path
        self._path = templates.compiled(asks) if asks is not None else None
        names = templates.names(asks) if asks is not None else {"value"}
        self._wants_value, self._names = "value" in names, names - {"value"}

    def concerns(self, holder: dict[str, Any]) -> bool:
        """Whether anything is asked for this holder."""
        return self._when is None or self._when(holder) not in (None, False)

    def links(self, holder: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
        """What is followed: a link, several, or what stands there already."""
        self._see_to_it(holder)
        found = holder.get(self.told.url)
        if self._path is None:
            return found
        if self.told.body:
            variables = self._path({"value": found, **{name: holder.get(name) for name in self._names}})
            return json.dumps({**self.told.body, "variables": variables})
        own = {name: _quoted(holder.get(name)) for name in self._names}
        if None in own.values():
            return None
        if not self._wants_value:
            return self._path(own)
        if isinstance(found, list):
            return [self._link(own, each) for each in found]
        return self._link(own, found)

    def _see_to_it(self, holder: dict[str, Any]) -> None:
        """A holder that has not even the name of what is followed: by a slip of the rule, all would come without."""
        wanted = self._names if self._path else {self.told.url} - {self.told.into}
        missing = sorted(wanted - holder.keys())
        if missing and not self.told.may_be_gone:
            trouble = f"cannot be followed: there is no {missing[0]!r} beside it"
            raise ValueMisfitError(self.told.at, f"{trouble}. {_NOTHING}")

    def _link(self, own: dict[str, Any], value: Any) -> Any:  # noqa: ANN401 - any JSON value
        quoted = _quoted(value)
        return value if quoted is None or self._path is None else self._path({**own, "value": quoted})

    def wanted(self, body: Any) -> Any:  # noqa: ANN401 - any JSON value
        """What is wanted of an answer."""
        return self._records(body) if self._records else body


def _quoted(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """An id as it stands in a path; None where it is none."""
    return quote(str(value), safe="") if isinstance(value, (str, int)) and value not in ("", True, False) else None


def _page(answer: Answer) -> paging.Page:
    return paging.Page(answer.body if isinstance(answer.body, dict) else {}, link=answer.headers.get("Link", ""))
