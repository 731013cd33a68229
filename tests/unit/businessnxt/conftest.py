"""A company that answers as a test tells it, on loopback: every odd answer that HTTP and GraphQL allow."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from businessnxt import Client, Credentials

SECRET = "Hemmelig+/&=%:"
TABLES = ("address", "orderLine")


@dataclass(frozen=True)
class Reply:
    """One answer: its status, its body, what of the body is cut off, and how long it takes."""

    status: int = 200
    body: bytes | dict = b""
    headers: dict = field(default_factory=dict)
    cut: int = 0
    wait: float = 0.0

    @property
    def content(self):
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Odd:
    """What is to be answered next, and what was asked; introspection is answered by itself and not noted."""

    url: str
    on_error: bool = True
    stop: str = "FAIL_TABLE"
    answers: deque = field(default_factory=deque)
    token_answers: deque = field(default_factory=deque)
    bodies: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    token_requests: list = field(default_factory=list)

    @property
    def asked(self):
        return [json.loads(each) for each in self.bodies]

    @property
    def operations(self):
        return [each["operationName"] for each in self.asked]

    def will(self, *answers):
        self.answers.extend(each if isinstance(each, Reply) else Reply(body=each) for each in answers)

    def client(self, **settings):
        credentials = Credentials("isv_test", SECRET, token_url=f"{self.url}/token")
        usual = {"company_no": 1234567, "api_url": f"{self.url}/api", "timeout": 30.0, "locked_row_patience": 0}
        return Client(credentials, **{**usual, **settings})

    def reply(self, path, headers, body):
        if path == "/token":
            self.token_requests.append((parse_qs(body.decode()), headers.get("authorization", "")))
            usual = {"access_token": f"token-{len(self.token_requests)}", "expires_in": 3600}
            return self.token_answers.popleft() if self.token_answers else Reply(body=usual)
        if path != "/api":
            return Reply(404, b"<html>Not Found</html>")
        if json.loads(body)["operationName"] in ("mutations", "table"):
            return Reply(body={"data": self._schema()})
        self.bodies.append(body)
        self.headers.append(headers)
        return self.answers.popleft() if self.answers else Reply(599, b"the test put in no further answer")

    def _schema(self):
        scalar = {"kind": "SCALAR", "name": "Any", "ofType": None}
        args = [{"name": each, "type": scalar} for each in ("filters", "values", "suggest")]
        if self.on_error:
            args.append({"name": "onError", "type": {**scalar, "kind": "ENUM", "enumValues": [{"name": self.stop}]}})
        fields = [{"name": f"{table}_{verb}", "args": args} for table in TABLES for verb in ("create", "update")]
        return {"__type": {"fields": fields}, "columns": {"fields": [{"name": "name", "type": scalar}]}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        known = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.odd.reply(self.path, known, body)
        time.sleep(reply.wait)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.content)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content[: len(reply.content) - reply.cut])
        self.close_connection = self.close_connection or bool(reply.cut)

    def log_message(self, *_):
        """Say nothing; the test looks for itself."""


@pytest.fixture
def odd():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.odd = Odd(f"http://127.0.0.1:{server.server_port}")
        server.daemon_threads = True
        server.block_on_close = False
        server.handle_error = lambda *_: None  # whoever does not wait for the answer hangs up
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.odd
        server.shutdown()
        thread.join()


@pytest.fixture
def lenient(odd):
    """A company whose schema has no `onError` yet."""
    odd.on_error = False
    return odd


@pytest.fixture
def pauses(monkeypatch):
    """How long was waited, without waiting."""
    waited = []
    monkeypatch.setattr("businessnxt.transport.sleep", waited.append)
    return waited
