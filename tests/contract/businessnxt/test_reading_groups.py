"""Rows summed up: groups, what they come to, and distinct rows."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.writes


@pytest.fixture
def towns(erp):
    rows = [("Oslo", 2), ("Oslo", 4), ("Bergen", 5), ("Bodø", 1), ("Bergen", 1)]
    erp.make("address", *({"postalArea": town, "noOfEmployees": count} for town, count in rows))
    return erp


def groups(towns, arguments, fields):
    ours = f'filter: {{name: {{_eq: "{towns.mark}"}}}}, {arguments}'
    return towns.ask(f"address({ours}) {{ items {{ {fields} }} }}")["address"]["items"]


@pytest.mark.fact("group_by")
def test_a_group_is_one_row(towns):
    found = groups(towns, "groupBy: [{postalArea: DEFAULT}]", "postalArea")
    assert found == [{"postalArea": "Bergen"}, {"postalArea": "Bodø"}, {"postalArea": "Oslo"}]


@pytest.mark.fact("group_aggregates")
def test_a_group_tells_what_its_rows_come_to(towns):
    functions = ["sum", "average", "count", "minimum", "maximum", "variance"]
    wanted = " ".join(f"{name} {{ noOfEmployees }}" for name in functions)
    found = groups(towns, "groupBy: [{postalArea: DEFAULT}]", f"aggregates {{ {wanted} }}")
    oslo = {name: value["noOfEmployees"] for name, value in found[2]["aggregates"].items()}
    assert oslo == {"sum": 6, "average": 3, "count": 2, "minimum": 2, "maximum": 4, "variance": 2}


@pytest.mark.fact("group_having")
def test_having_leaves_out_groups(towns):
    found = groups(
        towns, 'groupBy: [{postalArea: DEFAULT}], having: {postalArea: {_in: ["Bodø", "Oslo"]}}', "postalArea"
    )
    assert [row["postalArea"] for row in found] == ["Bodø", "Oslo"]


@pytest.mark.fact("having_compares_aggregates")
def test_having_compares_what_groups_come_to(towns):
    having = (
        "having: {_and: [{_sum: {noOfEmployees: {_gt: 1}}}, {_count: {noOfEmployees: {_between: {from: 2, to: 9}}}}]}"
    )
    found = groups(towns, f"groupBy: [{{postalArea: DEFAULT}}], {having}", "postalArea")
    assert [row["postalArea"] for row in found] == ["Bergen", "Oslo"]


@pytest.mark.fact("order_by_aggregates")
def test_groups_are_sorted_by_what_they_come_to(towns):
    order = "orderBy: [{_sum: {noOfEmployees: DESC}}, {postalArea: DESC}]"
    found = groups(towns, f"groupBy: [{{postalArea: DEFAULT}}], {order}", "postalArea")
    assert [row["postalArea"] for row in found] == ["Oslo", "Bergen", "Bodø"]


@pytest.mark.fact("groups_are_not_paged")
def test_groups_come_all_at_once(towns):
    assert len(groups(towns, "first: 1, groupBy: [{postalArea: DEFAULT}]", "postalArea")) == 3


@pytest.mark.fact("distinct_rows")
def test_distinct_answers_each_combination_once(towns):
    found = groups(towns, "distinct: true, orderBy: [{postalArea: DESC}]", "postalArea")
    assert [row["postalArea"] for row in found] == ["Oslo", "Bodø", "Bergen"]
    assert len(groups(towns, "distinct: true", "postalArea noOfEmployees")) == 5


def test_rows_cannot_be_sorted_by_what_groups_come_to(company):
    answer = company.run("{ useCompany(no: 1234567) { address(orderBy: [{_sum: {turnover: ASC}}]) { totalCount } } }")
    assert "groups can" in answer["errors"][0]["message"]
