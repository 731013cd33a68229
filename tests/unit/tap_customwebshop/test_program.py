"""The tap as Meltano and people start it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tap_customwebshop.settings import SETTINGS

GOLDEN = Path(__file__).parent / "catalog.json"


def messages(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_catalog_is_the_one_that_was_reviewed(program):
    done = program("--discover")

    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads(GOLDEN.read_text())


def test_every_property_of_every_stream_is_described():
    def nameless(schema, path):
        if not schema.get("description"):
            yield path
        for name, inner in schema.get("properties", {}).items():
            yield from nameless(inner, f"{path}.{name}")
        for name, inner in schema.get("items", {}).get("properties", {}).items():
            yield from nameless(inner, f"{path}[].{name}")

    catalog = json.loads(GOLDEN.read_text())

    assert [path for stream in catalog["streams"] for path in nameless(stream["schema"], stream["stream"])] == []


def test_every_setting_says_what_it_means_and_secrets_are_marked(program):
    about = json.loads(program("--about", "--format=json").stdout)

    assert [
        name
        for name, said in about["settings"]["properties"].items()
        if not (said.get("title") and said.get("description"))
    ] == []
    assert {name for name, said in about["settings"]["properties"].items() if said.get("secret")} == {
        "auth_token",
        "client_secret",
        "password",
        "token_secret",
        "hash_secret",
    }
    assert set(SETTINGS["properties"]) <= set(about["settings"]["properties"])
    assert about["capabilities"] == ["catalog", "state", "discover", "about", "stream-maps", "structured-logging"]


def test_about_is_readable_as_markdown(program):
    done = program("--about", "--format=markdown")

    assert "| auth_method" in done.stdout
    assert done.returncode == 0


def test_a_test_reads_one_record_of_each_stream(shop, program, keyset):
    for path in ("/customers", "/products", "/orders"):
        shop.on(
            path, keyset([{"id": str(number), "updated_at": f"2026-01-0{number}T00:00:00Z"} for number in range(1, 5)])
        )
    shop.on(
        "/inventory-levels",
        {"data": [{"sku": "A", "location_id": 1, "updated_at": "2026-01-01T00:00:00Z"}], "next_cursor": None},
    )
    done = program("--test", "--config", "CONFIG")

    assert done.returncode == 0
    assert [message["stream"] for message in messages(done) if message["type"] == "RECORD"] == [
        "customers",
        "products",
        "stock_levels",
        "orders",
    ]


@pytest.mark.parametrize("options", [[], ["--test"]], ids=["run", "test"])
def test_what_is_wrong_is_said_in_one_line_at_the_end(shop, program, reply, options):
    shop.on("/customers", reply({"title": "Unauthorized"}, 401))
    done = program(*options, "--config", "CONFIG")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [line for line in done.stderr.splitlines() if "ERROR" in line] == done.stderr.splitlines()[-1:]
    assert "HTTP 401, 'Unauthorized'. The shop does not know us. Check auth_token and auth_scheme, or" in done.stderr
    assert "s3cret-token" not in done.stderr + done.stdout


def test_settings_can_come_from_the_environment(shop, program, keyset, only):
    shop.on("/orders", keyset([{"id": "1", "updated_at": "2026-01-01T00:00:00Z"}]))
    environment = {
        "TAP_CUSTOMWEBSHOP_API_URL": shop.url,
        "TAP_CUSTOMWEBSHOP_AUTH_METHOD": "",
        "TAP_CUSTOMWEBSHOP_AUTH_TOKEN": "from-env",
        "TAP_CUSTOMWEBSHOP_PAGE_SIZE": "7",
        "TAP_CUSTOMWEBSHOP_INCLUDE_DELETED": "false",
        "TAP_CUSTOMWEBSHOP_STREAMS": json.dumps(only("orders")),
    }
    done = program("--config=ENV", env=environment)

    assert done.returncode == 0
    assert [message["type"] for message in messages(done)] == ["SCHEMA", "RECORD", "STATE"]
    assert shop.asked[0].params == {"limit": "7", "include_deleted": "false"}
    assert shop.asked[0].headers["Authorization"] == "Bearer from-env"


def test_deselected_streams_and_properties_are_left_out(shop, tap, keyset):
    shop.on(
        "/orders",
        keyset(
            [
                {
                    "id": "1",
                    "updated_at": "2026-01-01T00:00:00Z",
                    "note": "x",
                    "buyer": {"name": "Kåre", "email": "k@example.test"},
                }
            ]
        ),
    )
    catalog = json.loads(GOLDEN.read_text())
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == []:
                entry["metadata"]["selected"] = stream["stream"] == "orders"
            if entry["breadcrumb"] in (
                ["properties", "note"],
                ["properties", "buyer", "properties", "email"],
                ["properties", "id"],
            ):
                entry["metadata"]["selected"] = False
    run = tap(catalog=catalog)

    assert {message["stream"] for message in run.of("SCHEMA")} == {"orders"}
    assert run.records("orders") == [{"id": "1", "updated_at": "2026-01-01T00:00:00Z", "buyer": {"name": "Kåre"}}]
    assert [asked.path for asked in shop.asked] == ["/orders"]


def test_a_property_the_schema_does_not_know_is_left_out_and_told_of_once(shop, tap, keyset, only):
    shop.on(
        "/orders",
        keyset([{"id": str(number), "updated_at": "2026-01-01T00:00:00Z", "loyalty": 1} for number in range(3)]),
    )
    run = tap(streams=only("orders"))

    assert run.records("orders")[0] == {"id": "0", "updated_at": "2026-01-01T00:00:00Z"}
    assert run.log.count("Property 'loyalty' is in the records but not in the schema") == 1


def test_records_of_a_foreign_shape_pass_as_they_are(shop, tap, only, reply):
    body = b'{"results": [{"number": 100001, "total": 1099.90, "lines": "/l"}], "next": null}'
    shop.on("/admin/orders/", reply(body))
    shop.on("/l", reply(b'[{"price": 0.10, "attributes": [{"any": 1}]}]'))
    schema = {
        "properties": {
            "number": {"type": "integer"},
            "total": {"type": "number"},
            "lines": {
                "type": "array",
                "items": {"type": "object", "properties": {"price": {"type": "number"}}, "additionalProperties": True},
            },
        }
    }
    orders = {
        "request": {"path": "/admin/orders/", "params": None},
        "records": "results",
        "key": ["number"],
        "schema": schema,
        "incremental": None,
        "paging": {"style": "next_url"},
        "expand": [{"at": "lines"}],
    }
    run = tap(auth_method="basic", username="admin", password="oscar", streams=only(orders=orders))

    assert (
        b'"record":{"number":100001,"total":1099.90,"lines":[{"price":0.10,"attributes":[{"any":1}]}]}' in run.lines[1]
    )
    assert run.of("SCHEMA")[0]["key_properties"] == ["number"]
    assert shop.asked[0].params == {}


def test_a_deleted_record_comes_with_its_key_and_times(shop, tap, only, keyset):
    tombstone = {"id": "1", "updated_at": "2026-01-01T00:00:00Z", "deleted_at": "2026-01-01T00:00:00Z"}
    shop.on("/orders", keyset([tombstone]))

    assert tap(streams=only("orders")).records("orders") == [tombstone]
