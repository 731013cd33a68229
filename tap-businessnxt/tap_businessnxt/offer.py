"""What the company's schema offers of a table, as a JSON Schema and as the making of records from rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timezone
from typing import TYPE_CHECKING, Any

from businessnxt.codec import to_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from businessnxt import Column

    from .definition import Row

_TYPES = {
    **dict.fromkeys(("Byte", "Short", "Int", "Long"), "integer"),
    **dict.fromkeys(("Decimal", "Float"), "number"),
    **dict.fromkeys(("String", "DateTime", "Date", "Time"), "string"),
    "Boolean": "boolean",
}
"""The scalars that rows are made of; enumerations, flags and joins only say the same in other words."""

_ACCESSORS = {
    f"{kind}Value" for kind in ("boolean", "date", "decimal", "integer", "string", "time", "timestamp")
}  # of data model extensions: they need an argument, and are no columns
_DERIVED = ("AsDate", "AsTime", "AsEnum")
_STAMPS = ("createdTimestamp", "changedTimestamp")

DELETED = "_sdc_deleted_at"
"""The property that says of a record that its row is gone, and when that was found."""


@dataclass(frozen=True)
class Offer:
    """The columns of a table that this service may see, and what they become in a record.

    Attributes:
        types: JSON types by column.
        days: Columns that hold a day as yyyymmdd; a readable one stands beside each.
        zone: Where the server's clock hangs, if that was said.
    """

    types: Mapping[str, str]
    days: frozenset[str]
    zone: ZoneInfo | None = None

    @classmethod
    def of(
        cls, columns: Mapping[str, Column], *, zone: ZoneInfo | None = None, wanted: Iterable[str] | None = None
    ) -> Offer:
        """What the live schema says, cut down to the columns wanted."""
        chosen = columns if wanted is None else set(wanted)
        plain = {name: _TYPES[each.type] for name, each in columns.items() if _is_plain(each, columns)}
        days = frozenset(name for name in plain if f"{name}AsDate" in columns)
        return cls({name: kind for name, kind in plain.items() if name in chosen}, days, zone)

    def properties(self, key: Iterable[str]) -> dict[str, Any]:
        """The properties of a record's JSON Schema; those of the key are always there."""
        found: dict[str, Any] = {}
        for name, kind in self.types.items():
            found[name] = {"type": [kind] if name in key else [kind, "null"]}
            if name in self.days:
                found[_readable(name)] = {"type": ["string", "null"], "format": "date"}
            if self.zone and name in _STAMPS:
                found[_utc(name)] = {"type": ["string", "null"], "format": "date-time"}
        return found

    def columns_for(self, selected: Callable[[str], bool]) -> list[str]:
        """The columns to ask for so that the selected properties can be told."""
        return [name for name in self.types if selected(name) or any(map(selected, self._derived(name)))]

    def typed(self, name: str, value: Any) -> int | str:  # noqa: ANN401 - whatever somebody else wrote
        """The value of a key column as the API takes it.

        Raises:
            ValueError: It is none.
        """
        return int(value) if self.types[name] == "integer" else str(value)

    def record(self, row: Row) -> Row:
        """A row with its days and, where the zone is known, its time stamps in readable form beside the raw ones."""
        readable = {_readable(name): as_date(row[name]) for name in self.days if name in row}
        if self.zone is None:
            return {**row, **readable}
        return {**row, **readable, **{_utc(name): as_utc(row[name], self.zone) for name in _STAMPS if name in row}}

    def _derived(self, name: str) -> list[str]:
        return [_readable(name), _utc(name)]


def schema(properties: Mapping[str, Any], key: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of a stream."""
    marker = {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "When it was found that this row is gone; then the record holds its key and nothing else.",
    }
    return {"type": "object", "properties": {**properties, DELETED: marker}, "required": list(key)}


def lines_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of the lines inside a record."""
    return {"type": ["array", "null"], "items": {"type": "object", "properties": dict(properties)}}


def as_date(day: int | None) -> str | None:
    """20260131 as 2026-01-31; nothing for 0 and for what is no day."""
    try:
        return date(day // 10000, day // 100 % 100, day % 100).isoformat() if day else None
    except ValueError:
        return None


def as_utc(stamp: str | None, zone: ZoneInfo) -> str | None:
    """A stamp of the server's clock in UTC; of the hour that comes twice in autumn it is the first."""
    local = to_timestamp(stamp)
    return local.replace(tzinfo=zone).astimezone(timezone.utc).isoformat() if local else None


def _is_plain(column: Column, columns: Mapping[str, Column]) -> bool:
    derived = any(column.name.endswith(suffix) and column.name.removesuffix(suffix) in columns for suffix in _DERIVED)
    return column.type in _TYPES and not derived and column.name not in _ACCESSORS


def _readable(name: str) -> str:
    return f"{name}AsDate"


def _utc(name: str) -> str:
    return f"{name}Utc"
