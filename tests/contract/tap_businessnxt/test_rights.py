"""What the access group hides: a stream is absent, a column left out, or another way is taken; never without a word."""

from __future__ import annotations

import json

import pytest

STAMPS = ["changedTimestamp", "createdTimestamp"]


@pytest.mark.parametrize(
    ("table", "stream"),
    [("product", "products"), ("stockBalance", "stock_balances"), ("order", "orders"), ("orderLine", "orders")],
)
def test_a_hidden_table_makes_its_stream_absent_and_says_so(company, tap, table, stream):
    company.hide(table)
    run = tap.run()

    assert run.code == 0
    assert stream not in {message["stream"] for message in run.of("SCHEMA")}
    assert len({message["stream"] for message in run.of("SCHEMA")}) == 6
    assert f"Stream '{stream}' is absent" in run.log
    assert f"'{table}'" in run.log


def test_a_hidden_column_is_simply_not_there(company, tap):
    company.hide(address=["fax", "emailAddress"])
    run = tap.run("addresses")
    (schema,) = run.of("SCHEMA", "addresses")

    assert not {"fax", "emailAddress"} & set(schema["schema"]["properties"])
    assert len(run.told("addresses")) == len(company.rows("address"))
    assert not any("fax" in record for record in run.records("addresses").values())


def test_a_column_that_was_selected_and_is_hidden_now_is_named_once(company, tap, tmp_path):
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(tap.discover()))
    company.hide(address=["fax", "pager"])
    run = tap.run("addresses", extra=("--catalog", str(catalog)))

    assert run.code == 0
    assert run.log.count("Left out of 'address', as this service may not see them: fax, pager.") == 1


def test_prices_are_not_told_when_nobody_can_tell_whose_they_are(company, tap):
    company.hide(priceAndDiscountMatrix=["customerNo", "customerPriceGroup2"])
    run = tap.run()

    assert "prices" not in {message["stream"] for message in run.of("SCHEMA")}
    assert "Stream 'prices' is absent: it needs customerNo, customerPriceGroup2 of table" in run.log


def test_when_everything_is_hidden_the_run_says_who_decides(company, tap):
    company.hide("product", "address", "associate", "stockBalance", "priceAndDiscountMatrix", "order", "orderDocument")
    run = tap.run()

    assert run.code == 1
    assert "Check the access group in the table Connect Application Access" in run.log


def test_without_time_stamps_changes_are_found_by_the_minute(company, tap):
    company.hide(address=STAMPS)
    first, number = (row["addressNo"] for row in company.rows("address")[:2])
    company.edit("address", {"addressNo": first}, name="Den siste før første kjøring")
    tap.run("addresses")
    company.edit("address", {"addressNo": number}, name="I samme minutt")
    second = tap.run("addresses")
    company.edit("address", {"addressNo": number}, name="Og en gang til")
    third = tap.run("addresses")

    assert second.told("addresses") == third.told("addresses") == [first, number]
    assert third.records("addresses")[number]["name"] == "Og en gang til"
    assert second.bookmark("addresses")["replication_key"] == "changedDate"


def test_without_time_stamps_a_line_that_changed_still_tells_its_order(company, tap):
    company.hide(orderLine=STAMPS)
    product = company.rows("product")[0]["productNo"]
    number = company.order(product)
    tap.let_time_pass(hours=1)
    newest = company.order(product)
    tap.run("orders")
    tap.let_time_pass(hours=3)
    tap.run("orders")
    company.edit("orderLine", {"orderNo": number, "lineNo": 1}, description="Ny tekst")

    assert tap.run("orders").told("orders") == [number, newest]  # the newest one's minute is read each time


def test_without_any_stamp_the_stream_is_read_whole_each_time(company, tap):
    company.hide(address=[*STAMPS, "changedDate"])
    first, second = tap.run("addresses"), tap.run("addresses")

    assert first.told("addresses") == second.told("addresses")
    assert len(second.told("addresses")) == len(company.rows("address"))
    assert "Stream 'addresses' is read whole each time" in second.log


def test_rights_that_were_given_back_are_used(company, tap):
    company.hide(address=STAMPS)
    tap.run("addresses")
    company.hide()
    run = tap.run("addresses")

    assert run.bookmark("addresses")["replication_key"] == "changedTimestamp"
    assert len(run.told("addresses")) == len(company.rows("address"))
