"""Records of a second entity, such as the price of a product: they sleep until the product itself is linked.

A dormant link remembers what was read. It is woken by what the store holds and by nothing else, so that a run which
was killed in between, or a parent that is linked years later, needs no delivery by a tap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.properties import LinkTo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crosswalk.desk import Pair
    from crosswalk.entries import Link
    from crosswalk.links import Store
    from crosswalk.properties import Property
    from crosswalk.units import Unit
    from crosswalk.values import Value
    from crosswalk.ways import Way


class Twins:
    """Finds whose twin is linked, and tells a sleeping record where its partner must be.

    Args:
        way: The entity's mapping and direction.
        main: The mapping of the entity that its records are linked under first.
        store: The link store.
    """

    def __init__(self, way: Way, main: Way, joint: Property, store: Store) -> None:
        self._way, self._main, self._joint, self._store = way, main, joint, store

    @property
    def entity(self) -> str:
        """Under which entity its records are linked first."""
        return self._main.entity

    @property
    def _names(self) -> tuple[str, str]:
        """By which id the sleeping link knows its twin, and by which the twin is found."""
        reference = self._joint.link
        if self._way.into_businessnxt:
            name = "alias" if reference and reference.by_alias and not self._has_its_id else "webshop_id"
            return name, name
        return "businessnxt_alias", "businessnxt_alias" if reference and reference.take else "businessnxt_id"

    @property
    def _has_its_id(self) -> bool:
        """Whether a record has the webshop's id that its twin has: an alias could be that of several."""
        own, main = self._way.mapping, self._main.mapping
        return (own.shop_table, own.id.text, own.id_same) == (main.shop_table, main.id.text, main.id_same)

    def meant(self, unit: Unit, each: Property, value: Value) -> Value:
        """What a property refers to: the twin is the record of the very same id, where an alias could be of several."""
        if each is self._joint and isinstance(value, LinkTo) and self._way.into_businessnxt and self._has_its_id:
            return replace(value, by="webshop_id", key=unit.id)
        return value

    def awake(self) -> list[tuple[Link, Link]]:
        """Sleeping links whose twin is linked by now, each with it."""
        own, known = self._names
        links = self._store.sleeping(self._way.entity, self._way.source, (own, known), self._main.entity)
        twins = self._store.links(self._main.entity, [getattr(each, own) for each in links], by=known)
        return [(each, twins[getattr(each, own)]) for each in links]

    def astray(self) -> list[Link]:
        """Links whose twin has got another alias, by which their partner is found: the SKU of a stock level, say."""
        if not self._way.placed_by_twin or self._way.mapping.shop_table == self._main.mapping.shop_table:
            return []
        return self._store.astray(self._way.entity, self._names, self._main.entity)

    def placed(self, unit: Unit, twin: Link) -> Unit:
        """The record, with what its twin says of where the partner is."""
        if self._way.into_businessnxt:
            taken = self._joint.link.take if self._joint.link else None
            known = self._way.natural and taken is None
            return replace(unit, reference=twin.businessnxt_id or "") if known else unit
        if self._way.mapping.is_lines:
            return replace(unit, parent=twin.businessnxt_id or "")
        same_record = self._way.mapping.shop_table == self._main.mapping.shop_table
        return replace(unit, named=(twin.webshop_id if same_record else twin.alias) or "")

    def resumed(self, pairs: Sequence[Pair]) -> tuple[list[Pair], dict[str, Link]]:
        """Records whose partners were being made, put where these must be, and whose items they are."""
        if self._way.natural:
            return [replace(each, unit=self._as_sent(each)) for each in pairs], {}
        if not self._way.mapping.is_lines or self._way.into_businessnxt:
            return list(pairs), {}
        heads = self._store.links_by_id({each.link.parent_id for each in pairs if each.link.parent_id})
        placed = [(each, heads.get(each.link.parent_id or 0)) for each in pairs]
        moved = [replace(pair, unit=self.placed(pair.unit, head)) if head else pair for pair, head in placed]
        return moved, {each.businessnxt_id or "": each for each in heads.values()}

    def _as_sent(self, pair: Pair) -> Unit:
        """The record, with what its row would be known by: the link holds what was meant to be written."""
        sent = pair.link.shadow(self._way.target).get(self._joint.name)
        return replace(pair.unit, reference=str(sent)) if sent else pair.unit


def twins_of(way: Way, main: Callable[[str], Way], store: Store) -> Twins | None:
    """What wakes an entity's records; None where they do not sleep."""
    joint, twin = way.mapping.joint, way.mapping.twin_of
    if joint is None or twin is None or way.idle:
        return None
    return Twins(way, main(twin), joint, store)


def parents_of(awake: Sequence[tuple[Link, Link]]) -> dict[str, Link]:
    """The twins by their keys in Business NXT, for records that become items inside them."""
    return {twin.businessnxt_id or "": twin for _, twin in awake}
