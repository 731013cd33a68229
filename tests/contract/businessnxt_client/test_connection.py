"""Whom the client speaks to is verified, and the proxy of the environment is taken, for tokens as for the rest."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from businessnxt import NotSent, RequestError

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def no_bundle(monkeypatch):
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def encrypted(company, door, certificate, no_bundle):  # noqa: ARG001
    """Makes a client that reaches the company through a door whose certificate nobody knows."""
    port = door(company.info["api_url"], context=certificate[0])

    def over_tls(url):
        return f"https://localhost:{port}{urlsplit(url).path}"

    def client():
        token_url = over_tls(company.info["token_url"])
        return company.client(api_url=over_tls(company.info["api_url"]), credentials={"token_url": token_url})

    return client


def names(client):
    return [each["name"] for each in client.rows("address", ["name"], key=["addressNo"])]


@pytest.mark.parametrize("odd", [{}, {"CURL_CA_BUNDLE": ""}, {"REQUESTS_CA_BUNDLE": ""}, {"SSL_CERT_FILE": ""}])
def test_a_certificate_that_nobody_knows_is_refused_at_once(encrypted, company, monkeypatch, odd):
    for name, value in odd.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RequestError, match=r"certificate of .* cannot be verified; .*SSL_CERT_FILE"):
        names(encrypted())
    assert company.ask("GET", "stats").json()["requests"] == 0


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_of_ones_own_is_trusted_once_it_is_named(encrypted, certificate, monkeypatch, variable):
    monkeypatch.setenv(variable, certificate[1])

    assert names(encrypted()) == []


def test_a_bundle_that_is_not_there_is_said_at_once(encrypted, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")

    with pytest.raises(RequestError, match=r"/nowhere/bundle.pem"):
        names(encrypted())


def test_tokens_and_requests_go_through_the_proxy(company, proxy):
    assert names(company.client()) == []
    assert set(proxy.passed) == {company.info["token_url"], company.info["api_url"]}


def test_encrypted_ones_are_led_through_it_unread(encrypted, certificate, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", certificate[1])

    assert names(encrypted()) == []
    assert [each.partition(":")[0] for each in proxy.tunnels] == ["localhost"] * len(proxy.tunnels) != []
    assert proxy.passed == []


def test_a_proxy_that_is_not_there_means_that_nothing_was_sent(company, monkeypatch, no_pause):  # noqa: ARG001
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "nobody.example")

    with pytest.raises(NotSent, match="proxy"):
        names(company.client())


@pytest.mark.parametrize(
    "wrong", ["http://business.visma.net/api/graphql-service", "business.visma.net", "ftp://x/", "", "https://[/"]
)
@pytest.mark.parametrize("setting", ["api_url", "token_url"])
def test_an_address_that_is_none_or_not_encrypted_is_refused(company, setting, wrong):
    other = {"credentials": {"token_url": wrong}} if setting == "token_url" else {"api_url": wrong}

    with pytest.raises(RequestError, match=setting):
        company.client(**other)
