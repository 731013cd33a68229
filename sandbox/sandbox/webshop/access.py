"""Who may ask: a static key, or OAuth2 client credentials with tokens that end."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from typing import Any
from urllib.parse import unquote_plus

AUTH_TOKEN = "sandbox-token"
CLIENT_ID, CLIENT_SECRET = "sandbox_shop", "sandbox-secret"


class Access:
    """The keys that open the shop.

    Attributes:
        lifetime: Seconds for which a new token is good.
    """

    def __init__(self) -> None:
        self.lifetime = 3600.0
        self._ends: dict[str, float] = {}

    def grant(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer a request for a token: status and body."""
        who = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        if who != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(24)
        self._ends[token] = time.monotonic() + self.lifetime
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": int(self.lifetime)}

    def allows(self, authorization: str) -> bool:
        """Whether this header opens the shop."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return False
        return token == AUTH_TOKEN or self._ends.get(token, 0.0) > time.monotonic()

    def forget(self) -> None:
        """End every token; the static key stays."""
        self._ends.clear()


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(name), unquote_plus(secret)
