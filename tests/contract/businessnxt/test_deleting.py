"""Deletes: what they answer, what goes along, and what stays."""

from __future__ import annotations

import pytest


def names(company):
    return [row["name"] for row in company.table("address")]


@pytest.mark.fact("delete_shows_no_items")
@pytest.mark.writes
def test_a_delete_counts_rows_and_shows_none(erp):
    numbers = [row["addressNo"] for row in erp.make("address", {}, {})]
    answer = erp.done(f"address_delete(filter: {{addressNo: {{_in: {numbers}}}}}) {{ affectedRows items {{ name }} }}")
    erp.made.clear()
    assert answer["address_delete"] == {"affectedRows": 2, "items": None}


@pytest.mark.fact("delete_needs_a_filter")
def test_a_delete_without_a_filter_is_refused(company):
    company.create("address", {"name": "Ada"}, {"name": "Bo"})
    answer = company.tell("address_delete { affectedRows }")
    assert names(company) == ["Ada", "Bo"]
    assert "needs a filter" in answer["errors"][0]["message"]


def test_a_delete_that_finds_nothing_affects_nothing(company):
    answer = company.done("address_delete(filter: {addressNo: {_eq: 99}}) { affectedRows }")
    assert answer["address_delete"]["affectedRows"] == 0


@pytest.mark.fact("order_goes_with_its_lines")
@pytest.mark.writes
def test_an_order_is_deleted_with_its_lines(erp):
    [made] = erp.make("order", {"orderLines": [{"description": "A"}, {"description": "B"}]}, items="orderNo")
    where = f"filter: {{orderNo: {{_eq: {made['orderNo']}}}}}"
    answer = erp.tell(f"order_delete({where}) {{ affectedRows }}")
    assert answer["data"]["useCompany"]["order_delete"]["affectedRows"] == 1
    erp.made.clear()
    assert erp.ask(f"orderLine({where}) {{ totalCount }}")["orderLine"]["totalCount"] == 0


@pytest.mark.fact("used_rows_stay")
@pytest.mark.writes
def test_a_customer_with_an_order_is_not_deleted(erp):
    [customer] = erp.make("associate", {"customerNo": None}, items="associateNo customerNo")
    erp.make("order", {"customerNo": customer["customerNo"]})
    where = f"filter: {{associateNo: {{_eq: {customer['associateNo']}}}}}"
    erp.tell(f"associate_delete({where}) {{ affectedRows }}")
    assert erp.ask(f"associate({where}) {{ totalCount }}")["associate"]["totalCount"] == 1


@pytest.mark.fact("used_rows_stay")
@pytest.mark.parametrize(
    "delete",
    ["associate_delete(filter: {customerNo: {_eq: 10001}})", 'product_delete(filter: {productNo: {_eq: "DIV"}})'],
)
def test_what_is_in_use_is_not_deleted(company, delete):
    company.create("associate", {"customerNo": 10001})
    company.create("order", {"customerNo": 10001, "orderLines": [{"productNo": "DIV"}]})
    answer = company.tell(f"{delete} {{ affectedRows }}")
    assert [error["extensions"]["status_name"] for error in answer.get("errors", [])] == ["rowInUse"]
    assert len(company.table("product")) == 6
    assert 10001 in [row["customerNo"] for row in company.table("associate")]


@pytest.mark.fact("used_rows_stay")
def test_a_customer_with_transactions_is_not_deleted(company):
    company.create("associate", {"customerNo": 10001})
    company.control("POST", "/tables/customerTransaction", {"rows": [{"voucherJournalNo": 1, "customerNo": 10001}]})
    answer = company.tell("associate_delete(filter: {customerNo: {_eq: 10001}}) { affectedRows }")
    assert "used in customerTransaction" in answer.get("errors", [{"message": ""}])[0]["message"]


@pytest.mark.fact("protected_associates_stay")
def test_an_associate_that_is_marked_so_is_not_deleted(company):
    company.create("associate", {"name": "Ada", "associateProcessingFlags": ["NotAllowedToDelete"]})
    company.tell('associate_delete(filter: {name: {_eq: "Ada"}}) { affectedRows }')
    assert "Ada" in [row["name"] for row in company.table("associate")]
