"""Turns webshop values into column values, links included: what is sent, before anything is sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from typing import TYPE_CHECKING

from crosswalk.entries import Link
from crosswalk.errors import LATER, Rejected, Waiting
from crosswalk.mapping import LinkTo, Mapping, Property

if TYPE_CHECKING:
    from crosswalk.converters import Converter
    from crosswalk.desk import Run
    from crosswalk.units import Unit
    from crosswalk.values import Values

logger = logging.getLogger(__name__)

UNCLEAR = "unclear"
"""Kind of a reject whose row may have been made all the same."""

Awaken = Callable[[str, Sequence[Link]], Dict[str, Rejected]]
"""Makes the rows of dormant links of an entity; gives the reasons, by webshop id, where it could not."""


class Drafts:
    """Encodes the records of one entity.

    Args:
        mapping: The entity's mapping.
        converters: The converters that its rows can name.
        run: The run.
        awaken: Called for records that are referred to and have no row yet.
    """

    def __init__(self, mapping: Mapping, converters: Dict[str, Converter], run: Run, awaken: Awaken) -> None:
        self._mapping, self._converters, self._run, self._awaken = mapping, converters, run, awaken

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
        try:
            for each in rows:
                if each.sent and each.name in unit.values:
                    draft[each.name] = each.encode(unit.values[each.name], self._converters)
                    if each.cuts(unit.values[each.name]):
                        self._note_cut(unit, each)
        except Rejected as error:
            return error
        return draft

    def _note_cut(self, unit: Unit, each: Property) -> None:
        logger.warning("%s '%s': %s is cut to %d characters", self._mapping.entity, unit.id, each.label, each.type.size)

    def _find(self, wanted: Sequence[LinkTo]) -> dict[tuple[str, bool, str], Link | Rejected]:
        groups: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
        for each in wanted:
            groups[each.entity, each.by_alias].add(each.key)
        found: dict[tuple[str, bool, str], Link | Rejected] = {}
        for (entity, by_alias), keys in groups.items():
            column = "alias" if by_alias else "webshop_id"
            links = self._run.store.links(entity, keys, by=column)
            needed = {each.key for each in wanted if not each.optional and each.entity == entity}
            dormant = [link for key, link in links.items() if link.status == "dormant" and key in needed]
            failures = self._awaken(entity, dormant) if dormant else {}
            links |= self._run.store.links(entity, [key for key in links if links[key] in dormant], by=column)
            for key, link in links.items():
                found[entity, by_alias, key] = failures.get(link.webshop_id or "", link)
        return found

    def _resolve(self, draft: Values, found: Dict[tuple[str, bool, str], Link | Rejected]) -> Values | Rejected:
        resolved: Values = {}
        try:
            for name, value in draft.items():
                if not isinstance(value, LinkTo):
                    resolved[name] = value
                    continue
                held = self._held(value, found.get((value.entity, value.by_alias, value.key)))
                if held is not None:
                    resolved[name] = self._mapping.by_name[name].type.encode(held, value.label)
        except Rejected as error:
            return error
        return resolved

    def _held(self, wanted: LinkTo, link: Link | Rejected | None) -> object:
        """The value of the linked row; None where the record can do without it for now."""
        if isinstance(link, Link) and link.status == "linked":
            return _taken(wanted, link)
        if wanted.optional:
            return None
        if isinstance(link, Rejected) and link.kind != UNCLEAR:
            kind = LATER if link.kind == LATER else "parent"
            raise Rejected(f"{wanted.label}: {wanted.entity} '{wanted.key}' could not be made: {link}", kind=kind)
        raise Waiting(wanted.entity, wanted.key, column=wanted.label)


def _taken(wanted: LinkTo, link: Link) -> object:
    """What stands for a linked row; it is never left out in silence: an order would lose its customer."""
    if wanted.take is None:
        return link.businessnxt_id
    held = link.businessnxt_shadow.get(wanted.take)
    if not held and not wanted.optional:
        raise Rejected(
            f"{wanted.label}: row {link.businessnxt_id} of {wanted.entity} '{wanted.key}' has no {wanted.take}; "
            "give it one in Business NXT",
            kind="parent",
        )
    return held or None
