"""Creates, updates and deletes: columns assigned in the order given, each with what it brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.businessnxt import rules
from sandbox.businessnxt.drafts import Draft, Outcome, stamp
from sandbox.businessnxt.store import Condition, Row, Store, equal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.faults import Faults
    from sandbox.businessnxt.model import Column, Fill, Table, Value
    from sandbox.businessnxt.times import Now


class Writer:
    """One mutation's worth of writing, by one user at one moment."""

    def __init__(self, store: Store, behaviours: Behaviours, faults: Faults, user: str, now: Now) -> None:
        self._store = store
        self._behaviours = behaviours
        self._faults = faults
        self._user = user
        self._now = now
        self._found: dict[tuple[str, str, Any], Row | None] = {}
        self._taken: set[tuple[str, str, Any]] = set()
        self._prices: dict[str, list[Row]] = {}

    # -- the three mutations

    def create(
        self,
        table: Table,
        values: list[dict[str, Any]],
        suggest: dict[str, Any] | None = None,
        *,
        all_or_nothing: bool = False,
    ) -> Outcome:
        """Add rows, with their children."""
        drafts = [self._new(table, given, suggest or {}, (index,)) for index, given in enumerate(values)]
        problems = [problem for draft in drafts for problem in draft.all_problems()]
        if problems and (all_or_nothing or not self._behaviours.lenient_create_keeps_the_row):
            bad = {problem.where[0] for problem in problems}
            drafts = [] if all_or_nothing else [draft for draft in drafts if draft.where[0] not in bad]
        kept = [draft for draft in drafts if not draft.failed]
        self._store.insert(table, [draft.row for draft in kept])
        children = self._insert_children(table, kept)
        if table.name == "orderLine":
            self._recompute_orders({draft.row["orderNo"] for draft in kept})
        return Outcome([draft.row for draft in kept], len(kept), problems, children)

    def update(
        self, table: Table, changes: list[tuple[Condition, dict[str, Any]]], *, all_or_nothing: bool = False
    ) -> Outcome:
        """Change the rows that each condition finds; a row with a problem stays as it was."""
        drafts = [
            self._changed(table, row, given, (index,))
            for index, (where, given) in enumerate(changes)
            for row in self._store.select(table, where)
        ]
        problems = [problem for draft in drafts for problem in draft.problems]
        good = [] if problems and all_or_nothing else [draft for draft in drafts if not draft.problems]
        for draft in good:
            self._save(draft)
        self._follow_up(table, good)
        shown = {id(draft) for draft in good}
        rows = [draft.row if id(draft) in shown else draft.before or draft.row for draft in drafts]
        return Outcome(rows, len(good), problems)

    def delete(self, table: Table, where: Condition) -> Outcome:
        """Remove rows with their children, unless something else still needs them."""
        drafts = [self._existing(table, row, (index,)) for index, row in enumerate(self._store.select(table, where))]
        for draft in drafts:
            self._check_deletable(draft)
        good = [draft for draft in drafts if not draft.failed]
        for draft in good:
            for child in table.children.values():
                self._store.delete(self._store.model.tables[child], equal({n: draft.row[n] for n in table.key}))
            self._store.delete(table, equal({name: draft.row[name] for name in table.key}))
        if table.name == "orderLine":
            self._recompute_orders({draft.row["orderNo"] for draft in good})
        return Outcome(None, len(good), [problem for draft in drafts for problem in draft.problems])

    # -- new rows

    def _new(self, table: Table, given: dict[str, Any], suggest: dict[str, Any], where: tuple[str | int, ...]) -> Draft:
        draft = Draft(table, Row(table.empty_row), where)
        self._set_key(draft, given)
        if draft.failed:
            return draft
        if table.name == "orderLine":
            draft.head = self._find("order", "orderNo", draft.row["orderNo"])
            self._check_writable(draft)
        self._fill_in(draft, given, suggest)
        return draft

    def _fill_in(self, draft: Draft, given: dict[str, Any], suggest: dict[str, Any]) -> None:
        """Everything but the key: suggestions, the values given, children, sums and stamps."""
        table, row = draft.table, draft.row
        if draft.head:
            row.update({name: draft.head[source] for name, source in rules.HEAD_TO_LINE.items()})
        for name, interval in suggest.items():
            self._suggest(draft, table.columns[name], interval)
        self._assign(draft, given)
        for name, child in table.children.items():
            draft.children += self._new_children(draft, self._store.model.tables[child], name, given.get(name) or [])
        self._settle(draft)
        self._stamp(row, created=True)
        if (message := self._faults.refusal(table.name, row)) is not None:
            draft.refuse(message, "rowRefused")

    def _new_children(self, parent: Draft, table: Table, name: str, values: list[dict[str, Any]]) -> list[Draft]:
        children = []
        for index, given in enumerate(values):
            child = Draft(table, Row(table.empty_row), (*parent.where, name, index), head=parent.row)
            child.row.update({column: parent.row[column] for column in parent.table.key})
            child.row[table.key[-1]] = index + 1
            self._fill_in(child, {key: value for key, value in given.items() if key not in table.key}, {})
            children.append(child)
        return children

    def _set_key(self, draft: Draft, given: dict[str, Any]) -> None:
        """The key: what is given of it must exist where it points, what is not is numbered."""
        table, row = draft.table, draft.row
        for name in table.key:
            column = table.columns[name]
            if name == table.auto_key:
                row[name] = self._next_key(table, column, row)
                return
            if given.get(name) in (None, ""):
                draft.refuse(f"A new {table.name} needs a value for its key column {name}.", "missingKey", name)
            elif objection := self._objection(draft, column, given[name]):
                draft.refuse(*objection, name)
            row[name] = given.get(name)
        at = (table.name, str(table.key), tuple(row[name] for name in table.key))
        if at in self._taken or self._store.count(table, equal({name: row[name] for name in table.key})):
            shown = ", ".join(f"{name} {row[name]!r}" for name in table.key)
            draft.refuse(f"There is already a row in {table.name} with {shown}.", "duplicateKey", *table.key)
        self._taken.add(at)

    def _insert_children(self, table: Table, drafts: list[Draft]) -> dict[str, int]:
        """Add the children of rows just added; how many, by table."""
        counts = {}
        for name in table.children.values():
            children = [child for draft in drafts for child in draft.children if child.table.name == name]
            rows = [child.row for child in children if not child.failed]
            self._store.insert(self._store.model.tables[name], rows)
            counts[name] = len(rows)
        return counts

    def _next_key(self, table: Table, column: Column, row: Row) -> int:
        if len(table.key) > 1:
            return self._store.number_within(table, row)
        return self._store.number(table.name, column.name, column.first_number or 1)

    # -- existing rows

    def _changed(self, table: Table, row: Row, given: dict[str, Any], where: tuple[str | int, ...]) -> Draft:
        draft = self._existing(table, row, where)
        self._check_writable(draft)
        if draft.failed:
            return draft
        for name in table.key:
            if name in given and given[name] != row[name]:
                draft.refuse(f"The key column {name} of {table.name} cannot be changed.", "keyIsFixed", name)
        self._assign(draft, given)
        if table.name == "orderLine":
            self._settle(draft)
        if (message := self._faults.refusal(table.name, draft.row)) is not None:
            draft.refuse(message, "rowRefused")
        return draft

    def _existing(self, table: Table, row: Row, where: tuple[str | int, ...]) -> Draft:
        head = self._find("order", "orderNo", row["orderNo"]) if table.name == "orderLine" else None
        return Draft(table, Row(row), where, head, before=row)

    def _save(self, draft: Draft) -> None:
        before = draft.before or Row()
        changes = {name: value for name, value in draft.row.items() if value != before[name]}
        if not changes and not self._behaviours.equal_write_stamps:
            return
        changes |= self._stamp(draft.row, created=False)
        self._store.update(draft.table, draft.row, changes)

    def _follow_up(self, table: Table, drafts: list[Draft]) -> None:
        """Order sums follow their lines; lines follow what the head says of prices."""
        if table.name == "orderLine":
            self._recompute_orders({draft.row["orderNo"] for draft in drafts})
        if table.name != "order":
            return
        for draft in drafts:
            before = draft.before or Row()
            if any(draft.row[name] != before[name] for name in rules.PRICING_COLUMNS):
                self._reprice_lines(draft.row)
                self._sum_up(draft.row)

    def _check_writable(self, draft: Draft) -> None:
        """Frozen documents and rows that somebody has open are left alone."""
        order = draft.head or draft.row
        frozen = self._store.model.tables["order"].frozen if draft.table.name in ("order", "orderLine") else {}
        for column, bits in frozen.items():
            if order[column] & bits:
                draft.refuse(f"Order {order['orderNo']} is finished or invoiced and cannot be changed.", "orderIsDone")
        if frozen and (user := self._faults.lock_on(order["orderNo"])):
            draft.refuse(f"The row is locked by {user} or has been deleted.", "rowLocked")

    def _check_deletable(self, draft: Draft) -> None:
        self._check_writable(draft)
        for column, other, other_column in rules.KEEPS_FROM_DELETION.get(draft.table.name, ()):
            value = draft.row[column]
            if value and self._store.count(self._store.model.tables[other], equal({other_column: value})):
                draft.refuse(f"{draft.table.name} {value} is used in {other} and cannot be deleted.", "rowInUse")

    # -- one column after the other

    def _assign(self, draft: Draft, given: dict[str, Any]) -> None:
        table, row = draft.table, draft.row
        for name, value in given.items():
            if name in table.children or name in table.key:
                continue
            column = table.columns[name]
            if value is None:
                self._suggest(draft, column, None)
            elif objection := self._objection(draft, column, value):
                draft.object_to(*objection, name)
            else:
                row[name] = value
                if fill := table.fills.get(name):
                    self._bring_along(table, row, fill, value)
                self._react(draft, name)

    def _objection(self, draft: Draft, column: Column, value: Value) -> tuple[str, str] | None:
        """Why the value cannot stand in the column, if it cannot."""
        name = f"{draft.table.name}.{column.name}"
        if column.length and len(value) > column.length:
            message = f"The value of {name} has {len(value)} characters; at most {column.length} are allowed."
            return message, "valueTooLong"
        relation = column.relation
        if relation and value and self._find(relation.to, relation.to_column, value) is None:
            message = f"{name}: there is no {relation.to} with {relation.to_column} {value!r}."
            return message, "noSuchRow"
        if column.name in draft.table.unique:
            return self._uniqueness(draft, column, value)
        return None

    def _uniqueness(self, draft: Draft, column: Column, value: Value) -> tuple[str, str] | None:
        current = draft.before[column.name] if draft.before else None
        if current == value:
            return None
        if current:
            return f"{column.name} {current} is fixed and cannot be changed by an edit.", "valueIsFixed"
        if value and self._is_taken(draft.table, column.name, value):
            return f"{column.name} {value} is already in use.", "duplicateValue"
        self._taken.add((draft.table.name, column.name, value))
        return None

    def _is_taken(self, table: Table, column: str, value: Value) -> bool:
        return (table.name, column, value) in self._taken or self._store.find(table.name, column, value) is not None

    def _suggest(self, draft: Draft, column: Column, interval: dict[str, int] | None) -> None:
        """Let the server choose: the next free number, or nothing for a column that has no numbers."""
        if not column.first_number:
            draft.row[column.name] = column.unset
            return
        number = self._next_number(draft.table, column, interval)
        if interval and number > interval["to"]:
            message = f"No {column.name} is left between {interval['from']} and {interval['to']}."
            draft.object_to(message, "noNumberLeft", column.name)
            return
        draft.row[column.name] = number
        self._taken.add((draft.table.name, column.name, number))

    def _next_number(self, table: Table, column: Column, interval: dict[str, int] | None) -> int:
        if interval is None:
            number = self._store.number(table.name, column.name, column.first_number or 1)
            while self._is_taken(table, column.name, number):
                number = self._store.number(table.name, column.name, column.first_number or 1)
            return number
        within = Condition(f'"{column.name}" BETWEEN ? AND ?', (interval["from"], interval["to"]))
        number = max(self._store.highest(table, column.name, within) + 1, interval["from"])
        while self._is_taken(table, column.name, number):
            number += 1
        return number

    def _bring_along(self, table: Table, row: Row, fill: Fill, value: Value) -> None:
        """Fill other columns from the row that the value points to, and what those bring along in turn."""
        source = self._find(fill.source, fill.by, value) if value else None
        if source is None:
            return
        brought = {name: source[origin] for name, origin in fill.copy.items()}
        brought |= {name: source[origin] for name, origin in fill.suggest.items() if source[origin]}
        for name, filled in brought.items():
            row[name] = filled
            if filled and (further := table.fills.get(name)):
                self._bring_along(table, row, further, filled)

    def _react(self, draft: Draft, name: str) -> None:
        """The reactions that are more than copying."""
        row = draft.row
        match draft.table.name, name:
            case "associate", "name" if not row["shortName"]:
                row["shortName"] = row["name"]
            case "orderLine", "productNo":
                self._set_tax(row)
                self._look_up_price(draft)
            case "orderLine", "taxAndAccountingGroup":
                self._set_tax(row)

    # -- prices and sums

    def _set_tax(self, line: Row) -> None:
        group = self._find("taxAndAccountingInformation", "taxAndAccountingGroupNo", line["taxAndAccountingGroup"])
        line["taxCode"] = group["taxCodeSales"] if group else 0

    def _vat_rate(self, order: Row, line: Row) -> float:
        if order["tradeArea"] in rules.UNTAXED_TRADE_AREAS:
            return 0
        code = self._find("taxCode", "taxCode", order["taxCode"] or line["taxCode"])
        vat = self._find("vat", "vatNo", code["vatNo"]) if code else None
        return vat["rate"] if vat else 0

    def _look_up_price(self, draft: Draft) -> None:
        line, order = draft.row, draft.head
        product = line["productNo"]
        if order is None or not product:
            return
        if product not in self._prices:
            matrix = self._store.model.tables["priceAndDiscountMatrix"]
            self._prices[product] = self._store.select(matrix, equal({"productNo": product}))
        if price := rules.base_price(self._prices[product], order, order["orderDate"] or self._now.date):
            gross = rules.is_gross(order)
            line["priceInCurrency"] = rules.price_for(price, self._vat_rate(order, line), gross=gross)
            line["standardPriceInCurrency"] = line["priceInCurrency"]
            line["costPriceInCurrency"] = price["costPriceInCurrency"]

    def _settle(self, draft: Draft) -> None:
        """Amounts of a line, sums of an order with the lines it came with."""
        if draft.table.name == "orderLine" and draft.head:
            self._set_amounts(draft.row, draft.head)
        elif draft.table.name == "order":
            lines = [child.row for child in draft.children if not child.failed]
            draft.row.update(rules.order_sums(draft.row, lines))

    def _set_amounts(self, line: Row, order: Row) -> None:
        line.update(rules.line_amounts(line, gross=rules.is_gross(order), vat_rate=self._vat_rate(order, line)))

    def _recompute_orders(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if order := self._store.find("order", "orderNo", number):
                self._sum_up(order)

    def _reprice_lines(self, order: Row) -> None:
        lines = self._store.model.tables["orderLine"]
        for line in self._store.select(lines, equal({"orderNo": order["orderNo"]})):
            line["exchangeRate"] = order["exchangeRate"]
            self._set_amounts(line, order)
            self._store.update(lines, line, {name: line[name] for name in line if name not in lines.key})

    def _sum_up(self, order: Row) -> None:
        """Bring the order's sums up to date; only a switch makes that a change of the order."""
        tables = self._store.model.tables
        sums = rules.order_sums(order, self._store.select(tables["orderLine"], equal({"orderNo": order["orderNo"]})))
        order.update(sums)
        if not self._behaviours.line_change_leaves_head_stamp:
            sums |= self._stamp(order, created=False)
        self._store.update(tables["order"], order, sums)

    # -- the store

    def _find(self, table: str, column: str, value: Value) -> Row | None:
        """A row by one of its numbers, looked up once in this mutation."""
        at = (table, column, value)
        if at not in self._found:
            self._found[at] = self._store.find(table, column, value)
        return self._found[at]

    def _stamp(self, row: Row, *, created: bool) -> dict[str, Any]:
        return stamp(row, self._user, self._now, created=created)
