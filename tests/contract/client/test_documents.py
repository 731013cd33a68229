"""Every document that is sent for the shipped mapping files is valid in the company's schema, as it tells it itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from businessnxt import documents
from crosswalk import load_mappings
from crosswalk.ways import Way
from graphql import build_client_schema, get_introspection_query, parse, validate

MAPPINGS = load_mappings(Path(__file__).parents[3] / "mapping")
STAMP = "changedByUser"


def tables():
    """Each table that a mapping file writes to, with its lines."""
    for mapping in MAPPINGS.mappings.values():
        if not mapping.one_way:
            table = Way(mapping).table
            yield table
            if table.lines:
                yield table.lines[1]


TABLES = {table.name: table for table in tables()}
LOOKUPS = {lookup.name: lookup for lookup in MAPPINGS.used_lookups()}


@pytest.fixture(scope="module")
def schema(served):
    return build_client_schema(served.client().execute(f"query whole{get_introspection_query()[24:]}", {}))


@pytest.fixture
def offered(client):
    """The arguments of a mutation, and whether it can stop at an error, as the company says."""
    return lambda table, operation: (client._schema.arguments(table, operation), client._schema.stops(table, operation))


def problems(schema, document):
    return [error.message for error in validate(schema, parse(document))]


@pytest.mark.parametrize("name", TABLES)
def test_pages_of_a_table_can_be_asked_for(schema, name):
    table = TABLES[name]
    assert problems(schema, documents.page(name, [*table.columns, STAMP], [*table.key])) == []


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_a_table_can_be_made_with_their_lines(schema, offered, name):
    table = TABLES[name]
    arguments, stops = offered(name, "create")
    children = {}
    if table.lines:
        field, lines = table.lines
        join = f"joindown_{documents.pascal(lines.name)}_via_{documents.pascal(name)}"
        children = {field: (join, [*lines.columns, STAMP])}
    made = documents.create(
        name, [*table.columns, STAMP], arguments, children=children, suggest=bool(table.suggest), stops=stops
    )
    assert problems(schema, made) == []


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_a_table_can_be_changed_and_deleted(schema, offered, name):
    table = TABLES[name]
    arguments, stops = offered(name, "update")
    changed = documents.update(name, [*table.key, *table.columns, STAMP], arguments, stops=stops)
    assert problems(schema, changed) == []
    assert problems(schema, documents.delete(name)) == []


@pytest.mark.parametrize("name", LOOKUPS)
def test_lookups_can_be_read(schema, name):
    lookup = LOOKUPS[name]
    assert problems(schema, documents.page(lookup.table, [lookup.by, lookup.key], [lookup.key])) == []


@pytest.mark.parametrize("name", ["TABLE", "TABLES", "MUTATIONS", "COMPANIES"])
def test_what_is_asked_of_the_schema_and_the_companies_is_valid(schema, name):
    assert problems(schema, getattr(documents, name)) == []


def test_a_column_that_is_not_there_would_be_found(schema):
    [problem] = problems(schema, documents.page("address", ["nmae"], ["addressNo"]))
    assert "nmae" in problem
