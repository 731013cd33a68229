"""Carries edits of linked records into their rows: read, merge, write ahead, compare and swap, remember."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk import merge
from crosswalk.desk import Desk, Pair
from crosswalk.entries import Link, Pending
from crosswalk.errors import Rejected
from crosswalk.makers import as_columns
from crosswalk.remote import Change, Outcome, Refused, RemoteTable, Row, Unclear, Written
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.drafts import Drafts
    from crosswalk.mapping import Property
    from crosswalk.units import Unit
    from crosswalk.values import Values

ROUNDS = 4
"""How often a record is merged anew when somebody else writes to its row at the same moment."""

Decided = tuple[Pair, Row, merge.Decision]


class Merger:
    """Merges the records of one entity.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        table: Its table.
    """

    def __init__(self, desk: Desk, drafts: Drafts, table: RemoteTable) -> None:
        self._desk, self._drafts, self._table = desk, drafts, table
        self._mapping, self._store, self._remote = desk.mapping, desk.store, desk.remote

    def update(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Merge records into their rows; returns those that are done, rejected and held ones left out."""
        done: list[Pair] = []
        left = list(pairs)
        for _ in range(ROUNDS):
            finished, left = self._round(left) if left else ([], [])
            done += finished
        for pair in left:
            busy = Rejected("somebody else keeps changing this row; it is tried again by itself", kind="contended")
            self._desk.reject(pair.unit, busy)
        return done

    def _round(self, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
        """Read, merge and write once; returns what is done, and what has to be merged anew."""
        moved = {each.unit.id: self._moved(each) for each in pairs}
        quiet = [each for each in pairs if not moved[each.unit.id]]
        encoded = self._drafted([each for each in pairs if moved[each.unit.id]], moved)
        quiet += [pair for pair, draft in encoded if not draft]
        drafted = [(pair, draft) for pair, draft in encoded if draft]
        if not drafted:
            return quiet, []
        rows = self._remote.read(self._table, [pair.link.businessnxt_id or "" for pair, _ in drafted])
        ready = self._settled([(pair, draft, rows.get(pair.link.businessnxt_id or "")) for pair, draft in drafted])
        now = self._desk.run.clock()
        decided = [
            (
                pair,
                row,
                merge.decide(moved[pair.unit.id], merge.Edit(pair.unit.values, draft), row.values, pair.link, now=now),
            )
            for pair, draft, row in ready
        ]
        finished, refused = self._write(decided, now)
        return [*quiet, *finished], refused

    def _moved(self, pair: Pair) -> list[Property]:
        if self._mapping.only_create and pair.link.match_rule:
            return []
        return merge.moved(self._mapping, pair.unit.values, pair.link)

    def _drafted(self, pairs: Sequence[Pair], moved: dict[str, list[Property]]) -> list[tuple[Pair, Values]]:
        drafts = self._drafts.encode([(each.unit, moved[each.unit.id]) for each in pairs])
        ready: list[tuple[Pair, Values]] = []
        for pair in pairs:
            draft = drafts[pair.unit.id]
            if isinstance(draft, Rejected):
                self._desk.reject(pair.unit, draft)
            else:
                ready.append((pair, draft))
        return ready

    def _settled(self, drafted: Sequence[tuple[Pair, Values, Row | None]]) -> list[tuple[Pair, Values, Row]]:
        """Clear up earlier writes whose answer was lost, before anything is merged on top of them."""
        now = self._desk.run.clock()
        open_ = self._store.pendings([pair.link.id for pair, _, _ in drafted], Side.BUSINESSNXT)
        ready: list[tuple[Pair, Values, Row]] = []
        for pair, draft, row in drafted:
            if row is None:
                self._desk.reject(pair.unit, _vanished(self._table.name, pair.link))
                continue
            settled = self._settle(pair, open_[pair.link.id], row, now) if pair.link.id in open_ else pair
            if settled is not None:
                ready.append((settled, draft, row))
        return ready

    def _settle(self, pair: Pair, pending: Pending, row: Row, now: float) -> Pair | None:
        run = self._desk.run
        age = now - pending.sent_at
        found = merge.settle(pending, self._mapping, row.values, pair.link, age=age, grace=run.grace)
        settled = _past(pair, found.webshop, found.businessnxt)
        with self._store.transaction():
            (settled,) = self._saved([settled])
            if found.certain:
                self._store.settled([pair.link.id], Side.BUSINESSNXT)
        if found.certain:
            return settled
        self._desk.hold([pair], until=pending.sent_at + run.grace)
        return None

    def _write(self, decided: Sequence[Decided], now: float) -> tuple[list[Pair], list[Pair]]:
        writes = [each for each in decided if each[2].write]
        with self._store.transaction():
            for pair, _, decision in decided:
                self._store.conflicts(decision.conflicts)
                self._store.owe(pair.link.id, Side.WEBSHOP, decision.kept, pair.unit.read_at)
            self._store.announce([_pending(pair, decision, now) for pair, _, decision in writes])
            quiet = self._saved([_agreed(pair, decision) for pair, _, decision in decided if not decision.write])
        changes = [self._change(row, decision) for _, row, decision in writes]
        outcomes = self._remote.update(self._table, changes) if changes else []
        finished, refused = self._conclude(writes, outcomes, now)
        return [*quiet, *finished], refused

    def _change(self, row: Row, decision: merge.Decision) -> Change:
        columns = as_columns(self._mapping, decision.write, row.values)
        return Change(row.id, columns, {each: row.values[each] for each in columns if each in row.values})

    def _conclude(
        self, writes: Sequence[Decided], outcomes: Sequence[Outcome], now: float
    ) -> tuple[list[Pair], list[Pair]]:
        finished: list[Pair] = []
        refused: list[Pair] = []
        with self._store.transaction():
            for (pair, row, decision), outcome in zip(writes, outcomes, strict=True):
                if isinstance(outcome, Written):
                    finished.append(self._written(pair, row, decision, outcome.row))
                elif isinstance(outcome, Refused):
                    refused.append(pair)
                elif isinstance(outcome, Unclear):
                    self._desk.hold([pair], until=now + self._desk.run.grace)
                else:
                    self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))
            certain = [each for each, outcome in zip(writes, outcomes, strict=True) if not isinstance(outcome, Unclear)]
            self._store.settled([pair.link.id for pair, _, _ in certain], Side.BUSINESSNXT)
            finished = self._saved(finished)
        return finished, refused

    def _written(self, pair: Pair, before: Row, decision: merge.Decision, after: Row) -> Pair:
        """Remember what the row really holds now; not so where somebody else wrote to it after us."""
        columns = {name: self._mapping.by_name[name].column for name in decision.write}
        held = {
            name: after.values.get(columns[name], value) if after.ours else value
            for name, value in decision.write.items()
        }
        self._store.log(
            self._desk.run.id,
            [(pair.link.id, Side.BUSINESSNXT, "update", {n: before.values.get(c) for n, c in columns.items()}, held)],
        )
        known = _past(_agreed(pair, decision), {name: pair.unit.values[name] for name in held}, held)
        return replace(known, link=replace(known.link, businessnxt_wrote_at=self._desk.run.clock()), touched=True)

    def _saved(self, pairs: Sequence[Pair]) -> list[Pair]:
        links = self._store.save([each.link for each in pairs])
        return [replace(pair, link=link) for pair, link in zip(pairs, links, strict=True)]


def _past(pair: Pair, webshop: Values, businessnxt: Values) -> Pair:
    """Add these values to what both sides last agreed on."""
    link = pair.link
    known = replace(
        link,
        webshop_shadow={**link.webshop_shadow, **webshop},
        businessnxt_shadow={**link.businessnxt_shadow, **businessnxt},
    )
    return replace(pair, link=known)


def _agreed(pair: Pair, decision: merge.Decision) -> Pair:
    met = {**decision.agreed, **decision.kept}
    return _past(pair, _values(pair.unit, met), met)


def _values(unit: Unit, names: Values) -> Values:
    return {name: unit.values[name] for name in names}


def _pending(pair: Pair, decision: merge.Decision, now: float) -> Pending:
    both = {name: (pair.unit.values[name], value) for name, value in decision.write.items()}
    return Pending(pair.link.id, Side.BUSINESSNXT, "update", now, both)


def _vanished(table: str, link: Link) -> Rejected:
    return Rejected(
        f"{table} {link.businessnxt_id} is no longer in Business NXT; restore it there, or unlink the record",
        kind="vanished",
    )
