"""What the company is told to do wrong, how often, and how often it did."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.store import Row

# The kinds, and the parameters that each takes with their defaults.
KINDS: dict[str, dict[str, Any]] = {
    "timeout_after_commit": {"answer": "error", "seconds": 0},
    "timeout_before_commit": {"answer": "error", "seconds": 0},
    "late_commit": {"answer": "error", "seconds": 2},
    "drop_connection": {"when": "after"},
    "http_429": {"retry_after": None},
    "outstanding_limit": {},
    "expired_token": {},
    "html_502": {},
    "refuse_row": {"message": "The row was refused."},
    "lock_order": {"user": "kari"},
    "latency": {"ms": 0, "ms_per_row": 0},
}
# These make sense for writes only; a match may still say otherwise.
_OF_WRITES = {"timeout_after_commit", "timeout_before_commit", "late_commit"}


@dataclass
class Fault:
    """One thing to do wrong: where it matches, how often.

    Attributes:
        id: Its number.
        kind: What happens.
        parameters: How it happens.
        match: Which requests or rows it means.
        times: How often it happens at most; None is without an end.
        chance: How likely it happens where it matches, from 0 to 1.
        fired: How often it did.
    """

    id: int
    kind: str
    parameters: dict[str, Any]
    match: dict[str, Any]
    times: int | None = None
    chance: float = 1.0
    fired: int = 0

    def happens(self) -> bool:
        """Whether it happens this time, where it matches; then it counts as fired."""
        spent = self.times is not None and self.fired >= self.times
        happens = not spent and (self.chance >= 1 or random.random() < self.chance)
        self.fired += happens
        return happens

    def as_dict(self) -> dict[str, Any]:
        """The fault as the control end point shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "times": self.times,
            "chance": self.chance,
            "match": self.match,
            "fired": self.fired,
            **self.parameters,
        }


@dataclass
class Faults:
    """Every fault that was asked for, oldest first."""

    faults: list[Fault] = field(default_factory=list)
    _last_id: int = 0

    def add(self, wish: dict[str, Any]) -> Fault:
        """Take a fault in, checked.

        Raises:
            ValueError: The kind or one of its parameters does not exist.
        """
        wish = dict(wish)
        kind, times, match = wish.pop("kind", None), wish.pop("times", None), wish.pop("match", None) or {}
        chance = wish.pop("chance", 1.0)
        if kind not in KINDS:
            raise ValueError(f"no fault of kind {kind!r}; there are {', '.join(KINDS)}")
        if unknown := sorted(wish.keys() - KINDS[kind].keys()):
            raise ValueError(f"{kind} takes no {', '.join(unknown)}; it takes {', '.join(KINDS[kind]) or 'nothing'}")
        if not isinstance(chance, int | float) or not 0 < chance <= 1:
            raise ValueError(f"chance is a number above 0 and up to 1, not {chance!r}")
        self._last_id += 1
        fault = Fault(self._last_id, kind, KINDS[kind] | wish, match, times, chance)
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again."""
        self.faults.clear()

    def has(self, fault: Fault) -> bool:
        """Whether it still holds."""
        return fault in self.faults

    def fire(self, kinds: Iterable[str], *, operation: str, fields: Iterable[str]) -> Fault | None:
        """The first fault of these kinds that this request meets; it counts as fired."""
        for fault in self.faults:
            if fault.kind in kinds and _meets(fault, operation, fields) and fault.happens():
                return fault
        return None

    def refusal(self, table: str, row: Row) -> str | None:
        """Why this row is to be refused, if it is."""
        for fault in self.faults:
            if fault.kind == "refuse_row" and _refuses(fault.match, table, row) and fault.happens():
                return str(fault.parameters["message"])
        return None

    def lock_on(self, order_no: int) -> str | None:
        """Who has the order open, if somebody has."""
        for fault in self.faults:
            if fault.kind == "lock_order" and fault.match.get("orderNo", order_no) == order_no and fault.happens():
                return str(fault.parameters["user"])
        return None


def _meets(fault: Fault, operation: str, fields: Iterable[str]) -> bool:
    wanted = fault.match.get("operation", "mutation" if fault.kind in _OF_WRITES else None)
    return wanted in (None, operation) and fault.match.get("field") in (None, *fields)


def _refuses(match: dict[str, Any], table: str, row: Row) -> bool:
    if match.get("table", table) != table:
        return False
    return "column" not in match or row.get(match["column"]) == match.get("value")
