"""Sends one GraphQL request: token, pace, and what may be sent again.

What was refused before it was carried out (401, 429, too many in progress, no connection) is sent again; a read is
sent again after anything that may pass; a write whose answer is lost is never sent again from here, because the
work may go on (D9).
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Any

import requests

from businessnxt import answers, codec, pace
from businessnxt.auth import Bearer, Credentials, Token, no_connection
from businessnxt.errors import NotSent, RateLimited, RetriableError, Trace, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

TRIES = 5
"""How often a request is sent, at most, when it fails."""

TRIES_OF_REFUSED = 8
"""How often, when it is only refused: long enough for a minute's limit to pass."""

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection."""

_OPERATION = re.compile(r"^\s*(query|mutation)\s+(\w+)")


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

    def send(self, document: str, variables: Mapping[str, Any]) -> answers.Answer:
        """Send a request; refusals, and lost answers of reads, are tried again.

        Raises:
            BusinessNxtError: There is no answer to go on with.
        """
        kind, operation = _operation(document)
        trace = Trace(self._company_no, operation)
        body = codec.dump({"query": document, "variables": variables, "operationName": operation})
        attempt = 1
        while isinstance(answer := self._once(body, trace), RetriableError):
            if not _may_go_again(answer, kind, attempt):
                raise answer
            seconds = pace.pause(attempt, answer.retry_after)
            logger.warning("%s; trying again in %.1f s", answer, seconds)
            time.sleep(seconds)
            attempt += 1
        return answer

    def _once(self, body: bytes, trace: Trace) -> answers.Answer | RetriableError:
        """Send the request once, or twice when the token turns out to have ended."""
        try:
            response = self._post(body, trace)
            if response.status_code == requests.codes.unauthorized:
                self._token.forget()
                response = self._post(body, trace)
            return answers.read(response, trace)
        except RetriableError as error:
            return error

    def _post(self, body: bytes, trace: Trace) -> requests.Response:
        auth = Bearer(self._token.value(trace))
        self._governor.wait()
        try:
            return self._session.post(
                self._url,
                data=body,
                headers={"Content-Type": "application/json"},
                auth=auth,
                timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if no_connection(error):
                raise NotSent(f"no connection to {self._url}; check api_url and the network", trace) from None
            if isinstance(error, requests.Timeout):
                raise Unavailable(f"no answer within {self._timeout:g} seconds", trace) from None
            raise Unavailable(f"{self._url} gave no answer ({type(error).__name__})", trace) from None


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
