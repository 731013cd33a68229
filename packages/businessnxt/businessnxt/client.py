"""One company of Business NXT: its rows are read in pages, made and changed in bulk, and every row gets its answer."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from businessnxt import bulk, documents, filters, verdicts
from businessnxt.codec import refuse_null
from businessnxt.errors import FatalError, Unavailable
from businessnxt.outcomes import Change, CreateOutcome, Unclear, UpdateOutcome
from businessnxt.pace import BatchSize
from businessnxt.schema import Column, Schema
from businessnxt.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from businessnxt.answers import Answer
    from businessnxt.auth import Credentials
    from businessnxt.filters import Filter

API_URL = "https://business.visma.net/api/graphql-service"

Row = dict[str, Any]


@dataclass(frozen=True)
class _Job:
    """The writing of rows, as it is repeated for every part of them."""

    table: str
    operation: str
    document: str
    variables: Mapping[str, Any]
    echo: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field of the company that holds the result."""
        return f"{self.table}_{self.operation}"


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
        self._sizes: dict[str, BatchSize] = defaultdict(lambda: BatchSize(largest=batch_size))
        self._schema = Schema(self._ask, company_no)

    # asking

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Send any document and give its data; `$no` is the company unless the variables say otherwise.

        Raises:
            BusinessNxtError: The answer holds errors, also where it holds data beside them.
        """
        return self._ask(document, {"no": self.company_no, **variables})

    def columns(self, table: str) -> dict[str, Column]:
        """The columns of a table by name, as this service may see them; read once.

        Raises:
            SchemaError: There is no such table; the message names the nearest ones.
        """
        return self._schema.columns(table)

    def companies(self) -> list[Row]:
        """The companies that the credentials reach."""
        items: list[Row] = self._ask(documents.COMPANIES, {})["availableCompanies"]["items"]
        return items

    # reading

    def rows(
        self,
        table: str,
        columns: Sequence[str],
        *,
        key: Sequence[str],
        where: Filter | None = None,
        order_by: Sequence[str] = (),
        asking: Callable[[], None] = lambda: None,
    ) -> Iterator[Row]:
        """Read all rows that meet a condition, page by page along the key, so that none is missed or seen twice.

        Args:
            table: The table.
            columns: The columns wanted; those of the key and the order are added.
            key: Columns that together are unique.
            where: The condition.
            order_by: Columns to order by before the key; rows on which one is empty must be left out.
            asking: Called before each page is asked for, so that whoever needs it knows since when rows are known.
        """
        order = list(dict.fromkeys([*order_by, *key]))
        document = documents.page(table, list(dict.fromkeys([*order, *columns])), order)
        last: Row | None = None
        while True:
            asking()
            page = self._page(table, document, filters.both(where, filters.after(order, last) if last else None))
            items = verdicts.rows_of(page)
            yield from items
            if not page["pageInfo"]["hasNextPage"]:
                return
            if not items or (last and all(items[-1][name] == last[name] for name in order)):
                raise Unavailable(f"{table}: a page promises more rows, and the next one does not bring them")
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
            found += self.rows(table, columns, key=key, where=filters.both(where, {column: {"_in": part}}))
        return found

    # writing

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

        Raises:
            ValueError: A row holds a None; nothing was sent.
            BusinessNxtError: Nothing was written, and nothing can be.
        """
        for row in rows:
            refuse_null(table, row)
        wanted = list(dict.fromkeys([*returning, *([echo] if echo else [])]))
        arguments = self._schema.arguments(table, "create")
        document = documents.create(table, wanted, arguments, children=children or {}, suggest=bool(suggest))
        variables = {"suggest": suggest} if suggest else {}
        job = _Job(table, "create", document, variables, echo, tuple(children or ()))
        return bulk.write(rows, self._sizes[job.field], functools.partial(self._create, job))

    def update(self, table: str, changes: Sequence[Change], *, returning: Sequence[str]) -> list[UpdateOutcome]:
        """Change rows; one outcome for each, in their order. A row that does not meet its filter is `Refused`.

        Raises:
            ValueError: A change holds a None or nothing, or could reach more than its row; nothing was sent.
            BusinessNxtError: Nothing was written, and nothing can be.
        """
        if not changes:
            return []
        for change in changes:
            _check(table, change)
        wanted = list(dict.fromkeys([*changes[0].key, *returning]))
        document = documents.update(table, wanted, self._schema.arguments(table, "update"))
        job = _Job(table, "update", document, {})
        return bulk.write(changes, self._sizes[job.field], functools.partial(self._update, job))

    def delete(self, table: str, where: Filter) -> int:
        """Delete the rows that a filter selects; returns how many.

        Raises:
            ValueError: The filter says nothing, which could mean every row.
        """
        refuse_null(table, where)
        if not filters.selects(where):
            raise ValueError(f"{table}: refusing to delete rows without a filter")
        data = self.execute(documents.delete(table), {"where": where})
        return int(self._result(data, f"{table}_delete")["affectedRows"] or 0)

    # one request

    def _ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._transport.send(document, variables)
        answer.raise_errors()
        return answer.data

    def _page(self, table: str, document: str, where: Filter | None) -> dict[str, Any]:
        variables = {"first": self._page_size, **({"where": where} if where else {})}
        return self._result(self.execute(document, variables), table)

    def _result(self, data: Mapping[str, Any], field: str) -> dict[str, Any]:
        found = (data.get("useCompany") or {}).get(field)
        if not isinstance(found, dict):
            raise Unavailable(f"the answer holds no '{field}'")
        return found

    def _create(self, job: _Job, rows: Sequence[Mapping[str, Any]]) -> Sequence[CreateOutcome | None]:
        """Make one request's rows; None is a row that was not kept because of others."""
        answer = self._write(job, {"values": rows}, len(rows))
        if isinstance(answer, Unclear):
            return [answer] * len(rows)
        items = [_flat(each, job.aliases) for each in verdicts.rows_of(answer.field(job.field))]
        if not answer.errors:
            return verdicts.created(rows, items, job.echo, answer)
        stopped = not items and self._schema.stops(job.table, job.operation) and not self._kept(job, rows)
        if stopped or not answer.executed:
            return verdicts.nothing_kept(len(rows), answer)
        return verdicts.partly_created(rows, items, job.echo, answer)

    def _kept(self, job: _Job, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether any row may be there although the request failed as a whole: then nothing is sent again."""
        if job.echo is None:
            return False
        echoes = [row.get(job.echo) for row in rows]
        return None in echoes or bool(self.find(job.table, [job.echo], job.echo, echoes, key=[job.echo]))

    def _update(self, job: _Job, changes: Sequence[Change]) -> Sequence[UpdateOutcome | None]:
        """Make one request's changes; None is a row that was not changed because of others."""
        variables = {"filters": [each.where for each in changes], "values": [each.values for each in changes]}
        answer = self._write(job, variables, len(changes))
        if isinstance(answer, Unclear):
            return [answer] * len(changes)
        if not answer.errors:
            return verdicts.updated(changes, answer.field(job.field), answer)
        if self._schema.stops(job.table, job.operation) or not answer.executed:
            return verdicts.nothing_kept(len(changes), answer)
        return verdicts.partly_updated(changes, answer.field(job.field), answer)

    def _write(self, job: _Job, variables: Mapping[str, Any], rows: int) -> Answer | Unclear:
        """Send a write once; an answer that is lost leaves all its rows unclear."""
        size = self._sizes[job.field]
        try:
            answer = self._transport.send(job.document, {"no": self.company_no, **variables, **job.variables})
        except Unavailable as error:
            size.timed_out()
            return Unclear(error)
        size.took(rows, answer.seconds)
        if any(isinstance(each, FatalError) for each in answer.errors):
            answer.raise_errors()
        return answer


def _flat(item: Row, aliases: Sequence[str]) -> Row:
    return {**item, **{alias: (item.get(alias) or {}).get("items") or [] for alias in aliases}}


def _check(table: str, change: Change) -> None:
    """Refuse a change that is none, or that could reach more than the one row it means."""
    refuse_null(table, change.values)
    refuse_null(f"the filter on {table}", change.where)
    if not change.values:
        raise ValueError(f"a change of {table} names no column")
    if not change.key or not all(filters.pins(change.where, name) for name in change.key):
        raise ValueError(f"refusing to change {table} without a filter on its key: that could reach every row")
