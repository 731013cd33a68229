"""A shop that allows so many requests a day is asked no more often, and loses no row by that."""

from __future__ import annotations

import itertools
import sqlite3

import pytest
from answering import Reply
from customwebshop import Allowance, Connection, Credentials, SpentError
from customwebshop.reading import times


def row(number):
    return {"id": f"o{number:02}", "updated_at": f"2026-01-{number:02}T00:00:00.000000Z"}


@pytest.fixture
def day(tmp_path):
    """Lets it be another day."""

    def tomorrow():
        with sqlite3.connect(tmp_path / "keys.requests.db") as counted:
            counted.execute("UPDATE used SET day = '2026-01-01'")

    return tomorrow


@pytest.fixture
def run(tap, only, shop, keyset, tmp_path):
    """A run over twelve orders, two to a page, of which four requests a day are allowed."""
    shop.on("/orders", keyset([row(number) for number in range(1, 13)]))
    last = {}

    def go(streams=None, **settings):
        done = tap(
            state=last.get("state"), key_file=str(tmp_path / "keys.db"), page_size=2, lookback_seconds=0,
            streams=only(**(streams or {"orders": {}})), **{"max_requests_per_day": 4, **settings},
        )  # fmt: skip
        last["state"] = done.state if done.of("STATE") else last.get("state")
        return done

    return go


def ids(done):
    return [each["id"] for each in done.records("orders")]


def test_the_run_ends_well_and_the_next_day_goes_on_from_there(run, day, shop):
    first = run()
    assert (first.code, len(ids(first))) == (0, 8)
    assert "The 4 requests of today (max_requests_per_day) are used up" in first.log
    assert first.state["bookmarks"]["orders"]["replication_key_value"].startswith("2026-01-08")

    asked = len(shop.asked)
    second = run()
    assert (second.code, ids(second), len(shop.asked)) == (0, [], asked), "none is left today"

    day()
    third = run()
    assert set(ids(first)) | set(ids(third)) == {row(number)["id"] for number in range(1, 13)}


def test_rows_in_no_order_begin_anew_and_the_bookmark_stays(run, day):
    unordered = {"orders": {"incremental": {"ordered": False}}}
    first = run(unordered)
    assert (first.code, len(ids(first))) == (0, 8)
    assert "replication_key_value" not in first.state["bookmarks"]["orders"]
    assert "all of it must fit into one day" in first.log

    day()
    assert len(ids(run(unordered, max_requests_per_day=100))) == 12


def test_a_sweep_that_is_broken_off_takes_nothing_for_gone_and_comes_again(run, day):
    swept = {"orders": {"sweep": {"every_h": 0}}}
    run(swept, max_requests_per_day=100)
    day()
    broken = run(swept)
    day()
    whole = run(swept, max_requests_per_day=100)

    assert (ids(broken), ids(whole)) == ([], []), "nothing changed, and nothing is gone"
    assert whole.state["bookmarks"]["orders"]["swept_at"] > broken.state["bookmarks"]["orders"]["swept_at"]


def test_streams_after_the_one_that_used_them_up_are_named(run, shop, keyset):
    shop.on("/customers", keyset([row(number) for number in range(1, 20)]))
    done = run({"customers": {}, "orders": {}})

    assert done.code == 0
    assert "orders: not read, for the requests of today are used up" in done.log
    assert not done.state["bookmarks"]["orders"]


def test_a_try_that_fails_counts_as_well(shop, tmp_path):
    answers = itertools.chain([Reply(None, 503, {"Retry-After": "0"})], itertools.repeat({"data": []}))
    shop.on("/orders", lambda _: next(answers))
    allowance = Allowance(str(tmp_path / "keys.db"), shop.url, 3, times.UTC)
    connection = Connection(shop.url, Credentials(auth_token="x"), before_each=allowance.take)
    connection.get("/orders")
    connection.get("/orders")

    with pytest.raises(SpentError):
        connection.get("/orders")
    assert len(shop.asked) == 3


def test_without_a_file_to_count_in_nothing_is_read(tap, only):
    assert "key_file: is needed for max_requests_per_day" in tap(streams=only("orders"), max_requests_per_day=9).log
