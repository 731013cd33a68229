"""Rows are read in pages along their key, as large as the company brings in a few seconds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from businessnxt import filters, verdicts
from businessnxt.errors import Trace, Unavailable
from businessnxt.pace import BatchSize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from businessnxt.filters import Filter
    from businessnxt.spelling import Spelling
    from businessnxt.transport import Transport

Row = dict[str, Any]


class Reader:
    """Reads the rows of one company.

    Args:
        transport: The way to it.
        spelling: Spells the requests.
        company_no: The company.
        page_size: Rows per page, at most.
    """

    def __init__(self, transport: Transport, spelling: Spelling, company_no: int, page_size: int) -> None:
        self._transport, self._spelling = transport, spelling
        self._company_no, self._page_size = company_no, page_size
        self._sizes: dict[str, BatchSize] = defaultdict(lambda: BatchSize(page_size, rows=page_size))

    def rows(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],
        where: Filter | None,
        *,
        order_by: Sequence[str] = (),
        asking: Callable[[], None] = lambda: None,
    ) -> Iterator[Row]:
        """See `Client.rows`."""
        order = list(dict.fromkeys([*order_by, *key]))
        document = self._spelling.page(table, columns, order)
        last: Row | None = None
        while True:
            asking()
            page = self._page(table, document, filters.both(where, filters.after(order, last) if last else None))
            items = verdicts.rows_of(page)
            yield from items
            if not page["pageInfo"]["hasNextPage"]:
                return
            if not items or (last and all(items[-1][name] == last[name] for name in order)):
                raise self._nothing(table, "a page promises more rows, and the next one does not bring them")
            last = items[-1]

    def find(
        self,
        table: str,
        columns: Sequence[str],
        wanted: tuple[str, Sequence[Any]],
        key: Sequence[str],
        where: Filter | None = None,
    ) -> list[Row]:
        """See `Client.find`; `wanted` is the column and its values."""
        column, values = wanted[0], list(dict.fromkeys(wanted[1]))
        found: list[Row] = []
        for start in range(0, len(values), self._page_size):
            part = values[start : start + self._page_size]
            found += self.rows(table, columns, key, filters.both(where, {column: {"_in": part}}))
        return found

    def _page(self, table: str, document: str, where: Filter | None) -> Mapping[str, Any]:
        """Read one page; after a time-out it is asked for again, and smaller."""
        size = self._sizes[table]

        def variables() -> dict[str, Any]:
            return {"no": self._company_no, "first": size.rows, **({"where": where} if where else {})}

        answer = self._transport.send(document, variables, timed_out=size.timed_out)
        answer.raise_errors()
        page = answer.field(table)
        if page is None or page.get("items") is None:
            raise self._nothing(table, "the answer holds neither rows nor a reason")
        size.took(len(page["items"]), answer.seconds)
        return page

    def _nothing(self, table: str, what: str) -> Unavailable:
        return Unavailable(f"{table}: {what}", Trace(self._company_no, f"{table}_page"))
