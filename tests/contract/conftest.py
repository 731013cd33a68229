"""What stands between a program and a server: a proxy that notes what passes, and a door that encrypts."""

from __future__ import annotations

import functools
import http.client
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from businessnxt import Client, Credentials
from businessnxt.inspection import Inspection

QUIET = {"poll_interval": 0.01}


@dataclass
class Proxy:
    """Where it listens, and what it was asked for: addresses, hosts to be led to, secrets in headers."""

    url: str
    passed: list[str] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)


class ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        proxy, target = self.server.proxy, urlsplit(self.path)
        proxy.passed.append(self.path)
        proxy.authorizations.append(self.headers.get("authorization", ""))
        onward = http.client.HTTPConnection(target.hostname, target.port, timeout=20)
        onward.request("POST", target.path, body, dict(self.headers))
        answer = onward.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("content-type", ""))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        onward.close()

    def do_CONNECT(self):
        self.server.proxy.tunnels.append(self.path)
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as onward:
            self.send_response(200)
            self.end_headers()
            join(self.connection, onward)
        self.close_connection = True

    def log_message(self, *_):
        """Say nothing; the test looks for itself."""


def join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both sides have said all."""

    def carry(source, sink):
        with suppress(OSError):
            while chunk := source.recv(65536):
                sink.sendall(chunk)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join()


@contextmanager
def serving(server):
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, kwargs=QUIET)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def proxy(monkeypatch):
    """A proxy that the environment names for everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ProxyHandler)
    server.proxy = Proxy(f"http://127.0.0.1:{server.server_port}")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, server.proxy.url)
        monkeypatch.setenv(name.lower(), server.proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "nobody.example")
    with serving(server):
        yield server.proxy


class Door(socketserver.ThreadingTCPServer):
    """A port that leads to another one; with a certificate it encrypts."""

    allow_reuse_address = True

    def __init__(self, port: int, onward: tuple[str, int], context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", port), None)
        self._onward, self._context = onward, context

    def finish_request(self, request, client_address):  # noqa: ARG002 - as socketserver calls it
        with suppress(ssl.SSLError, ConnectionError):
            inside = self._context.wrap_socket(request, server_side=True) if self._context else request
            with socket.create_connection(self._onward) as onward:
                join(inside, onward)


@pytest.fixture
def door():
    """Opens a door to a server: `door(url)` gives its port, `door(url, port=…)` takes a given one."""
    open_doors = []

    def open_one(url, *, port=0, context=None):
        target = urlsplit(url)
        server = Door(port, (target.hostname, target.port), context)
        opened = serving(server)
        opened.__enter__()
        open_doors.append(opened)
        return server.server_address[1]

    yield open_one
    for each in open_doors:
        each.__exit__(None, None, None)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of this machine that nobody has signed, and the file that trusts it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, str(folder / "cert.pem")


@pytest.fixture
def hurried(monkeypatch):
    """Both clients note how long they would wait before they ask again, and go on at once; gives what they noted."""
    waits = []
    clock = SimpleNamespace(sleep=waits.append, monotonic=time.monotonic)
    for place in ("businessnxt.transport.sleep", "businessnxt.bulk.sleep"):
        monkeypatch.setattr(place, waits.append)
    for place in ("connection", "pace", "graph"):
        monkeypatch.setattr(f"customwebshop.{place}.time", clock)
    return waits


@pytest.fixture(scope="session")
def told_once():
    """The whole schema as the company told it once: reading it takes a second."""
    return {}


@pytest.fixture
def inspected(told_once, request, monkeypatch):
    """Where nothing about the schema as a whole is tried, it is read once for all tests, before one hides any of it."""
    if not told_once:
        info = request.getfixturevalue("company").info
        who = Credentials(info["client_id"], info["client_secret"], token_url=info["token_url"])
        schema = Inspection.of(Client(who, api_url=info["api_url"], company_no=info["company_no"], timeout=90.0))
        schema.problems = functools.cache(schema.problems)
        told_once["schema"] = schema
    monkeypatch.setattr(Inspection, "of", lambda _: told_once["schema"])
