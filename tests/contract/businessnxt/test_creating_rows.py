"""Creating rows: in which order columns are assigned, children, places between rows, and what the answer shows."""

from __future__ import annotations

import pytest

LINES = "orderNo lines: joindown_OrderLine_via_Order { items { orderNo lineNo productNo quantity } }"


def items(answer):
    [result] = answer["data"]["useCompany"].values()
    return result["items"]


@pytest.mark.fact("columns_are_assigned_as_written")
@pytest.mark.writes
def test_columns_are_assigned_in_the_order_of_the_variable(erp):
    [known] = erp.ask("postalAddress(first: 1) { items { postCode postalArea } }")["postalAddress"]["items"]
    first = {"postalArea": "Et sted", "postCode": known["postCode"]}
    rows = erp.make("address", first, dict(reversed(first.items())), items="postalArea")
    assert [row["postalArea"] for row in rows] == [known["postalArea"], "Et sted"]


@pytest.mark.fact("columns_are_assigned_as_written")
def test_columns_are_assigned_in_the_order_of_the_literal(company):
    values = (
        '[{postalArea: "Et sted", postCode: $code}, {postCode: $code, postalArea: "Et sted"}, {postCode: $missing}]'
    )
    document = (
        "mutation($code: String, $missing: String) { useCompany(no: 1234567) "
        f"{{ address_create(values: {values}) {{ items {{ postCode postalArea }} }} }} }}"
    )
    rows = company.run(document, code="7374")["data"]["useCompany"]["address_create"]["items"]
    assert [row["postalArea"] for row in rows] == ["Røros", "Et sted", ""]


@pytest.mark.fact("children_need_no_parent_key")
@pytest.mark.writes
def test_lines_come_inside_their_order_without_its_number(erp):
    [made] = erp.make("order", {"orderLines": [{"description": "One"}, {"description": "Two"}]}, items=LINES)
    lines = made["lines"]["items"]
    assert [line["orderNo"] for line in lines] == [made["orderNo"]] * 2
    assert lines[0]["lineNo"] < lines[1]["lineNo"]


@pytest.mark.fact("affected_rows_leaves_out_children")
@pytest.mark.writes
def test_lines_are_not_counted(erp):
    lines = [{"description": "One"}, {"description": "Two"}]
    orders = [{"information1": erp.mark, "orderLines": lines}, {"information1": erp.mark, "orderLines": lines[:1]}]
    answer = erp.create("order", *orders, items="orderNo")
    erp.made += [("order", row["orderNo"]) for row in items(answer)]
    assert answer["data"]["useCompany"]["order_create"]["affectedRows"] == 2


def test_the_answer_joins_what_was_just_made(company):
    lines = [{"productNo": "FRAKT", "quantity": 1}, {"productNo": "DIV", "quantity": 2}]
    [made] = items(company.create("order", {"orderDate": 20250917, "orderLines": lines}, items=LINES))
    assert [(line["lineNo"], line["productNo"], line["quantity"]) for line in made["lines"]["items"]] == [
        (1, "FRAKT", 1),
        (2, "DIV", 2),
    ]


@pytest.mark.fact("items_show_what_was_computed")
@pytest.mark.writes
def test_the_answer_shows_what_the_company_made_of_a_row(erp):
    [row] = erp.make("associate", {"customerNo": None}, items="associateNo customerNo changedByUser")
    assert row["associateNo"] > 0
    assert row["customerNo"] > 0
    assert row["changedByUser"]


@pytest.mark.fact("temporary_rows_are_not_saved")
@pytest.mark.writes
def test_a_temporary_order_is_answered_but_not_saved(erp):
    answer = erp.create("order", {"information1": erp.mark}, items="information1", temporary="true")
    assert answer.get("data"), answer
    assert items(answer) == [{"information1": erp.mark}]
    rows = erp.ask("order(filter: {information1: {_eq: $mark}}) { items { orderNo } }", mark=erp.mark)["order"]["items"]
    erp.made += [("order", row["orderNo"]) for row in rows]
    assert rows == []


@pytest.mark.fact("temporary_rows_are_not_saved")
def test_a_temporary_order_is_priced_but_not_saved(company):
    order = {"orderLines": [{"productNo": "DIV", "quantity": 2, "priceInCurrency": 10}]}
    answer = company.create("order", order, items="orderSumNetInCurrency", temporary="true")
    assert items(answer) == [{"orderSumNetInCurrency": 20}]
    wrong = company.create("order", {"customerNo": 77}, temporary="true")
    assert wrong["errors"][0]["extensions"]["fields"] == ["customerNo"]
    assert company.table("order") == []


@pytest.mark.fact("rows_go_between_rows")
@pytest.mark.fact("place_is_a_sequence_number")
@pytest.mark.parametrize(("position", "expected"), [("BEFORE", "X Y A B"), ("AFTER", "A X Y B")])
def test_a_row_goes_before_or_after_another(company, position, expected):
    company.create("order", {"orderLines": [{"description": "A"}, {"description": "B"}]})
    new = [{"orderNo": 1, "description": each} for each in "XY"]
    place = "{orderNo: {_eq: 1}, lineNo: {_eq: 1}}"
    answer = company.create("orderLine", *new, items="lineNo", insertAtRow=place, insertPosition=position)
    assert "errors" not in answer
    assert items(answer) == [{"lineNo": 3}, {"lineNo": 4}]
    lines = company.ask("orderLine(orderBy: [{sortSequenceNo: ASC}]) { items { description } }")["orderLine"]["items"]
    assert " ".join(line["description"] for line in lines) == expected


def test_an_unknown_column_stops_the_request_with_its_place(company):
    [error] = company.create("address", {"name": "A"}, {"nmae": "B"})["errors"]
    assert "nmae" in error["message"]
    assert "[1]" in error["message"]
    assert company.table("address") == []


@pytest.mark.fact("names_can_be_written")
def test_enumerations_flags_and_dates_can_be_written_by_name(company):
    row = {
        "orderTypeAsEnum": "QuotationOrder",
        "orderPreferencesFlags": ["GrossOrder", "Prepayment"],
        "orderDateAsDate": "2025-09-17",
    }
    answer = company.create("order", row, items="orderType orderPreferences orderDate")
    assert "errors" not in answer
    assert items(answer) == [{"orderType": 5, "orderPreferences": 256 + 524288, "orderDate": 20250917}]
