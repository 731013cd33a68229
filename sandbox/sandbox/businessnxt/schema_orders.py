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

from sandbox.businessnxt.fulfilment import Choice
from sandbox.businessnxt.inputs import DECIMAL, enum_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLInputType, GraphQLResolveInfo

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Table, Value
    from sandbox.businessnxt.naming import Names

_PRINT_DESTINATION = enum_type("PrintDestination", ["PRINT_TO_PDF"])


def processings_and_reports(
    names: Names,
    order: Table,
    filter_type: GraphQLInputType,
    line_type: GraphQLObjectType,
    finish_type: GraphQLInputType,
) -> dict[str, GraphQLField]:
    """The two fields beside the mutations of orders."""
    processings = GraphQLObjectType("OrderProcessings", {"finish": _finish(filter_type, line_type, finish_type)})
    reports = GraphQLObjectType("OrderReports", {"invoicesAndCreditNotes": _invoices(filter_type)})
    return {names.processings(order): GraphQLField(processings), names.reports(order): GraphQLField(reports)}


def _finish(filter_type: GraphQLInputType, line_type: GraphQLObjectType, finish_type: GraphQLInputType) -> GraphQLField:
    item = GraphQLObjectType("OrderProcessings_Finish_Item", {"handledOrderLine": GraphQLField(GraphQLList(line_type))})
    result = GraphQLObjectType(
        "OrderProcessings_Finish_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "items": GraphQLField(GraphQLList(item))},
    )
    kinds = {"finishType": GraphQLInt, "finishTypeAsEnum": finish_type, "key": GraphQLString, "quantity": DECIMAL}
    fields = {name: GraphQLInputField(kind) for name, kind in kinds.items()}
    args = GraphQLInputObjectType("OrderProcessings_Finish_Args", fields)
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


def _finished(
    company: Company, where: dict[str, Any] | None, args: dict[str, Any] | None = None, **_: Value
) -> dict[str, Any]:
    args = args or {}
    choice = Choice(args.get("finishType") or 0, args.get("key") or "", args.get("quantity") or 0)
    return {"succeeded": True, "items": company.finish(where, choice)}


def _invoiced(company: Company, where: dict[str, Any] | None, **options: Value) -> dict[str, Any]:
    does = company.behaviours
    numbers = company.invoice(where)
    wanted = options.get("returnDocuments") or not does.documents_come_when_asked_for
    if not (wanted and does.invoice_returns_documents):
        return {"succeeded": True, "documents": []}
    return {"succeeded": True, "documents": [_pdf(number, encoded=does.documents_are_base64) for number in numbers]}


def _pdf(number: str, *, encoded: bool) -> dict[str, Any]:
    """An invoice on paper: no more than its first and last line, but of the right kind."""
    content = f"%PDF-1.4\n% {number}\n%%EOF\n"
    if encoded:
        content = base64.b64encode(content.encode()).decode()
    return {"name": f"{number}.pdf", "content": content, "attachments": []}


def _for_orders(act: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any] | None]:
    def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> dict[str, Any] | None:
        company = info.context
        if not company.may_enter(number):
            return None
        where = arguments.pop("filter", None)
        with company.undoing_failures():
            return act(company, where, **arguments)

    return resolve


PROCESSINGS = {"finish": _for_orders(_finished)}
REPORTS = {"invoicesAndCreditNotes": _for_orders(_invoiced)}
"""How the fields of both answer, by name."""
