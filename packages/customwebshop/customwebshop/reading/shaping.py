"""Makes our record of the shop's: maps, converts, translates words, fills in; compiled once per stream."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import jmespath

from customwebshop import RecordMisreadError
from customwebshop.expressions import trouble

from .converters import Convert, OptionError, make

if TYPE_CHECKING:
    from datetime import tzinfo

    from .definition import Shaping

Value = Any
Record = dict[str, Any]
Get = Callable[[Value], Value]

_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_PLACE = re.compile(r"[A-Za-z_]\w*(\[\])?(\.[A-Za-z_]\w*(\[\])?)*")
WHOLE = "_record"
"""What an item's map calls the record that the item is of."""


class ShapingError(Exception):
    """What is wrong with one of map, types, enums and defaults, and where."""

    def __init__(self, place: str, trouble: str) -> None:
        super().__init__(f"{place}: {trouble}")
        self.place, self.trouble = place, trouble


class ValueMisfitError(RecordMisreadError):
    """A value of the shop's that the settings do not understand.

    Args:
        place: The property, such as `lines[].unit_price`.
        trouble: What it is not, without the value.
    """

    def __init__(self, place: str, trouble: str) -> None:
        super().__init__(f"{place!r} {trouble}", key=place)
        self.place, self.trouble = place, trouble


class Shaper:
    """What makes our record of the shop's.

    Args:
        shaping: What the stream says of it.
        zone: Zone of times without one, unless a converter says another.
        properties: What a record of ours may have; beside what is mapped, those keep their names.

    Raises:
        ShapingError: It cannot be compiled.
    """

    def __init__(self, shaping: Shaping, zone: tzinfo, properties: Iterable[str] = ()) -> None:
        self._map = {name: _source(f"map.{name}", told) for name, told in shaping.map.items()}
        self._same = [name for name in properties if name not in self._map]
        self._tree = _tree(shaping, zone)
        self._change = _changer(self._tree, "")

    def record(self, raw: Record) -> Record:
        """Our record.

        Raises:
            ValueMisfitError: A value is not what the settings say.
        """
        if self._map:
            same = {name: raw[name] for name in self._same if name in raw}
            raw = {**same, **{name: get(raw) for name, get in self._map.items()}}
        return self._change(raw) if self._change else raw

    def source(self, name: str) -> Get:
        """A function that finds one property's value in the shop's record, as the shop wrote it."""
        return self._map.get(name, lambda raw: raw.get(name))

    def property(self, name: str) -> Get:
        """A function that finds one property's value in the shop's record, converted."""
        find, branch = self.source(name), self._tree.get(name)
        change = _changer({name: branch}, "") if branch else None
        return find if change is None else lambda raw: change({name: find(raw)})[name]


# map


def _source(where: str, told: Any) -> Get:  # noqa: ANN401 - as it stands in the settings
    """A function that takes a value from a record, or builds it."""
    if isinstance(told, str):
        return expression(where, told)
    if isinstance(told, Mapping):
        parts = [(name, _source(f"{where}.{name}", each)) for name, each in told.items() if each is not None]
        return lambda record: {name: get(record) for name, get in parts}
    return _list(where, told)


def _list(where: str, told: Iterable[Mapping[str, Any]]) -> Get:
    parts = [
        (
            expression(f"{where}[{at}].each", part["each"]),
            _source(f"{where}[{at}].map", part["map"]),
            WHOLE in str(part["map"]),
        )
        for at, part in enumerate(told)
    ]

    def build(record: Value) -> list[Value]:
        whole = record.get(WHOLE, record)
        return [
            build_item({**item, WHOLE: whole} if looks_up else item)
            for find, build_item, looks_up in parts
            for item in _items(find(record))
        ]

    return build


def _items(found: Value) -> Iterable[Mapping[str, Value]]:
    if isinstance(found, Mapping):
        return [found]
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else ()


def expression(where: str, told: str) -> Get:
    """A JMESPath as a function; plain paths, which most are, run without it."""
    if _PLAIN.fullmatch(told):
        return _walk(told.split("."))
    try:
        return search(where, told)
    except jmespath.exceptions.JMESPathError as problem:
        raise ShapingError(where, f"{told!r} is no JMESPath: {trouble(problem)}") from problem


def search(where: str, told: str) -> Get:
    """A JMESPath as a function, which names its place, and not the value, where a function of it is given another kind.

    Raises:
        jmespath.exceptions.JMESPathError: It is none.
    """
    parsed = jmespath.compile(told)

    def found(value: Value) -> Value:
        try:
            return parsed.search(value)
        except jmespath.exceptions.JMESPathError as problem:
            raise ValueMisfitError(where, f"cannot be found: {trouble(problem)}") from None

    return found


def _walk(names: list[str]) -> Get:
    if len(names) == 1:
        (name,) = names
        return lambda record: record.get(name)

    def walk(record: Value) -> Value:
        for name in names:
            if not isinstance(record, Mapping):
                return None
            record = record.get(name)
        return record

    return walk


# types, enums, defaults


def _tree(shaping: Shaping, zone: tzinfo) -> dict[str, Any]:
    """What happens to each property, as a tree of property names; a list's items are under ``name[]``."""
    tree: dict[str, Any] = {}
    for place, told in shaping.types.items():
        _plant(tree, "types", place, _converter(f"types.{place}", told, zone))
    for place, words in shaping.enums.items():
        _plant(tree, "enums", place, _enum(place, words))
    for place, value in shaping.defaults.items():
        _plant(tree, "defaults", place, _default(value))
    return tree


def _converter(where: str, told: Any, zone: tzinfo) -> Convert:  # noqa: ANN401 - as it stands in the settings
    try:
        return make(told, zone)
    except OptionError as problem:
        raise ShapingError(where, str(problem)) from problem


def _plant(tree: dict[str, Any], part: str, place: str, step: Convert) -> None:
    if not _PLACE.fullmatch(place):
        raise ShapingError(f"{part}.{place}", "is no place such as currency or lines[].unit_price")
    *way, last = place.split(".")
    for name in way:
        tree = tree.setdefault(name, {})
    tree.setdefault(last, {}).setdefault("", []).append((part, step))


def _enum(place: str, words: Mapping[str, Any]) -> Convert:
    table = {_word(word): meaning for word, meaning in words.items()}
    other = "*" in table

    def translate(value: Value) -> Value:
        word = _word(value)
        if word in table:
            return table[word]
        if other:
            return table["*"]
        if value is None:
            return None
        known = ", ".join(sorted(table))
        raise ValueError(f"is {word[:40]!r}, which is none of {known}. Add it to enums.{place}")

    return translate


def _word(value: Value) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _default(value: Value) -> Convert:
    return lambda given: value if given is None else given


def _changer(tree: Mapping[str, Any], path: str) -> Get | None:
    """A function that gives an object with its values changed; the one it was given stays as it is."""
    steps = [(name.removesuffix("[]"), _step(name, branch, f"{path}{name}")) for name, branch in tree.items() if name]
    if not steps:
        return None
    made = {
        name.removesuffix("[]")
        for name, branch in tree.items()
        if any(part == "defaults" for part, _ in (branch or {}).get("", ()))
    }

    def change(record: Value) -> Value:
        if not isinstance(record, Mapping):
            return record
        changed = {**record}
        for name, step in steps:
            if name in changed or name in made:
                changed[name] = step(changed.get(name))
        return changed

    return change


def _step(name: str, branch: Mapping[str, Any], path: str) -> Get:
    own = [_guarded(part, step, path) for part, step in branch.get("", ())]
    inside = _changer(branch, f"{path}.")
    if name.endswith("[]"):
        each = _run([*own, *([inside] if inside else [])])
        return lambda value: [each(item) for item in value] if isinstance(value, list) else value
    return _run([*own, *([inside] if inside else [])])


def _run(steps: list[Get]) -> Get:
    if len(steps) == 1:
        return steps[0]

    def run(value: Value) -> Value:
        for step in steps:
            value = step(value)
        return value

    return run


def _guarded(part: str, step: Convert, path: str) -> Get:
    """The step, which names its property when it fails; converters see no nulls."""
    blind = part == "types"

    def guarded(value: Value) -> Value:
        if value is None and blind:
            return None
        try:
            return step(value)
        except ValueError as problem:
            raise ValueMisfitError(path, str(problem)) from None

    return guarded
