"""The settings by which a shop is reached, as JSON Schemas: the plugins take these, so that both call them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

METHODS: dict[str, tuple[str, ...]] = {
    "bearer": ("auth_token",),
    "basic": ("username",),
    "header": ("auth_token",),
    "query": ("auth_token", "auth_param"),
    "cookie": ("auth_token", "auth_param"),
    "oauth2": ("token_url", "client_id", "client_secret"),
    "oauth1": ("client_id", "client_secret"),
    "login": ("login",),
    "none": (),
}
"""The ways of showing who asks, and which settings each cannot do without."""

LOGIN_NAMES = ("username", "password", "client_id", "client_secret", "auth_token")
"""The settings that the body of a login may have in it, in braces."""

_LOGIN: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "required": ["path"],
    "properties": {
        "path": {"type": "string", "description": "Path below `api_url`, such as `/auth/login`."},
        "body": {
            "type": "object",
            "description": "What is sent as JSON; texts may hold `{username}`, `{password}`, `{client_id}`, "
            "`{client_secret}` and `{auth_token}`.",
        },
        "form": {"type": "boolean", "description": "Send `body` as a form instead."},
        "token": {
            "type": "string",
            "description": "Where the token stands in the answer, such as `data.token`; `@` is the whole answer, "
            "`header:NAME` a header of it. Left out, the cookies of the answer are the login.",
        },
        "header": {"type": "string", "description": "Header that takes the token. Default `Authorization`."},
        "scheme": {
            "type": "string",
            "description": "Word before the token in that header. Default `Bearer`; empty: none.",
        },
        "lifetime_s": {"type": "number", "description": "Seconds that a token lives. Default 3600."},
    },
}


def _text(title: str, description: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"type": ["string", "null"], "title": title, "description": description, **more}


SETTINGS: dict[str, dict[str, Any]] = {
    "api_url": _text("API URL", "Where the shop's API begins, such as https://shop.example/api/v1.", type=["string"]),
    "auth_method": _text(
        "Authentication",
        "How the shop is shown who asks. `bearer`, `header`, `query` and `cookie` send `auth_token`; `basic` sends "
        "`username` and `password`; `oauth2` fetches tokens from `token_url`; `oauth1` signs each request with "
        "`client_id`, `client_secret`, `auth_token` and `token_secret`; `login` logs in as `login` says.",
        enum=list(METHODS),
        default="bearer",
    ),
    "auth_token": _text(
        "Token",
        "API key or token, for `bearer`, `header`, `query` and `cookie`; access token of `oauth1`.",
        secret=True,
    ),
    "auth_header": _text(
        "Token header", "Header that takes `auth_token` as it stands, for `header`.", default="Authorization"
    ),
    "auth_scheme": _text("Token scheme", "Word before the token, for `bearer`.", default="Bearer"),
    "auth_param": _text("Token parameter", "Query parameter or cookie that takes `auth_token`, for `query`, `cookie`."),
    "token_url": _text(
        "Token URL", "OAuth 2.0 token end point, for `oauth2`; one that begins with `/` is below `api_url`."
    ),
    "client_id": _text("Client id", "OAuth 2.0 client id, for `oauth2`; consumer key of `oauth1`."),
    "client_secret": _text(
        "Client secret", "OAuth 2.0 client secret, for `oauth2`; consumer secret of `oauth1`.", secret=True
    ),
    "scope": _text("Scope", "OAuth 2.0 scopes, separated by spaces, for `oauth2`."),
    "grant": _text(
        "Grant",
        "OAuth 2.0 grant, for `oauth2`; `password` takes `username` and `password` too.",
        enum=["client_credentials", "password"],
        default="client_credentials",
    ),
    "client_auth": _text(
        "Client authentication",
        "How the token end point is shown the client, for `oauth2`: in the `body`, or by `basic` authentication.",
        enum=["body", "basic"],
        default="body",
    ),
    "username": _text("User name", "User or API key, for `basic`, `login` and the grant `password`."),
    "password": _text(
        "Password", "Password or API secret, for `basic`, `login` and the grant `password`.", secret=True
    ),
    "token_secret": _text("Token secret", "Secret of the access token, for `oauth1`.", secret=True),
    "signature_method": _text(
        "Signature method",
        "How requests are signed, for `oauth1`.",
        enum=["HMAC-SHA256", "HMAC-SHA1", "HMAC-SHA512"],
        default="HMAC-SHA256",
    ),
    "login": {
        **_LOGIN,
        "title": "Login",
        "description": "For `login`: `path`, `body`, `form`, `token`, `header`, `scheme`, `lifetime_s`.",
    },
    "requests_per_second": {
        "type": ["number", "null"],
        "exclusiveMinimum": 0,
        "title": "Requests per second",
        "description": "The most requests a second; left out, as fast as the shop answers.",
    },
    "max_requests_per_day": {
        "type": ["integer", "null"],
        "minimum": 1,
        "title": "Requests a day",
        "description": "The most requests from midnight to midnight in `time_zone`, over all runs of tap and target "
        "with the same `key_file`, beside which they are counted; a run that finds them used up ends well, with what "
        "it has done, and the next one goes on.",
    },
}
"""By name. What is secret is marked so."""


def needed(settings: Mapping[str, Any]) -> list[str]:
    """The settings that the chosen method cannot do without."""
    method = str(settings.get("auth_method") or "bearer")
    further = ["username", "password"] if method == "oauth2" and settings.get("grant") == "password" else []
    return [*METHODS.get(method, ()), *further]
