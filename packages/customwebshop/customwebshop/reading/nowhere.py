"""Finds what the map names and no record has, not even with null in it: a slip, or a name that the shop gave up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .shaping import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Source(NamedTuple):
    """Where the map takes a value from.

    Attributes:
        where: The key, such as `map.lines[0].map.sku`.
        path: What stands there.
        items: The records, or the items inside them, in which it is looked for.
        kind: Of a list's part: the type that its items are given, as the map says it.
    """

    where: str
    path: str
    items: Sequence[Any]
    kind: str | None = None

    @property
    def plain(self) -> bool:
        """Whether it is a path of names; of other expressions nothing can be told by names."""
        return bool(_PLAIN.fullmatch(self.path)) and not self.path.startswith("_record.")

    @property
    def finds_any(self) -> bool:
        """Whether it finds something in any item.

        Raises:
            ValueMisfitError: It cannot take what one has.
        """
        find = expression(self.where, self.path)
        return any(find(item) not in (None, "", []) for item in self.items)

    @property
    def lacking(self) -> int:
        """How many items lack a name of a plain path; nought where any has them all."""
        has = [_has(item, self.path.split(".")) for item in self.items]
        return 0 if True in has else has.count(False)


def sources(told: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> Iterator[Source]:
    """Every source that a map names, with what it is looked for in."""
    for place, source in told.items():
        yield from _of(source, records, f"map.{place}")


def _of(source: Any, items: Sequence[Any], where: str, kind: str | None = None) -> Iterator[Source]:  # noqa: ANN401
    if isinstance(source, str):
        yield Source(where, source, items, kind)
    elif isinstance(source, Mapping):
        for name, inner in source.items():
            yield from _of(inner, items, f"{where}.{name}", kind)
    else:
        for at, part in enumerate(source or ()):
            yield from _of_part(part, items, f"{where}[{at}]")


def _of_part(part: Mapping[str, Any], items: Sequence[Any], where: str) -> Iterator[Source]:
    """A part of a list: what its items are made of, and what is looked for in each."""
    found = [expression(where, part["each"])(item) for item in items]
    inside = [each for every in found for each in (every if isinstance(every, list) else [every])]
    inside = [each for each in inside if isinstance(each, Mapping)]
    kind = part["map"].get("type")
    yield Source(f"{where}.each", part["each"], items, kind)
    if inside:
        yield from _of(part["map"], inside, f"{where}.map", kind)


def _has(value: Any, way: Sequence[str]) -> bool | None:  # noqa: ANN401 - any JSON value
    """Whether the names are there; None where something on the way is null, which tells nothing."""
    for name in way:
        if not isinstance(value, Mapping):
            return None if value is None else False
        if name not in value:
            return False
        value = value[name]
    return True
