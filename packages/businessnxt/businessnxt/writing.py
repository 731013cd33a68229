"""Rows are made and changed in bulk: what one request brought for each of its rows, and what may go again."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from businessnxt import bulk, filters, verdicts
from businessnxt.answers import Answer
from businessnxt.codec import refuse_null
from businessnxt.errors import BusinessNxtError, FatalError, RowError, TooLarge, Unavailable
from businessnxt.outcomes import Change, CreateOutcome, Unclear, UpdateOutcome
from businessnxt.pace import LARGEST_BATCH, BatchSize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from businessnxt.documents import Children
    from businessnxt.filters import Filter
    from businessnxt.reading import Reader
    from businessnxt.schema import Schema
    from businessnxt.spelling import Spelling
    from businessnxt.transport import Transport

Row = dict[str, Any]
Outcome = TypeVar("Outcome", CreateOutcome, UpdateOutcome)


@dataclass(frozen=True)
class Job:
    """The writing of rows, as it is repeated for every part of them.

    Attributes:
        table: The table.
        operation: `create` or `update`.
        document: The mutation.
        stops: Whether nothing is kept of a request of which one row fails.
        variables: Those that all requests share.
        echo: A column by which a new row is told.
        aliases: The names under which lines come back.
    """

    table: str
    operation: str
    document: str
    stops: bool
    variables: Mapping[str, Any]
    echo: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field of the company that holds the result."""
        return f"{self.table}_{self.operation}"


class Writer:
    """Makes and changes rows of one company.

    Args:
        transport: The way to it.
        schema: What it offers.
        spelling: Spells the requests.
        reader: Reads its rows.
        company_no: The company.
        batch_size: Rows per request, at most.
        patience: Seconds to wait for rows that somebody has open, at most, in one call.
    """

    def __init__(
        self,
        transport: Transport,
        schema: Schema,
        spelling: Spelling,
        reader: Reader,
        *,
        company_no: int,
        batch_size: int,
        patience: float,
    ) -> None:
        self._transport, self._schema, self._spelling, self._reader = transport, schema, spelling, reader
        self._company_no, self._patience = company_no, patience
        self._sizes: dict[str, BatchSize] = defaultdict(lambda: BatchSize(largest=min(batch_size, LARGEST_BATCH)))

    def create(
        self,
        table: str,
        rows: Sequence[Mapping[str, Any]],
        returning: Sequence[str],
        *,
        echo: str | None,
        children: Children,
        suggest: Mapping[str, Any],
    ) -> list[CreateOutcome]:
        """See `Client.create`."""
        for row in rows:
            refuse_null(table, row)
        stops = self._schema.stops(table, "create")
        document = self._spelling.create(table, returning, echo=echo, children=children, suggest=bool(suggest))
        variables = {"suggest": suggest} if suggest else {}
        job = Job(table, "create", document, stops, variables, echo, tuple(children))

        def write_some(some: list[Mapping[str, Any]]) -> list[CreateOutcome]:
            return bulk.write(some, self._sizes[job.field], functools.partial(self._create, job))

        outcomes = bulk.patiently(rows, write_some, self._patience)
        return [_findable(each, _told_by(echo, row)) for each, row in zip(outcomes, rows, strict=True)]

    def update(self, table: str, changes: Sequence[Change], returning: Sequence[str]) -> list[UpdateOutcome]:
        """See `Client.update`."""
        if not changes:
            return []
        for change in changes:
            check_change(table, change)
        stops = self._schema.stops(table, "update")
        document = self._spelling.update(table, returning, list(changes[0].key))
        job = Job(table, "update", document, stops, {})

        def write_some(some: list[Change]) -> list[UpdateOutcome]:
            return bulk.write(some, self._sizes[job.field], functools.partial(self._update, job))

        outcomes = bulk.patiently(changes, write_some, self._patience)
        return [_findable(each, filters.equal(change.key)) for each, change in zip(outcomes, changes, strict=True)]

    def delete(self, table: str, where: Filter) -> int:
        """See `Client.delete`."""
        refuse_null(table, where)
        if not filters.selects(where):
            raise ValueError(f"{table}: refusing to delete rows without a filter")
        answer = self._transport.send(self._spelling.delete(table), lambda: {"no": self._company_no, "where": where})
        answer.raise_errors()
        result = answer.field(f"{table}_delete")
        if result is None:
            raise Unavailable(f"{table}: the answer does not say how many rows were deleted", answer.trace)
        return int(result["affectedRows"] or 0)

    def process(self, table: str, name: str, where: Filter) -> None:
        """See `Client.process`."""
        refuse_null(table, where)
        if not filters.selects(where):
            raise ValueError(f"{table}: refusing to run '{name}' without a filter")
        variables = {"no": self._company_no, "where": where}
        answer = self._transport.send(self._spelling.processing(table, name), lambda: variables)
        answer.raise_errors()

    # one request

    def _create(self, job: Job, rows: Sequence[Mapping[str, Any]]) -> Sequence[CreateOutcome | None]:
        """Make one request's rows; None is a row that was not kept because of others."""
        answer = self._write(job, {"values": rows}, len(rows))
        if isinstance(answer, Unclear):
            return [answer] * len(rows)
        items = [_flat(each, job.aliases) for each in verdicts.rows_of(answer.field(job.field), answer.unshown)]
        if not answer.errors:
            return verdicts.created(rows, items, job.echo, answer)
        if _did_nothing(job, answer) and not (answer.executed and self._kept(job, rows)):
            return verdicts.nothing_kept(len(rows), answer)
        return verdicts.partly_created(rows, items, job.echo, answer)

    def _kept(self, job: Job, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether any row may be there although the request failed as a whole: then nothing is sent again."""
        if job.echo is None:
            return False
        echoes = [row.get(job.echo) for row in rows]
        if None in echoes:
            return True
        try:
            return bool(self._reader.find(job.table, [job.echo], (job.echo, echoes), [job.echo]))
        except BusinessNxtError:
            return True

    def _update(self, job: Job, changes: Sequence[Change]) -> Sequence[UpdateOutcome | None]:
        """Make one request's changes; None is a row that was not changed because of others."""
        variables = {"filters": [each.where for each in changes], "values": [each.values for each in changes]}
        answer = self._write(job, variables, len(changes))
        if isinstance(answer, Unclear):
            return [answer] * len(changes)
        if not answer.errors:
            return verdicts.updated(changes, answer.field(job.field), answer)
        if _did_nothing(job, answer):
            return verdicts.nothing_kept(len(changes), answer)
        return verdicts.partly_updated(changes, answer.field(job.field), answer)

    def _write(self, job: Job, variables: Mapping[str, Any], rows: int) -> Answer | Unclear:
        """Send a write once; an answer that is lost leaves all its rows unclear.

        Raises:
            BusinessNxtError: None of the rows was written.
        """
        size = self._sizes[job.field]
        everything = {"no": self._company_no, **variables, **job.variables}
        try:
            answer = self._transport.send(job.document, lambda: everything)
        except Unavailable as error:
            size.timed_out()
            return Unclear(error)
        except TooLarge as error:
            size.timed_out()
            return Answer({}, [RowError(error.message, error.trace)], error.trace, executed=False)
        size.took(rows, answer.seconds)
        if answer.field(job.field) is None and any(isinstance(each, FatalError) for each in answer.errors):
            answer.raise_errors()
        return answer


def check_change(table: str, change: Change) -> None:
    """Refuse a change that is none, or that could reach more than the one row it means.

    An update without a filter reaches every row of its table, with no more than a warning (D17, R-2026-02-16).

    Raises:
        ValueError: Says which of it.
    """
    refuse_null(table, change.values)
    refuse_null(f"the filter on {table}", change.where)
    if not change.values:
        raise ValueError(f"a change of {table} names no column")
    if not change.key or not all(filters.pins(change.where, *each) for each in change.key.items()):
        raise ValueError(f"refusing to change {table} without a filter on its key: that could reach every row")


def _did_nothing(job: Job, answer: Answer) -> bool:
    """Whether an answer with errors says that nothing at all was kept."""
    result = answer.field(job.field) or {}
    return not answer.executed or (job.stops and not result.get("affectedRows") and not answer.unshown)


def _told_by(echo: str | None, row: Mapping[str, Any]) -> Filter | None:
    return filters.equal({echo: row[echo]}) if echo and echo in row else None


def _findable(outcome: Outcome, where: Filter | None) -> Outcome:
    """An unclear outcome with the filter that finds its row."""
    return replace(outcome, where=where) if isinstance(outcome, Unclear) else outcome


def _flat(item: Row, aliases: Sequence[str]) -> Row:
    return {**item, **{alias: (item.get(alias) or {}).get("items") or [] for alias in aliases}}
