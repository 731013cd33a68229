"""One company of Business NXT: its rows are read in pages, made and changed in bulk, and every row gets its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from businessnxt import documents
from businessnxt.governor import Governor
from businessnxt.reading import Reader
from businessnxt.schema import Column, Schema
from businessnxt.spelling import Spelling
from businessnxt.transport import Transport
from businessnxt.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from businessnxt.auth import Credentials
    from businessnxt.filters import Filter
    from businessnxt.outcomes import Change, CreateOutcome, UpdateOutcome

API_URL = "https://business.visma.net/api/graphql-service"

Row = dict[str, Any]


class Client:
    """Speaks to one company; threads may share it.

    Args:
        credentials: Who we are.
        company_no: The company's Visma.net id (`vismaNetCompanyId`, D15), not its number inside Business NXT.
        api_url: The GraphQL end point (D1).
        timeout: Seconds to wait for an answer. The server works on a request for 59 s (R-2023-12-07); whoever gives
            up before leaves one of the company's 60 places taken for 30 minutes (D4), so less than 60 is warned of.
        user_agent: Sent with every request.
        page_size: Rows per page, at most; the largest that is allowed is not documented, 500 is in use (C4, C6).
            A page that takes too long is asked for again with a quarter of its rows.
        batch_size: Rows per write, at most, and never more than 500; as many are sent as take about 5 seconds.
        locked_row_patience: Seconds that one call spends waiting for rows that a person has open, at most.
        governor: Keeps the pace; one for all clients that share a token, else each has its own.

    Attributes:
        company_no: The company.
        spelling: Spells the requests, for whoever wants to hold them against a schema.

    Raises:
        RequestError: An address is none, or would carry secrets unencrypted.
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
        locked_row_patience: float = 10.0,
        governor: Governor | None = None,
    ) -> None:
        self.company_no = company_no
        self._transport = Transport(
            credentials,
            api_url=api_url,
            company_no=company_no,
            timeout=timeout,
            user_agent=user_agent,
            governor=governor or Governor(),
        )
        self._schema = Schema(self._ask, company_no)
        self.spelling = Spelling(self._schema)
        self._reader = Reader(self._transport, self.spelling, company_no, page_size)
        self._writer = Writer(
            self._transport,
            self._schema,
            self.spelling,
            self._reader,
            company_no=company_no,
            batch_size=batch_size,
            patience=locked_row_patience,
        )

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Send any document and give its data; `$no` is the company unless the variables say otherwise.

        A mutation is never sent twice unless the server certainly did nothing of it.

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

    def on_error(self, table: str, operation: str) -> tuple[str, ...]:
        """What a mutation can be told to do about an error (`onError`); nothing where it cannot be told.

        Raises:
            AccessError: The service has no such mutation.
        """
        return self._schema.on_error(table, operation)

    def companies(self) -> list[Row]:
        """The companies that the credentials reach (D25)."""
        items: list[Row] = self._ask(documents.COMPANIES, {})["availableCompanies"]["items"]
        return items

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

        Raises:
            BusinessNxtError: A page cannot be had; the pages before have been given.
        """
        return self._reader.rows(table, columns, key, where, order_by=order_by, asking=asking)

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

        Raises:
            BusinessNxtError: A page cannot be had.
        """
        return self._reader.find(table, columns, (column, values), key, where)

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
            rows: Columns in the order of assignment (D16); nested lists are lines that are made with their row (D33).
            returning: The columns wanted back.
            echo: A column of `rows` by which an answer is told to its row; without it the order tells.
            children: The lines wanted back.
            suggest: Number ranges from which the server draws columns: `{"customerNo": {"from": 1, "to": 9}}` (C17).

        Raises:
            ValueError: A row holds a None; nothing was sent.
            BusinessNxtError: Nothing was written, and nothing can be.
        """
        return self._writer.create(table, rows, returning, echo=echo, children=children or {}, suggest=suggest or {})

    def update(self, table: str, changes: Sequence[Change], *, returning: Sequence[str]) -> list[UpdateOutcome]:
        """Change rows; one outcome for each, in their order. A row that does not meet its filter is `Refused`.

        Raises:
            ValueError: A change holds a None or nothing, or could reach more than its row; nothing was sent.
            BusinessNxtError: Nothing was written, and nothing can be.
        """
        return self._writer.update(table, changes, returning)

    def delete(self, table: str, where: Filter) -> int:
        """Delete the rows that a filter selects; returns how many.

        Raises:
            ValueError: The filter says nothing, which could mean every row.
            Unavailable: The answer was lost; they may be gone all the same.
            BusinessNxtError: Nothing was deleted, or what was is not told.
        """
        return self._writer.delete(table, where)

    def process(self, table: str, name: str, where: Filter) -> None:
        """Run a processing, such as `cancel` of `order`, on the rows that a filter selects (D9).

        Raises:
            ValueError: The filter says nothing, which could mean every row.
            Unavailable: The answer was lost; it may be done all the same.
            BusinessNxtError: Nothing was done.
        """
        self._writer.process(table, name, where)

    def _ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._transport.send(document, lambda: variables)
        answer.raise_errors()
        return answer.data
