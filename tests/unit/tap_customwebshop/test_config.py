"""Settings become definitions, or a line for each thing that is wrong with them."""

from __future__ import annotations

import json

import pytest
from customwebshop.reading.config import definitions, with_preset
from customwebshop.reading.definition import Expand, Incremental, Paging, Request
from customwebshop.reading.misfits import SettingsError
from customwebshop.reading.preset import available, load
from tap_customwebshop import TapCustomWebshop

SHOP = {"api_url": "https://shop.example/api", "auth_token": "t"}
OWN = {"request": {"path": "/things"}, "key": ["id"], "schema": {"properties": {"id": {"type": "string"}}}}


def complaints(**config):
    with pytest.raises(SettingsError) as caught:
        definitions({**SHOP, **config})
    return caught.value.errors


def test_without_overrides_the_contract_is_read_parents_first():
    found = definitions(SHOP)

    assert [(each.name, each.request.path, each.key) for each in found] == [
        ("customers", "/customers", ("id",)),
        ("products", "/products", ("id",)),
        ("stock_levels", "/inventory-levels", ("sku", "location_id")),
        ("orders", "/orders", ("id",)),
    ]
    assert {each.paging for each in found} == {Paging("cursor", "next_cursor", "cursor", "limit")}
    assert {each.incremental for each in found} == {Incremental("updated_at", "updated_since", ordered=True)}
    assert [each.request.params for each in found] == [{"include_deleted": "true"}] * 4


def test_what_a_stream_overrides_is_its_own_and_the_rest_is_the_contracts():
    [orders] = [
        each
        for each in definitions(
            {**SHOP, "include_deleted": False, "streams": {"orders": {"request": {"path": "/v2/orders"}}}}
        )
        if each.name == "orders"
    ]

    assert orders.request == Request("/v2/orders", params={"include_deleted": "false"})
    assert orders.records == "data"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"minor_units": 2}, {"minor_units": 2}),
        ({"decimal": {"group_mark": "."}}, {"decimal": {"decimal_mark": ",", "group_mark": "."}}),
    ],
)
def test_another_converter_takes_the_place_of_the_presets_and_options_of_the_same_are_laid_on_top(
    tmp_path, told, expected
):
    preset = tmp_path / "shop.yml"
    preset.write_text("""
        title: A shop
        preset: blank
        streams: {orders: {request: {path: /orders}, types: {total_tax: {decimal: {decimal_mark: ","}}}}}
    """)
    [orders] = definitions({**SHOP, "preset": str(preset), "streams": {"orders": {"types": {"total_tax": told}}}})

    assert orders.shaping.types["total_tax"] == expected


def test_one_word_of_the_presets_paging_can_be_overridden_without_saying_its_style_again():
    [orders] = [each for each in definitions({**SHOP, "streams": {"orders": {"paging": {"limit_param": "size"}}}})
                if each.name == "orders"]  # fmt: skip

    assert orders.paging == Paging("cursor", "next_cursor", "cursor", "size")


def test_streams_can_be_left_out_and_added():
    found = definitions({**SHOP, "streams": {"stock_levels": {"enabled": False}, "things": OWN}})

    assert [each.name for each in found] == ["customers", "products", "orders", "things"]
    assert found[-1].incremental == Incremental()


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        ({"style": "next_url"}, Paging("next_url", next="next")),
        ({"style": "page"}, Paging("page", param="page", first=1, recheck=True)),
        (
            {"style": "page", "param": "p", "first": 0, "limit_param": "n", "recheck": False},
            Paging("page", param="p", limit_param="n", first=0, recheck=False),
        ),
        ({"style": "offset", "limit_param": None}, Paging("offset", param="offset")),
        ({"style": "cursor", "next": "meta.after"}, Paging("cursor", "meta.after", "cursor", "limit")),
        ({"style": "none"}, Paging("none")),
        ({"style": "link_header"}, Paging("link_header")),
        ({"style": "keyset"}, Paging("keyset", param="offset", limit_param="limit")),
    ],
)
def test_each_paging_style_has_names_of_its_own_unless_told_otherwise(paging, expected):
    found = definitions({**SHOP, "streams": {"orders": {"paging": paging}}})

    assert found[-1].paging == expected


def test_what_another_style_needs_is_not_taken_from_the_preset_and_the_same_style_is_merged():
    override = {"orders": {"paging": {"style": "cursor", "limit_param": None}}}
    [orders] = [each for each in definitions({**SHOP, "streams": override}) if each.name == "orders"]

    assert orders.paging == Paging("cursor", "next_cursor", "cursor", limit_param=None)


def test_null_takes_away_what_the_preset_brings():
    [orders] = [
        each for each in definitions({**SHOP, "streams": {"orders": {"incremental": None}}}) if each.name == "orders"
    ]

    assert orders.incremental == Incremental()


def test_a_preset_of_ones_own_can_stand_on_another(tmp_path, monkeypatch):
    monkeypatch.setenv("MELTANO_PROJECT_ROOT", str(tmp_path))
    (tmp_path / "shop.yml").write_text(
        "title: Ours\npreset: custom-webshop/1\nsettings: {page_size: 7}\nstreams: {orders: {request: {path: /o}}}"
    )
    found = definitions({**SHOP, "preset": "shop.yml"})

    assert {each.name: each.request.path for each in found}["orders"] == "/o"
    assert {each.name: each.records for each in found}["orders"] == "data"
    assert with_preset({"preset": "shop.yml"})["page_size"] == 7
    assert with_preset({"preset": "shop.yml", "page_size": 9})["page_size"] == 9


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("woocomerce/3", "preset: there is no 'woocomerce/3'; there are "),
        ("none.yml", "preset: cannot read none.yml: No such file"),
    ],
)
def test_a_preset_that_is_none_is_said_with_those_there_are(name, expected):
    [complaint] = complaints(preset=name)

    assert complaint.startswith(expected)


@pytest.mark.parametrize("name", available())
def test_every_preset_can_be_read(name):
    secrets = dict.fromkeys(("auth_token", "username", "password", "client_id", "client_secret"), "secret")
    shop = {**SHOP, **secrets, "token_url": "/token", "key_file": "k"}

    assert load(name)["title"]
    assert definitions({**shop, "preset": name, **load(name).get("settings", {})}) is not None


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
        ({"orders": {"recods": "x"}}, "streams.orders: there is no 'recods' here; did you mean 'records'?"),
        ({"orders": {"path": "/x"}}, "streams.orders: there is no 'path' here; did you mean 'request.path'?"),
        (
            {"orders": {"replication": {}}},
            "streams.orders: there is no 'replication' here; did you mean 'incremental'?",
        ),
        (
            {"orders": {"paging": {"style": "cursr"}}},
            "streams.orders.paging.style: 'cursr' is none of keyset, cursor, link_header, next_url, page, offset, none",
        ),
        ({"things": {**OWN, "paging": {}}}, "streams.things.paging: 'style' is needed here"),
        ({"orders": {"key": "id"}}, "streams.orders.key: 'id' is not of type 'array'"),
        ({"orders": {"key": ["nr"]}}, "streams.orders.key: 'nr' is no property of the schema"),
        ({"orders": {"records": "a["}}, "streams.orders.records: 'a[' is no JMESPath: "),
        ({"orders": {"paging": {"style": "cursor", "next": "]"}}}, "streams.orders.paging.next: ']' is no JMESPath"),
        ({"orders": {"incremental": {"field": "x"}}}, "streams.orders.incremental.field: 'x' is no property"),
        (
            {"orders": {"incremental": {"value": "{isoo}"}}},
            "streams.orders.incremental.value: there is no {isoo} here; there are {date}, {iso}, {iso_naive}",
        ),
        (
            {"orders": {"incremental": {"zone": "Europe/Olso"}}},
            "streams.orders.incremental.zone: 'Europe/Olso' is no time",
        ),
        ({"orders": {"incremental": {"client_side": True}}}, "streams.orders.incremental.param: is left out where"),
        (
            {"orders": {"incremental": None, "paging": {"style": "keyset"}}},
            "streams.orders.paging.style: keyset asks for",
        ),
        (
            {"orders": {"request": {"body": {"q": "{word}"}}}},
            "streams.orders.request: there is no {word} here; there are",
        ),
        (
            {"orders": {"map": {"nubmer": "id"}}},
            "streams.orders.map: 'nubmer' is no property of the schema; did you mean",
        ),
        (
            {"orders": {"types": {"lines[].unit_prise": "decimal"}}},
            "streams.orders.types: 'lines[].unit_prise' is no property of the schema; did you mean 'unit_price'?",
        ),
        (
            {"orders": {"types": {"lines.unit_price": "decimal"}}},
            "streams.orders.types: 'lines.unit_price' is no property of the schema; did you mean 'lines[].unit_price'?",
        ),
        (
            {"orders": {"defaults": {"price_includes_tax": True}}},
            "streams.orders.defaults: 'price_includes_tax' is no property of the schema; there are amount_due",
        ),
        (
            {"orders": {"revisit": {"when": "x", "path": "/o/{nr}"}}},
            "streams.orders.revisit.path: there is no {nr} here; there are {id}",
        ),
        (
            {"orders": {"sweep": {"verify": "/o/{nr}"}}},
            "streams.orders.sweep.verify: there is no {nr} here; there are {id}",
        ),
        ({"orders": {"enums": {"staus": {}}}}, "streams.orders.enums: 'staus' is no property of the schema; did you"),
        ({"orders": {"defaults": {"curency": "NOK"}}}, "streams.orders.defaults: 'curency' is no property of the"),
        ({"orders": {"map": {"number": "a["}}}, "streams.orders.map.number: 'a[' is no JMESPath"),
        ({"orders": {"map": {"lines": [{"each": "x"}]}}}, "streams.orders.map.lines.0: 'map' is needed here"),
        ({"orders": {"types": {"number": "uper"}}}, "streams.orders.types.number: there is no converter 'uper'; there"),
        ({"orders": {"types": {"number": {"minor_units": "2"}}}}, "streams.orders.types.number: minor_units takes the"),
        ({"orders": {"revisit": {"when": "x"}}}, "streams.orders.revisit: takes either path or param"),
        (
            {"orders": {"sweep": {"every": 3}}},
            "streams.orders.sweep: there is no 'every' here; did you mean 'every_h'?",
        ),
        ({"orders": {"expand": [{"at": "lines[]"}]}}, "streams.orders.expand[0].at: 'lines[]' is no path such as"),
        (
            {"orders": {"expand": [{"at": "lines", "from": "a.b"}]}},
            "streams.orders.expand[0].from: 'a.b' must stand beside at",
        ),
        (
            {"things": {"request": {"path": "/x"}}},
            "streams.things.key: is needed for a stream that the contract does not have",
        ),
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
        api_url="shop.example", auth_method="oauth2", start_date="soon", streams={"orders": {"recods": "["}}
    )[1:] == [
        "api_url: 'shop.example' must begin with https://",
        "token_url: is needed when auth_method is oauth2",
        "client_id: is needed when auth_method is oauth2",
        "client_secret: is needed when auth_method is oauth2",
        "start_date: 'soon' is no point in time such as 2026-01-31T12:00:00Z",
    ]


@pytest.mark.parametrize(
    ("method", "missing"),
    [
        ("bearer", ["auth_token"]),
        ("header", ["auth_token"]),
        ("query", ["auth_token", "auth_param"]),
        ("cookie", ["auth_token", "auth_param"]),
        ("basic", ["username"]),
        ("oauth1", ["client_id", "client_secret"]),
        ("login", ["login"]),
        ("none", []),
    ],
)
def test_each_way_of_showing_who_asks_says_what_it_needs(method, missing):
    found = []
    try:
        definitions({"api_url": "https://shop.example", "auth_method": method})
    except SettingsError as problem:
        found = problem.errors

    assert found == [f"{setting}: is needed when auth_method is {method}" for setting in missing]


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
    assert "streams.orders.paging.style: 'cursr' is none of keyset, cursor" in done.stderr
    assert (shop.asked, done.stdout) == ([], "")


def test_discovery_says_it_too_and_in_lines_for_people(program):
    done = program("--discover", "--config", "CONFIG", streams={"orders": {"key": ["nr"]}})

    assert done.returncode == 1
    assert "Config validation error: streams.orders.key: 'nr' is no property of the schema" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"auth_metod": "basic"}, "auth_metod: there is no such setting; did you mean 'auth_method'?"),
        ({"time_zone": "Oslo"}, "time_zone: 'Oslo' is no time zone such as Europe/Oslo"),
    ],
)
def test_a_slip_in_a_setting_is_said_once_by_its_name(tap, only, settings, said):
    log = tap(streams=only("orders", "customers"), **settings).log

    assert [line for line in log.splitlines() if not line.startswith("INFO")] == [said]


def test_a_setting_that_is_like_none_of_ours_is_somebody_elses(tap, only, shop, keyset):
    shop.on("/orders", keyset([]))

    assert tap(streams=only("orders"), batch_config=None, x_team="webshop").code == 0


def test_a_name_in_the_body_of_a_login_that_there_is_not_is_said_and_not_sent(tap, shop):
    login = {"path": "/login", "body": {"user": "{user}", "deep": [{"pw": "{password}"}]}}
    run = tap(auth_method="login", login=login, username="kari", password="pw")

    assert "login.body: there is no {user} here; did you mean 'username'?" in run.log
    assert shop.asked == []
