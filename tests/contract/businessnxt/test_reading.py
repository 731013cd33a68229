"""Reading: pages, cursors, orders, joins."""

from __future__ import annotations

import pytest

PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } items { name }"
PEOPLE = ["Ada", "Bo", "Cato", "Dag", "Eva"]

pytestmark = pytest.mark.writes


@pytest.fixture
def people(erp):
    erp.make("address", *({"name": f"{erp.mark} {name}", "noOfEmployees": at} for at, name in enumerate(PEOPLE)))
    return erp


def page(people, arguments, **variables):
    ours = f'filter: {{name: {{_like: "{people.mark}%"}}}}, {arguments}'
    found = people.ask(f"address({ours}) {{ {PAGE} }}", **variables)["address"]
    for row in found["items"]:
        row["name"] = row["name"].removeprefix(f"{people.mark} ")
    return found


def names(people, arguments, **variables):
    return [row["name"] for row in page(people, arguments, **variables)["items"]]


@pytest.mark.fact("total_count")
@pytest.mark.fact("page_info")
@pytest.mark.fact("previous_page_is_told_forward")
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


@pytest.mark.fact("flags_are_odd_backward")
def test_going_backward_next_means_more_before(people):
    last = page(people, "last: 2")
    assert [row["name"] for row in last["items"]] == ["Dag", "Eva"]
    assert last["pageInfo"]["hasNextPage"]
    assert not last["pageInfo"]["hasPreviousPage"]
    first = page(people, f'last: 5, before: "{last["pageInfo"]["startCursor"]}"')
    assert [row["name"] for row in first["items"]] == ["Ada", "Bo", "Cato"]
    assert not first["pageInfo"]["hasNextPage"]


@pytest.mark.fact("skip_goes_both_ways")
def test_skip_leaves_rows_out_in_both_directions(people):
    assert names(people, "first: 2, skip: 1") == ["Bo", "Cato"]
    assert names(people, "last: 2, skip: 1") == ["Cato", "Dag"]


@pytest.mark.fact("first_wins_over_last")
def test_first_wins_over_last(people):
    assert names(people, "first: 2, last: 1") == ["Ada", "Bo"]


@pytest.mark.fact("null_cursor_is_the_beginning")
def test_a_null_cursor_asks_for_the_first_page(people):
    assert names(people, "first: 2, after: null") == ["Ada", "Bo"]


@pytest.mark.fact("cursors_are_opaque")
def test_a_cursor_says_nothing_by_itself(people):
    cursor = page(people, "first: 2")["pageInfo"]["endCursor"]
    assert not cursor.isdigit()


@pytest.mark.fact("cursors_are_row_offsets")
def test_a_row_that_comes_before_the_cursor_shifts_what_follows(people):
    order = "orderBy: [{noOfEmployees: DESC}]"
    cursor = page(people, f"first: 2, {order}")["pageInfo"]["endCursor"]
    people.make("address", {"name": f"{people.mark} Zoe", "noOfEmployees": 9})
    assert names(people, f'first: 2, after: "{cursor}", {order}') == ["Dag", "Cato"]


def test_an_empty_page_has_no_cursors(people):
    empty = page(people, "first: 2, skip: 5")
    assert empty["items"] == []
    assert empty["pageInfo"]["endCursor"] is None


@pytest.mark.fact("page_sizes_are_positive")
@pytest.mark.parametrize("arguments", ["first: 0", "last: -1", "skip: 0"])
def test_a_size_that_is_not_positive_is_refused(erp, arguments):
    answer = erp.run(f"{{ useCompany(no: {erp.number}) {{ address({arguments}) {{ items {{ name }} }} }} }}")
    assert "errors" in answer


def test_a_cursor_that_makes_no_sense_is_refused(erp):
    answer = erp.run(f'{{ useCompany(no: {erp.number}) {{ address(after: "nonsense") {{ items {{ name }} }} }} }}')
    assert answer["errors"][0]["path"] == ["useCompany", "address"]


@pytest.mark.fact("default_page_size")
def test_without_a_size_every_row_comes(people):
    assert names(people, "") == PEOPLE


@pytest.mark.fact("largest_page")
def test_a_page_is_as_large_as_was_asked_for(company):
    company.create("address", *[{}] * 501)
    assert len(company.ask("address(first: 501) { items { name } }")["address"]["items"]) == 501


@pytest.mark.fact("order_by_is_a_list")
def test_rows_come_in_the_order_wished_for(people):
    assert names(people, "orderBy: [{name: DESC}]") == PEOPLE[::-1]
    assert names(people, "orderBy: [{phone: ASC}, {noOfEmployees: DESC}], first: 2") == ["Eva", "Dag"]


@pytest.mark.fact("ties_are_sorted_by_key")
def test_equal_rows_come_by_key(people):
    assert names(people, "orderBy: [{phone: ASC}]") == PEOPLE


# -- joins


@pytest.fixture
def orders(company):
    company.create("associate", {"name": "Kari", "customerNo": 10001})
    company.create("order", {"customerNo": 10001, "orderLines": [{"productNo": "FRAKT"}, {"productNo": "DIV"}]}, {})
    return company


def test_joins_lead_up_to_one_row_and_down_to_many(orders):
    answer = orders.ask(
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


@pytest.mark.fact("joinup_of_unset_is_null")
def test_a_join_through_an_unset_number_is_null(erp):
    [made] = erp.make("order", {}, items="orderNo joinup_Associate_via_Customer { name }")
    assert made["joinup_Associate_via_Customer"] is None


@pytest.mark.fact("joins_follow_mutations")
def test_the_rows_of_a_mutation_can_be_joined(erp):
    [made] = erp.make("order", {}, items="orderNo lines: joindown_OrderLine_via_Order { totalCount }")
    assert made["lines"] == {"totalCount": 0}


def test_rows_are_the_same_with_and_without_the_short_cut_for_plain_columns(company):
    columns = "countryNo isoCode name changedTimestamp currencyNo"
    short = company.ask(f"country {{ items {{ {columns} }} }}")["country"]["items"]
    whole = company.ask(f"country {{ items {{ __typename {columns} }} }}")["country"]["items"]
    assert [{"__typename": "Country"} | row for row in short] == whole
