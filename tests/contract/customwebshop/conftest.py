"""The sandbox's webshop as a program, and the client in a hurry."""

from __future__ import annotations

import pytest
from customwebshop import Connection, Credentials, Retry, ShopClient
from shops import serving_webshop


@pytest.fixture(scope="session")
def running_webshop(tmp_path_factory):
    with serving_webshop(tmp_path_factory.mktemp("webshop")) as running:
        yield running


@pytest.fixture
def webshop(running_webshop):
    """The shop as it was sown, whatever the test before did to it."""
    running_webshop.reset()
    return running_webshop


@pytest.fixture
def client(webshop):
    """The client; a test may name other credentials."""

    def made(tries=4, **credentials):
        known = Credentials(**{"auth_token": webshop.info["auth_token"], **credentials})
        quick = Retry(tries=tries, first_wait=0.01, longest_order=0.05)
        return ShopClient(Connection(webshop.info["api_url"], known, timeout=30, retry=quick))

    return made
