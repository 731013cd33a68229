"""What became of a write whose answer was lost: the record itself tells, whichever direction looks at it first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosswalk.doubts import illegible
from crosswalk.paths import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crosswalk.desk import Desk, Pair
    from crosswalk.entries import Link, Pending
    from crosswalk.properties import Property
    from crosswalk.remote import Row
    from crosswalk.values import Value, Values
    from crosswalk.ways import Way


@dataclass(frozen=True)
class Settled:
    """What became of a write whose answer was lost.

    Attributes:
        sent: The other side's values that did arrive, by name.
        held: What the side that was written to holds of them.
        certain: Whether nothing can still land.
    """

    sent: Values
    held: Values
    certain: bool


@dataclass(frozen=True)
class Sight:
    """A record as we see it when we look what became of a write to it.

    Attributes:
        held: Gives what it holds of a property, or `MISSING`.
        ours: Whether we were the last to write to it.
        age: Seconds since the write was announced.
        grace: Seconds after which it can no longer land.
    """

    held: Callable[[Property], Value]
    ours: bool
    age: float
    grace: float


def settle(pending: Pending, way: Way, link: Link, sight: Sight) -> Settled:
    """Find out from the record itself whether an announced write landed.

    A record that still holds the old value, or the one that lost and was to be written over, may receive the write
    late, until `grace` seconds after it was sent; one that holds the sent value, or another one that we wrote, has it;
    any third value is somebody else's edit and left to the merge.
    """
    sent: Values = {}
    held: Values = {}
    certain = True
    for name, (origin, wanted, *over) in pending.values.items():
        each = way.mapping.by_name.get(name)
        now = MISSING if each is None else sight.held(each)
        if each is None or now is MISSING:
            continue
        before = [link.shadow(pending.side).get(name), *over]
        if way.same(pending.side, each, now, wanted):
            sent[name], held[name] = origin, now
        elif any(way.same(pending.side, each, now, old) for old in before):
            certain = certain and sight.age >= sight.grace
        elif sight.ours:
            sent[name], held[name] = origin, now
    return Settled(sent, held, certain)


class Settler:
    """Clears up the open writes of one entity.

    Args:
        desk: The entity's notes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._way, self._store = desk, desk.way, desk.store

    def heard(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Learn from the records themselves what became of earlier writes to them, which went the other way."""
        open_ = self._store.pendings([each.link.id for each in pairs], self._way.source)
        return [
            self._learn(each, open_[each.link.id]) if self._is_news(each, open_.get(each.link.id)) else each
            for each in pairs
        ]

    def _is_news(self, pair: Pair, pending: Pending | None) -> bool:
        return pending is not None and pair.unit.read_at > pending.sent_at and not pair.names

    def _learn(self, pair: Pair, pending: Pending) -> Pair:
        values, read_at = pair.unit.values, pair.unit.read_at
        sight = Sight(
            held=lambda each: values.get(each.name, MISSING),
            ours=False,
            age=read_at - pending.sent_at,
            grace=self._desk.run.grace,
        )
        found = settle(pending, self._way, pair.link, sight)
        return self._known(pair, pending, found, read_at)

    def settled(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Clear up earlier writes whose answer was lost, before anything is compared or merged on top of them.

        That goes for records as well that seem not to have moved: one that was edited back may be overtaken by a write
        that lands late. How long it may still land counts from before we looked; when it did at the latest, from after.
        """
        open_ = self._store.pendings([each.link.id for each in pairs], self._way.target)
        if not open_:
            return list(pairs)
        asked_at = self._desk.run.clock()
        rows = self._desk.remote.read(
            self._way.table, [self._key(each.link) for each in pairs if each.link.id in open_]
        )
        settled: list[Pair | None] = []
        for pair in pairs:
            pending, row = open_.get(pair.link.id), rows.get(self._key(pair.link))
            if pending is None or row is None:
                settled.append(pair)
            elif row.problem:
                self._desk.reject(pair.unit, illegible(row))
            else:
                settled.append(self._settle(pair, pending, row, asked_at))
        return [each for each in settled if each is not None]

    def _settle(self, pair: Pair, pending: Pending, row: Row, asked_at: float) -> Pair | None:
        grace = self._desk.run.grace
        sight = Sight(lambda each: self._way.held(each, row.values), row.ours, asked_at - pending.sent_at, grace)
        found = settle(pending, self._way, pair.link, sight)
        settled = self._known(pair, pending, found, self._desk.run.clock())
        if found.certain:
            return settled
        self._desk.hold([pair], until=pending.sent_at + grace)
        return None

    def _known(self, pair: Pair, pending: Pending, found: Settled, seen_at: float) -> Pair:
        """Remember what of an open write is known now; what was read before it landed is stale from here on."""
        written, origin = pending.side, pending.side.other
        link = pair.link.on(written, shadow={**pair.link.shadow(written), **found.held})
        link = link.on(origin, shadow={**link.shadow(origin), **found.sent}, fingerprint="")
        if found.held:
            landed_at = min(seen_at, pending.sent_at + self._desk.run.grace)
            link = link.on(written, wrote_at=max(link.wrote_at(written), landed_at), fingerprint="")
        with self._store.transaction():
            (saved,) = self._store.save([link])
            self._store.pay([(saved.id, name) for name in found.held])
            if found.certain:
                self._store.settled([link.id], written)
        return replace(pair, link=saved)

    def _key(self, link: Link) -> str:
        return link.id_on(self._way.target) or ""
