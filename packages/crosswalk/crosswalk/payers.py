"""Pays debts: values that one side won are written to the other, in the direction that writes to it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.desk import Aside, Desk, Pair
from crosswalk.mergers import Merger
from crosswalk.units import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Link
    from crosswalk.errors import Rejected
    from crosswalk.lines import LineWorker
    from crosswalk.values import Values
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)


class Payer:
    """Pays what the target of one entity is owed.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        lines: Its lines; None where it has none.
    """

    def __init__(self, desk: Desk, drafts: Drafts, lines: LineWorker | None) -> None:
        self._desk, self._drafts, self._lines = desk, drafts, lines
        self._way, self._store = desk.way, desk.store

    def pay(self, debts: Sequence[tuple[Link, Values]], closed: set[int]) -> None:
        """Write what this direction's target is owed; what cannot be written now stays owed.

        Args:
            debts: Links, each with what is owed over it, by property name.
            closed: The links that are owed because a row of Business NXT is closed to edits.
        """
        self._pay([self._debtor(self._way, *each, closed) for each in self._payable(self._way, debts)])
        if self._lines is not None and self._way.lines is not None:
            lines = self._way.lines
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
        known = remembered(way, link)
        values, extras = {**known.values, **owed}, way.closing if link.id in closed else {}
        unit = replace(known, values=values, extras=extras, read_at=self._desk.run.clock())
        return Pair(unit, link, counted=True, names=frozenset(owed))

    def _pay(self, pairs: Sequence[Pair]) -> None:
        failures: dict[str, Rejected] = {}
        paid = Merger(Aside(self._way, self._desk.run, failures), self._drafts).update(pairs)
        self._desk.count["updated"] += sum(each.touched for each in paid)
        for identity, problem in failures.items():
            logger.warning("%s '%s' cannot be put right for now: %s", self._way.entity, identity, problem)
