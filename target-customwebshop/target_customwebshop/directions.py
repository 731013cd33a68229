"""Finds what `set` takes from a property that no record has: where the two sides were written the wrong way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from customwebshop.dialect import STREAMS
from customwebshop.reading.misfits import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Properties = Mapping[str, Any]

_PLAIN = re.compile(r"[A-Za-z]\w*(\.\w+)*")


def astray(writes: Mapping[str, Any], properties: Callable[[str], Properties]) -> Iterator[str]:
    """A line for each plain path of a `set` that begins with no property of its stream.

    Nothing would ever be sent of it, and every edit of that property would stay in Business NXT without a word.

    Args:
        writes: The setting, over that of the preset.
        properties: The properties of a stream, by its name.
    """
    for collection, said in writes.items():
        for at, write in enumerate(said.get("change", [])):
            known = _inside(properties(said.get("stream", STREAMS.get(collection, collection))), write.get("each", ""))
            for place, path in _leaves(f"writes.{collection}.change[{at}].set", write.get("set", {})):
                name = path.split(".")[0]
                if known and name not in known:
                    yield (
                        f"{place}: {name!r} is no property of the contract{nearest(name, known, offer=False)}; "
                        "the shop's own name stands before the colon, the contract's behind it"
                    )


def _inside(properties: Properties, each: str) -> Properties:
    for name in filter(None, each.split(".")):
        properties = properties.get(name, {}).get("items", {}).get("properties", {})
    return properties


def _leaves(where: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, told in tree.items():
        if isinstance(told, dict):
            yield from _leaves(f"{where}.{name}", told)
        elif isinstance(told, str) and _PLAIN.fullmatch(told):
            yield f"{where}.{name}", told
