"""A company in memory, for tests of the sync that need no protocol: rows, columns, and faults on demand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crosswalk import Refused, Row, Unclear, Unwelcome, Written

if TYPE_CHECKING:
    from collections.abc import Callable


_TESTS = {
    "_eq": lambda held, value: held == value,
    "_gt": lambda held, value: held > value,
    "_lte": lambda held, value: held <= value,
    "_in": lambda held, values: held in values,
}


def _meets(row, where):
    """Whether a row meets a filter; what is not set is 0."""
    if "_and" in where:
        return all(_meets(row, each) for each in where["_and"])
    asked = ((row.get(name) or 0, *each) for name, tests in where.items() for each in tests.items())
    return all(_TESTS[test](held, value) for held, test, value in asked)


@dataclass
class FakeCompany:
    """Rows by table and key; counts what is asked of it."""

    rows: dict = field(default_factory=lambda: defaultdict(dict))
    calls: list = field(default_factory=list)
    sent: dict = field(default_factory=lambda: defaultdict(list))
    refuse: Callable = lambda _table, _values: None
    outcome: Callable = lambda _op, _table, _values: None
    hidden: set = field(default_factory=set)
    before_update: Callable = lambda: None
    before_delete: Callable = lambda: None

    @property
    def writes(self):
        return [each for each in self.calls if each[0] in ("create", "update", "delete")]

    def find(self, table, column, values, *, where, parents):
        self.calls.append(("find", table.name, column))
        wanted = {str(each) for each in values}
        return [
            self._row(table, key)
            for key, row in self.rows[table.name].items()
            if str(row.get(column, "")) in wanted
            and (not parents or key.rpartition("/")[0] in parents)
            and _meets(row, where)
        ]

    def read(self, table, ids):
        self.calls.append(("read", table.name, len(ids)))
        return {each: self._row(table, each) for each in ids if each in self.rows[table.name]}

    def create(self, table, drafts):
        self.calls.append(("create", table.name, len(drafts)))
        return [self._create(table, each) for each in drafts]

    def update(self, table, changes):
        self.before_update()
        self.calls.append(("update", table.name, [each.values for each in changes]))
        return [self._update(table, each) for each in changes]

    def delete(self, table, removals):
        self.before_delete()
        self.calls.append(("delete", table.name, [each.id for each in removals]))
        return [self._delete(self.rows[table.name], each) for each in removals]

    def _delete(self, rows, removal):
        row = rows.get(removal.id, {})
        if any(row.get(name) != value for name, value in removal.expect.items() if row):
            return Refused()
        rows.pop(removal.id, None)
        return None

    def _create(self, table, draft):
        self.sent[table.name].append(draft.values)
        answer = self.outcome("create", table.name, draft.values)
        if answer == "before":
            return Unclear("the answer was lost")
        problem = self.refuse(table.name, draft.values)
        if not problem and str(draft.values.get(table.key[-1], "")) in self.rows[table.name]:
            problem = "a row with this key is there already"
        if problem:
            return Unwelcome(problem)
        key = self._store(table, draft.values, draft.parent)
        lines = tuple(self._row(table.lines[1], self._store(table.lines[1], each, key)) for each in draft.lines)
        if answer == "after":
            return Unclear("the answer was lost")
        row = self._row(table, key)
        return Written(Row(row.id, row.values, lines))

    def _store(self, table, values, parent):
        rows, last = self.rows[table.name], table.key[-1]
        number = values.get(last) or 1 + max(
            (int(row[last]) for key, row in rows.items() if key.rpartition("/")[0] == parent), default=0
        )
        key = f"{parent}/{number}" if parent else str(number)
        drawn = {column: low + len(rows) for column, (low, _) in table.suggest.items()}
        rows[key] = {**dict.fromkeys(table.columns, ""), **drawn, **values, last: number}
        if parent and len(table.key) > 1:
            rows[key][table.key[0]] = parent
        return key

    def _update(self, table, change):
        row = self.rows[table.name].get(change.id)
        answer = self.outcome("update", table.name, change.values)
        if answer == "before":
            return Unclear("the answer was lost")
        if row is None or any(row.get(name) != value for name, value in change.expect.items()):
            return Refused()
        problem = self.refuse(table.name, change.values)
        if problem:
            return Unwelcome(problem)
        row.update(change.values)
        if answer == "after":
            return Unclear("the answer was lost")
        return Written(self._row(table, change.id))

    def _row(self, table, key):
        if key in self.hidden:
            return Row(key, dict(self.rows[table.name][key]), problem=f"{key} cannot be read")
        return Row(key, dict(self.rows[table.name][key]))


@dataclass
class FakeShop(FakeCompany):
    """A webshop in memory: records by id, items of their lists by both ids, `O1/7`."""

    def put(self, table, key, **values):
        """Somebody has made this."""
        self.rows[table][key] = {"id": key.rpartition("/")[2], **values}
        return key
