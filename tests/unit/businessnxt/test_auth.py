"""The access token: asked for once, renewed before its end, never shown."""

from __future__ import annotations

import base64
from urllib.parse import unquote_plus

import pytest
import requests
from businessnxt import AuthenticationError, Credentials, NotSent, RateLimited
from businessnxt.auth import SCOPE, Token
from businessnxt.errors import Trace

from .conftest import SECRET, Reply

TRACE = Trace(1234567, "address_page")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def token(odd, clock):
    credentials = Credentials("isv_test", SECRET, token_url=f"{odd.url}/token")
    return Token(credentials, requests.Session(), timeout=30.0, clock=clock)


def granted(value, **more):
    return Reply(body={"access_token": value, "token_type": "Bearer", **more})


def test_it_is_asked_for_with_client_credentials_and_scope(token, odd):
    token.value(TRACE)

    assert odd.token_requests[0][0] == {"grant_type": ["client_credentials"], "scope": [SCOPE]}


@pytest.mark.parametrize("secret", ["a+b/c&d=e", "100% æøå :@", 'quote"back\\slash'])
def test_a_secret_arrives_whatever_letters_it_has(odd, secret):
    credentials = Credentials("isv_test", secret, token_url=f"{odd.url}/token")
    Token(credentials, requests.Session(), timeout=30.0).value(TRACE)

    header = odd.token_requests[0][1].removeprefix("Basic ")
    assert [unquote_plus(each) for each in base64.b64decode(header).decode().split(":")] == ["isv_test", secret]


def test_it_is_renewed_a_minute_before_its_end(token, odd, clock):
    odd.token_answers.extend([granted("first", expires_in=600), granted("second", expires_in=600)])

    assert token.value(TRACE) == "first"
    clock.now = 539.0
    assert token.value(TRACE) == "first"
    clock.now = 540.0
    assert token.value(TRACE) == "second"


@pytest.mark.parametrize("expires_in", [{"expires_in": 30}, {"expires_in": None}, {}])
def test_a_short_or_unknown_lifetime_does_not_mean_a_token_for_every_request(token, odd, expires_in):
    odd.token_answers.append(granted("first", **expires_in))

    assert [token.value(TRACE), token.value(TRACE)] == ["first", "first"]
    assert len(odd.token_requests) == 1


def test_one_that_was_refused_is_fetched_anew(token):
    assert token.value(TRACE) == "token-1"
    token.forget("token-1")
    assert token.value(TRACE) == "token-2"


def test_one_that_another_thread_has_renewed_already_is_kept(token):
    token.value(TRACE)
    token.forget("token-0")

    assert token.value(TRACE) == "token-1"


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (Reply(401, {"error": "invalid_client"}), "check client_id and client_secret"),
        (Reply(400, {"error": "invalid_scope"}), f"has not been granted the scope '{SCOPE}'"),
        (Reply(403, b"<html>no</html>"), "HTTP 403 without a reason; check token_url"),
        (Reply(200, {"token_type": "Bearer"}), "check token_url"),
        (Reply(200, b"<html>sign in</html>"), "check token_url"),
        (Reply(302, b"", {"Location": "https://login.example/"}), "HTTP 302"),
    ],
    ids=str,
)
def test_a_refusal_says_what_to_check_and_nothing_secret(token, odd, answer, advice):
    odd.token_answers.append(answer)

    with pytest.raises(AuthenticationError) as error:
        token.value(TRACE)
    assert advice in str(error.value)
    assert "company 1234567" in str(error.value)
    assert "Hemmelig" not in repr(error.value)


def test_a_token_end_point_that_asks_to_wait_says_how_long(token, odd):
    odd.token_answers.append(Reply(429, b"", {"Retry-After": "3"}))

    with pytest.raises(RateLimited) as error:
        token.value(TRACE)
    assert error.value.retry_after == 3.0


def test_a_token_end_point_that_is_down_means_that_nothing_was_sent(token, odd):
    odd.token_answers.append(Reply(503, b"<html>"))

    with pytest.raises(NotSent, match="HTTP 503"):
        token.value(TRACE)


def test_a_token_end_point_that_is_not_there_means_that_nothing_was_sent():
    credentials = Credentials("isv_test", SECRET, token_url="http://127.0.0.1:9/token")

    with pytest.raises(NotSent, match="no token: no connection"):
        Token(credentials, requests.Session(), timeout=30.0).value(TRACE)


def test_credentials_keep_their_secret_to_themselves():
    assert "Hemmelig" not in f"{Credentials('isv_test', SECRET)!r} {Credentials('isv_test', SECRET)}"
