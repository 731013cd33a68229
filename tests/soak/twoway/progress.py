"""What a long run says meanwhile: how far it has come and what was wrong so far, on stderr."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from twoway.judgement import FIGURES, WRONG

if TYPE_CHECKING:
    from collections.abc import Mapping

PAUSE = 60.0
"""Seconds between two lines while nothing goes wrong."""


class Progress:
    """Adds up the figures of the parts of a run, and tells of them now and then.

    Args:
        title: What is lived, in a word.
        wanted: How many histories there will be.
    """

    def __init__(self, title: str, wanted: int) -> None:
        self.total: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
        self.failed: list[str] = []
        self._title, self._wanted = title, wanted
        self._begin = self._said = time.monotonic()

    def add(self, figures: Mapping[str, int], failed: list[str]) -> None:
        """Take in the figures of some more histories, and by what those are known in which something was wrong."""
        self.total.update(figures)
        self.failed += failed
        now = time.monotonic()
        if failed or now - self._said >= PAUSE or self.total["histories"] == self._wanted:
            self._said = now
            sys.stderr.write(f"{self}\n")
            sys.stderr.flush()

    def __str__(self) -> str:
        """The line."""
        lived, seconds = self.total["histories"], time.monotonic() - self._begin
        wrong = [f"{self.total[name]} {name}" for name in WRONG if self.total[name]]
        seen = f"{', '.join(wrong)} in {' '.join(self.failed)}" if wrong else "nothing wrong"
        return f"{self._title}: {lived} of {self._wanted} histories in {seconds:.0f} s, {seen}"
