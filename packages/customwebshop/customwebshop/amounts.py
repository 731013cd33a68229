"""Which properties of the contract are amounts: two spellings of one number, such as 29.90 and 29.9, mean the same."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def names() -> frozenset[str]:
    """Their names: in the contract's schemas, what may be a text or a number."""
    schemas = (resources.files(__package__) / "reading" / "schemas").iterdir()
    return frozenset(name for each in schemas for name in _in(json.loads(each.read_text(encoding="utf-8"))))


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether two spellings are of one amount."""
    first, second = number(one), number(other)
    return first is not None and first == second


def number(value: Any) -> Decimal | None:  # noqa: ANN401 - any JSON value
    """The amount that a value spells; None where it spells none."""
    try:
        return None if isinstance(value, bool) else Decimal(str(value))
    except ArithmeticError:
        return None


def _in(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON Schema
    for name, told in schema.get("properties", {}).items():
        if {"string", "number"} <= set(told.get("type", ())):
            yield name
        yield from _in(told)
        yield from _in(told.get("items", {}))
