"""How many records may be put aside before a run stops: a number, or a share of what it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

WRITTEN = r"^\s*(\d+|\d+(\.\d+)?\s*%)?\s*$"
LEAST = 20
"""So many may be put aside where a share is told, however few records were read."""


@dataclass(frozen=True)
class Threshold:
    """How many records of a stream may be put aside.

    Attributes:
        count: So many in all, those of earlier runs among them.
        percent: That share of what the run has read, of those that are new in it; then the count does not matter.
    """

    count: int = 0
    percent: float | None = None

    @classmethod
    def of(cls, told: Any) -> Threshold:  # noqa: ANN401 - as it stands in the settings
        """What the setting says: `20`, or `5%`.

        Raises:
            ValueError: It is neither.
        """
        text = str(told or 0).replace(" ", "")
        if not re.match(WRITTEN, text):
            raise ValueError(f"{told!r} is neither a number such as 20 nor a share such as 5%")
        if text.endswith("%"):
            return cls(percent=float(text[:-1]))
        return cls(int(text))

    def __bool__(self) -> bool:
        return bool(self.count or self.percent)

    def passed(self, unsolved: int, new: int, read: int) -> str:
        """What is too many, in words; empty where it is not.

        Args:
            unsolved: How many records cannot be read.
            new: How many of them this run met first.
            read: How many records this run has read, these among them.
        """
        if self.percent is None:
            records = "record" if unsolved == 1 else "records"
            return f"{unsolved} {records} cannot be read, and max_rejects allows {self.count}" * (unsolved > self.count)
        if new <= max(LEAST, read * self.percent / 100):
            return ""
        return f"{new} of {read} records cannot be read, and max_rejects allows {self.percent:g}%, or {LEAST}"
