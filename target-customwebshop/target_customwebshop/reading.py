"""Reads a webshop for the merge: finds rows by what they hold, and says of those that cannot be read that they are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crosswalk import RemoteTable, Row
from customwebshop import ForeignShop, RecordMisreadError, ShopClient, Stored

from target_customwebshop.places import Place, same, value_at, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from target_customwebshop.views import Record

LOOK_UPS = {
    ("customers", "external_id"), ("customers", "email"), ("orders", "external_id"), ("products", "external_id"),
    ("products.variants", "sku"), ("inventory-levels", "sku"),
}  # fmt: skip
"""What the contract looks up by itself; for anything else a collection is listed, once in a run."""


class Reading:
    """The reading half of `crosswalk.Remote`.

    Args:
        client: Speaks to the shop.
    """

    def __init__(self, client: ShopClient | ForeignShop) -> None:
        self._client = client
        self._seen: dict[tuple[str, str], Stored] = {}  # as last read: what a change is held against
        self._listed: dict[tuple[str, str], tuple[dict[str, list[str]], list[RecordMisreadError]]] = {}

    def find(
        self, table: RemoteTable, column: str, values: Sequence[str], *, where: Dict[str, Any], parents: Sequence[str]
    ) -> list[Row]:
        """Rows whose column holds one of these values, which meet the condition, and belong to one of these parents."""
        place, wanted = Place.of(table), unique(map(str, values))
        sought, found = (dict.fromkeys(parents, wanted), []) if parents else self._sought(table, place, column, wanted)
        for record, may_be in sought.items():
            rows = self._legible(place, record)
            if isinstance(rows, RecordMisreadError):
                at, problem = f"{record}/" if place.items else record, illegible(place, record, rows)
                found += [Row(at, {column: each}, problem=problem) for each in may_be]
                continue
            found += [
                row_of(table, identity, row)
                for identity, row in rows.items()
                if str(value_at(row, column)) in wanted and meets(row, where)
            ]
        return found

    def read(self, table: RemoteTable, ids: Sequence[str]) -> dict[str, Row]:
        """Rows by key; a row that is gone is left out, one that cannot be read has a `problem`."""
        place = Place.of(table)
        self._seen.clear()
        owners = {each: place.split(each)[0] for each in ids}
        records = {each: self._legible(place, each) for each in unique(owners.values())}
        found: dict[str, Row] = {}
        for identity, owner in owners.items():
            rows = records[owner]
            if isinstance(rows, RecordMisreadError):
                found[identity] = Row(identity, {}, problem=illegible(place, owner, rows))
            elif identity in rows:
                found[identity] = row_of(table, identity, rows[identity])
        return found

    def _legible(self, place: Place, record: str) -> dict[str, Record] | RecordMisreadError:
        """The rows of a record, or why it cannot be read."""
        try:
            stored = self._get(place, record)
        except RecordMisreadError as misread:
            return misread
        return dict(place.rows(stored.content)) if stored else {}

    def _sought(
        self, table: RemoteTable, place: Place, column: str, wanted: Sequence[str]
    ) -> tuple[dict[str, list[str]], list[Row]]:
        """Which records may hold which of these values; and rows for values of which that cannot be told."""
        sought: defaultdict[str, list[str]] = defaultdict(list)
        unclear: list[Row] = []
        for value in wanted:
            try:
                for record in self._candidates(table, place, column, value):
                    sought[record].append(value)
            except RecordMisreadError as misread:  # noqa: PERF203 - the others go on
                unclear.append(Row("", {column: value}, problem=illegible(place, "", misread)))
        return sought, unclear

    def _get(self, place: Place, record: str) -> Stored | None:
        stored = self._client.get(place.collection, record)
        if stored is not None:
            self._seen[place.collection, record] = stored
        return stored

    def _candidates(self, table: RemoteTable, place: Place, column: str, value: str) -> list[str]:
        """Ids of records that may hold such a row.

        Raises:
            RecordMisreadError: One that cannot be read may.
        """
        if (table.name, column) in LOOK_UPS:
            return unique(str(each[place.key]) for each in self._client.find(place.collection, column, value))
        if column == place.key and not place.items:
            return [value]
        if (table.name, column) not in self._listed:
            self._listed[table.name, column] = self._list(place, column)
        listed, unread = self._listed[table.name, column]
        if value not in listed and unread:
            raise unread[0]
        return unique(listed.get(value, ()))

    def _list(self, place: Place, column: str) -> tuple[dict[str, list[str]], list[RecordMisreadError]]:
        """Which records hold which values of a column, and which cannot be read."""
        listed: defaultdict[str, list[str]] = defaultdict(list)
        unread: list[RecordMisreadError] = []
        for record in self._client.all(place.collection, unread.append):
            for _, row in place.rows(record):
                listed[str(value_at(row, column))].append(str(record[place.key]))
        return dict(listed), unread


def illegible(place: Place, record: str, misread: RecordMisreadError) -> str:
    """What is said of a record that cannot be read; one without an id only may be the one that is sought."""
    which = f"{place.collection} '{record}'" if record else f"one of its {place.collection}, which may be this one,"
    return f"the webshop's {which} cannot be read: {misread} It is tried again by itself"


def meets(row: Record, expect: Dict[str, Any]) -> bool:
    """Whether a row holds all of these values."""
    held = values_of(row, list(expect))
    return all(same(held.get(path), value, path) for path, value in expect.items())


def row_of(table: RemoteTable, identity: str, row: Record, *, ours: bool = False) -> Row:
    """A row as the merge sees it, with those inside it that can be made with it."""
    lines: tuple[Row, ...] = ()
    if table.lines and table.lines[0] in row:
        field, of_lines = table.lines
        lines = tuple(row_of(of_lines, f"{identity}/{each['id']}", each, ours=ours) for each in row[field] or ())
    return Row(identity, values_of(row, table.columns), lines, ours)


def unique(values: Iterable[str]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(values))
