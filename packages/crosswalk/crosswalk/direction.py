"""One mapping seen in one direction: what goes, what is made, who carries whose id, what becomes of the dead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from typing_extensions import Self

from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from crosswalk.mapping import Mapping
    from crosswalk.properties import Property
    from crosswalk.values import Value, Values

STAMPS = {Side.WEBSHOP: "updated_at", Side.BUSINESSNXT: "changedTimestamp"}
"""When a record was last changed, by its own system's clock: asked for by `wins: newest` only."""

SHOP_REFERENCE = "external_id"
"""Where a record of the webshop carries the key of its row (webshop contract)."""


@dataclass(frozen=True)
class Direction:
    """A mapping and the side that its records come from."""

    mapping: Mapping
    source: Side = Side.WEBSHOP

    @property
    def target(self) -> Side:
        """The side that is written to."""
        return self.source.other

    @property
    def entity(self) -> str:
        """The entity's name."""
        return self.mapping.entity

    @property
    def into_businessnxt(self) -> bool:
        """Whether records go from the webshop to Business NXT."""
        return self.source is Side.WEBSHOP

    @property
    def stream(self) -> str | None:
        """The Singer stream that brings the records; None where nothing comes this way."""
        return self.mapping.stream if self.into_businessnxt else self.mapping.businessnxt_stream

    @cached_property
    def back(self) -> Self:
        """The other direction."""
        return type(self)(self.mapping, self.target)

    @cached_property
    def lines(self) -> Self | None:
        """The records inside the records."""
        return type(self)(self.mapping.lines, self.source) if self.mapping.lines else None

    @property
    def create(self) -> str:
        """When a record without a partner gets one made: `always`, `on_demand`, `match` (never made) or `never`."""
        return self.mapping.create if self.into_businessnxt else self.mapping.create_in_webshop

    @property
    def marks(self) -> Dict[str, Value]:
        """What a deactivated row of the target holds: by column or path the value, or the bits to set or to clear."""
        return self.mapping.inactive.get(self.target.value, {})

    def marked(self, row: Dict[str, Value]) -> Values:
        """The marked columns of a row as they are to be once it is deactivated."""
        return {place: _with_bits(row.get(place), mark) for place, mark in self.marks.items()}

    @property
    def when_gone(self) -> str:
        """What becomes of the target's row when the source's record is gone."""
        return self.mapping.deleted_in.get(self.source.value, "deactivate" if self.marks else "ignore")

    @property
    def idle(self) -> bool:
        """Whether nothing ever goes this way."""
        return self.stream is None or not self.carried

    @cached_property
    def carried(self) -> tuple[Property, ...]:
        """The properties that are written to the target, in the order of assignment."""
        return tuple(each for each in self.mapping.properties if self.carries(each))

    def carries(self, each: Property) -> bool:
        """Whether this property is written to the target; what stands at no plain path cannot be written back."""
        return each.sent if self.into_businessnxt else each.returned

    def owned_there(self, each: Property) -> bool:
        """Whether the target alone says what this property is, so that an edit of it in the source is put right."""
        one_way = not self.carries(each) and self.back.carries(each) and not each.only_create and not each.drifts
        return one_way and (each.identity or each.wins != self.source.value)

    @cached_property
    def by_stamps(self) -> bool:
        """Whether any property goes to whoever changed it last."""
        return any("newest" in (each.wins, each.adopts) for each in self.mapping.properties)

    # who is whom

    @property
    def reference(self) -> str | None:
        """Where the target's record carries the source's id."""
        if self.into_businessnxt:
            return self.mapping.reference
        return "id" if self.mapping.is_lines else SHOP_REFERENCE

    @property
    def named_in(self) -> str:
        """Where the source's record carries the target's id."""
        return SHOP_REFERENCE if self.into_businessnxt else self.mapping.reference or ""

    @property
    def natural(self) -> bool:
        """Whether a row is found again by what it is about (a price by its product) and not by an id of the webshop."""
        joint = self.mapping.joint
        return self.into_businessnxt and joint is not None and joint.column == self.mapping.reference

    @property
    def placed_by_twin(self) -> bool:
        """Whether the partner is where the twin's is, or nowhere."""
        return self.sleeps and not self.into_businessnxt and self.create == "match"

    @property
    def sleeps(self) -> bool:
        """Whether a record without a partner waits as a dormant link until its twin is linked."""
        return self.mapping.joint is not None

    @property
    def picks_ids(self) -> bool:
        """Whether we choose the ids of new records, so that they are known before these are made."""
        return self.mapping.is_lines and not self.into_businessnxt


def drawn_of(mapping: Mapping, row: Dict[str, Value]) -> Values:
    """The numbers of a row that no webshop knows: other records refer to it by them."""
    return {each.name: row[each.column] for each in mapping.properties if each.drawn and each.column in row}


def number_of(mapping: Mapping, values: Values) -> str | None:
    """The first of the numbers that Business NXT drew for a row."""
    numbers = (values.get(each.name) for each in mapping.properties if each.drawn)
    return next((str(each) for each in numbers if each), None)


def _with_bits(value: Value, mark: Value) -> Value:
    """A value with its mark: another value, or the same with some bits set or cleared."""
    if not isinstance(mark, dict):
        return mark
    return (int(value or 0) | int(mark.get("set", 0))) & ~int(mark.get("clear", 0))
