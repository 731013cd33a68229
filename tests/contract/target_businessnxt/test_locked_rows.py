"""A row that a person has open is for later: it waits with its reason, and nobody has to do anything about it."""

from __future__ import annotations

import pytest


@pytest.fixture
def order_no(target, company):
    """The number of an order that was carried over."""
    target.play("customers_person", "products_one", "orders_one")
    (order,) = company.rows("order")
    return order["orderNo"]


def lines(company):
    return {each["transactionInformation1"]: each["quantity"] for each in company.rows("orderLine")}


def test_an_order_that_somebody_has_open_waits_and_is_written_when_they_have_left(target, company, order_no):
    before = lines(company)
    company.fault("lock_order", match={"orderNo": order_no})

    run = target.play("orders_lines_changed", locked_row_patience=0)

    assert run.code == 0, run.log
    assert lines(company) == before
    (reject,) = target.rejects()
    assert (reject["entity"], reject["kind"]) == ("orders", "later")
    assert "locked by kari" in reject["message"]
    assert target.counts()["orders"]["waiting"] == 1
    checked = target.crosswalk("check")
    assert "0 rejected, 0 waiting for another record, 1 tried again soon" in checked.stdout
    assert checked.exit_code == 0, "nobody has to do anything about it"

    company.unlock()
    target.crosswalk("rejects", "retry")
    target.run("")

    assert target.rejects() == []
    assert lines(company) != before


def test_a_person_who_soon_leaves_is_waited_for(target, company, order_no, hurried):
    before = lines(company)
    company.fault("lock_order", match={"orderNo": order_no}, times=1)

    run = target.play("orders_lines_changed", locked_row_patience=5)

    assert run.code == 0, run.log
    assert [1 <= each < 2 for each in hurried] == [True]
    assert target.rejects() == []
    assert lines(company) != before
