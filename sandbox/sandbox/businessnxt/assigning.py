"""One column after the other: what may stand in it, and what assigning it brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.businessnxt import rules
from sandbox.businessnxt.naming import SUGGEST

if TYPE_CHECKING:
    from sandbox.businessnxt.desk import Desk
    from sandbox.businessnxt.drafts import Draft
    from sandbox.businessnxt.model import Column, Fill, Table, Value
    from sandbox.businessnxt.numbering import Numbers
    from sandbox.businessnxt.pricing import Prices
    from sandbox.businessnxt.store import Row

Objection = tuple[str, str]


class Assignment:
    """Assigns values to the columns of drafts."""

    def __init__(self, desk: Desk, numbers: Numbers, prices: Prices) -> None:
        self._desk = desk
        self._does = desk.does
        self._numbers = numbers
        self._prices = prices

    def assign(self, draft: Draft, given: dict[str, Any]) -> None:
        """Assign what is given, in the order in which it was written."""
        table, row = draft.table, draft.row
        fills = self._desk.fills(table)
        for name, value in self._in_order(table, given).items():
            if name in table.children or name in table.key or name == SUGGEST:
                continue
            column = table.columns[name]
            if value is None:
                self._ask(draft, column)
            elif objection := self._objection(draft, column, value):
                draft.object_to(*objection, name)
            else:
                row[name] = value
                for fill in fills.get(name, ()):
                    self._bring_along(table, row, fill, value)
                self._react(draft, name)

    def _in_order(self, table: Table, given: dict[str, Any]) -> dict[str, Any]:
        if self._does.columns_are_assigned_as_written:
            return given
        return {name: given[name] for name in table.columns if name in given}

    def _ask(self, draft: Draft, column: Column) -> None:
        """A null: the server is to find a value."""
        if column.first_number:
            is_set = draft.before is not None and draft.before[column.name]
            if self._does.null_suggests_a_number and not is_set:
                self._numbers.suggest(draft, column, None)
        elif self._does.null_empties_other_columns:
            draft.row[column.name] = column.unset

    # -- what may stand in a column

    def _objection(self, draft: Draft, column: Column, value: Value) -> Objection | None:
        """Why the value cannot stand in the column, if it cannot."""
        if column.length and len(value) > column.length and self._does.text_lengths_are_enforced:
            name = f"{draft.table.name}.{column.name}"
            message = f"The value of {name} has {len(value)} characters; at most {column.length} are allowed."
            return message, "valueTooLong"
        if column.relation and self._does.foreign_numbers_must_exist:
            message = self._numbers.dangling(draft, column, value) or ""
            if message:
                return message, "noSuchRow"
        if column.name in draft.table.unique:
            return self._uniqueness(draft, column, value)
        if (draft.table.name, column.name) == ("orderLine", "productNo"):
            return self._fixed_product(draft, value)
        return None

    def _fixed_product(self, draft: Draft, value: Value) -> Objection | None:
        current = draft.before["productNo"] if draft.before else None
        if self._does.line_products_can_be_changed or current in (None, "", value):
            return None
        return f"productNo {current} of a line is fixed and cannot be changed by an edit.", "valueIsFixed"

    def _uniqueness(self, draft: Draft, column: Column, value: Value) -> Objection | None:
        current = draft.before[column.name] if draft.before else None
        if current == value:
            return None
        if current and self._does.customer_numbers_are_fixed:
            return f"{column.name} {current} is fixed and cannot be changed by an edit.", "valueIsFixed"
        if value and self._does.customer_numbers_are_unique:
            if self._numbers.is_taken(draft.table, column.name, value):
                return f"{column.name} {value} is already in use.", "duplicateValue"
            self._desk.taken.add((draft.table.name, column.name, value))
        return None

    # -- what assigning brings along

    def _bring_along(self, table: Table, row: Row, fill: Fill, value: Value) -> None:
        """Fill other columns from the row that the value points to, and what those bring along in turn."""
        source = self._desk.find(fill.source, fill.by, value) if value else None
        if source is None:
            return
        fills = self._desk.fills(table)
        for name, origin, even_unset in fill.columns:
            if (filled := source[origin]) or even_unset:
                row[name] = filled
            for further in fills.get(name, ()) if filled else ():
                self._bring_along(table, row, further, filled)

    def _react(self, draft: Draft, name: str) -> None:
        """The reactions that are more than copying."""
        row = draft.row
        match draft.table.name, name:
            case "associate", "name" if not row["shortName"] and self._does.name_suggests_short_name:
                row["shortName"] = row["name"]
            case "order", "customerNo" if self._does.customer_makes_orders_gross:
                customer = self._desk.find("associate", "customerNo", row["customerNo"])
                if customer and customer["customerPreferences1"] & rules.GROSS_ORDERS:
                    row["orderPreferences"] |= rules.GROSS_ORDER
            case "orderLine", "barcode" if self._does.barcode_names_the_product:
                if code := self._desk.find("barcode", "barcode", row["barcode"]):
                    self.assign(draft, {"productNo": code["productNo"]})
            case "orderLine", "productNo":
                self._prices.set_tax(row)
                self._prices.look_up(draft)
            case "orderLine", "taxAndAccountingGroup":
                self._prices.set_tax(row)
