"""Which settings to look at when a shop does not accept who we say we are."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from customwebshop.errors import CredentialsError
from customwebshop.settings import LOGIN_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from customwebshop.auth import Credentials
    from customwebshop.errors import RefusedError

_SHOWN: dict[str, tuple[str, ...]] = {
    "bearer": ("auth_token", "auth_scheme"),
    "basic": ("username", "password"),
    "header": ("auth_token", "auth_header"),
    "query": ("auth_token", "auth_param"),
    "cookie": ("auth_token", "auth_param"),
    "oauth1": ("client_id", "client_secret", "auth_token", "token_secret", "signature_method"),
}
"""What each method shows with each request."""

_ELSEWHERE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE)


def unknown(refused: CredentialsError, known: Credentials) -> CredentialsError:
    """The shop's 401 to a request, with what was shown in it."""
    if known.auth_method == "oauth2":
        seen, named = "It gave us a token all the same", ["scope", "token_url"]
    elif known.auth_method == "login":
        seen = "The login itself was accepted"
        named = ["login.token", "login.header", "login.scheme"] if known.login.get("token") else ["login.token"]
    else:
        seen, named = "", [*_SHOWN.get(known.auth_method, ())]
    names = f"{_listed(named)}, or auth_method" if named else "auth_method: it may want to know who asks"
    told = f"{refused}{seen and f' {seen}.'} Check {names}."
    return CredentialsError(told, status=refused.status, setting=", ".join(named) or "auth_method")


def not_let_in(refused: RefusedError, known: Credentials) -> CredentialsError:
    """What a login, or a token end point, said no to."""
    if known.auth_method == "login":
        there = ["login.path"]
        named = [*_said(known), "login.body"]
    else:
        there = ["token_url"]
        granted = ["username", "password"] if known.grant == "password" else []
        named = [*granted, "client_id", "client_secret", *(["scope"] if known.scope else []), "token_url"]
    named = there if refused.status in _ELSEWHERE else named
    return CredentialsError(f"No token for us: {refused} Check {_listed(named)}.", setting=", ".join(named))


def without_token(place: str) -> CredentialsError:
    """The answer to a login, or of a token end point, has no token."""
    if place == "access_token":
        trouble = "The token end point answered without an access_token: check token_url and scope."
        return CredentialsError(trouble, setting="token_url, scope")
    trouble = f"The login answered without a token at {place}: check login.token, .path and .body, and who logs in."
    return CredentialsError(trouble, setting="login.token, login.path, login.body")


def _said(known: Credentials) -> list[str]:
    """The settings that the body of the login has in it."""
    body = str(known.login.get("body", ""))
    return [name for name in LOGIN_NAMES if f"{{{name}}}" in body]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
