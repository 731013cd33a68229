"""Receives Business NXT's webhooks into the inbox: a WSGI application for a server of one's choice."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime, timezone
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LIMIT = 1 << 20
"""Bytes that a payload may have; real ones have some hundreds."""


@dataclass(frozen=True)
class Receiver:
    """Puts payloads whose signature is right into the inbox, one file a day.

    Args:
        inbox: The folder that the tap's `webhook_inbox` names.
        keys: The signature keys that are good; several while one takes the place of another.
    """

    inbox: Path
    keys: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Receiver:
        """The receiver that environment variables describe."""
        inbox = environment.get("TAP_BUSINESSNXT_WEBHOOK_INBOX")
        keys = tuple(filter(None, environment.get("TAP_BUSINESSNXT_WEBHOOK_KEYS", "").split(",")))
        if not inbox or not keys:
            raise TapError(
                "TAP_BUSINESSNXT_WEBHOOK_INBOX and TAP_BUSINESSNXT_WEBHOOK_KEYS are needed: the folder of the inbox, "
                "and the signature keys, parted by commas"
            )
        return cls(Path(inbox), keys)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status = self._receive(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Length", "0")])
        return []

    def _receive(self, environ: WSGIEnvironment) -> HTTPStatus:
        if environ["REQUEST_METHOD"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdecimal():
            return HTTPStatus.LENGTH_REQUIRED
        if int(length) > LIMIT:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        body = environ["wsgi.input"].read(int(length))
        if not is_genuine(body, environ.get("HTTP_X_VWD_SIGNATURE_V1", ""), self.keys):
            return HTTPStatus.FORBIDDEN
        return self._keep(body)

    def _keep(self, body: bytes) -> HTTPStatus:
        try:
            payload = json.loads(body)
        except ValueError:
            return HTTPStatus.BAD_REQUEST
        line = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        append(self.inbox / f"{datetime.now(timezone.utc).date()}.jsonl", line)
        return HTTPStatus.OK


def is_genuine(body: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of the keys signed exactly this body; how long the comparison takes gives nothing away."""
    return any(hmac.compare_digest(signed(body, key), signature.encode()) for key in keys)


def signed(body: bytes, key: str) -> bytes:
    """The signature of a body."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())


def append(file: Path, line: bytes) -> None:
    """Add a line that a power cut leaves whole or unread; other receivers of the same inbox wait their turn."""
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    with file.open("a+b") as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        lines.write(_end_of_a_torn_line(lines.fileno()) + line + b"\n")
        lines.flush()
        os.fsync(lines.fileno())
    if is_new:
        _keep_entry(file.parent)


def _end_of_a_torn_line(file: int) -> bytes:
    """A line break, where somebody died in the middle of a line: its sender was told nothing and sends it again."""
    size = os.fstat(file).st_size
    return b"" if size == 0 or os.pread(file, 1, size - 1) == b"\n" else b"\n"


def _keep_entry(folder: Path) -> None:
    """A new file is durable only when its folder is."""
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What a WSGI server is pointed at: `tap_businessnxt.receiver:application`."""
    return Receiver.of(os.environ)(environ, start_response)
