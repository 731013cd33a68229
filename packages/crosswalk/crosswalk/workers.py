"""Carries the records of one entity over: sorts each batch by what it needs, and hands it on."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk import merge
from crosswalk.burials import Burier
from crosswalk.desk import Aside, Desk, Pair, Run
from crosswalk.doubts import orphaned, returned
from crosswalk.drafts import Awaken, Drafts
from crosswalk.entries import GONE
from crosswalk.intake import Intake
from crosswalk.lines import LineDesk, LineWorker
from crosswalk.makers import Maker
from crosswalk.merge import Triage
from crosswalk.mergers import Merger
from crosswalk.payers import Payer
from crosswalk.sleepers import Sleeper
from crosswalk.units import Incoming, Unit, newest, remembered, resumed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.converters import Converter
    from crosswalk.entries import Hold, Link, Reject
    from crosswalk.errors import Rejected
    from crosswalk.twins import Twins
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)


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
        self.intake, self.payer = Intake(self._desk), Payer(self._desk, self._drafts, self._lines)
        self._sleeper = Sleeper(self._desk, self._drafts, twins, self._finish)

    def apply(self, records: Sequence[Incoming]) -> None:
        """Carry one batch of the tap's records over."""
        units = [unit for each in self.intake.units(records) for unit in each]
        self._desk.count["read"] += len(units)
        self._carry(newest(units))

    def again(self, kept: Sequence[Reject | Hold]) -> None:
        """Carry over records that had to be left before; what sleeps was kept as its link alone, and is woken."""
        kept = [each for each in kept if each.record]
        known = self.intake.units([Incoming(each.record, each.read_at) for each in kept])
        units = [unit for each, found in zip(kept, known, strict=True) for unit in found if unit.id == each.source_id]
        self._carry(newest(units))

    def awaken(self, links: Sequence[Link]) -> dict[str, Rejected]:
        """Make the partners of dormant links, now that another record needs them.

        Returns:
            Why some could not be made, by id in the source.
        """
        failures: dict[str, Rejected] = {}
        desk = Aside(self.way, self._desk.run, failures)
        known = {each.id_on(self.way.source) or "": each for each in links}
        adopted = Maker(desk, self._drafts).first_sight([remembered(self.way, each) for each in links], known)
        self._finish(Merger(desk, self._drafts).update(adopted))
        self._sleeper.awoken()
        return failures

    def resume(self) -> None:
        """Go on with partners that an earlier run was making or matching for other records when it ended.

        No tap delivers these again: it was the other record that asked for them. What is still unclear stays for the
        next run.
        """
        if self._lines is not None:
            self._lines.resume()
        self._sleeper.realign()
        if self.way.create != "on_demand" and self._twins is None:
            return
        aside = Aside(self.way, self._desk.run, {})
        left = [
            Pair(resumed(self.way, each), each, counted=True)
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
        """Find or make the partners of records whose twin is linked by now; what fails sleeps on until the next run."""
        self._sleeper.wake()

    def follow(self, ids: Sequence[str]) -> None:
        """Fill in what these records were written without, now that it is known."""
        failures: dict[str, Rejected] = {}
        links = [each for each in self._by_source(ids).values() if each.status == "linked"]
        merger = Merger(Aside(self.way, self._desk.run, failures), self._drafts)
        self._finish(merger.update([Pair(remembered(self.way, each), each, counted=True) for each in links]))
        for identity, problem in failures.items():
            logger.warning("%s '%s' is left as it is for now: %s", self.way.entity, identity, problem)
        left = self._by_source(failures)  # read anew: settling may have changed them meanwhile
        self._store.save([each.on(self.way.source, fingerprint="") for each in left.values()])

    def _by_source(self, ids: Iterable[str]) -> dict[str, Link]:
        return self._store.links(self.way.entity, ids, by=f"{self.way.source.value}_id")

    def _carry(self, units: Dict[str, Unit]) -> None:
        links = self._by_source(units)
        kinds: defaultdict[Triage, list[Unit]] = defaultdict(list)
        for unit in units.values():
            kinds[self._kind(unit, links.get(unit.id))].append(unit)
        self._store.save(
            [links[each.id].on(self.way.source, id=None) for each in kinds[Triage.NEW] if each.id in links]
        )
        self._desk.count["unchanged"] += len(kinds[Triage.UNCHANGED])
        self._desk.count["stale"] += len(kinds[Triage.STALE])
        self._desk.done([*kinds[Triage.UNCHANGED], *kinds[Triage.CLOSED], *kinds[Triage.STALE]])
        self._bury(kinds[Triage.GONE], links)
        self._mourn(kinds[Triage.ORPHANED], links)
        self._sleeper.doze([Pair(each, links[each.id]) for each in kinds[Triage.DORMANT]])
        kinds[Triage.NEW] += self._renumbered(kinds[Triage.CHANGED], links)
        known = [Pair(each, links[each.id]) for each in kinds[Triage.CHANGED]]
        unfinished = [Pair(each, links[each.id]) for each in kinds[Triage.UNFINISHED]]
        self._update([*known, *self._finish_making(unfinished), *self._meet(kinds[Triage.NEW])])

    def _kind(self, unit: Unit, link: Link | None) -> Triage:
        """What a record needs.

        A row that stands for something, as the base row of a price matrix does, no longer does when its condition fails
        (the price has got an end, say), and does once more when it holds again.
        """
        kind = merge.triage(link, self.way.source, unit.fingerprint, unit.read_at)
        if kind is Triage.STALE or not (unit.deleted or self.way.placed_by_twin):
            return kind
        status = link.status if link else ""
        if unit.deleted or (not unit.wanted and status in ("linked", "dormant")):
            return Triage.GONE
        if link is not None and status == "tombstone" and link.fingerprint(self.way.source) == GONE:
            return Triage.NEW if unit.wanted else Triage.CLOSED
        return kind

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
            self._sleeper.sleep(wanted)
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

    def _bury(self, units: Sequence[Unit], links: Dict[str, Link]) -> None:
        """The source says that these are gone."""
        pairs = [Pair(each, links[each.id]) for each in units if each.id in links]
        unfinished = [each for each in pairs if each.link.status == "creating"]
        made = self._maker.finish(self._placed(self._maker, unfinished), gone=True)
        self._burier.bury([*(each for each in pairs if each.link.status != "creating"), *made])
        self._desk.done([each for each in units if each.id not in links])
        if units and self.way.placed_by_twin:  # another row may stand for the same thing by now
            self._sleeper.stir()

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
