"""The token end point: client credentials in, access tokens out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.businessnxt.behaviours import Behaviours

CLIENT_ID = "sandbox_client"
CLIENT_SECRET = "sandbox-secret"
SERVICE = "business-graphql-service-api:access-group-based"
USER = "business-graphql-api:access-group-based"
READ_ONLY = "-readonly"
SCOPES = (SERVICE, SERVICE + READ_ONLY, USER, USER + READ_ONLY)
_KEY = secrets.token_bytes(32)


class TokenError(Exception):
    """A refusal in the words of OAuth, with its HTTP status."""

    def __init__(self, error: str, status: int) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass(frozen=True)
class Token:
    """What an access token allows, until when."""

    client_id: str
    scope: str
    expires_at: float

    @property
    def may_write(self) -> bool:
        """Whether mutations are allowed."""
        return not self.scope.endswith(READ_ONLY)

    def opens(self, scope: str) -> bool:
        """Whether the token is of this family of scopes."""
        return self.scope in (scope, scope + READ_ONLY)


@dataclass
class Tokens:
    """Every token given out; they do not outlive the server."""

    _tokens: dict[str, Token] = field(default_factory=dict)

    def issue(self, form: Mapping[str, str], authorization: str | None, behaviours: Behaviours) -> dict[str, str | int]:
        """Answer a token request.

        Raises:
            TokenError: The request is refused.
        """
        if form.get("grant_type") != "client_credentials" or not behaviours.token_by_client_credentials:
            raise TokenError("unsupported_grant_type", 400)
        client_id, secret = _credentials(form, authorization, behaviours)
        if client_id != CLIENT_ID or not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
            raise TokenError("invalid_client", 401)
        scope = form.get("scope", "")
        if scope not in (SCOPES if behaviours.four_scopes else SCOPES[:1]):
            raise TokenError("invalid_scope", 400)
        lifetime = behaviours.token_lifetime_seconds
        token = _jwt(client_id, scope, lifetime) if behaviours.tokens_are_jwts else secrets.token_urlsafe(32)
        ends = time.monotonic() + lifetime if behaviours.tokens_end else math.inf
        self._tokens[token] = Token(client_id, scope, ends)
        end = {"expires_in": lifetime} if behaviours.token_says_how_long_it_lives else {}
        return {"access_token": token, "token_type": "Bearer", "scope": scope, **end}

    def look_up(self, authorization: str | None) -> tuple[str, Token] | None:
        """The token of an Authorization header, if it is a good one."""
        scheme, _, text = (authorization or "").partition(" ")
        token = self._tokens.get(text.strip()) if scheme.lower() == "bearer" else None
        return (text.strip(), token) if token and token.expires_at > time.monotonic() else None

    def forget(self, text: str) -> None:
        """Make a token worthless."""
        self._tokens.pop(text, None)


def _credentials(form: Mapping[str, str], authorization: str | None, behaviours: Behaviours) -> tuple[str, str]:
    """Client id and secret, from the Basic header or from the form."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic" or not behaviours.credentials_in_basic:
        return (
            (form.get("client_id", ""), form.get("client_secret", "")) if behaviours.credentials_in_form else ("", "")
        )
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("invalid_client", 401) from None
    if not behaviours.secrets_are_form_encoded_in_basic:
        return client_id, secret
    return unquote_plus(client_id), unquote_plus(secret)


def _jwt(client_id: str, scope: str, lifetime: float) -> str:
    """A signed token, as long and as unreadable as real ones; nobody but this server can check its signature."""
    now = int(time.time())
    claims = {"iss": "sandbox", "client_id": client_id, "scope": [scope], "iat": now, "exp": now + int(lifetime),
              "jti": secrets.token_hex(16)}  # fmt: skip
    parts = [_part(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join([*parts, _part(hmac.digest(_KEY, ".".join(parts).encode(), hashlib.sha256))])


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
