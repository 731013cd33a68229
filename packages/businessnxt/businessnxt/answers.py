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
    FatalError,
    RateLimited,
    RequestError,
    RetriableError,
    RowError,
    RowLocked,
    SchemaError,
    Trace,
    Unavailable,
)
from businessnxt.pace import read_retry_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    import requests

Entry = Mapping[str, Any]
"""One of the `errors` of an answer."""

_OK, _UNAUTHORISED, _FORBIDDEN, _REQUEST_TIMEOUT, _TOO_MANY = 200, 401, 403, 408, 429
_BAD_REQUEST, _SERVER_ERROR = 400, 500

_TIMED_OUT = re.compile(r"time(d)?[ _-]?out", re.IGNORECASE)
_LOCKED = re.compile(r"\block(ed)?\b|rowlocked", re.IGNORECASE)
_DENIED = re.compile(r"authori[sz]e|access|permission", re.IGNORECASE)
_UNKNOWN_FIELD = re.compile(r"unrecogni[sz]ed input field|is not defined by type", re.IGNORECASE)
_VARIABLE = re.compile(r"^Variable '\$")
_PLACE = re.compile(r"'\$(?:values|filters)'?(?: has invalid value at )?\[(\d+)\](?::? ?\.(\w+))?")
"""Whose value does not fit its type: `'$values[3].quantity'`, or `'$values' … at [3]: .quantity`."""

_COMPANY_LEVEL = 2
"""Length of a path below which an error concerns the whole company: `useCompany`, `useCompany.associate`."""


@dataclass(frozen=True)
class Answer:
    """What a request brought.

    Attributes:
        data: The `data` of the answer; parts of it may be missing where there are errors.
        errors: Its errors, none of them a `RetriableError`.
        trace: Where it came from.
        executed: Whether the request got past the checks of its text and variables.
        seconds: How long the server took.
    """

    data: dict[str, Any]
    errors: list[BusinessNxtError]
    trace: Trace
    executed: bool = True
    seconds: float = 0.0

    def raise_errors(self) -> None:
        """Raise what went wrong, if anything did: first what stops everything.

        Raises:
            BusinessNxtError: The answer holds errors, also where it holds data beside them.
        """
        for error in sorted(self.errors, key=lambda each: not isinstance(each, FatalError)):
            raise error

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
    if _BAD_REQUEST <= status < _SERVER_ERROR and status != _REQUEST_TIMEOUT:
        raise RequestError(f"{response.url} refuses the request with HTTP {status}; check the address", trace)
    kind = response.headers.get("Content-Type", "no content type").split(";")[0]
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
    trace_id = str(extensions.get("vbnxt-trace-id", "")) if isinstance(extensions, dict) else ""
    trace = Trace(trace.company_no, trace.operation, trace_id)
    entries: Sequence[Entry] = body.get("errors") or []
    errors = [classify(each, trace) for each in entries]
    for error in errors:
        if isinstance(error, RetriableError):
            raise error
    executed = not (entries and all(map(_refused_unread, entries)))
    return Answer(body.get("data") or {}, errors, trace, executed, seconds)


def classify(entry: Entry, trace: Trace) -> BusinessNxtError:
    """Turn one entry of `errors` into the exception that says what to do about it."""
    message, code = str(entry.get("message", "an error without a message")), _code(entry)
    path, index = entry.get("path") or [], _index(entry)
    if code == "OUTSTANDING_LIMIT_EXCEEDED":
        return RateLimited(message, trace)
    if index is None and (_TIMED_OUT.search(code) or _TIMED_OUT.search(message)):
        return Unavailable(message, trace)
    if _refused_unread(entry):
        return _refusal(message, code, trace)
    if _LOCKED.search(f"{_status(entry)} {message}"):
        return RowLocked(message, trace, index=index, fields=_fields(entry), status=_status(entry))
    if index is None and len(path) <= _COMPANY_LEVEL and _DENIED.search(message):
        advice = "check company_no, the service user's access to the company, and that the scope allows it"
        return AccessError(f"{message} ({advice})", trace)
    return RowError(message, trace, index=index, fields=_fields(entry), status=_status(entry))


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
        return RowError(message, trace, index=int(found[1]), fields=(found[2],) if found[2] else (), status=code)
    return SchemaError(f"{message} ({code})" if code else message, trace)


def _index(entry: Entry) -> int | None:
    """The number of the row that failed: the first one in the path (R-2024-01-25)."""
    return next((each for each in entry.get("path") or [] if isinstance(each, int)), None)


def _extensions(entry: Entry) -> Mapping[str, Any]:
    found = entry.get("extensions")
    return found if isinstance(found, Mapping) else {}


def _code(entry: Entry) -> str:
    return str(_extensions(entry).get("code") or "")


def _fields(entry: Entry) -> tuple[str, ...]:
    """The columns whose assignment failed (R-2025-10-17)."""
    named = _extensions(entry).get("fields") or _extensions(entry).get("fieldNames") or []
    return tuple(str(each) for each in (named if isinstance(named, list) else [named]))


def _status(entry: Entry) -> str:
    return str(_extensions(entry).get("status_name") or _extensions(entry).get("statusName") or "")
