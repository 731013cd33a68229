"""What is told of a company: everything once, then what changed, and nothing is lost in between."""

from __future__ import annotations

import signal
import time
from datetime import datetime, timedelta, timezone

import pytest


def held(company, table, key):
    return {row[key]: row for row in company.rows(table)}


def raw(record, row):
    """The record cut down to the row's columns."""
    return {name: value for name, value in record.items() if name in row}


def test_a_first_run_tells_every_row_under_the_erps_own_names(company, tap):
    number = company.order(*held(company, "product", "productNo"))
    run = tap.run(page_size=7)

    assert run.code == 0, run.log
    for stream, table, key in (("products", "product", "productNo"), ("addresses", "address", "addressNo")):
        rows = held(company, table, key)
        assert {one: raw(record, rows[one]) for one, record in run.records(stream).items()} == rows
        assert len(run.told(stream)) == len(rows)
    customers = {row["associateNo"] for row in company.rows("associate") if row["customerNo"]}
    assert set(run.told("associates")) == customers
    assert run.told("orders") == [number]


def test_streams_come_parents_first(tap):
    run = tap.run()
    names = [message["stream"] for message in run.of("SCHEMA")]

    assert names == [
        "products", "addresses", "associates", "stock_balances", "prices", "orders", "order_documents",
    ]  # fmt: skip


def test_an_order_holds_all_its_lines(company, tap):
    products = sorted(held(company, "product", "productNo"))[:5]
    numbers = [company.order(*products), company.order(products[0]), company.order(*products[:3])]
    run = tap.run("orders", page_size=2)  # so that heads and lines are turned over pages of their own

    for number in numbers:
        lines = [row for row in company.rows("orderLine") if row["orderNo"] == number]
        told = run.records("orders")[number]["orderLines"]
        assert [raw(line, row) for line, row in zip(told, lines, strict=True)] == lines


def test_a_day_stands_readable_beside_the_number(company, tap):
    number = company.order(company.rows("product")[0]["productNo"])
    order = tap.run("orders").records("orders")[number]

    assert (order["orderDate"], order["orderDateAsDate"]) == (20260131, "2026-01-31")
    assert (order["dueDate"], order["dueDateAsDate"]) == (0, None)
    assert order["changedTimestamp"] == company.rows("order")[0]["changedTimestamp"]  # as it is, without a zone


def test_only_sales_orders_customers_base_prices_and_invoices_are_told(company, tap):
    product = company.rows("product")[0]["productNo"]
    supplier = company.add("associate", {"name": "Leverandør AS"})[0]
    sale = company.order(product)
    company.add("order", {"orderDate": 20260131, "transactionType": 6})
    price = {"productNo": product, "salesPrice1InCurrency": 100}
    seeded = [each["lineNo"] for each in company.rows("priceAndDiscountMatrix")]
    base, *others = company.add(
        "priceAndDiscountMatrix", price, {**price, "customerPriceGroup1": 2}, {**price, "salesPrice1InCurrency": 0}
    )
    invoice, _ = company.add(
        "orderDocument", {"orderNo": sale, "documentType": 1}, {"orderNo": sale, "documentType": 3}
    )
    run = tap.run()

    assert run.told("orders") == [sale]
    assert supplier["associateNo"] not in run.told("associates")
    assert sorted(run.told("prices")) == sorted([*seeded, base["lineNo"]])
    assert len(others) == 2
    assert run.told("order_documents") == [invoice["orderDocumentNo"]]


def test_rows_without_a_stamp_are_in_the_first_run_and_in_no_later_one(company, tap):
    assert {row["changedTimestamp"] for row in company.rows("product")} == {None}
    first, second = tap.run("products"), tap.run("products")

    assert len(first.told("products")) == len(company.rows("product"))
    assert second.told("products") == []


def test_an_edit_by_a_person_is_told_in_the_next_run(company, tap):
    tap.run()
    product = company.rows("product")[3]["productNo"]
    company.edit("product", {"productNo": product}, description="Ny beskrivelse")
    run = tap.run()

    assert run.told("products") == [product]
    assert run.records("products")[product]["description"] == "Ny beskrivelse"
    assert run.records("products")[product]["changedByUser"] == "kari"


def test_a_quiet_second_run_tells_the_overlap_and_nothing_more(company, tap):
    tap.run()
    product = company.rows("product")[3]["productNo"]
    company.edit("product", {"productNo": product}, description="Ny beskrivelse")
    tap.run()
    again = tap.run()

    assert again.told("products") == [product]
    assert [again.told(stream) for stream in ("addresses", "associates", "orders")] == [[], [], []]
    assert (
        again.bookmark("products")["replication_key_value"]
        == tap.state["bookmarks"]["products"]["replication_key_value"]
    )


def test_a_change_of_one_line_tells_its_order_once_with_all_lines(company, tap):
    products = sorted(held(company, "product", "productNo"))[:3]
    number, _ = company.order(*products), company.order(*products)
    tap.run("orders")
    tap.let_time_pass(hours=3)
    tap.run("orders")
    stamp = held(company, "order", "orderNo")[number]["changedTimestamp"]
    for line in (1, 2):
        company.edit("orderLine", {"orderNo": number, "lineNo": line}, description=f"Linje {line}")
    run = tap.run("orders")

    assert held(company, "order", "orderNo")[number]["changedTimestamp"] == stamp  # the head knows nothing of it
    assert run.told("orders") == [number]
    lines = run.records("orders")[number]["orderLines"]
    assert [line["description"] for line in lines][:2] == ["Linje 1", "Linje 2"]
    assert len(lines) == 3


def test_an_order_that_changed_with_its_line_is_told_once(company, tap):
    company.behave(line_change_leaves_head_stamp=False)
    number = company.order(company.rows("product")[0]["productNo"])
    tap.run("orders")
    tap.let_time_pass(hours=3)
    tap.run("orders")
    company.edit("orderLine", {"orderNo": number, "lineNo": 1}, description="Ny tekst")

    assert tap.run("orders").told("orders") == [number]


@pytest.mark.parametrize("seconds", [-9 * 3600, 9 * 3600])
def test_the_servers_clock_may_be_hours_away_from_ours(company, tap, seconds):
    company.behave(clock_offset_seconds=seconds)
    tap.run("addresses")
    for name in ("Første", "Andre"):
        number = company.add("address", {"name": name})[0]["addressNo"]
        run = tap.run("addresses")
        assert run.records("addresses")[number]["name"] == name


def test_a_clock_that_falls_back_an_hour_hides_nothing(company, tap):
    company.add("address", {"name": "Før"})
    tap.run("addresses")
    company.behave(clock_offset_seconds=-3600)
    number = company.add("address", {"name": "Etter"})[0]["addressNo"]

    assert number in tap.run("addresses").told("addresses")


def test_a_row_dated_into_next_year_does_not_hide_what_comes_after_it(company, tap):
    company.behave(clock_offset_seconds=400 * 24 * 3600)
    company.add("address", {"name": "Fra fremtiden"})
    company.behave(clock_offset_seconds=0)
    company.add("address", {"name": "I dag"})
    tap.run("addresses")
    number = company.add("address", {"name": "Etterpå"})[0]["addressNo"]

    assert number in tap.run("addresses").told("addresses")


def test_every_record_says_when_its_request_began(company, tap):
    company.fault("latency", ms=80, match={"field": "product"})
    before = datetime.now(timezone.utc)
    run = tap.run("products", page_size=10)
    stamps = [datetime.fromisoformat(message["time_extracted"].replace("Z", "+00:00")) for message in run.of("RECORD")]

    assert before <= min(stamps) <= max(stamps) <= datetime.now(timezone.utc)
    assert len(set(stamps)) == -(-len(stamps) // 10)  # one for each page
    assert stamps == sorted(stamps)
    assert min(b - a for a, b in zip(stamps[9::10], stamps[10::10], strict=False)) >= timedelta(milliseconds=80)


def test_an_orders_lines_do_not_make_it_look_younger(company, tap):
    products = sorted(held(company, "product", "productNo"))[:2]
    for _ in range(4):
        company.order(*products)
    company.fault("latency", ms=100, match={"field": "orderLine"})
    run = tap.run("orders", page_size=4)
    stamps = {message["time_extracted"] for message in run.of("RECORD")}

    assert len(stamps) == 1


def test_rows_that_change_while_pages_are_turned_are_told_then_or_in_the_next_run(company, tap):
    company.fault("latency", ms=250, match={"field": "address"})
    numbers = sorted(held(company, "address", "addressNo"))
    process = tap.start("addresses", page_size=3, overlap_seconds=0)
    told = []
    while '"type":"RECORD"' not in "".join(told):
        told.append(process.stdout.readline())
        assert told[-1], "it ended before it told a record"
    for number in numbers:  # some are told already, some are not
        company.edit("address", {"addressNo": number}, title="under veis")
        time.sleep(0.1)  # over more than the second that is read again anyway
    company.delete("address", addressNo=numbers[1])
    made = company.add("address", {"name": "Ny"})[0]["addressNo"]
    output, _ = process.communicate(timeout=280)
    first = tap.read(process.returncode, "".join(told) + output)
    company.ask("DELETE", "faults")
    second = tap.run("addresses", state=first.state, overlap_seconds=0)
    together = {**first.records("addresses"), **second.records("addresses")}

    assert set(together) >= {*numbers, made} - {numbers[1]}
    assert {together[number]["title"] for number in numbers if number != numbers[1]} == {"under veis"}


def test_a_killed_run_goes_on_where_its_last_state_stood(company, tap):
    company.add("address", *({"name": f"Kunde {number}"} for number in range(1200)))
    company.fault("latency", ms=60, match={"field": "address"})
    with tap.start("addresses", page_size=100) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if '"type":"STATE"' in line and '"after"' in line:
                break
        process.send_signal(signal.SIGKILL)
    company.ask("DELETE", "faults")
    killed = tap.read(-9, "".join(lines))
    number = killed.told("addresses")[0]
    company.edit("address", {"addressNo": number}, title="etter drapet")
    resumed = tap.run("addresses", state=killed.state)
    third = tap.run("addresses", overlap_seconds=0)

    assert set(killed.told("addresses")) | set(resumed.told("addresses")) == set(held(company, "address", "addressNo"))
    assert len(resumed.told("addresses")) < 1220
    assert {**resumed.records("addresses"), **third.records("addresses")}[number]["title"] == "etter drapet"
    assert "reading" not in third.bookmark("addresses")


def test_a_run_that_somebody_stops_has_failed(company, tap):
    company.fault("latency", ms=300, match={"field": "address"})
    with tap.start("addresses", page_size=2) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 128 + signal.SIGTERM
