"""What a probe says: findings, each with the key to change, and of each stream one record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What was looked at.
        status: `ok`, `warn`, `fail`, or `skipped` where it could not be told.
        seen: What was seen.
        key: The key to change, where one is.
        remedy: What to do about it.
    """

    check: str
    status: str
    seen: str
    key: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding with the names of its parts."""
        return asdict(self)


@dataclass
class Report:
    """What a probe found: findings, and of each stream one record as it would leave the tap."""

    findings: list[Finding] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)
