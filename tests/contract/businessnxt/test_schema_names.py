"""What types and fields are called, as introspection shows it."""

from __future__ import annotations

import pytest

FIELDS = "name fields { name type { ...deep } args { name type { ...deep } } } inputFields { name type { ...deep } }"
DEEP = "fragment deep on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }"


def described(erp, name):
    """A type as the schema tells of it."""
    found = erp.run(f"query($name: String!) {{ __type(name: $name) {{ {FIELDS} }} }} {DEEP}", name=name)
    assert found.get("data", {}).get("__type"), f"no type {name}"
    return found["data"]["__type"]


def fields(erp, name):
    """The names of a type's fields, with the named type of each."""
    about = described(erp, name)
    return {each["name"]: named(each["type"]) for each in about["fields"] or about["inputFields"]}


def arguments(erp, name, field):
    """The arguments of a field, with the named type of each."""
    [found] = [each for each in described(erp, name)["fields"] if each["name"] == field] or [{"args": []}]
    return {each["name"]: named(each["type"]) for each in found["args"]}


def named(kind):
    while kind.get("ofType"):
        kind = kind["ofType"]
    return kind["name"]


@pytest.mark.fact("connection_type_name")
def test_a_table_field_answers_with_a_connection_named_after_the_table(erp):
    assert fields(erp, "Query_UseCompany").get("orderLine") == "Query_UseCompany_OrderLine_Connection"


@pytest.mark.fact("row_type_name")
@pytest.mark.fact("items_without_edges")
def test_the_rows_of_a_page_are_its_items(erp):
    connection = fields(erp, fields(erp, "Query_UseCompany")["orderLine"])
    assert connection.get("items") == "OrderLine"
    assert "edges" not in connection


@pytest.mark.fact("filter_type_name")
@pytest.mark.fact("order_by_type_name")
def test_filters_and_orders_are_named_after_the_table(erp):
    taken = arguments(erp, "Query_UseCompany", "orderLine")
    assert taken["filter"] == "FilterExpression_OrderLine"
    assert taken["orderBy"] == "OrderBy_OrderLine"


@pytest.mark.fact("operators_type_name")
def test_comparisons_are_named_after_the_type(erp):
    kind = arguments(erp, "Query_UseCompany", "orderLine")["filter"]
    assert fields(erp, kind)["lineNo"] == "FilterOperators_Int"


@pytest.mark.fact("mutation_name")
def test_each_table_has_three_mutations(erp):
    there = fields(erp, "Mutation_UseCompany")
    assert {"associate_create", "associate_update", "associate_delete"} <= there.keys()


@pytest.mark.fact("input_type_name")
@pytest.mark.fact("suggest_type_name")
def test_a_create_takes_rows_and_suggestions(erp):
    taken = arguments(erp, "Mutation_UseCompany", "associate_create")
    assert taken["values"] == "Associate_Input"
    assert taken["suggest"] == "Suggest_Associate_Input"


@pytest.mark.fact("update_input_type_name")
def test_an_update_cannot_touch_a_key_of_several_columns(erp):
    kind = arguments(erp, "Mutation_UseCompany", "orderLine_update")["value"]
    assert kind == "OrderLine_Update_Input"
    assert not {"orderNo", "lineNo"} & fields(erp, kind).keys()
    assert arguments(erp, "Mutation_UseCompany", "associate_update")["value"] == "Associate_Input"


@pytest.mark.fact("result_type_name")
def test_every_mutation_of_a_table_answers_alike(erp):
    there = fields(erp, "Mutation_UseCompany")
    assert {there[f"associate_{verb}"] for verb in ("create", "update", "delete")} == {
        "Mutation_UseCompany_Associate_Result"
    }


@pytest.mark.fact("processings_name")
@pytest.mark.fact("reports_name")
def test_processings_and_reports_stand_beside_the_mutations(erp):
    there = fields(erp, "Mutation_UseCompany")
    assert there.get("order_processings") == "OrderProcessings"
    assert there.get("order_reports") == "OrderReports"


@pytest.mark.fact("joinup_name")
@pytest.mark.fact("joinup_name_is_short")
@pytest.mark.fact("joinup_is_an_object")
def test_joins_up_lead_to_one_row(erp):
    assert fields(erp, "Order").get("joinup_Associate_via_Customer") == "Associate"
    assert fields(erp, "OrderLine").get("joinup_Unit") == "Unit"


@pytest.mark.fact("joindown_name")
@pytest.mark.fact("joindown_is_a_connection")
def test_joins_down_lead_to_a_page_of_rows(erp):
    down = fields(erp, "Order").get("joindown_OrderLine_via_Order")
    assert down == "Query_UseCompany_OrderLine_Connection"
    assert {"first", "filter"} <= arguments(erp, "Order", "joindown_OrderLine_via_Order").keys()


@pytest.mark.fact("stamps_on_every_table")
@pytest.mark.fact("timestamps_on_every_table")
@pytest.mark.parametrize("table", ["Associate", "Product", "Country"])
def test_every_table_has_its_stamps_and_no_input_does(erp, table):
    stamps = {f"{what}{which}" for what in ("created", "changed") for which in ("Date", "Time", "ByUser", "Timestamp")}
    assert stamps <= fields(erp, table).keys()
    assert not stamps & fields(erp, f"{table}_Input").keys()


@pytest.mark.fact("change_time_in_milliseconds")
def test_some_tables_know_the_millisecond_of_a_change(erp):
    assert fields(erp, "Order").get("changeTimeInMs") == "Int"


@pytest.mark.fact("dates_are_numbers")
def test_dates_are_whole_numbers(erp):
    assert fields(erp, "Order")["orderDate"] == "Int"
