"""Carries the records of one entity over: sorts each batch by what it needs, and hands it on."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from crosswalk import merge
from crosswalk.burials import Burier
from crosswalk.codec import dump
from crosswalk.desk import Desk, Pair, Run
from crosswalk.doubts import orphaned, returned
from crosswalk.drafts import UNCLEAR, Awaken, Drafts
from crosswalk.entries import GONE
from crosswalk.errors import Rejected
from crosswalk.lines import LineDesk, LineWorker
from crosswalk.makers import Maker
from crosswalk.merge import Triage
from crosswalk.mergers import Merger
from crosswalk.twins import Twins, parents_of
from crosswalk.units import Incoming, Unit, fingerprint, newest, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.converters import Converter
    from crosswalk.entries import Hold, Link, Reject
    from crosswalk.links import Store
    from crosswalk.values import Values
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)

BATCH = 500
"""How many sleeping records are woken at once."""


class Worker:
    """Carries one entity.

    Args:
        way: Its mapping and direction.
        converters: What its rows can name in `via:`.
        run: The run.
        awaken: Called for records of other entities that are referred to and have no row yet.
        twins: Wakes its records once they are linked under another entity; None where they need not wait for that.
    """

    def __init__(
        self, way: Way, converters: Dict[str, Converter], run: Run, awaken: Awaken, twins: Twins | None = None
    ) -> None:
        self.way, self._store, self._twins = way, run.store, twins
        self._desk = Desk(way, run)
        self._drafts = Drafts(way, converters, run, awaken, twins)
        self._lines: LineWorker | None = None
        if way.lines is not None:
            self._lines = LineWorker(LineDesk(way.lines, run), Drafts(way.lines, converters, run, awaken))
        self._maker = Maker(self._desk, self._drafts, self._lines.family if self._lines else None)
        self._merger = Merger(self._desk, self._drafts)
        self._burier = Burier(self._desk)
        self._slept: set[str] = set()
        self._tried: set[int] = set()

    def apply(self, records: Sequence[Incoming]) -> None:
        """Carry one batch of the tap's records over."""
        units = [unit for each in self._units(records) for unit in each]
        self._desk.count["read"] += len(units)
        self._carry(newest(units))

    def refuse(self, incoming: Incoming, problem: str) -> None:
        """Keep a record that must not be carried over, with the reason."""
        for source_id in _source_ids(self.way, incoming):
            self._desk.count["read"] += 1
            unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
            self._desk.reject(unit, Rejected(problem, kind="schema"))

    def again(self, kept: Sequence[Reject | Hold]) -> None:
        """Carry over records that had to be left before."""
        known = self._units([Incoming(each.record, each.read_at) for each in kept])
        units = [unit for each, found in zip(kept, known, strict=True) for unit in found if unit.id == each.source_id]
        self._carry(newest(units))

    def awaken(self, links: Sequence[Link]) -> dict[str, Rejected]:
        """Make the partners of dormant links, now that another record needs them.

        Returns:
            Why some could not be made, by id in the source.
        """
        failures: dict[str, Rejected] = {}
        desk = _Aside(self.way, self._desk.run, failures)
        known = {each.id_on(self.way.source) or "": each for each in links}
        adopted = Maker(desk, self._drafts).first_sight([self._remembered(each) for each in links], known)
        self._finish(Merger(desk, self._drafts).update(adopted))
        self._awoken()
        return failures

    def resume(self) -> None:
        """Go on with partners that an earlier run was making or matching for other records when it ended.

        No tap delivers these again: it was the other record that asked for them. What is still unclear stays for the
        next run.
        """
        if self.way.create != "on_demand" and self._twins is None:
            return
        aside = _Aside(self.way, self._desk.run, {})
        left = [
            Pair(self._resumed(each), each, counted=True)
            for each in self._store.unfinished(self.way.entity, self.way.source)
        ]
        maker = Maker(aside, self._drafts)
        made = maker.finish(self._placed(maker, [each for each in left if each.link.status == "creating"]))
        matched = [each for each in left if each.link.status == "linked"]
        self._finish(Merger(aside, self._drafts).update([*made, *matched]))

    def _placed(self, maker: Maker, pairs: list[Pair]) -> list[Pair]:
        """Say where the partners must be that were being made; of that neither the tap nor a link's own values tell."""
        if self._twins is None or not pairs:
            return pairs
        placed, maker.finder.parents = self._twins.resumed(pairs)
        return placed

    def wake(self) -> None:
        """Find or make the partners of records whose twin is linked by now; what fails sleeps on until the next run.

        Nothing is asked where neither of the two entities has stirred.
        """
        if self._twins is None or not self._desk.run.stirred & {self.way.entity, self._twins.entity}:
            return
        awake = [(link, twin) for link, twin in self._twins.awake() if link.id not in self._tried]
        self._tried.update(link.id for link, _ in awake)
        for start in range(0, len(awake), BATCH):
            self._wake(awake[start : start + BATCH])

    def _wake(self, awake: Sequence[tuple[Link, Link]]) -> None:
        failures: dict[str, Rejected] = {}
        desk = _Aside(self.way, self._desk.run, failures)
        units = [self._twins.placed(self._remembered(link), twin) for link, twin in awake] if self._twins else []
        known = {each.id_on(self.way.source) or "": each for each, _ in awake}
        maker = Maker(desk, self._drafts)
        if self.way.mapping.is_lines:
            maker.finder.parents = parents_of(awake)
        adopted = maker.first_sight(units, known)
        self._finish(Merger(desk, self._drafts).update(adopted))
        self._awoken()
        for identity, problem in failures.items():
            logger.warning("%s '%s' waits: %s", self.way.entity, identity, problem)

    def _awoken(self) -> None:
        """Those that fell asleep in this run and have a partner now are counted by that."""
        awoken = self._slept & self._desk.run.linked.get(self.way.entity, set())
        self._slept -= awoken
        self._desk.count["dormant"] -= len(awoken)

    def pay(self, debts: Sequence[tuple[Link, Values]], closed: set[int]) -> None:
        """Write what this direction's target is owed; what cannot be written now stays owed.

        Args:
            debts: Links, each with what is owed over it, by property name.
            closed: The links that are owed because a row of Business NXT is closed to edits.
        """
        self._pay([self._debtor(self.way, *each, closed) for each in self._payable(self.way, debts)])
        if self._lines is not None and self.way.lines is not None:
            lines = self.way.lines
            self._lines.pay([self._debtor(lines, *each, closed) for each in self._payable(lines, debts)])

    def _payable(self, way: Way, debts: Sequence[tuple[Link, Values]]) -> list[tuple[Link, Values]]:
        """What of the debts is this entity's and can be paid; what the target has no place for is struck off."""
        carried = {each.name for each in way.carried}
        own = [(link, owed) for link, owed in debts if link.entity == way.entity]
        for link, owed in own:
            lost = {name: value for name, value in owed.items() if name not in carried}
            if lost:
                self._waive(way, link, lost)
        left = [(link, {name: owed[name] for name in owed if name in carried}) for link, owed in own]
        return [each for each in left if each[1]]

    def _waive(self, way: Way, link: Link, lost: Values) -> None:
        held = link.shadow(way.target)
        entry = (link.id, way.target, "waive", {name: held.get(name) for name in lost}, lost)
        logger.warning(
            "%s '%s' keeps its %s: nothing brings that to it", way.entity, link.id_on(way.target), ", ".join(lost)
        )
        with self._store.transaction():
            self._store.waive(link.id, way.target, lost)
            self._store.log(self._desk.run.id, [entry])

    def _debtor(self, way: Way, link: Link, owed: Values, closed: set[int]) -> Pair:
        """A record as it was when both sides last agreed, but for the values that are owed.

        A closed row is as closed now as when it won: it is not there to be asked, for it is the source.
        """
        remembered = self._remembered(link)
        values, extras = {**remembered.values, **owed}, way.closing if link.id in closed else {}
        unit = replace(remembered, values=values, extras=extras, read_at=self._desk.run.clock())
        return Pair(unit, link, counted=True, names=frozenset(owed))

    def follow(self, ids: Sequence[str]) -> None:
        """Fill in what these records were written without, now that it is known."""
        failures: dict[str, Rejected] = {}
        links = [each for each in self._by_source(ids).values() if each.status == "linked"]
        merger = Merger(_Aside(self.way, self._desk.run, failures), self._drafts)
        self._finish(merger.update([Pair(self._remembered(each), each, counted=True) for each in links]))
        for identity, problem in failures.items():
            logger.warning("%s '%s' is left as it is for now: %s", self.way.entity, identity, problem)
        left = self._by_source(failures)  # read anew: settling may have changed them meanwhile
        self._store.save([each.on(self.way.source, fingerprint="") for each in left.values()])

    def _by_source(self, ids: Iterable[str]) -> dict[str, Link]:
        return self._store.links(self.way.entity, ids, by=f"{self.way.source.value}_id")

    def _units(self, records: Sequence[Incoming]) -> list[list[Unit]]:
        """What each record tells of this entity: of what is in it, and of what is no longer."""
        return [[*self._read(each), *gone] for each, gone in zip(records, self._missing(records), strict=True)]

    def _missing(self, records: Sequence[Incoming]) -> list[list[Unit]]:
        """Variants, say, that their product no longer has, or that are gone with it: no record tells of them."""
        if self.way.idle or self.way.mapping.each is None:
            return [[] for _ in records]
        families = [self.way.family(each.record) or ("", set()) for each in records]
        known = _by_beginning(self._store, self.way.entity, {begin for begin, _ in families if begin})
        return [
            [
                Unit(identity, identity, {}, each.read_at, deleted=True, origin=each.record)
                for identity in known[begin]
                if identity not in there
            ]
            for each, (begin, there) in zip(records, families, strict=True)
        ]

    def _read(self, incoming: Incoming) -> list[Unit]:
        if self.way.idle:
            return []
        try:
            return list(read(self.way, incoming))
        except Rejected as error:
            for source_id in _source_ids(self.way, incoming):
                unit = Unit(source_id, source_id, {}, incoming.read_at, origin=incoming.record)
                self._desk.reject(unit, error)
            return []

    def _carry(self, units: Dict[str, Unit]) -> None:
        links = self._by_source(units)
        kinds: defaultdict[Triage, list[Unit]] = defaultdict(list)
        for unit in units.values():
            kind = merge.triage(links.get(unit.id), self.way.source, unit.fingerprint, unit.read_at)
            kinds[Triage.GONE if unit.deleted and kind is not Triage.STALE else kind].append(unit)
        self._desk.count["unchanged"] += len(kinds[Triage.UNCHANGED])
        self._desk.count["stale"] += len(kinds[Triage.STALE])
        self._desk.done([*kinds[Triage.UNCHANGED], *kinds[Triage.CLOSED], *kinds[Triage.STALE]])
        self._bury(kinds[Triage.GONE], links)
        self._mourn(kinds[Triage.ORPHANED], links)
        self._doze([Pair(each, links[each.id]) for each in kinds[Triage.DORMANT]])
        kinds[Triage.NEW] += self._renumbered(kinds[Triage.CHANGED], links)
        known = [Pair(each, links[each.id]) for each in kinds[Triage.CHANGED]]
        unfinished = [Pair(each, links[each.id]) for each in kinds[Triage.UNFINISHED]]
        self._update([*known, *self._finish_making(unfinished), *self._meet(kinds[Triage.NEW])])

    def _renumbered(self, units: list[Unit], links: Dict[str, Link]) -> list[Unit]:
        """Rows that only have the number of one that is gone: they are taken out, that one is buried, they are new."""
        others = [] if self.way.into_businessnxt else [
            Pair(each, links[each.id]) for each in units if self.way.is_another(links[each.id], each.values)
        ]  # fmt: skip
        self._burier.bury(others)
        buried = self._store.links_by_id(pair.link.id for pair in others if pair.link.status == "linked")
        over = {each.id for each in buried.values() if each.status == "tombstone"}
        self._store.save([each.on(self.way.source, id=None) for each in buried.values() if each.id in over])
        for pair in others:
            units.remove(pair.unit)
        return [pair.unit for pair in others if pair.link.id in over]

    def _meet(self, units: list[Unit]) -> list[Pair]:
        wanted = [each for each in units if each.wanted or each.named]
        self._desk.done([each for each in units if not (each.wanted or each.named)])
        if self.way.create == "on_demand" or (self._twins and self.way.create != "never"):
            self._sleep(wanted)
        elif self.way.create in ("always", "match"):
            self._encode_lines(wanted)
            return self._maker.first_sight(wanted)
        return []

    def _finish_making(self, pairs: list[Pair]) -> list[Pair]:
        self._encode_lines([each.unit for each in pairs])
        return self._maker.finish(self._placed(self._maker, pairs))

    def _encode_lines(self, units: list[Unit]) -> None:
        if self._lines is not None and units:
            self._lines.encode(units)

    def _update(self, pairs: Sequence[Pair]) -> None:
        done = self._merger.update(pairs)
        if self._lines is not None and done:
            target = self.way.target
            known = {each.unit.id: each.link.fingerprint(target) for each in done}
            done, failed = self._lines.carry(self._opened(done))
            for pair, problem in failed:
                self._desk.reject(pair.unit, problem)
            done = [
                each if each.touched else replace(each, link=each.link.on(target, fingerprint=known[each.unit.id]))
                for each in done
            ]
        self._finish(done)

    def _opened(self, orders: Sequence[Pair]) -> list[Pair]:
        """While lines are written, no state of their orders counts as applied on either side."""
        source = self.way.source
        links = self._store.save(
            [each.link.on(source, fingerprint="").on(source.other, fingerprint="") for each in orders]
        )
        return [replace(pair, link=link) for pair, link in zip(orders, links, strict=True)]

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
        self._slept.update(each.id for each in units)
        self._desk.count["dormant"] += len(units)
        self._desk.run.stirred.add(self.way.entity)
        self._desk.arrive(units)

    def _doze(self, pairs: Sequence[Pair]) -> None:
        """Keep the newest values of records that are still not needed; with these they are tried anew."""
        way = self.way
        self._tried -= {each.link.id for each in pairs}
        self._desk.run.stirred.update([way.entity] if pairs else ())
        self._store.save(
            [self._desk.finished(each).on(way.source, shadow=way.told(each.unit.values)) for each in pairs]
        )
        self._desk.count["unchanged"] += len(pairs)

    def _bury(self, units: Sequence[Unit], links: Dict[str, Link]) -> None:
        """The source says that these are gone."""
        pairs = [Pair(each, links[each.id]) for each in units if each.id in links]
        unfinished = [each for each in pairs if each.link.status == "creating"]
        made = self._maker.finish(self._placed(self._maker, unfinished), gone=True)
        self._burier.bury([*(each for each in pairs if each.link.status != "creating"), *made])
        self._desk.done([each for each in units if each.id not in links])

    def _mourn(self, units: Sequence[Unit], links: Dict[str, Link]) -> None:
        """These come although one of the two was deleted: nothing is made anew, and an edit is not lost in silence."""
        quiet: list[Unit] = []
        for unit in units:
            link = links[unit.id]
            if link.fingerprint(self.way.source) == GONE:
                self._desk.reject(unit, returned(self.way, link))
            elif any(each.name in link.shadow(self.way.target) for each in merge.moved(self.way, unit.values, link)):
                self._desk.reject(unit, orphaned(self.way, link))
            else:
                quiet.append(unit)
        self._desk.done(quiet)
        self._desk.count["unchanged"] += len(quiet)

    def _pay(self, pairs: Sequence[Pair]) -> None:
        failures: dict[str, Rejected] = {}
        paid = Merger(_Aside(self.way, self._desk.run, failures), self._drafts).update(pairs)
        self._desk.count["updated"] += sum(each.touched for each in paid)
        for identity, problem in failures.items():
            logger.warning("%s '%s' cannot be put right for now: %s", self.way.entity, identity, problem)

    def _remembered(self, link: Link) -> Unit:
        """A record as its link remembers it."""
        source = self.way.source
        alias = link.alias if self.way.into_businessnxt else link.businessnxt_alias
        return Unit(
            id=link.id_on(source) or "",
            reference=self.way.reference_of(link.id_on(source) or "", alias),
            values=link.shadow(source),
            read_at=link.read_at(source),
            alias=alias,
            fingerprint=link.fingerprint(source),
        )

    def _resumed(self, link: Link) -> Unit:
        """The same as if it were complete, so that it counts as unchanged when the tap delivers it again."""
        return replace(self._remembered(link), fingerprint=fingerprint(self.way, link.shadow(self.way.source)))


class _Aside(Desk):
    """Notes about records that are written because of another one: what goes wrong is told to the caller."""

    def __init__(self, way: Way, run: Run, failures: dict[str, Rejected]) -> None:
        super().__init__(way, run)
        self._failures = failures

    @override
    def weigh(self, kind: str, writes: Sequence[tuple[Link, Values, Values]]) -> None:
        """What follows from another record is no edit of this one."""

    @override
    def reject(self, unit: Unit, error: Rejected) -> None:
        self._failures[unit.id] = error

    @override
    def hold(self, pairs: Sequence[Pair], *, until: float) -> None:
        for each in pairs:
            self._failures[each.unit.id] = Rejected("it is not certain yet whether it was written", kind=UNCLEAR)


def _by_beginning(store: Store, entity: str, beginnings: set[str]) -> defaultdict[str, list[str]]:
    """The webshop ids of living links, by how they begin."""
    lengths = {len(each) for each in beginnings}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for link in store.beginning(entity, beginnings) if beginnings else ():
        identity = link.webshop_id or ""
        for begin in {identity[:length] for length in lengths} & beginnings:
            found[begin].append(identity)
    return found


def _source_ids(way: Way, incoming: Incoming) -> list[str]:
    """The ids of a record that cannot be used; a digest of it where it does not even have one."""
    try:
        return [way.identify(each) for each in way.records(incoming.record)]
    except Exception:  # noqa: BLE001 - the record may be of any shape, and is to be kept all the same
        return [hashlib.blake2b(dump(incoming.record).encode(), digest_size=8).hexdigest()]
