"""The language: documents, batches, directives, errors, what the schema tells of itself."""

from __future__ import annotations

import pytest


def count(company, table="country"):
    return f"{{ useCompany(no: {company.number}) {{ {table} {{ totalCount }} }} }}"


@pytest.mark.fact("trace_id_in_extensions")
def test_every_answer_carries_a_trace_id_of_its_own(erp):
    first, second = erp.run(count(erp)), erp.run("{ nonsense }")
    assert first["extensions"].keys() & second["extensions"].keys() == {"vbnxt-trace-id"}
    assert first["extensions"]["vbnxt-trace-id"] != second["extensions"]["vbnxt-trace-id"]


@pytest.mark.fact("batch_is_answered_in_order")
def test_a_list_of_requests_is_answered_by_a_list_in_the_same_order(erp):
    tables = ["country", "address", "unit"]
    answers = erp.post([{"query": count(erp, table)} for table in tables]).json()
    assert [list(each["data"]["useCompany"]) for each in answers] == [[table] for table in tables]


def test_what_a_batch_wrote_is_seen_by_what_follows_in_it(company):
    create = 'mutation { useCompany(no: 1234567) { address_create(values: [{name: "A"}]) { affectedRows } } }'
    before, _, after = company.post([{"query": each} for each in (count(company, "address"), create) * 2][:3]).json()
    assert before["data"]["useCompany"]["address"]["totalCount"] == 0
    assert after["data"]["useCompany"]["address"]["totalCount"] == 1


@pytest.mark.fact("batch_of_32_at_most")
def test_a_batch_of_more_than_32_is_refused(erp):
    assert erp.post([{"query": count(erp)}] * 32).status_code == 200
    answer = erp.post([{"query": count(erp)}] * 33)
    assert answer.status_code == 400
    assert "1 to 32" in answer.json()["errors"][0]["message"]


@pytest.mark.fact("unreadable_body_is_400")
def test_a_body_that_is_no_json_is_refused(erp):
    headers = {"Authorization": f"Bearer {erp.sign_in()}"}
    assert erp.http.post(erp.info["api_url"], data="{", headers=headers).status_code == 400


def test_an_unknown_field_is_named_with_its_rule_and_a_guess(company):
    [error] = company.run("{ useCompany(no: 1234567) { country { totalRows } } }")["errors"]
    assert error["extensions"] == {"code": "FIELDS_ON_CORRECT_TYPE", "codes": ["FIELDS_ON_CORRECT_TYPE"]}
    assert error["message"].startswith("GraphQL.Validation.Errors.FieldsOnCorrectTypeError: Cannot query field")
    assert "Did you mean 'totalCount'?" in error["message"]
    assert "Query_UseCompany_Country_Connection" in error["message"]


def test_a_syntax_error_is_an_answer_too(company):
    [error] = company.run("{ useCompany(")["errors"]
    assert error["extensions"]["code"] == "SYNTAX_ERROR"


@pytest.mark.fact("operation_name_must_match")
def test_an_operation_name_that_the_document_does_not_have_is_refused(erp):
    answer = erp.post({"query": f"query a {count(erp)}", "operationName": "b"}).json()
    assert "errors" in answer
    assert "data" not in answer


@pytest.mark.fact("errors_come_with_200")
def test_nearly_every_failure_comes_with_200(erp):
    answer = erp.post({"query": "{ nonsense }"})
    assert (answer.status_code, "errors" in answer.json()) == (200, True)


def test_an_operation_is_chosen_by_its_name(company):
    document = "query a { useCompany(no: 1234567) { unit { totalCount } } } query b { useModel { tables { tableNo } } }"
    answer = company.post({"query": document, "operationName": "b"}).json()
    assert list(answer["data"]) == ["useModel"]


def test_a_fragment_an_alias_and_the_conditions_work_together(company):
    document = """
      query($with: Boolean!) { useCompany(no: 1234567) {
        norway: country(filter: {isoCode: {_eq: "NO"}}) { items { ...names isoCode @skip(if: $with) } }
        units: unit(first: 1) @include(if: $with) { totalCount }
      } }
      fragment names on Country { number: countryNo name }
    """
    answer = company.run(document, **{"with": False})["data"]["useCompany"]
    assert answer == {"norway": {"items": [{"number": 47, "name": "Norge", "isoCode": "NO"}]}}
    assert company.run(document, **{"with": True})["data"]["useCompany"]["units"]["totalCount"] == 5


def test_a_value_is_exported_to_what_comes_after_it(company):
    document = """
      mutation($no: Int = 0) { useCompany(no: 1234567) {
        order_create(values: [{orderDate: 20250101}]) { items { orderNo @export(as: "no") } }
        orderLine_create(values: [{orderNo: $no, description: "Later"}]) { items { orderNo lineNo } }
      } }
    """
    answer = company.run(document)["data"]["useCompany"]
    assert answer["orderLine_create"]["items"] == [{"orderNo": 1, "lineNo": 1}]
