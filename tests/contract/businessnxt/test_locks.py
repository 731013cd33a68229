"""Rows that a person is at work on: others read them and cannot write them."""

from __future__ import annotations

import pytest

CHANGES = {
    "the order": 'order_update(filter: {orderNo: {_eq: 1}}, value: {name: "X"}) { affectedRows }',
    "a line": "orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 2}) { affectedRows }",
    "a new line": "orderLine_create(values: [{orderNo: 1}]) { affectedRows }",
    "no line": "orderLine_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }",
    "no order": "order_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }",
}
FINISH = "order_processings { finish(filter: {orderNo: {_eq: 1}}) { succeeded } }"
INVOICE = "order_reports { invoicesAndCreditNotes(filter: {orderNo: {_eq: 1}}) { succeeded } }"
ADDRESS = 'address_update(filter: {addressNo: {_gt: 0}}, value: {phone: "1"}) { affectedRows }'


@pytest.fixture
def order(company):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1}]})
    company.create("address", {"name": "Ada"}, {"name": "Bo"})
    return company


def lock(company, path, **body):
    company.control("PUT", f"/locks/{path}", body)


def statuses(answer):
    return [error["extensions"]["status_name"] for error in answer.get("errors", [])]


@pytest.mark.fact("edited_rows_are_locked")
def test_a_locked_row_is_not_written_and_the_others_are(order):
    lock(order, "address/2", user="kari")
    answer = order.tell(ADDRESS)
    assert statuses(answer) == ["rowLocked"]
    assert [row["phone"] for row in order.table("address")] == ["1", ""]


@pytest.mark.fact("lock_error_names_the_person")
def test_the_message_says_who_has_the_row(order):
    lock(order, "address/2", user="kari")
    [error] = order.tell(ADDRESS)["errors"]
    assert error["message"] == "The row is locked by kari or has been deleted."


@pytest.mark.parametrize("change", CHANGES)
def test_an_order_is_locked_against_every_change(order, change):
    lock(order, "order/1")
    assert statuses(order.tell(CHANGES[change])) == ["rowLocked"]
    assert len(order.table("orderLine")) == 1


@pytest.mark.fact("order_is_locked_with_its_lines")
@pytest.mark.parametrize("path", ["order/1", "orderLine/1,1"])
@pytest.mark.parametrize("change", ["a line", "a new line", "no line"])
def test_an_order_is_locked_with_its_lines(order, path, change):
    lock(order, path)
    assert statuses(order.tell(CHANGES[change])) == ["rowLocked"]


@pytest.mark.fact("locked_order_refuses_processings")
@pytest.mark.parametrize("processing", [FINISH, INVOICE])
def test_a_locked_order_refuses_processings(order, processing):
    lock(order, "order/1", user="ola")
    answer = order.tell(processing)
    assert "locked by ola" in answer.get("errors", [{"message": ""}])[0]["message"]
    assert order.table("orderLine")[0]["finished"] == 0


@pytest.mark.fact("locked_rows_are_read")
def test_a_locked_row_is_still_read(order):
    lock(order, "order/1")
    found = order.ask("order { totalCount items { orderNo lines: joindown_OrderLine_via_Order { totalCount } } }")
    assert found["order"] == {"totalCount": 1, "items": [{"orderNo": 1, "lines": {"totalCount": 1}}]}


@pytest.mark.fact("lock_spares_its_owner")
def test_who_has_the_row_open_can_edit_it(order):
    lock(order, "order/1", user="kari")
    edit = {"where": {"orderNo": 1}, "set": {"name": "Kari was here"}}
    assert order.control("PATCH", "/tables/order", edit | {"user": "kari"})["affected"] == 1
    assert order.control("PATCH", "/tables/order", edit | {"user": "ola"})["affected"] == 0


def test_a_lock_is_left_and_the_row_can_be_written(order):
    lock(order, "order/1", user="kari")
    assert order.control("GET", "/locks") == [{"table": "order", "key": [1], "user": "kari", "seconds": None}]
    order.control("DELETE", "/locks/order/1")
    assert order.control("GET", "/locks") == []
    order.done(CHANGES["the order"])


def test_a_lock_can_end_by_itself(order):
    lock(order, "order/1", seconds=0)
    order.done(CHANGES["the order"])


@pytest.mark.parametrize(("path", "status"), [("order/7", 404), ("order/x", 400), ("orderLine/1", 400)])
def test_a_lock_on_no_row_is_refused(order, path, status):
    answer = order.http.put(f"{order.info['control_url']}/locks/{path}", json={})
    assert answer.status_code == status
    assert answer.json()["error"]
