"""Sends one GraphQL request and reads its answer: token, pace, retries, and what each kind of failure means.

Nearly every failure comes as HTTP 200 with `errors`, also beside data (D2). What was refused before it was
carried out (401, 429, too many in progress) is sent again; a read is sent again after anything that may pass; a
write whose answer is lost is never sent again from here, because the work may go on (D9).
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from businessnxt import codec, pace
from businessnxt.auth import Credentials, Token
from businessnxt.errors import (
    AccessError,
    AuthenticationError,
    BusinessNxtError,
    RateLimited,
    RetriableError,
    RowError,
    SchemaError,
    Trace,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

TRIES = 6
"""How often a request is sent, at most."""

_OK, _UNAUTHORISED, _FORBIDDEN, _TOO_MANY = 200, 401, 403, 429
_OPERATION = re.compile(r"^\s*(query|mutation)\s+(\w+)")
_NO_ACCESS = re.compile(r"authori[sz]e|access|permission|not allowed", re.IGNORECASE)
_COMPANY_LEVEL = 2
"""Length of a path below which an error concerns the whole company: `useCompany`, `useCompany.associate`."""


@dataclass(frozen=True)
class Answer:
    """What a request brought.

    Attributes:
        data: The `data` of the answer; parts of it may be missing where there are errors.
        errors: The `errors` of the answer.
        trace: Where it came from.
    """

    data: dict[str, Any]
    errors: list[dict[str, Any]]
    trace: Trace


class Transport:
    """The way to one company.

    Args:
        credentials: Who we are.
        api_url: The GraphQL end point.
        company_no: The company, for messages.
        timeout: Seconds to wait for an answer.
        user_agent: Sent with every request.
    """

    def __init__(
        self, credentials: Credentials, *, api_url: str, company_no: int, timeout: float, user_agent: str
    ) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._url, self._company_no, self._timeout = api_url, company_no, timeout
        self._token = Token(credentials, self._session, timeout=timeout)
        self._governor = pace.Governor()

    def send(self, document: str, variables: Mapping[str, Any]) -> Answer:
        """Send a request; refusals, and lost answers of reads, are tried again.

        Raises:
            BusinessNxtError: There is no answer to go on with.
        """
        kind, operation = _operation(document)
        trace = Trace(self._company_no, operation)
        body = codec.dump({"query": document, "variables": variables, "operationName": operation})
        for attempt in range(TRIES):
            try:
                return self._once(body, trace)
            except RateLimited as error:
                problem: RetriableError = error
            except Unavailable as error:
                if kind == "mutation":
                    raise
                problem = error
            if attempt < TRIES - 1:
                seconds = pace.pause(attempt, problem.retry_after)
                logger.info("%s; trying again in %.1f s", problem, seconds)
                time.sleep(seconds)
        raise problem

    def _once(self, body: bytes, trace: Trace) -> Answer:
        response = self._post(body, trace)
        if response.status_code == _UNAUTHORISED:
            self._token.forget()
            response = self._post(body, trace)
        return _read(response, trace)

    def _post(self, body: bytes, trace: Trace) -> requests.Response:
        self._governor.wait()
        headers = {"Authorization": f"Bearer {self._token.value()}", "Content-Type": "application/json"}
        try:
            return self._session.post(self._url, data=body, headers=headers, timeout=self._timeout)
        except requests.exceptions.Timeout:
            raise Unavailable(f"no answer within {self._timeout:g} seconds", trace) from None
        except requests.exceptions.RequestException as error:
            raise Unavailable(f"{self._url} cannot be reached ({type(error).__name__})", trace) from None


def _operation(document: str) -> tuple[str, str]:
    found = _OPERATION.match(document)
    if found is None:
        raise ValueError("a document begins with its one named operation: 'query name' or 'mutation name'")
    return found[1], found[2]


def _read(response: requests.Response, trace: Trace) -> Answer:
    if response.status_code == _UNAUTHORISED:
        raise AuthenticationError(
            "the API refuses a fresh token: the client must stand in the table User of Business NXT as a connected "
            "application, with a row in Connect Application Access for this company",
            trace,
        )
    if response.status_code == _FORBIDDEN:
        raise AccessError("the API forbids this request; check the service's access group", trace)
    if response.status_code == _TOO_MANY:
        wait = pace.read_retry_after(response.headers.get("Retry-After"))
        raise RateLimited("more than the allowed requests a minute", trace, retry_after=wait)
    try:
        body = codec.load(response.content)
    except ValueError:
        body = None
    if response.status_code != _OK or not isinstance(body, dict):
        kind = response.headers.get("Content-Type", "no content type").split(";")[0]
        raise Unavailable(f"HTTP {response.status_code} with {kind} instead of an answer", trace)
    return _answer(body, trace)


def _answer(body: dict[str, Any], trace: Trace) -> Answer:
    trace_id = str((body.get("extensions") or {}).get("vbnxt-trace-id", ""))
    trace = Trace(trace.company_no, trace.operation, trace_id)
    errors = body.get("errors") or []
    for error in errors:
        if _code(error) == "OUTSTANDING_LIMIT_EXCEEDED":
            raise RateLimited(str(error.get("message")), trace, retry_after=2.0)
    return Answer(body.get("data") or {}, errors, trace)


def _code(error: Mapping[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code", ""))


def classify(error: Mapping[str, Any], trace: Trace) -> BusinessNxtError:
    """Turn one entry of `errors` into the exception that says what to do about it."""
    message, code = str(error.get("message", "an error without a message")), _code(error)
    path = list(error.get("path") or [])
    numbers = [each for each in path if isinstance(each, int)]
    if code and (error.get("locations") and not path):
        return SchemaError(f"{message} ({code})", trace)
    if "time" in code.lower() or "timed out" in message.lower() or "timeout" in message.lower():
        return Unavailable(message, trace)
    if len(path) <= _COMPANY_LEVEL and not numbers and _NO_ACCESS.search(message):
        return AccessError(f"{message} Check company_no and the service user's access to the company", trace)
    return RowError(message, trace, index=numbers[0] if numbers else None, fields=_fields(error), status=_status(error))


def _fields(error: Mapping[str, Any]) -> tuple[str, ...]:
    extensions = error.get("extensions") or {}
    named = extensions.get("fields") or extensions.get("fieldNames") or []
    return tuple(str(each) for each in (named if isinstance(named, list) else [named]))


def _status(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions") or {}
    return str(extensions.get("status_name") or extensions.get("statusName") or "")
