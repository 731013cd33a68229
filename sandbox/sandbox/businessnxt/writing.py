"""Creates, updates and deletes: drafts made, checked and put into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.businessnxt import placing, rules
from sandbox.businessnxt.assigning import Assignment
from sandbox.businessnxt.drafts import Draft, Outcome
from sandbox.businessnxt.guarding import Guard
from sandbox.businessnxt.naming import SUGGEST
from sandbox.businessnxt.numbering import Numbers
from sandbox.businessnxt.pricing import Prices
from sandbox.businessnxt.store import Condition, Row, equal

if TYPE_CHECKING:
    from sandbox.businessnxt.desk import Desk
    from sandbox.businessnxt.model import Table

Where = tuple[str | int, ...]


class Wishes(NamedTuple):
    """What a create may be told beside its values."""

    suggest: dict[str, Any] = {}  # noqa: RUF012 - never changed
    all_or_nothing: bool = False
    beside: Condition | None = None
    position: str = placing.BEFORE


class Writer:
    """Writes what one mutation says."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._does = desk.does
        self._numbers = Numbers(desk)
        self._prices = Prices(desk)
        self._assignment = Assignment(desk, self._numbers, self._prices)
        self._guard = Guard(desk)

    # -- the three mutations

    def create(self, table: Table, values: list[dict[str, Any]], wishes: Wishes) -> Outcome:
        """Add rows, with their children."""
        drafts = [self._new(table, given, wishes.suggest, (index,)) for index, given in enumerate(values)]
        problems = [problem for draft in drafts for problem in draft.all_problems()]
        if problems:
            drafts = self._without_failures(drafts, all_or_nothing=wishes.all_or_nothing)
        self._store.insert(table, [draft.row for draft in drafts])
        children = self._insert_children(table, drafts)
        if wishes.beside and self._does.place_is_a_sequence_number:
            placing.place(self._store, drafts, wishes.beside, wishes.position)
        if table.name == "orderLine":
            self._prices.recompute({draft.row["orderNo"] for draft in drafts})
        self._guard.keep_to_oneself(drafts)
        return Outcome(self._shown(drafts), len(drafts), problems, children)

    def update(
        self, table: Table, changes: list[tuple[Condition, dict[str, Any]]], *, all_or_nothing: bool = False
    ) -> Outcome:
        """Change the rows that each condition finds; a row with a problem stays as it was."""
        drafts = [
            self._changed(table, row, given, (index,))
            for index, (where, given) in enumerate(changes)
            for row in self._found(table, where)
        ]
        problems = [problem for draft in drafts for problem in draft.problems]
        good = drafts
        if problems:
            good = [] if all_or_nothing else [draft for draft in drafts if self._can_be_saved(draft)]
        for draft in good:
            self._save(draft)
        self._follow_up(table, good)
        self._guard.keep_to_oneself(good)
        written = {id(draft) for draft in good}
        return Outcome([self._seen(draft, id(draft) in written) for draft in drafts], len(good), problems)

    def delete(self, table: Table, where: Condition) -> Outcome:
        """Remove rows with their children, unless something else still needs them."""
        drafts = [self._existing(table, row, (index,)) for index, row in enumerate(self._store.select(table, where))]
        for draft in drafts:
            self._guard.check_deletable(draft)
            self._check_childless(draft)
        good = [draft for draft in drafts if not draft.failed]
        for draft in good:
            for child in table.children.values():
                self._store.delete(self._store.model.tables[child], equal({n: draft.row[n] for n in table.key}))
            self._store.delete(table, equal({name: draft.row[name] for name in table.key}))
        if table.name == "orderLine":
            self._prices.recompute({draft.row["orderNo"] for draft in good})
        self._guard.keep_to_oneself(good)
        return Outcome([draft.row for draft in good], len(good), [each for draft in drafts for each in draft.problems])

    # -- new rows

    def _new(self, table: Table, given: dict[str, Any], suggest: dict[str, Any], where: Where) -> Draft:
        draft = Draft(table, Row(table.empty_row), where, given=frozenset(given))
        self._numbers.set_key(draft, given)
        if not given and not self._does.empty_record_is_allowed:
            draft.refuse("A record needs at least one value.", "emptyRecord")
        if draft.failed:
            return draft
        if table.name == "orderLine":
            draft.head = self._desk.find("order", "orderNo", draft.row["orderNo"])
            self._guard.check_writable(draft)
        self._fill_in(draft, given, suggest | (given.get(SUGGEST) or {}))
        return draft

    def _fill_in(self, draft: Draft, given: dict[str, Any], suggest: dict[str, Any]) -> None:
        """Everything but the key: suggestions, the values given, children, sums and stamps."""
        table, row = draft.table, draft.row
        if draft.head and self._does.head_fills_lines:
            row.update({name: draft.head[source] for name, source in rules.HEAD_TO_LINE.items()})
        for name, interval in self._suggestions(table, given, suggest).items():
            self._numbers.suggest(draft, table.columns[name], interval)
        self._assignment.assign(draft, given)
        for name, child in table.children.items():
            values = [*(given.get(name) or []), *self._copied_lines(draft)]
            draft.children += self._new_children(draft, self._store.model.tables[child], name, values)
        self._prices.settle(draft)
        self._desk.stamp(row, created=True)
        if (message := self._desk.faults.refusal(table.name, row)) is not None:
            draft.refuse(message, "rowRefused")

    def _copied_lines(self, draft: Draft) -> list[dict[str, Any]]:
        """The lines of the invoice that a new order refers to."""
        reference = draft.row["invoiceReference"]
        if not reference or not self._does.invoice_reference_copies_lines:
            return []
        lines = self._store.select(self._store.model.tables["orderLine"], equal({"invoiceNo": reference}))
        return [{name: line[source] for name, source in rules.COPIED_BY_REFERENCE.items()} for line in lines]

    def _suggestions(self, table: Table, given: dict[str, Any], suggest: dict[str, Any]) -> dict[str, Any]:
        if self._does.omitted_columns_are_not_assigned:
            return suggest
        omitted = [name for name, column in table.columns.items() if column.first_number and name not in given]
        return {name: None for name in omitted if name not in table.key} | suggest

    def _new_children(self, parent: Draft, table: Table, name: str, values: list[dict[str, Any]]) -> list[Draft]:
        children = []
        for index, given in enumerate(values):
            where = (*parent.where, name, index)
            child = Draft(table, Row(table.empty_row), where, head=parent.row, given=frozenset(given))
            child.row.update({column: parent.row[column] for column in parent.table.key})
            child.row[table.key[-1]] = index + 1
            own = {key: value for key, value in given.items() if key not in table.key}
            self._fill_in(child, own, given.get(SUGGEST) or {})
            if not self._does.children_need_no_parent_key and parent.table.key[0] not in given:
                child.refuse(f"A new {table.name} needs {parent.table.key[0]}.", "missingKey", parent.table.key[0])
            children.append(child)
        return children

    def _without_failures(self, drafts: list[Draft], *, all_or_nothing: bool) -> list[Draft]:
        """What is kept of new rows some of which failed."""
        if all_or_nothing or (any(d.failed for d in drafts) and not self._does.row_without_its_key_is_left_out):
            return []
        if not self._does.lenient_create_keeps_the_row:
            return [draft for draft in drafts if not draft.all_problems()]
        return [draft for draft in drafts if not draft.failed]

    def _insert_children(self, table: Table, drafts: list[Draft]) -> dict[str, int]:
        """Add the children of rows just added; how many, by table."""
        counts = {}
        for name in table.children.values():
            children = [child for draft in drafts for child in draft.children if child.table.name == name]
            rows = [child.row for child in children if not child.failed]
            self._store.insert(self._store.model.tables[name], rows)
            counts[name] = len(rows)
        return counts

    def _shown(self, drafts: list[Draft]) -> list[Row]:
        """The new rows as the answer has them."""
        if self._does.items_show_what_was_computed:
            return [draft.row for draft in drafts]
        return [
            Row(d.table.empty_row | {n: v for n, v in d.row.items() if n in d.given or n in d.table.key})
            for d in drafts
        ]

    # -- existing rows

    def _found(self, table: Table, where: Condition) -> list[Row]:
        """The rows to change."""
        if self._does.update_filter_holds_as_it_writes:
            rows = self._store.select(table, where)
        else:
            rows = self._store.recall(table, where)
        return rows if self._does.update_changes_every_row_found else rows[:1]

    def _changed(self, table: Table, row: Row, given: dict[str, Any], where: Where) -> Draft:
        draft = self._existing(table, row, where)
        self._guard.check_writable(draft)
        if draft.failed:
            return draft
        for name in table.key:
            if name in given and given[name] != row[name] and self._does.product_numbers_are_fixed:
                draft.refuse(f"The key column {name} of {table.name} cannot be changed.", "keyIsFixed", name)
        self._assignment.assign(draft, given)
        if table.name == "orderLine":
            self._prices.settle(draft)
        if (message := self._desk.faults.refusal(table.name, draft.row)) is not None:
            draft.refuse(message, "rowRefused")
        return draft

    def _existing(self, table: Table, row: Row, where: Where) -> Draft:
        head = self._desk.find("order", "orderNo", row["orderNo"]) if table.name == "orderLine" else None
        return Draft(table, Row(row), where, head, before=row)

    def _can_be_saved(self, draft: Draft) -> bool:
        return not draft.failed if not self._does.failed_update_leaves_its_row else not draft.problems

    def _save(self, draft: Draft) -> None:
        before = draft.before or Row()
        changes = {name: value for name, value in draft.row.items() if value != before[name]}
        if not changes and not self._does.equal_write_stamps:
            return
        changes |= self._desk.stamp(draft.row, created=False)
        self._store.update(draft.table, before, changes)

    def _follow_up(self, table: Table, drafts: list[Draft]) -> None:
        """Order sums follow their lines; lines follow what the head says of prices."""
        if table.name == "orderLine":
            self._prices.recompute({draft.row["orderNo"] for draft in drafts})
        if table.name == "order":
            for draft in drafts:
                self._prices.follow_head(draft.row, draft.before or Row())
        if table.name == "customerTransaction" and self._does.open_claims_have_an_entry:
            for draft in drafts:
                self._follow_payment(draft)

    def _follow_payment(self, draft: Draft) -> None:
        """An open entry shows what is outstanding, and goes when nothing is."""
        entries, left = self._store.model.tables["openCustomerEntry"], draft.row["outstandingAmountDomestic"]
        for entry in self._store.select(entries, equal(dict(zip(entries.key, draft.key, strict=True)))):
            if left:
                self._store.update(entries, entry, {"outstandingAmountDomestic": left})
            else:
                self._store.delete(entries, equal({name: entry[name] for name in entries.key}))

    def _seen(self, draft: Draft, written: bool) -> Row:  # noqa: FBT001 - how a row fared
        """An updated row as the answer has it: one that failed, as it was before."""
        if written or not self._does.failed_update_shows_row_before:
            return draft.row
        return draft.before or draft.row

    def _check_childless(self, draft: Draft) -> None:
        """A switch: rows with children are not removed."""
        if self._does.order_goes_with_its_lines:
            return
        for child in draft.table.children.values():
            mine = equal({name: draft.row[name] for name in draft.table.key})
            if self._store.count(self._store.model.tables[child], mine):
                draft.refuse(f"{draft.table.name} has rows in {child} and cannot be deleted.", "rowInUse")
