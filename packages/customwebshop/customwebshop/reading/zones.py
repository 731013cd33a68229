"""Sees to it that the times of a record are times, and have a zone: by the contract none leaves the tap without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import times
from .shaping import ValueMisfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    Give = Callable[[Any], None]

NEVER = "0000-00-00"
"""How a database without nulls writes that it was never."""


def giver(schema: Mapping[str, Any], zone: tzinfo) -> Callable[[dict[str, Any]], None]:
    """A function that writes the zone into the times of a record, where they stand.

    Args:
        schema: What the record's properties are; times are those of the format `date-time`.
        zone: What times without one are of.

    Raises:
        ValueMisfitError: By the function: what stands where a time belongs is none.
    """
    return _object(schema, zone, "") or (lambda _: None)


def _object(schema: Mapping[str, Any], zone: tzinfo, way: str) -> Give | None:
    properties = {name: told for name, told in schema.get("properties", {}).items() if isinstance(told, dict)}
    stamps = [name for name, told in properties.items() if told.get("format") == "date-time"]
    found = [
        (name, _object(told, zone, f"{way}{name}.") or _items(told, zone, f"{way}{name}[]."))
        for name, told in properties.items()
    ]
    inner = [(name, give) for name, give in found if give is not None]
    if not stamps and not inner:
        return None

    def give_all(record: Any) -> None:  # noqa: ANN401 - what does not fit the schema is told of elsewhere
        if isinstance(record, dict):
            _stamp(record, stamps, zone, way)
            for name, give in inner:
                give(record.get(name))

    return give_all


def _items(schema: Mapping[str, Any], zone: tzinfo, way: str) -> Give | None:
    items = schema.get("items")
    give = _object(items, zone, way) if isinstance(items, dict) else None
    if give is None:
        return None

    def give_each(found: Any) -> None:  # noqa: ANN401 - the same
        for item in found if isinstance(found, list) else ():
            give(item)

    return give_each


def _stamp(record: dict[str, Any], names: Sequence[str], zone: tzinfo, way: str) -> None:
    for name in names:
        value = record.get(name)
        if not isinstance(value, str) or not value:
            continue
        try:
            record[name] = None if value.startswith(NEVER) else times.with_zone(value, zone)
        except ValueError:  # not passed on: it shows the value
            place = f"{way}{name}"
            remedy = f"`types: {{{place}: {{time: {{format: …}}}}}}` reads it, with the format as strptime has it"
            raise ValueMisfitError(place, f"is text, and no time; {remedy}") from None
