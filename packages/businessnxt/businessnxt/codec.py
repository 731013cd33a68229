"""Values of Business NXT and of Python: dates and times as numbers, decimals without floats, "not set" as nothing.

The formats are documented (D20); every unset column holds 0 or "" (C1, C3). Sources: docs/sources.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def dump(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Encode a request body; decimals keep every digit, the order of keys is kept."""
    return _encoder.encode(value)


def load(text: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode an answer; numbers with a fraction become Decimal. Raises `ValueError` for what is no JSON."""
    return _decoder.decode(text)


def refuse_null(table: str, row: Mapping[str, Any]) -> None:
    """Refuse a None in an input: Business NXT reads null as "suggest a number" (D16, R-2025-12-10).

    Raises:
        ValueError: Names the column.
    """
    for column, value in row.items():
        if value is None:
            raise ValueError(f"{table}.{column} is None; leave a column out, or send 0 or '' to empty it")
        for child in value if isinstance(value, list) else ():
            if isinstance(child, Mapping):
                refuse_null(column, child)


def to_date(value: int | None) -> date | None:
    """A date column's yyyymmdd; 0 is no date."""
    return date(value // 10000, value // 100 % 100, value % 100) if value else None


def from_date(value: date | None) -> int:
    """The reverse of `to_date`."""
    return value.year * 10000 + value.month * 100 + value.day if value else 0


def to_time(value: int) -> time:
    """A time column's hhmm."""
    return time(value // 100, value % 100)


def to_precise_time(value: int) -> time:
    """A precision time's milliseconds since midnight."""
    seconds, milliseconds = divmod(value, 1000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds * 1000)


def to_timestamp(value: str | None) -> datetime | None:
    """A timestamp column, in the server's local time without a zone; empty on rows untouched since October 2024."""
    if not value:
        return None
    head, _, fraction = value.replace("T", " ").partition(".")
    return datetime.fromisoformat(f"{head}.{fraction[:6]:0<6}" if fraction else head)
