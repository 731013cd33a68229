"""Says of what a system refuses how it is called on the side where it can be corrected. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswalk.errors import Rejected
    from crosswalk.mapping import Mapping
    from crosswalk.properties import Property
    from crosswalk.ways import Way


def elsewhere(way: Way, identity: str, error: Rejected) -> str:
    """A sentence that names the source's own property for each one that the target refuses; empty where none is known.

    Args:
        way: The mapping and its direction.
        identity: The record's id in the source.
        error: The refusal; its `column` names properties as the target does: `variants.0.sku`, or `phone, name`.
    """
    if error.kind != "refused":
        return ""
    wanted = [each.strip() for each in error.column.split(",") if each.strip()]
    if way.into_businessnxt:
        names = _unique(_path(each) for name in wanted for each in _rows(way.mapping) if each.column == name)
        return f" In the webshop this is {names}." if names else ""
    found = _unique(column for name in wanted for column in _columns(way.mapping, name))
    return f" In Business NXT this is {found} of {way.mapping.table} {identity}." if found else ""


def _unique(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(filter(None, names)))


def _path(each: Property) -> str:
    return f"'{each.path.text}'" if each.path and each.sent else ""


def _rows(mapping: Mapping) -> Iterator[Property]:
    yield from mapping.properties
    if mapping.lines:
        yield from mapping.lines.properties


def _columns(mapping: Mapping, pointer: str) -> list[str]:
    """The columns whose path ends most like a pointer into a webshop's record does; those of lines with their table."""
    steps = [each for each in pointer.split(".") if not each.isdigit()]
    lines = mapping.lines
    if lines and mapping.lines_path and steps[:1] == [mapping.lines_path.text]:
        return [f"{each.column} of its {lines.table}" for each in _nearest(lines, steps[1:])]
    return [each.column for each in _nearest(mapping, steps)]


def _nearest(mapping: Mapping, steps: Sequence[str]) -> list[Property]:
    shared = [(_tail(each, steps), each) for each in mapping.properties if each.path and each.returned]
    longest = max((length for length, _ in shared), default=0)
    return [each for length, each in shared if length == longest > 0]


def _tail(each: Property, steps: Sequence[str]) -> int:
    """How many steps the end of a property's path has in common with these."""
    path = each.path.text.split(".") if each.path else []
    pairs = list(zip(reversed(path), reversed(steps), strict=False))
    return next((place for place, (one, other) in enumerate(pairs) if one != other), len(pairs))
