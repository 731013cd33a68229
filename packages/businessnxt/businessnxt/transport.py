"""Sends one GraphQL request: token, pace, and what may be sent again.

What was refused before it was carried out (401, 429, too many in progress, no connection) is sent again; a read is
sent again after anything that may pass; a write whose answer is lost is never sent again from here, because the
work may go on (D9).
"""

from __future__ import annotations

import logging
import re
from time import sleep
from typing import TYPE_CHECKING, Any

import requests

from businessnxt import answers, codec, connection, pace
from businessnxt.auth import Bearer, Credentials, Token
from businessnxt.errors import NotSent, RateLimited, RetriableError, TimedOut, Trace
from businessnxt.governor import SLOT_HELD, Governor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

SERVER_GIVES_UP = 59.0
"""Seconds after which the server answers that it took too long (R-2023-12-07); whoever waits less hangs up on it."""

TRIES = 5
"""How often a request is sent, at most, when it fails."""

TRIES_OF_REFUSED = 8
"""How often, when it is only refused: long enough for a minute's limit to pass."""

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection."""

_OPERATION = re.compile(r"^\s*(query|mutation)\s+(\w+)")


class Transport:
    """The way to one company; threads share it.

    Args:
        credentials: Who we are.
        api_url: The GraphQL end point.
        company_no: The company, for messages.
        timeout: Seconds to wait for an answer.
        user_agent: Sent with every request.
        governor: Lets the requests go.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str,
        company_no: int,
        timeout: float,
        user_agent: str,
        governor: Governor,
    ) -> None:
        connection.check_address("api_url", api_url)
        if timeout <= SERVER_GIVES_UP:
            logger.warning(
                "a time-out of %g s is shorter than the %g s for which Business NXT works on a request; what is given "
                "up before keeps one of the company's 60 places for %g minutes",
                *(timeout, SERVER_GIVES_UP, SLOT_HELD / 60),
            )
        self._session = connection.session(user_agent)
        self._url, self._company_no, self._timeout = api_url, company_no, timeout
        self._token = Token(credentials, self._session, timeout=timeout)
        self._governor = governor

    def send(
        self, document: str, variables: Callable[[], Mapping[str, Any]], *, timed_out: Callable[[], None] | None = None
    ) -> answers.Answer:
        """Send a request; refusals, and lost answers of reads, are tried again.

        Args:
            document: One named operation.
            variables: Gives its variables, anew for each try.
            timed_out: Called after a time-out, before it is tried again: the next variables may ask for less.

        Raises:
            BusinessNxtError: There is no answer to go on with.
        """
        kind, operation = _operation(document)
        trace = Trace(self._company_no, operation)
        attempt = 1
        while True:
            body = codec.dump({"query": document, "variables": variables(), "operationName": operation})
            answer = self._once(body, trace)
            if not isinstance(answer, RetriableError):
                return answer
            if timed_out and isinstance(answer, TimedOut):
                timed_out()
            if not _may_go_again(answer, kind, attempt):
                raise answer
            seconds = pace.pause(attempt, answer.retry_after, answer.first_wait)
            logger.warning("%s; trying again in %.1f s", answer, seconds)
            sleep(seconds)
            attempt += 1

    def _once(self, body: bytes, trace: Trace) -> answers.Answer | RetriableError:
        """Send the request once, or twice when the token turns out to have ended."""
        try:
            bearer = Bearer(self._token.value(trace))
            response = self._post(body, bearer, trace)
            if response.status_code == requests.codes.unauthorized:
                self._token.forget(bearer.token)
                response = self._post(body, Bearer(self._token.value(trace)), trace)
            answer = answers.read(response, trace)
        except RetriableError as error:
            return error
        for warning in answer.warnings:
            logger.warning("Business NXT warns: %s [%s]", warning, answer.trace)
        return answer

    def _post(self, body: bytes, bearer: Bearer, trace: Trace) -> requests.Response:
        try:
            with self._governor.turn():
                return self._session.post(
                    self._url,
                    data=body,
                    headers={"Content-Type": "application/json"},
                    auth=bearer,
                    timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                    allow_redirects=False,
                )
        except OSError as error:
            reason = connection.told(error, self._url, self._timeout, trace)
            if not isinstance(reason, NotSent):
                self._governor.abandon()
            raise reason from None


def _operation(document: str) -> tuple[str, str]:
    found = _OPERATION.match(document)
    if found is None:
        raise ValueError("a document begins with its one named operation: 'query name' or 'mutation name'")
    return found[1], found[2]


def _may_go_again(error: RetriableError, kind: str, attempt: int) -> bool:
    """Whether a request may be sent again, after having been sent so often."""
    if isinstance(error, RateLimited):
        return attempt < TRIES_OF_REFUSED
    return attempt < TRIES and (kind == "query" or isinstance(error, NotSent))
