"""The two systems, seen from the middle."""

from __future__ import annotations

from enum import Enum


class Side(str, Enum):
    """One of the two systems that are kept in step."""

    WEBSHOP = "webshop"
    BUSINESSNXT = "businessnxt"

    @property
    def other(self) -> Side:
        """The system on the far side."""
        return Side.BUSINESSNXT if self is Side.WEBSHOP else Side.WEBSHOP
