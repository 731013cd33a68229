"""What a worker notes down about the records of one entity: rejects, holds, counts, and that something is linked."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from typing_extensions import override

from crosswalk.direction import drawn_of
from crosswalk.entries import Hold, Link, Reject
from crosswalk.errors import LATER, UNCLEAR, Barred, Rejected, Waiting
from crosswalk.guard import Step
from crosswalk.naming import elsewhere
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crosswalk.guard import Guard
    from crosswalk.links import Store
    from crosswalk.remote import Remote
    from crosswalk.units import Unit
    from crosswalk.values import Values
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)

ROUNDS = 4
"""How often a record is looked at anew when somebody else writes to its partner at the same moment."""


@dataclass(frozen=True)
class Pair:
    """A record and the link it is applied under.

    Attributes:
        unit: The record.
        link: Its link.
        touched: Whether anything of it was written.
        counted: Whether it is in the run's counts already.
        names: The only properties to be merged, whether they moved or not; empty for those that moved.
    """

    unit: Unit
    link: Link
    touched: bool = False
    counted: bool = False
    names: frozenset[str] = frozenset()


@dataclass
class Run:
    """What all workers of one run share.

    Attributes:
        store: The link store.
        remote: The system that is written to.
        clock: Seconds since 1970 by this host.
        grace: For how many seconds after it was sent a write may still land.
        side: The system the records come from.
        id: The run's id.
        guard: Stops it where it would touch too much; None lets everything through.
        counts: What was done, by entity.
        arrived: Ids and aliases of records that can be referred to from now on, by entity.
        linked: Ids of records that have just got a row, by entity.
        stirred: Entities of which something was linked or fell asleep since those that sleep were last looked at.
    """

    store: Store
    remote: Remote
    clock: Callable[[], float]
    grace: float
    side: Side = Side.WEBSHOP
    id: str = ""
    guard: Guard | None = None
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    arrived: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    linked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stirred: set[str] = field(default_factory=set)


class Desk:
    """Notes of one entity.

    Args:
        way: The entity's mapping and direction.
        run: The run.
    """

    def __init__(self, way: Way, run: Run) -> None:
        self.way, self.run = way, run
        self.store, self.remote = run.store, run.remote
        self.count = run.counts[way.entity]

    def reject(self, unit: Unit, error: Rejected) -> None:
        """Keep a record that cannot be written, with the reason."""
        message = f"{error}{elsewhere(self.way, unit.id, error)}"
        other = error if isinstance(error, Waiting | Barred) else None
        logger.log(_level(error), "%s '%s' is rejected: %s", self.way.entity, unit.id, message)
        kept = Reject(
            entity=self.way.entity,
            side=self.run.side,
            source_id=unit.id,
            stream=self.way.stream or "",
            record=unit.origin,
            read_at=unit.read_at,
            kind=error.kind,
            message=message,
            column=error.column,
            waiting_entity=other.entity if other else None,
            waiting_key=other.key if other else None,
            first_at=self.run.clock(),
        )
        self.store.reject([kept])

    def weigh(self, kind: str, writes: Sequence[tuple[Link, Values, Values]]) -> None:
        """Say what is about to be written to rows that have a past: links, values before and after.

        Raises:
            MassChangeError: It is more than one run may touch.
        """
        if self.run.guard is not None:
            steps = [Step(*each) for each in writes]
            self.run.guard.weigh(self.way.entity, kind, steps, self.run.clock(), self.way.mapping.max_changes_percent)

    def hold(self, pairs: Sequence[Pair], *, until: float) -> None:
        """Keep records until an earlier write to their row is certain."""
        way, side = self.way, self.run.side
        self.store.hold(
            [
                Hold(way.entity, side, each.unit.id, way.stream or "", each.unit.origin, each.unit.read_at, until)
                for each in pairs
            ]
        )

    def touch(self, links: Sequence[Link]) -> None:
        """Rows of the target were written: what was read of that which they are part of is stale from now on."""

    def done(self, units: Sequence[Unit]) -> None:
        """These records are applied, or newer ones of them are; what was kept of them until they were read is history.

        Something newer that waits goes on waiting: a record may be applied as its link remembers it.
        """
        self.store.applied(self.way.entity, self.run.side, {each.id: each.read_at for each in units})

    def arrive(self, units: Iterable[Unit]) -> None:
        """Say that these records can now be referred to."""
        for unit in units:
            self.run.arrived[self.way.entity].update({unit.id, unit.alias or unit.id})

    def row(self, units: Iterable[Unit]) -> None:
        """Say that these records have a row now."""
        known = list(units)
        self.run.linked[self.way.entity].update(each.id for each in known)
        self.run.stirred.add(self.way.entity)
        self.arrive(known)

    def new_link(self, unit: Unit) -> Link:
        """A link for a record that has none."""
        link = Link(entity=self.way.entity, webshop_id=None)
        known = link.on(self.way.source, id=unit.id, shadow=self.way.told(unit.values), read_at=unit.read_at)
        return self._aliased(known, unit)

    def finished(self, pair: Pair) -> Link:
        """The link of a record that is applied completely."""
        unit = pair.unit
        link = pair.link.on(self.way.source, fingerprint=unit.fingerprint, read_at=unit.read_at)
        return self._aliased(link, unit)

    def _aliased(self, link: Link, unit: Unit) -> Link:
        if self.way.into_businessnxt:
            return replace(link, alias=unit.alias)
        if self.way.sleeps:
            return replace(link, businessnxt_alias=unit.alias)
        drawn = drawn_of(self.way.mapping, unit.values)
        return replace(link, businessnxt_shadow={**link.businessnxt_shadow, **drawn}, businessnxt_alias=unit.alias)


def _level(error: Rejected) -> int:
    """How loudly a reject is said: what ends by itself is nobody's business yet."""
    if isinstance(error, Waiting):
        return logging.DEBUG
    return logging.INFO if error.kind == LATER else logging.WARNING


class Aside(Desk):
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
