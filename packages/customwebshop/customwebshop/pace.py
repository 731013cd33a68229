"""How fast a shop is asked, however many ask it."""

from __future__ import annotations

import threading
import time


class Pace:
    """Gives turns, at most so many a second; several threads may wait for theirs.

    Args:
        most: The most turns a second; None as fast as they are asked for.
    """

    def __init__(self, most: float | None = None) -> None:
        self._gap, self._next_at = 1 / most if most else 0.0, 0.0  # the next turn comes no sooner, whose ever it is
        self._turn = threading.Lock()

    def rest(self, wait: float) -> None:
        """The shop told one of us to wait so many seconds: so do all."""
        with self._turn:
            self._next_at = max(self._next_at, time.monotonic() + wait)

    def keep(self) -> None:
        """Wait for a turn."""
        with self._turn:
            now = time.monotonic()
            wait = max(self._next_at - now, 0.0)
            self._next_at = max(self._next_at, now) + self._gap
        if wait:
            time.sleep(wait)
