"""What the shop can be told to do wrong; every fault counts how often it happened."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = frozenset(
    {
        "http_429",  # refuse; `retry_after`: seconds, an HTTP date, or none
        "http_503",
        "html_200",  # an HTML page where JSON should be
        "reset_mid_body",  # break the connection in the middle of the answer
        "expire_token",  # forget every token that was given out
        "latency",  # `ms` before each answer
        "expire_cursor",  # answer 410 to a cursor
        "filter_ignored",  # answer as if `updated_since` had not been asked
        "edit_between_pages",  # after a page: `edits`, each {collection, id, set or delete}
    }
)


@dataclass
class Fault:
    """One fault.

    Attributes:
        kind: One of `KINDS`.
        times: How often it happens; None is always.
        match: `path` is the beginning of the paths that it concerns.
        more: What the kind takes.
        fired: How often it has happened.
    """

    kind: str
    times: int | None = 1
    match: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    fired: int = 0

    def concerns(self, path: str) -> bool:
        """Whether it happens to a request for this path."""
        open_ = self.times is None or self.fired < self.times
        return open_ and path.startswith(self.match.get("path", ""))


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, content: dict[str, Any]) -> None:
        """Set a fault; raises `ValueError` for a kind that there is not."""
        kind, times, match = content.pop("kind", None), content.pop("times", 1), content.pop("match", None)
        if kind not in KINDS:
            raise ValueError(f"there is no fault '{kind}'; there are {', '.join(sorted(KINDS))}")
        self._faults.append(Fault(kind, times, match or {}, content))

    def take(self, kind: str, path: str) -> Fault | None:
        """The fault of this kind that happens now, counted."""
        for fault in self._faults:
            if fault.kind == kind and fault.concerns(path):
                fault.fired += 1
                return fault
        return None

    def clear(self) -> None:
        """Behave again."""
        self._faults.clear()

    def as_list(self) -> list[dict[str, Any]]:
        """The faults with their counts."""
        return [asdict(each) for each in self._faults]
