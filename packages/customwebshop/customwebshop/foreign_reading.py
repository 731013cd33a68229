"""Reads a shop that does not keep to the contract as if it did: by the words of its preset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from customwebshop import listing
from customwebshop.client import Stored
from customwebshop.errors import MisreadError, NotFoundError, RefusedError
from customwebshop.listing import Listing
from customwebshop.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    from customwebshop.client import Content, PutAside
    from customwebshop.connection import Connection
    from customwebshop.dialect import Collection, Dialect

LEVELS = "inventory-levels"


class Shapes(Protocol):
    """Reads the shop as the tap does: the same pages, links followed, and the same record made of it."""

    def all(self, stream: str, put_aside: PutAside | None) -> Iterator[Content]:
        """Every record that the stream lists, in the contract's words; one that cannot be read is put aside."""

    def shaped(self, stream: str, raw: Any) -> tuple[Any, Content]:  # noqa: ANN401 - any JSON value
        """A record with what its links lead to, and the same in the contract's words."""


@dataclass(frozen=True)
class Seen(Stored):
    """A record as the shop holds it, in both languages.

    Attributes:
        raw: As the shop says it.
    """

    raw: Any = None


class ForeignReader:
    """Reads the records of one shop by a dialect.

    Args:
        connection: Leads to the shop.
        dialect: The shop's words.
        shapes: Makes the contract's records of the shop's.
    """

    def __init__(self, connection: Connection, dialect: Dialect, shapes: Shapes) -> None:
        self._speech, self._dialect, self._shapes = Speech(connection), dialect, shapes
        self._listing = Listing(self.all)

    def get(self, collection: str, identity: str) -> Seen | None:
        """One record; None when there is none, or only its tombstone.

        Raises:
            RecordMisreadError: The settings do not understand it.
            MisreadError: The shop gave another one, as shops do that ignore a filter.
        """
        spoken = self._spoken(collection)
        raw = self._one(collection, spoken, identity)
        if raw is None:
            return None
        seen = self._seen(collection, spoken, raw)
        found = seen.content.get(key_of(collection))
        if found is not None and str(found) != identity:
            raise MisreadError(
                f"{collection} '{identity}': the shop gave '{found}' instead, it may ignore a filter; "
                f"correct 'writes: {collection}: one' of its preset"
            )
        return None if seen.content.get("deleted_at") else seen

    def find(self, collection: str, by: str, value: str) -> list[Content]:
        """The records that hold just this value, looked up where the shop can, else found in the list.

        Raises:
            RecordMisreadError: One that may hold it cannot be read.
        """
        spoken = self._spoken(collection)
        reading = spoken.find.get(by)
        if reading is None and by == key_of(collection):
            seen = self.get(collection, value)
            return [seen.content] if seen else []
        if reading is None:
            return self._listing.holding(collection, by, value)
        try:
            found = self._speech.ask(spoken, reading, {"value": value}) or []
        except NotFoundError:
            return []
        listed = found if isinstance(found, list) else [found]
        shaped = (self._seen(collection, spoken, raw).content for raw in listed)
        return [each for each in shaped if listing.holds(each, by, value) and not each.get("deleted_at")]

    def all(self, collection: str, put_aside: PutAside | None = None) -> Iterator[Content]:
        """Every living record, page by page; one that cannot be read is put aside, or ends the reading."""
        spoken = self._spoken(collection)
        return (each for each in self._shapes.all(spoken.stream, put_aside) if not each.get("deleted_at"))

    # how it is done

    def _one(self, collection: str, spoken: Collection, identity: str) -> Any:  # noqa: ANN401 - any JSON value
        known = self._listed(collection, identity) if spoken.one.listed else [{}]
        if not known:
            return None
        try:
            return self._speech.ask(spoken, spoken.one, {"id": identity, "_listed": known[0]})
        except NotFoundError:
            return None

    def _listed(self, collection: str, identity: str) -> list[Content]:
        """What the list has under an id, which is one only as it is written."""
        key = key_of(collection)
        return [each for each in self._listing.holding(collection, key, identity) if str(each.get(key)) == identity]

    def _spoken(self, collection: str) -> Collection:
        try:
            return self._dialect.collections[collection]
        except KeyError:
            raise RefusedError(f"{self._dialect.name} does not say how {collection} are written") from None

    def _seen(self, collection: str, spoken: Collection, raw: Any) -> Seen:  # noqa: ANN401
        whole, content = self._shapes.shaped(spoken.stream, raw)
        if content.get(key_of(collection)) is None:
            raise MisreadError(f"{collection}: the shop's answer has no id. Does the preset fit this shop?")
        return Seen(content, "", raw=whole)


def key_of(collection: str) -> str:
    """What a record of it is known by."""
    return "sku" if collection == LEVELS else "id"
