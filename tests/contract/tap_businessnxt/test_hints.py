"""Webhook payloads are hints: what they name is looked up, and a lost one loses nothing."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def hint(company, tmp_path):
    """Puts a payload into the inbox, as the company would send it."""

    def put(event: str, table: str, *, file: str = "today.jsonl", company_no: int | None = None, **key) -> None:
        payload = {
            "tableIdentifier": table,
            "customerNo": 0,
            "companyNo": company_no or company.info["company_no"],
            "primaryKeys": [{name: value} for name, value in key.items()],
            "event": event,
            "timestamp": "2026-01-31T08:17:38.3221987Z",
        }
        with (tmp_path / "inbox" / file).open("a") as inbox:
            inbox.write(json.dumps(payload) + "\n")

    (tmp_path / "inbox").mkdir()
    put.settings = {"webhook_inbox": str(tmp_path / "inbox"), "key_file": ""}
    return put


def test_a_row_that_a_hint_names_is_told_though_no_stamp_shows_it(company, tap, hint):
    tap.run("products", **hint.settings)
    product = company.rows("product")[4]["productNo"]
    hint("UPDATE", "Product", ProductNo=product)

    assert tap.run("products", **hint.settings).told("products") == [product]
    assert tap.run("products", **hint.settings).told("products") == []


def test_a_hint_at_a_deleted_row_is_looked_up_before_it_is_believed(company, tap, hint):
    gone, alive = (row["addressNo"] for row in company.rows("address")[:2])
    tap.run("addresses", **hint.settings)
    company.delete("address", addressNo=gone)
    for number in (gone, alive):
        hint("DELETE", "Address", AddressNo=number)
    run = tap.run("addresses", **hint.settings)

    assert run.gone("addresses") == [gone]
    assert run.told("addresses") == [alive, gone]


def test_a_hint_at_a_line_tells_its_order(company, tap, hint):
    products = sorted(row["productNo"] for row in company.rows("product"))[:2]
    numbers = [company.order(*products), company.order(*products)]
    tap.run("orders", **hint.settings)
    company.delete("orderLine", orderNo=numbers[0], lineNo=1)
    hint("DELETE", "OrderLine", OrderNo=numbers[0], LineNo=1)
    run = tap.run("orders", **hint.settings)

    assert [line["lineNo"] for line in run.records("orders")[numbers[0]]["orderLines"]] == [2]


def test_a_hint_at_what_is_none_of_the_streams_tells_nothing(company, tap, hint):
    supplier = company.add("associate", {"name": "Leverandør"})[0]["associateNo"]
    tap.run("associates", **hint.settings)
    hint("UPDATE", "Associate", AssociateNo=supplier)
    hint("DELETE", "Associate", AssociateNo=1, company_no=42)
    hint("UPDATE", "Warehouse", WarehouseNo=1)
    purchase = company.add("order", {"orderDate": 20260131, "transactionType": 6})[0]["orderNo"]
    hint("DELETE", "OrderLine", OrderNo=purchase, LineNo=1)
    run = tap.run("associates", "orders", **hint.settings)

    assert run.told("associates") == run.told("orders") == []


def test_hints_out_of_order_still_find_the_row_gone(company, tap, hint):
    number = company.rows("address")[0]["addressNo"]
    tap.run("addresses", **hint.settings)
    company.delete("address", addressNo=number)
    hint("DELETE", "Address", AddressNo=number)
    hint("UPDATE", "Address", AddressNo=number)

    assert tap.run("addresses", **hint.settings).gone("addresses") == [number]


def test_a_hint_does_not_cover_what_a_sweep_told_to_nobody(company, tap, hint, tmp_path):
    settings = {**hint.settings, "key_file": str(tmp_path / "keys.db"), "sweep_hours": 0}
    swept, hinted = (row["addressNo"] for row in company.rows("address")[:2])
    before = tap.run("addresses", **settings).state
    company.delete("address", addressNo=swept)
    tap.run("addresses", **settings)
    company.delete("address", addressNo=hinted)
    hint("DELETE", "Address", AddressNo=hinted)
    run = tap.run("addresses", state=before, **settings)

    assert sorted(run.gone("addresses")) == sorted([swept, hinted])


def test_a_key_of_several_columns_is_found(company, tap, hint):
    product = company.rows("product")[0]["productNo"]
    kept, emptied = company.add("warehouse", {"name": "Butikk"}, {"name": "Lager"})
    for warehouse in (kept, emptied):
        company.add("stockBalance", {"productNo": product, "warehouseNo": warehouse["warehouseNo"]})
    tap.run("stock_balances", overlap_seconds=0, **hint.settings)
    company.delete("stockBalance", productNo=product, warehouseNo=emptied["warehouseNo"])
    hint("DELETE", "StockBalance", ProductNo=product, WarehouseNo=emptied["warehouseNo"])
    run = tap.run("stock_balances", overlap_seconds=0, **hint.settings)

    assert run.gone("stock_balances") == [(product, emptied["warehouseNo"])]


def test_a_broken_line_is_passed_over_and_one_still_being_written_is_left(company, tap, hint, tmp_path):
    tap.run("products", **hint.settings)
    first, second = (row["productNo"] for row in company.rows("product")[:2])
    inbox = tmp_path / "inbox" / "today.jsonl"
    inbox.write_text("no payload\n")
    hint("UPDATE", "Product", ProductNo=first)
    hint("UPDATE", "Product", ProductNo=second)
    whole = inbox.read_bytes()
    inbox.write_bytes(whole[:-20])
    run = tap.run("products", **hint.settings)
    inbox.write_bytes(whole)

    assert run.told("products") == [first]
    assert "it is passed over" in run.log
    assert tap.run("products", **hint.settings).told("products") == [second]


def test_a_key_of_another_type_is_understood_and_one_of_nonsense_passed_over(company, tap, hint):
    tap.run("addresses", **hint.settings)
    number = company.rows("address")[0]["addressNo"]
    hint("UPDATE", "Address", AddressNo=str(number))
    hint("UPDATE", "Address", AddressNo="none")
    hint("UPDATE", "Address", Name="none")
    run = tap.run("addresses", **hint.settings)

    assert run.told("addresses") == [number]
    assert run.log.count("A hint at 'address' names no key") == 2


def test_one_file_for_each_payload_will_do(company, tap, hint):
    tap.run("products", **hint.settings)
    product = company.rows("product")[1]["productNo"]
    hint("UPDATE", "Product", ProductNo=product, file="7f3a.json")

    assert tap.run("products", **hint.settings).told("products") == [product]
    assert tap.run("products", **hint.settings).told("products") == []


def test_an_inbox_that_is_not_there_yet_is_empty(tap, tmp_path):
    assert tap.run("products", webhook_inbox=str(tmp_path / "nowhere")).code == 0
