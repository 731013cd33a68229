"""A Business NXT company as the merge sees it: the client's rows and outcomes, put into the merge's own words."""

from __future__ import annotations

import functools
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from businessnxt import BusinessNxtError, Client, Done, Failed, Later, RowError, RowLocked
from businessnxt import Change as Edit
from businessnxt import Refused as NotMatched
from businessnxt import Unclear as Lost
from businessnxt.documents import pascal
from businessnxt.errors import AccessError, RetriableError, RightError, SchemaError
from crosswalk import LATER, Change, Draft, Outcome, Refused, RemoteTable, Removal, Row, Unclear, Unwelcome, Written

from target_businessnxt.processings import Act, acts_of, processings_of, settable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Mapping as Dict

Columns = dict[str, Any]

STAMP = "changedByUser"
STAMP_LENGTH = 24
"""Business NXT keeps this many characters of a user's name (user documentation: domains)."""


class Company:
    """Implements `crosswalk.Remote` with a `businessnxt.Client`.

    Args:
        client: Speaks to the company.
        user: The name under which the company knows us; it stamps what we write.
        check: Run once, before the first request about rows.
    """

    def __init__(self, client: Client, *, user: str, check: Callable[[], None] = lambda: None) -> None:
        self._client = client
        self._user = user[:STAMP_LENGTH]
        self._check = functools.cache(check)

    def find(
        self, table: RemoteTable, column: str, values: Sequence[str], *, where: Dict[str, Any], parents: Sequence[str]
    ) -> list[Row]:
        """Rows whose column holds one of these values, which meet the condition, and belong to one of these parents."""
        self._check()
        conditions = [dict(where)] if where else []
        if parents:
            conditions.append({table.key[0]: {"_in": [self._typed(table, table.key[0], each) for each in parents]}})
        known = [self._typed(table, column, each) for each in values if self._is_typed(table, column, each)]
        where_all = _all(conditions)
        rows = self._client.find(table.name, _wanted(table), column, known, key=table.key, where=where_all)
        return [self._row(table, each) for each in rows]

    def read(self, table: RemoteTable, ids: Sequence[str]) -> dict[str, Row]:
        """Rows by key; a row that is gone is left out."""
        self._check()
        keys = [self._key(table, each) for each in ids if self._is_key(table, each)]
        if not keys:
            return {}
        last = table.key[-1]
        where = None
        if len(table.key) > 1:
            parents = list(dict.fromkeys(key[table.key[0]] for key in keys))
            where = {table.key[0]: {"_in": parents}}
        rows = self._client.find(
            table.name, _wanted(table), last, [key[last] for key in keys], key=table.key, where=where
        )
        found = {row.id: row for row in (self._row(table, each) for each in rows)}
        return {each: found[each] for each in ids if each in found}

    def create(self, table: RemoteTable, drafts: Sequence[Draft]) -> list[Outcome]:
        """Make rows, each with its lines."""
        self._check()
        suggest = {column: {"from": low, "to": high} for column, (low, high) in table.suggest.items()}
        try:
            outcomes = self._client.create(
                table.name,
                [self._input(table, each) for each in drafts],
                returning=_wanted(table),
                echo=_echo(table),
                children=_children(table),
                suggest=suggest or None,
            )
        except RightError as error:  # a right that was taken away concerns these rows, and no others
            return [Unwelcome(str(error)) for _ in drafts]
        return [self._outcome(table, each) for each in outcomes]

    def update(self, table: RemoteTable, changes: Sequence[Change]) -> list[Outcome]:
        """Change rows, only while they hold the expected values."""
        self._check()
        acts = [acts_of(table.name, each.values, each.expect) for each in changes]
        plain = [
            replace(each, values={} if problem else settable(table.name, each.values))
            for each, (_, problem) in zip(changes, acts, strict=True)
        ]
        set_ = iter(self._set(table, [each for each in plain if each.values]))
        done = [next(set_) if each.values else None for each in plain]
        return [
            Unwelcome(problem) if problem else self._processed(table, change, steps, outcome)
            for change, (steps, problem), outcome in zip(changes, acts, done, strict=True)
        ]

    def _set(self, table: RemoteTable, changes: Sequence[Change]) -> list[Outcome]:
        edits = [self._edit(table, each) for each in changes]
        try:
            answers = self._client.update(table.name, edits, returning=_wanted(table)) if edits else []
        except RightError as error:
            return [Unwelcome(str(error)) for _ in changes]
        return [self._outcome(table, each) for each in answers]

    def _edit(self, table: RemoteTable, change: Change) -> Edit:
        return Edit(self._where(table, change), change.values, self._key(table, change.id))

    def _where(self, table: RemoteTable, meant: Change | Removal) -> Columns:
        """One row, while it holds what is expected."""
        expect = {column: value for column, value in meant.expect.items() if value is not None}
        return _all([{column: {"_eq": it}} for column, it in {**self._key(table, meant.id), **expect}.items()]) or {}

    def _processed(self, table: RemoteTable, change: Change, acts: Sequence[Act], done: Outcome | None) -> Outcome:
        """What is not set but done, after what is set has been; only while the row is as it was read."""
        if done is not None and not (acts and isinstance(done, Written)):
            return done
        for name, column, _ in acts:
            where = {**self._key(table, change.id), column: change.expect.get(column, 0)}
            try:
                self._client.process(table.name, name, _all([{each: {"_eq": it}} for each, it in where.items()]) or {})
            except (RowError, AccessError, SchemaError) as error:
                if done is not None:  # part of it is written: it is looked at again, and refused by itself then
                    return Unclear(str(error))
                return _unwelcome(error, later=isinstance(error, RowLocked))
            except RetriableError as error:
                return Unclear(str(error))
        row = self.read(table, [change.id]).get(change.id)
        if row is None or not all(int(row.values.get(column) or 0) & bit for _, column, bit in acts):
            return Refused()
        return Written(row)

    def delete(self, table: RemoteTable, removals: Sequence[Removal]) -> list[Outcome | None]:
        """Delete rows one by one, only while they hold the expected values; None where the row is gone."""
        return [self._delete(table, each) for each in removals]

    def _delete(self, table: RemoteTable, removal: Removal) -> Outcome | None:
        try:
            deleted = self._client.delete(table.name, self._where(table, removal))
            is_there = not deleted and bool(self.read(table, [removal.id]))
        except RowError as error:
            return _unwelcome(error, later=isinstance(error, RowLocked))
        except RetriableError as error:
            return Unclear(str(error))
        return Refused() if is_there else None

    def _input(self, table: RemoteTable, draft: Draft) -> Columns:
        columns = settable(table.name, draft.values)
        if draft.parent:
            columns = {table.key[0]: self._typed(table, table.key[0], draft.parent), **columns}
        if table.lines and draft.lines:
            columns[table.lines[0]] = [dict(each) for each in draft.lines]
        return columns

    def _outcome(self, table: RemoteTable, outcome: Done | Failed | NotMatched | Later | Lost) -> Outcome:
        if isinstance(outcome, Done):
            return Written(self._row(table, outcome.row))
        if isinstance(outcome, NotMatched):
            return Refused()
        if isinstance(outcome, Lost):
            return Unclear(str(outcome.error))
        return _unwelcome(outcome.error, later=isinstance(outcome, Later))

    def _row(self, table: RemoteTable, columns: Columns) -> Row:
        lines: tuple[Row, ...] = ()
        if table.lines and table.lines[0] in columns:
            field, of_lines = table.lines
            lines = tuple(self._row(of_lines, each) for each in columns[field] or ())
        key = "/".join(str(columns[each]) for each in table.key)
        return Row(key, columns, lines, ours=columns.get(STAMP) in (None, "", self._user))

    def _key(self, table: RemoteTable, identity: str) -> Columns:
        parts = identity.split("/") if len(table.key) > 1 else [identity]
        return {name: self._typed(table, name, part) for name, part in zip(table.key, parts, strict=True)}

    def _is_key(self, table: RemoteTable, identity: str) -> bool:
        """Whether a text can be the key of a row; a webshop may carry ids of quite another system."""
        parts = identity.split("/") if len(table.key) > 1 else [identity]
        pairs = zip(table.key, parts, strict=False)
        return len(parts) == len(table.key) and all(self._is_typed(table, name, part) for name, part in pairs)

    def _is_typed(self, table: RemoteTable, column: str, value: str) -> bool:
        try:
            self._typed(table, column, value)
        except (ValueError, ArithmeticError):
            return False
        return True

    def _typed(self, table: RemoteTable, column: str, value: str) -> str | int | Decimal:
        kind = self._client.columns(table.name)[column].type
        if kind == "String":
            return str(value)
        return Decimal(value) if kind == "Decimal" else int(value)


def documents(client: Client, table: RemoteTable, ways: Sequence[str]) -> Iterator[str]:
    """Every document that is sent for a table, as it is sent: of pages, and of these of its mutations.

    Raises:
        AccessError: The service may not do one of them.
    """
    spelling, wanted = client.spelling, _wanted(table)
    yield spelling.page(table.name, wanted, table.key)
    if "create" in ways:
        suggest = bool(table.suggest)
        yield spelling.create(table.name, wanted, echo=_echo(table), children=_children(table), suggest=suggest)
    if "update" in ways:
        yield spelling.update(table.name, wanted, table.key)
        yield from (spelling.processing(table.name, name) for name in processings_of(table.name, table.columns))
    if "delete" in ways:
        yield spelling.delete(table.name)


def _wanted(table: RemoteTable) -> list[str]:
    return [*table.columns, STAMP]


def _echo(table: RemoteTable) -> str | None:
    """The column by which a new row is told among others; lines come with their order."""
    return table.reference if len(table.key) == 1 else None


def _children(table: RemoteTable) -> dict[str, tuple[str, list[str]]] | None:
    """The lines that come back with a new row."""
    if not table.lines:
        return None
    field, lines = table.lines
    return {field: (f"joindown_{pascal(lines.name)}_via_{pascal(table.name)}", _wanted(lines))}


def _unwelcome(error: BusinessNxtError, *, later: bool) -> Unwelcome:
    """Why a row was not written; what only has to wait is no fault of the record."""
    return Unwelcome(str(error), ", ".join(error.fields), kind=LATER if later else "refused")


def _all(conditions: Sequence[Columns]) -> Columns | None:
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"_and": list(conditions)}
