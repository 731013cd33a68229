"""Creating rows: numbers, order of assignment, what is refused, what is kept."""

from __future__ import annotations

import pytest


def items(answer):
    [(name, result)] = answer["data"]["useCompany"].items()
    assert name.endswith("_create")
    return result["items"]


def affected(answer):
    [result] = answer["data"]["useCompany"].values()
    return result["affectedRows"]


def test_the_last_key_column_is_numbered_from_one(company):
    answer = company.create("address", {"name": "A"}, {"name": "B"}, items="addressNo name")
    assert items(answer) == [{"addressNo": 1, "name": "A"}, {"addressNo": 2, "name": "B"}]


def test_a_number_once_given_is_not_given_again(company):
    company.create("order", {}, {})
    company.done("order_delete(filter: {orderNo: {_eq: 2}}) { affectedRows }")
    assert items(company.create("order", {}, items="orderNo")) == [{"orderNo": 3}]


def test_the_answer_shows_what_the_server_made_of_a_row(company):
    [row] = items(
        company.create("associate", {"name": "Åse", "customerNo": None}, items="associateNo customerNo shortName")
    )
    assert row == {"associateNo": 3, "customerNo": 10001, "shortName": "Åse"}


def test_null_asks_for_a_number_and_an_omitted_column_gets_none(company):
    answer = company.create("associate", {"name": "A", "customerNo": None}, {"name": "B"}, items="name customerNo")
    assert items(answer) == [{"name": "A", "customerNo": 10001}, {"name": "B", "customerNo": 0}]


def test_null_empties_a_column_that_has_no_numbers(company):
    answer = company.create("associate", {"name": "A", "phone": None, "countryNo": None}, items="phone countryNo")
    assert items(answer) == [{"phone": "", "countryNo": 0}]


def test_a_suggestion_draws_from_its_interval_until_it_is_empty(company):
    suggest = "{customerNo: {from: 20000, to: 20001}}"
    answer = company.create("associate", {}, {}, {}, items="customerNo", suggest=suggest)
    assert items(answer) == [{"customerNo": 20000}, {"customerNo": 20001}, {"customerNo": 0}]
    [error] = answer["errors"]
    assert error["path"] == ["useCompany", "associate_create", 2]
    assert error["extensions"]["fields"] == ["customerNo"]
    more = company.create("associate", {}, items="customerNo", suggest="{customerNo: {from: 20000, to: 20009}}")
    assert items(more) == [{"customerNo": 20002}]


def test_a_customer_number_belongs_to_one_associate(company):
    answer = company.create(
        "associate", {"customerNo": 500}, {"customerNo": 500}, items="customerNo", onError="FAIL_TABLE"
    )
    assert "already in use" in answer["errors"][0]["message"]
    assert affected(answer) == 0


def test_columns_are_assigned_in_the_order_of_the_variable(company):
    first = {"postalArea": "Et sted", "postCode": "7374"}
    answer = company.create("address", first, dict(reversed(first.items())), items="postalArea")
    assert items(answer) == [{"postalArea": "Røros"}, {"postalArea": "Et sted"}]


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


def test_a_product_number_is_given_and_must_be_new(company):
    made = company.create("product", {"productNo": "A-1", "description": "Én"}, items="productNo description")
    assert items(made) == [{"productNo": "A-1", "description": "Én"}]
    again = company.create("product", {"productNo": "a-1"}, {"productNo": "A-2"}, {"description": "No number"})
    assert affected(again) == 1
    assert [error["path"][-1] for error in again["errors"]] == [0, 2]
    assert [error["extensions"]["status_name"] for error in again["errors"]] == ["duplicateKey", "missingKey"]
    assert {"A-1", "A-2"} <= {row["productNo"] for row in company.table("product")}


def test_leading_key_columns_must_point_to_a_row(company):
    answer = company.create(
        "orderLine", {"orderNo": 99, "description": "Lost"}, {"description": "Lost"}, items="lineNo"
    )
    assert items(answer) == []
    assert [error["extensions"]["fields"] for error in answer["errors"]] == [["orderNo"], ["orderNo"]]


def test_lines_are_numbered_within_their_order(company):
    company.create("order", {"orderLines": [{}, {}]}, {})
    answer = company.create("orderLine", {"orderNo": 1}, {"orderNo": 2}, {"orderNo": 1}, items="orderNo lineNo")
    assert affected(answer) == 3
    numbers = [(row["orderNo"], row["lineNo"]) for row in items(answer)]
    assert numbers == [(1, 3), (2, 1), (1, 4)]


def test_lines_come_inside_their_order_and_are_not_counted(company):
    order = {
        "orderDate": 20250917,
        "orderLines": [{"productNo": "FRAKT", "quantity": 1}, {"productNo": "DIV", "quantity": 2}],
    }
    wanted = "orderNo orderLines: joindown_OrderLine_via_Order { items { lineNo productNo quantity } }"
    answer = company.create("order", order, items=wanted)
    assert affected(answer) == 1
    lines = [
        {"lineNo": 1, "productNo": "FRAKT", "quantity": 1},
        {"lineNo": 2, "productNo": "DIV", "quantity": 2},
    ]
    assert items(answer) == [{"orderNo": 1, "orderLines": {"items": lines}}]


def test_an_empty_record_gets_its_key_and_its_stamps(company):
    answer = company.create("address", {}, items="addressNo name createdByUser changedByUser createdDate")
    [row] = items(answer)
    assert (row["addressNo"], row["name"]) == (1, "")
    assert row["createdByUser"] == row["changedByUser"] == company.info["client_id"]
    assert row["createdDate"] > 20250000


@pytest.mark.fact("lenient_create_keeps_the_row")
def test_without_on_error_a_row_is_saved_without_its_failing_columns(company):
    bad = {"name": "x" * 81, "countryNo": 999, "phone": "12345678"}
    answer = company.create("address", {"name": "Good"}, bad, items="name phone countryNo")
    assert affected(answer) == 2
    assert items(answer)[1] == {"name": "", "phone": "12345678", "countryNo": 0}
    assert [error["path"] for error in answer["errors"]] == [["useCompany", "address_create", 1]] * 2
    assert [error["extensions"]["fields"] for error in answer["errors"]] == [["name"], ["countryNo"]]
    assert answer["errors"][0]["message"] == "The value of address.name has 81 characters; at most 80 are allowed."
    assert answer["errors"][1]["message"] == "address.countryNo: there is no country with countryNo 999."


def test_it_can_be_assumed_that_a_failing_row_is_not_saved_at_all(company):
    company.behave(lenient_create_keeps_the_row=False)
    answer = company.create("address", {"name": "Good"}, {"name": "x" * 81}, items="name")
    assert items(answer) == [{"name": "Good"}]
    assert len(company.table("address")) == 1


def test_with_FAIL_TABLE_nothing_is_kept_when_one_row_fails(company):  # noqa: N802 - the API's spelling
    answer = company.create("address", {"name": "Good"}, {"name": "x" * 81}, items="name", onError="FAIL_TABLE")
    assert affected(answer) == 0
    assert items(answer) == []
    assert company.table("address") == []
    assert items(company.create("address", {}, items="addressNo")) == [{"addressNo": 1}]


def test_a_failing_line_fails_its_order_under_FAIL_TABLE(company):  # noqa: N802
    orders = [{"orderLines": [{"productNo": "DIV"}]}, {"orderLines": [{"productNo": "DIV"}, {"productNo": "NO-SUCH"}]}]
    answer = company.create("order", *orders, onError="FAIL_TABLE")
    [error] = answer["errors"]
    assert error["path"] == ["useCompany", "order_create", 1, "orderLines", 1]
    assert error["message"] == "orderLine.productNo: there is no product with productNo 'NO-SUCH'."
    assert company.table("order") == company.table("orderLine") == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("order", {"customerNo": 77}),
        ("order", {"currencyNo": 77}),
        ("orderLine", {"orderNo": 1, "unit": 77}),
        ("address", {"associateNo": 77}),
        ("product", {"productNo": "X", "taxAndAccountingGroup": 77}),
    ],
)
def test_an_unknown_foreign_number_is_refused(company, table, row):
    company.create("order", {})
    [error] = company.create(table, row, onError="FAIL_TABLE")["errors"]
    assert error["extensions"]["status_name"] == "noSuchRow"


def test_an_unknown_column_stops_the_request_with_its_place(company):
    [error] = company.create("address", {"name": "A"}, {"nmae": "B"})["errors"]
    assert "nmae" in error["message"]
    assert "[1]" in error["message"]
    assert company.table("address") == []


def test_enumerations_flags_and_dates_can_be_written_by_name(company):
    row = {
        "orderTypeAsEnum": "QuotationOrder",
        "orderPreferencesFlags": ["GrossOrder", "Prepayment"],
        "orderDateAsDate": "2025-09-17",
    }
    answer = company.create("order", row, items="orderType orderPreferences orderDate")
    assert items(answer) == [{"orderType": 5, "orderPreferences": 256 + 524288, "orderDate": 20250917}]


def test_a_temporary_order_is_priced_but_not_saved(company):
    order = {"orderLines": [{"productNo": "DIV", "quantity": 2, "priceInCurrency": 10}]}
    answer = company.create("order", order, items="orderSumNetInCurrency", temporary="true")
    assert items(answer) == [{"orderSumNetInCurrency": 20}]
    wrong = company.create("order", {"customerNo": 77}, temporary="true")
    assert wrong["errors"][0]["extensions"]["fields"] == ["customerNo"]
    assert company.table("order") == []


def test_five_hundred_rows_are_created_in_one_request(company):
    answer = company.create(
        "address", *({"name": f"Kunde {n}", "information1": str(n)} for n in range(500)), items="addressNo"
    )
    assert affected(answer) == 500
    assert items(answer)[-1] == {"addressNo": 500}
