"""How many requests a minute, and how many at once: the limits of Business NXT, kept by ourselves before it has to.

600 a minute for each token, 60 in progress for each company and whoever works in it (D4).
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUESTS_PER_MINUTE = 600
"""The documented limit per token (D4)."""

AT_ONCE = 8
"""Requests of ours in progress, at most: the company's 60 are for everybody who works in it."""

SLOT_HELD = 30 * 60.0
"""Seconds for which the server keeps the place of a request that was given up (D4)."""

_LOOK_AGAIN = 1.0
"""Seconds to wait where only the end of another request can help, and will wake us."""


@dataclass
class Governor:
    """Lets requests go one by one; shared by all threads that use one token.

    A request counts from when it goes until a minute after its end: whenever the server may have counted it, it is
    counted here too, however long it was on its way. After a quiet time `burst` requests go without a pause, then
    they are spaced evenly. Each wait is a little longer than it must be, by chance, so that several processes do not
    beat in step.

    Attributes:
        per_minute: Requests in any minute, at most.
        at_once: Requests in progress, at most.
        burst: How many may go without a pause after a quiet time.
        minute: Seconds of a minute; tests have shorter ones.
        clock: Seconds that only go up.
    """

    per_minute: int = REQUESTS_PER_MINUTE
    at_once: int = AT_ONCE
    burst: int = 60
    minute: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _open: int = field(default=0, repr=False)
    _ended: deque[float] = field(default_factory=deque, repr=False)
    _abandoned: deque[float] = field(default_factory=deque, repr=False)
    _next: float = field(default=float("-inf"), repr=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def __post_init__(self) -> None:
        self.burst = min(self.burst, self.per_minute // 2)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may go, and count it until it is over."""
        with self._changed:
            while (seconds := self.wait(self.clock())) > 0:
                self._changed.wait(seconds * random.uniform(1.0, 1.2))  # noqa: S311 - no secret
            self._begin(self.clock())
        try:
            yield
        finally:
            with self._changed:
                self._open -= 1
                self._ended.append(self.clock())
                self._changed.notify_all()

    def abandon(self) -> None:
        """Say that the request whose turn just ended got no answer: its place at the server may stay taken."""
        with self._changed:
            self._abandoned.append(self.clock())

    def wait(self, now: float) -> float:
        """Seconds until a request may go; 0 is now."""
        return max(self._until_place(now), self._until_minute(now), self._paced(now) - now, 0.0)

    def _begin(self, now: float) -> None:
        self._next = self._paced(now)
        self._open += 1

    def _until_place(self, now: float) -> float:
        """Places that are lost at the server are missing here too; one is always left."""
        _forget(self._abandoned, now - SLOT_HELD)
        places = max(1, self.at_once - len(self._abandoned))
        return _LOOK_AGAIN if self._open >= places else 0.0

    def _until_minute(self, now: float) -> float:
        _forget(self._ended, now - self.minute)
        if self._open + len(self._ended) < self.per_minute:
            return 0.0
        return self._ended[0] + self.minute - now if self._ended else _LOOK_AGAIN

    def _paced(self, now: float) -> float:
        """The moment for the next request that keeps an even pace."""
        step = self.minute / (self.per_minute - self.burst)
        return max(self._next, now - self.burst * step) + step


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
