"""How fast we go: requests a minute, seconds to wait before a retry, rows in a request."""

from __future__ import annotations

import random
import time
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
    """Spaces requests evenly once a short run of them has gone; costs nothing while we are slower.

    In any minute there go at most `burst` requests at once and `per_minute - burst` evenly spaced ones.

    Attributes:
        per_minute: The limit.
        burst: How many may go without a pause after a quiet time.
    """

    per_minute: int = REQUESTS_PER_MINUTE
    burst: int = 60
    _next: float = field(default=float("-inf"), repr=False)

    def wait(self) -> None:
        """Return when the next request may go."""
        seconds = self.reserve(time.monotonic())
        if seconds > 0:
            time.sleep(seconds)

    def reserve(self, now: float) -> float:
        """Take the next free moment; the seconds until it."""
        step = _MINUTE / (self.per_minute - self.burst)
        self._next = max(self._next, now - self.burst * step) + step
        return max(self._next - now, 0.0)


def pause(attempt: int, retry_after: float | None) -> float:
    """Seconds before the retry that follows this attempt: what the server asks for, else about 1, 2, 4, 8 and so on."""
    chance = random.uniform(0.0, 0.5)  # noqa: S311 - no secret; it keeps several clients from coming back together
    if retry_after is not None:
        return min(retry_after + chance, LONGEST_WAIT)
    return float(min(2 ** (attempt - 1) * (1.0 + chance), LONGEST_WAIT))


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
    rows: int = 100
    aim: float = 5.0

    def __post_init__(self) -> None:
        self.rows = min(self.rows, self.largest)

    def took(self, rows: int, seconds: float) -> None:
        """Learn from a request that was answered; a quick remainder says nothing of a full one."""
        if rows < self.rows and seconds < self.aim:
            return
        fitting = int(rows * self.aim / max(seconds, 0.001))
        self.rows = max(1, min(self.largest, self.rows * 2, fitting))

    def timed_out(self) -> None:
        """Learn from a request that was not."""
        self.rows = max(1, self.rows // 4)
