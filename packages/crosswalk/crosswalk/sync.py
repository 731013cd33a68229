"""One run from one side into the other: batches in, one worker per entity, one memory for all of them.

Every remote effect is preceded by a committed row that names it; a batch is over only when all its effects, rejects
and holds are committed. Its STATE may then go.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from crosswalk.codec import digest
from crosswalk.desk import Run
from crosswalk.entries import Reject
from crosswalk.errors import PASSING, UNREADABLE, StoreError
from crosswalk.guard import Guard, Limits
from crosswalk.sides import Side
from crosswalk.twins import twins_of
from crosswalk.ways import Way
from crosswalk.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

    from crosswalk.entries import Hold, Link
    from crosswalk.errors import Rejected
    from crosswalk.links import Store
    from crosswalk.mapping import MappingSet
    from crosswalk.remote import Remote
    from crosswalk.units import Incoming
    from crosswalk.values import Values

BATCH = 500
"""How many kept records are tried again at once."""

DONE = ("read", "created", "adopted", "updated", "unchanged", "dormant", "stale", "deleted")


class Synchronizer:
    """Carries batches of one side's records over; a context manager that holds the lock.

    Args:
        mappings: The mapping files.
        store: The link store.
        remote: The side that is written to.
        source: The side that the records come from.
        clock: Seconds since 1970 by this host.
        grace: For how many seconds after it was sent a write may still land.
        patience: For how many seconds to wait until another run ends.
        limits: How many linked records it may touch before it stops with a plan.
    """

    def __init__(
        self,
        mappings: MappingSet,
        store: Store,
        remote: Remote,
        *,
        source: Side = Side.WEBSHOP,
        clock: Callable[[], float] = time.time,
        grace: float = 900.0,
        patience: float = 0.0,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._mappings, self._store, self._patience = mappings, store, patience
        self._run = Run(store, remote, clock, grace, source)
        self._workers = {entity: self._worker(Way(mapping, source)) for entity, mapping in mappings.mappings.items()}

    def _worker(self, way: Way) -> Worker:
        twins = twins_of(way, self._way_of, self._store)
        return Worker(way, self._mappings.converters, self._run, self._awaken, twins)

    def _way_of(self, entity: str) -> Way:
        return Way(self._mappings.mappings[entity], self._run.side)

    def __enter__(self) -> Self:
        """Take the lock, enter the run, and pick up what earlier runs had to leave."""
        self._store.lock.acquire(patience=self._patience)
        self._run.stirred.update(self._workers)
        side = self._run.side
        pipeline = f"{side.value}-to-{side.other.value}"
        self._run.id = self._store.start_run(pipeline)
        try:
            self._run.guard = Guard(self._store, self._limits, pipeline, self._run.id)
            self._heed()
            self._pick_up()
        except Exception as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def _heed(self) -> None:
        """Try again what was refused for its words, where mapping files or lookups know other ones now."""
        with self._store.transaction():
            known = {each: self._store.kept_lookup(each) for each in self._mappings.lookups}
            self._store.heed(self._run.side, digest([self._mappings.version, known]))

    def _pick_up(self) -> None:
        """Go on with what earlier runs had to leave."""
        for worker in self._workers.values():
            worker.resume()
        self._pay()
        now = self._run.clock()
        held = self._store.holds(self._run.side, math.inf)  # those that have landed meanwhile need not wait any longer
        self._again([*held, *self._store.due(self._run.side, now)])
        self._again(self._store.answered(self._run.side))
        self._tell()
        self._replay()
        self._wake()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write down how the run ended, and release the lock; a store that fails here must not hide why it ended."""
        with suppress(StoreError) if kind else nullcontext():
            self._store.count_run(self._run.id, self.totals(), exit_="ok" if kind is None else kind.__name__)
            if kind is None and self._run.guard is not None:
                self._run.guard.passed()
        self._store.lock.release()

    def apply(self, stream: str, records: Sequence[Incoming]) -> None:
        """Carry one batch over, then whatever was waiting for it."""
        for worker in self._fed_by(stream):
            worker.apply(records)
        self._replay()
        self._wake()
        self._store.count_run(self._run.id, self.totals())

    def refuse(self, stream: str, incoming: Incoming, problem: str) -> None:
        """Keep a record that breaks its own schema, with the reason."""
        for worker in self._fed_by(stream):
            worker.intake.refuse(incoming, problem)

    def misread(self, stream: str, source_id: str, problem: str, *, column: str = "", read_at: float) -> None:
        """Keep on record that the tap could not read a record of a stream; the tap has it, we do not."""
        entities = [each.way.entity for each in self._fed_by(stream)]
        entity = stream if stream in entities else next(iter(entities), stream)
        side, now = self._run.side, self._run.clock()
        self._store.reject(
            [Reject(entity, side, source_id, stream, {}, read_at, UNREADABLE, problem, column, first_at=now)]
        )

    def read(self, stream: str, source_ids: Iterable[str]) -> None:
        """These records of a stream were read, or are gone: what is on record of them as unreadable is history."""
        self._store.readable(self._run.side, stream, source_ids)

    def _fed_by(self, stream: str) -> list[Worker]:
        """The workers of the entities that a stream feeds, parents first."""
        return [each for each in self._workers.values() if each.way.stream == stream]

    def totals(self) -> dict[str, dict[str, int]]:
        """What was done so far, by entity; `held`, `rejected` and `waiting` count what is open now."""
        still_open, held = self._store.open_rejects(), self._store.open_holds(self._run.side)
        totals = {}
        for entity in self._mappings.mappings:
            kinds, counts = still_open.get(entity, {}), self._run.counts[entity]
            waiting = sum(kinds.get(each, 0) for each in PASSING)
            if any(counts.values()) or kinds or entity in held:
                done = {**{name: max(0, counts[name]) for name in DONE}, "held": held.get(entity, 0)}
                totals[entity] = {**done, "rejected": sum(kinds.values()) - waiting, "waiting": waiting}
        return totals

    def _awaken(self, entity: str, links: Sequence[Link]) -> dict[str, Rejected]:
        return self._workers[entity].awaken(links)

    def _pay(self) -> None:
        """Write what the other direction left to this one: values that the target is owed."""
        debts = self._store.debts(self._run.side.other)
        if not debts:
            return
        closed = self._store.closed(debts)
        owed: defaultdict[int, Values] = defaultdict(dict)
        for each in debts:
            owed[each.link_id][each.name] = each.value
        links = self._store.links_by_id(owed).values()
        debtors = [(each, owed[each.id]) for each in links if each.status == "linked"]
        for worker in self._workers.values():
            worker.payer.pay(debtors, closed)

    def _wake(self) -> None:
        """Go on with records whose twin of another entity is linked by now."""
        for worker in self._workers.values():
            worker.wake()
        self._run.stirred.clear()

    def _tell(self) -> None:
        """Note what an earlier run linked and was killed before it could say so."""
        if self._run.side is not Side.WEBSHOP:
            return
        for twin in self._mappings.mappings:
            for mapping, each in self._mappings.followers(twin):
                self._run.linked[twin].update(self._store.untold(mapping.entity, twin, each.name))

    def _replay(self) -> None:
        """Try again what waited for records that have just arrived, until nothing new arrives."""
        run = self._run
        while run.arrived or run.linked:
            arrived, linked = dict(run.arrived), dict(run.linked)
            run.arrived.clear()
            run.linked.clear()
            if self._store.waits(run.side):
                for entity, keys in arrived.items():
                    self._again(self._store.waiting_for(run.side, entity, keys))
            for entity, ids in linked.items() if run.side is Side.WEBSHOP else ():
                for mapping, _ in self._mappings.followers(entity):
                    for part in _parts(sorted(ids)):
                        self._workers[mapping.entity].follow(part)

    def _again(self, kept: Iterable[Reject | Hold]) -> None:
        by_entity: defaultdict[str, list[Reject | Hold]] = defaultdict(list)
        for each in kept:
            by_entity[each.entity].append(each)
        for entity, worker in self._workers.items():
            for part in _parts(by_entity.get(entity, [])):
                worker.again(part)


def _parts(whole: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(whole), BATCH):
        yield whole[start : start + BATCH]
