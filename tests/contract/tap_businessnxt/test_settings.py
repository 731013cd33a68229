"""What people can set, and what they are told when it is wrong."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def catalog(tap, tmp_path):
    """The catalog as discovered, and a run with it once it was changed."""

    class Catalog:
        def __init__(self) -> None:
            found = tap.discover()
            self.streams = {stream["tap_stream_id"]: stream for stream in found["streams"]}

        def select(self, stream: str, *properties: str) -> None:
            for about in self.streams[stream]["metadata"]:
                about["metadata"]["selected"] = not about["breadcrumb"] or about["breadcrumb"][-1] in properties

        def run(self, **config):
            place = tmp_path / "catalog.json"
            place.write_text(json.dumps({"streams": list(self.streams.values())}))
            return tap.run(extra=("--catalog", str(place)), **config)

    return Catalog()


def test_every_stream_says_its_key_and_how_it_is_replicated(catalog):
    assert {name: stream["key_properties"] for name, stream in catalog.streams.items()} == {
        "products": ["productNo"],
        "addresses": ["addressNo"],
        "associates": ["associateNo"],
        "stock_balances": ["productNo", "warehouseNo"],
        "prices": ["lineNo"],
        "orders": ["orderNo"],
        "order_documents": ["orderDocumentNo"],
    }
    assert {stream["replication_key"] for stream in catalog.streams.values()} == {"changedTimestamp"}


def test_deselected_properties_stay_behind_and_those_of_key_and_bookmark_do_not(company, catalog):
    catalog.select("products", "description", "_sdc_deleted_at")
    records = catalog.run().records("products")

    assert len(records) == len(company.rows("product"))
    assert {tuple(sorted(record)) for record in records.values()} == {
        ("_sdc_deleted_at", "changedTimestamp", "description", "productNo")
    }


def test_lines_that_nobody_selects_are_not_fetched(company, catalog):
    company.order(company.rows("product")[0]["productNo"])
    catalog.select("orders", "orderDate")
    company.fault("html_502", match={"field": "orderLine"})
    run, again = catalog.run(), catalog.run(sweep_hours=0)

    assert (run.code, again.code) == (0, 0)
    assert [set(record) for record in run.records("orders").values()] == [{"orderNo", "orderDate", "changedTimestamp"}]


def test_a_deselected_stream_is_not_read(catalog):
    for name in catalog.streams:
        if name != "addresses":
            catalog.streams[name]["metadata"] = [{"breadcrumb": [], "metadata": {"selected": False}}]
    run = catalog.run()

    assert {message["stream"] for message in run.of("RECORD")} == {"addresses"}


def test_only_the_columns_of_a_table_that_are_wanted_are_read(company, tap):
    number = company.order(company.rows("product")[0]["productNo"])
    run = tap.run("orders", columns={"orderLine": ["productNo", "quantity", "noSuchColumn"]})

    assert run.records("orders")[number]["orderLines"] == [
        {"orderNo": number, "lineNo": 1, "productNo": company.rows("product")[0]["productNo"], "quantity": 1}
    ]
    assert run.log.count("Left out of 'orderLine', as this service may not see them: noSuchColumn.") == 1


def test_what_key_and_bookmark_need_is_read_whatever_columns_are_wanted(company, tap):
    first = tap.run("addresses", columns={"address": ["name"]})
    number = company.add("address", {"name": "Ny"})[0]["addressNo"]
    second = tap.run("addresses", columns={"address": ["name"]})

    assert len(first.told("addresses")) == len(company.rows("address")) - 1
    assert set(second.records("addresses")[number]) == {"addressNo", "name", "changedTimestamp", "_sdc_deleted_at"}


def test_a_filter_narrows_a_stream_and_what_leaves_it_is_gone(company, tap):
    product = company.rows("product")[0]["productNo"]
    company.edit("product", {"productNo": product}, showOnWeb=1)
    settings = {"filters": {"products": {"showOnWeb": {"_eq": 1}}}, "sweep_hours": 0}
    first = tap.run("products", **settings)
    company.edit("product", {"productNo": product}, showOnWeb=0)

    assert first.told("products") == [product]
    assert tap.run("products", **settings).gone("products") == [product]


def test_a_wrong_filter_says_what_is_wrong_with_it(tap):
    run = tap.run("products", filters={"products": {"showOnTheWeb": {"_eq": 1}}})

    assert run.code == 1
    assert "showOnTheWeb" in run.log
    assert "Traceback" not in run.log


def test_where_the_clock_hangs_stamps_stand_in_utc_too(company, tap):
    number = company.add("address", {"name": "Åse"})[0]["addressNo"]
    record = tap.run("addresses", server_time_zone="Europe/Oslo").records("addresses")[number]

    assert record["changedTimestampUtc"].endswith("+00:00")
    assert record["changedTimestamp"][:10] <= "9999"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"server_time_zone": "Mars/Olympus"}, "server_time_zone: 'Mars/Olympus' is no time zone"),
        ({"company_no": 42}, "42"),
        ({"client_secret": "wrong"}, "check client_id and client_secret"),
        ({"client_secret": 4711}, "check client_id and client_secret"),  # a file may take digits for a number
        ({"scope": "none"}, "has not been granted the scope 'none'"),
        ({"page_size": 0}, "page_size"),
        ({"key_file": "/dev/null/keys.db"}, "key_file: /dev/null/keys.db cannot be used"),
        ({"client_id": ""}, "'client_id' is a required property"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_said_in_a_line(tap, settings, said):
    run = tap.run("addresses", **settings)

    assert run.code != 0
    assert said in run.log
    assert "sandbox-secret" not in run.log


def test_what_keeps_it_from_looking_for_streams_is_said_in_a_line_too(tap):
    run = tap.run("addresses", extra=("--discover",), client_secret="wrong")

    assert (run.code, "Traceback" in run.log) == (1, False)
    assert "check client_id and client_secret" in run.log


def test_a_bookmark_that_is_none_is_refused(tap):
    state = tap.run("addresses").state
    state["bookmarks"]["addresses"]["replication_key_value"] = "2026-01-31T12:00:00Z"
    run = tap.run("addresses", state=state)

    assert run.code == 1
    assert "addresses: the bookmark in the state is unreadable" in run.log


def test_a_bookmark_that_somebody_typed_in_is_where_reading_goes_on(company, tap):
    number = company.add("address", {"name": "Ny"})[0]["addressNo"]
    typed = {"replication_key": "changedTimestamp", "replication_key_value": "2020-01-01 00:00:00"}
    run = tap.run("addresses", state={"bookmarks": {"addresses": typed}})

    assert run.told("addresses") == [number]


def test_another_replication_key_means_to_begin_anew(company, tap):
    other = {"replication_key": "changedDate", "replication_key_value": "2030-01-01 00:00:00"}
    run = tap.run("addresses", state={"bookmarks": {"addresses": other}})

    assert len(run.told("addresses")) == len(company.rows("address"))
