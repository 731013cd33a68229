"""Settings become definitions, or a line for each thing that is wrong with them."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import ConfigValidationError
from tap_customwebshop import TapCustomWebshop
from tap_customwebshop.config import definitions
from tap_customwebshop.definition import Expand, Paging, Replication

SHOP = {"api_url": "https://shop.example/api", "auth_token": "t"}
OWN = {"path": "/things", "key": ["id"], "schema": {"properties": {"id": {"type": "string"}}}}


def complaints(**config):
    with pytest.raises(ConfigValidationError) as caught:
        definitions({**SHOP, **config})
    return caught.value.errors


def test_without_overrides_the_contract_is_read_parents_first():
    found = definitions(SHOP)

    assert [(each.name, each.path, each.key) for each in found] == [
        ("customers", "/customers", ("id",)),
        ("products", "/products", ("id",)),
        ("stock_levels", "/inventory-levels", ("sku", "location_id")),
        ("orders", "/orders", ("id",)),
    ]
    assert {each.paging for each in found} == {Paging("cursor", "next_cursor", "cursor", "limit")}
    assert {each.replication for each in found} == {Replication("updated_at", "updated_since", ordered=True)}
    assert [each.params for each in found] == [{"include_deleted": "true"}] * 4


def test_what_a_stream_overrides_is_its_own_and_the_rest_is_the_contracts():
    [orders] = [
        each
        for each in definitions({**SHOP, "include_deleted": False, "streams": {"orders": {"path": "/v2/orders"}}})
        if each.name == "orders"
    ]

    assert (orders.path, orders.records, orders.params) == ("/v2/orders", "data", {"include_deleted": "false"})


def test_streams_can_be_left_out_and_added():
    found = definitions({**SHOP, "streams": {"stock_levels": {"enabled": False}, "things": OWN}})

    assert [each.name for each in found] == ["customers", "products", "orders", "things"]
    assert found[-1].replication == Replication()


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        ({"style": "next_url"}, Paging("next_url", next="next")),
        ({"style": "page"}, Paging("page", param="page", first=1)),
        (
            {"style": "page", "param": "p", "first": 0, "limit_param": "n"},
            Paging("page", param="p", limit_param="n", first=0),
        ),
        ({"style": "offset", "limit_param": None}, Paging("offset", param="offset")),
        ({"style": "cursor", "next": "meta.after"}, Paging("cursor", "meta.after", "cursor", "limit")),
        ({"style": "none"}, Paging("none")),
    ],
)
def test_each_paging_style_has_names_of_its_own_unless_told_otherwise(paging, expected):
    found = definitions({**SHOP, "streams": {"orders": {"paging": paging}}})

    assert found[-1].paging == expected
    assert found[-1].params == {}  # include_deleted is the contract's


def test_a_foreign_replication_is_not_taken_for_ordered():
    replication = {"method": "incremental", "field": "created_at", "param": "modified_after"}
    found = definitions({**SHOP, "streams": {"orders": {"replication": replication}}})

    assert found[-1].replication == Replication("created_at", "modified_after", ordered=False)


def test_expansions_know_who_holds_the_url():
    expand = [
        {"at": "lines[].product.stock", "from": "lines[].product.stock_url", "records": "results"},
        {"at": "lines"},
    ]
    found = definitions({**SHOP, "streams": {"orders": {"expand": expand}}})

    assert found[-1].expand == (
        Expand(("lines[]", "product"), "stock_url", "stock", "results"),
        Expand((), "lines", "lines"),
    )


def test_a_schema_can_be_a_file_of_the_project(tmp_path, monkeypatch):
    (tmp_path / "thing.json").write_text(json.dumps(OWN["schema"]))
    monkeypatch.setenv("MELTANO_PROJECT_ROOT", str(tmp_path))
    found = definitions({**SHOP, "streams": {"things": {**OWN, "schema": "thing.json"}}})

    assert found[-1].schema == OWN["schema"]


@pytest.mark.parametrize(
    ("streams", "expected"),
    [
        ({"orders": {"recods": "x"}}, "streams.orders: 'recods' is not one of ['enabled', 'expand', 'key', 'paging'"),
        (
            {"orders": {"paging": {"style": "cursr"}}},
            "streams.orders.paging.style: 'cursr' is not one of ['cursor', 'next_url'",
        ),
        ({"orders": {"paging": {}}}, "streams.orders.paging: 'style' is a required property"),
        ({"orders": {"key": "id"}}, "streams.orders.key: 'id' is not of type 'array'"),
        ({"orders": {"key": ["nr"]}}, "streams.orders.key: 'nr' is no property of the schema"),
        ({"orders": {"records": "a["}}, "streams.orders.records: 'a[' is no JMESPath: "),
        ({"orders": {"paging": {"style": "cursor", "next": "]"}}}, "streams.orders.paging.next: ']' is no JMESPath"),
        (
            {"orders": {"replication": {"method": "incremental", "field": "x"}}},
            "streams.orders.replication.field: 'x' is no property",
        ),
        (
            {"orders": {"replication": {"method": "full_table", "field": "x"}}},
            "streams.orders.replication: full_table asks for everything",
        ),
        ({"orders": {"expand": [{"at": "lines[]"}]}}, "streams.orders.expand[0].at: 'lines[]' is no path such as"),
        (
            {"orders": {"expand": [{"at": "lines", "from": "a.b"}]}},
            "streams.orders.expand[0].from: 'a.b' must stand beside at",
        ),
        ({"things": {"path": "/x"}}, "streams.things.key: is needed for a stream that the contract does not have"),
        ({"things": {**OWN, "schema": "none.json"}}, "streams.things.schema: cannot read none.json: No such file"),
        ({"things": {**OWN, "schema": {"type": "object"}}}, "streams.things.schema: has no properties"),
        (
            {"things": {**OWN, "schema": {"type": "x", "properties": {}}}},
            "streams.things.schema: is no JSON Schema: 'x' is not valid",
        ),
    ],
)
def test_what_is_wrong_with_a_stream_is_said_by_its_setting(streams, expected):
    [complaint] = complaints(streams=streams)

    assert complaint.startswith(expected)


def test_everything_that_is_wrong_is_said_at_once():
    assert complaints(
        api_url="shop.example", auth_method="oauth2", start_date="soon", streams={"orders": {"records": "["}}
    )[1:] == [
        "api_url: 'shop.example' must begin with https://",
        "token_url: is needed when auth_method is oauth2",
        "client_id: is needed when auth_method is oauth2",
        "client_secret: is needed when auth_method is oauth2",
        "start_date: 'soon' is no point in time such as 2026-01-31T12:00:00Z",
    ]


@pytest.mark.parametrize(
    ("method", "missing"),
    [("bearer", ["auth_token"]), ("header", ["auth_token"]), ("basic", ["username"]), ("none", [])],
)
def test_each_way_of_showing_who_asks_says_what_it_needs(method, missing):
    found = []
    try:
        definitions({"api_url": "https://shop.example", "auth_method": method})
    except ConfigValidationError as problem:
        found = problem.errors

    assert found == [f"{setting}: is needed when auth_method is {method}" for setting in missing]


@pytest.mark.usefixtures("handlers")
def test_an_empty_setting_is_one_that_is_not_made():
    tap = TapCustomWebshop(config={**SHOP, "auth_method": "", "start_date": "", "page_size": ""})

    assert (tap.config["auth_method"], tap.config["page_size"], "start_date" in tap.config) == ("bearer", 100, False)


def test_a_secret_of_digits_is_taken_for_the_text_it_is(shop, program, keyset, only):
    shop.on("/orders", keyset([]))
    done = program(auth_token=12345678, streams=only("orders"))

    assert done.returncode == 0
    assert shop.asked[0].headers["Authorization"] == "Bearer 12345678"


def test_a_wrong_setting_is_said_before_anything_is_read(shop, program):
    done = program(page_size="many", streams={"orders": {"paging": {"style": "cursr"}}})

    assert done.returncode == 1
    assert "'many' is not of type 'integer'" in done.stderr
    assert "'cursr' is not one of ['cursor', 'next_url', 'page', 'offset', 'none']" in done.stderr
    assert (shop.asked, done.stdout) == ([], "")


def test_discovery_says_it_too_and_in_lines_for_people(program):
    done = program("--discover", "--config", "CONFIG", streams={"orders": {"key": ["nr"]}})

    assert done.returncode == 1
    assert "Config validation error: streams.orders.key: 'nr' is no property of the schema" in done.stderr
    assert "Traceback" not in done.stderr
