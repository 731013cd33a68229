"""Holds our record of the shop's to the schema of its stream, compiled with the first record: many runs have none."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import fastjsonschema

from customwebshop import amounts

from .contents import kind
from .shaping import ValueMisfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Schema = dict[str, Any]

_AMOUNT = r"^([+-]?\d+(\.\d+)?([eE][+-]?\d+)?)?\Z"
_POSITION = re.compile(r"\[\d+\]")
_CONVERTERS = {"string": "text", "boolean": "boolean", "integer": "integer"}


class Fitting:
    """What the records of a stream must be.

    Args:
        schema: Their JSON Schema, known to be one.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    @cached_property
    def _fits(self) -> Callable[[Any], Any]:
        # A name that the schema does not know is no trouble here: it is left out, and told of, when the record is sent.
        schema = _without_strangers(self._schema)
        return cast("Callable[[Any], Any]", fastjsonschema.compile(schema, use_formats=False, use_default=False))

    def check(self, record: Mapping[str, Any]) -> None:
        """Nothing, for a record that fits.

        Raises:
            ValueMisfitError: A property is not what the schema says.
        """
        try:
            self._fits(record)
        except fastjsonschema.JsonSchemaValueException as misfit:
            raise _told(misfit) from None


def _without_strangers(schema: Any) -> Any:  # noqa: ANN401 - true and false are schemas, too
    """The schema, which no longer minds unknown names; and takes flags as many databases write them: 0 and 1."""
    if not isinstance(schema, dict):
        return schema
    held = {name: rule for name, rule in schema.items() if name != "additionalProperties" or rule is not False}
    if "properties" in held:
        held["properties"] = {name: _property(name, inner) for name, inner in held["properties"].items()}
    if "items" in held:
        held["items"] = _without_strangers(held["items"])
    kinds = held.get("type")
    kinds = {kinds} if isinstance(kinds, str) else set(kinds or ())
    if "boolean" in kinds <= {"boolean", "null"}:
        del held["type"]
        held["enum"] = [False, True, 0, 1, *([None] if "null" in kinds else [])]
    return held


def _property(name: str, schema: Any) -> Any:  # noqa: ANN401 - the same
    """The schema of a property; the text of an amount must be a number."""
    held = _without_strangers(schema)
    if isinstance(held, dict) and name in amounts.names() and {"string", "number"} <= set(held.get("type", ())):
        return {"pattern": _AMOUNT, **held}
    return held


def _told(misfit: fastjsonschema.JsonSchemaValueException) -> ValueMisfitError:
    """The property and the rule it breaks; never the value, which may be personal."""
    name = str(misfit.name)
    amount = misfit.rule == "pattern" and misfit.rule_definition == _AMOUNT
    rule = "must be a number" if amount else str(misfit.message).removeprefix(name).strip()
    place = _POSITION.sub("[]", name).removeprefix("data").removeprefix(".")
    if not place:
        return ValueMisfitError("record", rule)
    return ValueMisfitError(place, f"is {kind(misfit.value)}, and {rule} by the schema{_remedy(misfit, place)}")


def _remedy(misfit: fastjsonschema.JsonSchemaValueException, place: str) -> str:
    """What makes such a value one that fits, if there is such a thing."""
    asked: Any = misfit.rule_definition
    if misfit.rule == "pattern" and asked == _AMOUNT:
        return f"; `types: {{{place}: {{decimal: {{decimal_mark: …, group_mark: …}}}}}}` reads an amount"
    if isinstance(misfit.value, (dict, list)) or misfit.rule not in {"type", "enum"}:
        return ""
    if misfit.rule == "enum" and True not in asked:
        return f"; `enums: {{{place}: …}}` says what each of the shop's words means"
    kinds = ["boolean"] if misfit.rule == "enum" else [asked] if isinstance(asked, str) else asked
    known = [_CONVERTERS[each] for each in kinds if each in _CONVERTERS]
    return f"; `types: {{{place}: {known[0]}}}` makes it one" if known else ""
