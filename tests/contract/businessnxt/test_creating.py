"""Creating rows: their keys and numbers."""

from __future__ import annotations

import pytest

INPUT = "query($name: String!) { __type(name: $name) { inputFields { name } } }"
STAMPS = {f"{what}{which}" for what in ("created", "changed") for which in ("Date", "Time", "ByUser")}


def items(answer):
    [(name, result)] = answer["data"]["useCompany"].items()
    assert name.endswith("_create")
    return result["items"]


def affected(answer):
    [result] = answer["data"]["useCompany"].values()
    return result["affectedRows"]


def inputs(erp, name):
    """The fields of an input object."""
    return {field["name"] for field in erp.run(INPUT, name=name)["data"]["__type"]["inputFields"]}


# -- keys


@pytest.mark.fact("last_key_column_is_numbered")
@pytest.mark.writes
def test_a_row_is_numbered_by_the_company(erp):
    [first, second] = erp.make("address", {}, {}, items="addressNo")
    assert 0 < first["addressNo"] < second["addressNo"]


@pytest.mark.fact("order_numbers_are_not_given_again")
@pytest.mark.writes
def test_a_number_once_given_is_not_given_again(erp):
    [first] = erp.make("order", {})
    assert erp.remove_what_was_made() == []
    [second] = erp.make("order", {})
    assert second["orderNo"] > first["orderNo"]


def test_the_number_of_a_deleted_last_line_is_given_again(company):
    company.create("order", {"orderLines": [{"description": "A"}, {"description": "B"}]})
    company.done('orderLine_delete(filter: {description: {_eq: "B"}}) { affectedRows }')
    order = company.table("order")[0]["orderNo"]
    company.create("orderLine", {"orderNo": order, "description": "C"})
    assert [(row["lineNo"], row["description"]) for row in company.table("orderLine")] == [(1, "A"), (2, "C")]


@pytest.mark.fact("text_keys_are_given")
@pytest.mark.writes
def test_a_product_number_is_given(erp):
    number = erp.mark.replace(" ", "-")
    assert [row["productNo"] for row in erp.make("product", {"productNo": number})] == [number]


@pytest.mark.fact("keys_are_unique")
def test_a_product_number_must_be_new(company):
    company.create("product", {"productNo": "A-1", "description": "Én"})
    again = company.create("product", {"productNo": "a-1"}, {"productNo": "A-2"})
    assert affected(again) == 1
    [error] = again.get("errors", [{}])
    assert (error["path"][-1], error["extensions"]["status_name"]) == (0, "duplicateKey")
    assert [row["description"] for row in company.table("product") if row["productNo"] == "A-1"] == ["Én"]


@pytest.mark.fact("leading_key_columns_are_required")
@pytest.mark.writes
def test_leading_key_columns_are_required(erp):
    answer = erp.create("orderLine", {"description": "Lost"}, items="lineNo")
    assert answer.get("errors")
    assert affected(answer) == 0


@pytest.mark.fact("leading_key_rows_must_exist")
@pytest.mark.writes
def test_leading_key_columns_must_point_to_a_row(erp):
    answer = erp.create("orderLine", {"orderNo": 2147483640}, items="lineNo")
    assert answer.get("errors")
    assert affected(answer) == 0


@pytest.mark.fact("row_without_its_key_is_left_out")
def test_a_row_without_its_key_is_left_out_and_the_others_are_kept(company):
    answer = company.create("product", {"description": "No number"}, {"productNo": "A-2"}, items="productNo")
    assert items(answer) == [{"productNo": "A-2"}]
    assert [error["extensions"]["status_name"] for error in answer["errors"]] == ["missingKey"]


def test_lines_are_numbered_within_their_order(company):
    company.create("order", {"orderLines": [{}, {}]}, {})
    answer = company.create("orderLine", {"orderNo": 1}, {"orderNo": 2}, {"orderNo": 1}, items="orderNo lineNo")
    assert affected(answer) == 3
    numbers = [(row["orderNo"], row["lineNo"]) for row in items(answer)]
    assert numbers == [(1, 3), (2, 1), (1, 4)]


# -- what may be given at all


@pytest.mark.fact("last_key_column_is_no_input")
def test_the_number_that_the_company_gives_is_no_input(erp):
    assert "addressNo" not in inputs(erp, "Address_Input")
    assert "lineNo" not in inputs(erp, "OrderLine_Input")
    assert "orderNo" in inputs(erp, "OrderLine_Input")


@pytest.mark.fact("utility_columns_are_no_input")
def test_stamps_are_no_input(erp):
    assert not STAMPS & inputs(erp, "Associate_Input")


@pytest.mark.fact("computed_columns_are_no_input")
def test_what_the_company_computes_is_no_input(erp):
    assert "orderSumNetInCurrency" not in inputs(erp, "Order_Input")


@pytest.mark.fact("empty_record_is_allowed")
@pytest.mark.writes
def test_an_empty_record_gets_its_key_and_its_stamps(erp):
    answer = erp.create("address", {}, items="addressNo name createdByUser changedByUser createdDate")
    assert "errors" not in answer
    [row] = items(answer)
    erp.made.append(("address", row["addressNo"]))
    assert row["name"] == ""
    assert row["createdByUser"] == row["changedByUser"] != ""
    assert row["createdDate"] > 20250000


# -- numbers that are asked for


@pytest.mark.fact("null_suggests_a_number")
@pytest.mark.writes
def test_null_asks_for_a_number(erp):
    [row] = erp.make("associate", {"customerNo": None}, items="customerNo")
    assert row["customerNo"] > 0


@pytest.mark.fact("omitted_columns_are_not_assigned")
@pytest.mark.writes
def test_an_omitted_column_gets_no_number(erp):
    [row] = erp.make("associate", {}, items="customerNo")
    assert row["customerNo"] == 0


@pytest.mark.fact("null_empties_other_columns")
@pytest.mark.writes
def test_null_empties_a_column_that_has_no_numbers(erp):
    [known] = erp.ask("postalAddress(first: 1) { items { postCode } }")["postalAddress"]["items"]
    [row] = erp.make("associate", {"postCode": known["postCode"], "postalArea": None}, items="postalArea")
    assert row["postalArea"] == ""


@pytest.mark.fact("suggest_draws_from_a_range")
def test_a_suggestion_draws_from_its_range(company):
    suggest = "{customerNo: {from: 20000, to: 20001}}"
    answer = company.create("associate", {}, {}, items="customerNo", suggest=suggest)
    assert items(answer) == [{"customerNo": 20000}, {"customerNo": 20001}]


@pytest.mark.parametrize(
    ("interval", "number"), [("{from: 20000}", 20000), ("{to: 10001}", 10001), ("{}", 10001), ("null", 10001)]
)
def test_a_range_may_be_open_at_its_ends(company, interval, number):
    answer = company.create("associate", {}, items="customerNo", suggest=f"{{customerNo: {interval}}}")
    assert "errors" not in answer
    assert items(answer) == [{"customerNo": number}]


@pytest.mark.fact("records_may_suggest")
def test_a_record_may_draw_from_a_range_of_its_own(company):
    rows = [{"_suggest": {"customerNo": {"from": start, "to": start + 9}}} for start in (300, 400)]
    answer = company.create("associate", *rows, {}, items="customerNo")
    assert "errors" not in answer
    assert items(answer) == [{"customerNo": 300}, {"customerNo": 400}, {"customerNo": 0}]


@pytest.mark.fact("records_may_suggest")
def test_the_input_of_a_record_takes_suggestions(erp):
    assert "_suggest" in inputs(erp, "Associate_Input")


@pytest.mark.fact("used_up_range_is_an_error")
def test_a_used_up_range_is_an_error_of_the_record(company):
    suggest = "{customerNo: {from: 20000, to: 20001}}"
    answer = company.create("associate", {}, {}, {}, items="customerNo", suggest=suggest)
    assert items(answer) == [{"customerNo": 20000}, {"customerNo": 20001}, {"customerNo": 0}]
    [error] = answer["errors"]
    assert error["path"] == ["useCompany", "associate_create", 2]
    assert error["extensions"]["fields"] == ["customerNo"]
    more = company.create("associate", {}, items="customerNo", suggest="{customerNo: {from: 20000, to: 20009}}")
    assert items(more) == [{"customerNo": 20002}]


@pytest.mark.fact("customer_numbers_are_unique")
@pytest.mark.writes
def test_a_customer_number_belongs_to_one_associate(erp):
    [made] = erp.make("associate", {"customerNo": None}, items="customerNo")
    again = {"name": erp.mark, "customerNo": made["customerNo"]}
    answer = erp.create("associate", again, items="associateNo", onError="FAIL_TABLE")
    erp.made += [("associate", row["associateNo"]) for row in items(answer)]
    assert answer.get("errors")
    assert affected(answer) == 0


def test_five_hundred_rows_are_created_in_one_request(company):
    answer = company.create(
        "address", *({"name": f"Kunde {n}", "information1": str(n)} for n in range(500)), items="addressNo"
    )
    assert affected(answer) == 500
    assert items(answer)[-1] == {"addressNo": 500}
