"""Rows that fail: what stays of a mutation, and what its errors say."""

from __future__ import annotations

import pytest

BAD = {"name": "x" * 81, "countryNo": 999, "phone": "12345678"}
PAIRS = """
  mutation($f: [FilterExpression_Address], $v: [Address_Input!]) { useCompany(no: 1234567) {
    address_update(filters: $f, values: $v, onError: FAIL_TABLE) { affectedRows items { addressNo name } }
  } }
"""
ARGUMENTS = """
  query($name: String!) { __type(name: $name) { fields { name args { name type { name enumValues { name } } } } } }
"""


def result(answer):
    assert answer["data"], answer
    [found] = answer["data"]["useCompany"].values()
    return found


@pytest.fixture
def people(company):
    company.create("address", {"name": "Ada"}, {"name": "Bo"})
    return company


# -- what stays


@pytest.mark.fact("lenient_create_keeps_the_row")
@pytest.mark.writes
def test_without_on_error_a_row_is_kept_of_which_a_column_is_refused(erp):
    answer = erp.create("address", {"name": erp.mark, "countryNo": 99999, "phone": "1"}, items="addressNo phone")
    erp.made += [("address", row["addressNo"]) for row in result(answer)["items"]]
    assert answer["errors"]
    assert [row["phone"] for row in result(answer)["items"]] == ["1"]


@pytest.mark.fact("lenient_create_keeps_the_row")
def test_without_on_error_a_row_is_saved_without_its_failing_columns(company):
    answer = company.create("address", {"name": "Good"}, BAD, items="name phone countryNo")
    assert result(answer)["affectedRows"] == 2
    assert result(answer)["items"][1] == {"name": "", "phone": "12345678", "countryNo": 0}
    assert len(answer["errors"]) == 2
    assert [row["name"] for row in company.table("address")] == ["Good", ""]


def test_it_can_be_assumed_that_a_failing_row_is_not_saved_at_all(company):
    company.behave(lenient_create_keeps_the_row=False)
    answer = company.create("address", {"name": "Good"}, {"name": "x" * 81}, items="name")
    assert result(answer)["items"] == [{"name": "Good"}]
    assert len(company.table("address")) == 1


@pytest.mark.fact("on_error_argument")
def test_creates_and_updates_take_on_error(erp):
    mutations = erp.run(ARGUMENTS, name="Mutation_UseCompany")["data"]["__type"]["fields"]
    taken = {field["name"]: {each["name"] for each in field["args"]} for field in mutations}
    assert "onError" in taken["associate_create"]
    assert "onError" in taken["associate_update"]


@pytest.mark.fact("fail_table_keeps_nothing")
@pytest.mark.writes
def test_with_FAIL_TABLE_nothing_is_kept_when_one_row_fails(erp):  # noqa: N802 - the API's spelling
    answer = erp.create("address", {"name": erp.mark}, {"name": erp.mark, "countryNo": 99999}, onError="FAIL_TABLE")
    assert answer["errors"]
    left = erp.ask("address(filter: {name: {_eq: $name}}) { totalCount }", name=erp.mark)
    assert left["address"]["totalCount"] == 0


def test_numbers_of_a_failed_table_are_given_to_the_next(company):
    company.create("address", {"name": "Good"}, {"name": "x" * 81}, onError="FAIL_TABLE")
    assert result(company.create("address", {}, items="addressNo"))["items"] == [{"addressNo": 1}]


def test_a_failing_line_fails_its_order_under_FAIL_TABLE(company):  # noqa: N802
    orders = [{"orderLines": [{"productNo": "DIV"}]}, {"orderLines": [{"productNo": "DIV"}, {"productNo": "NO-SUCH"}]}]
    answer = company.create("order", *orders, onError="FAIL_TABLE")
    assert answer["errors"][0]["message"] == "orderLine.productNo: there is no product with productNo 'NO-SUCH'."
    assert company.table("order") == company.table("orderLine") == []


@pytest.mark.fact("failed_update_leaves_its_row")
@pytest.mark.writes
def test_a_failing_update_without_on_error_leaves_its_row(erp):
    [made] = erp.make("address", {"phone": "1"}, items="addressNo")
    where = f"filter: {{addressNo: {{_eq: {made['addressNo']}}}}}"
    answer = erp.tell(f'address_update({where}, value: {{phone: "2", countryNo: 99999}}) {{ affectedRows }}')
    assert answer["errors"]
    assert erp.ask(f"address({where}) {{ items {{ phone }} }}")["address"]["items"] == [{"phone": "1"}]


@pytest.mark.fact("failed_update_leaves_its_row")
def test_a_failing_update_leaves_its_row_and_saves_the_others(people):
    change = f'value: {{phone: "1", name: "{"x" * 81}"}}'
    answer = people.tell(f"address_update(filter: {{addressNo: {{_eq: 1}}}}, {change}) {{ affectedRows }}")
    assert result(answer)["affectedRows"] == 0
    assert [(row["name"], row["phone"]) for row in people.table("address")] == [("Ada", ""), ("Bo", "")]


@pytest.mark.fact("failed_update_shows_row_before")
@pytest.mark.writes
def test_a_failed_row_is_shown_as_it_was_before(erp):
    [made] = erp.make("address", {"phone": "1"}, items="addressNo")
    change = f'filter: {{addressNo: {{_eq: {made["addressNo"]}}}}}, value: {{phone: "2", countryNo: 99999}}'
    answer = erp.tell(f"address_update({change}, onError: FAIL_TABLE) {{ items {{ phone }} }}")
    assert answer["errors"]
    assert result(answer)["items"] == [{"phone": "1"}]


@pytest.mark.fact("fail_table_keeps_nothing")
def test_of_pairs_none_is_kept_under_FAIL_TABLE_when_one_fails(people):  # noqa: N802 - the API's spelling
    filters = [{"addressNo": {"_eq": number}} for number in (1, 2)]
    answer = people.run(PAIRS, f=filters, v=[{"name": "Good"}, {"name": "x" * 81}])
    assert result(answer)["affectedRows"] == 0
    assert [row["name"] for row in people.table("address")] == ["Ada", "Bo"]


# -- what errors say


@pytest.mark.fact("error_path_holds_the_record")
@pytest.mark.writes
def test_the_path_of_an_error_holds_the_index_of_its_record(erp):
    answer = erp.create("address", {"name": erp.mark}, {"countryNo": 99999}, onError="FAIL_TABLE")
    assert [error["path"][-1] for error in answer["errors"]] == [1]


def test_the_path_of_an_update_holds_the_index_of_its_pair(people):
    filters = [{"addressNo": {"_eq": number}} for number in (1, 2)]
    answer = people.run(PAIRS, f=filters, v=[{"name": "Good"}, {"name": "x" * 81}])
    assert answer["errors"][0]["path"] == ["useCompany", "address_update", 1]


@pytest.mark.fact("error_path_goes_to_the_child")
@pytest.mark.writes
def test_the_path_of_an_error_goes_on_to_the_child(erp):
    orders = [{}, {"orderLines": [{"description": "A"}, {"productNo": erp.mark}]}]
    [error] = erp.create("order", *orders, onError="FAIL_TABLE")["errors"]
    assert error["path"] == ["useCompany", "order_create", 1, "orderLines", 1]


def refusal(erp):
    """The error of a row with a country that is not there."""
    [error] = erp.create("address", {"countryNo": 99999}, onError="FAIL_TABLE")["errors"]
    return error


@pytest.mark.fact("errors_name_failing_fields")
@pytest.mark.writes
def test_an_error_names_its_fields(erp):
    assert "'countryNo'" in str(refusal(erp)["extensions"])


@pytest.mark.fact("errors_hold_a_status")
@pytest.mark.writes
def test_an_error_has_a_number(erp):
    assert "'status': " in str(refusal(erp)["extensions"])


@pytest.mark.fact("errors_hold_a_status_name")
@pytest.mark.writes
def test_an_error_has_a_name(erp):
    assert "'status_name': " in str(refusal(erp)["extensions"])


@pytest.mark.fact("error_details_stand_in_extensions")
@pytest.mark.writes
def test_what_an_error_says_stands_in_its_extensions(erp):
    assert {"fields", "status", "status_name"} <= refusal(erp)["extensions"].keys()


def test_every_failing_column_has_its_error(company):
    errors = company.create("address", BAD)["errors"]
    assert [error["path"] for error in errors] == [["useCompany", "address_create", 0]] * 2
    assert [error["extensions"]["fields"] for error in errors] == [["name"], ["countryNo"]]
    assert errors[1]["message"] == "address.countryNo: there is no country with countryNo 999."


@pytest.mark.fact("text_lengths_are_enforced")
@pytest.mark.writes
def test_a_text_that_is_too_long_is_not_cut(erp):
    answer = erp.create("address", {"name": erp.mark * 20}, items="addressNo", onError="FAIL_TABLE")
    erp.made += [("address", row["addressNo"]) for row in result(answer)["items"]]
    assert answer.get("errors")


@pytest.mark.fact("text_lengths_are_enforced")
def test_a_text_that_is_too_long_is_refused_with_its_length(company):
    answer = company.create("address", {"name": "x" * 81}, onError="FAIL_TABLE")
    assert result(answer)["affectedRows"] == 0
    message = "The value of address.name has 81 characters; at most 80 are allowed."
    assert [error["message"] for error in answer["errors"]] == [message]


@pytest.mark.fact("foreign_numbers_must_exist")
@pytest.mark.writes
def test_a_number_that_points_nowhere_is_refused(erp):
    answer = erp.create("address", {"name": erp.mark, "countryNo": 99999}, items="addressNo", onError="FAIL_TABLE")
    erp.made += [("address", row["addressNo"]) for row in result(answer)["items"]]
    assert answer.get("errors")


@pytest.mark.fact("foreign_numbers_must_exist")
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
    errors = company.create(table, row, onError="FAIL_TABLE").get("errors", [])
    assert [error["extensions"]["status_name"] for error in errors] == ["noSuchRow"]
