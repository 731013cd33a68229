"""Carries edits of linked records into their partners: read, merge, write ahead, compare and swap, remember."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk import merge
from crosswalk.desk import ROUNDS, Desk, Pair
from crosswalk.doubts import contended, illegible
from crosswalk.drafts import as_columns
from crosswalk.entries import Owed, Pending
from crosswalk.errors import Rejected
from crosswalk.guard import CHANGE
from crosswalk.remote import Change, Outcome, Refused, Row, Unclear, Written
from crosswalk.settling import Settler
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Link
    from crosswalk.history import Entry
    from crosswalk.properties import Property
    from crosswalk.values import Values

Decided = tuple[Pair, Row, merge.Decision]


class Merger:
    """Merges the records of one entity.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
    """

    def __init__(self, desk: Desk, drafts: Drafts) -> None:
        self._desk, self._drafts = desk, drafts
        self._way, self._store, self._remote = desk.way, desk.store, desk.remote
        self._table = desk.way.table
        self._settler = Settler(desk)

    def update(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Merge records into their partners; returns those that are done, rejected and held ones left out."""
        done: list[Pair] = []
        left = self._settler.heard(pairs)
        for _ in range(ROUNDS):
            finished, left = self._round(left) if left else ([], [])
            done += finished
        for pair in left:
            self._desk.reject(pair.unit, contended("this row"))
        return done

    def _round(self, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
        """Read, merge and write once; returns what is done, and what has to be merged anew."""
        pairs = self._settler.settled(pairs)
        moved = {each.unit.id: self._moved(each) for each in pairs}
        quiet = [each for each in pairs if not moved[each.unit.id]]
        encoded = self._drafted([each for each in pairs if moved[each.unit.id]], moved)
        drafted = [(pair, draft) for pair, draft in encoded if draft or self._drifted(moved[pair.unit.id])]
        quiet += [pair for pair, draft in encoded if not draft and not self._drifted(moved[pair.unit.id])]
        if not drafted:
            return quiet, []
        rows = self._remote.read(self._table, [self._key(pair.link) for pair, _ in drafted])
        ready = self._standing([(pair, draft, rows.get(self._key(pair.link))) for pair, draft in drafted])
        now = self._desk.run.clock()
        scales = merge.Scales(self._way, self._drafts.converters, now)
        owed = self._store.owed_over(pair.link.id for pair, _, _ in ready) if self._way.by_stamps else {}
        decided = [
            (pair, row, merge.decide(moved[pair.unit.id], _edit(pair, draft, owed), row.values, pair.link, scales))
            for pair, draft, row in ready
        ]
        finished, refused = self._write(decided, now)
        return [*quiet, *finished], refused

    def _key(self, link: Link) -> str:
        return link.id_on(self._way.target) or ""

    def _moved(self, pair: Pair) -> list[Property]:
        if pair.names:
            return [each for each in self._way.carried if each.name in pair.names]
        if self._way.mapping.only_create and pair.link.match_rule:
            return []
        return merge.moved(self._way, pair.unit.values, pair.link)

    def _drifted(self, rows: Sequence[Property]) -> bool:
        """Whether any of them is the other side's own, and was edited here."""
        return any(not self._way.carries(each) for each in rows)

    def _drafted(self, pairs: Sequence[Pair], moved: dict[str, list[Property]]) -> list[tuple[Pair, Values]]:
        drafts = self._drafts.encode([(each.unit, moved[each.unit.id]) for each in pairs])
        ready: list[tuple[Pair, Values]] = []
        for pair in pairs:
            draft = drafts[pair.unit.id]
            if isinstance(draft, Rejected):
                self._desk.reject(pair.unit, draft)
            else:
                ready.append((pair, self._as_agreed(pair, draft) if pair.names else draft))
        return ready

    def _as_agreed(self, pair: Pair, draft: Values) -> Values:
        """What a side is given back it gets as it once had it: the other one may have kept it shortened, say."""
        source, target, known = self._way.source, self._way.target, self._way.mapping.by_name
        near, far = pair.link.shadow(source), pair.link.shadow(target)
        return {
            name: far[name]
            if name in near and name in far and self._way.same(source, known[name], pair.unit.values[name], near[name])
            else value
            for name, value in draft.items()
        }

    def _standing(self, drafted: Sequence[tuple[Pair, Values, Row | None]]) -> list[tuple[Pair, Values, Row]]:
        """Those whose partner is still there, and can be read."""
        ready: list[tuple[Pair, Values, Row]] = []
        for pair, draft, row in drafted:
            if row is not None and row.problem:
                self._desk.reject(pair.unit, illegible(row))
            elif row is None or self._way.is_another_row(pair.link, row.values):
                self._desk.reject(pair.unit, self._vanished(pair.link))
            else:
                ready.append((pair, draft, row))
        return ready

    # writing

    def _write(self, decided: Sequence[Decided], now: float) -> tuple[list[Pair], list[Pair]]:
        writes = [each for each in decided if each[2].write]
        self._desk.weigh(CHANGE, [self._told(each) for each in writes if _has_past(each[0].link)])
        quiet = [(pair, decision) for pair, _, decision in decided if not decision.write]
        with self._store.transaction():
            self._store.conflicts([each for _, _, decision in decided for each in decision.conflicts])
            self._store.owe([each for all_of in decided for each in self._debts(*all_of)])
            self._leave_to_a_person(decided)
            opened = self._opened([pair for pair, _, _ in writes])
            writes = [(pair, row, decision) for pair, (_, row, decision) in zip(opened, writes, strict=True)]
            self._store.announce([self._pending(pair, row, decision, now) for pair, row, decision in writes])
            agreed = self._saved([self._agreed(pair, decision) for pair, decision in quiet])
            self._store.pay([each for pair, _, decision in decided for each in _names(pair, decision.agreed)])
        changes = [self._change(*each) for each in writes]
        outcomes = self._remote.update(self._table, changes) if changes else []
        finished, refused = self._conclude(writes, outcomes, now)
        return [*agreed, *finished], refused

    def _leave_to_a_person(self, decided: Sequence[Decided]) -> None:
        """Nobody is owed what somebody is to decide."""
        for pair, _, decision in decided:
            names = [each.name for each in decision.conflicts if each.state == "open"]
            for side in Side if names else ():
                self._store.waive(pair.link.id, side, names)

    def _opened(self, pairs: Sequence[Pair]) -> list[Pair]:
        """From here on no state of the records counts as applied, so that one edited back is looked at again."""
        source = self._way.source
        return self._saved([replace(each, link=each.link.on(source, fingerprint="")) for each in pairs])

    def _told(self, decided: Decided) -> tuple[Link, Values, Values]:
        """What is about to happen to a row, in the target's own values."""
        pair, row, decision = decided
        rows = {name: self._way.mapping.by_name[name] for name in decision.write}
        return pair.link, {name: self._way.held(each, row.values) for name, each in rows.items()}, decision.write

    def _debts(self, pair: Pair, row: Row, decision: merge.Decision) -> list[Owed]:
        side, read_at = self._way.source, self._desk.run.clock()
        changed_at = self._way.changed_at(row.values, side.other) if decision.owed else None
        return [
            Owed(pair.link.id, side, name, value, read_at, (pair.unit.values[name],), changed_at)
            for name, value in decision.owed.items()
        ]

    def _pending(self, pair: Pair, row: Row, decision: merge.Decision, now: float) -> Pending:
        rows = self._way.mapping.by_name
        values = {
            name: (pair.unit.values[name], value, self._way.held(rows[name], row.values))
            for name, value in decision.write.items()
        }
        return Pending(pair.link.id, self._way.target, "update", now, values)

    def _change(self, pair: Pair, row: Row, decision: merge.Decision) -> Change:
        columns = as_columns(self._way, decision.write, row.values)
        refilled = self._way.refilled(decision.write)
        columns |= {each.column: row.values[each.column] for each in refilled if self._stays(pair, row, each)}
        seen = [self._way.by_place[each] for each in columns]
        return Change(row.id, columns, {each: row.values[each] for each in seen if each in row.values})

    def _stays(self, pair: Pair, row: Row, each: Property) -> bool:
        """Whether a column keeps what it holds when Business NXT would fill it anew: somebody has said what it is."""
        known, held = pair.link.shadow(self._way.target), self._way.held(each, row.values)
        said = not self._way.blank(self._way.source, each, pair.unit.values.get(each.name))
        return said or not self._way.same(self._way.target, each, held, known.get(each.name))

    def _conclude(
        self, writes: Sequence[Decided], outcomes: Sequence[Outcome], now: float
    ) -> tuple[list[Pair], list[Pair]]:
        done: list[Decided] = []
        refused: list[Pair] = []
        with self._store.transaction():
            for decided, outcome in zip(writes, outcomes, strict=True):
                pair, row, decision = decided
                if isinstance(outcome, Written):
                    done.append((self._written(decided, outcome.row), row, decision))
                elif isinstance(outcome, Refused):
                    refused.append(pair)
                elif isinstance(outcome, Unclear):
                    self._desk.hold([pair], until=now + self._desk.run.grace)
                else:
                    self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))
            certain = [each for each, outcome in zip(writes, outcomes, strict=True) if not isinstance(outcome, Unclear)]
            self._store.settled([pair.link.id for pair, _, _ in certain], self._way.target)
            self._store.log(self._desk.run.id, [self._entry(*each) for each in done])
            self._store.pay([each for pair, _, decision in done for each in _names(pair, decision.write)])
            finished = self._saved([pair for pair, _, _ in done])
            self._desk.touch([each.link for each in finished])
        return finished, refused

    def _entry(self, pair: Pair, before: Row, decision: merge.Decision) -> Entry:
        """What stands in the log of a write: what the row held before, and what it holds now."""
        side = self._way.target
        was = {name: self._way.held(self._way.mapping.by_name[name], before.values) for name in decision.write}
        return pair.link.id, side, "update", was, {name: pair.link.shadow(side)[name] for name in decision.write}

    def _written(self, decided: Decided, after: Row) -> Pair:
        """Remember what the row really holds now; not so where somebody else wrote to it after us.

        It is no longer what was read of it: who types the old value again has edited it, and must be heard.
        """
        pair, _, decision = decided
        side = self._way.target
        rows = {name: self._way.mapping.by_name[name] for name in decision.write}
        held = {
            name: self._way.held(each, after.values) if after.ours else decision.write[name]
            for name, each in rows.items()
        }
        near = {name: pair.unit.values[name] for name in held}
        known = self._past(self._agreed(pair, decision), near, {**held, **self._filled(decided, after)})
        return replace(known, link=known.link.on(side, wrote_at=self._desk.run.clock(), fingerprint=""), touched=True)

    def _filled(self, decided: Decided, after: Row) -> Values:
        """What Business NXT has filled anew because of our write: that is no edit of somebody's."""
        pair, before, decision = decided
        known = pair.link.shadow(self._way.target)
        drawn = [each for each in self._way.refilled(decision.write) if not self._stays(pair, before, each)]
        return {each.name: self._way.held(each, after.values) for each in drawn if each.name in known and after.ours}

    def _saved(self, pairs: Sequence[Pair]) -> list[Pair]:
        links = self._store.save([each.link for each in pairs])
        return [replace(pair, link=link) for pair, link in zip(pairs, links, strict=True)]

    def _past(self, pair: Pair, near: Values, far: Values) -> Pair:
        """Add these values to what both sides last agreed on."""
        source, target = self._way.source, self._way.target
        link = pair.link.on(source, shadow={**pair.link.shadow(source), **near})
        return replace(pair, link=link.on(target, shadow={**link.shadow(target), **far}))

    def _agreed(self, pair: Pair, decision: merge.Decision) -> Pair:
        met = {**decision.agreed, **decision.kept}
        return self._past(pair, {name: pair.unit.values[name] for name in met}, met)

    def _vanished(self, link: Link) -> Rejected:
        where = "Business NXT" if self._way.into_businessnxt else "the webshop"
        return Rejected(
            f"{self._table.name} {self._key(link)} is no longer in {where}; restore it there, or unlink the record",
            kind="vanished",
        )


def _edit(pair: Pair, draft: Values, owed: Dict[int, Sequence[Owed]]) -> merge.Edit:
    unit = pair.unit
    return merge.Edit(unit.values, draft, unit.extras, unit.changed_at, owed.get(pair.link.id, ()))


def _has_past(link: Link) -> bool:
    """Whether the two ever agreed on anything; at a first match everything may be written."""
    return not link.webshop_shadow.keys().isdisjoint(link.businessnxt_shadow)


def _names(pair: Pair, met: Iterable[str]) -> list[tuple[int, str]]:
    """Properties, by link, on which both sides meet."""
    return [(pair.link.id, name) for name in met]
