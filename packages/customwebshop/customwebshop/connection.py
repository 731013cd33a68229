"""Speaks HTTP with one shop: shows who we are, waits when told to, and knows whether a write may have happened.

A try that fails is tried again, so every request must be one that does no harm when it arrives twice: the client sees
to that with an `Idempotency-Key`, an `If-Match`, or an absolute value.
"""

from __future__ import annotations

import decimal
import itertools
import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from requests import exceptions as trouble
from requests.auth import HTTPBasicAuth
from typing_extensions import override

from customwebshop.auth import Anonymous, Credentials, Token, authenticator, form, login_body
from customwebshop.errors import CredentialsError, LostError, MisreadError, RefusedError, ShopError, UnreachableError
from customwebshop.refusals import refusal
from customwebshop.retry import Retry, told_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests.auth import AuthBase

logger = logging.getLogger(__name__)
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # below that it logs queries: keys, e-mail addresses

LOOPBACK = ("127.0.0.1", "::1", "localhost")
REDIRECT, CONFLICT, TOO_MANY, BROKEN = 300, 409, 429, 500
JSON = "application/json"
_decode = msgspec.json.Decoder(float_hook=decimal.Decimal).decode  # money keeps every digit it was sent with
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Request:
    """One thing asked of the shop.

    Attributes:
        method: The HTTP method.
        url: Where.
        params: Query parameters.
        headers: Headers beyond those that every request has.
        content: What is sent as JSON; None sends nothing.
        form: What is sent as a form instead.
        reads: Whether a request that is no GET changes nothing, as a search or a login.
        once: Whether the shop does it once per idempotency key; then a 409 can mean that it is still at it.
        again: Whether it does no harm when it arrives twice; otherwise it is not sent again when no answer came.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Any = None
    form: Mapping[str, str] | None = None
    reads: bool = False
    once: bool = False
    again: bool = True

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET" and not self.reads

    @property
    def place(self) -> str:
        """What is asked, as it may be logged: without a query, and without credentials somebody put into the URL."""
        parts = urlsplit(self.url)
        where = f"{parts.hostname}{parts.path}"
        return f"{self.method} {where}" if self.writes else where


@dataclass(frozen=True)
class Answer:
    """What the shop answered, and when it was asked.

    Attributes:
        body: The decoded JSON; None where there is none.
        etag: The version of the record.
        asked_at: By our clock, the start of the try that was answered.
        shop_time: The same moment by the shop's clock.
        retried: Whether an earlier try was left without an answer, and may have been obeyed all the same.
        status: HTTP status.
        headers: The headers of the answer, by names in any case.
    """

    body: Any
    etag: str
    asked_at: datetime
    shop_time: datetime | None
    retried: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class _BusyError(Exception):
    """This try failed, the next may not."""

    def __init__(self, reason: str, *, lost: bool, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.lost, self.retry_after = lost, retry_after


class _Session(requests.Session):
    """A session that takes its secret header off when a redirect leads to another host."""

    secret_header = "Authorization"  # noqa: S105 - the name of a header

    @override
    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        if self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]
            prepared_request.headers.pop(self.secret_header, None)


class Connection:
    """One shop, our credentials, and our manners towards it; several threads may ask at once.

    Args:
        api_url: Where the shop's API begins.
        credentials: How it is shown who asks.
        timeout: Seconds to wait for the shop to connect, or to go on answering.
        user_agent: How we name ourselves.
        retry: How patient to be.
        pace: The most requests a second; None as fast as the shop answers.
        before_each: Called before each request is sent, whatever it is for; what it raises ends the asking.
    """

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        timeout: float = 60.0,
        user_agent: str = "customwebshop-client",
        retry: Retry | None = None,
        pace: float | None = None,
        before_each: Callable[[], None] | None = None,
    ) -> None:
        self.api_url, self._timeout, self._retry = api_url.rstrip("/"), timeout, retry or Retry()
        self._credentials, self._secrets = credentials, credentials.secrets
        self._session = _Session()
        self._session.secret_header = credentials.header
        self._session.headers.update({"User-Agent": user_agent, "Accept": JSON})
        self._auth = authenticator(credentials, self._log_in)
        self._before_each = before_each
        self._gap, self._next_at = 1 / pace if pace else 0.0, 0.0  # the next request goes no sooner, whose ever it is
        self._turn, self._entry = threading.Lock(), threading.RLock()
        self._used = threading.local()  # of when the token is that this thread showed last
        home = urlsplit(self.api_url)
        if self._secrets and home.scheme == "http" and home.hostname not in LOOPBACK:
            logger.warning("api_url is http: the credentials travel where others can read them. Use https.")

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Read what stands under a path below api_url.

        Raises:
            ShopError: If the shop cannot be read; see errors.py.
        """
        return self.ask(Request("GET", f"{self.api_url}{path}", params or {}, headers or {}))

    def search(
        self,
        path: str,
        params: Mapping[str, str],
        content: Any,  # noqa: ANN401 - any JSON value
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read by a POST that changes nothing: a search, or a GraphQL query.

        Raises:
            ShopError: If the shop cannot be read; see errors.py.
        """
        headers = {"Content-Type": JSON, **(headers or {})}
        return self.ask(Request("POST", f"{self.api_url}{path}", params, headers, content or {}, reads=True))

    def follow(self, link: str, near: str, headers: Mapping[str, str] | None = None) -> Answer:
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
        url = there._replace(scheme=home.scheme, netloc=home.netloc).geturl()
        return self.ask(Request("GET", url, headers=headers or {}))

    def write(
        self,
        method: str,
        path: str,
        content: Any,  # noqa: ANN401 - any JSON value
        headers: Mapping[str, str] | None = None,
        *,
        once: bool = False,
    ) -> Answer:
        """Change something, by a request that does no harm when it arrives twice.

        Raises:
            ShopError: If it was refused, or nobody knows; see errors.py.
        """
        headers = {"Content-Type": JSON, **(headers or {})}
        return self.ask(Request(method, f"{self.api_url}{path}", headers=headers, content=content, once=once))

    def ask(self, request: Request) -> Answer:
        """Ask, and once more with a new token when the shop no longer accepts the one we have.

        Raises:
            ShopError: See errors.py.
        """
        try:
            return self._ask(request, self._auth)
        except CredentialsError as problem:
            if not isinstance(self._auth, Token) or problem.status != requests.codes.unauthorized:
                raise
        with self._entry:
            if self._auth.fetched_at == self._used.fetched_at:  # else another thread has renewed it already
                logger.info("The shop no longer accepts the token: fetching a new one.")
                self._auth.forget()
        return self._ask(request, self._auth)

    def _log_in(self) -> tuple[Any, Mapping[str, str]]:
        """Ask for a token, or for a session; gives what the shop answered, and its headers."""
        asked, auth = self._login_request()
        try:
            answer = self._ask(asked, auth)
        except RefusedError as refused:
            remedy = (
                "login and its credentials"
                if self._credentials.auth_method == "login"
                else "token_url, client_id, client_secret and scope"
            )
            raise CredentialsError(f"No token for us: {refused} Check {remedy}.") from refused
        return answer.body, answer.headers

    def _login_request(self) -> tuple[Request, AuthBase]:
        known = self._credentials
        if known.auth_method == "login":
            url, body = f"{self.api_url}{known.login['path']}", login_body(known)
            if known.login.get("form"):
                return Request("POST", url, form=body, reads=True), Anonymous()
            return Request("POST", url, headers={"Content-Type": JSON}, content=body, reads=True), Anonymous()
        url = f"{self.api_url}{known.token_url}" if known.token_url.startswith("/") else known.token_url
        basic = HTTPBasicAuth(known.client_id.encode(), known.client_secret.encode())
        return Request(
            "POST", url, form=form(known), reads=True
        ), basic if known.client_auth == "basic" else Anonymous()

    def _ask(self, request: Request, auth: AuthBase) -> Answer:
        lost = False
        for tries in itertools.count(1):
            try:
                return self._try(request, auth, lost=lost)
            except _BusyError as busy:  # noqa: PERF203 - a request costs more than any try
                lost = lost or (busy.lost and request.writes)
                if tries >= self._retry.tries or (lost and not request.again):
                    raise _given_up(request, busy, tries, lost=lost) from None
                wait = self._retry.wait(tries, busy.retry_after)
                if busy.retry_after is not None:
                    self._rest(wait)
                logger.warning("%s: %s; asking again in %.1f s (try %d).", request.place, busy, wait, tries + 1)
                time.sleep(wait)
        raise AssertionError  # counting does not end

    def _try(self, request: Request, auth: AuthBase, *, lost: bool) -> Answer:
        asked_at = datetime.now(timezone.utc)
        response = self._send(request, auth)
        status, waits = response.status_code, told_wait(response.headers)
        if status == TOO_MANY:
            raise _BusyError(f"HTTP {status}", lost=False, retry_after=waits)
        if status >= BROKEN or (request.once and _in_flight(response)):
            raise _BusyError(f"HTTP {status}", lost=True, retry_after=waits)
        if not response.ok or (request.writes and status >= REDIRECT):
            raise refusal(request.place, status, _json(response), self._secrets, retried=lost)
        body = self._decoded(request, response) if response.content else None
        etag = response.headers.get("ETag", "")
        return Answer(body, etag, asked_at, _date(response), lost, status, response.headers)

    def _send(self, request: Request, auth: AuthBase) -> requests.Response:
        if isinstance(auth, Token):
            with self._entry:
                auth.see_to_it()
                self._used.fetched_at = auth.fetched_at
        if self._before_each is not None:
            self._before_each()
        self._keep_pace()
        # What requests says of its troubles has the whole URL in it: hence no cause is passed on, only its kind.
        try:
            return self._session.request(
                request.method,
                request.url,
                params=dict(request.params) or None,
                headers=dict(request.headers),
                data=request.form if request.content is None else _encode(request.content),
                auth=auth,
                timeout=self._timeout,
                allow_redirects=not request.writes,  # a redirected write would go on as a GET
            )
        except (trouble.InvalidURL, trouble.MissingSchema, trouble.InvalidSchema, trouble.TooManyRedirects) as problem:
            raise ShopError(f"{request.place}: {type(problem).__name__}. Check api_url and token_url.") from None
        except trouble.SSLError as problem:
            raise ShopError(f"{request.place}: the shop's certificate is not trusted: {_cause(problem)}") from None
        except trouble.RequestException as problem:
            raise _BusyError(f"no answer ({_cause(problem)})", lost=not _unsent(problem)) from None

    def _rest(self, wait: float) -> None:
        """The shop told one of us to wait: so do all."""
        with self._turn:
            self._next_at = max(self._next_at, time.monotonic() + wait)

    def _keep_pace(self) -> None:
        """Wait until the next request may go."""
        with self._turn:
            now = time.monotonic()
            wait = max(self._next_at - now, 0.0)
            self._next_at = max(self._next_at, now) + self._gap
        if wait:
            time.sleep(wait)

    def _decoded(self, request: Request, response: requests.Response) -> Any:  # noqa: ANN401 - any JSON value
        try:
            return _decode(response.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            kind = response.headers.get("Content-Type", "no content type").split(";")[0]
            raise MisreadError(
                f"{request.place}: the answer is no JSON but {kind} ({problem}). "
                "Does api_url name the API, not the shop's pages?"
            ) from problem


def _given_up(request: Request, busy: _BusyError, tries: int, *, lost: bool) -> UnreachableError:
    if lost:
        return LostError(f"{request.place}: {busy}, {tries} times. It may have happened all the same.")
    return UnreachableError(f"{request.place}: {busy}, {tries} times. Is the shop well?")


def _in_flight(response: requests.Response) -> bool:
    """Whether the shop is still at work on an earlier try; a duplicate would name the record that is in the way."""
    if response.status_code != CONFLICT:
        return False
    body = _json(response)
    return not (isinstance(body, dict) and body.get("existing_id"))


def _json(response: requests.Response) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _date(response: requests.Response) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers.get("Date") or "")
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _unsent(problem: Exception) -> bool:
    """Whether the request certainly never left: there was nobody to give it to."""
    if isinstance(problem, trouble.ConnectTimeout):
        return True
    reason = getattr(problem.args[0] if problem.args else None, "reason", None)
    return isinstance(problem, trouble.ConnectionError) and type(reason).__name__ in (
        "NewConnectionError",
        "NameResolutionError",
    )


def _cause(problem: Exception) -> str:
    """What requests and urllib3 wrapped up, by its type and the system's words for it."""
    while isinstance(problem.__context__, Exception):
        problem = problem.__context__
    words = getattr(problem, "strerror", None) or getattr(problem, "verify_message", None)
    return f"{type(problem).__name__}: {words}" if words else type(problem).__name__
