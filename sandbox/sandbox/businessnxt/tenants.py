"""What the company says of itself: the model, and the companies and customers one may enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from sandbox.businessnxt.company import COMPANY_NAME, COMPANY_NO, CUSTOMER_NO, ORGANIZATION_NO, Company
from sandbox.businessnxt.model import pascal
from sandbox.businessnxt.walking import below, fields
from sandbox.businessnxt.words import called

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from sandbox.businessnxt.model import Model, Table, Value

Visible = Mapping[str, GraphQLObjectType | None]
"""The tables that the schema shows, each with the type of its rows."""


def bind(query: GraphQLObjectType | None, model: Model, visible: Visible) -> None:
    """Let the fields answer that stand beside the tables."""
    resolvers = {
        "availableCompanies": _companies,
        "availableCustomers": _customers,
        "useModel": lambda *_, lang=None, **__: {"lang": lang},
    }
    for name, resolve in resolvers.items():
        if name in fields(query):
            fields(query)[name].resolve = resolve
    if tables := fields(below(query, "useModel")).get("tables"):
        tables.resolve = _ModelTables(model, visible).resolve


class _ModelTables:
    """Tells of the tables and columns that the schema shows."""

    def __init__(self, model: Model, visible: Visible) -> None:
        self._model = model
        self._visible = visible

    def resolve(
        self,
        asked: dict[str, Any],
        _: GraphQLResolveInfo[Company],
        lang: str | None = None,
        tableNo: int | None = None,  # noqa: N803 - the API's
        **__: Value,
    ) -> list[dict[str, Any]]:
        tables = [self._model.tables[name] for name in self._visible]
        return [self._told(table, lang or asked["lang"]) for table in tables if tableNo in (None, table.number)]

    def _told(self, table: Table, language: str | None) -> dict[str, Any]:
        return {
            "tableNo": table.number,
            "identifier": table.identifier,
            "name": called(table.identifier, language),
            "databaseType": "SYSTEM" if table.system else "COMPANY",
            "columns": self._columns(table, language),
        }

    def _columns(self, table: Table, language: str | None) -> list[dict[str, Any]]:
        row = self._visible[table.name]
        return [
            {
                "columnNo": table.number * 1000 + position,
                "identifier": pascal(column.name),
                "name": called(pascal(column.name), language),
                "dataType": column.type,
                "maxLength": column.length,
            }
            for position, column in enumerate(table.columns.values())
            if row and column.name in row.fields
        ]


def _companies(
    _: Value,
    info: GraphQLResolveInfo[Company],
    customerNo: int | None = None,  # noqa: N803 - the API's
    **paging: Value,
) -> dict[str, Any]:
    ours = {
        "name": COMPANY_NAME,
        "vismaNetCompanyId": COMPANY_NO,
        "vismaNetCustomerId": CUSTOMER_NO,
        "organizationNo": ORGANIZATION_NO,
    }
    others = [
        ours | {"name": f"{COMPANY_NAME} {number + 1}", "vismaNetCompanyId": COMPANY_NO + number, "organizationNo": ""}
        for number in range(1, info.context.behaviours.other_companies + 1)
    ]
    return _listed([ours, *others] if customerNo in (None, CUSTOMER_NO) else [], info, paging)


def _customers(_: Value, info: GraphQLResolveInfo[Company], **paging: Value) -> dict[str, Any]:
    return _listed([{"name": COMPANY_NAME, "vismaNetCustomerId": CUSTOMER_NO}], info, paging)


def _listed(rows: list[dict[str, Any]], info: GraphQLResolveInfo[Company], paging: dict[str, Any]) -> dict[str, Any]:
    """The first or the last of the rows; `first` wins where both are given."""
    first, last = paging.get("first"), paging.get("last")
    if last is not None and (first is None or not info.context.behaviours.available_first_wins_over_last):
        shown = rows[-last:]
    else:
        shown = rows[:first]
    info_of_page = {"hasNextPage": len(shown) < len(rows), "hasPreviousPage": False}
    return {"totalCount": len(rows), "items": shown, "pageInfo": info_of_page}
