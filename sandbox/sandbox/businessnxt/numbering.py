"""Keys and numbers: which a new row is given, which it must bring, which a range still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.businessnxt.store import Condition, equal

if TYPE_CHECKING:
    from sandbox.businessnxt.desk import Desk
    from sandbox.businessnxt.drafts import Draft
    from sandbox.businessnxt.model import Column, Table, Value
    from sandbox.businessnxt.store import Row

LARGEST = 2**31 - 1
"""The largest number that a column holds."""


class Numbers:
    """Gives numbers out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._does = desk.does

    # -- keys

    def set_key(self, draft: Draft, given: dict[str, Any]) -> None:
        """The key: what is given of it must exist where it points, what is not is numbered."""
        table, row = draft.table, draft.row
        for name in table.key:
            column = table.columns[name]
            if name == table.auto_key:
                self._number_last(draft, column)
                return
            row[name] = self._leading(draft, column, given)
        self._claim(draft)

    def _number_last(self, draft: Draft, column: Column) -> None:
        if self._does.last_key_column_is_numbered:
            draft.row[column.name] = self._next_key(draft.table, column, draft.row)
        else:
            self._miss(draft, column)

    def _leading(self, draft: Draft, column: Column, given: dict[str, Any]) -> Value:
        """A key column that the writer gives: a number that points to a row, or a text of his own."""
        name, table = column.name, draft.table
        if column.type == "String" and len(table.key) == 1 and not self._does.text_keys_are_given:
            return str(self._store.number(table.name, name, 1))
        value = given.get(name)
        if value in (None, ""):
            if self._does.leading_key_columns_are_required:
                self._miss(draft, column)
            return column.unset
        if self._does.leading_key_rows_must_exist and (message := self.dangling(draft, column, value)):
            draft.refuse(message, "noSuchRow", name)
        return value

    def _miss(self, draft: Draft, column: Column) -> None:
        draft.refuse(f"A new {draft.table.name} needs a value for its key column {column.name}.", "missingKey",
                     column.name)  # fmt: skip

    def _claim(self, draft: Draft) -> None:
        """A key that is given in full must be new."""
        table, row = draft.table, draft.row
        at = (table.name, str(table.key), draft.key)
        same = equal({name: row[name] for name in table.key})
        if at in self._desk.taken or self._store.count(table, same):
            if self._does.keys_are_unique:
                shown = ", ".join(f"{name} {row[name]!r}" for name in table.key)
                draft.refuse(f"There is already a row in {table.name} with {shown}.", "duplicateKey", *table.key)
            else:
                self._store.delete(table, same)
        self._desk.taken.add(at)

    def _next_key(self, table: Table, column: Column, row: Row) -> int:
        if len(table.key) > 1:
            return self._store.number_within(table, row)
        if not self._does.order_numbers_are_not_given_again:
            return self._store.highest(table, column.name) + 1
        return self._store.number(table.name, column.name, column.first_number or 1)

    # -- other numbers

    def dangling(self, draft: Draft, column: Column, value: Value) -> str | None:
        """What is wrong with a foreign number that points nowhere."""
        to = column.relation
        if to is None or not value or self._desk.find(to.to, to.to_column, value) is not None:
            return None
        return f"{draft.table.name}.{column.name}: there is no {to.to} with {to.to_column} {value!r}."

    def is_taken(self, table: Table, column: str, value: Value) -> bool:
        """Whether a row holds the number, or will."""
        return (table.name, column, value) in self._desk.taken or (
            self._store.find(table.name, column, value) is not None
        )

    def suggest(self, draft: Draft, column: Column, interval: dict[str, int | None] | None) -> None:
        """Let the server choose: the next free number, or nothing for a column that has no numbers."""
        if not column.first_number:
            draft.row[column.name] = column.unset
            return
        asked = interval is not None and self._does.suggest_draws_from_a_range
        first, last = _ends(column, interval or {})
        number = self._within(draft.table, column, first, last) if asked else self._next(draft.table, column)
        if number > last and self._does.used_up_range_is_an_error:
            message = f"No {column.name} is left between {first} and {last}."
            draft.object_to(message, "noNumberLeft", column.name)
            return
        draft.row[column.name] = number
        self._desk.taken.add((draft.table.name, column.name, number))

    def _next(self, table: Table, column: Column) -> int:
        """The next number of the column's own series."""
        number = self._store.number(table.name, column.name, column.first_number or 1)
        while self.is_taken(table, column.name, number):
            number = self._store.number(table.name, column.name, column.first_number or 1)
        return number

    def _within(self, table: Table, column: Column, first: int, last: int) -> int:
        """The number after the highest one of a range; it may lie beyond the end."""
        within = Condition(f'"{column.name}" BETWEEN ? AND ?', (first, last))
        number = max(self._store.highest(table, column.name, within) + 1, first)
        while self.is_taken(table, column.name, number):
            number += 1
        return number


def _ends(column: Column, interval: dict[str, int | None]) -> tuple[int, int]:
    """Both ends of a range, open where none is given."""
    return interval.get("from") or column.first_number or 1, interval.get("to") or LARGEST
