"""Whether the map finds what it names, and makes what the contract has; told by names, never by values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from customwebshop.reading.contents import told
from customwebshop.reading.nowhere import sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .findings import Finding
    from .sight import Sight

_ENTITY = re.compile(r"&(#\d+|[A-Za-z]+);")
_CODES = {"currency": re.compile(r"[A-Z]{3}"), "country_code": re.compile(r"[A-Z]{2}")}


def unfound(raw: Sequence[Mapping[str, Any]], sight: Sight) -> Iterator[Finding]:
    """Paths of the map whose name no record has, not even with null in it."""
    slips = sight.reader.needs.slips(raw)
    for source in sources(sight.stream.shaping.map, raw):
        if source.plain and source.lacking:
            holder = told(source.items[0], source.path, what="a record")
            seen = f"{source.path!r} stands in none of {len(raw)} records; {holder}"
            status = "fail" if source.where in slips else "warn"
            yield sight.found("mapping", status, seen, source.where, "say where the shop has it")


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
