"""Tells subscribers by HTTP which rows changed, each at its own pace: no write waits for a subscriber."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.changes import Change
    from sandbox.businessnxt.store import Store

_PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Subscription:
    """Who wants to hear of which tables, and how often a delivery is tried again.

    Attributes:
        tables: Names as in GraphQL.
        key: The signature key.
        attempts: How often a delivery that failed is tried again.
        interval: Seconds between two tries, in addition to the back-off.
        backoff: Seconds of the first back-off; each later one is twice as long.
    """

    url: str
    tables: frozenset[str]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    attempts: int = 5
    interval: float = 0
    backoff: float = 1
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def read(cls, body: Mapping[str, Any], store: Store) -> Subscription:
        """A subscription as a control request states it.

        Raises:
            ValueError: It names no address, or a table that is not there.
        """
        wanted = frozenset(body.get("tables") or store.model.tables)
        if unknown := sorted(wanted - store.model.tables.keys()):
            raise ValueError(f"tables: there is no {', '.join(unknown)}")
        if urlsplit(str(body.get("url"))).scheme not in {"http", "https"}:
            raise ValueError("url: an address that starts with http:// or https:// is needed")
        more = {name: body[name] for name in ("key", "attempts", "interval", "backoff") if name in body}
        return cls(url=body["url"], tables=wanted, **more)

    def as_dict(self) -> dict[str, Any]:
        """All of it, the signature key too: whoever subscribes is told it once."""
        return {**vars(self), "tables": sorted(self.tables)}

    def pause(self, tries: int, does: Behaviours) -> float:
        """Seconds to wait after so many tries."""
        times: int = 1 << (tries - 1) if does.webhook_retries_back_off else 1
        return self.interval + self.backoff * times


@dataclass
class Webhooks:
    """The subscriptions of a company, and what is on its way to them."""

    store: Store
    does: Behaviours
    company_no: int
    customer_no: int
    subscriptions: list[Subscription] = field(default_factory=list)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def subscribe(self, subscription: Subscription) -> None:
        """Tell this subscriber from now on."""
        self.subscriptions.append(subscription)
        for name in subscription.tables:
            self.store.changes.note(self.store.model.tables[name])

    def end(self) -> None:
        """Forget all subscribers, and what was on its way to them."""
        self.subscriptions.clear()
        self.store.changes.ignore_all()
        for task in self._sending:
            task.cancel()

    def tell(self, user: str) -> None:
        """Send off what has changed, without waiting for anybody."""
        changes = self.store.changes.take()
        for subscription in self.subscriptions:
            bodies = [
                self._body(change, user, number)
                for number, change in enumerate(changes)
                if change.table in subscription.tables
            ]
            if bodies:
                task = asyncio.get_running_loop().create_task(self._deliver(subscription, bodies))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    def _body(self, change: Change, user: str, number: int) -> bytes:
        key = self.store.model.tables[change.table].key
        payload = {
            "tableIdentifier": self._name(change.table),
            "customerNo": self.customer_no,
            "companyNo": self.company_no,
            "primaryKeys": [{self._name(name): value} for name, value in zip(key, change.key, strict=True)],
            "event": change.event,
            "timestamp": _timestamp(number, utc=self.does.webhook_timestamp_is_utc),
        }
        if self.does.webhook_names_who_changed:
            payload["changedByUser"] = user
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

    def _name(self, name: str) -> str:
        return name[:1].upper() + name[1:] if self.does.webhook_names_are_pascal_case else name

    async def _deliver(self, subscription: Subscription, bodies: list[bytes]) -> None:
        """What one commit changed, one row after the other; a row that is not taken does not hold up the rest."""
        if not self.does.webhooks_come_in_order:
            bodies.reverse()
        if not self.does.webhooks_come_once:
            bodies = [body for body in bodies for _ in range(2)]
        for body in bodies:
            headers = self._headers(subscription, body)
            if not await _post(subscription.url, headers, body) and self.does.webhook_is_sent_again:
                task = asyncio.get_running_loop().create_task(self._retry(subscription, headers, body))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _retry(self, subscription: Subscription, headers: dict[str, str], body: bytes) -> None:
        for tries in range(1, subscription.attempts + 1):
            await asyncio.sleep(subscription.pause(tries, self.does))
            if await _post(subscription.url, headers, body):
                return

    def _headers(self, subscription: Subscription, body: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json", "x-vwd-notification-timestamp": str(time.time_ns() // 1_000_000)}
        if self.does.webhook_is_signed:
            digest = hmac.new(subscription.key.encode(), body, hashlib.sha256).digest()
            headers["x-vwd-signature-v1"] = base64.b64encode(digest).decode()
        if self.does.webhook_has_an_event_id:
            headers |= {"x-vwd-event-id": str(uuid.uuid4()), "x-vwd-subscription-id": subscription.id}
        return headers


def _timestamp(number: int, *, utc: bool) -> str:
    """The present with seven decimals, the last of which tells the rows of one moment apart."""
    moment = datetime.now(timezone.utc if utc else None) + timedelta(microseconds=number // 10)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{number % 10}{'Z' if utc else ''}"


async def _post(url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the subscriber took it: any 2xx will do."""
    try:
        return await asyncio.wait_for(_status(url, headers, body), _PATIENCE_SECONDS) // 100 == 2
    except (OSError, ValueError, IndexError, asyncio.TimeoutError):
        return False


async def _status(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status of a POST; asyncio's streams end with the server at once, which a client in a thread would not."""
    place = urlsplit(url)
    secure = place.scheme == "https"
    port = place.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(place.hostname, port, ssl=secure or None)
    try:
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        lines = [
            f"POST {target} HTTP/1.1",
            f"host: {place.netloc}",
            "connection: close",
            f"content-length: {len(body)}",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
