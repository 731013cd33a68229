"""Finds what an `expand` rule follows and no record has: all would come without what stands there, and nobody hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .definition import Expand


class Missing(NamedTuple):
    """A name on the way to a link.

    Attributes:
        name: It.
        among: The objects that should have it.
    """

    name: str
    among: Sequence[Mapping[str, Any]]


def missing(rule: Expand, records: Sequence[Mapping[str, Any]]) -> Missing | None:
    """The first name on the way to a rule's link that none has; None where one has all, or the rule lets it be."""
    if rule.when is not None or rule.may_be_gone:
        return None
    level = records
    for step in rule.holder:
        if found := _nowhere(step.removesuffix("[]"), level):
            return found
        level = [inside for each in level for inside in holders(each, (step,))]
    return _nowhere(rule.url, level) if in_its_place(rule) else None


def in_its_place(rule: Expand) -> bool:
    """Whether the link stands where the answer is put; one that stands beside it is missed in each record."""
    return rule.path is None and rule.body is None and rule.url == rule.into


def _nowhere(name: str, among: Sequence[Mapping[str, Any]]) -> Missing | None:
    return Missing(name, among) if among and not any(name in each for each in among) else None


def holders(value: Any, way: Sequence[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """The objects at the end of a path; where the record has none, there is nothing to follow."""
    if not way:
        if isinstance(value, dict):
            yield value
        return
    inside = value.get(way[0].removesuffix("[]")) if isinstance(value, dict) else None
    if way[0].endswith("[]"):
        for item in inside if isinstance(inside, list) else ():
            yield from holders(item, way[1:])
    else:
        yield from holders(inside, way[1:])
