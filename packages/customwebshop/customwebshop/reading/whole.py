"""Checks what only the parts of a stream together tell: names that must be in its schema, and in its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import templates
from .misfits import SettingError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .definition import StreamDefinition


def check(where: str, definition: StreamDefinition) -> None:
    """What only the parts together tell: names that must be in the schema, which the SDK would drop; and keysets."""
    incremental, properties = definition.incremental, definition.schema["properties"]
    named = {
        "key": definition.key,
        "incremental.field": filter(None, [incremental.field]),
        "incremental.when_null": filter(None, [incremental.when_null]),
        "map": definition.shaping.map,
    }
    for setting, names in named.items():
        for name in names:
            if name not in properties:
                raise SettingError(
                    f"{where}.{setting}",
                    f"{name!r} is no property of the schema{nearest(name, properties, offer=False)}",
                )
    for setting in ("types", "enums", "defaults"):
        for place in getattr(definition.shaping, setting):
            if trouble := _astray(definition.schema, place):
                raise SettingError(f"{where}.{setting}", f"{place!r} is no property of the schema{trouble}")
    if definition.paging.style == "keyset" and not incremental.param:
        raise SettingError(f"{where}.paging.style", "keyset asks for what changed since: it needs incremental.param")
    if definition.sweep and definition.sweep.tombstones and "deleted_at" not in properties:
        raise SettingError(f"{where}.sweep.deletes", "a tombstone needs 'deleted_at' in the schema; or set it to none")


def check_by_key(where: str, path: str | None, definition: StreamDefinition) -> None:
    """A path of one row is filled with its key, in our words."""
    try:
        templates.compiled(path, set(definition.key))
    except ValueError as problem:
        raise SettingError(where, f"{problem}") from problem


def _astray(schema: Mapping[str, Any], place: str) -> str:
    """What was probably meant by a place that no record can have; empty where the schema has it, or leaves it open.

    A converter at such a place would never run, and its amount would stay what the shop wrote.
    """
    steps = place.split(".")
    for at, step in enumerate(steps):
        name, properties = step.removesuffix("[]"), schema.get("properties")
        if not properties:
            return ""
        if name not in properties:
            return nearest(name, properties)
        schema = properties[name]
        right = f"{name}[]" if "items" in schema else name
        if step != right and at + 1 < len(steps):
            return f"; did you mean {'.'.join([*steps[:at], right, *steps[at + 1 :]])!r}?"
        schema = schema.get("items", {}) if step.endswith("[]") else schema
    return ""
