"""One suite of behaviours: run against the sandbox always, and against a real company by `make contract-live`.

`@pytest.mark.fact("name")` names the fact of docs/facts.yml that a test sees. Against the sandbox such a test runs
twice: as documented, and with the switch of that name off, when it must fail. A test on the fixture `erp` also runs
against a real company; one on `company` needs what only the sandbox can do.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from dataclasses import dataclass, field

import pytest
import requests
import uvicorn

from sandbox import businessnxt

SERVICE = "business-graphql-service-api:access-group-based"
LIVE = os.environ.get("CONTRACT_LIVE")
KEYS = {"address": "addressNo", "associate": "associateNo", "order": "orderNo", "product": "productNo"}
MARKS = {"address": "name", "associate": "name", "order": "information1", "product": "description"}


@dataclass
class Erp:
    """A company, of the sandbox or a real one: speak GraphQL to it; rows made by `make` carry a mark and go again."""

    info: dict
    mark: str = field(default_factory=lambda: f"CONTRACT TEST {uuid.uuid4().hex[:8]}")
    http: requests.Session = field(default_factory=requests.Session)
    token: str = ""
    made: list[tuple[str, dict]] = field(default_factory=list)

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
        answer = self.http.post(url or self.info["api_url"], json=body, headers=headers, **options)
        if answer.status_code == requests.codes.server_error:
            raise RuntimeError(f"the server broke down: HTTP {answer.status_code} {answer.text}")
        return answer

    def run(self, query, **variables):
        """The whole answer of a document."""
        answer = self.post({"query": query, "variables": variables})
        assert answer.status_code == requests.codes.ok, answer.text
        return answer.json()

    def ask(self, fields, **variables):
        """The data of a query inside the company; it must have no errors."""
        answer = self.run(self._document("query", fields, variables), **variables)
        assert "errors" not in answer, answer
        return answer["data"]["useCompany"]

    def tell(self, fields, **variables):
        """The whole answer of a mutation inside the company."""
        return self.run(self._document("mutation", fields, variables), **variables)

    def done(self, fields, **variables):
        """The data of a mutation inside the company; it must have no errors."""
        answer = self.tell(fields, **variables)
        assert "errors" not in answer, answer
        return answer["data"]["useCompany"]

    def create(self, table, *rows, items="", **arguments):
        """Create rows, in one fixed document; the whole answer."""
        kind = table[0].upper() + table[1:]
        more = "".join(f", {name}: {value}" for name, value in arguments.items())
        wanted = f"items {{ {items} }}" if items else ""
        fields = f"{table}_create(values: $values{more}) {{ affectedRows {wanted} }}"
        document = f"mutation($values: [{kind}_Input!]!) {{ useCompany(no: {self.number}) {{ {fields} }} }}"
        return self.run(document, values=list(rows))

    def make(self, table, *rows, items="", **arguments):
        """Create rows that carry our mark and are removed after the test; what came back, with their keys."""
        marked = [{**row, MARKS[table]: row.get(MARKS[table], self.mark)} for row in rows]
        columns = " ".join(dict.fromkeys([KEYS[table], *items.split()])) if "{" not in items else items
        answer = self.create(table, *marked, items=columns, **arguments)
        assert "errors" not in answer, answer
        made = answer["data"]["useCompany"][f"{table}_create"]["items"]
        self.made += [(table, row[KEYS[table]]) for row in made]
        return made

    def remove_what_was_made(self):
        """Delete it, newest first; what the company will not let go is told."""
        left = []
        while self.made:
            table, key = self.made.pop()
            value = f'"{key}"' if isinstance(key, str) else key
            answer = self.tell(f"{table}_delete(filter: {{{KEYS[table]}: {{_eq: {value}}}}}) {{ affectedRows }}")
            left += [f"{table} {key}: {answer['errors'][0]['message']}"] if "errors" in answer else []
        return left

    @property
    def number(self):
        return self.info["company_no"]

    def _document(self, operation, fields, variables):
        declared = ", ".join(f"${name}: {_TYPES[type(value)]}" for name, value in variables.items())
        head = f"{operation}({declared})" if declared else operation
        return f"{head} {{ useCompany(no: {self.number}) {{ {fields} }} }}"


class Company(Erp):
    """A company of the sandbox: also look at its tables, edit as a person, and let it do other things."""

    def control(self, method, path, body=None):
        answer = self.http.request(method, f"{self.info['control_url']}{path}", json=body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def table(self, name):
        return self.control("GET", f"/tables/{name}")

    def fault(self, kind, **parameters):
        return self.control("POST", "/faults", {"kind": kind, **parameters})

    def behave(self, **changes):
        return self.control("PATCH", "/behaviours", changes)


_TYPES = {int: "Int", str: "String", float: "Decimal", bool: "Boolean"}


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
def start(folder, seed, **options):
    with Running(businessnxt.app(folder, seed=seed, **options)) as port:
        yield Company(businessnxt.connection_info(port))


@pytest.fixture(scope="session")
def start_company():
    """How to start a company of one's own: `with start_company(folder, seed) as company`."""
    return start


@pytest.fixture(scope="package")
def running(tmp_path_factory):
    with start(tmp_path_factory.mktemp("company"), "empty") as company:
        yield company


@pytest.fixture
def switched_off(request):
    """The behaviour that this run does without; None for none."""
    return getattr(request, "param", None)


@pytest.fixture
def company(request, switched_off):
    """The sandbox's company as its seed left it."""
    if LIVE:
        pytest.skip("needs what only the sandbox can do")
    running = request.getfixturevalue("running")
    running.control("POST", "/reset")
    if switched_off:
        running.behave(**{switched_off: running.control("GET", "/behaviours")[switched_off]["off"]})
    yield running
    running.control("DELETE", "/behaviours")
    running.control("DELETE", "/faults")


@pytest.fixture
def erp(request):
    """A company to speak to: the sandbox's, or the real one."""
    there = request.getfixturevalue("real" if LIVE else "company")
    yield there
    left = there.remove_what_was_made()
    assert not (LIVE and left), f"remove these by hand: {left}"


@pytest.fixture(scope="session")
def real():
    """The real company that the environment names; live.py has asked whether it may be written to."""
    return Erp({name: os.environ[f"BUSINESSNXT_{name.upper()}"] for name in
                ("client_id", "client_secret", "token_url", "api_url", "company_no")})  # fmt: skip


def pytest_generate_tests(metafunc):
    """Let a test of a fact run once more for each fact it names, with that behaviour switched off."""
    names = [mark.args[0] for mark in metafunc.definition.iter_markers("fact")]
    if not names or LIVE:
        return
    without = [
        pytest.param(name, id=f"without {name}", marks=pytest.mark.xfail(raises=AssertionError, strict=True))
        for name in names
    ]
    metafunc.fixturenames.append("switched_off")
    metafunc.parametrize("switched_off", [pytest.param(None, id="as documented"), *without], indirect=True)


def pytest_collection_modifyitems(items):
    """Against a real company only what may run there: no writing unless it was allowed."""
    if not LIVE:
        return
    for item in items:
        if "erp" not in item.fixturenames:
            item.add_marker(pytest.mark.skip(reason="needs what only the sandbox can do"))
        elif LIVE == "read" and item.get_closest_marker("writes"):
            item.add_marker(pytest.mark.skip(reason="writes, which was not allowed"))
