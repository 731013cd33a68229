"""One row of a mapping file: which property is which column, and how its values cross from one side to the other.

What needs the link store leaves as a `LinkTo` that somebody else resolves.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING

from crosswalk.converters import COMPARATORS, Converter
from crosswalk.errors import Rejected
from crosswalk.paths import MISSING, Path

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from crosswalk.columns import ColumnType
    from crosswalk.values import Value


@dataclass(frozen=True)
class LinkTo:
    """A value that is known only once another record is linked.

    Attributes:
        entity: The entity of that record.
        key: What it is found by.
        by: Which of the link's ids that is: `webshop_id`, `alias`, `businessnxt_id` or `businessnxt_alias`.
        give: What of the link is the value: one of these ids, or the column of the ERP row that holds it.
        label: How messages name the property that waits for it.
        optional: Whether the record can be written without it.
    """

    entity: str
    key: str
    by: str
    give: str
    label: str
    optional: bool


@dataclass(frozen=True)
class Reference:
    """How one property points at a record of another entity.

    Attributes:
        entity: The entity of that record.
        by_alias: Whether the webshop names it by its alias (a SKU, for example).
        take: The column of the linked ERP row that holds the value; None takes the row's own key.
        optional: Whether the record can be written without it.
    """

    entity: str
    by_alias: bool
    take: str | None
    optional: bool


@dataclass(frozen=True)
class Property:
    """One row of a mapping file.

    Attributes:
        name: Unique within the entity: the column, with a number behind it where several rows share one.
        column: The Business NXT column.
        type: Its type.
        path: Where the value stands in the webshop's record; None for a constant or for a link to its own twin.
        const: A fixed ERP value.
        via: The name of a converter, a lookup or a table of values.
        same: The name of the comparator that decides whether two values are equal.
        sync: `both`, `to_businessnxt` or `to_webshop`.
        wins: Whose edit counts when both sides moved.
        adopts: Whose value counts where the two have no past in common; None for whoever `wins`.
        only_create: Written when the row is made, never afterwards.
        when: A condition on the record; the row is left out where it does not hold.
        link: Set when the value is a reference to another linked record.
        suggest: The number range from which the server draws the value when it makes the row.
        identity: Whether the value is the record's own webshop id: the reference that its row carries.
        reads: The column in which the row shows the value afterwards, where that is another one.
        drifts: Whether the side that does not own it moves it by itself, which is no edit.
        needed_in: The side that takes no record without a value; None where both can do without.
        refills: Whether Business NXT fills other columns when it is assigned, as a line's product brings its text and
            price. They are put back as they were with every write of it.
    """

    name: str
    column: str
    type: ColumnType
    path: Path | None = None
    const: Value = None
    via: str | None = None
    same: str | None = None
    sync: str = "both"
    wins: str = "webshop"
    adopts: str | None = None
    only_create: bool = False
    when: Path | None = None
    link: Reference | None = None
    suggest: tuple[int, int] | None = None
    identity: bool = False
    reads: str | None = None
    drifts: bool = False
    needed_in: str | None = None
    refills: bool = False

    @property
    def held_in(self) -> str:
        """The column that shows the value."""
        return self.reads or self.column

    @cached_property
    def place(self) -> tuple[str, int | None]:
        """What the row fills: a column, or one bit of it."""
        return self.column, self.type.size if self.type.name == "Flag" else None

    @cached_property
    def drawn(self) -> bool:
        """Whether the value comes from the server alone."""
        return self.path is None and self.const is None and self.link is None and not self.identity

    @property
    def sent(self) -> bool:
        """Whether the webshop's value is written to Business NXT."""
        return self.sync != "to_webshop"

    @property
    def returned(self) -> bool:
        """Whether the column's value is written to the webshop."""
        plain = self.path is not None and self.path.keys is not None
        return plain and self.const is None and self.sync != "to_businessnxt"

    @property
    def follows(self) -> bool:
        """Whether Business NXT alone says it, and what refills the row decides over it."""
        return self.only_create and self.sync == "to_webshop"

    def read(self, record: Dict[str, Value]) -> Value:
        """Give the webshop's value of a record: a JSON value, None when empty, `MISSING` when not there."""
        if self.when is not None and not self.when.read(record):
            return MISSING
        return self.const if self.path is None else self.path.read(record)

    def encode(self, value: Value, converters: Dict[str, Converter]) -> Value:
        """Turn the webshop's value into the column's value.

        Raises:
            Rejected: The value has no counterpart in the column.
        """
        if value is not None and self.via is not None:
            try:
                value = converters[self.via].to_businessnxt(value)
            except Rejected as error:
                raise Rejected(f"{self.label}: {error}", kind=error.kind, column=self.column) from None
        return self.type.encode(value, self.label)

    def decode(self, value: Value, converters: Dict[str, Converter]) -> Value:
        """Turn the column's value into the webshop's; None where nothing is set.

        Raises:
            Rejected: The value has no counterpart in the webshop.
        """
        plain = self.type.decode(value)
        if plain is None or self.via is None:
            return plain
        found = converters[self.via].to_webshop(plain)
        if found is None:
            raise Rejected(
                f"{self.label}: {self.via} has no word of the webshop for '{value}'; add one to values.yml, under "
                f"'values: {self.via}' or 'lookups: {self.via}: values', or correct the row",
                kind="mapping",
                column=self.column,
            )
        return found

    def link_to(self, value: Value) -> Value:
        """Turn the webshop's id of another record into a `LinkTo`.

        Raises:
            Rejected: It is empty, and must not be.
        """
        reference = self.link
        if reference is None or value is None or value == "":
            if reference is not None and not reference.optional:
                raise Rejected(
                    f"{self.label} is empty; it must name a record of {reference.entity}", column=self.column
                )
            return self.type.unset
        by = "alias" if reference.by_alias else "webshop_id"
        give = reference.take or "businessnxt_id"
        return LinkTo(reference.entity, self.fold(value), by, give, self.label, reference.optional)

    @property
    def label(self) -> str:
        """How messages name this property: by both its names."""
        return f"{self.path.text} → {self.column}" if self.path else self.column

    def cuts(self, value: Value) -> bool:
        """Whether the column is too short for this value and takes its beginning only."""
        size = self.type.size if self.type.name == "String" and self.type.cut else None
        return size is not None and isinstance(value, str) and len(value.strip()) > size

    def fold(self, value: Value) -> str:
        """Reduce a value to the form in which equal ones look equal."""
        return COMPARATORS[self.same](value) if self.same else str(value)

    def same_webshop(self, one: Value, other: Value) -> bool:
        """Whether two values of the webshop mean the same."""
        if one == other:
            return True
        if one is None or other is None:
            return one in (None, "") and other in (None, "")
        if self.same is not None:
            return self.fold(one) == self.fold(other)
        return self.via is None and self.type.name == "Decimal" and _equal_numbers(one, other)

    def same_businessnxt(self, one: Value, other: Value) -> bool:
        """Whether two values of the column mean the same."""
        one, other = self.type.canonical(one), self.type.canonical(other)
        return bool(one == other) or (self.same is not None and self.fold(one) == self.fold(other))


def _equal_numbers(one: Value, other: Value) -> bool:
    """Whether two spellings are of one number: `1.50` and 1.5."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False
