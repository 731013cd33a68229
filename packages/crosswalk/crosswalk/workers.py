"""Carries the records of one entity over: sorts each batch by what it needs, and hands it on."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from crosswalk import merge
from crosswalk.codec import dump
from crosswalk.desk import Desk, Pair, Run
from crosswalk.drafts import UNCLEAR, Awaken, Drafts
from crosswalk.errors import Rejected
from crosswalk.lines import LineDesk, LineWorker
from crosswalk.makers import Maker
from crosswalk.merge import Triage
from crosswalk.mergers import Merger
from crosswalk.remote import RemoteTable
from crosswalk.units import Incoming, Unit, fingerprint, newest, read

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.converters import Converter
    from crosswalk.entries import Hold, Link, Reject
    from crosswalk.mapping import Mapping

logger = logging.getLogger(__name__)


class Worker:
    """Carries one entity.

    Args:
        mapping: Its mapping.
        converters: What its rows can name in `via:`.
        run: The run.
        awaken: Called for records of other entities that are referred to and have no row yet.
    """

    def __init__(self, mapping: Mapping, converters: Dict[str, Converter], run: Run, awaken: Awaken) -> None:
        self.mapping, self._store = mapping, run.store
        self._desk = Desk(mapping, run)
        self._table = remote_table(mapping)
        self._drafts = Drafts(mapping, converters, run, awaken)
        self._lines: LineWorker | None = None
        if mapping.lines is not None:
            lines = Drafts(mapping.lines, converters, run, awaken)
            self._lines = LineWorker(LineDesk(mapping.lines, run), lines, remote_table(mapping.lines))
        family = self._lines.family if self._lines else None
        self._maker = Maker(self._desk, self._drafts, self._table, family)
        self._merger = Merger(self._desk, self._drafts, self._table)

    def apply(self, records: Sequence[Incoming]) -> None:
        """Carry one batch of the tap's records over."""
        units = [unit for record in records for unit in self._read(record)]
        self._desk.count["read"] += len(units)
        self._carry(newest(units))

    def refuse(self, incoming: Incoming, problem: str) -> None:
        """Keep a record that must not be carried over, with the reason."""
        for source_id in _source_ids(self.mapping, incoming):
            self._desk.count["read"] += 1
            unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
            self._desk.reject(unit, Rejected(problem, kind="schema"))

    def again(self, kept: Sequence[Reject | Hold]) -> None:
        """Carry over records that had to be left before."""
        units = [
            unit
            for each in kept
            for unit in self._read(Incoming(each.record, each.read_at))
            if unit.id == each.source_id
        ]
        self._carry(newest(units))

    def awaken(self, links: Sequence[Link]) -> dict[str, Rejected]:
        """Make the rows of dormant links, now that another record needs them.

        Returns:
            Why some could not be made, by webshop id.
        """
        failures: dict[str, Rejected] = {}
        desk = _Aside(self.mapping, self._desk.run, failures)
        known = {each.webshop_id or "": each for each in links}
        adopted = Maker(desk, self._drafts, self._table).first_sight([_remembered(each) for each in links], known)
        self._finish(Merger(desk, self._drafts, self._table).update(adopted))
        self._desk.count["dormant"] -= len(links) - len(failures)
        return failures

    def resume(self) -> None:
        """Go on with rows that an earlier run was making or matching for other records when it ended.

        No tap delivers these again: it was the other record that asked for them. What is still unclear stays for the
        next run.
        """
        if self.mapping.create != "on_demand":
            return
        aside = _Aside(self.mapping, self._desk.run, {})
        left = [
            Pair(_resumed(self.mapping, each), each, counted=True)
            for each in self._store.unfinished(self.mapping.entity)
        ]
        made = Maker(aside, self._drafts, self._table).finish([each for each in left if each.link.status == "creating"])
        matched = [each for each in left if each.link.status == "linked"]
        self._finish(Merger(aside, self._drafts, self._table).update([*made, *matched]))

    def follow(self, ids: Sequence[str]) -> None:
        """Fill in what these records were written without, now that it is known."""
        failures: dict[str, Rejected] = {}
        links = {
            key: each for key, each in self._store.links(self.mapping.entity, ids).items() if each.status == "linked"
        }
        merger = Merger(_Aside(self.mapping, self._desk.run, failures), self._drafts, self._table)
        self._finish(merger.update([Pair(_remembered(each), each, counted=True) for each in links.values()]))
        for identity, problem in failures.items():
            logger.warning("%s '%s' is left as it is for now: %s", self.mapping.entity, identity, problem)
        left = self._store.links(self.mapping.entity, failures)  # read anew: settling may have changed them meanwhile
        self._store.save([replace(each, fingerprint="") for each in left.values()])

    def _read(self, incoming: Incoming) -> list[Unit]:
        if self.mapping.one_way:
            return []
        try:
            return list(read(self.mapping, incoming))
        except Rejected as error:
            for source_id in _source_ids(self.mapping, incoming):
                unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
                self._desk.reject(unit, error)
            return []

    def _carry(self, units: Dict[str, Unit]) -> None:
        links = self._store.links(self.mapping.entity, units)
        kinds: defaultdict[Triage, list[Unit]] = defaultdict(list)
        for unit in units.values():
            kind = merge.triage(links.get(unit.id), unit.fingerprint, unit.read_at)
            kinds[Triage.CLOSED if unit.deleted else kind].append(unit)
        self._desk.count["unchanged"] += len(kinds[Triage.UNCHANGED])
        self._desk.count["stale"] += len(kinds[Triage.STALE])
        self._desk.done([*kinds[Triage.UNCHANGED], *kinds[Triage.STALE]])
        self._close(kinds[Triage.CLOSED], links)
        self._doze([Pair(each, links[each.id]) for each in kinds[Triage.DORMANT]])
        known = [Pair(each, links[each.id]) for each in kinds[Triage.CHANGED]]
        unfinished = [Pair(each, links[each.id]) for each in kinds[Triage.UNFINISHED]]
        self._update([*known, *self._finish_making(unfinished), *self._meet(kinds[Triage.NEW])])

    def _meet(self, units: list[Unit]) -> list[Pair]:
        if self.mapping.create == "always":
            self._encode_lines(units)
            return self._maker.first_sight(units)
        if self.mapping.create == "on_demand":
            self._sleep(units)
        return []

    def _finish_making(self, pairs: list[Pair]) -> list[Pair]:
        self._encode_lines([each.unit for each in pairs])
        return self._maker.finish(pairs)

    def _encode_lines(self, units: list[Unit]) -> None:
        if self._lines is not None and units:
            self._lines.encode(units)

    def _update(self, pairs: Sequence[Pair]) -> None:
        done = self._merger.update(pairs)
        if self._lines is not None and done:
            done, failed = self._lines.carry(done)
            for pair, problem in failed:
                self._desk.reject(pair.unit, problem)
        self._finish(done)

    def _finish(self, pairs: Sequence[Pair]) -> None:
        with self._store.transaction():
            self._store.save([self._desk.finished(each) for each in pairs])
            self._desk.done([each.unit for each in pairs])
        new = [each for each in pairs if not each.counted]
        touched = sum(each.touched for each in new)
        self._desk.count["updated"] += touched
        self._desk.count["unchanged"] += len(new) - touched

    def _sleep(self, units: Sequence[Unit]) -> None:
        """Remember records of which no row is needed until another record asks for it."""
        self._store.add(
            [replace(self._desk.finished(Pair(each, self._desk.new_link(each))), status="dormant") for each in units]
        )
        self._desk.count["dormant"] += len(units)
        self._desk.arrive(units)

    def _doze(self, pairs: Sequence[Pair]) -> None:
        """Keep the newest values of records that are still not needed."""
        self._store.save([replace(self._desk.finished(each), webshop_shadow=each.unit.values) for each in pairs])
        self._desk.count["unchanged"] += len(pairs)

    def _close(self, units: Sequence[Unit], links: Dict[str, Link]) -> None:
        """The webshop says that these are gone: remember it, and leave the rows of the ERP as they are."""
        known = [links[each.id] for each in units if each.id in links]
        open_ = [each for each in known if each.status in ("linked", "dormant")]
        self._store.save([replace(each, status="tombstone") for each in open_])
        self._desk.count["deleted"] += len(open_)
        self._desk.done(units)


class _Aside(Desk):
    """Notes about records that are written because of another one: what goes wrong is told to the caller."""

    def __init__(self, mapping: Mapping, run: Run, failures: dict[str, Rejected]) -> None:
        super().__init__(mapping, run)
        self._failures = failures

    @override
    def reject(self, unit: Unit, error: Rejected) -> None:
        self._failures[unit.id] = error

    @override
    def hold(self, pairs: Sequence[Pair], *, until: float) -> None:
        for each in pairs:
            self._failures[each.unit.id] = Rejected("it is not certain yet whether it was written", kind=UNCLEAR)


def remote_table(mapping: Mapping) -> RemoteTable:
    """The table of an entity as the far side is asked for it."""
    lines = (mapping.lines.children, remote_table(mapping.lines)) if mapping.lines else None
    return RemoteTable(mapping.table, mapping.key, tuple(mapping.columns), mapping.reference, lines, mapping.suggest)


def _remembered(link: Link) -> Unit:
    """A record as its link remembers it."""
    identity = link.webshop_id or ""
    return Unit(
        identity, identity, link.webshop_shadow, link.webshop_read_at, alias=link.alias, fingerprint=link.fingerprint
    )


def _resumed(mapping: Mapping, link: Link) -> Unit:
    """The same as if it were complete, so that it counts as unchanged when the tap delivers it again."""
    return replace(_remembered(link), fingerprint=fingerprint(mapping, link.webshop_shadow))


def _source_ids(mapping: Mapping, incoming: Incoming) -> list[str]:
    """The ids of a record that cannot be used; a digest of it where it does not even have one."""
    try:
        return [mapping.identify(each) for each in mapping.records(incoming.record)]
    except Exception:  # noqa: BLE001 - the record may be of any shape, and is to be kept all the same
        return [hashlib.blake2b(dump(incoming.record).encode(), digest_size=8).hexdigest()]
