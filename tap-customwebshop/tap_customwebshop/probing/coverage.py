"""Whether the map finds what it names, and makes what the contract has; told by names, never by values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from customwebshop.reading.contents import told
from customwebshop.reading.shaping import expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .findings import Finding
    from .sight import Sight

_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_ENTITY = re.compile(r"&(#\d+|[A-Za-z]+);")
_CODES = {"currency": re.compile(r"[A-Z]{3}"), "country_code": re.compile(r"[A-Z]{2}")}


def unfound(raw: Sequence[Mapping[str, Any]], sight: Sight) -> Iterator[Finding]:
    """Paths of the map whose name no record has, not even with null in it."""
    for place, source in sight.stream.shaping.map.items():
        for where, path, holder in _unfound(source, raw, f"map.{place}"):
            seen = f"{path!r} stands in none of {len(raw)} records; {told(holder, path, what='a record')}"
            yield sight.found("mapping", "warn", seen, where, "say where the shop has it")


def _unfound(source: Any, items: Sequence[Any], where: str) -> Iterator[tuple[str, str, Any]]:  # noqa: ANN401
    if isinstance(source, str):
        if _PLAIN.fullmatch(source) and not source.startswith("_record.") and _is_nowhere(source, items):
            yield where, source, items[0]
    elif isinstance(source, Mapping):
        for name, inner in source.items():
            yield from _unfound(inner, items, f"{where}.{name}")
    else:
        for at, part in enumerate(source or ()):
            yield from _of_part(part, items, f"{where}[{at}]")


def _of_part(part: Mapping[str, Any], items: Sequence[Any], where: str) -> Iterator[tuple[str, str, Any]]:
    """A part of a list: what its items are made of, and what is looked for in each."""
    found = [expression(where, part["each"])(item) for item in items]
    inside = [each for every in found for each in (every if isinstance(every, list) else [every])]
    inside = [each for each in inside if isinstance(each, Mapping)]
    yield from _unfound(part["each"], items, f"{where}.each")
    if inside:
        yield from _unfound(part["map"], inside, f"{where}.map")


def _is_nowhere(path: str, items: Sequence[Any]) -> bool:
    has = [_has(item, path.split(".")) for item in items]
    return False in has and True not in has


def _has(value: Any, way: Sequence[str]) -> bool | None:  # noqa: ANN401 - any JSON value
    """Whether the names are there; None where something on the way is null, which tells nothing."""
    for name in way:
        if not isinstance(value, Mapping):
            return None if value is None else False
        if name not in value:
            return False
        value = value[name]
    return True


def strange(records: Sequence[Mapping[str, Any]], sight: Sight) -> Iterator[Finding]:
    """Objects that hold none of the contract's properties, codes in small letters, and texts of a web page."""
    seen: dict[tuple[str, str], None] = {}
    for record in records:
        seen.update(dict.fromkeys(_strange(record, sight.stream.schema, "")))
    for place, what in seen:
        part = "map" if what.startswith("has none") else "types"
        yield sight.found("mapping", "warn", f"{place} {what}", f"{part}.{place}", _REMEDIES[what.split(",")[0]])


_REMEDIES = {
    "has none of the contract's properties": "make it of its parts, as in docs/webshops.md",
    "is no code in capitals": "`upper` makes it one",
    "holds entities of HTML": "`html` reads them",
}


def _strange(value: Mapping[str, Any], schema: Mapping[str, Any], way: str) -> Iterator[tuple[str, str]]:
    properties = schema.get("properties", {})
    if value and properties and not set(value) & set(properties):
        yield way.rstrip("."), f"has none of the contract's properties, but {', '.join(map(str, value))}"
        return
    for name, held in value.items():
        place, inner = f"{way}{name}", properties.get(name, {})
        if isinstance(held, Mapping):
            yield from _strange(held, inner, f"{place}.")
        elif isinstance(held, list):
            for item in held:
                if isinstance(item, Mapping):
                    yield from _strange(item, inner.get("items", {}), f"{place}[].")
        elif isinstance(held, str) and held:
            yield from _of_text(name, held, place)


def _of_text(name: str, text: str, place: str) -> Iterator[tuple[str, str]]:
    if name in _CODES and not _CODES[name].fullmatch(text):
        yield place, "is no code in capitals"
    if _ENTITY.search(text) and name != "description":
        yield place, "holds entities of HTML"
