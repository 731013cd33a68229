"""Orders after they are written: finished, then invoiced."""

from __future__ import annotations

import base64

import pytest

FINISH = """
  order_processings { finish(args: {finishType: 0}, filter: {orderNo: {_eq: 1}}) {
    succeeded items { handledOrderLine { lineNo finishedNow } }
  } }
"""
INVOICE = """
  order_reports { invoicesAndCreditNotes(
    filter: {orderNo: {_in: [1]}}, returnDocuments: true, printDestination: PRINT_TO_PDF, approval: true
  ) { succeeded documents { name content attachments { name } } } }
"""


@pytest.fixture
def order(company):
    lines = [
        {"productNo": "DIV", "quantity": 3, "priceInCurrency": 100},
        {"productNo": "FRAKT", "quantity": 1, "priceInCurrency": 50},
    ]
    company.create("order", {"customerNo": 10000, "customerOrSupplierOrderNo": "W-7", "orderLines": lines})
    return company


def test_finishing_delivers_what_remains(order):
    answer = order.done(FINISH)["order_processings"]["finish"]
    assert answer["succeeded"]
    handled = [{"lineNo": 1, "finishedNow": 3}, {"lineNo": 2, "finishedNow": 1}]
    assert answer["items"] == [{"handledOrderLine": handled}]
    [head], lines = order.table("order"), order.table("orderLine")
    assert head["orderStatus1"] & 262144
    assert [(line["quantity"], line["finished"], line["totalQuantity"]) for line in lines] == [(0, 3, 3), (0, 1, 1)]


def test_a_line_may_say_how_much_is_finished_now(order):
    order.done(
        "orderLine_update(filter: {orderNo: {_eq: 1}, lineNo: {_eq: 1}}, value: {finishNow: 2}) { affectedRows }"
    )
    order.done(FINISH)
    [head], lines = order.table("order"), order.table("orderLine")
    assert not head["orderStatus1"] & 262144
    assert (lines[0]["quantity"], lines[0]["finished"], lines[0]["totalQuantity"]) == (1, 2, 3)


def test_nothing_is_invoiced_before_it_is_finished(order):
    assert order.done(INVOICE)["order_reports"]["invoicesAndCreditNotes"]["documents"] == []
    assert order.table("orderDocument") == []


def test_an_invoice_is_a_document_a_claim_and_a_mark_on_the_order(order):
    order.done(FINISH)
    [document] = order.done(INVOICE)["order_reports"]["invoicesAndCreditNotes"]["documents"]
    assert document["name"] == "1000001.pdf"
    assert base64.b64decode(document["content"]).startswith(b"%PDF-1")
    [head], [filed], [claim] = order.table("order"), order.table("orderDocument"), order.table("customerTransaction")
    assert (head["invoiceNo"], head["orderStatus1"] & 1024) == ("1000001", 1024)
    assert {line["invoiceNo"] for line in order.table("orderLine")} == {"1000001"}
    assert (filed["documentType"], filed["customerOrSupplierOrderNo"], filed["amountInCurrency"]) == (1, "W-7", 350)
    assert (claim["outstandingAmountDomestic"], claim["paidStatus"]) == (437.5, 1)
    assert order.done(INVOICE)["order_reports"]["invoicesAndCreditNotes"]["documents"] == []


def test_a_part_delivery_is_invoiced_by_itself(order):
    order.done(
        "orderLine_update(filter: {orderNo: {_eq: 1}, lineNo: {_eq: 1}}, value: {finishNow: 2}) { affectedRows }"
    )
    for step in (FINISH, INVOICE, FINISH, INVOICE):
        order.done(step)
    assert [row["amountInCurrency"] for row in order.table("orderDocument")] == [250, 100]
    [head] = order.table("order")
    assert (head["invoiceCount"], head["invoicedAmountSoFarInCurrency"]) == (2, 350)


def test_a_processing_without_a_filter_or_on_a_locked_order_does_nothing(order):
    all_orders = "order_processings { finish { succeeded } }"
    assert "filter is needed" in order.tell(all_orders)["errors"][0]["message"]
    order.fault("lock_order", match={"orderNo": 1}, user="ola")
    assert "locked by ola" in order.tell(FINISH)["errors"][0]["message"]
    assert order.table("orderLine")[0]["finished"] == 0
