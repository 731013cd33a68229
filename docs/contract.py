"""Draws the contract's properties as a table for each stream, from the schemas that records are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customwebshop.reading.config import CONTRACT_KEYS, contract_schema
from tables import table
from tap_customwebshop.probing.records import MUST

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = ["property", "kind", "what it holds"]
DECIMAL = " (a decimal, as string or number)"
KINDS = {"string": "text", "boolean": "flag", "integer": "whole number", "number": "number", "object": "object",
         "array": "list"}  # fmt: skip


def properties() -> str:
    """Each stream of the contract with its properties."""
    return "\n\n".join(f"### `{name}`\n\n{table(HEAD, list(_rows(name)))}" for name in CONTRACT_KEYS)


def _rows(stream: str) -> Iterator[list[str]]:
    shapes: dict[str, str] = {}
    for place, told in _walk(contract_schema(stream), "", shapes):
        name = f"**`{place}`**" if place in MUST[stream] else f"`{place}`"
        yield [name, _kind(told), _meaning(told, place, shapes)]


def _walk(schema: dict[str, Any], way: str, shapes: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The properties in their order; what has the same ones as another before it is not told again."""
    for name, told in schema["properties"].items():
        place = f"{way}{name}"
        yield place, told
        inner, mark = _inner(told)
        if inner and shapes.setdefault(str(inner["properties"]), place) == place:
            yield from _walk(inner, f"{place}{mark}.", shapes)


def _inner(told: dict[str, Any]) -> tuple[dict[str, Any], str]:
    held, mark = (told["items"], "[]") if "items" in told else (told, "")
    return (held, mark) if held.get("properties") else ({}, "")


def _kind(told: dict[str, Any]) -> str:
    if told["description"].endswith(DECIMAL):
        return "decimal"
    if told.get("format") == "date-time":
        return "time"
    kinds = [told["type"]] if isinstance(told["type"], str) else told["type"]
    return " or ".join(KINDS[kind] for kind in kinds if kind != "null")


def _meaning(told: dict[str, Any], place: str, shapes: dict[str, str]) -> str:
    inner, _ = _inner(told)
    known = shapes.get(str(inner.get("properties")), place)
    return told["description"].removesuffix(DECIMAL) + (f"; the same properties as `{known}`" if known != place else "")
