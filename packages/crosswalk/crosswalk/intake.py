"""Reads the records of one entity out of what a tap sent; what cannot be read is a reject, whatever its shape."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from crosswalk.codec import dump
from crosswalk.errors import Rejected
from crosswalk.resting import says_the_same
from crosswalk.units import Incoming, Unit, newest, read

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.desk import Desk
    from crosswalk.entries import Reject


class Intake:
    """Takes in the records of one entity.

    Args:
        desk: The entity's notes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._way = desk, desk.way

    def units(self, records: Sequence[Incoming]) -> list[list[Unit]]:
        """What each record tells of this entity: of what is in it, and of what is no longer.

        What was refused as it still is, and is not due for another try, is left out.
        """
        found = [[*self._read(each), *gone] for each, gone in zip(records, self._missing(records), strict=True)]
        units = newest(unit for each in found for unit in each)
        if not units:
            return found
        with self._desk.store.transaction():
            resting = self._resting(units)
            self._tell_of_moved(units)
        self._desk.count["read"] += len(resting)
        return [[unit for unit in each if unit.id not in resting] for each in found]

    def _resting(self, units: Dict[str, Unit]) -> Dict[str, float]:
        """Which of these are passed over, with when they were read; a reject that is tried again was read just then."""
        way, side, now = self._way, self._desk.run.side, self._desk.run.clock()
        resting = {
            each.source_id: units[each.source_id].read_at
            for each in self._desk.store.resting(way.entity, side, units, now)
            if each.read_at < units[each.source_id].read_at and self._is_as_refused(each, units[each.source_id])
        }
        self._desk.store.read_again(way.entity, side, resting)
        return resting

    def _tell_of_moved(self, units: Dict[str, Unit]) -> None:
        """Say so where one has moved that could not be made for the sake of others: they are tried again."""
        if self._way.create != "on_demand":
            return
        way, store = self._way, self._desk.store
        keys = store.barred_by(way.entity, way.source, units)
        links = store.links(way.entity, keys, by=f"{way.source.value}_id") if keys else {}
        same = {key for key, each in links.items() if each.fingerprint(way.source) == units[key].fingerprint}
        self._desk.arrive(units[each] for each in keys - same)

    def _is_as_refused(self, reject: Reject, unit: Unit) -> bool:
        if not reject.record:  # it was refused as its link remembers it
            return False
        before = (each for each in read(self._way, Incoming(reject.record, reject.read_at)) if each.id == unit.id)
        return any(says_the_same(each, unit) for each in before)

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
