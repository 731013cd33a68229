"""Values of Business NXT and of Python: dates and times as numbers, decimals without floats, "not set" as nothing.

The formats are documented (D20); every unset column holds 0 or "" (C1, C3). Sources: docs/sources.md.
"""

from __future__ import annotations

import math
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


def refuse_null(place: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Refuse what would go out as null: Business NXT reads it as "suggest a number" (D16, R-2025-12-10).

    Args:
        place: What the value is, for the message: `associate`, `order.orderLines[0].productNo`.
        value: A row, a filter, or anything in them.

    Raises:
        ValueError: Names the column.
    """
    if value is None:
        raise ValueError(f"{place} is None; leave a column out, or give 0 or '' for an empty one")
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise ValueError(f"{place} is {value}; a column holds finite numbers only")
    if isinstance(value, Mapping):
        for name, part in value.items():
            refuse_null(f"{place}.{name}", part)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            refuse_null(f"{place}[{index}]", part)


def canonical(value: Decimal) -> Decimal:
    """The one spelling of a number: no trailing zeros, no exponent; 12.50 and 1.25E+1 are both 12.5."""
    return Decimal(f"{value.normalize():f}") if value else Decimal(0)


def to_date(value: int | None) -> date | None:
    """A date column's yyyymmdd; 0 is no date."""
    return date(value // 10000, value // 100 % 100, value % 100) if value else None


def from_date(value: date | None) -> int:
    """The reverse of `to_date`."""
    return value.year * 10000 + value.month * 100 + value.day if value else 0


def to_time(value: int) -> time:
    """A time column's hhmm; 0 is midnight, and also what an unset one holds."""
    return time(value // 100, value % 100)


def from_time(value: time) -> int:
    """The reverse of `to_time`; seconds are lost."""
    return value.hour * 100 + value.minute


def to_precise_time(value: int) -> time:
    """A precision time's milliseconds since midnight."""
    seconds, milliseconds = divmod(value, 1000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds * 1000)


def from_precise_time(value: time) -> int:
    """The reverse of `to_precise_time`."""
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000


def to_timestamp(value: str | None) -> datetime | None:
    """A timestamp column, in the server's local time without a zone; empty on rows untouched since October 2024."""
    if not value:
        return None
    head, _, fraction = value.replace("T", " ").partition(".")
    return datetime.fromisoformat(f"{head}.{fraction[:6]:0<6}" if fraction else head)


def from_timestamp(value: datetime) -> str:
    """The reverse of `to_timestamp`, as filters take it.

    Raises:
        ValueError: The value has a zone, which a timestamp column cannot hold.
    """
    if value.tzinfo is not None:
        raise ValueError(f"{value.isoformat()} has a zone; give the server's local time without one")
    return value.isoformat(sep=" ")
