"""Asks and tells a shop in its own words: what a dialect says of reading and writing becomes requests."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from customwebshop import graph
from customwebshop.edits import bodies, merged
from customwebshop.errors import ChangedError, RefusedError
from customwebshop.expressions import NoWordError, plain
from customwebshop.messages import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from customwebshop.connection import Connection
    from customwebshop.dialect import Collection, Reading, Write
    from customwebshop.edits import Edit
    from customwebshop.messages import Answer


class Speech:
    """Speaks with a shop.

    Args:
        connection: Leads to it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, spoken: Collection, reading: Reading, view: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
        """What the shop says to a question.

        Args:
            spoken: What it is about.
            reading: The question.
            view: What its path and its variables look into.

        Raises:
            NoWordError: What the path needs is not there.
            ShopError: See errors.py.
        """
        path = reading.path(view)
        if reading.graphql is None:
            return reading.record(self._connection.get(path, headers=spoken.headers).body)
        asked = plain(reading.graphql(view))
        answer = graph.patiently(path, lambda: self._connection.search(path, {}, asked, spoken.headers))
        graph.accept(path, answer.body)
        return reading.record(answer.body)

    def tell(self, spoken: Collection, write: Write, edit: Edit, *, always: bool) -> Iterator[Answer]:
        """Send one kind of request, once for each item that it speaks of.

        Raises:
            ChangedError: Somebody was faster.
            RefusedError: The shop will not have it, or the record does not say what the request needs.
            LostError: It may have been done.
        """
        try:
            told = self._told(spoken, write, edit)
            requests = list(bodies(write, told, always=always))
        except NoWordError as problem:
            raise RefusedError(str(problem)) from problem
        for each in requests:
            answer = self._answered(spoken, write, each.path, each.content)
            if write.graphql:
                graph.accept(each.path, answer.body)
            why = graph.words(answer.body) or "and does not say why"
            if write.changed and write.changed(answer.body):
                raise ChangedError(f"{write.method} {each.path}: somebody was faster: {why}")
            if write.done and not write.done(answer.body):
                trouble = f"{write.method} {each.path}: the shop did not do it: {why}"
                raise RefusedError(trouble, property=graph.place(answer.body))
            yield answer

    def _told(self, spoken: Collection, write: Write, edit: Edit) -> Edit:
        """An edit, with what has to be looked up for it."""
        for name, each in write.look_up.items():
            found = self.ask(spoken, each, _view(edit))
            edit = replace(edit, beside={**edit.beside, f"_{name}": found})
        return edit

    def _answered(self, spoken: Collection, write: Write, path: str, content: Any) -> Answer:  # noqa: ANN401
        headers, content = _keyed(write.once, spoken.headers, plain(content))
        request = Request(
            write.method,
            f"{self._connection.api_url}{path}",
            headers={**({"Content-Type": "application/json"} if content is not None else {}), **headers},
            content=content,
            again=write.again,
        )
        try:
            if write.graphql:
                return graph.patiently(path, lambda: self._connection.ask(request))
            return self._connection.ask(request)
        except ChangedError:
            raise
        except RefusedError as refused:
            if refused.status in spoken.changed:
                raise ChangedError(str(refused), status=refused.status) from refused
            raise


def _keyed(place: str, headers: Mapping[str, str], content: Any) -> tuple[Mapping[str, str], Any]:  # noqa: ANN401
    """Headers and body with a key that is drawn for this request, and the same each time it is sent."""
    if not place:
        return headers, content
    key = str(uuid.uuid4())
    if not place.startswith("/"):
        return {**headers, place: key}, content
    for step in reversed(place[1:].split("/")):
        key = {step: key}  # type: ignore[assignment]
    return headers, merged(content or {}, key)


def _view(edit: Edit) -> Mapping[str, Any]:
    return {**edit.after, "_raw": edit.raw, **edit.beside}
