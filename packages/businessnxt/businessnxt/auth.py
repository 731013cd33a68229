"""The access token: client credentials at Visma Connect, renewed before it ends."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import requests
from requests.auth import AuthBase
from typing_extensions import override

from businessnxt import connection
from businessnxt.errors import AuthenticationError, FatalError, NotSent, RateLimited, Trace
from businessnxt.pace import read_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from businessnxt.errors import BusinessNxtError

TOKEN_URL = "https://connect.visma.com/connect/token"  # noqa: S105 - an address, no secret
SCOPE = "business-graphql-service-api:access-group-based"
MARGIN = 60.0
"""Seconds before its end at which a token is renewed."""

_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500


@dataclass(frozen=True)
class Credentials:
    """Who we are.

    Attributes:
        client_id: The service application's id (at most 24 characters, D12).
        client_secret: Its secret.
        token_url: The token end point.
        scope: The scope that is asked for.
    """

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str = TOKEN_URL
    scope: str = SCOPE


class Bearer(AuthBase):
    """Puts the token on a request; as `auth`, so that no `.netrc` entry takes its place."""

    def __init__(self, token: str) -> None:
        self.token = token

    @override
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self.token}"
        return r


class Token:
    """An access token that keeps itself fresh; threads share it.

    Args:
        credentials: Who we are.
        session: The HTTP session.
        timeout: Seconds to wait for the token end point.
        clock: Seconds that only go up.
    """

    def __init__(
        self,
        credentials: Credentials,
        session: requests.Session,
        *,
        timeout: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        connection.check_address("token_url", credentials.token_url)
        self._credentials, self._session, self._timeout, self._clock = credentials, session, timeout, clock
        self._value, self._ends_at = "", float("-inf")
        self._alone = threading.Lock()

    def value(self, trace: Trace) -> str:
        """The token, fetched when there is none or it is about to end.

        Raises:
            AuthenticationError: The end point refused us.
            RetriableError: It asks to wait, or did not answer.
        """
        with self._alone:
            if self._clock() >= self._ends_at:
                self._fetch(trace)
            return self._value

    def forget(self, refused: str) -> None:
        """Drop a token that the API no longer takes, unless another thread has renewed it already."""
        with self._alone:
            if refused == self._value:
                self._ends_at = float("-inf")

    def _fetch(self, trace: Trace) -> None:
        who, asked_at = self._credentials, self._clock()
        response = self._ask(trace)
        body = _json(response)
        if response.status_code != _OK or not body.get("access_token"):
            raise AuthenticationError(_refusal(who, response.status_code, str(body.get("error", ""))), trace)
        self._value = str(body["access_token"])
        self._ends_at = asked_at + max(_seconds(body.get("expires_in")) - MARGIN, 1.0)

    def _ask(self, trace: Trace) -> requests.Response:
        who = self._credentials
        try:
            response = self._session.post(
                who.token_url,
                data={"grant_type": "client_credentials", "scope": who.scope},
                auth=(quote_plus(who.client_id), quote_plus(who.client_secret)),
                timeout=self._timeout,
                allow_redirects=False,
            )
        except OSError as error:
            raise _no_token(connection.told(error, who.token_url, self._timeout, trace)) from None
        wait = read_retry_after(response.headers.get("Retry-After"))
        if response.status_code == _TOO_MANY:
            raise RateLimited(f"no token: {who.token_url} asks to wait", trace, retry_after=wait)
        if response.status_code >= _SERVER_ERROR:
            raise NotSent(f"no token: {who.token_url} answers HTTP {response.status_code}", trace, retry_after=wait)
        return response


def _no_token(reason: BusinessNxtError) -> BusinessNxtError:
    """Without a token nothing was sent to the API, whatever became of the request for it."""
    return reason if isinstance(reason, FatalError) else NotSent(f"no token: {reason.message}", reason.trace)


def _json(response: requests.Response) -> dict[str, object]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(value: object) -> float:
    """`expires_in`; nothing that can be read means a token that is fetched anew each time it is a second old."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _refusal(who: Credentials, status: int, reason: str) -> str:
    advice = {
        "invalid_client": "check client_id and client_secret",
        "invalid_scope": f"the application has not been granted the scope '{who.scope}' in Visma Developer Portal",
    }
    return (
        f"no token for client '{who.client_id}' from {who.token_url}: HTTP {status} {reason or 'without a reason'}; "
        f"{advice.get(reason, 'check token_url, client_id, client_secret and scope')}"
    )
