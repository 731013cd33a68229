"""The processings and reports of orders: finishing and invoicing."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLString,
)

from sandbox.businessnxt.inputs import enum_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLInputType, GraphQLResolveInfo

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Table, Value
    from sandbox.businessnxt.naming import Names

_PRINT_DESTINATION = enum_type("PrintDestination", ["PRINT_TO_PDF"])


def processings_and_reports(
    names: Names, order: Table, filter_type: GraphQLInputType, line_type: GraphQLObjectType
) -> dict[str, GraphQLField]:
    """The two fields beside the mutations of orders."""
    processings = GraphQLObjectType("OrderProcessings", {"finish": _finish(filter_type, line_type)})
    reports = GraphQLObjectType("OrderReports", {"invoicesAndCreditNotes": _invoices(filter_type)})
    return {names.processings(order): GraphQLField(processings), names.reports(order): GraphQLField(reports)}


def _finish(filter_type: GraphQLInputType, line_type: GraphQLObjectType) -> GraphQLField:
    item = GraphQLObjectType("OrderProcessings_Finish_Item", {"handledOrderLine": GraphQLField(GraphQLList(line_type))})
    result = GraphQLObjectType(
        "OrderProcessings_Finish_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "items": GraphQLField(GraphQLList(item))},
    )
    args = GraphQLInputObjectType("OrderProcessings_Finish_Args", {"finishType": GraphQLInputField(GraphQLInt)})
    return GraphQLField(result, args={"args": GraphQLArgument(args), "filter": GraphQLArgument(filter_type)})


def _invoices(filter_type: GraphQLInputType) -> GraphQLField:
    attachment = {"name": GraphQLField(GraphQLString), "content": GraphQLField(GraphQLString)}
    attachments = GraphQLField(GraphQLList(GraphQLObjectType("OrderReports_Attachment", attachment)))
    document = GraphQLObjectType("OrderReports_Document", attachment | {"attachments": attachments})
    result = GraphQLObjectType(
        "OrderReports_InvoicesAndCreditNotes_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "documents": GraphQLField(GraphQLList(document))},
    )
    return GraphQLField(
        result,
        args={
            "filter": GraphQLArgument(filter_type),
            "returnDocuments": GraphQLArgument(GraphQLBoolean),
            "printDestination": GraphQLArgument(_PRINT_DESTINATION),
            "approval": GraphQLArgument(GraphQLBoolean),
        },
    )


def _finished(company: Company, where: dict[str, Any] | None, **_: Value) -> dict[str, Any]:
    return {"succeeded": True, "items": company.finish(where)}


def _invoiced(company: Company, where: dict[str, Any] | None, **options: Value) -> dict[str, Any]:
    numbers = company.invoice(where)
    documents = [_pdf(number) for number in numbers] if options.get("returnDocuments") else []
    return {"succeeded": True, "documents": documents}


def _pdf(number: str) -> dict[str, Any]:
    """An invoice on paper: no more than its first and last line, but of the right kind."""
    content = base64.b64encode(f"%PDF-1.4\n% {number}\n%%EOF\n".encode()).decode()
    return {"name": f"{number}.pdf", "content": content, "attachments": []}


def _for_orders(act: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any] | None]:
    def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> dict[str, Any] | None:
        company = info.context
        if not company.may_enter(number):
            return None
        where = arguments.pop("filter", None)
        arguments.pop("args", None)
        with company.undoing_failures():
            return act(company, where, **arguments)

    return resolve


PROCESSINGS = {"finish": _for_orders(_finished)}
REPORTS = {"invoicesAndCreditNotes": _for_orders(_invoiced)}
"""How the fields of both answer, by name."""
