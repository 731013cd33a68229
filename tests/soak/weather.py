"""Everything that can go wrong in the company, at random, and how often it did."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.businessnxt.faults import KINDS
from typing_extensions import Self

if TYPE_CHECKING:
    from random import Random

    from programs import Neighbours

QUIET = 0.2
"""Seconds between two faults, on average."""

BREWING = 2
"""Faults that wait for a request that they fit, at most; each kind once, so that none comes again and again."""


class Weather:
    """A thread that asks for one fault after the other; a context manager.

    Args:
        neighbours: The shop and the company.
        chance: Where all choice comes from.
    """

    def __init__(self, neighbours: Neighbours, chance: Random) -> None:
        self._neighbours, self._chance = neighbours, chance
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._blow)
        self.seen: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._clear()

    def _blow(self) -> None:
        while not self._over.wait(self._chance.expovariate(1 / QUIET)):
            faults = self._neighbours.tell_company("GET", "faults")
            waiting = {each["kind"] for each in faults if each["fired"] < each["times"]}
            if not waiting:
                self._clear()
            if len(waiting) < BREWING:
                self._ask_for(self._chance.choice(sorted(KINDS.keys() - waiting)))

    def _ask_for(self, kind: str) -> None:
        self._neighbours.tell_company("POST", "faults", kind=kind, times=1, **self._details(kind))

    def _details(self, kind: str) -> dict[str, object]:
        """Parameters that keep a fault's seconds short; every kind that has none takes its defaults."""
        pick = self._chance.choice
        details = {
            "timeout_after_commit": {"answer": pick(["error", "close", "hang"]), "seconds": pick([0, 0.5])},
            "timeout_before_commit": {"answer": pick(["error", "close", "hang"]), "seconds": pick([0, 0.5])},
            "late_commit": {"answer": pick(["error", "close"]), "seconds": self._chance.uniform(0, 1.5)},
            "drop_connection": {"when": pick(["before", "after"])},
            "http_429": {"retry_after": pick([None, 0, 1])},
            "latency": {"ms": self._chance.randint(0, 500)},
        }
        return details.get(kind, {})

    def _clear(self) -> None:
        """Count what fired, and forget all."""
        for each in self._neighbours.tell_company("GET", "faults"):
            self.seen[each["kind"]] += each["fired"]
        self._neighbours.tell_company("DELETE", "faults")
