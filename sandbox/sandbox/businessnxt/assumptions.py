"""Behaviours that no public page settles: what this company does, and how to make it do the other thing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class Assumptions:
    """Switches; README.md says of each why its default is what it is.

    Attributes:
        lenient_keeps: What is saved of a failing new row without `onError`: `row` (all but the failing columns)
            or `nothing`.
        line_stamps_head: Whether a change of an order line stamps the order.
        equal_write_stamps: Whether writing the value that is already there stamps the row.
        clock_offset_seconds: How far the server's clock is from this machine's.
        token_lifetime_seconds: How long an access token lives.
        requests_per_minute: How many requests a token may make; None does not count them.
        outstanding_limit: How many requests may be in progress in the company.
        execution_timeout_seconds: When an answer is given up while the work goes on.
    """

    lenient_keeps: str = "row"
    line_stamps_head: bool = False
    equal_write_stamps: bool = True
    clock_offset_seconds: float = 0
    token_lifetime_seconds: int = 3600
    requests_per_minute: int | None = None
    outstanding_limit: int = 60
    execution_timeout_seconds: float = 59

    def change(self, changes: dict[str, Any]) -> None:
        """Set switches by name.

        Raises:
            ValueError: A name is not a switch.
        """
        known = {item.name for item in fields(self)}
        if unknown := sorted(changes.keys() - known):
            raise ValueError(f"no such assumption: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """Every switch by name."""
        return asdict(self)
