"""What a GraphQL server says with HTTP 200: that it was asked too often, does not let us, or will not do it."""

from __future__ import annotations

import logging
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from customwebshop.errors import CredentialsError, RefusedError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from customwebshop.messages import Answer

logger = logging.getLogger(__name__)

THROTTLED = frozenset({"THROTTLED", "RATE_LIMITED", "TOO_MANY_REQUESTS"})
"""What servers call a 429."""

STRANGER = frozenset({"ACCESS_DENIED", "FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED"})
"""What servers call a 401, or a 403."""

LONGEST = 300
"""Characters of a server's messages that are told."""
PATIENCE = 6
"""How often a server that has had enough is asked."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
"""Seconds between two tries, where the server does not say how long; each wait is twice the one before."""


def patiently(place: str, ask: Callable[[], Answer]) -> Answer:
    """The answer; where the server has had enough for now, it is asked again: what it put off, it has not done."""
    for tries in range(PATIENCE - 1):
        answer = ask()
        if not THROTTLED & _codes(answer.body):
            return answer
        wait = _wait(answer.body, tries)
        logger.warning("%s: the shop has had enough for now; asking again in %.1f s.", place, wait)
        time.sleep(wait)
    return ask()


def _wait(body: Any, tries: int) -> float:  # noqa: ANN401 - any JSON value
    """Seconds until what is asked costs no more than there is, where the server tells; else ever longer."""
    guess = min(FIRST_WAIT * 2.0**tries, LONGEST_WAIT)
    cost = (body.get("extensions") or {}).get("cost") or {}
    bucket = cost.get("throttleStatus") or {}
    told = [cost.get("requestedQueryCost"), bucket.get("currentlyAvailable"), bucket.get("restoreRate")]
    asked, left, restored = [float(each) if isinstance(each, (int, Decimal)) else 0.0 for each in told]
    if not (asked and restored > 0):
        return guess
    return min(max((asked - left) / restored, 0.1 * (tries + 1)), LONGEST_WAIT)


def document(told: Mapping[str, Any]) -> str:
    """A document, with the fragments that it uses."""
    return "\n".join([told["query"], *told.get("fragments", [])])


def accept(place: str, body: Any) -> None:  # noqa: ANN401 - any JSON value
    """Let an answer without errors pass.

    Raises:
        UnreachableError: The shop has had enough for now.
        CredentialsError: It does not let us.
        RefusedError: It will not do it.
    """
    told = errors(body)
    if not told:
        return
    codes = _codes(body)
    text = f"{place}: {words(body) or 'the shop answered with errors'}"
    if codes & THROTTLED:
        raise UnreachableError(f"{text}. Ask it later")
    if codes & STRANGER:
        raise CredentialsError(f"{text}. Check auth_method and its credentials, and what they may do")
    raise RefusedError(text)


def _codes(body: Any) -> set[Any]:  # noqa: ANN401 - any JSON value
    return {(each.get("extensions") or {}).get("code") for each in errors(body)}


def errors(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """The errors of an answer."""
    told = body.get("errors") if isinstance(body, dict) else None
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def words(body: Any) -> str:  # noqa: ANN401 - any JSON value
    """What the shop says of its errors, or of a result that is none; empty where it says nothing."""
    return "; ".join(filter(None, _said(body)))[:LONGEST]


def _said(body: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    yield from (str(each.get("message") or "") for each in errors(body))
    for each in _results(body):
        if isinstance(each.get("message"), str):
            yield each["message"]
    yield from (": ".join(filter(None, [_place(each), each["message"]])) for each in _complaints(body))


def place(body: Any) -> str:  # noqa: ANN401 - any JSON value
    """Which part of its input a result complains of first, with dots; empty where it says nothing."""
    return next(filter(None, map(_place, _complaints(body))), "")


def _place(complaint: dict[str, Any]) -> str:
    way = complaint.get("field")
    return ".".join(map(str, way)) if isinstance(way, list) else ""


def _complaints(body: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """What a result that was not reached lists instead: each with a message, and mostly the way to what is wrong."""
    for result in _results(body):
        for told in result.values():
            for each in told if isinstance(told, list) else ():
                if isinstance(each, dict) and isinstance(each.get("message"), str):
                    yield each


def _results(body: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    results = body.get("data") if isinstance(body, dict) else None
    yield from (each for each in (results.values() if isinstance(results, dict) else ()) if isinstance(each, dict))
