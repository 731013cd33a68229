"""Turns a shop's "no" into an error that says what was asked, where the trouble stands, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customwebshop.errors import (
    ChangedError,
    CredentialsError,
    CursorExpiredError,
    NotFoundError,
    RefusedError,
    TakenError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REASONS = ("title", "detail", "error", "error_description", "message")
"""Where APIs put their own words: problem documents (RFC 9457), OAuth 2.0, and others."""

LONGEST = 300
"""Characters of a shop's refusal that are told."""
REDIRECTS = range(300, 400)
CONFLICT, CHANGED = 409, 412
KINDS: dict[int, type[RefusedError]] = {
    401: CredentialsError,
    403: CredentialsError,
    404: NotFoundError,
    410: CursorExpiredError,
}
REMEDIES = {
    400: " The shop does not understand what was asked; of a stream, check request, incremental and paging.",
    401: " The shop does not know us.",
    403: " The shop knows us but does not let us do this: check what the credentials may do.",
    404: " There is nothing here: check api_url and the path.",
    405: " The shop cannot do this: does it keep to the contract?",
    412: " Somebody has changed the record since it was read.",
    428: " The shop misses a header of the contract; does something on the way take it out?",
}


def refusal(place: str, status: int, body: Any, secrets: Sequence[str], *, retried: bool = False) -> RefusedError:  # noqa: ANN401 - any JSON value
    """The error that a refused request ends with.

    Args:
        place: What was asked, as it may be logged.
        status: The HTTP status.
        body: What the shop answered, if it was JSON.
        secrets: What must be blotted out of the shop's words.
        retried: Whether an earlier try may have been obeyed.
    """
    said = ": ".join(_words(body))[:LONGEST]
    for secret in secrets:
        said = said.replace(secret, "***")
    text = f"{place}: HTTP {status}{said and f', {said!r}'}.{_remedy(status)}"
    if status == CONFLICT and isinstance(body, dict) and body.get("existing_id"):
        return TakenError(text, existing_id=str(body["existing_id"]), property="external_id")
    if status == CHANGED:
        return ChangedError(text, retried=retried)
    return KINDS.get(status, RefusedError)(text, status=status, property=_property(body))


def _remedy(status: int) -> str:
    if status in REDIRECTS:
        return " The API has moved: set api_url to where it is now."
    return REMEDIES.get(status, "")


def _words(body: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """The shop's own words, in the ways of writing them that are about.

    Problem documents and most others say them beside the status; JSON:API in a list of `errors`; Shopify by property,
    or as one text; Magento with what stands for `%name` in them apart.
    """
    if not isinstance(body, dict):
        return
    told = body.get("parameters")
    for name in REASONS:
        if isinstance(body.get(name), str):
            yield _filled(body[name], told if isinstance(told, dict) else {})
    errors = body.get("errors")
    if isinstance(errors, str):
        yield errors
    for each in errors if isinstance(errors, list) else ():
        yield from _words(each)
    for name, said in errors.items() if isinstance(errors, dict) else ():
        yield f"{name} {', '.join(map(str, said)) if isinstance(said, list) else said}"


def _filled(words: str, told: dict[str, Any]) -> str:
    for name in sorted(told, key=len, reverse=True):
        words = words.replace(f"%{name}", str(told[name]))
    return words


def _property(body: Any) -> str:  # noqa: ANN401 - any JSON value
    """Where the trouble stands: the first pointer of a problem document, with dots."""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    source = first.get("source") if isinstance(first, dict) else None
    pointer = {**first, **(source if isinstance(source, dict) else {})}.get("pointer") if first else None
    return pointer.strip("/").replace("/", ".") if isinstance(pointer, str) else ""
