"""Reading: pages, cursors, orders, filters, joins, derived columns."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(company):
    names = ["Ada", "Bo", "Cato", "Dag", "Eva"]
    company.create("address", *({"name": name, "group1": index} for index, name in enumerate(names)))
    return company


def names(company, arguments):
    return [row["name"] for row in company.ask(f"address({arguments}) {{ items {{ name }} }}")["address"]["items"]]


def page(company, arguments):
    fields = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } items { name }"
    return company.ask(f"address({arguments}) {{ {fields} }}")["address"]


def test_pages_follow_one_another_by_their_cursors(people):
    first = page(people, "first: 2")
    assert first["totalCount"] == 5
    assert [row["name"] for row in first["items"]] == ["Ada", "Bo"]
    assert first["pageInfo"]["hasNextPage"]
    assert not first["pageInfo"]["hasPreviousPage"]
    last = page(people, f'first: 3, after: "{first["pageInfo"]["endCursor"]}"')
    assert [row["name"] for row in last["items"]] == ["Cato", "Dag", "Eva"]
    assert not last["pageInfo"]["hasNextPage"]
    assert last["pageInfo"]["hasPreviousPage"]


def test_going_backward_next_means_more_before(people):
    last = page(people, "last: 2")
    assert [row["name"] for row in last["items"]] == ["Dag", "Eva"]
    assert last["pageInfo"]["hasNextPage"]
    assert not last["pageInfo"]["hasPreviousPage"]
    first = page(people, f'last: 5, before: "{last["pageInfo"]["startCursor"]}"')
    assert [row["name"] for row in first["items"]] == ["Ada", "Bo", "Cato"]
    assert not first["pageInfo"]["hasNextPage"]


def test_skip_leaves_rows_out_in_both_directions(people):
    assert names(people, "first: 2, skip: 1") == ["Bo", "Cato"]
    assert names(people, "last: 2, skip: 1") == ["Cato", "Dag"]


def test_an_empty_page_has_no_cursors(people):
    empty = page(people, 'first: 2, filter: {name: {_eq: "Nobody"}}')
    assert empty["pageInfo"]["endCursor"] is None
    assert empty["totalCount"] == 0


@pytest.mark.parametrize("arguments", ["first: 0", "last: -1", "skip: 0", 'after: "nonsense"'])
def test_a_page_that_makes_no_sense_is_refused(people, arguments):
    answer = people.run(f"{{ useCompany(no: 1234567) {{ address({arguments}) {{ items {{ name }} }} }} }}")
    assert answer["errors"][0]["path"] == ["useCompany", "address"]


def test_rows_come_in_the_order_wished_for_then_by_key(people):
    assert names(people, "orderBy: [{name: DESC}]") == ["Eva", "Dag", "Cato", "Bo", "Ada"]
    assert names(people, "orderBy: [{phone: ASC}, {group1: DESC}], first: 2") == ["Eva", "Dag"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("{group1: {_eq: 2}}", ["Cato"]),
        ("{group1: {_not_eq: 2}}", ["Ada", "Bo", "Dag", "Eva"]),
        ("{group1: {_gt: 2}}", ["Dag", "Eva"]),
        ("{group1: {_gte: 2}}", ["Cato", "Dag", "Eva"]),
        ("{group1: {_lt: 2}}", ["Ada", "Bo"]),
        ("{group1: {_lte: 2}}", ["Ada", "Bo", "Cato"]),
        ("{group1: {_gte: 1, _lt: 3}}", ["Bo", "Cato"]),
        ("{group1: {_in: [0, 4]}}", ["Ada", "Eva"]),
        ("{group1: {_in: 4}}", ["Eva"]),
        ("{group1: {_in: []}}", []),
        ("{group1: {_not_in: [0, 4]}}", ["Bo", "Cato", "Dag"]),
        ("{group1: {_between: {from: 1, to: 3}}}", ["Bo", "Cato", "Dag"]),
        ("{group1: {_not_between: {from: 1, to: 3}}}", ["Ada", "Eva"]),
        ('{name: {_like: "%a%"}}', ["Ada", "Cato", "Dag", "Eva"]),
        ('{name: {_not_like: "%a%"}}', ["Bo"]),
        ('{name: {_eq: "ADA"}}', ["Ada"]),
        ('{_or: [{name: {_eq: "Bo"}}, {_and: [{group1: {_gt: 2}}, {group1: {_lt: 4}}]}]}', ["Bo", "Dag"]),
        ('{name: {_like: "%a%"}, group1: {_gt: 2}}', ["Dag", "Eva"]),
        ("{changedTimestamp: {_eq: null}}", []),
        ('{changedTimestamp: {_gte: "2024-01-01"}, group1: {_eq: 1}}', ["Bo"]),
        ('{changedTimestamp: {_gte: "2024-01-01T10:00:00.1234567Z"}, group1: {_eq: 1}}', ["Bo"]),
        ('{changedTimestamp: {_gt: "2024-01-01T00:00:00"}, name: {_like: "A%"}}', ["Ada"]),
        ('{changedDateTime: {_lt: "2024-01-01 00:00:00"}}', []),
        ('{createdDateTime: {_gte: "2024-01-01 00:00:00"}, group1: {_eq: 0}}', ["Ada"]),
    ],
)
def test_a_filter_finds_the_rows_it_describes(people, expression, found):
    assert names(people, f"filter: {expression}") == found


def test_a_whole_filter_can_be_a_variable_of_many_parts(people):
    expression = {"_or": [{"_and": [{"name": {"_eq": f"N{index}"}}, {"group1": {"_eq": 1}}]} for index in range(3000)]}
    expression["_or"].append({"name": {"_eq": "Eva"}})
    document = (
        "query($f: FilterExpression_Address) { useCompany(no: 1234567) { address(filter: $f) { items { name } } } }"
    )
    assert people.run(document, f=expression)["data"]["useCompany"]["address"]["items"] == [{"name": "Eva"}]
    assert len(people.run(document)["data"]["useCompany"]["address"]["items"]) == 5


def test_a_value_of_the_wrong_type_is_refused_with_its_place(company):
    document = "query($f: FilterExpression_Address) { useCompany(no: 1234567) { address(filter: $f) { totalCount } } }"
    [error] = company.run(document, f={"_and": [{"group1": {"_eq": "two"}}]})["errors"]
    assert "._and[0].group1._eq" in error["message"]
    assert "'Int'" in error["message"]


def test_joins_lead_up_to_one_row_and_down_to_many(company):
    company.create("associate", {"name": "Kari", "customerNo": 10001})
    company.create("order", {"customerNo": 10001, "orderLines": [{"productNo": "FRAKT"}, {"productNo": "DIV"}]}, {})
    answer = company.ask(
        """
        order { items {
          customer: joinup_Associate_via_Customer { name orders: joindown_Order_via_Customer { totalCount } }
          lines: joindown_OrderLine_via_Order(filter: {productNo: {_eq: "DIV"}}) {
            totalCount items { lineNo joinup_Product { description } joinup_Unit { description } }
          }
        } }
        """
    )
    first, second = answer["order"]["items"]
    assert first["customer"] == {"name": "Kari", "orders": {"totalCount": 1}}
    line = {"lineNo": 2, "joinup_Product": {"description": "Diverse"}, "joinup_Unit": {"description": "stk"}}
    assert first["lines"] == {"totalCount": 1, "items": [line]}
    assert second == {"customer": None, "lines": {"totalCount": 0, "items": []}}


def test_derived_columns_show_dates_times_names_and_flags(company):
    company.create(
        "order", {"orderDate": 20250917, "orderType": 5, "orderPreferences": 256 + 2}, {"orderDate": 20251345}
    )
    rows = company.ask("order { items { orderDateAsDate orderTypeAsEnum orderPreferencesFlags changedTimeAsTime } }")
    first, second = rows["order"]["items"]
    assert first["orderDateAsDate"] == "2025-09-17"
    assert first["orderTypeAsEnum"] == "QuotationOrder"
    assert first["orderPreferencesFlags"] == ["CreditNote", "GrossOrder"]
    assert first["changedTimeAsTime"].endswith(":00.000")
    assert second["orderDateAsDate"] is None
    assert second["orderPreferencesFlags"] == []


def test_rows_are_the_same_with_and_without_the_short_cut_for_plain_columns(company):
    columns = "countryNo isoCode name changedTimestamp currencyNo"
    short = company.ask(f"country {{ items {{ {columns} }} }}")["country"]["items"]
    whole = company.ask(f"country {{ items {{ __typename {columns} }} }}")["country"]["items"]
    assert [{"__typename": "Country"} | row for row in short] == whole


def test_unset_columns_are_zero_or_empty_never_null(company):
    company.create("associate", {})
    [row] = company.ask("associate(last: 1) { items { customerNo name creditLimit fromDate } }")["associate"]["items"]
    assert row == {"customerNo": 0, "name": "", "creditLimit": 0, "fromDate": 0}


def test_rows_that_nobody_touched_for_years_have_no_time_stamp(company):
    fields = "changedTimestamp createdTimestamp changedDate changedByUser"
    [row] = company.ask(f"country(first: 1) {{ items {{ {fields} }} }}")["country"]["items"]
    assert row["changedTimestamp"] is None
    assert row["createdTimestamp"] is None
    assert row["changedDate"] == 20230607
    assert row["changedByUser"] == "system"
