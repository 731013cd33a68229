"""Says what does not fit a JSON Schema, to the person who wrote it: the key, the trouble, the nearest right word."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

MOVED = {
    "path": "request.path", "params": "request.params", "method": "request.method", "body": "request.body",
    "replication": "incremental", "graphql": "request.graphql", "mapping": "map", "pagination": "paging",
    "stock_levels": "inventory-levels", "read": "one", "get": "one", "lookup": "look_up", "update": "change",
    "patch": "change", "post": "create", "make": "create", "ship": "fulfillments", "shipments": "fulfillments",
}  # fmt: skip
"""Words that people look for in another place."""


class SettingsError(ValueError):
    """What is wrong with the settings of a shop.

    Args:
        message: All of it.
        errors: A line for each thing.
    """

    def __init__(self, message: str, errors: list[str]) -> None:
        super().__init__(message)
        self.errors = errors


class SettingError(Exception):
    """What is wrong with one setting, said to the person who made it."""

    def __init__(self, setting: str, trouble: str) -> None:
        super().__init__(f"{setting}: {trouble}")


def misfits(schema: Mapping[str, Any], value: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """One line for each thing that does not fit."""
    for error in _leaves(Draft7Validator(schema).iter_errors(value)):
        place = ".".join([*([where] if where else []), *map(str, error.absolute_path)])
        yield f"{place or 'it'}: {_said(error)}"


def _leaves(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """What really is wrong, inside the branches of the schema."""
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def _said(error: ValidationError) -> str:
    asked: Any = error.validator_value
    value: Any = error.instance
    around: Any = error.schema
    if error.validator == "additionalProperties" and isinstance(around.get("properties"), dict):
        known, given = around["properties"], set(value)
        strangers = sorted(given - set(known))
        return "; ".join(f"there is no {name!r} here{nearest(name, known)}" for name in strangers)
    if error.validator == "enum":
        words = [str(each) for each in asked]
        return f"{error.instance!r} is none of {', '.join(words)}{nearest(str(error.instance), words, offer=False)}"
    if error.validator == "required":
        missing = [name for name in asked if name not in value]
        return f"{missing[0]!r} is needed here"
    return error.message


def nearest(word: str, known: Iterable[str], *, offer: bool = True) -> str:
    """What was probably meant, or else what there is."""
    words = list(known)
    moved = MOVED.get(word)
    if moved and moved.split(".")[0] in words:
        return f"; did you mean {moved!r}?"
    near = difflib.get_close_matches(word, words, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(sorted(words))}" if offer else ""
