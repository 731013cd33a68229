"""How a behaviour of the company is declared, so that it can be switched off."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def switch(default: T, *, off: T) -> T:
    """A behaviour that can be switched off.

    Args:
        default: The value that imitates the real company.
        off: The value with which the company does the other thing.
    """
    found: T = field(default=default, metadata={"off": off})
    return found


def shape(default: T, *, off: T) -> T:
    """A switch that the schema depends on: another value means another schema."""
    found: T = field(default=default, metadata={"off": off, "shape": True})
    return found


def shapes(kind: type[DataclassInstance]) -> tuple[str, ...]:
    """The names of the switches that the schema depends on."""
    return tuple(item.name for item in fields(kind) if item.metadata.get("shape"))


def off_values(kind: type[DataclassInstance]) -> dict[str, Any]:
    """What each switch is when it is off; fields without that are sizes and clocks."""
    return {item.name: item.metadata["off"] for item in fields(kind) if "off" in item.metadata}
