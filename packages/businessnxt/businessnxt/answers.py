"""What an HTTP answer means: its data, and its errors as the exceptions that say what to do about them.

Nearly every failure comes as HTTP 200 with `errors`, also beside data (D2). Sources: docs/sources.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from businessnxt import codec
from businessnxt.errors import (
    AccessError,
    AuthenticationError,
    BusinessNxtError,
    Place,
    RateLimited,
    RequestError,
    RetriableError,
    RowError,
    RowLocked,
    SchemaError,
    TimedOut,
    TooLarge,
    TooManyInProgress,
    Trace,
    Unavailable,
    together,
)
from businessnxt.pace import read_retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import requests

Entry = Mapping[str, Any]
"""One of the `errors` of an answer."""

_OK, _REDIRECT, _UNAUTHORISED, _FORBIDDEN, _REQUEST_TIMEOUT, _TOO_LARGE, _TOO_MANY = 200, 300, 401, 403, 408, 413, 429
_BAD_REQUEST, _SERVER_ERROR, _GATEWAY_TIMEOUT = 400, 500, 504

_TIMED_OUT = re.compile(r"time(d)?[ _-]?out", re.IGNORECASE)
_LOCKED = re.compile(r"\blocked by\b|\b(row|record)\b[^.]*\blocked\b", re.IGNORECASE)
_LOCKED_STATUS = re.compile(r"row_?locked|locked_?(row|record|by)", re.IGNORECASE)
_DENIED = re.compile(r"authori[sz]e|access|permission", re.IGNORECASE)
_UNKNOWN_FIELD = re.compile(r"unrecogni[sz]ed input field|is not defined by type", re.IGNORECASE)
_STATUS = re.compile(r"\bStatus: (\d+)")
_VARIABLE = re.compile(r"^Variable '\$")
_PLACE = re.compile(
    r"(?:'\$(?:values|filters)'?(?: has invalid value at )?| at '(?:values|filters))\[(\d+)\](?::? ?\.(\w+))?"
)
"""Whose value does not fit: `'$values[3].quantity'`, `'$values' … at [3]: .quantity`, `… at 'values[3].quantity'`."""

_COMPANY_LEVEL = 2
"""Length of a path below which an error concerns the whole company: `useCompany`, `useCompany.associate`."""


@dataclass(frozen=True)
class Answer:
    """What a request brought.

    Attributes:
        data: The `data` of the answer; parts of it may be missing where there are errors.
        errors: Its errors, none of them a `RetriableError`.
        trace: Where it came from.
        warnings: What the server warns of, in its words (R-2026-02-16, R-2026-05-25).
        executed: Whether the request got past the checks of its text and variables.
        unshown: Which of the rows that came back are not whole: an error says that something of them cannot be shown.
        seconds: How long the server took.
    """

    data: dict[str, Any]
    errors: list[BusinessNxtError]
    trace: Trace
    warnings: tuple[str, ...] = ()
    executed: bool = True
    unshown: frozenset[int] = frozenset()
    seconds: float = 0.0

    def raise_errors(self) -> None:
        """Raise what went wrong, if anything did, all of it told together.

        Raises:
            BusinessNxtError: The answer holds errors, also where it holds data beside them.
        """
        if self.errors:
            raise together(self.errors)

    def field(self, name: str) -> dict[str, Any] | None:
        """What a field of the company brought; None where the answer does not say."""
        found = (self.data.get("useCompany") or {}).get(name)
        return found if isinstance(found, dict) else None


def read(response: requests.Response, trace: Trace) -> Answer:
    """Read an HTTP answer.

    Raises:
        BusinessNxtError: There is nothing in it to go on with, or it asks to come again.
    """
    status = response.status_code
    if status == _UNAUTHORISED:
        raise AuthenticationError(
            "the API refuses a fresh token: the client must stand in the table User of Business NXT as a connected "
            "application, with a row in Connect Application Access for this company",
            trace,
        )
    wait = read_retry_after(response.headers.get("Retry-After"))
    if status == _TOO_MANY:
        raise RateLimited("more requests than a minute allows", trace, retry_after=wait)
    body = _body(response.content)
    if body is not None and (status == _OK or (_BAD_REQUEST <= status < _SERVER_ERROR and body.get("errors"))):
        return _answer(body, trace, response.elapsed.total_seconds())
    if status == _FORBIDDEN:
        raise AccessError("the API forbids this request; check the service's access group", trace)
    if status == _TOO_LARGE:
        raise TooLarge("the request is too large for the server (HTTP 413)", trace)
    kind = response.headers.get("Content-Type", "no content type").split(";")[0]
    if status in (_REQUEST_TIMEOUT, _GATEWAY_TIMEOUT):
        raise TimedOut(f"HTTP {status} with {kind} instead of an answer", trace, retry_after=wait)
    if _REDIRECT <= status < _SERVER_ERROR:
        raise RequestError(f"{response.url} refuses the request with HTTP {status}; check the address", trace)
    raise Unavailable(f"HTTP {status} with {kind} instead of an answer", trace, retry_after=wait)


def _body(content: bytes) -> dict[str, Any] | None:
    """The answer's object, if it is one of GraphQL: it holds data, or a list of errors."""
    try:
        body = codec.load(content)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    data, errors = body.get("data"), body.get("errors") or []
    readable = isinstance(errors, list) and all(isinstance(each, dict) for each in errors)
    return body if readable and (errors or isinstance(data, dict)) else None


def _answer(body: Mapping[str, Any], trace: Trace, seconds: float) -> Answer:
    extensions = body.get("extensions")
    extensions = extensions if isinstance(extensions, Mapping) else {}
    trace = Trace(trace.company_no, trace.operation, str(extensions.get("vbnxt-trace-id") or ""))
    entries: Sequence[Entry] = body.get("errors") or []
    data = body.get("data") or {}
    errors = [classify(each, trace) for each in entries]
    for error in errors:
        if isinstance(error, RateLimited) and _holds(data):
            raise Unavailable(f"{error.message}, although the answer holds data", trace)
        if isinstance(error, RetriableError):
            raise error
    refused = bool(entries) and all(map(_refused_unread, entries)) and not _holds(data)
    unshown = frozenset(number for each in entries if (number := _unshown(each)) is not None)
    return Answer(data, errors, trace, tuple(_warnings(extensions)), not refused, unshown, seconds)


def _holds(data: Mapping[str, Any]) -> bool:
    """Whether an answer says of anything that it was read or done."""
    return any(_holds(each) if isinstance(each, Mapping) else each is not None for each in data.values())


def _warnings(extensions: Mapping[str, Any]) -> Iterator[str]:
    """Whatever `extensions` holds under a name that speaks of warnings; how it is called is not documented."""
    for name, value in extensions.items():
        if "warning" in name.lower():
            for each in value if isinstance(value, list) else [value]:
                yield str(each.get("message", each)) if isinstance(each, Mapping) else str(each)


def classify(entry: Entry, trace: Trace) -> BusinessNxtError:
    """Turn one entry of `errors` into the exception that says what to do about it."""
    message, code = str(entry.get("message", "an error without a message")), _code(entry)
    path, place = entry.get("path") or [], _place(entry)
    if code == "OUTSTANDING_LIMIT_EXCEEDED":
        return TooManyInProgress(message, trace, place)
    if place.index is None and (_TIMED_OUT.search(code) or _TIMED_OUT.search(message)):
        return TimedOut(message, trace, place)
    if _refused_unread(entry):
        return _refusal(message, code, trace)
    if _LOCKED_STATUS.search(place.status_name) or _LOCKED.search(message):
        return RowLocked(message, trace, place)
    if place.index is None and len(path) <= _COMPANY_LEVEL and _DENIED.search(message):
        advice = "check company_no, the service user's access to the company, and that the scope allows it"
        return AccessError(f"{message} ({advice})", trace, place)
    return RowError(message, trace, place)


def _refused_unread(entry: Entry) -> bool:
    """Whether the text or the variables of the request were refused, so that nothing was carried out.

    Such an error points into the document and not into the result; everything else has a path or no place at all.
    """
    outside = bool(entry.get("locations")) and not entry.get("path")
    return outside and bool(_code(entry) or _VARIABLE.search(str(entry.get("message"))))


def _refusal(message: str, code: str, trace: Trace) -> BusinessNxtError:
    """A value that does not fit its column is its row's fault; all else is the request's."""
    found = _PLACE.search(message)
    if found and not _UNKNOWN_FIELD.search(message):
        place = Place(int(found[1]), (found[2],) if found[2] else (), status_name=code)
        return RowError(message, trace, place)
    return SchemaError(f"{message} ({code})" if code else message, trace)


def _place(entry: Entry) -> Place:
    """Of which row and columns an error speaks: the row is the first number in its path (R-2024-01-25)."""
    index = None if _unshown(entry) is not None else _number(entry)
    told = _extensions(entry)
    named = _first(told, "fields", "fieldNames") or []
    name = _first(told, "status_name", "statusName", "code") or ""
    fields = tuple(str(each) for each in (named if isinstance(named, list) else [named]))
    return Place(index, fields, _status(entry), str(name))


def _number(entry: Entry) -> int | None:
    return next((each for each in entry.get("path") or [] if isinstance(each, int)), None)


def _unshown(entry: Entry) -> int | None:
    """Which row of the result an error speaks of: it was read or written, and cannot be shown."""
    return _number(entry) if "items" in (entry.get("path") or []) else None


def _status(entry: Entry) -> int | None:
    """The backend's number for the error; the message of an access error ends in it: `Status: 18.` (D2)."""
    given = str(_first(_extensions(entry), "status", "statusCode") or "")
    found = _STATUS.search(str(entry.get("message")))
    number = given if given.isdecimal() else found[1] if found else ""
    return int(number) if number else None


def _extensions(entry: Entry) -> Mapping[str, Any]:
    found = entry.get("extensions")
    return found if isinstance(found, Mapping) else {}


def _code(entry: Entry) -> str:
    return str(_extensions(entry).get("code") or "")


def _first(told: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands under the first of these names; how errors are nested is not documented."""
    return next((told[name] for name in names if told.get(name)), None)
