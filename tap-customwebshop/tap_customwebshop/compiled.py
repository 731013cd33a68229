"""Compiles a stream's selection and schema into functions that a record runs through, once per stream.

The meaning is the SDK's, value for value: ``pop_deselected_record_properties``, ``conform_record_data_types``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import EmptySchemaTypeError
from singer_sdk.helpers._typing import (  # what "an object" or "a boolean" is, the SDK decides
    _conform_primitive_property,
    _is_exclusive_boolean_type,
    is_object_type,
    is_uniform_list,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = Any
Step = Callable[[Value], Value]
Transform = Callable[[dict[str, Value]], dict[str, Value]]
Unknown = Callable[[str], None]

_PLAIN = frozenset({str, int, bool, type(None), dict, list})  # these stay what they are where a schema is no more exact


def selector(mask: Mapping[tuple[str, ...], bool]) -> Transform | None:
    """A function that leaves out the deselected properties; None when there are none."""
    tree: dict[str, Any] = {}
    for crumb, selected in mask.items():
        if not selected and crumb and set(crumb[::2]) == {"properties"}:
            _plant(tree, crumb[1::2])
    return _selecting(tree) if tree else None


def _plant(tree: dict[str, Any], names: tuple[str, ...]) -> None:
    """Mark a property as left out; what lies inside one that is left out goes with it."""
    for name in names[:-1]:
        branch = tree.setdefault(name, {})
        if branch is None:
            return
        tree = branch
    tree[names[-1]] = None


def _selecting(tree: Mapping[str, Any]) -> Transform:
    dropped = {name for name, branch in tree.items() if branch is None}
    inner = {name: _selecting(branch) for name, branch in tree.items() if branch}

    def select(record: dict[str, Value]) -> dict[str, Value]:
        chosen = {name: value for name, value in record.items() if name not in dropped}
        for name, step in inner.items():
            if isinstance(chosen.get(name), dict):
                chosen[name] = step(chosen[name])
        return chosen

    return select


def conformer(schema: Mapping[str, Any], unknown: Unknown, path: str = "") -> Transform:
    """A function that gives an object the types its schema says, and tells of properties the schema does not know."""
    steps = {name: _property(inner, unknown, f"{path}{name}") for name, inner in schema["properties"].items()}
    busy = [(name, step) for name, step in steps.items() if step is not None]
    others = bool(schema.get("additionalProperties"))

    def conform(record: dict[str, Value]) -> dict[str, Value]:
        if steps.keys() >= record.keys() and _PLAIN.issuperset(map(type, record.values())):
            changed = {}  # nearly every record comes here: only the busy properties need a look
            for name, step in busy:
                value = record.get(name)
                if value is not None and (new := step(value)) is not value:
                    changed[name] = new
            return {**record, **changed} if changed else record
        return {name: each(name, value) for name, value in record.items() if others or known(name)}

    def known(name: str) -> bool:
        if name not in steps:
            unknown(f"{path}{name}")
        return name in steps

    def each(name: str, value: Value) -> Value:
        if name not in steps:
            return value
        step = steps[name]
        return step(value) if step else _conform_primitive_property(value, schema["properties"][name])

    return conform


def _property(schema: dict[str, Any], unknown: Unknown, path: str) -> Step | None:
    """What happens to one property; None when a plain value passes as it is."""
    of_list = _items(schema, unknown, path) if _lists(schema) else None
    of_object = _of_object(schema, unknown, path)
    if of_list is None and of_object is None and not _is_exclusive_boolean_type(schema):
        return None

    def step(value: Value) -> Value:
        if value is None or value is True or value is False:
            return value
        if of_list is not None and isinstance(value, list):
            return of_list(value)
        if of_object is not None and isinstance(value, dict):
            return of_object(value)
        return _conform_primitive_property(value, schema)

    return step


def _items(schema: dict[str, Any], unknown: Unknown, path: str) -> Step:
    """What happens to a list; like the SDK, lists directly inside lists pass as they are."""
    items = schema["items"]
    conform = _of_object(items, unknown, path)
    if conform is None:
        return lambda values: [_conform_primitive_property(value, items) for value in values]
    return lambda values: [
        conform(value) if isinstance(value, dict) else _conform_primitive_property(value, items) for value in values
    ]


def _of_object(schema: dict[str, Any], unknown: Unknown, path: str) -> Transform | None:
    return conformer(schema, unknown, f"{path}.") if is_object_type(schema) and "properties" in schema else None


def _lists(schema: dict[str, Any]) -> bool:
    try:
        return bool(is_uniform_list(schema))
    except (EmptySchemaTypeError, ValueError):  # a schema without a type lets everything pass
        return False
