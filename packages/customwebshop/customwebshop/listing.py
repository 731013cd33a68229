"""Finds records by what they hold where a shop cannot look it up: its list is read once in a run, and kept."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from customwebshop.client import Content, PutAside
    from customwebshop.errors import RecordMisreadError

    Index = dict[str, list[Content]]


class Listing:
    """The lists of a shop, by collection and property.

    Args:
        all_of: Gives every record of a collection; one that cannot be read is put aside.
    """

    def __init__(self, all_of: Callable[[str, PutAside], Iterable[Content]]) -> None:
        self._all_of = all_of
        self._misread: defaultdict[str, list[RecordMisreadError]] = defaultdict(list)
        self._indexes: dict[tuple[str, str], Index] = {}

    def holding(self, collection: str, by: str, value: str) -> list[Content]:
        """The records of a collection whose property, or that of a variant, is this, in letters of any size.

        Raises:
            RecordMisreadError: None is, among those that can be read; one that cannot be might be.
        """
        if (collection, by) not in self._indexes:
            self._index(collection, by)
        found = self._indexes[collection, by].get(value.casefold(), [])
        if not found and self._misread[collection]:
            raise self._misread[collection][0]
        return found

    def _index(self, collection: str, by: str) -> None:
        index: Index = {}
        self._misread[collection] = []
        for record in self._all_of(collection, self._misread[collection].append):
            _enter(index, by, record)
        self._indexes[collection, by] = index

    def remember(self, collection: str, made: Content) -> None:
        """It was made after its kind was listed."""
        for (listed, by), index in self._indexes.items():
            if listed == collection:
                _enter(index, by, made)

    def forget(self, collection: str) -> None:
        """Something may have been made: what was listed before does not show it."""
        self._indexes = {key: index for key, index in self._indexes.items() if key[0] != collection}


def holds(record: Content, by: str, value: str) -> bool:
    """Whether a record, or a variant of it, has this value, in letters of any size."""
    return value.casefold() in _values(record, by)


def _enter(index: Index, by: str, record: Content) -> None:
    for value in _values(record, by):
        index.setdefault(value, []).append(record)


def _values(record: Content, by: str) -> set[str]:
    """What a record holds under a name, itself or in its variants, as it is compared: in small letters."""
    held = (record, *(record.get("variants") or ()))
    return {str(each[by]).casefold() for each in held if each.get(by) is not None}
