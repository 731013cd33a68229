"""The places of requests in progress: each request holds one, and one that its client gave up holds it for long."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Places:
    """How many places of the company are taken.

    Attributes:
        in_progress: Requests that are being worked on.
    """

    in_progress: int = 0
    _abandoned: list[float] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Every place that no new request can have."""
        now = time.monotonic()
        self._abandoned = [until for until in self._abandoned if until > now]
        return self.in_progress + len(self._abandoned)

    def abandon(self, seconds: float) -> None:
        """Keep a place taken although nobody waits for its request any more."""
        self._abandoned.append(time.monotonic() + seconds)

    def free(self) -> None:
        """Give back what was abandoned."""
        self._abandoned.clear()
