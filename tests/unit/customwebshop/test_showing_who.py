"""Each way of showing a shop who asks: what goes over the line, and that no secret goes further."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlsplit

import pytest
from customwebshop import Connection, Credentials, CredentialsError, MisreadError, Retry
from customwebshop.retry import told_wait
from oauthlib import oauth1


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_a_bearer_token_can_have_another_word_before_it(shop, client):
    shop.on("/x", {})
    client(auth_scheme="Shoporama").get("/x")
    client(auth_method="bearer", auth_scheme="Token").get("/x")

    assert [asked.headers["Authorization"] for asked in shop.asked] == ["Shoporama s3cret-token", "Token s3cret-token"]


def test_a_key_in_the_query_stands_beside_what_is_asked_and_in_links_once(shop, client):
    shop.on("/x", {})
    ours = client(auth_method="query", auth_param="key")
    ours.get("/x", {"q": "å b"})
    ours.follow("/x?page=2&key=old", "/x")

    assert [asked.params for asked in shop.asked] == [
        {"q": "å b", "key": "s3cret-token"},
        {"page": "2", "key": "s3cret-token"},
    ]


def test_a_key_in_a_cookie_does_not_follow_to_another_host(shop, client, reply):
    shop.on("/x", reply({}, 302, {"Location": shop.url.replace("127.0.0.1", "localhost") + "/y"}))
    shop.on("/y", {})
    client(auth_method="cookie", auth_param="key").get("/x")

    assert [asked.headers.get("Cookie") for asked in shop.asked] == ["key=s3cret-token", None]


OAUTH = {"auth_method": "oauth2", "client_id": "us", "client_secret": "hush", "token_url": "/token"}


@pytest.mark.parametrize(
    ("how", "form", "authorization"),
    [
        ({}, {"grant_type": "client_credentials", "client_id": "us", "client_secret": "hush"}, None),
        ({"client_auth": "basic"}, {"grant_type": "client_credentials"}, basic("us", "hush")),
        (
            {"grant": "password", "username": "kari", "password": "pw"},
            {
                "grant_type": "password",
                "client_id": "us",
                "client_secret": "hush",
                "username": "kari",
                "password": "pw",
            },
            None,
        ),
    ],
)
def test_a_token_is_fetched_as_the_shop_wants_it(shop, client, how, form, authorization):
    shop.on("/token", {"access_token": "t1"})
    shop.on("/x", {})
    client(**OAUTH, **how).get("/x")

    assert shop.asked[0].form == form
    assert shop.asked[0].headers.get("Authorization") == authorization
    assert shop.asked[1].headers["Authorization"] == "Bearer t1"


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
def test_each_request_is_signed_for_oauth1(shop, client, method):
    shop.on("/orders", {})
    client(
        auth_method="oauth1", client_id="ck", client_secret="cs", auth_token="tk", token_secret="ts",
        signature_method=method,
    ).get("/orders", {"modified": "2026-01-01T00:00:00", "å": "ø b"})  # fmt: skip
    [asked] = shop.asked
    told = dict(part.strip().split("=", 1) for part in asked.headers["Authorization"].removeprefix("OAuth ").split(","))
    told = {name: value.strip('"') for name, value in told.items()}
    other = oauth1.Client("ck", "cs", "tk", "ts", signature_method=method, timestamp=told["oauth_timestamp"],
                          nonce=told["oauth_nonce"])  # fmt: skip
    url = f"http://{urlsplit(shop.url).netloc}/orders?modified=2026-01-01T00%3A00%3A00&%C3%A5=%C3%B8+b"

    assert told["oauth_consumer_key"] == "ck"
    assert asked.headers["Authorization"] == other.sign(url)[1]["Authorization"]


LOGIN = {"path": "/login", "body": {"user": "{username}", "deep": [{"pw": "{password}"}]}}
WHO = {"auth_method": "login", "username": "kari", "password": "hush"}


@pytest.mark.parametrize(
    ("login", "answer", "sent"),
    [
        ({"token": "data.token"}, {"data": {"token": "t"}}, ("Authorization", "Bearer t")),
        ({"token": "@", "scheme": ""}, "t", ("Authorization", "t")),
        ({"token": "token", "header": "X-Session", "scheme": ""}, {"token": "t"}, ("X-Session", "t")),
    ],
)
def test_a_login_of_the_shops_own_gives_a_token(shop, client, login, answer, sent):
    shop.on("/login", answer)
    shop.on("/x", {})
    ours = client(**WHO, login={**LOGIN, **login})
    ours.get("/x")
    ours.get("/x")

    assert [asked.path for asked in shop.asked] == ["/login", "/x", "/x"]
    assert sent in shop.asked[1].headers.items()


def test_a_login_can_give_a_session(shop, client, reply):
    shop.on("/login", reply({}, 200, {"Set-Cookie": "session=abc; Path=/"}))
    shop.on("/x", {})
    client(**WHO, login={**LOGIN, "form": True, "body": {"user": "{username}", "pw": "{password}"}}).get("/x")

    assert shop.asked[0].form == {"user": "kari", "pw": "hush"}
    assert shop.asked[1].headers["Cookie"] == "session=abc"


def test_a_login_that_gives_no_token_is_said_without_the_secret(shop, client):
    shop.on("/login", {"other": "hush"})

    with pytest.raises(CredentialsError) as caught:
        client(**WHO, login={**LOGIN, "token": "token"}).get("/x")
    assert "The login answered without a token at token: check login.token, .path and .body" in str(caught.value)
    assert "hush" not in str(caught.value)


GRANTED = {**OAUTH, "grant": "password", "username": "kari", "password": "pw"}
BEARER = {"auth_method": "bearer"}
SLIPS = [
    (BEARER, ("/x", 401), "auth_token, auth_scheme"),
    ({"auth_method": "header", "auth_header": "X-Key"}, ("/x", 401), "auth_token, auth_header"),
    ({"auth_method": "query", "auth_param": "key"}, ("/x", 401), "auth_token, auth_param"),
    ({"auth_method": "basic", "username": "kari", "password": "pw"}, ("/x", 401), "username, password"),
    ({"auth_method": "none"}, ("/x", 401), "auth_method"),
    (GRANTED, ("/token", 400), "username, password, client_id, client_secret, token_url"),
    ({**OAUTH, "scope": "read"}, ("/token", 401), "client_id, client_secret, scope, token_url"),
    (OAUTH, ("/token", 404), "token_url"),
    (OAUTH, ("/x", 401), "scope, token_url"),
    ({**WHO, "login": {**LOGIN, "token": "token"}}, ("/login", 401), "username, password, login.body"),
    ({**WHO, "login": {**LOGIN, "token": "token"}}, ("/login", 404), "login.path"),
    ({**WHO, "login": {**LOGIN, "token": "token"}}, ("/x", 401), "login.token, login.header, login.scheme"),
]


@pytest.mark.parametrize("slip", SLIPS)
def test_who_is_not_accepted_is_told_which_settings_to_look_at(shop, client, reply, slip):
    how, no, setting = slip
    for path, answer in (("/token", {"access_token": "t1"}), ("/login", {"token": "t"}), ("/x", {})):
        shop.on(path, answer)
    shop.on(no[0], reply({}, no[1]))

    with pytest.raises(CredentialsError) as caught:
        client(**how).get("/x")
    assert caught.value.setting == setting
    assert all(name in str(caught.value) for name in setting.split(", "))


def test_a_session_that_ended_is_begun_anew_once(shop, client, reply):
    shop.in_turn("/login", {"token": "t1"}, {"token": "t2"})
    shop.on("/x", lambda asked: {} if asked.headers["Authorization"] == "Bearer t2" else reply({}, 401))

    assert client(**WHO, login={**LOGIN, "token": "token"}).get("/x").body == {}


def test_credentials_show_no_secret_of_theirs():
    known = Credentials(
        auth_token="aaaa", client_secret="bbbb", password="cccc", token_secret="dddd", login={"body": "eeee"}
    )

    assert not any(secret in repr(known) for secret in ("aaaa", "bbbb", "cccc", "dddd", "eeee"))


def test_a_search_by_post_is_a_reading_and_tried_again(shop, client, reply):
    shop.in_turn("/search", reply({}, 503), reply({}, 503), {"data": []})

    assert client().search("/search", {}, {"q": 1}).body == {"data": []}


def test_no_more_requests_a_second_than_allowed(shop):
    shop.on("/x", {})
    ours = Connection(shop.url, Credentials(auth_method="none"), retry=Retry(), pace=20)
    begun = time.monotonic()
    for _ in range(5):
        ours.get("/x")

    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, "7"),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT", "RateLimit-Reset": "3"}, "Thu, 01 Jan 2026 00:00:00 GMT"),
        ({"X-Rate-Limit-Time-Reset-Ms": "1500"}, "1.5"),
        ({"RateLimit-Reset": "4"}, "4.0"),
        ({"RateLimit-Reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_shop_says_in_several_ways_how_long_to_wait(headers, expected):
    assert told_wait(headers) == expected


def test_a_link_to_another_host_is_never_followed_with_a_key_in_the_query(client):
    with pytest.raises(MisreadError, match="another host"):
        client(auth_method="query", auth_param="key").follow("https://elsewhere.example/x", "/x")


def test_a_token_that_stands_where_a_user_name_does_is_no_less_secret():
    known = Credentials(auth_method="basic", username="t0ken", password="x-oauth-basic")

    assert "t0ken" not in repr(known)
    assert "t0ken" in known.secrets
