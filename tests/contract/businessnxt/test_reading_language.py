"""GraphQL's own words: aliases, fragments, directives, exports, and what is said of a bad document."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, validate_schema


def asked(erp, document, **variables):
    """The data of a document that must have no errors."""
    answer = erp.run(document.replace("COMPANY", str(erp.number)), **variables)
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.fact("aliases")
def test_fields_can_be_renamed(erp):
    data = asked(erp, "{ c: useCompany(no: COMPANY) { lands: country(first: 1) { n: totalCount } } }")
    assert data["c"]["lands"]["n"] > 0


@pytest.mark.fact("named_fragments")
def test_a_selection_can_be_named(erp):
    document = "{ useCompany(no: COMPANY) { country(first: 1) { ...page } } } "
    document += "fragment page on Query_UseCompany_Country_Connection { items { ...row } } "
    document += "fragment row on Country { countryNo }"
    [row] = asked(erp, document)["useCompany"]["country"]["items"]
    assert list(row) == ["countryNo"]


@pytest.mark.fact("inline_fragments")
def test_a_selection_can_stand_in_an_inline_fragment(erp):
    data = asked(erp, "{ useCompany(no: COMPANY) { country(first: 1) { items { ... on Country { countryNo } } } } }")
    assert list(data["useCompany"]["country"]["items"][0]) == ["countryNo"]


@pytest.mark.fact("commas_are_optional")
def test_commas_can_be_left_out(erp):
    data = asked(erp, "{ useCompany(no: COMPANY) { country(first: 1 orderBy: [{countryNo: ASC}]) { totalCount } } }")
    assert data["useCompany"]["country"]["totalCount"] > 0


@pytest.mark.fact("company_number_is_nullable")
def test_the_company_number_is_declared_either_way(erp):
    for kind in ("Int!", "Int"):
        document = f"query($no: {kind}) {{ useCompany(no: $no) {{ country(first: 1) {{ totalCount }} }} }}"
        assert asked(erp, document, no=int(erp.number))["useCompany"]["country"]["totalCount"] > 0


@pytest.mark.fact("include_directive")
def test_include_keeps_or_leaves_out(erp):
    document = (
        "query($yes: Boolean = true, $no: Boolean = false) { useCompany(no: COMPANY) { country(first: 1) "
        "{ totalCount @include(if: $yes) items @include(if: $no) { name } } } }"
    )
    assert list(asked(erp, document)["useCompany"]["country"]) == ["totalCount"]


@pytest.mark.fact("skip_directive")
def test_skip_leaves_out_or_keeps(erp):
    document = "{ useCompany(no: COMPANY) { country(first: 1) { totalCount @skip(if: false) items @skip(if: true) "
    assert list(asked(erp, document + "{ name } } } }")["useCompany"]["country"]) == ["totalCount"]


@pytest.mark.fact("export_directive")
def test_a_value_becomes_a_variable_of_what_comes_later(erp):
    document = (
        "query($land: Int = 0) { useCompany(no: COMPANY) { "
        'first: country(first: 1, orderBy: [{countryNo: DESC}]) { items { countryNo @export(as: "land") } } '
        "again: country(filter: {countryNo: {_eq: $land}}) { items { countryNo } } } }"
    )
    company = asked(erp, document)["useCompany"]
    assert company["again"] == company["first"]


@pytest.mark.fact("exports_collect_into_lists")
def test_values_are_collected_into_a_list(erp):
    document = (
        "query($lands: [Int!] = [-1]) { useCompany(no: COMPANY) { "
        'some: country(first: 3, orderBy: [{countryNo: ASC}]) { items { countryNo @export(as: "lands") } } '
        "again: country(filter: {countryNo: {_in: $lands}}, orderBy: [{countryNo: ASC}]) { items { countryNo } } } }"
    )
    company = asked(erp, document)["useCompany"]
    assert len(company["some"]["items"]) == 3
    assert company["again"] == company["some"]


@pytest.mark.fact("exports_are_waited_for")
def test_what_uses_an_exported_value_waits_for_it_and_keeps_its_place(erp):
    document = (
        "query($land: Int = 0) { useCompany(no: COMPANY) { "
        "uses: country(filter: {countryNo: {_eq: $land}}) { items { countryNo } } "
        "...sets } } fragment sets on Query_UseCompany { "
        'sets: country(first: 1, orderBy: [{countryNo: DESC}]) { items { countryNo @export(as: "land") } } }'
    )
    company = asked(erp, document)["useCompany"]
    assert company["uses"] == company["sets"]
    assert list(company) == ["uses", "sets"]


def test_a_mutation_can_use_what_another_one_made(company):
    document = """
      mutation($number: Int = 0) { useCompany(no: 1234567) {
        orderLine_create(values: [{orderNo: $number, description: "Later"}]) { items { orderNo lineNo } }
        order_create(values: [{}]) { items { orderNo @export(as: "number") } }
      } }
    """
    lines = asked(company, document)["useCompany"]["orderLine_create"]["items"]
    assert lines == [{"orderNo": 1, "lineNo": 1}]


@pytest.mark.fact("validation_errors_name_their_class")
@pytest.mark.fact("validation_errors_have_codes")
def test_a_bad_document_is_answered_as_graphql_net_does(erp):
    answer = erp.run(f"{{ useCompany(no: {erp.number}) {{ country {{ totalRows }} }} }}")
    [error] = answer["errors"]
    assert error["message"].startswith("GraphQL.Validation.Errors.FieldsOnCorrectTypeError: Cannot query field")
    assert error.get("extensions", {}).get("code") == "FIELDS_ON_CORRECT_TYPE"
    assert error["extensions"]["codes"] == ["FIELDS_ON_CORRECT_TYPE"]
    assert error["locations"]
    assert not answer.get("data")


@pytest.mark.fact("introspection_is_on")
def test_the_schema_tells_of_itself_and_is_a_valid_one(erp):
    answer = erp.run(get_introspection_query())
    assert "errors" not in answer, answer
    schema = build_client_schema(answer["data"])
    assert validate_schema(schema) == []
    inputs = schema.type_map["Order_Input"].fields.keys()
    assert not {"orderNo", "createdDate", "changedByUser"} & inputs
