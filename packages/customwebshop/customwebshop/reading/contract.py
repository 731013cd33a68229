"""The contract's streams: their keys and schemas, and the schema of a stream that somebody gives himself."""

from __future__ import annotations

import json
import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from .misfits import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTRACT_KEYS = {
    "customers": ("id",),
    "products": ("id",),
    "stock_levels": ("sku", "location_id"),
    "orders": ("id",),
}
"""The contract's streams, parents first: what an order speaks of has then been read before it."""


@cache
def contract_schema(name: str) -> Any:  # noqa: ANN401 - any JSON value
    """The schema of one of the contract's streams."""
    return json.loads((resources.files(__package__) / "schemas" / f"{name}.json").read_text(encoding="utf-8"))


def schema(name: str, where: str, given: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """The schema of a stream: the one that is given, or the contract's."""
    if given is None:
        return contract_schema(name)  # type: ignore[no-any-return]
    schema = given if isinstance(given, dict) else _schema_file(where, given)
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError as problem:
        raise SettingError(where, f"is no JSON Schema: {problem.message}") from problem
    if not isinstance(schema.get("properties"), dict):
        raise SettingError(where, "has no properties: a stream's schema is an object with them")
    return schema


def _schema_file(where: str, path: str) -> dict[str, Any]:
    file = Path(os.environ.get("MELTANO_PROJECT_ROOT", "")) / path
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingError(where, f"cannot read {file}: {problem.strerror}") from problem
    except ValueError as problem:
        raise SettingError(where, f"{file} is no JSON: {problem}") from problem
    if not isinstance(schema, dict):
        raise SettingError(where, f"{file} holds no JSON Schema object")
    return schema
