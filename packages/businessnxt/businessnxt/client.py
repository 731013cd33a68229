"""One company of Business NXT: its rows are read in pages, made and changed in bulk, and every row gets its answer."""

from __future__ import annotations

import difflib
import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from businessnxt import documents, verdicts
from businessnxt.codec import refuse_null
from businessnxt.errors import AccessError, RowError, SchemaError, Trace, Unavailable
from businessnxt.outcomes import Change, CreateOutcome, Failed, Unclear, UpdateOutcome
from businessnxt.pace import BatchSize
from businessnxt.transport import Answer, Transport, classify

if TYPE_CHECKING:
    from businessnxt.auth import Credentials

API_URL = "https://business.visma.net/api/graphql-service"

Row = dict[str, Any]
Filter = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its identifier.
        type: `Int`, `String`, `Decimal`, `DateTime`, `Boolean`, or the name of an enumeration or of a joined table.
        writable: Whether it stands in the table's input.
    """

    name: str
    type: str
    writable: bool


@dataclass(frozen=True)
class _Job:
    """The making of rows, as it is repeated for every part of them."""

    table: str
    document: str
    variables: Mapping[str, Any]
    echo: str | None
    aliases: tuple[str, ...]


class Client:
    """Speaks to one company.

    Args:
        credentials: Who we are.
        company_no: The company's Visma.net id (`vismaNetCompanyId`).
        api_url: The GraphQL end point.
        timeout: Seconds to wait for an answer; the server gives up after 59 (R-2023-12-07).
        user_agent: Sent with every request.
        page_size: Rows per page; the largest that is allowed is not documented, 500 is in use (C4, C6).
        batch_size: Rows per write, at most.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        company_no: int,
        api_url: str = API_URL,
        timeout: float = 90.0,
        user_agent: str = "businessnxt-client",
        page_size: int = 500,
        batch_size: int = 500,
    ) -> None:
        self.company_no = company_no
        self._transport = Transport(
            credentials, api_url=api_url, company_no=company_no, timeout=timeout, user_agent=user_agent
        )
        self._page_size = page_size
        self._rows_per_write = BatchSize(largest=batch_size)
        self.columns = functools.cache(self._columns)
        self._mutations = functools.cache(self._read_mutations)

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Send any document and give its data.

        Raises:
            BusinessNxtError: The answer holds errors, also where it holds data beside them.
        """
        answer = self._transport.send(document, {"no": self.company_no, **variables})
        if answer.errors:
            raise classify(answer.errors[0], answer.trace)
        return answer.data

    def rows(
        self, table: str, columns: Sequence[str], *, key: Sequence[str], where: Filter | None = None
    ) -> Iterator[Row]:
        """Read all rows that meet a condition, page by page along the key, so that none is missed or seen twice.

        Args:
            table: The table.
            columns: The columns wanted; those of the key are added.
            key: Columns that together are unique; their values must not be empty.
            where: The condition.
        """
        document = documents.page(table, list(dict.fromkeys([*key, *columns])), key)
        last: Row | None = None
        while True:
            condition = _both(where, _after(key, last) if last else None)
            items = self._table(self.execute(document, {"where": condition, "first": self._page_size}), table)["items"]
            yield from items
            if len(items) < self._page_size:
                return
            last = items[-1]

    def find(
        self,
        table: str,
        columns: Sequence[str],
        column: str,
        values: Sequence[Any],
        *,
        key: Sequence[str],
        where: Filter | None = None,
    ) -> list[Row]:
        """Read the rows whose column holds one of these values, and which meet the condition.

        Args:
            table: The table.
            columns: The columns wanted; those of the key are added.
            column: The column that is looked at.
            values: The values; none means no request.
            key: Columns that together are unique.
            where: The condition.
        """
        wanted = list(dict.fromkeys(values))
        found: list[Row] = []
        for start in range(0, len(wanted), self._page_size):
            part = wanted[start : start + self._page_size]
            found += self.rows(table, columns, key=key, where=_both(where, {column: {"_in": part}}))
        return found

    def create(
        self,
        table: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        returning: Sequence[str],
        echo: str | None = None,
        children: documents.Children | None = None,
        suggest: Mapping[str, Mapping[str, int]] | None = None,
    ) -> list[CreateOutcome]:
        """Make rows; one outcome for each, in their order.

        Args:
            table: The table.
            rows: Columns in the order of assignment; nested lists are lines that are made with their row.
            returning: The columns wanted back.
            echo: A column of `rows` by which an answer is told to its row; without it the order tells.
            children: The lines wanted back.
            suggest: Number ranges from which the server draws columns: `{"customerNo": {"from": 1, "to": 9}}`.
        """
        arguments = self._arguments(table, "create")
        document = documents.create(table, returning, arguments, children=children or {}, suggest=bool(suggest))
        job = _Job(table, document, {"suggest": suggest} if suggest else {}, echo, tuple(children or ()))
        outcomes: list[CreateOutcome] = []
        while len(outcomes) < len(rows):
            part = rows[len(outcomes) : len(outcomes) + self._rows_per_write.rows]
            for row in part:
                refuse_null(table, row)
            outcomes += self._create(job, part)
        return outcomes

    def update(self, table: str, changes: Sequence[Change], *, returning: Sequence[str]) -> list[UpdateOutcome]:
        """Change rows; one outcome for each, in their order. A row that does not meet its filter is `Refused`."""
        document = documents.update(table, returning, self._arguments(table, "update"))
        outcomes: list[UpdateOutcome] = []
        while len(outcomes) < len(changes):
            part = changes[len(outcomes) : len(outcomes) + self._rows_per_write.rows]
            for change in part:
                refuse_null(table, change.values)
                _refuse_keyless(table, change)
            outcomes += self._update(table, document, part)
        return outcomes

    def delete(self, table: str, where: Filter) -> int:
        """Delete the rows that a filter selects; returns how many.

        Raises:
            ValueError: The filter is empty, which could mean every row.
        """
        if not where:
            raise ValueError(f"{table}: refusing to delete rows without a filter")
        data = self.execute(documents.delete(table), {"where": where})
        return int(self._table(data, f"{table}_delete")["affectedRows"])

    def companies(self) -> list[Row]:
        """The companies that the credentials reach."""
        answer = self._transport.send(documents.COMPANIES, {})
        if answer.errors:
            raise classify(answer.errors[0], answer.trace)
        items: list[Row] = answer.data["availableCompanies"]["items"]
        return items

    # what the schema says

    def _columns(self, table: str) -> dict[str, Column]:
        """The columns of a table by name, as this service may see them; read once.

        Raises:
            SchemaError: There is no such table; the message names the nearest ones.
        """
        kind = documents.pascal(table)
        data = self._transport.send(documents.TABLE, {"type": kind, "input": f"{kind}_Input"}).data
        if not data.get("columns"):
            near = difflib.get_close_matches(table, self._tables(), n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise SchemaError(f"Business NXT has no table '{table}' that this service may see{hint}")
        writable = {each["name"] for each in (data.get("inputs") or {}).get("inputFields") or ()}
        return {
            each["name"]: Column(each["name"], _kind(each["type"]), each["name"] in writable)
            for each in data["columns"]["fields"]
        }

    def _tables(self) -> list[str]:
        data = self._transport.send(documents.TABLES, {}).data
        return [each["name"] for each in (data.get("__type") or {}).get("fields") or ()]

    def _arguments(self, table: str, operation: str) -> Mapping[str, str]:
        """The arguments of a mutation with their types; which there are differs between releases and rights."""
        field = f"{table}_{operation}"
        if field not in self._mutations():
            raise AccessError(
                f"Business NXT offers no '{field}' to this service: the access group may not write to '{table}'",
                Trace(self.company_no),
            )
        return self._mutations()[field]

    def _stops(self, table: str, operation: str) -> bool:
        """Whether nothing at all is kept of a request of which one row fails."""
        return "onError" in self._arguments(table, operation)

    def _read_mutations(self) -> dict[str, dict[str, str]]:
        data = self._transport.send(documents.MUTATIONS, {}).data
        fields = (data.get("__type") or {}).get("fields") or ()
        return {each["name"]: {arg["name"]: _spelled(arg["type"]) for arg in each["args"]} for each in fields}

    # writing

    def _create(self, job: _Job, rows: Sequence[Mapping[str, Any]]) -> list[CreateOutcome]:
        """Make one request's rows; where the answer names bad ones and kept none, make the others without them."""
        answer = self._write(job.document, {"values": rows, **job.variables}, len(rows))
        if isinstance(answer, Unclear):
            return [answer] * len(rows)
        items = [_flat(each, job.aliases) for each in self._items(answer, f"{job.table}_create")]
        if not answer.errors:
            return verdicts.created(rows, items, job.echo, answer)
        if not items and self._stops(job.table, "create") and not self._kept(job, rows):
            bad = verdicts.named(answer, len(rows))
            return self._without(bad, rows, functools.partial(self._create, job), answer)
        return verdicts.partly_created(rows, items, job.echo, answer)

    def _kept(self, job: _Job, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether any row is there although the request failed as a whole: then nothing may be sent again."""
        if job.echo is None:
            return False
        return bool(self.find(job.table, [job.echo], job.echo, [each[job.echo] for each in rows], key=[job.echo]))

    def _update(self, table: str, document: str, changes: Sequence[Change]) -> list[UpdateOutcome]:
        variables = {"filters": [each.where for each in changes], "values": [each.values for each in changes]}
        answer = self._write(document, variables, len(changes))
        if isinstance(answer, Unclear):
            return [answer] * len(changes)
        if not answer.errors:
            return verdicts.updated(changes, self._items(answer, f"{table}_update"), answer, f"{table}_update")
        if self._stops(table, "update"):
            bad = verdicts.named(answer, len(changes))
            return self._without(bad, changes, functools.partial(self._update, table, document), answer)
        return verdicts.partly_updated(len(changes), answer)

    def _without(
        self,
        bad: Mapping[int, RowError],
        rows: Sequence[Any],
        again: Callable[[Sequence[Any]], list[Any]],
        answer: Answer,
    ) -> list[Any]:
        """Nothing was kept: leave the bad rows out and send the others once more; halve where none is named."""
        if len(rows) == 1:
            return [Failed(verdicts.reason(answer))]
        if not bad:
            half = len(rows) // 2
            return [*again(rows[:half]), *again(rows[half:])]
        good = [row for index, row in enumerate(rows) if index not in bad]
        others = iter(again(good) if good else [])
        return [Failed(bad[index]) if index in bad else next(others) for index in range(len(rows))]

    def _write(self, document: str, variables: Mapping[str, Any], rows: int) -> Answer | Unclear:
        began = time.monotonic()
        try:
            answer = self._transport.send(document, {"no": self.company_no, **variables})
        except Unavailable as error:
            self._rows_per_write.timed_out()
            return Unclear(error)
        self._rows_per_write.took(rows, time.monotonic() - began)
        for entry in answer.errors:
            problem = classify(entry, answer.trace)
            if isinstance(problem, Unavailable):
                self._rows_per_write.timed_out()
                return Unclear(problem)
            if not isinstance(problem, RowError):
                raise problem
        return answer

    def _items(self, answer: Answer, field: str) -> list[Row]:
        result = (answer.data.get("useCompany") or {}).get(field) or {}
        return [each for each in result.get("items") or () if each]

    def _table(self, data: Mapping[str, Any], field: str) -> dict[str, Any]:
        found = (data.get("useCompany") or {}).get(field)
        if not isinstance(found, dict):
            raise Unavailable(f"the answer holds no '{field}'")
        return found


def _both(one: Filter | None, other: Filter | None) -> Filter | None:
    if one and other:
        return {"_and": [one, other]}
    return one or other


def _after(key: Sequence[str], last: Row) -> Filter:
    """The rows behind `last` in the order of the key."""
    steps = []
    for index, column in enumerate(key):
        same = [{each: {"_eq": last[each]}} for each in key[:index]]
        behind = {column: {"_gt": last[column]}}
        steps.append({"_and": [*same, behind]} if same else behind)
    return steps[0] if len(steps) == 1 else {"_or": steps}


def _spelled(described: Mapping[str, Any]) -> str:
    """A type as a document spells it: `[Associate_Input!]!`."""
    if described["kind"] == "NON_NULL":
        return f"{_spelled(described['ofType'])}!"
    return f"[{_spelled(described['ofType'])}]" if described["kind"] == "LIST" else str(described["name"])


def _kind(described: Mapping[str, Any]) -> str:
    inner = described.get("ofType")
    return str((inner or described)["name"])


def _flat(item: Row, aliases: Sequence[str]) -> Row:
    return {**item, **{alias: (item.get(alias) or {}).get("items") or [] for alias in aliases}}


def _refuse_keyless(table: str, change: Change) -> None:
    if not change.where or not change.key:
        raise ValueError(f"refusing to change {table} without a filter on its key: that could reach every row")
