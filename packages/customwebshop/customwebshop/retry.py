"""Decides how long to wait before a shop is asked again; the waiting itself is done by the connection."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Retry:
    """How patient to be with a shop that is busy, broken or out of reach."""

    tries: int = 7
    first_wait: float = 1.0
    longest_guess: float = 60.0
    longest_order: float = 300.0  # a Retry-After beyond this is cut: a scheduler is better at waiting for hours

    def wait(self, tries: int, retry_after: str | None) -> float:
        """Seconds to wait after so many tries: what the shop ordered, else doubling with jitter."""
        ordered = seconds(retry_after)
        if ordered is not None:
            return min(ordered, self.longest_order)
        guess = min(self.first_wait * 2.0 ** (tries - 1), self.longest_guess)
        return guess * random.uniform(0.75, 1.25)  # noqa: S311 - spreads callers, guards nothing


def told_wait(headers: Mapping[str, str]) -> str | None:
    """The wait that an answer orders: by `Retry-After`, or by one of the headers that shops have of their own."""
    for name, unit in (("Retry-After", 0), ("X-Rate-Limit-Time-Reset-Ms", 1000), ("RateLimit-Reset", 1)):
        value = headers.get(name, "").strip()
        if value and not unit:
            return value
        if value.replace(".", "", 1).isdigit():
            return str(float(value) / unit)
    return None


def seconds(retry_after: str | None) -> float | None:
    """The wait that a ``Retry-After`` header asks for, in either of its forms; None when it says nothing."""
    text = (retry_after or "").strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max((aware - datetime.now(timezone.utc)).total_seconds(), 0.0)
