"""The access token: client credentials at Visma Connect, renewed before it ends."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import quote_plus

import requests

from businessnxt.errors import AuthenticationError, Unavailable

TOKEN_URL = "https://connect.visma.com/connect/token"  # noqa: S105 - an address, no secret
SCOPE = "business-graphql-service-api:access-group-based"
MARGIN = 60.0
"""Seconds before its end at which a token is renewed."""

_OK = 200
_SERVER_ERROR = 500


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


class Token:
    """An access token that keeps itself fresh.

    Args:
        credentials: Who we are.
        session: The HTTP session.
        timeout: Seconds to wait for the token end point.
    """

    def __init__(self, credentials: Credentials, session: requests.Session, *, timeout: float) -> None:
        self._credentials, self._session, self._timeout = credentials, session, timeout
        self._value, self._ends_at = "", 0.0

    def value(self) -> str:
        """The token, fetched when there is none or it is about to end.

        Raises:
            AuthenticationError: The end point refused us.
            Unavailable: It did not answer.
        """
        if time.monotonic() >= self._ends_at:
            self._fetch()
        return self._value

    def forget(self) -> None:
        """Drop the token, because the API no longer takes it."""
        self._ends_at = 0.0

    def _fetch(self) -> None:
        who = self._credentials
        try:
            response = self._session.post(
                who.token_url,
                data={"grant_type": "client_credentials", "scope": who.scope},
                auth=(quote_plus(who.client_id), quote_plus(who.client_secret)),
                timeout=self._timeout,
            )
        except requests.RequestException as error:
            raise Unavailable(f"{who.token_url} does not answer: {type(error).__name__}") from None
        if response.status_code >= _SERVER_ERROR:
            raise Unavailable(f"{who.token_url} answers HTTP {response.status_code}")
        body = _json(response)
        if response.status_code != _OK or "access_token" not in body:
            raise AuthenticationError(_refusal(who, response.status_code, str(body.get("error", ""))))
        self._value = str(body["access_token"])
        self._ends_at = time.monotonic() + max(float(str(body.get("expires_in", 0))) - MARGIN, 1.0)


def _json(response: requests.Response) -> dict[str, object]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(who: Credentials, status: int, reason: str) -> str:
    advice = {
        "invalid_client": "check client_id and client_secret",
        "invalid_scope": f"the application has not been granted the scope '{who.scope}' in Visma Developer Portal",
    }
    return (
        f"no token for client '{who.client_id}' from {who.token_url}: HTTP {status} {reason or 'without a reason'}; "
        f"{advice.get(reason, 'check token_url, client_id, client_secret and scope')}"
    )
