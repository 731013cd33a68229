"""Rights: what an access group hides or refuses, as the schema and the answers show it."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, validate_schema


def allow(company, **rights):
    return company.control("PUT", "/rights", rights)


def fields(company, name):
    found = company.run(f'{{ __type(name: "{name}") {{ fields {{ name }} inputFields {{ name }} }} }}')["data"][
        "__type"
    ]
    return {each["name"] for each in (found["fields"] or found["inputFields"])} if found else set()


@pytest.mark.fact("hidden_tables_leave_mutations")
def test_a_hidden_table_has_no_mutations(company):
    allow(company, hidden_tables=["order"])
    gone = {"order_create", "order_update", "order_delete", "order_processings", "order_reports"}
    assert not gone & fields(company, "Mutation_UseCompany")
    assert "associate_create" in fields(company, "Mutation_UseCompany")


@pytest.mark.fact("hidden_tables_leave_mutations")
def test_a_hidden_table_is_no_child_of_another(company):
    allow(company, hidden_tables=["orderLine"])
    assert "orderLines" not in fields(company, "Order_Input")


@pytest.mark.fact("hidden_tables_leave_queries")
def test_a_hidden_table_cannot_be_asked_for(company):
    allow(company, hidden_tables=["order"])
    assert "order" not in fields(company, "Query_UseCompany")
    told = company.run("{ useModel { tables { identifier } } }")["data"]["useModel"]["tables"]
    assert "Order" not in {table["identifier"] for table in told}


@pytest.mark.fact("hidden_tables_leave_joins")
def test_no_join_leads_to_a_hidden_table(company):
    allow(company, hidden_tables=["associate"])
    assert not [name for name in fields(company, "Order") if name.startswith("joinup_Associate")]
    assert not [name for name in fields(company, "Country") if name.startswith("joindown_Associate")]


@pytest.mark.fact("hidden_columns_leave_inputs")
def test_a_hidden_column_cannot_be_written(company):
    allow(company, hidden_columns={"order": ["orderType", "orderDate"]})
    inputs = fields(company, "Order_Input")
    assert not {"orderType", "orderTypeAsEnum", "orderDate", "orderDateAsDate"} & inputs
    assert "customerNo" in inputs


@pytest.mark.fact("hidden_columns_leave_rows")
def test_a_hidden_column_cannot_be_read(company):
    allow(company, hidden_columns={"associate": ["information1"]})
    for kind in ("Associate", "FilterExpression_Associate", "OrderBy_Associate", "GroupBy_Associate"):
        assert "information1" not in fields(company, kind)
        assert "information2" in fields(company, kind)


@pytest.mark.fact("refused_mutations_leave_the_schema")
@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_a_refused_mutation_is_missing(company, verb):
    allow(company, **{f"no_{verb}": ["associate"]})
    left = {f"associate_{other}" for other in ("create", "update", "delete") if other != verb}
    there = fields(company, "Mutation_UseCompany")
    assert f"associate_{verb}" not in there
    assert left <= there


def test_the_schema_that_is_left_is_a_valid_one(company):
    allow(company, hidden_tables=["associate", "orderLine"], hidden_columns={"order": ["customerNo"]})
    schema = build_client_schema(company.run(get_introspection_query())["data"])
    assert validate_schema(schema) == []
    assert "Associate" not in schema.type_map


def test_what_stays_in_the_schema_is_refused_when_it_is_asked_for(company):
    before = company.table("associate")
    company.behave(
        hidden_tables_leave_queries=False, hidden_columns_leave_rows=False, refused_mutations_leave_the_schema=False
    )
    allow(company, hidden_tables=["order"], hidden_columns={"country": ["name"]}, no_create=["associate"])
    document = "{ useCompany(no: 1234567) { order { totalCount } country(first: 1) { items { name isoCode } } } }"
    answer = company.run(document)
    assert answer["data"]["useCompany"] == {"order": None, "country": {"items": [{"name": None, "isoCode": "US"}]}}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"ACCESS_DENIED"}
    assert company.create("associate", {})["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert company.table("associate") == before


def test_rights_are_shown_and_given_back(company):
    given = {"hidden_tables": ["order"], "hidden_columns": {"associate": ["name"]}, "no_delete": ["product"]}
    assert allow(company, **given) == given
    assert company.control("GET", "/rights") == given
    assert allow(company) == {}
    assert "order" in fields(company, "Query_UseCompany")


def test_a_reset_gives_all_rights_back(company):
    allow(company, hidden_tables=["order"])
    company.control("POST", "/reset")
    assert company.control("GET", "/rights") == {}


@pytest.mark.parametrize(
    "body", [{"hidden": ["order"]}, {"hidden_tables": ["orders"]}, {"hidden_columns": {"order": ["nothing"]}}]
)
def test_rights_to_what_does_not_exist_are_refused(company, body):
    answer = company.http.put(f"{company.info['control_url']}/rights", json=body)
    assert answer.status_code == 400
    assert "no such" in answer.json()["error"]
