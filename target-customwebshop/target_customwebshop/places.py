"""Where the rows of a table are in the shop: records of a collection, or items of a list inside its records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from crosswalk.paths import MISSING, compile_path
from customwebshop import RefusedError, amounts

from target_customwebshop import goods, totals
from target_customwebshop.views import VIEWS, Edit, Record, line_patch, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crosswalk import RemoteTable

PARENT = "parent."
COLLECTIONS = {"stock_levels": "inventory-levels"}
"""What the contract calls a stream of ours by another name."""

HOMES = {("orders", "invoices"): "metadata"}
"""In what of a record a list stands that the contract has no place for."""

_path = cache(compile_path)


@dataclass(frozen=True)
class Place:
    """One table.

    Attributes:
        collection: The collection whose records are read and written.
        items: The list inside a record that holds the rows; empty where the records themselves are the rows.
    """

    collection: str
    items: str = ""

    @classmethod
    def of(cls, table: RemoteTable) -> Place:
        """The place that a table's name says: `customers`, or `products.variants`."""
        return cls.named(table.name)

    @classmethod
    def named(cls, name: str) -> Place:
        """The place of this name."""
        stream, _, items = name.partition(".")
        return cls(COLLECTIONS.get(stream, stream), items)

    @property
    def key(self) -> str:
        """What the rows are known by."""
        return "sku" if self.collection == "inventory-levels" else "id"

    def split(self, identity: str) -> tuple[str, str]:
        """The record's id, and the item's within it: `P0001/V1`."""
        record, _, item = identity.partition("/") if self.items else (identity, "", "")
        return record, item

    def rows(self, record: Record) -> Iterator[tuple[str, Record]]:
        """What a record holds of this table, as mapping files see it, by id."""
        seen = VIEWS[self.collection].present(record)
        if not self.items:
            yield str(record[self.key]), seen
            return
        found = seen.get(self.items)
        for item in found if isinstance(found, list) else ():
            if identity := _id(item):
                yield f"{record['id']}/{identity}", {**item, "parent": seen}

    def edited(self, record: Record, edits: Sequence[tuple[str, Edit]]) -> Record:
        """The merge patch that edits rows of one record, by item; "" stands for a new item."""
        if not self.items:
            ((_, edit),) = edits
            return VIEWS[self.collection].absorb(record, edit)
        items = self._items(record)
        patch: Record = {}
        for identity, edit in edits:
            at = next((place for place, each in enumerate(items) if identity and _id(each) == identity), len(items))
            item = items[at] if at < len(items) else {}
            own, parents = _apart(self._plain({**record, **patch}, item, edit))
            if self.items == "variants" and parents.get("status") == "active":
                items = goods.left_as_offered({**record, **patch}, items, at)
            patch |= VIEWS[self.collection].absorb({**record, **patch}, parents)
            items[at : at + 1] = [_merged(item, self._item_patch(record, item, own))]
        return {**patch, **self._with(record, items)}

    def around(self, record: Record, item: str, edit: Edit) -> Edit:
        """What an edit of an item sets of the record around it, as the title of a variant's product.

        Raises:
            RefusedError: The edit cannot be made.
        """
        items = (each for each in self._items(record) if _id(each) == item) if self.items else iter(())
        return _apart(self._plain(record, next(items, {}), edit))[1]

    def without(self, record: Record, identity: str) -> Record:
        """The merge patch that takes an item out."""
        return self._with(record, [each for each in self._items(record) if _id(each) != identity])

    def _items(self, record: Record) -> list[Record]:
        home = HOMES.get((self.collection, self.items))
        holder = record if home is None else record.get(home) or {}
        found = holder.get(self.items) or []
        if not isinstance(found, list):
            where = f"{home}.{self.items}" if home else self.items
            raise RefusedError(f"'{where}' of the webshop's record is no list; empty it there", property=where)
        return list(found)

    def _plain(self, record: Record, item: Record, edit: Edit) -> Edit:
        if (self.collection, self.items) == ("products", "variants"):
            return goods.variant_edit(record, item, edit)
        return edit

    def _item_patch(self, record: Record, item: Record, edit: Edit) -> Record:
        if self.collection == "orders" and self.items == "lines":
            return line_patch(record, item, edit)
        return plainly(item, edit)

    def _with(self, record: Record, items: list[Record]) -> Record:
        follows = totals.of_order(record, items) if (self.collection, self.items) == ("orders", "lines") else {}
        home = HOMES.get((self.collection, self.items))
        return {self.items: items, **follows} if home is None else {home: {self.items: items}}


def _id(item: Any) -> str | None:  # noqa: ANN401 - a list that the contract has no place for may hold anything
    """The id of an item; None where it has none, which makes it somebody else's."""
    found = item.get("id") if isinstance(item, dict) else None
    return None if found in (None, "") else str(found)


def value_at(row: Record, path: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value at a path, or `MISSING`."""
    return _path(path).read(row)


def values_of(row: Record, paths: Sequence[str]) -> Record:
    """The values at these paths; what the shop does not have is left out."""
    found = {path: value_at(row, path) for path in paths}
    return {path: value for path, value in found.items() if value is not MISSING}


def spelled(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same, with every amount written as the contract wants it: `100`, not `1E+2`."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {name: spelled(each) for name, each in value.items()}
    return [spelled(each) for each in value] if isinstance(value, list) else value


def same(one: Any, other: Any, path: str = "") -> bool:  # noqa: ANN401 - any JSON value
    """Whether two values say the same; an amount may be a text here and a number there, or spelled in two ways."""
    if one == other or (one in (None, "") and other in (None, "")):
        return True
    amount = path.rpartition(".")[2] in amounts.names() or isinstance(one, Decimal) ^ isinstance(other, Decimal)
    return amount and amounts.same(one, other)


def _apart(edit: Edit) -> tuple[Edit, Edit]:
    """What is edited of an item, and of the record around it."""
    parents = {path.removeprefix(PARENT): value for path, value in edit.items() if path.startswith(PARENT)}
    return {path: value for path, value in edit.items() if not path.startswith(PARENT)}, parents


def _merged(record: Any, patch: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The record after the patch; the list that it stands in is sent as a whole."""
    if not isinstance(record, dict) or not isinstance(patch, dict):
        return patch
    return record | {name: _merged(record.get(name), value) for name, value in patch.items()}
