"""Finds words of `enums` that the contract does not have; whoever reads them further on would not know them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jmespath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from customwebshop.reading.definition import StreamDefinition

_WORD = re.compile(r"`([a-z_]+)`")


def strangers(stream: StreamDefinition) -> Iterator[tuple[str, str, list[str]]]:
    """Each place with a word that its schema does not list, the word, and the words that it does list."""
    for place, words in stream.shaping.enums.items():
        known = _WORD.findall(_schema(stream.schema, place).get("description", ""))
        for word in dict.fromkeys(words.values()):
            if known and isinstance(word, str) and word not in known:
                yield place, word, known


def compared(stream: StreamDefinition) -> Iterator[tuple[str, str, list[str]]]:
    """The same of what `revisit.when` compares with: it looks at the mapped record, not at the shop's."""
    if stream.revisit is not None:
        for place, word in _compared(jmespath.compile(stream.revisit.when).parsed):
            known = _WORD.findall(_schema(stream.schema, place).get("description", ""))
            if known and word not in known:
                yield place, word, known


def _compared(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The properties that an expression compares with a text, and the text."""
    if node["type"] == "comparator":
        kinds = {child["type"]: child["value"] for child in node["children"] if "value" in child}
        if isinstance(kinds.get("literal"), str) and "field" in kinds:
            yield kinds["field"], kinds["literal"]
    for child in node["children"]:
        yield from _compared(child)


def _schema(schema: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    for step in place.split("."):
        schema = schema.get("properties", {}).get(step.removesuffix("[]"), {})
        schema = schema.get("items", {}) if step.endswith("[]") else schema
    return schema
