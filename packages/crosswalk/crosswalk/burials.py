"""What becomes of the partner of a record that is gone: once, and never of one that was edited meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.desk import ROUNDS
from crosswalk.doubts import contended, illegible
from crosswalk.entries import GONE, Conflict, Pending
from crosswalk.errors import Rejected
from crosswalk.guard import DELETE
from crosswalk.remote import Change, Outcome, Refused, Removal, Row, Unclear, Written

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.desk import Desk, Pair
    from crosswalk.entries import Link
    from crosswalk.values import Values


class Burier:
    """Applies the delete policy of one entity.

    Args:
        desk: The entity's notes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._way, self._store = desk, desk.way, desk.store

    def bury(self, pairs: Sequence[Pair]) -> None:
        """Leave a tombstone for each, so that nothing comes back to life, after the policy was applied.

        Whether a record is really gone was verified by the tap that says so.
        """
        there = [each for each in pairs if each.link.status == "linked"]
        policy = self._way.when_gone
        spare = [each for each in there if policy in ("deactivate", "delete")]
        done = [each for each in pairs if each not in spare]
        if spare:
            done += self._remove(spare, policy)
        status = "unlinked" if policy == "unlink" else "tombstone"
        with self._store.transaction():
            open_ = [each for each in done if each.link.status in ("linked", "dormant")]
            self._store.save([replace(self._gone(each), status=status) for each in open_])
            self._store.forgive(each.link.id for each in open_)
            self._desk.done([each.unit for each in done])
        self._desk.count["deleted"] += len(open_)

    def _gone(self, pair: Pair) -> Link:
        """The link of a record that is gone; what was read of it before is stale from here on."""
        return pair.link.on(self._way.source, fingerprint=GONE, read_at=pair.unit.read_at)

    def _remove(self, pairs: Sequence[Pair], policy: str) -> list[Pair]:
        """Deactivate or delete what nobody has edited since; returns what is over and done with."""
        over: list[Pair] = []
        left = list(pairs)
        for _ in range(ROUNDS):
            done, left = self._round(left, policy) if left else ([], [])
            over += done
        for pair in left:
            self._desk.reject(pair.unit, contended("this row"))
        return over

    def _round(self, pairs: Sequence[Pair], policy: str) -> tuple[list[Pair], list[Pair]]:
        """Look and act once; returns what is over, and what somebody has changed in between."""
        rows = self._desk.remote.read(self._way.table, [self._key(each.link) for each in pairs])
        pairs = self._legible(pairs, rows)
        found = [(each, rows[self._key(each.link)]) for each in pairs if self._key(each.link) in rows]
        held = [(pair, row) for pair, row in found if not self._way.is_another_row(pair.link, row.values)]
        edited = [pair for pair, row in held if self._must_stay(pair, row)]
        self._store.conflicts([self._kept(each.link) for each in edited])
        idle = [(pair, row) for pair, row in held if pair not in edited and not self._is_inactive(row, policy)]
        self._desk.weigh(DELETE, [self._told(pair.link, row, policy) for pair, row in idle])
        over = [each for each in pairs if each not in [pair for pair, _ in idle]]
        done, changed = self._act(idle, policy) if idle else ([], [])
        return [*over, *done], changed

    def _legible(self, pairs: Sequence[Pair], rows: Dict[str, Row]) -> list[Pair]:
        """Those whose row is gone or can be read; whether the others may be removed, nobody can tell."""
        left: list[Pair] = []
        for pair in pairs:
            row = rows.get(self._key(pair.link))
            if row is not None and row.problem:
                self._desk.reject(pair.unit, illegible(row))
            else:
                left.append(pair)
        return left

    def _must_stay(self, pair: Pair, row: Row) -> bool:
        """Whether somebody has edited the row since, or it is a document that is closed."""
        closed = self._way.into_businessnxt and self._way.frozen(row.values, {})
        return closed or self._way.is_edited(pair.link, row.values)

    def _told(self, link: Link, row: Row, policy: str) -> tuple[Link, Values, Values]:
        """What is about to happen to a row."""
        if policy == "delete":
            return link, {name: value for name, value in row.values.items() if value not in (None, "", 0)}, {}
        after = self._way.marked(row.values)
        return link, {name: row.values.get(name) for name in after}, after

    def _act(self, held: Sequence[tuple[Pair, Row]], policy: str) -> tuple[list[Pair], list[Pair]]:
        side, now = self._way.target, self._desk.run.clock()
        self._store.announce([Pending(pair.link.id, side, "delete", now, {}) for pair, _ in held])
        outcomes = self._deactivate(held) if policy == "deactivate" else self._delete(held)
        over: list[Pair] = []
        changed: list[Pair] = []
        for (pair, _), outcome in zip(held, outcomes, strict=True):
            if outcome is None or isinstance(outcome, Written):
                self._store.log(self._desk.run.id, [(pair.link.id, side, policy, pair.link.shadow(side), {})])
                over.append(replace(pair, link=self._after(pair.link, outcome.row if outcome else None)))
            elif isinstance(outcome, Unclear):
                self._desk.hold([pair], until=now + self._desk.run.grace)
            elif isinstance(outcome, Refused):
                changed.append(pair)
            else:
                self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))
        self._store.settled([pair.link.id for pair, _ in held], side)
        return over, changed

    def _after(self, link: Link, row: Row | None) -> Link:
        """The link as what is left of the partner holds it: what we did to it is no edit of somebody."""
        known = link.on(self._way.target, wrote_at=self._desk.run.clock())
        if row is None:
            return known
        names = self._way.mapping.by_name
        shadow = {name: self._way.held(names[name], row.values) for name in link.shadow(self._way.target)
                  if name in names and self._way.shows(names[name], row.values)}  # fmt: skip
        return known.on(self._way.target, shadow={**link.shadow(self._way.target), **shadow})

    def _deactivate(self, held: Sequence[tuple[Pair, Row]]) -> Sequence[Outcome | None]:
        marks = [{name: row.values[name] for name in self._way.marks if name in row.values} for _, row in held]
        changes = [
            Change(row.id, self._way.marked(row.values), {**self._way.safe(pair.link, row.values), **marked})
            for (pair, row), marked in zip(held, marks, strict=True)
        ]
        return self._desk.remote.update(self._way.table, changes)

    def _delete(self, held: Sequence[tuple[Pair, Row]]) -> Sequence[Outcome | None]:
        removals = [Removal(row.id, self._way.safe(pair.link, row.values)) for pair, row in held]
        return self._desk.remote.delete(self._way.table, removals)

    def _key(self, link: Link) -> str:
        return link.id_on(self._way.target) or ""

    def _is_inactive(self, row: Row, policy: str) -> bool:
        return policy == "deactivate" and all(
            row.values.get(name) == value for name, value in self._way.marked(row.values).items()
        )

    def _kept(self, link: Link) -> Conflict:
        """One side is gone, the other one was edited meanwhile: it stays as it is."""
        side = self._way.target
        return Conflict(
            link_id=link.id,
            name="",
            webshop_value=link.webshop_id if side.value == "webshop" else None,
            businessnxt_value=link.businessnxt_id if side.value == "businessnxt" else None,
            webshop_base=link.webshop_id,
            businessnxt_base=link.businessnxt_id,
            winner=side.value,
            rule="deleted",
            state="auto",
            at=self._desk.run.clock(),
        )
