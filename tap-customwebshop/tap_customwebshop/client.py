"""Speaks HTTP with the shop: shows who we are, waits when told to, and dates each answer by when it was asked."""

from __future__ import annotations

import decimal
import itertools
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from requests import exceptions as trouble
from typing_extensions import override

from . import times
from .auth import Anonymous, ClientCredentials, authenticator
from .errors import (
    CredentialsError,
    CursorExpiredError,
    MisreadError,
    NotFoundError,
    RefusedError,
    ShopError,
    UnreachableError,
)
from .retry import Retry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from requests.auth import AuthBase

logger = logging.getLogger("tap-customwebshop.client")

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECRETS = ("auth_token", "client_secret", "password")
REASONS = ("title", "detail", "error", "error_description", "message")
TOO_MANY, BROKEN = 429, 500
REFUSALS = {401: CredentialsError, 404: NotFoundError, 410: CursorExpiredError}
REMEDIES = {
    400: " Check params, and that the stream's replication and paging fit this shop.",
    401: " The shop does not know us: check auth_method and its credentials.",
    403: " The shop knows us but does not let us read this: check what the credentials may do.",
    404: " There is nothing here: check api_url and the stream's path.",
}
_decode = msgspec.json.Decoder(float_hook=decimal.Decimal).decode  # money keeps every digit it was sent with


@dataclass(frozen=True)
class Answer:
    """What the shop answered, and when it was asked."""

    body: Any
    asked_at: datetime  # by our clock: the start of the request that was answered
    shop_time: datetime | None  # by the shop's clock


class _BusyError(Exception):
    """This try failed, the next may not."""

    def __init__(self, reason: str, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class _Session(requests.Session):
    """A session that takes its secret header off when a redirect leads to another host."""

    secret_header = "Authorization"  # noqa: S105 - the name of a header

    @override
    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        if self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]
            prepared_request.headers.pop(self.secret_header, None)


class ShopClient:
    """One shop, its credentials and our manners towards it."""

    def __init__(self, config: Mapping[str, Any], retry: Retry | None = None) -> None:
        self.api_url = config["api_url"].rstrip("/")
        self._token_url = config.get("token_url", "")
        self._timeout = config["request_timeout"]
        self._retry = retry or Retry()
        self._secrets = [str(config[name]) for name in SECRETS if config.get(name)]
        self._session = _Session()
        self._session.secret_header = config["auth_header"]
        self._session.headers.update({"User-Agent": config["user_agent"], "Accept": "application/json"})
        self._auth = authenticator(config, self._grant)
        home = urlsplit(self.api_url)
        if self._secrets and home.scheme == "http" and home.hostname not in LOOPBACK:
            logger.warning("api_url is http: the credentials travel where others can read them. Use https.")

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read what stands under a path below api_url.

        Raises:
            ShopError: If the shop cannot be read; see errors.py.
        """
        return self._read(f"{self.api_url}{path}", params)

    def follow(self, link: str, near: str) -> Answer:
        """Read what a link leads to, that the shop gave us near a path: on the host of api_url and nowhere else.

        Shops behind a proxy often name themselves with the wrong scheme or port; the rest is what counts.

        Raises:
            ShopError: If the link leads away, or the shop cannot be read; see errors.py.
        """
        home, there = urlsplit(self.api_url), urlsplit(urljoin(f"{self.api_url}{near}", link))
        if there.hostname != home.hostname:
            raise MisreadError(
                f"The shop points to another host, {there.hostname}, where our credentials must not go. "
                f"If the API lives there, set api_url to it."
            )
        return self._read(there._replace(scheme=home.scheme, netloc=home.netloc).geturl())

    def _read(self, address: str, params: Mapping[str, str] | None = None) -> Answer:
        try:
            return self._ask("GET", address, self._auth, params=params)
        except CredentialsError:
            if not isinstance(self._auth, ClientCredentials):
                raise
        logger.info("The shop no longer accepts the token: fetching a new one.")
        self._auth.forget()
        return self._ask("GET", address, self._auth, params=params)

    def _grant(self, form: dict[str, str]) -> Any:  # noqa: ANN401
        try:
            return self._ask("POST", self._token_url, Anonymous(), data=form).body
        except RefusedError as refusal:
            raise CredentialsError(
                f"No token for us: {refusal} Check token_url, client_id, client_secret and scope."
            ) from refusal

    def _ask(self, method: str, url: str, auth: AuthBase, **parts: Any) -> Answer:  # noqa: ANN401
        for tries in itertools.count(1):
            try:
                return self._try(method, url, auth, **parts)
            except _BusyError as busy:  # noqa: PERF203 - a request costs more than any try
                if tries >= self._retry.tries:
                    raise UnreachableError(f"{_path(url)}: {busy}, {tries} times. Is the shop well?") from None
                wait = self._retry.wait(tries, busy.retry_after)
                logger.warning("%s: %s; asking again in %.1f s (try %d).", _path(url), busy, wait, tries + 1)
                time.sleep(wait)
        raise AssertionError  # counting does not end

    def _try(self, method: str, url: str, auth: AuthBase, **parts: Any) -> Answer:  # noqa: ANN401
        # What requests says of its troubles has the whole URL in it: hence no cause is passed on, only its kind.
        asked_at = times.now()
        try:
            response = self._session.request(method, url, auth=auth, timeout=self._timeout, **parts)
        except (trouble.InvalidURL, trouble.MissingSchema, trouble.InvalidSchema, trouble.TooManyRedirects) as problem:
            raise ShopError(f"{_path(url)}: {type(problem).__name__}. Check api_url and token_url.") from None
        except trouble.SSLError as problem:
            raise ShopError(f"{_path(url)}: the shop's certificate is not trusted: {_cause(problem)}") from None
        except trouble.RequestException as problem:
            raise _BusyError(f"no answer ({_cause(problem)})") from None
        if response.status_code == TOO_MANY or response.status_code >= BROKEN:
            raise _BusyError(f"HTTP {response.status_code}", response.headers.get("Retry-After"))
        if not response.ok:
            raise self._refusal(response)
        return Answer(self._decoded(response), asked_at, times.http_date(response.headers.get("Date")))

    def _decoded(self, response: requests.Response) -> Any:  # noqa: ANN401
        try:
            return _decode(response.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            kind = response.headers.get("Content-Type", "no content type").split(";")[0]
            raise MisreadError(
                f"{_path(response.url)}: the answer is no JSON but {kind} ({problem}). "
                "Does api_url name the API, not the shop's pages?"
            ) from problem

    def _refusal(self, response: requests.Response) -> RefusedError:
        said = self._said(response)
        status = response.status_code
        text = f"{_path(response.url)}: HTTP {status}{said and f', {said!r}'}.{REMEDIES.get(status, '')}"
        return REFUSALS.get(status, RefusedError)(text)

    def _said(self, response: requests.Response) -> str:
        """The shop's own short words, from the places where APIs put them, with our secrets blotted out."""
        try:
            body = _decode(response.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = None
        words = [body.get(name) for name in REASONS] if isinstance(body, dict) else []
        said = ": ".join(word for word in words if isinstance(word, str))[:300]
        for secret in self._secrets:
            said = said.replace(secret, "***")
        return said


def _path(url: str) -> str:
    """An address as it may be logged: without its query, and without credentials somebody put into it."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"


def _cause(problem: Exception) -> str:
    """What requests and urllib3 wrapped up, by its type and the system's words for it."""
    while isinstance(problem.__context__, Exception):
        problem = problem.__context__
    words = getattr(problem, "strerror", None) or getattr(problem, "verify_message", None)
    return f"{type(problem).__name__}: {words}" if words else type(problem).__name__
