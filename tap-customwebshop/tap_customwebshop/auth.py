"""Shows the shop who we are, in one of the ways that shops ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from requests.auth import AuthBase, HTTPBasicAuth
from typing_extensions import override

from .errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

EXPIRY_MARGIN = 60.0  # seconds: a token shall not run out on its way to the shop

Grant = Callable[[dict[str, str]], Any]
"""Puts a form to the token end point and gives its answer."""


class Anonymous(AuthBase):
    """A shop that asks nobody; also keeps requests from looking into ~/.netrc."""

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        return r


@dataclass(frozen=True)
class Header(AuthBase):
    """A secret in a header, as it stands."""

    name: str
    value: str

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


def _lifetime(expires_in: Any) -> float:  # noqa: ANN401
    """How long a token is used: to shortly before its end, and an hour when the shop does not say."""
    try:
        lifetime = float(expires_in)
    except (TypeError, ValueError):
        return 3600.0
    return max(lifetime - EXPIRY_MARGIN, lifetime / 2)


def authenticator(config: Mapping[str, Any], grant: Grant) -> AuthBase:
    """The way of showing who we are that the settings choose."""
    method = config["auth_method"]
    if method == "bearer":
        return Header("Authorization", f"Bearer {config['auth_token']}")
    if method == "header":
        return Header(config["auth_header"], config["auth_token"])
    if method == "basic":
        return HTTPBasicAuth(config["username"].encode(), config.get("password", "").encode())
    if method == "oauth2":
        return ClientCredentials(_form(config), grant)
    return Anonymous()


def _form(config: Mapping[str, Any]) -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    return form | {name: config[name] for name in ("client_id", "client_secret", "scope") if config.get(name)}


NEEDS: dict[str, tuple[str, ...]] = {
    "bearer": ("auth_token",),
    "header": ("auth_token",),
    "basic": ("username",),
    "oauth2": ("token_url", "client_id", "client_secret"),
    "none": (),
}
"""Which settings each auth_method cannot do without."""
