"""STATE never promises more than was written, nor forgets what was."""

from __future__ import annotations

import json
import signal
import time
from datetime import datetime, timedelta

import pytest


def rows(count, start="2026-01-01T00:00:00+00:00"):
    begin = datetime.fromisoformat(start)
    stamps = [(begin + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for number in range(count)]
    return [{"id": f"o{number:05}", "updated_at": stamp} for number, stamp in enumerate(stamps)]


def bookmarked(value, stream="orders"):
    return {"bookmarks": {stream: {"replication_key": "updated_at", "replication_key_value": value}}}


def slowly(answer, seconds=0.02):
    def wait(asked):
        time.sleep(seconds)
        return answer(asked)

    return wait


def test_the_bookmark_is_the_newest_row_and_nothing_else_is_left(shop, tap, keyset, only):
    shop.on("/orders", keyset(rows(250)))
    run = tap(streams=only("orders"))

    assert run.code == 0
    assert len(run.records("orders")) == 250
    assert run.state == bookmarked("2026-01-01T00:04:09.000000+00:00")


def test_state_comes_about_every_500_records_and_covers_what_came_before_it(shop, tap, keyset, only):
    shop.on("/orders", keyset(rows(1200)))
    run = tap(streams=only("orders"), page_size=250)

    written, promised = 0, []
    for message in run.messages:
        written += message["type"] == "RECORD"
        if message["type"] == "STATE":
            promised.append((written, message["value"]["bookmarks"]["orders"]["replication_key_value"]))
    assert promised == [
        (500, "2026-01-01T00:08:19.000000+00:00"),
        (1000, "2026-01-01T00:16:39.000000+00:00"),
        (1200, "2026-01-01T00:19:59.000000+00:00"),
    ]


def test_the_next_run_asks_from_the_look_back_before_the_bookmark(shop, tap, keyset, only):
    shop.on("/orders", keyset(rows(250)))
    tap(streams=only("orders"), state=bookmarked("2026-01-01T00:04:09.000000+00:00"))
    tap(streams=only("orders"), state=bookmarked("2026-01-01T00:04:09.000000+00:00"), lookback_seconds=0)

    assert [asked.params.get("updated_since") for asked in shop.asked if "cursor" not in asked.params] == [
        "2026-01-01T00:02:09.000000Z",
        "2026-01-01T00:04:09.000000Z",
    ]


def test_the_bookmark_does_not_go_back_when_the_look_back_finds_only_older_rows(shop, tap, keyset, only):
    shop.on("/orders", keyset(rows(3)))
    run = tap(streams=only("orders"), state=bookmarked("2026-01-01T00:01:00+00:00"))

    assert len(run.records("orders")) == 3
    assert run.state["bookmarks"]["orders"]["replication_key_value"] == "2026-01-01T00:01:00.000000+00:00"


def test_a_start_date_is_asked_for_as_it_is_and_a_bookmark_outgrows_it(shop, tap, keyset, only):
    shop.on("/orders", keyset([]))
    tap(streams=only("orders"), start_date="2026-01-01")
    tap(streams=only("orders"), start_date="2026-01-01", state=bookmarked("2026-03-01T00:00:00+00:00"))
    tap(streams=only("orders"), start_date="2026-01-01", state=bookmarked("2026-01-01T00:00:30+00:00"))

    assert [asked.params["updated_since"] for asked in shop.asked] == [
        "2026-01-01T00:00:00.000000Z",
        "2026-02-28T23:58:00.000000Z",
        "2026-01-01T00:00:00.000000Z",
    ]


def test_the_bookmark_never_passes_the_shops_clock(shop, tap, reply, only):
    future = {"data": rows(2, "2031-01-01T00:00:00+00:00"), "next_cursor": None}
    shop.on("/orders", reply(future, headers={"Date": "Mon, 02 Feb 2026 03:04:05 GMT"}))
    run = tap(streams=only("orders"))

    assert len(run.records("orders")) == 2
    assert run.state == bookmarked("2026-02-02T03:04:05.000000+00:00")


def test_rows_in_no_order_move_the_bookmark_only_at_the_end(shop, tap, reply, only):
    mixed = list(reversed(rows(3)))
    shop.in_turn("/orders", {"data": mixed, "next_cursor": "x"}, reply({}, 400))
    broken = tap(streams=only(orders={"incremental": {"ordered": False}}))
    shop.on("/orders", {"data": mixed, "next_cursor": None})
    whole = tap(streams=only(orders={"incremental": {"ordered": False}}))

    assert broken.code == 1
    assert not any(
        "replication_key_value" in state["value"].get("bookmarks", {}).get("orders", {}) for state in broken.of("STATE")
    )
    assert whole.state == bookmarked("2026-01-01T00:00:02.000000+00:00")


def test_a_full_table_keeps_no_bookmark_and_asks_for_everything(shop, tap, only):
    shop.on("/orders", {"data": [{"id": 1}], "next_cursor": None})
    run = tap(streams=only(orders={"incremental": None}), state=bookmarked("2026-01-01T00:00:00+00:00"))

    assert run.code == 0
    assert "updated_since" not in shop.asked[0].params
    assert run.records("orders") == [{"id": 1}]


def test_a_run_that_breaks_off_keeps_what_it_reached_and_fails(shop, tap, keyset, only, reply):
    listing = keyset(rows(1200))
    shop.on("/orders", lambda asked: reply({"title": "No"}, 400) if len(shop.asked) > 3 else listing(asked))
    run = tap(streams=only("orders"), page_size=250)

    assert run.code == 1
    assert len(run.records("orders")) == 750
    assert run.state["bookmarks"]["orders"]["replication_key_value"] == "2026-01-01T00:08:19.000000+00:00"


def test_a_bookmark_that_is_no_time_is_named_with_its_stream(tap, only):
    run = tap(streams=only("orders"), state=bookmarked("yesterday"))

    assert run.code == 1
    assert "orders: the bookmark in the state is unreadable: 'yesterday' is no point in time" in run.log


def covered(state, stock):
    reached = datetime.fromisoformat(state["bookmarks"]["orders"]["replication_key_value"])
    return {row["id"] for row in stock if datetime.fromisoformat(row["updated_at"].replace("Z", "+00:00")) <= reached}


def stopped_after(count, running, kind):
    lines = [next(running.stdout) for _ in range(count)]
    running.send_signal(kind)
    return [json.loads(line) for line in lines + running.stdout.readlines()]


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_promises_only_what_it_wrote_and_resumes_without_loss(  # noqa: PLR0917 - fixtures
    shop, started, tap, keyset, only, kind
):
    stock = rows(3000)
    shop.on("/orders", slowly(keyset(stock)))
    with started(streams=only("orders")) as running:
        messages = stopped_after(1300, running, kind)
    written, state = set(), None
    for message in messages:
        if message["type"] == "RECORD":
            written.add(message["record"]["id"])
        if message["type"] == "STATE":
            state = message["value"]
            assert covered(state, stock) <= written

    assert running.returncode == 128 + kind
    assert len(written) < len(stock)
    resumed = {
        record["id"] for record in tap(streams=only("orders"), state=state, lookback_seconds=0).records("orders")
    }
    assert written | resumed == {row["id"] for row in stock}
    assert len(resumed) < len(stock) - 900


def test_a_stopped_run_does_not_wait_for_the_shop(shop, started, only):
    shop.on("/orders", slowly(lambda _: {"data": [], "next_cursor": None}, seconds=60))
    with started(streams=only("orders")) as running:
        while not shop.asked:
            time.sleep(0.01)
        begun = time.monotonic()
        running.terminate()

    assert running.returncode == 143
    assert time.monotonic() - begun < 30


def test_streams_keep_bookmarks_of_their_own_and_parents_come_first(shop, tap, keyset):
    for number, path in enumerate(("/orders", "/customers", "/products")):
        shop.on(path, keyset(rows(number + 1)))
    levels = [{"sku": "A", "location_id": "1", "updated_at": "2026-01-01T00:00:00Z"}]
    shop.on("/inventory-levels", {"data": levels, "next_cursor": None})
    run = tap()

    assert [message["stream"] for message in run.of("SCHEMA")] == ["customers", "products", "stock_levels", "orders"]
    assert {name: mark["replication_key_value"][17:19] for name, mark in run.state["bookmarks"].items()} == {
        "customers": "01",
        "products": "02",
        "stock_levels": "00",
        "orders": "00",
    }
