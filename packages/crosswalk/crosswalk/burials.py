"""What becomes of the partner of a record that is gone: once, and never of one that was edited meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.entries import Conflict, Pending
from crosswalk.errors import Rejected
from crosswalk.remote import Change, Outcome, Refused, Row, Unclear, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.desk import Desk, Pair
    from crosswalk.entries import Link


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
            open_ = [each.link for each in done if each.link.status in ("linked", "dormant")]
            self._store.save([replace(each, status=status) for each in open_])
            self._store.forgive(each.id for each in open_)
            self._desk.done([each.unit for each in done])
        self._desk.count["deleted"] += len(open_)

    def _remove(self, pairs: Sequence[Pair], policy: str) -> list[Pair]:
        """Deactivate or delete what nobody has edited since; returns what is over and done with."""
        rows = self._desk.remote.read(self._way.table, [self._key(each.link) for each in pairs])
        held = [(each, rows[self._key(each.link)]) for each in pairs if self._key(each.link) in rows]
        edited = [pair for pair, row in held if self._way.is_edited(pair.link, row.values)]
        self._store.conflicts([self._kept(each.link) for each in edited])
        idle = [(pair, row) for pair, row in held if pair not in edited and not self._is_inactive(row, policy)]
        over = [each for each in pairs if each not in [pair for pair, _ in idle]]
        return over + (self._act(idle, policy) if idle else [])

    def _act(self, held: Sequence[tuple[Pair, Row]], policy: str) -> list[Pair]:
        side, now = self._way.target, self._desk.run.clock()
        self._store.announce([Pending(pair.link.id, side, "delete", now, {}) for pair, _ in held])
        outcomes = self._deactivate([row for _, row in held]) if policy == "deactivate" else self._delete(held)
        over: list[Pair] = []
        for (pair, _), outcome in zip(held, outcomes, strict=True):
            if outcome is None or isinstance(outcome, Written):
                link = pair.link.on(side, wrote_at=self._desk.run.clock())
                over.append(replace(pair, link=link))
                self._store.log(self._desk.run.id, [(link.id, side, policy, link.shadow(side), {})])
            elif isinstance(outcome, Unclear):
                self._desk.hold([pair], until=now + self._desk.run.grace)
            elif isinstance(outcome, Refused):
                self._desk.reject(pair.unit, Rejected("somebody else changes this row at the moment", kind="contended"))
            else:
                self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))
        self._store.settled([pair.link.id for pair, _ in held], side)
        return over

    def _deactivate(self, rows: Sequence[Row]) -> Sequence[Outcome | None]:
        marks = dict(self._way.marks)
        changes = [Change(each.id, marks, {name: each.values[name] for name in marks if name in each.values})
                   for each in rows]  # fmt: skip
        return self._desk.remote.update(self._way.table, changes)

    def _delete(self, held: Sequence[tuple[Pair, Row]]) -> Sequence[Outcome | None]:
        return self._desk.remote.delete(self._way.table, [row.id for _, row in held])

    def _key(self, link: Link) -> str:
        return link.id_on(self._way.target) or ""

    def _is_inactive(self, row: Row, policy: str) -> bool:
        return policy == "deactivate" and all(row.values.get(name) == value for name, value in self._way.marks.items())

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
