"""Records that sleep: remembered without a partner until another record needs it, or their twin is linked."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.desk import Aside, Desk, Pair
from crosswalk.errors import UNCLEAR, Rejected, Waiting
from crosswalk.makers import Maker
from crosswalk.mergers import Merger
from crosswalk.twins import Twins, parents_of
from crosswalk.units import Unit, remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Link

logger = logging.getLogger(__name__)

BATCH = 500
"""How many sleeping records are woken at once."""


class Sleeper:
    """Lays the records of one entity to sleep, and wakes them.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        twins: Tells whose twin is linked; None where they wait for other records only.
        finish: Called with those that have a partner by now and are merged into it.
    """

    def __init__(
        self, desk: Desk, drafts: Drafts, twins: Twins | None, finish: Callable[[Sequence[Pair]], None]
    ) -> None:
        self._desk, self._drafts, self._twins, self._finish = desk, drafts, twins, finish
        self._way, self._store = desk.way, desk.store
        self._slept: set[str] = set()
        self._tried: set[int] = set()

    def sleep(self, units: Sequence[Unit]) -> None:
        """Remember records of which no row is needed until another record asks for it."""
        self._store.add(
            [replace(self._desk.finished(Pair(each, self._desk.new_link(each))), status="dormant") for each in units]
        )
        self._slept.update(each.id for each in units)
        self._desk.count["dormant"] += len(units)
        self._desk.run.stirred.add(self._way.entity)
        self._desk.arrive(units)

    def doze(self, pairs: Sequence[Pair]) -> None:
        """Keep the newest values of records that are still not needed; with these they are tried anew."""
        way = self._way
        self._tried -= {each.link.id for each in pairs}
        self._desk.run.stirred.update([way.entity] if pairs else ())
        self._store.save(
            [self._desk.finished(each).on(way.source, shadow=way.told(each.unit.values)) for each in pairs]
        )
        self._desk.count["unchanged"] += len(pairs)

    def stir(self) -> None:
        """Have all of them tried anew: what was in their way may be gone."""
        self._tried.clear()
        self._desk.run.stirred.add(self._way.entity)

    def realign(self) -> None:
        """Lay those to sleep whose twin is found under another name by now: they wake with the partner of that name."""
        astray = self._twins.astray() if self._twins else []
        alone = [each.on(self._way.target, id=None, shadow={}, fingerprint="") for each in astray]
        self._store.save([replace(each, status="dormant", match_rule="") for each in alone])

    def wake(self) -> None:
        """Find or make the partners of records whose twin is linked by now; what fails sleeps on until the next run.

        Nothing is asked where neither of the two entities has stirred.
        """
        if self._twins is None or not self._desk.run.stirred & {self._way.entity, self._twins.entity}:
            return
        awake = [(link, twin) for link, twin in self._twins.awake() if link.id not in self._tried]
        self._tried.update(link.id for link, _ in awake)
        for start in range(0, len(awake), BATCH):
            self._wake(self._twins, awake[start : start + BATCH])

    def _wake(self, twins: Twins, awake: Sequence[tuple[Link, Link]]) -> None:
        failures: dict[str, Rejected] = {}
        desk = Aside(self._way, self._desk.run, failures)
        units = [twins.placed(remembered(self._way, link), twin) for link, twin in awake]
        known = {each.id_on(self._way.source) or "": each for each, _ in awake}
        maker = Maker(desk, self._drafts)
        if self._way.mapping.is_lines:
            maker.finder.parents = parents_of(awake)
        adopted = maker.first_sight(units, known)
        self._finish(Merger(desk, self._drafts).update(adopted))
        self.awoken()
        self._complain([(each, failures[each.id]) for each in units if each.id in failures])

    def _complain(self, failed: Sequence[tuple[Unit, Rejected]]) -> None:
        """Keep on record what a person must see to; each run wakes these again by itself."""
        for unit, problem in failed:
            if isinstance(problem, Waiting) or problem.kind == UNCLEAR:
                logger.info("%s '%s' waits: %s", self._way.entity, unit.id, problem)
            else:
                self._desk.reject(unit, problem)

    def awoken(self) -> None:
        """Count those that fell asleep in this run and have a partner now by that."""
        awoken = self._slept & self._desk.run.linked.get(self._way.entity, set())
        self._slept -= awoken
        self._desk.count["dormant"] -= len(awoken)
