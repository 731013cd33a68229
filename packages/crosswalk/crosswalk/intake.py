"""Reads the records of one entity out of what a tap sent; what cannot be read is a reject, whatever its shape."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from crosswalk.codec import dump
from crosswalk.errors import Rejected
from crosswalk.units import Incoming, Unit, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.desk import Desk


class Intake:
    """Takes in the records of one entity.

    Args:
        desk: The entity's notes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._way = desk, desk.way

    def units(self, records: Sequence[Incoming]) -> list[list[Unit]]:
        """What each record tells of this entity: of what is in it, and of what is no longer."""
        return [[*self._read(each), *gone] for each, gone in zip(records, self._missing(records), strict=True)]

    def _missing(self, records: Sequence[Incoming]) -> list[list[Unit]]:
        """Variants, say, that their product no longer has, or that are gone with it: no record tells of them."""
        if self._way.idle or self._way.mapping.each is None:
            return [[] for _ in records]
        families = [self._way.family(each.record) or ("", set()) for each in records]
        known = self._by_beginning({begin for begin, _ in families if begin})
        return [
            [
                Unit(identity, identity, {}, each.read_at, deleted=True, origin=each.record)
                for identity in known[begin]
                if identity not in there
            ]
            for each, (begin, there) in zip(records, families, strict=True)
        ]

    def _read(self, incoming: Incoming) -> list[Unit]:
        if self._way.idle:
            return []
        try:
            return list(read(self._way, incoming))
        except Rejected as error:
            if error.kind == "no_id" and self._way.deleted(incoming.record):
                return []  # a deleted order, say, no longer tells who the guest was: nothing is left to be carried
            for source_id in self._ids(incoming):
                unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
                self._desk.reject(unit, error)
            return []

    def refuse(self, incoming: Incoming, problem: str) -> None:
        """Keep a record that must not be carried over, with the reason."""
        for source_id in self._ids(incoming):
            self._desk.count["read"] += 1
            unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
            self._desk.reject(unit, Rejected(problem, kind="schema"))

    def _by_beginning(self, beginnings: set[str]) -> defaultdict[str, list[str]]:
        """The webshop ids of living links, by how they begin."""
        lengths = {len(each) for each in beginnings}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for link in self._desk.store.beginning(self._way.entity, beginnings) if beginnings else ():
            identity = link.webshop_id or ""
            for begin in {identity[:length] for length in lengths} & beginnings:
                found[begin].append(identity)
        return found

    def _ids(self, incoming: Incoming) -> list[str]:
        """The ids of a record that cannot be used; a digest of it where it does not even have one."""
        try:
            return [self._way.identify(each) for each in self._way.records(incoming.record)]
        except Exception:  # noqa: BLE001 - the record may be of any shape, and is to be kept all the same
            return [hashlib.blake2b(dump(incoming.record).encode(), digest_size=8).hexdigest()]
