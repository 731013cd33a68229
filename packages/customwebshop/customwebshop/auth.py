"""Shows a shop who we are, in one of the ways that shops ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from requests.auth import AuthBase, HTTPBasicAuth
from typing_extensions import override

from customwebshop.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

EXPIRY_MARGIN = 60.0  # seconds: a token shall not run out on its way to the shop

NEEDS: dict[str, tuple[str, ...]] = {
    "bearer": ("auth_token",),
    "header": ("auth_token",),
    "basic": ("username",),
    "oauth2": ("token_url", "client_id", "client_secret"),
    "none": (),
}
"""The methods, and which settings each cannot do without."""

Grant = Callable[[dict[str, str]], Any]
"""Puts a form to the token end point and gives its answer."""


@dataclass(frozen=True)
class Credentials:
    """How the shop is shown who asks; the settings of the plugins have the same names.

    Attributes:
        auth_method: One of `NEEDS`.
        auth_token: Key or token, for `bearer` and `header`.
        auth_header: The header that takes the token as it stands, for `header`.
        token_url: OAuth 2.0 token end point, for `oauth2`.
        client_id: For `oauth2`.
        client_secret: For `oauth2`.
        scope: For `oauth2`; may be empty.
        username: For `basic`.
        password: For `basic`; may be empty.
    """

    auth_method: str = "bearer"
    auth_token: str = field(default="", repr=False)
    auth_header: str = "Authorization"
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Credentials:
        """Those that the settings of a plugin name."""
        return cls(**{name: str(settings[name]) for name in cls.__dataclass_fields__ if settings.get(name)})

    @property
    def missing(self) -> list[str]:
        """The settings that this method cannot do without and that are empty."""
        return [name for name in NEEDS[self.auth_method] if not getattr(self, name)]

    @property
    def secrets(self) -> list[str]:
        """What must stand in no message."""
        return [each for each in (self.auth_token, self.client_secret, self.password) if each]


class Anonymous(AuthBase):
    """A shop that asks nobody; also keeps requests from looking into ~/.netrc."""

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        return r


@dataclass(frozen=True)
class Header(AuthBase):
    """A secret in a header, as it stands."""

    name: str
    value: str = field(repr=False)

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers[self.name] = self.value
        return r


class ClientCredentials(AuthBase):
    """OAuth 2.0 client credentials: fetches a token when there is none that will last, and keeps it."""

    def __init__(self, form: dict[str, str], grant: Grant) -> None:
        self._form = form
        self._grant = grant
        self._token = ""
        self._good_until = 0.0

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        if not self._token or time.monotonic() >= self._good_until:
            self._fetch()
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r

    def forget(self) -> None:
        """Drop the token: the shop did not accept it."""
        self._token = ""

    def _fetch(self) -> None:
        asked = time.monotonic()
        answer = self._grant(self._form)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise CredentialsError("The token end point answered without an access_token: check token_url and scope.")
        self._token = token
        self._good_until = asked + _lifetime(answer.get("expires_in"))


def _lifetime(expires_in: Any) -> float:  # noqa: ANN401 - whatever the shop says
    """How long a token is used: to shortly before its end, and an hour when the shop does not say."""
    try:
        lifetime = float(expires_in)
    except (TypeError, ValueError):
        return 3600.0
    return max(lifetime - EXPIRY_MARGIN, lifetime / 2)


def authenticator(credentials: Credentials, grant: Grant) -> AuthBase:
    """The way of showing who we are that the credentials choose."""
    method = credentials.auth_method
    if method == "bearer":
        return Header("Authorization", f"Bearer {credentials.auth_token}")
    if method == "header":
        return Header(credentials.auth_header, credentials.auth_token)
    if method == "basic":
        return HTTPBasicAuth(credentials.username.encode(), credentials.password.encode())
    if method == "oauth2":
        return ClientCredentials(_form(credentials), grant)
    return Anonymous()


def _form(credentials: Credentials) -> dict[str, str]:
    known = {name: getattr(credentials, name) for name in ("client_id", "client_secret", "scope")}
    return {"grant_type": "client_credentials", **{name: value for name, value in known.items() if value}}
