"""Filters: which rows each operator finds."""

from __future__ import annotations

import pytest

PEOPLE = ["Ada", "Bo", "Cato", "Dag", "Eva"]

pytestmark = pytest.mark.writes


@pytest.fixture
def people(erp):
    erp.make("address", *({"name": f"{erp.mark} {name}", "noOfEmployees": at} for at, name in enumerate(PEOPLE)))
    return erp


def found(people, expression):
    """The names that a filter finds among the people; `MARK` in it is the mark of our rows."""
    ours = f'filter: {{_and: [{{name: {{_like: "{people.mark}%"}}}}, {expression.replace("MARK", people.mark)}]}}'
    rows = people.ask(f"address({ours}) {{ items {{ name }} }}")["address"]["items"]
    return [row["name"].removeprefix(f"{people.mark} ") for row in rows]


@pytest.mark.fact("filter_equality")
def test_equal_and_not_equal(people):
    assert found(people, "{noOfEmployees: {_eq: 2}}") == ["Cato"]
    assert found(people, "{noOfEmployees: {_not_eq: 2}}") == ["Ada", "Bo", "Dag", "Eva"]


@pytest.mark.fact("filter_comparisons")
@pytest.mark.parametrize(
    ("operator", "names"),
    [
        ("_gt", ["Dag", "Eva"]),
        ("_gte", ["Cato", "Dag", "Eva"]),
        ("_lt", ["Ada", "Bo"]),
        ("_lte", ["Ada", "Bo", "Cato"]),
    ],
)
def test_greater_and_less(people, operator, names):
    assert found(people, f"{{noOfEmployees: {{{operator}: 2}}}}") == names


@pytest.mark.fact("filter_in")
def test_in_a_list_and_not_in_it(people):
    assert found(people, "{noOfEmployees: {_in: [0, 4]}}") == ["Ada", "Eva"]
    assert found(people, "{noOfEmployees: {_not_in: [0, 4]}}") == ["Bo", "Cato", "Dag"]
    assert found(people, "{noOfEmployees: {_in: []}}") == []


@pytest.mark.fact("filter_between")
@pytest.mark.fact("between_takes_from_and_to")
def test_between_includes_both_ends(people):
    assert found(people, "{noOfEmployees: {_between: {from: 1, to: 3}}}") == ["Bo", "Cato", "Dag"]
    assert found(people, "{noOfEmployees: {_not_between: {from: 1, to: 3}}}") == ["Ada", "Eva"]


@pytest.mark.fact("filter_like")
def test_like_takes_percent_for_any_letters(people):
    assert found(people, '{name: {_like: "MARK C%"}}') == ["Cato"]


@pytest.mark.fact("filter_not_like")
def test_not_like(people):
    assert found(people, '{name: {_not_like: "MARK C%"}}') == ["Ada", "Bo", "Dag", "Eva"]


@pytest.mark.fact("comparisons_ignore_case")
def test_upper_and_lower_case_are_the_same(people):
    assert found(people, '{name: {_eq: "MARK ADA"}}') == ["Ada"]


@pytest.mark.fact("filter_and_or")
def test_and_and_or_nest(people):
    either = "{_or: [{noOfEmployees: {_eq: 1}}, {_and: [{noOfEmployees: {_gt: 2}}, {noOfEmployees: {_lt: 4}}]}]}"
    assert found(people, either) == ["Bo", "Dag"]


@pytest.mark.fact("several_operators_mean_and")
def test_several_operators_on_a_column_must_all_hold(people):
    assert found(people, "{noOfEmployees: {_gte: 1, _lt: 3}}") == ["Bo", "Cato"]


def test_several_columns_must_all_hold(people):
    assert found(people, '{name: {_like: "%a%"}, noOfEmployees: {_gt: 2}}') == ["Dag", "Eva"]


@pytest.mark.fact("one_value_for_a_list")
def test_one_filter_stands_for_a_list_of_one(people):
    assert found(people, "{_or: {noOfEmployees: {_eq: 1}}}") == ["Bo"]


@pytest.mark.parametrize(
    "expression",
    [
        '{changedTimestamp: {_gte: "2024-01-01"}}',
        '{changedTimestamp: {_gte: "2024-01-01T10:00:00.1234567Z"}}',
        '{changedTimestamp: {_gt: "2024-01-01T00:00:00"}}',
    ],
)
def test_time_stamps_are_compared_in_any_spelling(people, expression):
    assert found(people, expression) == PEOPLE


@pytest.mark.fact("filter_date_times")
def test_rows_are_found_by_date_times_that_are_no_columns(people):
    assert found(people, '{createdDateTime: {_gte: "2024-01-01 00:00:00"}}') == PEOPLE
    assert found(people, '{changedDateTime: {_lt: "2024-01-01 00:00:00"}}') == []


@pytest.mark.fact("date_times_know_milliseconds")
def test_changedDateTime_has_milliseconds_where_the_table_has_them(erp):  # noqa: N802 - the API's spelling
    [made] = erp.make("order", {}, items="orderNo changedTimestamp changeTimeInMs")
    stamp = f"{made['changedTimestamp'][:14]}{made['changeTimeInMs'] % 3_600_000 // 60_000:02d}:"
    stamp += f"{made['changeTimeInMs'] % 60_000 / 1000:06.3f}"
    mine = f'{{_and: [{{orderNo: {{_eq: {made["orderNo"]}}}}}, {{changedDateTime: {{_eq: "{stamp}"}}}}]}}'
    assert erp.ask(f"order(filter: {mine}) {{ totalCount }}")["order"]["totalCount"] == 1


@pytest.mark.fact("null_finds_empty_stamps")
def test_null_finds_rows_without_a_time_stamp(company):
    count = company.ask("country(filter: {changedTimestamp: {_eq: null}}) { totalCount }")["country"]["totalCount"]
    assert count == len(company.table("country"))


@pytest.mark.fact("absent_filter_finds_all")
def test_a_filter_without_a_value_finds_every_row(people):
    document = (
        f"query($f: FilterExpression_Address) {{ useCompany(no: {people.number}) "
        "{ address(filter: $f) { totalCount } } }"
    )
    answer = people.run(document)
    assert "errors" not in answer, answer
    assert answer["data"]["useCompany"]["address"]["totalCount"] >= 5


@pytest.mark.fact("empty_filter_finds_all")
def test_an_empty_filter_finds_every_row(people):
    assert people.ask("address(filter: {}) { totalCount }")["address"]["totalCount"] >= 5


@pytest.mark.fact("filters_as_variables")
def test_a_whole_filter_can_be_a_variable_of_many_parts(people):
    parts = [{"_and": [{"name": {"_eq": f"N{index}"}}, {"noOfEmployees": {"_eq": 1}}]} for index in range(1000)]
    parts.append({"name": {"_eq": f"{people.mark} Eva"}})
    document = (
        f"query($f: FilterExpression_Address) {{ useCompany(no: {people.number}) "
        "{ address(filter: $f) { items { name } } } }"
    )
    answer = people.run(document, f={"_or": parts})
    assert "errors" not in answer, answer
    assert answer["data"]["useCompany"]["address"]["items"] == [{"name": f"{people.mark} Eva"}]


def test_a_value_of_the_wrong_type_is_refused_with_its_place(company):
    document = "query($f: FilterExpression_Address) { useCompany(no: 1234567) { address(filter: $f) { totalCount } } }"
    [error] = company.run(document, f={"_and": [{"group1": {"_eq": "two"}}]})["errors"]
    assert "._and[0].group1._eq" in error["message"]
    assert "'Int'" in error["message"]
