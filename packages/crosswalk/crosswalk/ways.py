"""One mapping seen in one direction: where its records come from, where they go, and how values cross over.

The sync knows no webshop and no Business NXT, only a source and a target; what differs between the two directions is
said here and in the modules of the two sides. All of it is pure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.direction import drawn_of, number_of
from crosswalk.errors import Rejected
from crosswalk.far import FarSide
from crosswalk.near import NearSide
from crosswalk.properties import LinkTo
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as Dict

    from crosswalk.converters import Converter
    from crosswalk.entries import Link
    from crosswalk.properties import Property
    from crosswalk.values import Value, Values


class Way(NearSide, FarSide):
    """A mapping and the side that its records come from."""

    # values

    def encode(self, each: Property, value: Value, converters: Dict[str, Converter]) -> Value:
        """Turn the source's value into the target's, or into a `LinkTo`.

        Raises:
            Rejected: The value has no counterpart in the target.
        """
        if each.link is not None:
            return self._link_to(each, value)
        return each.encode(value, converters) if self.into_businessnxt else each.decode(value, converters)

    def _link_to(self, each: Property, value: Value) -> Value:
        if self.into_businessnxt or each.link is None:
            return each.link_to(value)
        if each.type.canonical(value) == each.type.unset:
            return None
        by = "businessnxt_alias" if each.link.take else "businessnxt_id"
        give = "alias" if each.link.by_alias else "webshop_id"
        return LinkTo(each.link.entity, str(value), by, give, each.label, each.link.optional)

    def same(self, side: Side, each: Property, one: Value, other: Value) -> bool:
        """Whether two values of one side mean the same."""
        return each.same_webshop(one, other) if side is Side.WEBSHOP else each.same_businessnxt(one, other)

    def blank(self, side: Side, each: Property, value: Value) -> bool:
        """Whether a value of one side says nothing."""
        if side is Side.WEBSHOP:
            return value is None or (isinstance(value, str) and not value.strip())
        if each.type.name == "Flag" and each.sync == "both":
            return False  # a bit that either side may set says no as clearly as yes
        if each.type.name == "Decimal" and each.drifts:
            return False  # none in stock is a number, too
        return bool(each.type.canonical(value) == each.type.unset)

    def agree(self, each: Property, values: tuple[Value, Value, Value], converters: Dict[str, Converter]) -> bool:
        """Whether both sides say the same already, be it that the column is shorter than the webshop's text.

        Args:
            each: The property.
            values: The source's value, what it would be in the target, and what the target holds.
            converters: What rows can name in `via:`.
        """
        value, draft, held = values
        if self.same(self.target, each, draft, held):
            return True
        if self.into_businessnxt or each.link is not None:
            return False
        try:
            return each.same_businessnxt(each.encode(held, converters), value)
        except Rejected:
            return False

    def is_edited(self, link: Link, row: Dict[str, Value]) -> bool:
        """Whether somebody has changed what comes back of a row of the target since both sides last agreed.

        What stands nowhere in the row (the webshop's record does not hold its own reference) cannot be edited there.
        """
        shadow = link.shadow(self.target)
        return any(
            not self.same(self.target, each, self.held(each, row), shadow[each.name])
            for each in self.back.carried
            if each.name in shadow and self.shows(each, row)
        )

    def is_another(self, link: Link, values: Dict[str, Value]) -> bool:
        """Whether a row is not the one that was linked, although it has its number: that may have been given again.

        It lacks our reference then, and differs in what a row is about: what is written with a new one only, or refills
        it. A row that lacks nothing but our reference gets that back; one that has it, or a line that never had it, is
        carried like any edit.

        Args:
            link: The link.
            values: What the row of Business NXT holds, by property name.
        """
        shadow, joint = link.businessnxt_shadow, self.mapping.joint
        if not self.mapping.is_lines and (joint is None or joint.column != self.mapping.reference):
            return False  # numbers of records are not given again
        known = [each for each in self.mapping.properties if each.name in shadow and each.name in values]
        alike = {each.name: each.same_businessnxt(values[each.name], shadow[each.name]) for each in known}
        marked = [alike[each.name] for each in known if each.identity]
        if any(marked) or (self.mapping.is_lines and not marked):
            return False
        return any((each.only_create or each.refills) and each.sent and not alike[each.name] for each in known)

    def is_another_row(self, link: Link, row: Dict[str, Value]) -> bool:
        """The same of a row as the target holds it."""
        return self.into_businessnxt and self.is_another(
            link, {each.name: self.held(each, row) for each in self.mapping.properties if self.shows(each, row)}
        )

    def safe(self, link: Link, row: Dict[str, Value]) -> Values:
        """What a row of the target holds, or None, of all that would make it stay were it another.

        That is what comes back of it, see `is_edited`, and what says that it is closed to edits.
        """
        returned = [self.place(each) for each in self.back.carried if each.name in link.shadow(self.target)]
        places = [self.by_place[each] for each in returned if each in self.by_place]
        return {each: row.get(each) for each in [*places, *(self.mapping.frozen if self.into_businessnxt else ())]}

    def refilled(self, written: Collection[str]) -> list[Property]:
        """What Business NXT fills anew of a row when these properties are written: what is assigned behind them.

        Source: docs/facts.yml, product_fills_line and line_products_can_be_changed.
        """
        behind: list[Property] = []
        carried = iter(self.carried if self.into_businessnxt else ())
        if any(each.refills and each.name in written for each in carried):
            behind = [each for each in carried if each.name not in written and not each.reads and not each.only_create]
        return behind

    # what is known of a row after it was found or made

    def unmarked(self, values: Values, identity: str) -> Values:
        """What a row of Business NXT that was matched lacks: our reference, by property name.

        Args:
            values: What the row holds, by property name.
            identity: The id of its partner in the webshop.
        """
        if self.into_businessnxt or self.mapping.is_lines:
            return {}
        marks = [each for each in self.mapping.properties if each.identity and each.name in values]
        return {each.name: identity for each in marks if self.blank(Side.BUSINESSNXT, each, values[each.name])}

    def met(self, link: Link, row: Dict[str, Value]) -> Link:
        """The link with what only the target's row knows: drawn numbers, and second look-up keys."""
        if self.into_businessnxt:
            drawn = drawn_of(self.mapping, row)
            known = replace(link, businessnxt_shadow={**link.businessnxt_shadow, **drawn})
            return replace(known, businessnxt_alias=number_of(self.mapping, known.businessnxt_shadow))
        alias = self.mapping.alias
        value = row.get(alias.text) if alias else None
        return replace(link, alias=str(value)) if value not in (None, "") else link
