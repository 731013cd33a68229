"""The first sight of a record: its partner is found, or made so that no crash can make it twice.

A link is committed as `creating`, with the values that are about to be sent, before the request goes out; what is made
carries the source's id in a place of its own. After a crash it is looked up by that id; that it is not there counts
only once nothing can still land.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosswalk.desk import Desk, Pair
from crosswalk.doubts import already_taken
from crosswalk.drafts import new_row, stored
from crosswalk.entries import Owed, Pending
from crosswalk.errors import Rejected
from crosswalk.finders import Finder, Found
from crosswalk.remote import Draft, Outcome, Row, Unclear, Unwelcome, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Link
    from crosswalk.units import Unit
    from crosswalk.values import Values

    Intents = dict[str, tuple[Values, Values]]
    """By a line's id in the source: its values there, and what it is to hold in the target."""


@dataclass(frozen=True)
class Family:
    """How an entity's lines take part in the making of its rows; an entity without lines has none of it.

    Attributes:
        problem: Says why a record's lines cannot be written, or None.
        inputs: The columns of its lines.
        intents: What its lines are about to be made with, for the announcement.
        resume: Remembers what was announced of lines, now that their record turns out to have been made.
        bind: Links its lines to the rows that were made with it.
    """

    problem: Callable[[Unit], Rejected | None] = lambda _: None
    inputs: Callable[[Unit], tuple[Values, ...]] = lambda _: ()
    intents: Callable[[Unit], Intents] = lambda _: {}
    resume: Callable[[Iterable[tuple[Link, Pending]]], None] = lambda _: None
    bind: Callable[[Pair, Row], None] = lambda _, __: None


class Maker:
    """Finds or makes the partners of one entity's records.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        family: Its lines.
    """

    def __init__(self, desk: Desk, drafts: Drafts, family: Family | None = None) -> None:
        self._desk, self._drafts, self._table = desk, drafts, desk.way.table
        self._way, self._store, self._remote = desk.way, desk.store, desk.remote
        self._family = family or Family()
        self.finder = Finder(desk)

    def first_sight(self, units: Sequence[Unit], links: Dict[str, Link] | None = None) -> list[Pair]:
        """Find what already stands for these records in the target, and make the others.

        Args:
            units: Records without a partner.
            links: Links they have already (dormant ones), by id in the source.

        Returns:
            The matched records; they are still to be merged.
        """
        if not units:
            return []
        known = links or {}
        pairs = [Pair(each, known.get(each.id) or self._desk.new_link(each)) for each in units]
        linked, named, rest = self.finder.by_name(pairs)
        bound = self._join(linked)
        if self._way.placed_by_twin:
            return [*bound, *self._adopt(named)]
        referred, rest = self.finder.by_reference(self.finder.wanted(rest))
        adopted = [*named, *referred]
        matched, fresh = self.finder.by_rules(rest, claimed={row.id for _, row, _ in adopted})
        if self._way.create == "match":
            self._desk.done([each.unit for each in fresh])  # nothing is made of them, whatever they waited for before
        else:
            self._make(fresh)
        return [*bound, *self._adopt([*adopted, *matched])]

    def finish(self, pairs: Sequence[Pair], *, gone: bool = False) -> list[Pair]:
        """Find out what became of partners whose making was interrupted; make again what certainly never was.

        Args:
            pairs: Their records.
            gone: Whether these are gone meanwhile: then nothing is made again, and what never was is forgotten.

        Returns:
            The records whose partners are there; they are still to be merged.
        """
        if not pairs:
            return []
        asked_at, grace = self._desk.run.clock(), self._desk.run.grace
        sent = self._store.pendings([each.link.id for each in pairs], self._way.target)
        found, rest = self.finder.by_reference(pairs)
        lost = []
        for pair in rest:
            sent_at = sent[pair.link.id].sent_at if pair.link.id in sent else 0.0
            if asked_at - sent_at < grace:
                self._desk.hold([pair], until=sent_at + grace)
            elif gone or not pair.unit.wanted:
                self._store.remove([pair.link])
                self._desk.done([pair.unit])
            else:
                lost.append(pair)
        self._make(lost)
        return self._recover(found, sent)

    def _join(self, bound: Sequence[tuple[Pair, Link]]) -> list[Pair]:
        """These were made by a run of the other direction that was killed before it heard so."""
        source = self._way.source
        joined = [replace(link.on(source, id=pair.unit.id), status="linked") for pair, link in bound]
        sent = self._store.pendings([link.id for _, link in bound], source)
        with self._store.transaction():
            self._store.remove([pair.link for pair, link in bound if pair.link.id not in (0, link.id)])
            links = self._saved(joined)
            self._resume(links, sent)
            self._store.settled([each.id for each in links.values()], source)
        self._desk.count["created"] += len(bound)
        self._desk.row(pair.unit for pair, _ in bound)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _ in bound]

    def _adopt(self, matched: Sequence[Found]) -> list[Pair]:
        """Link records with rows that were there before; they have no past in common, and are not finished yet."""
        with self._store.transaction():
            found = self.finder.free(matched)
            adopted = [
                replace(
                    self._met(pair.link.on(self._way.target, id=row.id).on(self._way.source, fingerprint=""), row),
                    status="linked",
                    match_rule=rule,
                    parent_id=self._parent_id(pair.unit),
                )
                for pair, row, rule in found
            ]
            links = self._saved(adopted)
            self._store.owe([each for pair, row, _ in found for each in self._marks(pair.unit, links, row)])
        self._desk.count["adopted"] += len(found)
        self._desk.row(pair.unit for pair, _, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _, _ in found]

    def _marks(self, unit: Unit, links: Dict[str, Link], row: Row) -> list[Owed]:
        """The reference that a row of Business NXT lacks: its partner may never be read again to bring it."""
        lacking, now = self._way.unmarked(unit.values, row.id), self._desk.run.clock()
        return [Owed(links[unit.id].id, self._way.source, *each, now) for each in lacking.items()]

    def _recover(self, made: Sequence[Found], sent: Dict[int, Pending]) -> list[Pair]:
        """These were made although we never heard so: what we wrote, as the row has it, is the common past."""
        with self._store.transaction():
            found = self.finder.free(made)
            recovered = [
                replace(self._met(self._recovered(pair.link, row), row), status="linked") for pair, row, _ in found
            ]
            links = self._saved(recovered)
            self._resume(links, sent)
            self._store.settled([each.id for each in links.values()], self._way.target)
        self._desk.count["created"] += len(found)
        self._desk.row(pair.unit for pair, _, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _, _ in found]

    def _recovered(self, link: Link, row: Row) -> Link:
        """The link with what became in the row of what was sent."""
        target = self._way.target
        sent = {name: value for name, value in link.shadow(target).items() if name in self._way.mapping.by_name}
        known = link.on(target, id=row.id, shadow={**link.shadow(target), **stored(self._way, sent, row)})
        return replace(self._met(known, row), status="linked")

    def _resume(self, links: Dict[str, Link], sent: Dict[int, Pending]) -> None:
        """Where lines were announced with these, remember what of them was."""
        announced = [(each, sent[each.id]) for each in links.values() if each.id in sent]
        self._family.resume([(each, pending) for each, pending in announced if pending.op == "create"])

    def _met(self, link: Link, row: Row) -> Link:
        return self._way.met(link, row.values)

    def _saved(self, links: Sequence[Link]) -> dict[str, Link]:
        """Save new and known links alike; by id in the source."""
        with self._store.transaction():
            known = self._store.save([each for each in links if each.id])
            added = self._store.add([each for each in links if not each.id])
        return {each.id_on(self._way.source) or "": each for each in [*known, *added]}

    def _parent_id(self, unit: Unit) -> int | None:
        return self.finder.parents[unit.parent].id if unit.parent else None

    # making

    def _make(self, pairs: Sequence[Pair]) -> None:
        """Announce the rows, make them, and link them."""
        ready = self._announced(self._drafted(pairs))
        if ready:
            outcomes = self._remote.create(self._table, [self._draft(pair, draft) for pair, draft in ready])
            self._bind([(pair, draft, outcome) for (pair, draft), outcome in zip(ready, outcomes, strict=True)])

    def _drafted(self, pairs: Sequence[Pair]) -> list[tuple[Pair, Values]]:
        """Encode records; one that cannot be written whole, with all its lines, is not written at all."""
        drafts = self._drafts.encode([(each.unit, self._way.mapping.properties) for each in pairs])
        ready: list[tuple[Pair, Values]] = []
        owners: dict[str, str] = {}
        for pair in pairs:
            draft = drafts[pair.unit.id]
            problem = draft if isinstance(draft, Rejected) else self._problem(pair.unit, draft, owners)
            if problem is not None:
                self._desk.reject(pair.unit, problem)
            elif not isinstance(draft, Rejected):
                ready.append((pair, draft))
        return ready

    def _problem(self, unit: Unit, draft: Values, owners: dict[str, str]) -> Rejected | None:
        """Why a record must not be made: a line of it, or a key that another record of this batch has."""
        own_key = self._way.mapping.key[-1]
        if self._way.into_businessnxt and own_key in draft:
            key = str(draft[own_key])
            owner = owners.setdefault(key, unit.id)
            if owner != unit.id:
                return already_taken(own_key, key, owner)
        return self._family.problem(unit)

    def _announced(self, ready: Sequence[tuple[Pair, Values]]) -> list[tuple[Pair, Values]]:
        now = self._desk.run.clock()
        source, target = self._way.source, self._way.target
        intended = [
            replace(
                pair.link.on(source, shadow=self._way.told(pair.unit.values)).on(target, shadow=draft),
                status="creating",
                parent_id=self._parent_id(pair.unit),
            )
            for pair, draft in ready
        ]
        with self._store.transaction():
            links = self._saved(intended)
            self._store.announce(
                [
                    Pending(links[pair.unit.id].id, target, "create", now, self._family.intents(pair.unit))
                    for pair, _ in ready
                ]
            )
        return [(replace(pair, link=links[pair.unit.id]), draft) for pair, draft in ready]

    def _draft(self, pair: Pair, draft: Values) -> Draft:
        return Draft(
            values=new_row(self._way, draft, pair.unit),
            parent=self.finder.parent(pair.unit),
            lines=self._family.inputs(pair.unit),
        )

    def _bind(self, made: Sequence[tuple[Pair, Values, Outcome]]) -> None:
        """Link what was made, forget what certainly was not, and hold what is unclear."""
        now = self._desk.run.clock()
        written = [(pair, draft, outcome.row) for pair, draft, outcome in made if isinstance(outcome, Written)]
        with self._store.transaction():
            self.finder.vacate([(pair.link, row) for pair, _, row in written])
            links = self._saved([self._bound(pair, draft, row, now) for pair, draft, row in written])
            target = self._way.target
            self._store.settled([each.id for each in links.values()], target)
            self._store.log(
                self._desk.run.id, [(each.id, target, "create", {}, each.shadow(target)) for each in links.values()]
            )
            self._desk.touch(list(links.values()))
            for pair, _, row in written:
                self._family.bind(replace(pair, link=links[pair.unit.id]), row)
            self._desk.done([pair.unit for pair, _, _ in written])
            self._forget([(pair, outcome) for pair, _, outcome in made if isinstance(outcome, Unwelcome)])
            unclear = [pair for pair, _, outcome in made if isinstance(outcome, Unclear)]
            self._desk.hold(unclear, until=now + self._desk.run.grace)
        self._desk.count["created"] += len(written)
        self._desk.row(pair.unit for pair, _, _ in written)

    def _bound(self, pair: Pair, draft: Values, row: Row, now: float) -> Link:
        shadow = stored(self._way, draft, row)
        link = self._desk.finished(pair).on(self._way.target, id=row.id, shadow=shadow, wrote_at=now)
        return replace(self._met(link, row), status="linked")

    def _forget(self, refused: Sequence[tuple[Pair, Unwelcome]]) -> None:
        links = [pair.link for pair, _ in refused]
        if self._way.create == "on_demand" or self._way.sleeps:  # no tap delivers these again: they go on sleeping
            asleep = (each.on(self._way.target, shadow={}) for each in links)  # nothing of it was ever agreed on
            self._store.save([replace(each, status="dormant") for each in asleep])
            self._store.settled([each.id for each in links], self._way.target)
        else:
            self._store.remove(links)
        for pair, outcome in refused:
            self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))
