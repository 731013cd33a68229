"""What the company is told to do wrong, how often, and how often it did."""

from __future__ import annotations

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
_REQUEST_KEYS = {"operation", "field"}


@dataclass
class Fault:
    """One thing to do wrong: where it matches, `times` left (None: always), and how often it fired."""

    id: int
    kind: str
    parameters: dict[str, Any]
    match: dict[str, Any]
    times: int | None = None
    fired: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it has fired as often as it should."""
        return self.times is not None and self.fired >= self.times

    def as_dict(self) -> dict[str, Any]:
        """The fault as the control end point shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "times": self.times,
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
        if kind not in KINDS:
            raise ValueError(f"no fault of kind {kind!r}; there are {', '.join(KINDS)}")
        if unknown := sorted(wish.keys() - KINDS[kind].keys()):
            raise ValueError(f"{kind} takes no {', '.join(unknown)}; it takes {', '.join(KINDS[kind]) or 'nothing'}")
        self._last_id += 1
        fault = Fault(self._last_id, kind, KINDS[kind] | wish, match, times)
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again."""
        self.faults.clear()

    def fire(self, kinds: Iterable[str], *, operation: str, fields: Iterable[str]) -> Fault | None:
        """The first fault of these kinds that this request meets; it counts as fired."""
        for fault in self.faults:
            if fault.kind in kinds and not fault.is_spent and _meets(fault, operation, fields):
                fault.fired += 1
                return fault
        return None

    def refusal(self, table: str, row: Row) -> str | None:
        """Why this row is to be refused, if it is."""
        for fault in self.faults:
            if fault.kind == "refuse_row" and not fault.is_spent and _refuses(fault.match, table, row):
                fault.fired += 1
                return str(fault.parameters["message"])
        return None

    def lock_on(self, order_no: int) -> str | None:
        """Who has the order open, if somebody has."""
        for fault in self.faults:
            if fault.kind == "lock_order" and not fault.is_spent and fault.match.get("orderNo", order_no) == order_no:
                fault.fired += 1
                return str(fault.parameters["user"])
        return None


def _meets(fault: Fault, operation: str, fields: Iterable[str]) -> bool:
    wanted = fault.match.get("operation", "mutation" if fault.kind in _OF_WRITES else None)
    return wanted in (None, operation) and fault.match.get("field") in (None, *fields)


def _refuses(match: dict[str, Any], table: str, row: Row) -> bool:
    if match.get("table", table) != table:
        return False
    return "column" not in match or row.get(match["column"]) == match.get("value")
