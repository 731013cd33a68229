"""Updates and deletes: one change for many, many at once, warnings, stamps, locks, frozen orders."""

from __future__ import annotations

import time

import pytest

PAIRS = """
  mutation($f: [FilterExpression_Address], $v: [Address_Input!]) { useCompany(no: 1234567) {
    address_update(filters: $f, values: $v, onError: FAIL_TABLE) { affectedRows items { addressNo name } }
  } }
"""


@pytest.fixture
def people(company):
    company.create("address", *({"name": name} for name in ("Ada", "Bo", "Cato")))
    return company


def names(company):
    return [row["name"] for row in company.table("address")]


def test_one_change_is_applied_to_every_row_found(people):
    answer = people.done(
        'address_update(filter: {addressNo: {_gt: 1}}, value: {name: "X"}) { affectedRows items { name } }'
    )
    assert answer["address_update"] == {"affectedRows": 2, "items": [{"name": "X"}, {"name": "X"}]}
    assert names(people) == ["Ada", "X", "X"]


def test_the_nth_filter_gets_the_nth_value(people):
    filters = [{"addressNo": {"_eq": 3}}, {"addressNo": {"_eq": 1}}]
    answer = people.run(PAIRS, f=filters, v=[{"name": "Third"}, {"name": "First"}])
    assert answer["data"]["useCompany"]["address_update"]["affectedRows"] == 2
    assert names(people) == ["First", "Bo", "Third"]


def test_filters_and_values_must_be_pairs_and_not_be_mixed_with_one(people):
    unequal = people.run(PAIRS, f=[{"addressNo": {"_eq": 3}}], v=[])
    assert "1 filters for 0 values" in unequal["errors"][0]["message"]
    mixed = people.tell('address_update(filter: {addressNo: {_eq: 1}}, values: [{name: "X"}]) { affectedRows }')
    assert "Use either" in mixed["errors"][0]["message"]
    assert names(people) == ["Ada", "Bo", "Cato"]


def test_a_filter_that_finds_nothing_affects_nothing(people):
    answer = people.done(
        'address_update(filter: {addressNo: {_eq: 99}}, value: {name: "X"}) { affectedRows items { name } }'
    )
    assert answer["address_update"] == {"affectedRows": 0, "items": []}


def test_a_filter_on_the_old_value_makes_an_update_a_compare_and_swap(people):
    swap = (
        'address_update(filter: {{addressNo: {{_eq: 1}}, name: {{_eq: "{old}"}}}}'
        ', value: {{name: "{new}"}}) {{ affectedRows }}'
    )
    assert people.done(swap.format(old="Ada", new="Eva"))["address_update"]["affectedRows"] == 1
    assert people.done(swap.format(old="Ada", new="Ida"))["address_update"]["affectedRows"] == 0
    assert names(people)[0] == "Eva"


def test_without_a_filter_every_row_changes_and_a_warning_says_so(people):
    answer = people.tell('address_update(value: {name: "X"}) { affectedRows }')
    assert answer["data"]["useCompany"]["address_update"]["affectedRows"] == 3
    [warning] = answer["extensions"]["warnings"]
    assert "no filter" in warning["message"]


def test_an_empty_value_changes_nothing_and_a_warning_says_so(people):
    answer = people.tell("address_update(filter: {addressNo: {_eq: 1}}, value: {}) { affectedRows }")
    assert answer["data"]["useCompany"]["address_update"]["affectedRows"] == 0
    assert "no values" in answer["extensions"]["warnings"][0]["message"]
    assert "errors" not in answer


def test_a_failed_row_is_shown_as_it_was_before(people):
    answer = people.tell(
        f'address_update(filter: {{addressNo: {{_eq: 1}}}}, value: {{phone: "1", name: "{"x" * 81}"}}) '
        "{ affectedRows items { name phone } }"
    )
    assert answer["data"]["useCompany"]["address_update"] == {
        "affectedRows": 0,
        "items": [{"name": "Ada", "phone": ""}],
    }
    assert answer["errors"][0]["extensions"]["fields"] == ["name"]


def test_of_pairs_none_is_kept_under_FAIL_TABLE_when_one_fails(people):  # noqa: N802 - the API's spelling
    filters = [{"addressNo": {"_eq": number}} for number in (1, 2)]
    answer = people.run(PAIRS, f=filters, v=[{"name": "Good"}, {"name": "x" * 81}])
    assert answer["errors"][0]["path"] == ["useCompany", "address_update", 1]
    assert answer["data"]["useCompany"]["address_update"]["affectedRows"] == 0
    assert names(people) == ["Ada", "Bo", "Cato"]


@pytest.mark.fact("equal_write_stamps")
def test_an_update_stamps_the_change_but_not_the_creation(people):
    before = people.table("address")[0]
    time.sleep(0.01)
    people.done('address_update(filter: {addressNo: {_eq: 1}}, value: {name: "Ada"}) { affectedRows }')
    after = people.table("address")[0]
    assert after["changedTimestamp"] > before["changedTimestamp"]
    assert after["createdTimestamp"] == before["createdTimestamp"]


def test_the_server_clock_can_fall_back(people):
    before = people.table("address")[0]["changedTimestamp"]
    people.behave(clock_offset_seconds=-3600)
    people.done('address_update(filter: {addressNo: {_eq: 1}}, value: {name: "Eva"}) { affectedRows }')
    assert people.table("address")[0]["changedTimestamp"] < before


def test_the_key_columns_of_a_composite_key_are_no_part_of_its_update(company):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1}]})
    wrong = company.tell("orderLine_update(filter: {orderNo: {_eq: 1}}, value: {orderNo: 2}) { affectedRows }")
    assert "OrderLine_Update_Input" in wrong["errors"][0]["message"]
    right = company.done(
        "orderLine_update(filter: {orderNo: {_eq: 1}, lineNo: {_eq: 1}}, value: {quantity: 4}) { affectedRows }"
    )
    assert right["orderLine_update"]["affectedRows"] == 1


def test_a_product_number_and_a_customer_number_are_not_changed_by_an_edit(company):
    company.create("product", {"productNo": "A"})
    company.create("associate", {"customerNo": 10001})
    product = company.tell('product_update(filter: {productNo: {_eq: "A"}}, value: {productNo: "B"}) { affectedRows }')
    assert product["errors"][0]["extensions"]["status_name"] == "keyIsFixed"
    customer = company.tell(
        "associate_update(filter: {customerNo: {_eq: 10001}}, value: {customerNo: 5}) { affectedRows }"
    )
    assert customer["errors"][0]["extensions"]["status_name"] == "valueIsFixed"


@pytest.mark.fact("line_change_leaves_head_stamp")
def test_a_line_that_changes_changes_the_sums_but_not_the_stamp_of_its_order(company):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1, "priceInCurrency": 100}]})
    before = company.table("order")[0]
    time.sleep(0.01)
    company.done("orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 3}) { affectedRows }")
    after = company.table("order")[0]
    assert (before["orderSumNetInCurrency"], after["orderSumNetInCurrency"]) == (100, 300)
    assert after["changedTimestamp"] == before["changedTimestamp"]


@pytest.mark.parametrize("done", [262144, 1024])
def test_an_order_that_is_finished_or_invoiced_refuses_edits(company, done):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1}]})
    company.control("PATCH", "/tables/order", {"where": {"orderNo": 1}, "set": {"orderStatus1": done}})
    for edit in (
        'order_update(filter: {orderNo: {_eq: 1}}, value: {name: "X"}) { affectedRows }',
        "orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 2}) { affectedRows }",
        "order_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }",
        "orderLine_create(values: [{orderNo: 1}]) { affectedRows }",
    ):
        [error] = company.tell(edit)["errors"]
        assert error["extensions"]["status_name"] == "orderIsDone"
    assert company.table("orderLine")[0]["quantity"] == 1


def test_a_delete_counts_rows_and_shows_none(people):
    answer = people.done("address_delete(filter: {addressNo: {_lt: 3}}) { affectedRows items { name } }")
    assert answer["address_delete"] == {"affectedRows": 2, "items": None}
    assert names(people) == ["Cato"]


def test_a_delete_without_a_filter_is_refused(people):
    assert "needs a filter" in people.tell("address_delete { affectedRows }")["errors"][0]["message"]
    assert len(names(people)) == 3


def test_an_order_is_deleted_with_its_lines(company):
    company.create("order", {"orderLines": [{}, {}]})
    company.done("order_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }")
    assert company.table("orderLine") == []


def test_what_is_in_use_is_not_deleted(company):
    company.create("associate", {"customerNo": 10001})
    company.create("order", {"customerNo": 10001, "orderLines": [{"productNo": "DIV"}]})
    for edit in (
        "associate_delete(filter: {customerNo: {_eq: 10001}})",
        'product_delete(filter: {productNo: {_eq: "DIV"}})',
    ):
        answer = company.tell(f"{edit} {{ affectedRows }}")
        assert answer["errors"][0]["extensions"]["status_name"] == "rowInUse"
    assert len(company.table("product")) == 6
