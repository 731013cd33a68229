"""The GraphQL documents: fixed text, and right by a schema that was not made from them."""

from __future__ import annotations

import pytest
from businessnxt import documents
from graphql import parse, validate
from sandbox.businessnxt import model
from sandbox.businessnxt.behaviours import Behaviours
from sandbox.businessnxt.execution import Engine


@pytest.fixture(scope="session")
def schema():
    return Engine(model.load(), Behaviours()).current().public


def arguments(schema, field):
    found = schema.mutation_type.fields["useCompany"].type.fields[field].args
    return {name: str(argument.type) for name, argument in found.items()}


def every_document(schema):
    lines = {"orderLines": ("joindown_OrderLine_via_Order", ["lineNo", "productNo"])}
    yield documents.page("orderLine", ["orderNo", "lineNo"], ["orderNo", "lineNo"])
    yield documents.create("order", ["orderNo"], arguments(schema, "order_create"), children=lines, suggest=False,
                           stops=True)  # fmt: skip
    yield documents.create("associate", ["name"], arguments(schema, "associate_create"), children={}, suggest=True,
                           stops=True)  # fmt: skip
    yield documents.update("product", ["description"], arguments(schema, "product_update"), stops=True)
    yield documents.update("orderLine", ["quantity"], arguments(schema, "orderLine_update"), stops=False)
    yield documents.delete("address")
    yield from (documents.TABLE, documents.TABLES, documents.MUTATIONS, documents.COMPANIES)


def test_every_document_is_right_by_the_sandbox_schema(schema):
    found = [(text, validate(schema, parse(text))) for text in every_document(schema)]

    assert len(found) == 10
    assert [(text, [each.message for each in errors]) for text, errors in found if errors] == []


def test_the_check_finds_what_is_wrong(schema):
    assert validate(schema, parse(documents.page("address", ["nmae"], ["addressNo"])))


def test_the_same_question_is_the_same_text(schema):
    assert list(every_document(schema)) == list(every_document(schema))


def test_no_value_stands_in_a_document(schema):
    assert [text for text in every_document(schema) if '"' in text.replace('"Mutation_UseCompany"', "")
            .replace('"Query_UseCompany"', "")] == []  # fmt: skip


def test_onerror_is_asked_for_where_it_stops(schema):
    known = arguments(schema, "product_update")

    assert "onError: FAIL_TABLE" in documents.update("product", [], known, stops=True)
    assert "onError" not in documents.update("product", [], known, stops=False)
