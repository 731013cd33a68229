"""Orders after they are written: finished, then invoiced, then closed to edits."""

from __future__ import annotations

import base64
from datetime import date

import pytest

FINISH = """
  order_processings { finish(args: {%s}, filter: {orderNo: {_eq: 1}}) {
    succeeded items { handledOrderLine { lineNo finishedNow } }
  } }
"""
WHOLE_ORDER = FINISH % "finishType: 0"
INVOICE = """
  order_reports { invoicesAndCreditNotes(
    filter: {orderNo: {_in: [1]}}, returnDocuments: true, printDestination: PRINT_TO_PDF, approval: true
  ) { succeeded documents { name content attachments { name } } } }
"""
NOW = "orderLine_update(filter: {orderNo: {_eq: 1}, lineNo: {_eq: 1}}, value: {finishNow: 2}) { affectedRows }"


@pytest.fixture
def order(company):
    lines = [
        {"productNo": "DIV", "quantity": 3, "priceInCurrency": 100, "barcode": "7038010"},
        {"productNo": "FRAKT", "quantity": 1, "priceInCurrency": 50, "transactionInformation1": "W-7-2"},
    ]
    company.create("order", {"customerNo": 10000, "customerOrSupplierOrderNo": "W-7", "orderLines": lines})
    return company


def finish(company, arguments="finishType: 0"):
    return company.done(FINISH % arguments)["order_processings"]["finish"]


def invoice(company):
    return company.done(INVOICE)["order_reports"]["invoicesAndCreditNotes"]["documents"]


def quantities(company):
    return [(line["quantity"], line["finished"], line["totalQuantity"]) for line in company.table("orderLine")]


# -- finishing


@pytest.mark.fact("finish_delivers_what_remains")
@pytest.mark.fact("quantity_is_what_remains")
@pytest.mark.fact("total_quantity_stays")
def test_finishing_delivers_what_remains(order):
    assert finish(order)["succeeded"]
    assert quantities(order) == [(0, 3, 3), (0, 1, 1)]


@pytest.mark.fact("finish_tells_its_lines")
def test_finishing_tells_what_it_delivered(order):
    handled = [{"lineNo": 1, "finishedNow": 3}, {"lineNo": 2, "finishedNow": 1}]
    assert finish(order)["items"] == [{"handledOrderLine": handled}]


@pytest.mark.fact("finished_order_is_marked")
def test_an_order_is_marked_when_nothing_remains(order):
    finish(order, 'finishType: 2, key: "DIV"')
    assert not order.table("order")[0]["orderStatus1"] & 262144
    finish(order)
    assert order.table("order")[0]["orderStatus1"] & 262144


@pytest.mark.fact("finish_now_says_how_much")
def test_a_line_may_say_how_much_is_finished_now(order):
    order.done(NOW)
    finish(order)
    assert quantities(order) == [(1, 2, 3), (0, 1, 1)]
    assert not order.table("order")[0]["orderStatus1"] & 262144


@pytest.mark.fact("finish_type_chooses_lines")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('finishType: 1, key: "7038010"', [(0, 3, 3), (1, 0, 1)]),
        ('finishType: 2, key: "DIV", quantity: 2', [(1, 2, 3), (1, 0, 1)]),
        ('finishType: 3, key: "W-7-2"', [(3, 0, 3), (0, 1, 1)]),
        ('finishTypeAsEnum: ProductNo, key: "FRAKT"', [(3, 0, 3), (0, 1, 1)]),
    ],
)
def test_lines_are_finished_by_what_they_bear(order, arguments, expected):
    finish(order, arguments)
    assert quantities(order) == expected


def test_parts_of_units_are_reckoned_exactly(company):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 0.3, "priceInCurrency": 0.1}]})
    finish(company, 'finishType: 2, key: "DIV", quantity: 0.1')
    assert quantities(company) == [(0.2, 0.1, 0.3)]
    finish(company)
    assert quantities(company) == [(0, 0.3, 0.3)]


@pytest.mark.fact("processing_needs_a_filter")
def test_a_processing_without_a_filter_does_nothing(order):
    answer = order.tell("order_processings { finish { succeeded } }")
    assert "filter is needed" in answer.get("errors", [{"message": ""}])[0]["message"]
    assert order.table("orderLine")[0]["finished"] == 0


# -- invoicing


@pytest.mark.fact("invoice_follows_finishing")
def test_nothing_is_invoiced_before_it_is_finished(order):
    assert invoice(order) == []
    assert order.table("orderDocument") == []


@pytest.mark.fact("invoice_returns_documents")
@pytest.mark.fact("documents_are_base64")
def test_an_invoice_comes_as_a_pdf_in_base64(order):
    finish(order)
    names = {document["name"]: document["content"] for document in invoice(order)}
    assert list(names) == ["1000001.pdf"]
    assert names["1000001.pdf"].startswith("JVBERi0x")
    assert base64.b64decode(names["1000001.pdf"]).startswith(b"%PDF-1")


@pytest.mark.fact("documents_come_when_asked_for")
def test_documents_come_only_when_they_are_asked_for(order):
    finish(order)
    report = "order_reports { invoicesAndCreditNotes(filter: {orderNo: {_eq: 1}}) { succeeded documents { name } } }"
    answer = order.done(report)["order_reports"]["invoicesAndCreditNotes"]
    assert answer == {"succeeded": True, "documents": []}
    assert order.table("order")[0]["invoiceNo"] == "1000001"


@pytest.mark.fact("invoiced_order_is_marked")
def test_an_invoice_leaves_its_number_and_a_mark_on_the_order(order):
    finish(order)
    invoice(order)
    [head] = order.table("order")
    assert head["invoiceNo"] == "1000001"
    assert head["orderStatus1"] & 1024
    assert {line["invoiceNo"] for line in order.table("orderLine")} == {"1000001"}
    assert invoice(order) == []


@pytest.mark.fact("invoice_is_filed")
def test_an_invoice_is_filed_with_the_number_of_the_shop(order):
    finish(order)
    invoice(order)
    filed = order.table("orderDocument")
    assert [(one["documentType"], one["customerOrSupplierOrderNo"], one["amountInCurrency"]) for one in filed] == [
        (1, "W-7", 350)
    ]


@pytest.mark.fact("invoice_is_a_claim")
def test_an_invoice_is_a_claim_on_the_customer(order):
    finish(order)
    invoice(order)
    claims = order.table("customerTransaction")
    assert [(claim["outstandingAmountDomestic"], claim["paidStatus"]) for claim in claims] == [(437.5, 1)]


def test_a_part_delivery_is_invoiced_by_itself(order):
    order.done(NOW)
    for step in (WHOLE_ORDER, INVOICE, WHOLE_ORDER, INVOICE):
        order.done(step)
    assert [row["amountInCurrency"] for row in order.table("orderDocument")] == [250, 100]
    [head] = order.table("order")
    assert (head["invoiceCount"], head["invoicedAmountSoFarInCurrency"]) == (2, 350)


@pytest.mark.fact("open_claims_have_an_entry")
def test_a_claim_is_open_until_it_is_paid(order):
    finish(order)
    invoice(order)
    assert [entry["outstandingAmountDomestic"] for entry in order.table("openCustomerEntry")] == [437.5]
    for left, entries in ((100, [100]), (0, [])):
        paid = {"where": {"invoiceNo": "1000001"}, "set": {"outstandingAmountDomestic": left}}
        order.control("PATCH", "/tables/customerTransaction", paid)
        assert [entry["outstandingAmountDomestic"] for entry in order.table("openCustomerEntry")] == entries
    assert len(order.table("customerTransaction")) == 1


@pytest.mark.fact("due_date_follows_payment_terms")
@pytest.mark.parametrize(("terms", "days"), [(1, 0), (3, 30)])
def test_an_invoice_is_due_when_the_payment_terms_say(company, terms, days):
    line = {"productNo": "DIV", "quantity": 1, "priceInCurrency": 100}
    company.create("order", {"paymentTerms": terms, "orderLines": [line]})
    finish(company)
    invoice(company)
    [claim] = company.ask("customerTransaction { items { dueDateAsDate voucherDateAsDate } }")["customerTransaction"][
        "items"
    ]
    assert claim["dueDateAsDate"]
    due, made = (date.fromisoformat(claim[f"{name}DateAsDate"]) for name in ("due", "voucher"))
    assert (due - made).days == days


@pytest.mark.fact("label_becomes_invoice_number")
def test_a_label_can_become_the_number_of_the_invoice(company):
    lines = [{"productNo": "DIV", "quantity": 1}]
    company.create("order", {"label": "F-17", "orderPreferencesFlags": ["InvoiceNoFromLabel"], "orderLines": lines})
    finish(company)
    assert [document["name"] for document in invoice(company)] == ["F-17.pdf"]


@pytest.mark.fact("invoice_reference_copies_lines")
def test_an_order_that_refers_to_an_invoice_takes_over_its_lines(order):
    finish(order)
    invoice(order)
    own = [{"productNo": "GEBYR", "quantity": 1}]
    order.create("order", {"invoiceReference": "1000001", "orderLines": own}, {"invoiceReference": "none"})
    lines = [line for line in order.table("orderLine") if line["orderNo"] > 1]
    assert [(line["productNo"], line["quantity"], line["priceInCurrency"]) for line in lines] == [
        ("GEBYR", 1, 0),
        ("DIV", 3, 100),
        ("FRAKT", 1, 50),
    ]


# -- what there is

KINDS = "query($name: String!) { __type(name: $name) { fields { name type { fields { name } } } } }"


def acts(erp, field):
    """The names of an order's processings or reports."""
    there = erp.run(KINDS, name="Mutation_UseCompany")["data"]["__type"]["fields"]
    [found] = [each for each in there if each["name"] == field]
    return {act["name"] for act in found["type"]["fields"]}


@pytest.mark.fact("order_can_be_cancelled")
def test_orders_are_finished_and_cancelled(erp):
    assert {"finish", "cancel"} <= acts(erp, "order_processings")


@pytest.mark.fact("orders_have_other_reports")
def test_orders_have_papers_of_several_kinds(erp):
    papers = {"invoicesAndCreditNotes", "pickList", "packingSlips", "orderConfirmations"}
    assert papers <= acts(erp, "order_reports")


# -- cancelled, and printed

CANCEL = "order_processings { cancel(filter: {orderNo: {_eq: 1}}) { succeeded } }"
PRINT = """
  order_reports { %s(filter: {orderNo: {_eq: 1}}, returnDocuments: true) { succeeded documents { name content } } }
"""


@pytest.mark.fact("order_can_be_cancelled")
@pytest.mark.fact("cancelling_ends_what_remains")
def test_cancelling_ends_what_remains_of_an_order(order):
    order.done(NOW)
    finish(order, 'finishType: 2, key: "DIV"')
    assert order.done(CANCEL)["order_processings"]["cancel"]["succeeded"]
    lines = [(line["quantity"], line["finished"], line["cancelled"]) for line in order.table("orderLine")]
    assert lines == [(0, 2, 1), (0, 0, 1)]
    assert order.table("order")[0]["orderStatus1"] & 536870912
    assert finish(order)["items"] == [{"handledOrderLine": []}]
    assert invoice(order) != []
    assert [line["unrealisedQuantity"] for line in order.table("orderLine")] == [0, 0]
    assert order.table("order")[0]["orderStatus1"] & 1024


@pytest.mark.fact("orders_have_other_reports")
@pytest.mark.fact("reports_mark_the_order")
@pytest.mark.parametrize(
    ("report", "mark"), [("pickList", 8192), ("packingSlips", 4096), ("orderConfirmations", 16384)]
)
def test_other_papers_are_printed_and_leave_their_mark(order, report, mark):
    [document] = order.done(PRINT % report)["order_reports"][report]["documents"]
    assert base64.b64decode(document["content"]).startswith(b"%PDF-1")
    assert order.table("order")[0]["orderStatus1"] & mark


# -- closed to edits

EDITS = {
    "the order": 'order_update(filter: {orderNo: {_eq: 1}}, value: {name: "X"}) { affectedRows }',
    "a line": "orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 2}) { affectedRows }",
    "no order": "order_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }",
    "a new line": "orderLine_create(values: [{orderNo: 1}]) { affectedRows }",
}


def refusals(answer):
    return [error["extensions"]["status_name"] for error in answer.get("errors", [])]


@pytest.mark.fact("finished_orders_refuse_edits")
@pytest.mark.parametrize("edit", EDITS)
def test_a_finished_order_refuses_edits(order, edit):
    finish(order)
    assert set(refusals(order.tell(EDITS[edit]))) == {"orderIsDone"}
    assert quantities(order) == [(0, 3, 3), (0, 1, 1)]


@pytest.mark.fact("invoiced_orders_refuse_edits")
@pytest.mark.parametrize("edit", EDITS)
def test_an_invoiced_order_refuses_edits(order, edit):
    order.control("PATCH", "/tables/order", {"where": {"orderNo": 1}, "set": {"orderStatus1": 1024}})
    assert set(refusals(order.tell(EDITS[edit]))) == {"orderIsDone"}


def test_an_invoice_keeps_its_order_from_deletion(order):
    order.done(NOW)
    finish(order, 'finishType: 2, key: "DIV"')
    invoice(order)
    assert refusals(order.tell(EDITS["no order"])) == ["rowInUse", "rowInUse"]
