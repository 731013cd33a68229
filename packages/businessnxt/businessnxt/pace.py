"""How long to wait before a retry, and how much to put into one request."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more gets less."""


def pause(attempt: int, retry_after: float | None, first: float = 1.0) -> float:
    """Seconds before the retry that follows an attempt.

    Args:
        attempt: How often it was tried, from 1.
        retry_after: Seconds that the server asks to wait; None where it does not say, and the wait doubles each time.
        first: The least that is waited at all.
    """
    chance = random.uniform(0.0, 0.5)  # noqa: S311 - no secret; it keeps several clients from coming back together
    if retry_after is not None:
        return min(max(retry_after, first) + chance, LONGEST_WAIT)
    return float(min(first * 2 ** (attempt - 1) * (1.0 + chance), LONGEST_WAIT))


def read_retry_after(text: str | None) -> float | None:
    """Seconds of a `Retry-After` header, which holds seconds or an HTTP date."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max((moment - datetime.now(tz=timezone.utc)).total_seconds(), 0.0)


LARGEST_BATCH = 500
"""Rows that are written at once, at most: more save nothing, and more are lost where an answer is."""


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
