"""Shows a record without what is personal in it, so that it can be looked at and passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customwebshop.reading.personal import PERSONAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MASK = "***"
IMPERSONAL = ("products", "stock_levels")


def masked(stream: str, record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """The record without personal data; of a stream that is not the contract's, without any text."""
    if stream not in (*PERSONAL, *IMPERSONAL):
        return _mask_texts(record)
    tree: Any = dict(record)
    for place in PERSONAL.get(stream, ()):
        tree = _mask(tree, place.split("."))
    return tree


def _mask(value: Any, way: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_mask(each, way) for each in value]
    if not way:
        return MASK if value not in (None, "", {}) else value
    name = way[0].removesuffix("[]")
    if not isinstance(value, dict) or name not in value:
        return value
    return {**value, name: _mask(value[name], way[1:])}


def _mask_texts(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _mask_texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_mask_texts(each) for each in value]
    return MASK if isinstance(value, str) and value else value
