"""A shop of a few lines on loopback, which answers as each test tells it to and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Request:
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]
    text: str = ""


@dataclass(frozen=True)
class Reply:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Shop:
    """Answers each path by the function, or the answers in turn, that a test gives it; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answers: dict[str, Callable[[Request], Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def on(self, path: str, answer: Any) -> None:
        self.answers[path] = answer if callable(answer) else lambda _: answer

    def in_turn(self, path: str, *answers: Any) -> None:
        """Each answer once, the last one ever after."""
        left = list(answers)
        self.on(path, lambda _: left.pop(0) if len(left) > 1 else left[0])

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(shop) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                length = int(self.headers.get("Content-Length", 0))
                text = self.rfile.read(length).decode()
                query, form = dict(parse_qsl(address.query)), dict(parse_qsl(text))
                request = Request(address.path, query, dict(self.headers), form, text)
                shop.asked.append(request)
                answer = shop.answers.get(address.path, lambda _: Reply({"title": "Not found"}, 404))(request)
                self._send(answer if isinstance(answer, Reply) else Reply(answer))

            do_POST = do_GET  # noqa: N815 - the name http.server looks for

            def _send(self, reply: Reply) -> None:
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}
                self.send_response_only(reply.status)
                for name, value in headers.items():
                    if value:
                        self.send_header(name, value)
                if "Date" not in headers:
                    self.send_header("Date", self.date_time_string())
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
                self.close_connection = "Connection" in headers

        return Handler
