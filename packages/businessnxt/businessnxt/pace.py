"""How fast we go: requests a minute, seconds to wait before a retry, rows in a request."""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

REQUESTS_PER_MINUTE = 600
"""The documented limit per token (D4)."""

LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more gets less."""

_MINUTE = 60.0


@dataclass
class Governor:
    """Never lets more requests go than a minute allows; costs nothing while we are slower.

    Attributes:
        per_minute: The limit.
    """

    per_minute: int = REQUESTS_PER_MINUTE
    _sent: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Return when the next request may go."""
        now = time.monotonic()
        while self._sent and now - self._sent[0] >= _MINUTE:
            self._sent.popleft()
        if len(self._sent) >= self.per_minute:
            time.sleep(_MINUTE - (now - self._sent[0]) + random.uniform(0.0, 0.1))  # noqa: S311 - no secret
            self._sent.popleft()
        self._sent.append(time.monotonic())


def pause(attempt: int, retry_after: float | None) -> float:
    """Seconds before a retry: what the server asks for, else 1, 2, 4 … with some chance in it."""
    if retry_after is not None:
        return min(max(retry_after, 0.0), LONGEST_WAIT)
    return min(2.0**attempt * random.uniform(0.5, 1.0), LONGEST_WAIT)  # noqa: S311 - no secret


def read_retry_after(text: str | None) -> float | None:
    """Seconds of a `Retry-After` header, which holds seconds or an HTTP date."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max((moment - datetime.now(tz=timezone.utc)).total_seconds(), 0.0)


@dataclass
class BatchSize:
    """How many rows go into one request: as many as take about `aim` seconds.

    A time-out may leave the work undone or half done; smaller requests are then both safer and sooner known.

    Attributes:
        largest: Never more than this.
        rows: The number now.
        aim: Seconds that a request should take.
    """

    largest: int
    rows: int = 0
    aim: float = 5.0

    def __post_init__(self) -> None:
        self.rows = self.rows or self.largest

    def took(self, rows: int, seconds: float) -> None:
        """Learn from a request that was answered."""
        fitting = int(rows * self.aim / max(seconds, 0.001))
        self.rows = max(1, min(self.largest, max(self.rows, rows) * 2, max(fitting, 1)))

    def timed_out(self) -> None:
        """Learn from a request that was not."""
        self.rows = max(1, self.rows // 4)
