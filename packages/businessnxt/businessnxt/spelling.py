"""How a company's requests are spelled: the documents that are sent, fitted to what its schema offers.

Reader and writer send these; the doctor holds the very same against the company's schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from businessnxt import documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from businessnxt.schema import Schema


class Spelling:
    """Spells the requests of one company.

    Args:
        schema: What it offers; asked for mutations only.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def page(self, table: str, columns: Sequence[str], order: Sequence[str]) -> str:
        """A page of a table; the columns of the order are added to those wanted."""
        return documents.page(table, list(dict.fromkeys([*order, *columns])), order)

    def create(
        self,
        table: str,
        returning: Sequence[str],
        *,
        echo: str | None = None,
        children: documents.Children | None = None,
        suggest: bool = False,
    ) -> str:
        """The making of rows; `echo` is added to the columns wanted back.

        Raises:
            AccessError: The service may not make rows of this table.
        """
        return documents.create(
            table,
            list(dict.fromkeys([*returning, *([echo] if echo else [])])),
            self._schema.arguments(table, "create"),
            children=children or {},
            suggest=suggest,
            stops=self._schema.stops(table, "create"),
        )

    def update(self, table: str, returning: Sequence[str], key: Sequence[str]) -> str:
        """The changing of rows; the columns of the key are added to those wanted back.

        Raises:
            AccessError: The service may not change rows of this table.
        """
        wanted = list(dict.fromkeys([*key, *returning]))
        arguments, stops = self._schema.arguments(table, "update"), self._schema.stops(table, "update")
        return documents.update(table, wanted, arguments, stops=stops)

    def delete(self, table: str) -> str:
        """The deleting of rows."""
        return documents.delete(table)

    def processing(self, table: str, name: str) -> str:
        """The running of a processing."""
        return documents.processing(table, name)
