"""Stops a run that would touch far more linked records than an ordinary day brings, before it writes them.

A mapping that went wrong, a field that the shop suddenly leaves empty or a listing that lost half its records look
like thousands of edits. Whoever knows that they are meant lets the next run through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from crosswalk import tables
from crosswalk.codec import dump
from crosswalk.entries import Plan
from crosswalk.errors import MassChangeError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.entries import Link
    from crosswalk.links import Store
    from crosswalk.values import Values

CHANGE, DELETE = "change", "delete"
OFF = 100
"""A share that no run can exceed."""

WORDS = {CHANGE: "change", DELETE: "delete or deactivate the partners of"}


@dataclass(frozen=True)
class Limits:
    """What one run may touch of one entity.

    Attributes:
        changes_percent: Of the linked records, how many hundredths may be changed; 100 means all of them.
        changes_at_least: So many changes are never too many, however small the shop is.
        deletes: How many partners of deleted records may be deactivated or deleted.
    """

    changes_percent: int = 25
    changes_at_least: int = 100
    deletes: int = 20


@dataclass(frozen=True)
class Step:
    """One write that is about to happen: a link, and by property the values before and after."""

    link: Link
    before: Values
    after: Values


class Guard:
    """Counts what one run touches, by entity.

    Args:
        store: The link store.
        limits: What it may touch.
        pipeline: The direction of the run.
        run_id: The run.
    """

    def __init__(self, store: Store, limits: Limits, pipeline: str, run_id: str) -> None:
        self._store, self._limits, self._pipeline, self._run_id = store, limits, pipeline, run_id
        self._touched: dict[tuple[str, str], set[int]] = {}
        self._accepted = {(each["entity"], each["kind"]) for each in self._plans("accepted")}

    def weigh(self, entity: str, kind: str, steps: Sequence[Step], now: float, percent: int | None = None) -> None:
        """Count these writes in; call it before any of them is announced.

        Args:
            entity: Of which entity.
            kind: `change` or `delete`.
            steps: The writes.
            now: Our clock.
            percent: A share of this entity's own, in place of the setting.

        Raises:
            MassChangeError: They are too many; the plan is kept.
        """
        touched = self._touched.setdefault((entity, kind), set())
        together = touched | {each.link.id for each in steps}
        if not steps or (entity, kind) in self._accepted or len(together) <= self._floor(kind):
            self._touched[entity, kind] = together
            return
        linked = self._store.linked(entity)
        allowed = self._allowed(kind, linked, percent)
        if len(together) <= allowed:
            self._touched[entity, kind] = together
            return
        known = [_told(each) for each in steps]
        number = len(together)
        keep(self._store, Plan(self._run_id, self._pipeline, entity, kind, number, allowed, linked, known, "open", now))
        raise MassChangeError(
            f"stopped before {number} of {linked} linked records of {entity} were touched: a run may {WORDS[kind]} "
            f"{allowed}. Nothing of this batch was written, {len(touched)} before it were. 'crosswalk plan show' tells "
            "what it would have done; if that is meant, 'crosswalk plan accept' lets the next run through"
        )

    def _floor(self, kind: str) -> int:
        """So many need no look at how many are linked."""
        return self._limits.changes_at_least if kind == CHANGE else self._limits.deletes

    def _allowed(self, kind: str, linked: int, percent: int | None) -> int:
        if kind == DELETE:
            return self._limits.deletes
        share = self._limits.changes_percent if percent is None else percent
        return linked if share >= OFF else max(self._limits.changes_at_least, linked * share // 100)

    def passed(self) -> None:
        """The run came to its good end: what was accepted is used up, and what was stopped before is history."""
        table = tables.plan
        with self._store.transaction() as connection:
            mine = (table.c.pipeline == self._pipeline) & (table.c.state != "over")
            connection.execute(update(table).where(mine).values(state="over"))

    def _plans(self, state: str) -> list[Values]:
        table = tables.plan
        return self._store.rows(select(table).where(table.c.pipeline == self._pipeline, table.c.state == state))


def _told(step: Step) -> Values:
    """What a plan says of one write."""
    names = {name: [step.before.get(name), step.after.get(name)] for name in {**step.before, **step.after}}
    return {"webshop_id": step.link.webshop_id, "businessnxt_id": step.link.businessnxt_id, "values": names}


def keep(store: Store, plan: Plan) -> None:
    """Keep a plan in place of an open one of the same kind."""
    table = tables.plan
    same = (table.c.pipeline == plan.pipeline) & (table.c.entity == plan.entity) & (table.c.kind == plan.kind)
    with store.transaction() as connection:
        connection.execute(update(table).where(same, table.c.state == "open").values(state="over"))
        connection.execute(insert(table), [{**vars(plan), "steps": dump(plan.steps)}])


def plans(store: Store, *, open_only: bool = True) -> list[tuple[int, Plan]]:
    """The plans with their numbers, newest first."""
    statement = select(tables.plan).order_by(tables.plan.c.plan_id.desc())
    if open_only:
        statement = statement.where(tables.plan.c.state != "over")
    rows = store.rows(statement)
    return [(row["plan_id"], Plan(**{name: value for name, value in row.items() if name != "plan_id"})) for row in rows]


def accept(store: Store, number: int | None = None) -> Plan:
    """Let the next run of a plan's direction through; the newest open plan where no number is given.

    Raises:
        StoreError: There is no such plan, or it is over.
    """
    found = plans(store)
    plan = next((each for each in found if number in (None, each[0])), None)
    if plan is None:
        which = "there is no open plan" if number is None else f"there is no open plan {number}"
        raise StoreError(f"{which}; 'crosswalk plan list --all' shows those that are over")
    with store.transaction() as connection:
        connection.execute(update(tables.plan).where(tables.plan.c.plan_id == plan[0]).values(state="accepted"))
    return plan[1]
