"""The client and a company on loopback."""

from __future__ import annotations

import pytest
import requests
from businessnxt import Client, Credentials
from programs import serving_company


class Company:
    """The company's own view of itself."""

    def __init__(self, info: dict) -> None:
        self.info = info

    def ask(self, verb: str, path: str, **options) -> requests.Response:
        response = requests.request(verb, f"{self.info['control_url']}/{path}", timeout=20, **options)
        response.raise_for_status()
        return response

    def rows(self, table: str) -> list[dict]:
        return self.ask("GET", f"tables/{table}").json()

    def fault(self, kind: str, **how) -> None:
        self.ask("POST", "faults", json={"kind": kind, **how})

    def client(self, **other) -> Client:
        who = {"client_id": self.info["client_id"], "client_secret": self.info["client_secret"],
               "token_url": self.info["token_url"]}  # fmt: skip
        credentials = Credentials(**{**who, **other.pop("credentials", {})})
        settings = {"company_no": self.info["company_no"], "api_url": self.info["api_url"], "timeout": 30.0,
                    "locked_row_patience": 0}  # fmt: skip
        return Client(credentials, **{**settings, **other})


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    with serving_company(folder, seed="empty") as info:
        yield Company(info)


@pytest.fixture
def company(served):
    served.ask("DELETE", "faults")
    served.ask("DELETE", "behaviours")
    served.ask("POST", "reset")
    return served


@pytest.fixture
def client(company):
    return company.client()


@pytest.fixture
def no_pause(monkeypatch):
    """Retries without waiting."""
    monkeypatch.setattr("businessnxt.transport.sleep", lambda _: None)
