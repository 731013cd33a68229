"""Gives the times of a record their zone where the shop wrote none: by the contract no time leaves without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    Give = Callable[[Any], None]


def giver(schema: Mapping[str, Any], zone: tzinfo) -> Callable[[dict[str, Any]], None]:
    """A function that writes the zone into the times of a record, where they stand.

    Args:
        schema: What the record's properties are; times are those of the format `date-time`.
        zone: What times without one are of.
    """
    return _object(schema, zone) or (lambda _: None)


def _object(schema: Mapping[str, Any], zone: tzinfo) -> Give | None:
    properties = {name: told for name, told in schema.get("properties", {}).items() if isinstance(told, dict)}
    stamps = [name for name, told in properties.items() if told.get("format") == "date-time"]
    found = [(name, _object(told, zone) or _items(told, zone)) for name, told in properties.items()]
    inner = [(name, give) for name, give in found if give is not None]
    if not stamps and not inner:
        return None

    def give_all(record: Any) -> None:  # noqa: ANN401 - what does not fit the schema is told of elsewhere
        if isinstance(record, dict):
            _stamp(record, stamps, zone)
            for name, give in inner:
                give(record.get(name))

    return give_all


def _items(schema: Mapping[str, Any], zone: tzinfo) -> Give | None:
    items = schema.get("items")
    give = _object(items, zone) if isinstance(items, dict) else None
    if give is None:
        return None

    def give_each(found: Any) -> None:  # noqa: ANN401 - the same
        for item in found if isinstance(found, list) else ():
            give(item)

    return give_each


def _stamp(record: dict[str, Any], names: Sequence[str], zone: tzinfo) -> None:
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value[-1:] not in ("Z", ""):  # nearly all end so
            record[name] = times.with_zone(value, zone)
