"""Words for people: a number with what it counts."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts: `1 record`, `2 records`; `many` where an s behind it does not make it."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
