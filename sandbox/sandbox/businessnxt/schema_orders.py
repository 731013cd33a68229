"""The processings and reports of orders: finishing, cancelling, invoices and other papers."""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

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

from sandbox.businessnxt.fulfilment import PAPERS, Choice
from sandbox.businessnxt.inputs import DECIMAL, enum_type
from sandbox.businessnxt.model import pascal

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLInputType, GraphQLResolveInfo

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Table, Value
    from sandbox.businessnxt.naming import Names
    from sandbox.businessnxt.writing_behaviours import FulfillingBehaviours

_PRINT_DESTINATION = enum_type("PrintDestination", ["PRINT_TO_PDF"])


class OrderShapes(NamedTuple):
    """The types that processings and reports share with the rest of the schema."""

    filter: GraphQLInputType
    line: GraphQLObjectType
    finish_type: GraphQLInputType


def processings_and_reports(
    names: Names, order: Table, shapes: OrderShapes, has: FulfillingBehaviours
) -> dict[str, GraphQLField]:
    """The two fields beside the mutations of orders."""
    processings = {"finish": _finish(shapes)}
    if has.order_can_be_cancelled:
        processings["cancel"] = _cancel(shapes)
    reports = {"invoicesAndCreditNotes": "InvoicesAndCreditNotes"}
    if has.orders_have_other_reports:
        reports |= {name: pascal(name) for name in PAPERS}
    document = _document()
    papers = {name: _report(f"OrderReports_{kind}_Result", document, shapes) for name, kind in reports.items()}
    return {
        names.processings(order): GraphQLField(GraphQLObjectType("OrderProcessings", processings)),
        names.reports(order): GraphQLField(GraphQLObjectType("OrderReports", papers)),
    }


def _finish(shapes: OrderShapes) -> GraphQLField:
    handled = {"handledOrderLine": GraphQLField(GraphQLList(shapes.line))}
    item = GraphQLObjectType("OrderProcessings_Finish_Item", handled)
    result = GraphQLObjectType(
        "OrderProcessings_Finish_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "items": GraphQLField(GraphQLList(item))},
    )
    kinds: dict[str, GraphQLInputType] = {
        "finishType": GraphQLInt,
        "finishTypeAsEnum": shapes.finish_type,
        "key": GraphQLString,
        "quantity": DECIMAL,
    }
    fields = {name: GraphQLInputField(kind) for name, kind in kinds.items()}
    args = GraphQLInputObjectType("OrderProcessings_Finish_Args", fields)
    return GraphQLField(result, args={"args": GraphQLArgument(args), "filter": GraphQLArgument(shapes.filter)})


def _cancel(shapes: OrderShapes) -> GraphQLField:
    result = GraphQLObjectType("OrderProcessings_Cancel_Result", {"succeeded": GraphQLField(GraphQLBoolean)})
    return GraphQLField(result, args={"filter": GraphQLArgument(shapes.filter)})


def _document() -> GraphQLObjectType:
    attachment = {"name": GraphQLField(GraphQLString), "content": GraphQLField(GraphQLString)}
    attachments = GraphQLField(GraphQLList(GraphQLObjectType("OrderReports_Attachment", attachment)))
    return GraphQLObjectType("OrderReports_Document", attachment | {"attachments": attachments})


def _report(name: str, document: GraphQLObjectType, shapes: OrderShapes) -> GraphQLField:
    fields = {"succeeded": GraphQLField(GraphQLBoolean), "documents": GraphQLField(GraphQLList(document))}
    return GraphQLField(
        GraphQLObjectType(name, fields),
        args={
            "filter": GraphQLArgument(shapes.filter),
            "returnDocuments": GraphQLArgument(GraphQLBoolean),
            "printDestination": GraphQLArgument(_PRINT_DESTINATION),
            "approval": GraphQLArgument(GraphQLBoolean),
        },
    )


# -- how they answer


def _finished(
    company: Company, where: dict[str, Any] | None, args: dict[str, Any] | None = None, **_: Value
) -> dict[str, Any]:
    args = args or {}
    choice = Choice(args.get("finishType") or 0, args.get("key") or "", args.get("quantity") or 0)
    handled = company.process(where, lambda orders, found: orders.finish(found, choice))
    return {"succeeded": True, "items": handled}


def _cancelled(company: Company, where: dict[str, Any] | None, **_: Value) -> dict[str, Any]:
    company.process(where, lambda orders, found: orders.cancel(found))
    return {"succeeded": True}


def _invoiced(company: Company, where: dict[str, Any] | None, **options: Value) -> dict[str, Any]:
    return _documents(company, company.process(where, lambda orders, found: orders.invoice(found)), options)


def _printed(paper: str, company: Company, where: dict[str, Any] | None, **options: Value) -> dict[str, Any]:
    return _documents(company, company.process(where, lambda orders, found: orders.print(paper, found)), options)


def _documents(company: Company, names: list[str], options: dict[str, Any]) -> dict[str, Any]:
    does = company.behaviours
    wanted = options.get("returnDocuments") or not does.documents_come_when_asked_for
    if not (wanted and does.invoice_returns_documents):
        return {"succeeded": True, "documents": []}
    return {"succeeded": True, "documents": [_pdf(name, encoded=does.documents_are_base64) for name in names]}


def _pdf(name: str, *, encoded: bool) -> dict[str, Any]:
    """A paper: no more than its first and last line, but of the right kind."""
    content = f"%PDF-1.4\n% {name}\n%%EOF\n"
    if encoded:
        content = base64.b64encode(content.encode()).decode()
    return {"name": f"{name}.pdf", "content": content, "attachments": []}


def _for_orders(act: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any] | None]:
    def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> dict[str, Any] | None:
        company = info.context
        if not company.may_enter(number):
            return None
        where = arguments.pop("filter", None)
        with company.undoing_failures():
            return act(company, where, **arguments)

    return resolve


PROCESSINGS = {"finish": _for_orders(_finished), "cancel": _for_orders(_cancelled)}
REPORTS = {
    "invoicesAndCreditNotes": _for_orders(_invoiced),
    **{paper: _for_orders(partial(_printed, paper)) for paper in PAPERS},
}
"""How the fields of both answer, by name."""
