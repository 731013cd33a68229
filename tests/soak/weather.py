"""Everything that can go wrong in the company, at random, and how often it did."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.businessnxt.faults import KINDS
from typing_extensions import Self

if TYPE_CHECKING:
    from programs import Neighbours

SELDOM = 0.01
"""How likely a fault meets a request; with all of them every seventh request meets one."""

FAULTS: list[dict] = [
    *({"kind": "timeout_after_commit", "answer": how, "seconds": 0.3} for how in ("error", "close", "hang")),
    *({"kind": "timeout_before_commit", "answer": how, "seconds": 0.3} for how in ("error", "close", "hang")),
    *({"kind": "late_commit", "answer": how, "seconds": 1.5} for how in ("error", "close")),
    *({"kind": "drop_connection", "when": when} for when in ("before", "after")),
    *({"kind": "http_429", "retry_after": seconds} for seconds in (None, 0, 1)),
    {"kind": "latency", "ms": 500},
    {"kind": "outstanding_limit"},
    {"kind": "expired_token"},
    {"kind": "html_502"},
    {"kind": "refuse_row", "chance": 0.003},
    {"kind": "lock_order", "chance": 0.2},
]
"""Every kind there is, in all its ways, with seconds short enough for a test; chances of the last two are by row."""


class Weather:
    """Faults at random for as long as it lasts; a context manager.

    Args:
        neighbours: The shop and the company.

    Raises:
        LookupError: The company knows a fault that the soak does not.
    """

    def __init__(self, neighbours: Neighbours) -> None:
        if unknown := KINDS.keys() - {each["kind"] for each in FAULTS}:
            raise LookupError(f"the soak leaves out {', '.join(sorted(unknown))}")
        self._neighbours = neighbours
        self.seen: Counter[str] = Counter(dict.fromkeys(KINDS, 0))

    def __enter__(self) -> Self:
        for each in FAULTS:
            self._neighbours.tell_company("POST", "faults", **{"chance": SELDOM, **each})
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._neighbours.tell_company("GET", "faults"):
            self.seen[each["kind"]] += each["fired"]
        self._neighbours.tell_company("DELETE", "faults")
