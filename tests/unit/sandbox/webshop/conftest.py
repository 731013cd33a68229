"""A shop on loopback, as a program."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

SANDBOX = Path(sys.executable).parent / "sandbox"


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


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    command = [SANDBOX, "webshop", "--port", "0", "--data", tmp_path_factory.mktemp("shop")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Shop(json.loads(process.stdout.readline())["webshop"])
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture
def shop(served):
    served.control("POST", "/reset")
    return served
