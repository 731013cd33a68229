"""The far side of a direction: the target's table, how its rows are found, and what they hold. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crosswalk.converters import COMPARATORS
from crosswalk.direction import STAMPS, Direction
from crosswalk.remote import RemoteTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.properties import Property
    from crosswalk.values import Value, Values


@dataclass(frozen=True)
class Rule:
    """One way to find what already stands for the same thing in the target.

    Attributes:
        name: The property whose source value is looked for.
        place: Where the target should hold it.
        same: The comparator.
        is_key: Whether the target knows its rows by it, so that there can be no second one.
    """

    name: str
    place: str
    same: str | None
    is_key: bool

    def key(self, values: Values) -> str | None:
        """The value to look for; None when the record has none."""
        value = values.get(self.name)
        return None if value in (None, "", 0) else str(value).strip()

    def spellings(self, key: str) -> list[str]:
        """How a value may be written where it is looked for: a system finds only what is spelled just so."""
        folded = self.fold(key)
        found = [key, folded]
        if self.same == "digits":
            found.append(" ".join(folded[start : start + 3] for start in range(0, len(folded), 3)))
        return found

    def fold(self, value: Value) -> str:
        """Reduce a value to the form in which equal ones look equal."""
        return COMPARATORS[self.same](value) if self.same else str(value).strip()


class FarSide(Direction):
    """Knows the rows of the target."""

    @cached_property
    def table(self) -> RemoteTable:
        """The target's table."""
        mapping, lines = self.mapping, self.lines
        if self.into_businessnxt:
            children = (lines.mapping.children, lines.table) if lines else None
            return RemoteTable(
                mapping.table, mapping.key, self._columns(mapping.columns), mapping.reference, children, mapping.suggest
            )
        inside = (lines.mapping.shop_table.rpartition(".")[2], lines.table) if lines else None
        paths = dict.fromkeys(each.path.text for each in mapping.properties if each.path)
        alias = [mapping.alias.text] if mapping.alias else []
        wanted = [self.reference or "", *paths, *alias, *self.marks]
        return RemoteTable(mapping.shop_table, ("id",), self._columns(wanted), self.reference, inside)

    def _columns(self, wanted: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*wanted, *([STAMPS[self.target]] if self.by_stamps else [])]))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The match rules as they look from the source."""
        if self.into_businessnxt:
            return tuple(
                Rule(each.name, each.column, each.same, each.column in self.mapping.key) for each in self.mapping.match
            )
        columns = {each.column: each.name for each in reversed(self.mapping.properties)}
        paths = {each.name: each.path.text for each in self.mapping.properties if each.path}
        return tuple(
            Rule(columns[each.column], paths[each.name], each.same, is_key=False)
            for each in self.mapping.match
            if each.column in columns
        )

    @property
    def match_where(self) -> Dict[str, Value]:
        """A condition on what may be matched."""
        return self.mapping.match_where if self.into_businessnxt else {}

    def shows(self, each: Property, row: Dict[str, Value]) -> bool:
        """Whether a row of the target tells what it holds of a property."""
        return (each.held_in if self.into_businessnxt else self.place(each)) in row

    def place(self, each: Property) -> str:
        """Where a property is written in the target: a column, or a path."""
        return each.column if self.into_businessnxt or each.path is None else each.path.text

    @cached_property
    def by_place(self) -> dict[str, str]:
        """Where the value shows that was written to a place of the target: the same place, as a rule."""
        if not self.into_businessnxt:
            return {self.place(each): self.place(each) for each in self.mapping.properties if each.path}
        return {each.column: each.held_in for each in self.mapping.properties}

    def held(self, each: Property, row: Dict[str, Value]) -> Value:
        """What a row of the target holds of a property."""
        if self.into_businessnxt:
            return row.get(each.held_in, each.type.unset)
        return row.get(each.path.text) if each.path else None

    def frozen(self, row: Dict[str, Value], extras: Values) -> bool:
        """Whether the row of Business NXT, source or target, is closed to edits.

        Args:
            row: The target's row.
            extras: What the source's record says beside its properties.
        """
        holder = row if self.into_businessnxt else extras
        return any(_has(holder.get(column), wanted) for column, wanted in self.mapping.frozen.items())

    @property
    def closing(self) -> Values:
        """What a row holds that is closed to edits."""
        return {column: 1 if wanted is True else wanted for column, wanted in self.mapping.frozen.items()}

    @property
    def reference_where(self) -> Dict[str, Value]:
        """A condition on the rows among which the reference is looked for."""
        return self.mapping.match_where if self.natural else {}


def _has(value: Value, wanted: Value) -> bool:
    """Whether a column holds any of these bits, or anything at all."""
    if wanted is True:
        return value not in (None, "", 0) and str(value).strip("0.") != ""
    return bool(int(value or 0) & int(wanted))
