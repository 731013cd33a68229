"""Puts a request together: what the stream always asks, the time it asks for, and the page."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from customwebshop import Answer, MisreadError, RefusedError, graph

from . import templates
from .times import Asking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from customwebshop import Connection

    from .definition import StreamDefinition
    from .paging import Turn


class Asker:
    """Asks one stream's requests.

    Args:
        client: Leads to the shop.
        stream: The stream.
    """

    def __init__(self, client: Connection, stream: StreamDefinition) -> None:
        self._client, self._stream = client, stream
        self.time = Asking(stream.incremental)

    def page(self, turn: Turn, since: datetime | None, further: Mapping[str, Any] | None = None) -> Answer | None:
        """One page; None where the shop says, other than by an empty list, that there is nothing.

        Raises:
            ShopError: It cannot be read.
        """
        try:
            answer = self._patiently(turn, since, further or {})
        except RefusedError as refused:
            if refused.status in self._stream.empty_statuses:
                return None
            raise
        return None if answer.status in self._stream.empty_statuses else answer

    def _patiently(self, turn: Turn, since: datetime | None, further: Mapping[str, Any]) -> Answer:
        """The answer; a GraphQL server that has had enough for now is asked again."""
        if not self._stream.request.graphql:
            return self._ask(turn, since, further)
        answer = graph.patiently(self._stream.name, lambda: self._ask(turn, since, further))
        see_to_it(self._stream.name, answer)
        return answer

    def _ask(self, turn: Turn, since: datetime | None, further: Mapping[str, Any]) -> Answer:
        request = self._stream.request
        if turn.url:
            return self._client.follow(turn.url, request.path, request.headers)
        incremental = self._stream.incremental
        asked = {incremental.param: self.time.value(since)} if incremental.param and since else {}
        params, body = placed({**asked, **further, **turn.params}, request.params, request.body)
        if request.method == "GET":
            return self._client.get(request.path, params, request.headers)
        return self._client.search(request.path, params, body, request.headers)


def see_to_it(name: str, answer: Answer) -> None:
    """Let an answer of a GraphQL server pass that has no errors.

    Raises:
        MisreadError: It has some.
    """
    if isinstance(answer.body, dict) and answer.body.get("errors"):
        told = "; ".join(filter(None, (str(each.get("message", "")) for each in graph.errors(answer.body))))
        raise MisreadError(f"{name}: the shop answered with errors: {told[: graph.LONGEST] or 'without words'}")


def placed(
    values: Mapping[str, Any],
    params: Mapping[str, str],
    body: Any,  # noqa: ANN401 - any JSON value
) -> tuple[dict[str, str], Any]:
    """Query parameters and body with each value at its place: a parameter's name, or a JSON Pointer into the body."""
    query, inside = dict(params), {name: value for name, value in values.items() if name.startswith("/")}
    query.update({name: templates.text(value) for name, value in values.items() if name not in inside})
    if inside:
        body = copy.deepcopy(body) if body is not None else {}
        for pointer, value in inside.items():
            _put(body, pointer, value)
    return query, body


def _put(tree: Any, pointer: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Set what a JSON Pointer names; objects on the way are made, and `-` goes on a list's end."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    for step in way:
        tree = tree[int(step)] if isinstance(tree, list) else tree.setdefault(step, {})
    if not isinstance(tree, list):
        tree[last] = value
    elif last == "-":
        tree.append(value)
    else:
        tree[int(last)] = value
