"""Turns the source's values into the target's, links included: what is sent, before anything is sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from typing import TYPE_CHECKING

from crosswalk.doubts import needed
from crosswalk.entries import Link
from crosswalk.errors import BARRED, LATER, UNCLEAR, Barred, Rejected, Waiting
from crosswalk.properties import LinkTo, Property

if TYPE_CHECKING:
    from crosswalk.converters import Converter
    from crosswalk.desk import Run
    from crosswalk.remote import Row
    from crosswalk.twins import Twins
    from crosswalk.units import Unit
    from crosswalk.values import Values
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)

Awaken = Callable[[str, Sequence[Link]], Dict[str, Rejected]]
"""Makes the rows of dormant links of an entity; gives the reasons, by webshop id, where it could not."""


class Drafts:
    """Encodes the records of one entity.

    Args:
        way: The entity's mapping and direction.
        converters: The converters that its rows can name.
        run: The run.
        awaken: Called for records that are referred to and have no row yet.
        twins: What its records sleep for; None where they do not.
    """

    def __init__(
        self, way: Way, converters: Dict[str, Converter], run: Run, awaken: Awaken, twins: Twins | None = None
    ) -> None:
        self._way, self.converters, self._run, self._awaken, self._twins = way, converters, run, awaken, twins

    def encode(self, wanted: Iterable[tuple[Unit, Iterable[Property]]]) -> dict[str, Values | Rejected]:
        """Encode these properties of these records; a record that cannot be encoded gets its reason instead."""
        encoded = {unit.id: self._encode(unit, rows) for unit, rows in wanted}
        links = [value for each in encoded.values() if isinstance(each, dict)
                 for value in each.values() if isinstance(value, LinkTo)]  # fmt: skip
        if not links:
            return encoded
        found = self._find(links)
        return {
            identity: self._resolve(each, found) if isinstance(each, dict) else each
            for identity, each in encoded.items()
        }

    def _encode(self, unit: Unit, rows: Iterable[Property]) -> Values | Rejected:
        draft: Values = {}
        problems: dict[str, Rejected] = {}
        is_new = rows is self._way.mapping.properties  # all of them: an edit brings what has moved
        for each in rows:
            if self._lacks(each, unit, is_new=is_new):
                problems[each.name] = needed(self._way, each, unit)
                continue
            if not self._way.carries(each) or each.name not in unit.values:
                continue
            try:
                value = self._way.encode(each, unit.values[each.name], self.converters)
                draft[each.name] = self._twins.meant(unit, each, value) if self._twins else value
            except Rejected as error:
                problems[each.name] = error
                continue
            if self._way.into_businessnxt and each.cuts(unit.values[each.name]):
                self._note_cut(unit, each)
        return self._unless_said_otherwise(draft, problems)

    def _lacks(self, each: Property, unit: Unit, *, is_new: bool) -> bool:
        """Whether the target must be told of a property, and the record says nothing of it."""
        if each.needed_in != self._way.target.value or not self._way.carries(each) or (each.only_create and not is_new):
            return False
        told = each.name in unit.values or self._way.into_businessnxt  # a row that lacks the column says nothing of it
        return told and self._way.says_nothing(each, unit.values.get(each.name))

    def _unless_said_otherwise(self, draft: Values, problems: Dict[str, Rejected]) -> Values | Rejected:
        """The draft, or what stands against it: where several rows read one column back, one that can is enough."""
        by_name = self._way.mapping.by_name
        said = set() if self._way.into_businessnxt else {by_name[each].column for each in draft}
        return next((problem for name, problem in problems.items() if by_name[name].column not in said), draft)

    def _note_cut(self, unit: Unit, each: Property) -> None:
        logger.warning("%s '%s': %s is cut to %d characters", self._way.entity, unit.id, each.label, each.type.size)

    def _find(self, wanted: Sequence[LinkTo]) -> dict[tuple[str, str, str], Link | Rejected]:
        groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for each in wanted:
            groups[each.entity, each.by].add(each.key)
        found: dict[tuple[str, str, str], Link | Rejected] = {}
        for (entity, by), keys in groups.items():
            links = self._run.store.links(entity, keys, by=by)
            needed = {each.key for each in wanted if not each.optional and each.entity == entity}
            dormant = [link for key, link in links.items() if link.status == "dormant" and key in needed]
            failures = self._awaken(entity, dormant) if dormant else {}
            links |= self._run.store.links(entity, [key for key in links if links[key] in dormant], by=by)
            for key, link in links.items():
                found[entity, by, key] = failures.get(link.webshop_id or "", link)
        return found

    def _resolve(self, draft: Values, found: Dict[tuple[str, str, str], Link | Rejected]) -> Values | Rejected:
        resolved: Values = {}
        problems: dict[str, Rejected] = {}
        for name, value in draft.items():
            if not isinstance(value, LinkTo):
                resolved[name] = value
                continue
            try:
                held = self._held(value, found.get((value.entity, value.by, value.key)))
                if held is not None:
                    resolved[name] = self._as_value(name, held)
            except Rejected as error:
                problems[name] = error
        return self._unless_said_otherwise(resolved, problems)

    def _as_value(self, name: str, held: object) -> object:
        each = self._way.mapping.by_name[name]
        return each.type.encode(held, each.label) if self._way.into_businessnxt else held

    def _held(self, wanted: LinkTo, link: Link | Rejected | None) -> object:
        """What stands for the linked record; None where this one can do without it for now."""
        if isinstance(link, Link) and link.status == "linked":
            return _taken(wanted, link)
        if wanted.optional:
            return None
        if isinstance(link, Link) and link.status in ("tombstone", "erased"):
            raise Barred(
                f"{wanted.label}: {wanted.entity} '{wanted.key}' was deleted on one side; to have it made anew, "
                f"'crosswalk links unlink {wanted.entity} {link.webshop_id}', and save it in the webshop",
                wanted.entity,
                wanted.key,
                column=wanted.label,
            )
        if isinstance(link, Rejected) and link.kind != UNCLEAR:
            message = f"{wanted.label}: {wanted.entity} '{wanted.key}' could not be made: {link}"
            if link.kind == LATER:
                raise Rejected(message, kind=LATER)
            raise Barred(message, wanted.entity, wanted.key, column=wanted.label)
        partner = "Business NXT" if self._way.into_businessnxt else "the webshop"
        raise Waiting(wanted.entity, wanted.key, column=wanted.label, partner=partner)


def _taken(wanted: LinkTo, link: Link) -> object:
    """What stands for a linked record; it is never left out in silence: an order would lose its customer."""
    held: object = vars(link)[wanted.give] if wanted.give in vars(link) else link.businessnxt_shadow.get(wanted.give)
    if not held and not wanted.optional:
        raise Rejected(
            f"{wanted.label}: row {link.businessnxt_id} of {wanted.entity} '{wanted.key}' has no {wanted.give}; "
            "give it one in Business NXT",
            kind=BARRED,
        )
    return held or None


def new_row(way: Way, draft: Values, unit: Unit) -> Values:
    """What a new row of the target is made with, in the order of assignment, its reference included.

    What is blank in the source is left out, so that what the ERP fills in by itself (from an order's customer, say)
    is not wiped again.
    """
    row = as_columns(way, {name: draft[name] for name in draft if unit.values[name] not in (None, "")}, {})
    if way.reference is not None and not way.into_businessnxt:
        row[way.reference] = unit.reference
    return row


def as_columns(way: Way, draft: Values, current: Dict[str, object]) -> Values:
    """Property values by their places; the bits of one column come together, the others keep their state."""
    columns: Values = {}
    for name, value in draft.items():
        each = way.mapping.by_name[name]
        if each.type.name == "Flag" and way.into_businessnxt:
            held = columns.get(each.column, int(str(current.get(each.column) or 0)))
            columns[each.column] = held & ~(each.type.size or 0) | value
        else:
            columns[way.place(each)] = value
    return columns


def stored(way: Way, draft: Values, row: Row) -> Values:
    """What a new row really holds of what was sent; what was sent, where somebody has edited the row already."""
    rows = {name: way.mapping.by_name[name] for name in draft}
    return {
        name: way.held(each, row.values) if row.ours and way.shows(each, row.values) else draft[name]
        for name, each in rows.items()
    }
