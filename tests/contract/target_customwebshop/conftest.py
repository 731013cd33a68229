"""The sandbox's webshop as a program, and the shop as the merge sees it."""

from __future__ import annotations

import pytest
from customwebshop import Connection, Credentials, Retry, ShopClient
from shops import serving_webshop
from target_customwebshop.shop import Shop


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
def shop(webshop):
    """The shop as the merge sees it; it gives up after so many tries."""

    def made(tries=3):
        known = Credentials(auth_token=webshop.info["auth_token"])
        quick = Retry(tries=tries, first_wait=0.01, longest_order=0.05)
        return Shop(ShopClient(Connection(webshop.info["api_url"], known, timeout=30, retry=quick)))

    return made
