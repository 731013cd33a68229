"""A running company for each test module, on a free port of this machine."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field

import pytest
import requests
import uvicorn

from sandbox import businessnxt

SERVICE = "business-graphql-service-api:access-group-based"


@dataclass
class Company:
    """What tests do to a company: speak GraphQL to it, look at its tables, edit as a person."""

    port: int
    info: dict
    http: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def sign_in(self, scope=SERVICE):
        answer = self.http.post(
            self.info["token_url"],
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(self.info["client_id"], self.info["client_secret"]),
        )
        answer.raise_for_status()
        self.token = answer.json()["access_token"]
        return self.token

    def post(self, body, url=None, **options):
        headers = {"Authorization": f"Bearer {self.token or self.sign_in()}"} | options.pop("headers", {})
        return self.http.post(url or self.info["api_url"], json=body, headers=headers, **options)

    def run(self, query, **variables):
        """The whole answer of a document."""
        answer = self.post({"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, fields, **variables):
        """The data of a query inside the company; it must have no errors."""
        answer = self.run(_with_variables("query", fields, variables), **variables)
        assert "errors" not in answer, answer
        return answer["data"]["useCompany"]

    def tell(self, fields, **variables):
        """The whole answer of a mutation inside the company."""
        return self.run(_with_variables("mutation", fields, variables), **variables)

    def done(self, fields, **variables):
        """The data of a mutation inside the company; it must have no errors."""
        answer = self.tell(fields, **variables)
        assert "errors" not in answer, answer
        return answer["data"]["useCompany"]

    def create(self, table, *rows, items="", **arguments):
        """Create rows, in one fixed document."""
        kind = table[0].upper() + table[1:]
        more = "".join(f", {name}: {value}" for name, value in arguments.items())
        wanted = f"items {{ {items} }}" if items else ""
        fields = f"{table}_create(values: $values{more}) {{ affectedRows {wanted} }}"
        return self.run(
            f"mutation($values: [{kind}_Input!]!) {{ useCompany(no: 1234567) {{ {fields} }} }}", values=list(rows)
        )

    def control(self, method, path, body=None):
        answer = self.http.request(method, f"{self.info['control_url']}{path}", json=body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def table(self, name):
        return self.control("GET", f"/tables/{name}")

    def fault(self, kind, **parameters):
        return self.control("POST", "/faults", {"kind": kind, **parameters})

    def assume(self, **changes):
        return self.control("PATCH", "/assumptions", changes)


_TYPES = {int: "Int", str: "String", float: "Decimal"}


def _with_variables(operation, fields, variables):
    declared = ", ".join(f"${name}: {_TYPES[type(value)]}" for name, value in variables.items())
    head = f"{operation}({declared})" if declared else operation
    return f"{head} {{ useCompany(no: 1234567) {{ {fields} }} }}"


class Running:
    """A uvicorn server in a thread."""

    def __init__(self, app):
        self.server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
        return self.server.servers[0].sockets[0].getsockname()[1]

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(timeout=10)


@contextlib.contextmanager
def start(folder, seed):
    with Running(businessnxt.app(folder, seed=seed)) as port:
        yield Company(port, businessnxt.connection_info(port))


@pytest.fixture
def start_company():
    """How to start a company of one's own: `with start_company(folder, seed) as company`."""
    return start


@pytest.fixture(scope="package")
def running(tmp_path_factory):
    with start(tmp_path_factory.mktemp("company"), "empty") as company:
        yield company


@pytest.fixture
def company(running):
    """The company as its seed left it."""
    defaults = running.control("GET", "/assumptions")
    running.control("POST", "/reset")
    yield running
    running.control("PATCH", "/assumptions", defaults)
    running.control("DELETE", "/faults")
