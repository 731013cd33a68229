"""A shop that answers as each test tells it to, and the connection to it, in a hurry."""

from __future__ import annotations

import pytest
from answering import Reply, Shop
from customwebshop import Connection, Credentials, Retry


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.stop()


@pytest.fixture
def reply():
    return Reply


@pytest.fixture
def client(shop):
    """The connection; a test may name another address, another patience, and other credentials."""

    def made(api_url=None, timeout=30, **credentials):
        quick = Retry(tries=3, first_wait=0.01, longest_order=0.05)
        known = Credentials(**{"auth_token": "s3cret-token", **credentials})
        return Connection(api_url or shop.url, known, timeout=timeout, retry=quick)

    return made
