"""Business NXT column types: what a value must look like on the ERP's side.

Unset columns of Business NXT hold `0` or `""`, never null (C1, C3); a null in an input asks the server
to suggest a number (D16), so nothing here ever returns None for a column that is to be sent. Sources: docs/sources.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from crosswalk.errors import MappingError, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswalk.values import Value

_TYPE = re.compile(r"^(String|Int|Decimal|Date|Flag)(?:\((\d+)\))?$")


@dataclass(frozen=True)
class ColumnType:
    """A column's type, with its length (String), its decimals (Decimal) or its bit (Flag).

    Attributes:
        name: `String`, `Int`, `Decimal`, `Date` (an integer yyyymmdd) or `Flag` (one bit of an integer column).
        size: Characters of a String, decimal places of a Decimal, or the value of the bit of a Flag.
        zone: The time zone in which an instant becomes a calendar date.
        cut: Whether a String that is too long is cut; otherwise the record is rejected.
    """

    name: str
    size: int | None = None
    zone: tzinfo = timezone.utc
    cut: bool = True

    @classmethod
    def parse(cls, text: str, *, zone: tzinfo, cut: bool) -> ColumnType:
        """Read a type as it stands in a mapping file, for example `String(80)`."""
        found = _TYPE.match(text)
        if not found:
            raise MappingError(f"type '{text}' is unknown: use String(80), Int, Decimal(2), Date or Flag(256)")
        return cls(found[1], int(found[2]) if found[2] else None, zone, cut)

    @property
    def unset(self) -> str | int:
        """What an empty column of this type holds."""
        return "" if self.name == "String" else 0

    def encode(self, value: Value, column: str) -> str | int | Decimal:
        """Turn a value into what the column takes; None becomes the column's "not set".

        Raises:
            Rejected: The value does not fit the column; the message names both.
        """
        if value is None:
            return self.unset
        return _ENCODERS[self.name](self, value, column)

    def decode(self, value: Value) -> Value:
        """Turn what the column holds into plain JSON: a day as `yyyy-mm-dd`, a bit as true or false, unset as None.

        A Decimal of 0 stays 0, which is a quantity or a price like any other.
        """
        held = self.canonical(value)
        if self.name == "Flag":
            return bool(held)
        if self.name == "Decimal":
            return Decimal(str(value or 0))
        if held == self.unset:
            return None
        day = str(held)
        return f"{day[:4]}-{day[4:6]}-{day[6:]}" if self.name == "Date" else held

    def canonical(self, value: Value) -> Value:
        """Reduce a value that the ERP holds to the form in which two equal values look equal."""
        if value is None or value == "":
            return self.unset
        if self.name == "String":
            return unicodedata.normalize("NFC", str(value)).strip()
        if self.name == "Flag":
            return int(value) & (self.size or 0)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return int(number) if number == number.to_integral_value() else number.normalize()


def _string(kind: ColumnType, value: Value, column: str) -> str:
    if isinstance(value, (dict, list)):
        raise Rejected(f"{column}: a {type(value).__name__} cannot be written to a text column", column=column)
    text = unicodedata.normalize("NFC", _plain(value)).strip()
    if kind.size is None or len(text) <= kind.size:
        return text
    if not kind.cut:
        raise Rejected(
            f"{column}: '{text[:20]}…' has {len(text)} characters, the column takes {kind.size}; shorten it in the "
            "webshop, or allow 'too_long: cut' in the mapping",
            kind="too_long",
            column=column,
        )
    return text[: kind.size].rstrip()


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _number(value: Value, column: str) -> Decimal:
    try:
        number = Decimal(str(int(value) if isinstance(value, bool) else value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Rejected(f"{column}: '{value}' is not a number; correct it in the webshop", column=column)
    return number


def _int(_: ColumnType, value: Value, column: str) -> int:
    number = _number(value, column)
    if number != number.to_integral_value():
        raise Rejected(f"{column}: '{value}' is not a whole number", column=column)
    return int(number)


def _decimal(kind: ColumnType, value: Value, column: str) -> Decimal:
    number = _number(value, column)
    return number if kind.size is None else round(number, kind.size)


def _date(kind: ColumnType, value: Value, column: str) -> int:
    text = str(value).strip().replace("Z", "+00:00")
    try:
        day = date.fromisoformat(text) if len(text) == 10 else _local_day(text, kind.zone)  # noqa: PLR2004 - yyyy-mm-dd
    except ValueError:
        raise Rejected(f"{column}: '{value}' is not an ISO 8601 date or date-time", column=column) from None
    return day.year * 10000 + day.month * 100 + day.day


_FRACTION = re.compile(r"\.(\d{1,6})\d*")


def _local_day(text: str, zone: tzinfo) -> date:
    # Python 3.10 reads fractions of three or six digits only
    moment = datetime.fromisoformat(_FRACTION.sub(lambda found: f".{found[1]:0<6}", text))
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def _flag(kind: ColumnType, value: Value, column: str) -> int:
    if not isinstance(value, (bool, int)):
        raise Rejected(f"{column}: '{value}' is neither true nor false", column=column)
    return (kind.size or 0) if value else 0


_ENCODERS: dict[str, Callable[[ColumnType, Value, str], str | int | Decimal]] = {
    "String": _string,
    "Int": _int,
    "Decimal": _decimal,
    "Date": _date,
    "Flag": _flag,
}
