"""One request's view of the company: what resolvers may ask of it and what it keeps for the answer."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from graphql import GraphQLError

from sandbox.businessnxt import filters, times
from sandbox.businessnxt.desk import Desk
from sandbox.businessnxt.drafts import Outcome
from sandbox.businessnxt.editcache import EditCaches, Session
from sandbox.businessnxt.fulfilment import Fulfilment
from sandbox.businessnxt.placing import BEFORE
from sandbox.businessnxt.reading import Question, answer
from sandbox.businessnxt.store import equal
from sandbox.businessnxt.writing import Wishes, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.faults import Faults
    from sandbox.businessnxt.grouping import Groups
    from sandbox.businessnxt.locks import Locks
    from sandbox.businessnxt.model import Relation, Table
    from sandbox.businessnxt.queueing import AsyncQueue
    from sandbox.businessnxt.reading import Connection
    from sandbox.businessnxt.store import Condition, Row, Store
    from sandbox.businessnxt.webhooks import Webhooks

COMPANY_NO = 1234567
CUSTOMER_NO = 7654321
COMPANY_NAME = "Nettbutikk AS"
ORGANIZATION_NO = "987654325"

Path = list[str | int]
T = TypeVar("T")


@dataclass
class Statistics:
    """What was asked of the company since it was last counted."""

    requests: int = 0
    reads: int = 0
    writes: int = 0
    rows_created: Counter[str] = field(default_factory=Counter)
    rows_updated: Counter[str] = field(default_factory=Counter)
    rows_deleted: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Every count by name, tables without a row left out."""
        return {name: +count for name, count in vars(self).items()}


@dataclass
class Company:
    """The company as one request meets it."""

    store: Store
    behaviours: Behaviours
    faults: Faults
    locks: Locks
    caches: EditCaches
    webhooks: Webhooks
    statistics: Statistics
    user: str
    queue: AsyncQueue
    mentioned: frozenset[str] | None = None
    is_asynchronous: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    rows_touched: int = 0
    session: Session | None = None

    def may_enter(self, number: int | None) -> bool:
        """Whether the caller has access; if not, the answer says so once."""
        return number == COMPANY_NO or self._deny("VismaNetCompanyId", number)

    def may_use_customer(self, number: int | None) -> bool:
        """The same for the customer, the tenant that the company belongs to; that the words are the same is assumed."""
        return number == CUSTOMER_NO or self._deny("VismaNetCustomerId", number)

    def _deny(self, kind: str, number: int | None) -> bool:
        denial = (
            f"Error: Could not get authorize user using {kind}: {number}. "
            "Description: External integration error. Status: 18."
        )
        if not self.behaviours.denied_company_is_named:
            denial = "Access denied."
        if not any(error["message"] == denial for error in self.errors):
            self.errors.append({"message": denial})
        return False

    # -- an edit cache

    def work_in_edit_cache(self, number: str | None, *, goes_on: bool, only_reads: bool) -> None:
        """Begin one, or come back to it."""
        if self.session is not None:
            if number is None or self.session.cache.id != number.upper():
                raise GraphQLError("A document works in one edit cache.")
            return
        cache = self.caches.find(number, self.user, self.behaviours) if number else self.caches.begin(self.user)
        session = Session(self.caches, cache, self.store, self.behaviours, goes_on)
        session.begin(only_reads=only_reads)
        self.session = session

    def leave(self) -> None:
        """The request is over."""
        if self.session is not None:
            self.session.end()
            self.session = None
            self.webhooks.tell(self.user)

    # -- reading

    def rows(
        self,
        table: Table,
        arguments: dict[str, Any],
        selected: Callable[..., list[str]],
        scope: Condition | None = None,
    ) -> Connection | Groups:
        """The rows of a table, or of the part of it that belongs to another row."""
        if not self.behaviours.locked_rows_are_read:
            scope = filters.both(*([scope] if scope else []), self.locks.others_than_held(table))
        return answer(self.store, Question(table, arguments, scope, self.mentioned, selected), self.behaviours)

    def parent(self, relation: Relation, row: Row) -> Row | None:
        """The row that a foreign number points to; none for an unset number."""
        value = row[relation.column]
        return self.store.find(relation.to, relation.to_column, value) if value else None

    def across(
        self,
        relation: Relation,
        row: Row,
        arguments: dict[str, Any],
        selected: Callable[..., list[str]],
        *,
        up: bool,
    ) -> Connection | Groups:
        """The rows at the other end of a relation: those that point to this one, or that this one points to."""
        there, here = relation.column, relation.to_column
        if up:
            there, here = here, there
        table = self.store.model.tables[relation.to if up else relation.table]
        return self.rows(table, arguments, selected, equal({there: row[here]}))

    # -- writing

    @contextmanager
    def undoing_failures(self) -> Iterator[None]:
        """Nothing of a mutation stays that breaks off."""
        try:
            yield
        except Exception:
            self.store.rollback()
            raise

    def create(self, table: Table, arguments: dict[str, Any], path: Path) -> Outcome:
        """Add rows; with `temporary` only to see what they would be."""
        place = arguments.get("insertAtRow")
        wishes = Wishes(
            suggest=arguments.get("suggest") or {},
            all_or_nothing=self._fails_as_one(arguments),
            beside=self._where(table, place) if place else None,
            position=arguments.get("insertPosition") or BEFORE,
        )
        outcome = self._writer().create(table, arguments["values"], wishes)
        if arguments.get("temporary") and self.behaviours.temporary_rows_are_not_saved:
            return self._done(outcome, path, keep=False)
        self.statistics.rows_created.update({table.name: outcome.affected, **outcome.children})
        done = self._done(outcome, path)
        if self.behaviours.affected_rows_leaves_out_children:
            return done
        return done._replace(affected=done.affected + sum(done.children.values()))

    def update(self, table: Table, arguments: dict[str, Any], path: Path) -> Outcome:
        """Change rows: one change for all that a filter finds, or a change for each filter."""
        does = self.behaviours
        changes = self._changes(table, arguments, path)
        if not any(given for _, given in changes):
            if does.empty_update_warns:
                self._warn("The update holds no values; nothing was changed.", path)
            if does.empty_update_changes_nothing:
                return Outcome([], 0, [])
        outcome = self._writer().update(table, changes, all_or_nothing=self._fails_as_one(arguments))
        if not outcome.rows and not does.update_of_nothing_is_no_error:
            raise GraphQLError(f"{table.name}_update: the filter finds no row.")
        self.statistics.rows_updated[table.name] += outcome.affected
        return self._done(outcome, path)

    def delete(self, table: Table, arguments: dict[str, Any], path: Path) -> Outcome:
        """Remove the rows that a filter finds."""
        if not arguments.get("filter") and self.behaviours.delete_needs_a_filter:
            raise GraphQLError(f"{table.name}_delete needs a filter.")
        outcome = self._writer().delete(table, self._where(table, arguments.get("filter")))
        self.statistics.rows_deleted[table.name] += outcome.affected
        done = self._done(outcome, path)
        return done._replace(rows=None) if self.behaviours.delete_shows_no_items else done

    def process(self, expression: dict[str, Any] | None, act: Callable[[Fulfilment, Condition], T]) -> T:
        """Let something happen to orders."""
        done = act(Fulfilment(self._desk()), self._chosen_orders(expression))
        self._commit()
        return done

    def _chosen_orders(self, expression: dict[str, Any] | None) -> Condition:
        """The orders meant, if none of them is locked."""
        if not expression and self.behaviours.processing_needs_a_filter:
            raise GraphQLError("Say which orders: a filter is needed.")
        table = self.store.model.tables["order"]
        where = self._where(table, expression)
        for order in self.store.select(table, where, columns=["orderNo"]):
            user = self.faults.lock_on(order["orderNo"])
            user = user or self.locks.holder(table, order, self._owner, self.behaviours)
            if user and self.behaviours.locked_order_refuses_processings:
                raise GraphQLError(f"Order {order['orderNo']} is locked by {user}.")
        return where

    def _fails_as_one(self, arguments: dict[str, Any]) -> bool:
        return arguments.get("onError") == "FAIL_TABLE" and self.behaviours.fail_table_keeps_nothing

    def _changes(self, table: Table, arguments: dict[str, Any], path: Path) -> list[tuple[Condition, dict[str, Any]]]:
        """What is to become of which rows."""
        single = {"filter", "value"} & arguments.keys()
        pairwise = {"filters", "values"} & arguments.keys()
        if single and pairwise and self.behaviours.update_is_single_or_pairs:
            raise GraphQLError("Use either filter and value, or filters and values.")
        if pairwise:
            return self._pairs(table, arguments.get("filters") or [], arguments.get("values") or [])
        if not arguments.get("filter"):
            if not self.behaviours.update_without_filter_changes_all:
                raise GraphQLError(f"{table.name}_update needs a filter.")
            if self.behaviours.update_without_filter_warns:
                self._warn("The update has no filter and changes every row. This will become an error.", path)
        return [(self._where(table, arguments.get("filter")), arguments.get("value") or {})]

    def _pairs(
        self, table: Table, expressions: list[dict[str, Any]], values: list[dict[str, Any]]
    ) -> list[tuple[Condition, dict[str, Any]]]:
        if len(expressions) != len(values):
            raise GraphQLError(f"There are {len(expressions)} filters for {len(values)} values.")
        if not self.behaviours.update_takes_pairs:
            values = values[:1] * len(values)
        return [(self._where(table, one), given) for one, given in zip(expressions, values, strict=True)]

    def _where(self, table: Table, expression: dict[str, Any] | None) -> Condition:
        return filters.condition(table, expression, self.behaviours)

    def _now(self) -> times.Now:
        has = self.behaviours
        return times.now(has.clock_offset_seconds, local=has.server_time_is_local, minutes=has.changed_time_in_minutes)

    @property
    def _owner(self) -> str:
        """Whose locks do not stand in the way."""
        return self.session.cache.id if self.session else self.user

    def _desk(self) -> Desk:
        return Desk(self.store, self.behaviours, self.faults, self.locks, self.user, self._owner, self._now())

    def _writer(self) -> Writer:
        return Writer(self._desk())

    def _done(self, outcome: Outcome, path: Path, *, keep: bool = True) -> Outcome:
        """Keep or forget what was written, and put what was wrong into the answer."""
        if keep and outcome.affected:
            self._commit()
        else:
            self.store.rollback()
        self.rows_touched += outcome.affected
        self.errors += [problem.as_error(path, self.behaviours) for problem in outcome.problems]
        return outcome

    def _commit(self) -> None:
        """Keep what was written and tell of it; what an edit cache holds is nobody's business until it is saved."""
        self.store.commit()
        if self.session is None:
            self.webhooks.tell(self.user)

    def _warn(self, message: str, path: Path) -> None:
        self.warnings.append({"message": message, "path": path})
