"""Sends a request once: an answer comes of it, a "no", or a failure that says whether it may have been obeyed."""

from __future__ import annotations

import decimal
import logging
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msgspec
import requests
from requests import exceptions as trouble
from typing_extensions import override

from customwebshop.errors import MisreadError, ShopError
from customwebshop.messages import Answer
from customwebshop.refusals import refusal
from customwebshop.retry import told_wait

if TYPE_CHECKING:
    from requests.auth import AuthBase

    from customwebshop.auth import Credentials
    from customwebshop.messages import Request

logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # below that it logs queries: keys, e-mail addresses

JSON = "application/json"
REDIRECT, CONFLICT, TOO_MANY, BROKEN = 300, 409, 429, 500
_decode = msgspec.json.Decoder(float_hook=decimal.Decimal).decode  # money keeps every digit it was sent with
_encode = msgspec.json.Encoder().encode


class BusyError(Exception):
    """This try failed, the next may not.

    Args:
        reason: What happened.
        lost: Whether it may have been obeyed all the same.
        retry_after: The wait that the shop asks for.
    """

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


class Transport:
    """The way to one shop; several threads may use it at once.

    Args:
        credentials: How the shop is shown who asks.
        timeout: Seconds to wait for the shop to connect, or to go on answering.
        user_agent: How we name ourselves.
    """

    def __init__(self, credentials: Credentials, timeout: float, user_agent: str) -> None:
        self._timeout, self._secrets = timeout, credentials.secrets
        self._session = _Session()
        self._session.secret_header = credentials.header
        self._session.headers.update({"User-Agent": user_agent, "Accept": JSON})

    def ask(self, request: Request, auth: AuthBase, *, lost: bool) -> Answer:
        """Send a request, and read the answer.

        Args:
            request: What is asked.
            auth: Shows who asks.
            lost: Whether an earlier try may have been obeyed.

        Raises:
            BusyError: Another try may fare better.
            RefusedError: The shop said no.
            MisreadError: The answer is no JSON.
            ShopError: There is no such place, or it is not to be trusted.
        """
        asked_at = datetime.now(timezone.utc)
        response = self._send(request, auth)
        status, waits = response.status_code, told_wait(response.headers)
        if status == TOO_MANY:
            raise BusyError(f"HTTP {status}", lost=False, retry_after=waits)
        if status >= BROKEN or (request.once and _in_flight(response)):
            raise BusyError(f"HTTP {status}", lost=True, retry_after=waits)
        if not response.ok or (request.writes and status >= REDIRECT):
            raise refusal(request.place, status, _json(response), self._secrets, retried=lost)
        body = _decoded(request, response) if response.content else None
        etag = response.headers.get("ETag", "")
        return Answer(body, etag, asked_at, _date(response), lost, status, response.headers)

    def _send(self, request: Request, auth: AuthBase) -> requests.Response:
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
            raise BusyError(f"no answer ({_cause(problem)})", lost=not _unsent(problem)) from None


def _in_flight(response: requests.Response) -> bool:
    """Whether the shop is still at work on an earlier try; a duplicate would name the record that is in the way."""
    if response.status_code != CONFLICT:
        return False
    body = _json(response)
    return not (isinstance(body, dict) and body.get("existing_id"))


def _decoded(request: Request, response: requests.Response) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        kind = response.headers.get("Content-Type", "no content type").split(";")[0]
        raise MisreadError(
            f"{request.place}: the answer is no JSON but {kind} ({problem}).",
            key="request.path",
            remedy="Does api_url name the API, not the shop's pages?",
        ) from problem


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
