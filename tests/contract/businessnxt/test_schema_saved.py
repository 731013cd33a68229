"""The schema of a real company, saved from introspection and served in place of our own."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
import requests
from graphql import get_introspection_query
from programs import sandbox

INT, STRING, LONG = ({"kind": "SCALAR", "name": name, "ofType": None} for name in ("Int", "String", "Long"))
LIVING = {"isDeprecated": False, "deprecationReason": None}


class Saved:
    """An introspection result that can be edited as another company would have it."""

    def __init__(self, schema):
        self.schema = schema
        self.types = {each["name"]: each for each in schema["types"]}

    def parts(self, kind):
        return self.types[kind]["fields"] or self.types[kind]["inputFields"]

    def remove(self, table, column):
        for kind in self.types.values():
            for members in ("fields", "inputFields"):
                if table in kind["name"] and kind[members]:
                    kind[members] = [each for each in kind[members] if each["name"] != column]

    def add_column(self, table, column, kind):
        field = {"name": column, "description": None, "args": [], "type": kind} | LIVING
        value = {"name": column, "description": None, "type": kind, "defaultValue": None} | LIVING
        self.parts(table).append(field)
        self.parts(f"{table}_Input").append(value)
        of = {"kind": "INPUT_OBJECT", "name": "FilterOperators_Int" if kind is INT else "FilterOperators_String"}
        self.parts(f"FilterExpression_{table}").append(value | {"type": of | {"ofType": None}})

    def add_table_like(self, old, new):
        """A table that is called otherwise than another one, and is like it in all else."""
        small = old[:1].lower() + old[1:]
        words = {old: new, small: new[:1].lower() + new[1:]}

        def renamed(part):
            text = json.dumps(part)
            for word, other in words.items():
                text = text.replace(word, other)
            return json.loads(text)

        self.schema["types"] += [renamed(kind) for kind in self.schema["types"] if old in kind["name"]]
        for root in ("Query_UseCompany", "Mutation_UseCompany"):
            fields = self.types[root]["fields"]
            fields += [renamed(each) for each in fields if each["name"].split("_")[0] == small]
        self.types = {each["name"]: each for each in self.schema["types"]}

    def add_argument(self, field, name, kind):
        [found] = [each for each in self.parts("Mutation_UseCompany") if each["name"] == field]
        found["args"].append({"name": name, "description": None, "type": kind, "defaultValue": None} | LIVING)

    def add_member(self, enum, name):
        self.types[enum]["enumValues"].append({"name": name, "description": None} | LIVING)


@pytest.fixture(scope="module")
def saved(running):
    schema = Saved(introspect(running))
    schema.schema["types"].append({**schema.types["Decimal"], "name": "Long"})
    schema.remove("Associate", "webPage2")
    schema.add_table_like("ProductCategory", "Shipment")
    schema.add_column("Address", "nickname", STRING)
    schema.add_column("Shipment", "parcels", INT)
    schema.add_column("Shipment", "trackingNo", LONG)
    schema.add_argument("address_create", "urgency", INT)
    schema.add_member("OrderType", "SubscriptionOrder")
    return schema


@pytest.fixture(scope="module")
def edited(saved, start_company, tmp_path_factory):
    """The company that has the edited schema."""
    folder = tmp_path_factory.mktemp("real")
    with start_company(folder, "empty", schema=written(folder, {"data": {"__schema": saved.schema}})) as company:
        yield company


@pytest.fixture
def another(edited):
    """The same, as its seed left it."""
    edited.control("POST", "/reset")
    return edited


def written(folder, content):
    file = folder / "schema.json"
    file.write_text(json.dumps(content))
    return file


def roots(saved):
    return [saved.types["Query_UseCompany"], saved.types["Mutation_UseCompany"]]


def introspect(company):
    return company.run(get_introspection_query(input_value_deprecation=True))["data"]["__schema"]


def plain(schema):
    """The schema as one can compare it: the order of types says nothing."""
    types = {each["name"]: each for each in schema["types"] if not each["name"].startswith("__")}
    return {**schema, "types": types, "directives": {each["name"]: each for each in schema["directives"]}}


def test_what_is_served_is_what_was_saved(another, saved):
    assert plain(introspect(another)) == plain(saved.schema)


def test_a_column_that_the_company_lacks_is_not_there(another):
    assert "errors" in another.run("{ useCompany(no: 1234567) { associate { items { webPage2 } } } }")
    assert "errors" in another.create("associate", {"webPage2": "a.example.test"})


def test_rows_are_written_to_a_table_that_only_the_company_has(another):
    answer = another.create(
        "shipment", {"description": "One", "parcels": 2}, {"trackingNo": 2**40}, items="shipmentNo parcels trackingNo"
    )
    rows = answer["data"]["useCompany"]["shipment_create"]["items"]
    assert rows == [
        {"shipmentNo": 1, "parcels": 2, "trackingNo": 0},
        {"shipmentNo": 2, "parcels": 0, "trackingNo": 2**40},
    ]
    mine = another.ask('shipment(filter: {description: {_eq: "One"}}) { totalCount items { shipmentNo } }')["shipment"]
    assert mine == {"totalCount": 1, "items": [{"shipmentNo": 1}]}
    another.done("shipment_update(filter: {shipmentNo: {_eq: 1}}, value: {parcels: 3}) { affectedRows }")
    another.done("shipment_delete(filter: {shipmentNo: {_eq: 2}}) { affectedRows }")
    [row] = another.table("shipment")
    assert row["parcels"] == 3
    assert row["changedByUser"] == "sandbox_client"


def test_rows_are_written_to_a_column_that_only_the_company_has(another):
    answer = another.create("address", {"name": "Kari", "nickname": "Kaja"}, items="addressNo nickname")
    assert answer["data"]["useCompany"]["address_create"]["items"] == [{"addressNo": 1, "nickname": "Kaja"}]


def test_an_argument_that_only_the_company_has_is_taken(another):
    answer = another.create("address", {"name": "Kari"}, urgency=1)
    assert answer["data"]["useCompany"]["address_create"]["affectedRows"] == 1


def test_a_member_that_only_the_company_has_is_kept(another):
    answer = another.create(
        "order", {"orderTypeAsEnum": "SubscriptionOrder"}, {"orderType": 1}, items="orderTypeAsEnum"
    )
    names = [row["orderTypeAsEnum"] for row in answer["data"]["useCompany"]["order_create"]["items"]]
    assert names == ["SubscriptionOrder", "NormalOrder"]


def test_known_tables_keep_their_rules(another):
    another.create("associate", {"name": "Ola", "customerNo": 10001})
    answer = another.create("order", {"customerNo": 10001}, items="name joinup_Associate_via_Customer { shortName }")
    [order] = answer["data"]["useCompany"]["order_create"]["items"]
    assert order == {"name": "Ola", "joinup_Associate_via_Customer": {"shortName": "Ola"}}


def test_rights_hold_there_too(another):
    another.control("PUT", "/rights", {"hidden_tables": ["shipment"], "hidden_columns": {"address": ["nickname"]}})
    kinds = {each["name"]: each for each in introspect(another)["types"]}
    assert "Shipment" not in kinds
    assert "nickname" not in {each["name"] for each in kinds["Address_Input"]["inputFields"]}


def test_a_schema_of_thousands_of_types_is_served(running, start_company, tmp_path):
    large = Saved(introspect(running))
    few = list(large.schema["types"])
    for number in range(280):
        part = Saved({"types": [each for each in few if "ProductCategory" in each["name"]] + roots(large)})
        part.add_table_like("ProductCategory", f"Thing{number}")
        large.schema["types"] += [each for each in part.schema["types"] if f"Thing{number}" in each["name"]]
    assert len(large.schema["types"]) > 4000
    began = time.monotonic()
    with start_company(tmp_path, "empty", schema=written(tmp_path, large.schema)) as company:
        answer = company.create("thing279", {"description": "Last"}, items="thing279No description")
        assert time.monotonic() - began < 30
    assert answer["data"]["useCompany"]["thing279_create"]["items"] == [{"thing279No": 1, "description": "Last"}]


def test_a_file_that_is_older_than_the_schema_gets_its_new_columns(saved, start_company, tmp_path):
    with start_company(tmp_path, "empty") as older:
        older.create("address", {"name": "Kari"})
    with start_company(tmp_path, "empty", schema=written(tmp_path, saved.schema)) as newer:
        [row] = newer.ask("address { items { name nickname } }")["address"]["items"]
    assert row == {"name": "Kari", "nickname": ""}


def test_both_servers_can_be_started_with_it(saved, tmp_path):
    file = written(tmp_path, {"__schema": saved.schema})
    with sandbox("serve", "--shop-port=0", "--erp-port=0", f"--data={tmp_path}", f"--erp-schema={file}") as ready:
        rows = requests.get(f"{ready['businessnxt']['control_url']}/tables/shipment", timeout=10)
    assert rows.json() == []


def test_a_file_that_holds_no_schema_is_refused_by_name(tmp_path):
    file = written(tmp_path, {"errors": [{"message": "no"}]})
    run = subprocess.run(
        [sys.executable, "-m", "sandbox", "businessnxt", "--port", "0", "--schema", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert f"{file}: no result of an introspection query" in run.stderr
