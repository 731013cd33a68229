"""Speaks with one shop: shows who we are, waits when told to, and knows whether a write may have happened.

A try that fails is tried again, so every request must be one that does no harm when it arrives twice: the client sees
to that with an `Idempotency-Key`, an `If-Match`, or an absolute value.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth

from customwebshop.auth import Anonymous, Token, authenticator, form, login_body
from customwebshop.errors import CredentialsError, LostError, MisreadError, RefusedError, UnreachableError
from customwebshop.messages import Request
from customwebshop.pace import Pace
from customwebshop.retry import Retry
from customwebshop.suspects import not_let_in, unknown
from customwebshop.transport import JSON, BusyError, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests.auth import AuthBase

    from customwebshop.auth import Credentials
    from customwebshop.messages import Answer

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
        self.api_url, self._retry = api_url.rstrip("/"), retry or Retry()
        self._credentials, self._auth = credentials, authenticator(credentials, self._log_in)
        self._transport, self._pace = Transport(credentials, timeout, user_agent), Pace(pace)
        self._before_each, self._entry = before_each, threading.RLock()
        self._used = threading.local()  # of when the token is that this thread showed last
        home = urlsplit(self.api_url)
        if credentials.secrets and home.scheme == "http" and home.hostname not in LOOPBACK:
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
            if problem.status != requests.codes.unauthorized:
                raise
            if not isinstance(self._auth, Token):
                raise unknown(problem, self._credentials) from None
        with self._entry:
            if self._auth.fetched_at == self._used.fetched_at:  # else another thread has renewed it already
                logger.info("The shop no longer accepts the token: fetching a new one.")
                self._auth.forget()
        try:
            return self._ask(request, self._auth)
        except CredentialsError as problem:
            if problem.status != requests.codes.unauthorized:
                raise
            raise unknown(problem, self._credentials) from None

    def _log_in(self) -> tuple[Any, Mapping[str, str]]:
        """Ask for a token, or for a session; gives what the shop answered, and its headers."""
        asked, auth = self._login_request()
        try:
            answer = self._ask(asked, auth)
        except RefusedError as refused:
            raise not_let_in(refused, self._credentials) from refused
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
            except BusyError as busy:  # noqa: PERF203 - a request costs more than any try
                lost = lost or (busy.lost and request.writes)
                if tries >= self._retry.tries or (lost and not request.again):
                    raise _given_up(request, busy, tries, lost=lost) from None
                wait = self._retry.wait(tries, busy.retry_after)
                if busy.retry_after is not None:
                    self._pace.rest(wait)
                logger.warning("%s: %s; asking again in %.1f s (try %d).", request.place, busy, wait, tries + 1)
                time.sleep(wait)
        raise AssertionError  # counting does not end

    def _try(self, request: Request, auth: AuthBase, *, lost: bool) -> Answer:
        """Ask once, with a token that is good, when it is our turn."""
        if isinstance(auth, Token):
            with self._entry:
                auth.see_to_it()
                self._used.fetched_at = auth.fetched_at
        if self._before_each is not None:
            self._before_each()
        self._pace.keep()
        return self._transport.ask(request, auth, lost=lost)


def _given_up(request: Request, busy: BusyError, tries: int, *, lost: bool) -> UnreachableError:
    if lost:
        return LostError(f"{request.place}: {busy}, {tries} times. It may have happened all the same.")
    return UnreachableError(f"{request.place}: {busy}, {tries} times. Is the shop well?")
