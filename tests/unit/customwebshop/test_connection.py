"""The client waits when told to, renews what runs out, and gives reasons without giving secrets away."""

from __future__ import annotations

import base64
import socket
import traceback
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from customwebshop import CredentialsError, MisreadError, RefusedError, Retry, UnreachableError
from customwebshop.retry import seconds


def test_retry_after_is_read_in_seconds_and_as_a_date():
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)

    assert seconds("7") == 7.0
    assert 27 < seconds(soon) <= 30
    assert seconds("Mon, 01 Jan 2024 00:00:00 GMT") == 0.0
    assert seconds(None) is seconds("soon") is seconds("") is None


def test_what_the_shop_orders_is_obeyed_up_to_a_limit():
    assert Retry().wait(1, "9") == 9.0
    assert Retry().wait(1, "86400") == 300.0


def test_without_an_order_the_waits_double_to_a_limit_and_differ():
    waits = [Retry().wait(tries, None) for tries in range(1, 12)]

    assert all(0.75 * 2**number <= wait <= 1.25 * 2**number for number, wait in enumerate(waits[:6]))
    assert 45 <= waits[-1] <= 75
    assert len({Retry().wait(3, None) for _ in range(5)}) > 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_or_broken_shop_is_asked_again(shop, client, reply, status):
    shop.in_turn("/x", reply({}, status, {"Retry-After": "1"}), reply({}, status), {"fine": 1})

    assert client().get("/x").body == {"fine": 1}
    assert len(shop.asked) == 3


def test_the_answer_is_dated_by_the_try_that_was_answered(shop, client, reply):
    shop.in_turn("/x", reply({}, 503), {})
    before = datetime.now(timezone.utc)
    answer = client().get("/x")

    assert answer.asked_at - before > timedelta(milliseconds=5)


def test_an_answer_cut_off_in_the_middle_is_asked_for_again(shop, client, reply):
    cut = reply(b'{"data": [', headers={"Content-Length": "100", "Connection": "close"})
    shop.in_turn("/x", cut, {"data": []})

    assert client().get("/x").body == {"data": []}


def test_a_shop_that_stays_broken_is_given_up_with_its_last_word(shop, client, reply):
    shop.on("/x", reply({}, 503))

    with pytest.raises(UnreachableError, match=r"127.0.0.1/x: HTTP 503, 3 times"):
        client().get("/x")
    assert len(shop.asked) == 3


def test_a_shop_that_is_not_there_is_given_up(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"

        with pytest.raises(
            UnreachableError, match=r"no answer \(ConnectionRefusedError: Connection refused\), 3 times"
        ):
            client(api_url=nobody).get("/x")


def test_a_secret_among_the_parameters_is_in_no_error(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ours = client(api_url=f"http://127.0.0.1:{free.getsockname()[1]}")
        secret = str(7**20)

        with pytest.raises(UnreachableError) as caught:
            ours.get("/x", {"access_token": secret})
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_a_shop_that_never_answers_is_not_waited_for_longer_than_set(client):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.listen()

        with pytest.raises(UnreachableError, match="no answer"):
            client(api_url=f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout=0.1).get("/x")


def test_a_page_for_people_is_told_from_an_answer(shop, client, reply):
    shop.on("/x", reply(b"<html>Velkommen</html>", headers={"Content-Type": "text/html; charset=utf-8"}))

    with pytest.raises(
        MisreadError, match=r"no JSON but text/html .*Does api_url name the API, not the shop's pages"
    ) as caught:
        client().get("/x")
    assert "Velkommen" not in str(caught.value)


def test_a_wrong_token_is_said_with_the_setting_and_without_the_token(shop, client, reply):
    shop.on("/x", reply({"title": "Unauthorized", "detail": "s3cret-token is unknown"}, 401))

    with pytest.raises(CredentialsError) as caught:
        client().get("/x")
    said = str(caught.value)
    assert said == (
        "127.0.0.1/x: HTTP 401, 'Unauthorized: *** is unknown'. The shop does not know us. "
        "Check auth_token and auth_scheme, or auth_method."
    )
    assert len(shop.asked) == 1


def test_what_we_may_not_read_is_told_apart_from_who_we_are(shop, client, reply):
    shop.on("/x", reply({"detail": "No"}, 403))

    with pytest.raises(RefusedError, match="knows us but does not let us do this"):
        client().get("/x")


@pytest.mark.parametrize(
    ("config", "name", "value"),
    [
        ({}, "Authorization", "Bearer s3cret-token"),
        ({"auth_method": "header", "auth_token": "Shoporama abc"}, "Authorization", "Shoporama abc"),
        ({"auth_method": "header", "auth_header": "X-Api-Key"}, "X-Api-Key", "s3cret-token"),
        (
            {"auth_method": "basic", "username": "kåre", "password": "ærlig"},
            "Authorization",
            "Basic " + base64.b64encode("kåre:ærlig".encode()).decode(),
        ),
        ({"auth_method": "none"}, "Authorization", None),
    ],
)
def test_the_shop_is_shown_who_asks_in_the_way_chosen(shop, client, config, name, value):
    shop.on("/x", {})
    client(**config).get("/x")

    assert shop.asked[0].headers.get(name) == value


def test_a_netrc_file_does_not_speak_for_us(shop, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    shop.on("/x", {})
    client(auth_method="none").get("/x")

    assert "Authorization" not in shop.asked[0].headers


def test_a_redirect_to_another_host_does_not_carry_our_header(shop, client, reply):
    shop.on("/x", reply({}, 302, {"Location": shop.url.replace("127.0.0.1", "localhost") + "/y"}))
    shop.on("/y", {})
    client(auth_method="header", auth_header="X-Api-Key").get("/x")

    assert [asked.headers.get("X-Api-Key") for asked in shop.asked] == ["s3cret-token", None]


OAUTH = {"auth_method": "oauth2", "client_id": "us", "client_secret": "hush", "scope": "read"}


def test_one_token_serves_many_requests(shop, client):
    shop.on("/token", {"access_token": "t1", "expires_in": 3600})
    shop.on("/x", {})
    ours = client(**OAUTH, token_url=f"{shop.url}/token")
    for _ in range(3):
        ours.get("/x")

    assert [asked.path for asked in shop.asked] == ["/token", "/x", "/x", "/x"]
    assert shop.asked[0].form == {
        "grant_type": "client_credentials",
        "client_id": "us",
        "client_secret": "hush",
        "scope": "read",
    }
    assert shop.asked[1].headers["Authorization"] == "Bearer t1"


def test_a_token_is_renewed_before_it_runs_out(shop, client):
    shop.on("/token", {"access_token": "t1", "expires_in": 0})
    shop.on("/x", {})
    ours = client(**OAUTH, token_url=f"{shop.url}/token")
    ours.get("/x")
    ours.get("/x")

    assert [asked.path for asked in shop.asked] == ["/token", "/x", "/token", "/x"]


def test_a_token_the_shop_no_longer_takes_is_renewed_once(shop, client, reply):
    shop.in_turn("/token", {"access_token": "t1"}, {"access_token": "t2"})
    shop.on("/x", lambda asked: {} if asked.headers["Authorization"] == "Bearer t2" else reply({}, 401))

    assert client(**OAUTH, token_url=f"{shop.url}/token").get("/x").body == {}


def test_a_shop_that_takes_no_token_is_not_asked_for_ever(shop, client, reply):
    shop.on("/token", {"access_token": "t1"})
    shop.on("/x", reply({}, 401))

    with pytest.raises(CredentialsError):
        client(**OAUTH, token_url=f"{shop.url}/token").get("/x")
    assert len(shop.asked) == 4


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            ({"error": "invalid_client", "error_description": "hush is wrong"}, 400),
            "'invalid_client: *** is wrong'. The shop does not understand",
        ),
        (({"token": "x"}, 200), "answered without an access_token: check token_url"),
    ],
)
def test_a_token_we_do_not_get_is_said_without_the_secret(shop, client, reply, answer, message):
    shop.on("/token", reply(*answer))

    with pytest.raises(CredentialsError) as caught:
        client(**OAUTH, token_url=f"{shop.url}/token").get("/x")
    assert message in str(caught.value)
    assert "hush" not in str(caught.value)


def test_money_keeps_every_digit(shop, client, reply):
    shop.on("/x", reply(b'{"a": 0.10, "b": 1234567890.123456789, "c": 12345678901234567890123}'))
    body = client().get("/x").body

    assert [str(value) for value in body.values()] == ["0.10", "1234567890.123456789", "12345678901234567890123"]


def test_a_proxy_is_honoured(shop, client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", shop.url)
    monkeypatch.setenv("NO_PROXY", "")
    shop.on("/x", {"through": "the proxy"})

    assert client(api_url="http://shop.example").get("/x").body == {"through": "the proxy"}
