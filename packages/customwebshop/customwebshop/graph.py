"""What a GraphQL server says with HTTP 200: that it was asked too often, does not let us, or will not do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customwebshop.errors import CredentialsError, RefusedError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

THROTTLED = frozenset({"THROTTLED", "RATE_LIMITED", "TOO_MANY_REQUESTS"})
"""What servers call a 429."""

STRANGER = frozenset({"FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED"})
"""What servers call a 401, or a 403."""

LONGEST = 300


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
    codes = {(each.get("extensions") or {}).get("code") for each in told}
    text = f"{place}: {words(body) or 'the shop answered with errors'}"
    if codes & THROTTLED:
        raise UnreachableError(f"{text}. Ask it later")
    if codes & STRANGER:
        raise CredentialsError(f"{text}. Check auth_method and its credentials, and what they may do")
    raise RefusedError(text)


def errors(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """The errors of an answer."""
    told = body.get("errors") if isinstance(body, dict) else None
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def words(body: Any) -> str:  # noqa: ANN401 - any JSON value
    """What the shop says of its errors, or of a result that is none; empty where it says nothing."""
    return "; ".join(filter(None, _said(body)))[:LONGEST]


def _said(body: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    yield from (str(each.get("message") or "") for each in errors(body))
    results = body.get("data") if isinstance(body, dict) else None
    for each in results.values() if isinstance(results, dict) else ():
        if isinstance(each, dict) and isinstance(each.get("message"), str):
            yield each["message"]
