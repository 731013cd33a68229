"""A shop on loopback, as a program."""

from __future__ import annotations

import pytest
import requests
from programs import sandbox


class Shop:
    """What a client of the contract sees, and what the control shows."""

    def __init__(self, info: dict) -> None:
        self.info = info

    def ask(self, verb: str, path: str, **options) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.info['auth_token']}", **options.pop("headers", {})}
        return requests.request(verb, f"{self.info['api_url']}{path}", headers=headers, timeout=10, **options)

    def control(self, verb: str, path: str, **options) -> requests.Response:
        return requests.request(verb, f"{self.info['control_url']}{path}", timeout=10, **options)

    def every(self, collection: str, **params) -> list[dict]:
        """Page through a collection."""
        found, cursor = [], None
        while True:
            page = self.ask("GET", f"/{collection}", params={**params, **({"cursor": cursor} if cursor else {})}).json()
            found += page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def last_page(self, collection: str) -> dict:
        cursor = None
        while True:
            page = self.ask("GET", f"/{collection}", params={"limit": 250, **({"cursor": cursor} if cursor else {})})
            if page.json()["next_cursor"] in {None, cursor} or len(page.json()["data"]) < 250:
                return page.json()
            cursor = page.json()["next_cursor"]

    def stats(self) -> dict:
        return self.control("GET", "/stats").json()

    def fault(self, **content) -> None:
        self.control("POST", "/faults", json=content).raise_for_status()

    def token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            **{name: self.info[name] for name in ("client_id", "client_secret")},
        }
        return requests.post(self.info["token_url"], data=form, timeout=10).json()["access_token"]

    def unsent_order(self) -> dict:
        found = (each for each in self.every("orders") if each["status"] == "open" and not each["shipments"])
        return next(found)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    with sandbox("webshop", "--port", 0, "--data", tmp_path_factory.mktemp("shop")) as announced:
        yield Shop(announced["webshop"])


@pytest.fixture
def shop(served):
    served.control("POST", "/reset")
    served.control("POST", "/stats/reset")
    return served
