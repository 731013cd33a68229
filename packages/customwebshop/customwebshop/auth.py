"""Shows a shop who we are, in one of the ways that shops ask for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from requests.auth import AuthBase, HTTPBasicAuth
from typing_extensions import override

from customwebshop.settings import LOGIN_NAMES, needed
from customwebshop.suspects import without_token

if TYPE_CHECKING:
    from requests import PreparedRequest

EXPIRY_MARGIN = 60.0  # seconds: a token shall not run out on its way to the shop
LIFETIME = 3600.0  # seconds that a token is trusted for when the shop does not say

Fetch = Callable[[], tuple[Any, Mapping[str, str]]]
"""Asks for a token; gives the body and the headers of the answer."""


@dataclass(frozen=True)
class Credentials:
    """How the shop is shown who asks; the settings of the plugins have the same names, see settings.py."""

    auth_method: str = "bearer"
    auth_token: str = field(default="", repr=False)
    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"
    auth_param: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    grant: str = "client_credentials"
    client_auth: str = "body"
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)
    signature_method: str = "HMAC-SHA256"
    login: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Credentials:
        """Those that the settings of a plugin name."""
        found = {name: settings[name] for name in cls.__dataclass_fields__ if settings.get(name)}
        login = found.pop("login", {})
        return cls(**{name: str(value) for name, value in found.items()}, login=login)

    @property
    def missing(self) -> list[str]:
        """The settings that this method cannot do without and that are empty."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return [name for name in needed(told) if not told[name]]

    @property
    def secrets(self) -> list[str]:
        """What must stand in no message."""
        told = (self.auth_token, self.client_secret, self.password, self.token_secret)
        key = self.username if self.auth_method == "basic" else ""  # some shops take their token for a user's name
        return [each for each in (*told, key) if each]

    @property
    def header(self) -> str:
        """The header in which the secret travels."""
        if self.auth_method == "login":
            return str(self.login.get("header", "Authorization"))
        return self.auth_header if self.auth_method == "header" else "Authorization"


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


@dataclass(frozen=True)
class Query(AuthBase):
    """A secret in a query parameter; links that carry one already keep only ours."""

    name: str
    value: str = field(repr=False)

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        parts = urlsplit(str(r.url))
        others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != self.name]
        r.url = parts._replace(query=urlencode([*others, (self.name, self.value)])).geturl()
        return r


@dataclass(frozen=True)
class Cookie(AuthBase):
    """A secret in a cookie."""

    name: str
    value: str = field(repr=False)

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Cookie"] = "; ".join(filter(None, [r.headers.get("Cookie", ""), f"{self.name}={self.value}"]))
        return r


class Signed(AuthBase):
    """OAuth 1.0a: each request is signed (RFC 5849)."""

    def __init__(self, credentials: Credentials) -> None:
        from oauthlib import oauth1  # noqa: PLC0415 - few shops sign, and it takes its time

        self._client = oauth1.Client(
            credentials.client_id,
            client_secret=credentials.client_secret,
            resource_owner_key=credentials.auth_token or None,
            resource_owner_secret=credentials.token_secret or None,
            signature_method=credentials.signature_method,
        )

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        _, headers, _ = self._client.sign(str(r.url), http_method=r.method)  # type: ignore[arg-type]  # any text will do; a JSON body is not signed
        r.headers["Authorization"] = headers["Authorization"]
        return r


class Token(AuthBase):
    """A token that is fetched when there is none that will last, and kept until then."""

    def __init__(self, fetch: Fetch, place: str, header: str, scheme: str, lifetime: float | None = None) -> None:
        self._fetch, self._place, self._header, self._scheme = fetch, place, header, scheme
        self._lifetime = lifetime
        self._token = ""
        self._good_until = 0.0
        self.fetched_at = 0.0  # by the clock that only goes on

    @override
    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        if self._place:
            r.headers[self._header] = f"{self._scheme} {self._token}".strip()
        return r

    def see_to_it(self) -> None:
        """Fetch a token where there is none that will last; before a request is made, which then has its cookies."""
        if not self._good_until or time.monotonic() >= self._good_until:
            self._renew()

    def forget(self) -> None:
        """Drop the token: the shop did not accept it."""
        self._good_until = 0.0

    def _renew(self) -> None:
        asked = time.monotonic()
        body, headers = self._fetch()
        if self._place:
            self._token = _found(self._place, body, headers)
        told = body.get("expires_in") if isinstance(body, dict) else None
        self.fetched_at = time.monotonic()
        self._good_until = asked + _lifetime(told if self._lifetime is None else self._lifetime)


def _found(place: str, body: Any, headers: Mapping[str, str]) -> str:  # noqa: ANN401 - any JSON value
    found = headers.get(place.removeprefix("header:")) if place.startswith("header:") else _walk(place, body)
    if not isinstance(found, str) or not found:
        raise without_token(place)
    return found


def _walk(path: str, body: Any) -> Any:  # noqa: ANN401 - any JSON value
    for name in path.split(".") if path != "@" else ():
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _lifetime(expires_in: Any) -> float:  # noqa: ANN401 - whatever the shop says
    """How long a token is used: to shortly before its end."""
    try:
        lifetime = float(expires_in)
    except (TypeError, ValueError):
        return LIFETIME
    return max(lifetime - EXPIRY_MARGIN, lifetime / 2)


def authenticator(credentials: Credentials, fetch: Fetch) -> AuthBase:
    """The way of showing who we are that the credentials choose.

    Args:
        credentials: How the shop is shown who asks.
        fetch: Asks for a token, as `oauth2` and `login` need it.
    """
    made: dict[str, Callable[[], AuthBase]] = {
        "bearer": lambda: Header("Authorization", f"{credentials.auth_scheme} {credentials.auth_token}".strip()),
        "basic": lambda: HTTPBasicAuth(credentials.username.encode(), credentials.password.encode()),
        "header": lambda: Header(credentials.auth_header, credentials.auth_token),
        "query": lambda: Query(credentials.auth_param, credentials.auth_token),
        "cookie": lambda: Cookie(credentials.auth_param, credentials.auth_token),
        "oauth2": lambda: Token(fetch, "access_token", "Authorization", "Bearer"),
        "oauth1": lambda: Signed(credentials),
        "login": lambda: _login(credentials.login, fetch),
        "none": Anonymous,
    }
    return made[credentials.auth_method]()


def _login(login: Mapping[str, Any], fetch: Fetch) -> AuthBase:
    place = str(login.get("token") or "")
    header, scheme = str(login.get("header", "Authorization")), str(login.get("scheme", "Bearer"))
    return Token(fetch, place, header, scheme, login.get("lifetime_s", LIFETIME))


def form(credentials: Credentials) -> dict[str, str]:
    """What the OAuth 2.0 token end point is sent."""
    told = {"scope": credentials.scope}
    if credentials.client_auth == "body":
        told |= {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    if credentials.grant == "password":
        told |= {"username": credentials.username, "password": credentials.password}
    return {"grant_type": credentials.grant, **{name: value for name, value in told.items() if value}}


def login_body(credentials: Credentials) -> Any:  # noqa: ANN401 - any JSON value
    """What a login sends, with the credentials in their places."""
    told = {f"{{{name}}}": getattr(credentials, name) for name in LOGIN_NAMES}
    return _filled(credentials.login.get("body", {}), told)


def _filled(template: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(template, dict):
        return {name: _filled(each, values) for name, each in template.items()}
    if isinstance(template, list):
        return [_filled(each, values) for each in template]
    if isinstance(template, str):
        return values.get(template, template)
    return template
