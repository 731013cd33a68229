"""What a mapping file may say: it is read as YAML, held to its JSON Schema, and refused by file and row."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from crosswalk.errors import MappingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.values import Value

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one written in C where PyYAML has it: every start reads all files."""


def read_yaml(file: File) -> dict[str, Value]:
    """Read a file that is a table of keys and values.

    Raises:
        MappingError: It cannot be read; the message says in which line.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - either loader is a safe one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise MappingError(f"{file.name} cannot be read: line {line} is no YAML ({error.problem})") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise MappingError(f"{file.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise MappingError(f"{file.name} is empty, or no table of keys and values")
    return content


@cache
def schema() -> dict[str, Value]:
    """The JSON Schema of a mapping file."""
    content: dict[str, Value] = json.loads((File(__file__).parent / "schema.json").read_text(encoding="utf-8"))
    return content


def values_schema() -> dict[str, Value]:
    """The JSON Schema of `values.yml`."""
    pairs = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    lookup = {
        "type": "object",
        "required": ["table", "key", "by"],
        "additionalProperties": False,
        "properties": {
            "table": {"type": "string"},
            "key": {"type": "string"},
            "by": {"type": "string"},
            "where": {"type": "object"},
            "values": pairs,
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "time_zone": {"type": "string"},
            "lookups": {"type": "object", "additionalProperties": lookup},
            "values": {"type": "object", "additionalProperties": pairs},
        },
    }


def validate(content: Dict[str, Value], wanted: Dict[str, Value], file: File) -> None:
    """Hold what a file says to a JSON Schema.

    Raises:
        MappingError: It does not keep to it; the message says where, and which word comes nearest to a misspelt one.
    """
    errors = list(Draft202012Validator(wanted).iter_errors(content))
    misspelt = [each for each in errors if each.validator == "additionalProperties"]
    error = misspelt[0] if misspelt else best_match(errors)
    if error is None:
        return
    where = _where(error.absolute_path, content)
    raise MappingError(f"{file.name}{where}: {error.message}{_hint(error)}")


def _where(path: Iterable[str | int], content: Value) -> str:
    words: list[str] = []
    for step in path:
        content = content[step]
        if isinstance(step, int):
            name = content.get("businessnxt", "") if isinstance(content, dict) else ""
            words.append(f"row {step + 1}" + (f" ({name})" if name else ""))
        else:
            words.append(str(step))
    return ", " + ", ".join(words) if words else ""


def _hint(error: Value) -> str:
    if error.validator != "additionalProperties":
        return ""
    known = list(error.schema.get("properties", {}))
    strange = [each for each in error.instance if each not in known]
    return "".join(nearest(each, known) for each in strange)


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name comes nearest to an unknown one; nothing where none is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
