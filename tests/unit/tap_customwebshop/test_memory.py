"""What no stamp tells is found all the same: rows that changed silently, that are not final yet, that are gone."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timezone

import pytest
from customwebshop.reading.config import definitions
from customwebshop.reading.reader import Row
from tap_customwebshop import keyfile
from tap_customwebshop.keyfile import KeyFile
from tap_customwebshop.memory import Memory


def row(number, **values):
    return {"id": f"o{number}", "updated_at": f"2026-01-0{number}T00:00:00.000000Z", "status": "completed", **values}


@pytest.fixture
def stock(shop, keyset):
    """What the shop holds; a test may change it."""
    rows = [row(1), row(2), row(3)]
    shop.on("/orders", keyset(rows))
    return rows


@pytest.fixture
def remembering(tap, only, stock, tmp_path):  # noqa: ARG001 - there must be something to read
    """A run over the stock, which goes on from the run before."""
    last = {}

    def run(*, state=None, key_file=tmp_path / "keys.db", **override):
        given = last.get("state") if state is None else state
        done = tap(state=given, key_file=str(key_file), streams=only(orders=override), lookback_seconds=0)
        assert done.code == 0, done.log
        last["state"] = done.state
        return done

    return run


def told(run):
    return [(each["id"], each.get("note")) for each in run.records("orders")]


ALWAYS = {"every_h": 0}


def test_a_first_sweep_tells_everything_and_the_next_nothing(remembering):
    assert told(remembering(sweep=ALWAYS)) == [("o1", None), ("o2", None), ("o3", None)]
    assert told(remembering(sweep=ALWAYS)) == []


def test_a_sweep_tells_what_changed_without_moving_its_stamp(remembering, stock):
    remembering(sweep=ALWAYS)
    stock[0]["note"] = "price changed"

    assert told(remembering(sweep=ALWAYS)) == [("o1", "price changed")]
    assert told(remembering(sweep=ALWAYS)) == []


def test_a_sweep_waits_for_its_hour_and_what_changed_is_told_meanwhile(remembering, stock):
    remembering(sweep={"every_h": 24})
    stock[0]["note"] = "silent"
    stock.append(row(4))

    assert [key for key, _ in told(remembering(sweep={"every_h": 24}))] == ["o3", "o4"]  # o3 stands at the bookmark


def test_what_was_told_on_the_way_is_not_told_again_by_the_sweep(remembering, stock):
    remembering(sweep={"every_h": 24})
    stock.append(row(4))
    remembering(sweep={"every_h": 24})

    assert told(remembering(sweep=ALWAYS)) == []


def test_a_sweep_moves_the_bookmark_though_it_tells_nothing(remembering, stock):
    first = remembering(sweep=ALWAYS)
    stock.append(row(4))
    second = remembering(sweep=ALWAYS)
    third = remembering(sweep=ALWAYS)

    marks = [each.state["bookmarks"]["orders"]["replication_key_value"][:10] for each in (first, second, third)]
    assert marks == ["2026-01-03", "2026-01-04", "2026-01-04"]


def test_a_row_that_is_gone_is_told_once_as_its_key_and_when(remembering, stock):
    remembering(sweep=ALWAYS)
    del stock[1]
    [tombstone] = remembering(sweep=ALWAYS).records("orders")

    assert tombstone["id"] == "o2"
    assert set(tombstone) == {"id", "deleted_at", "updated_at"}
    assert told(remembering(sweep=ALWAYS)) == []


def test_a_row_that_comes_back_is_told_again(remembering, stock):
    remembering(sweep=ALWAYS)
    back = stock.pop(1)
    remembering(sweep=ALWAYS)
    stock.append(back)

    assert told(remembering(sweep=ALWAYS)) == [("o2", None)]


def test_what_no_state_covers_is_told_again_tombstones_too(remembering, stock):
    before = remembering(sweep=ALWAYS).state
    stock[0]["note"] = "lost on the way"
    del stock[1]
    first = remembering(sweep=ALWAYS)
    again = remembering(sweep=ALWAYS, state=before)

    assert {key for key, _ in told(first)} == {"o1", "o2"}
    assert {key for key, _ in told(again)} == {"o1", "o2"}


def test_a_lost_state_tells_everything_and_still_misses_what_is_gone(remembering, stock):
    remembering(sweep=ALWAYS)
    del stock[1]
    fresh = remembering(sweep=ALWAYS, state={})

    assert [each["id"] for each in fresh.records("orders") if each.get("deleted_at")] == ["o2"]
    assert {"o1", "o3"} < {each["id"] for each in fresh.records("orders")}


def test_a_lost_key_file_tells_everything_again(remembering, tmp_path):
    remembering(sweep=ALWAYS)

    assert len(told(remembering(sweep=ALWAYS, key_file=tmp_path / "other.db"))) == 3


def test_two_states_do_not_believe_each_other(remembering, stock):
    one = remembering(sweep={"every_h": 24}).state
    remembering(sweep={"every_h": 24}, state={})
    stock[0]["note"] = "silent"
    remembering(sweep=ALWAYS)

    assert told(remembering(sweep=ALWAYS, state=one)) == [("o1", "silent")]


def test_a_listing_that_shrank_too_much_buries_nobody_and_says_so(remembering, stock):
    stock[:] = [{**row(1), "id": f"o{number:03}"} for number in range(60)]
    remembering(sweep=ALWAYS)
    del stock[:50]
    done = remembering(sweep=ALWAYS)

    assert told(done) == []
    assert "50 of 60 known rows are missing, more than sweep.limit_percent (20) allows" in done.log
    assert len(told(remembering(sweep={"every_h": 0, "limit_percent": 100}))) == 50


def test_a_small_shop_that_shows_nothing_buries_nobody(remembering, stock):
    remembering(sweep=ALWAYS)
    stock.clear()
    done = remembering(sweep=ALWAYS)

    assert told(done) == []
    assert "3 of 3 known rows are missing" in done.log


def test_a_row_that_is_only_hidden_from_the_list_is_not_gone(shop, remembering, stock):
    sweep = {"every_h": 0, "verify": "/orders/{id}"}
    remembering(sweep=sweep)
    del stock[1:]
    shop.on("/orders/o3", {"id": "o3"})

    done = remembering(sweep=sweep)
    assert [each["id"] for each in done.records("orders")] == ["o2"]
    assert "record o3 was not listed, and is there all the same" in done.log


REVISIT = {"when": "status == 'open'", "path": "/orders/{id}", "record": "data"}


def test_what_is_not_final_is_looked_at_again_each_run_and_told_when_it_differs(shop, remembering, stock):
    stock[0]["status"] = "open"
    remembering(revisit=REVISIT)
    shop.on("/orders/o1", lambda _: {"data": stock[0]})
    quiet = remembering(revisit=REVISIT)
    stock[0].update(note="paid", status="completed")  # and its stamp stays where it is
    moved = remembering(revisit=REVISIT)
    asked = len(shop.asked)
    final = remembering(revisit=REVISIT)

    assert told(quiet) == told(final) == [("o3", None)]
    assert told(moved) == [("o3", None), ("o1", "paid")]
    assert [each.path for each in shop.asked[asked:]] == ["/orders"]


def test_one_row_is_asked_for_without_what_only_a_listing_takes(shop, remembering, stock):
    stock[0]["status"] = "open"
    request = {"params": {"order": "updated_at"}}
    sweep = {"every_h": 24, "verify": "/orders/{id}"}
    remembering(request=request, revisit=REVISIT, sweep=sweep)
    shop.on("/orders/o1", lambda _: {"data": stock[0]})
    asked = len(shop.asked)
    remembering(request=request, revisit=REVISIT, sweep=sweep)
    del stock[0]
    remembering(request=request, revisit=REVISIT, sweep={**sweep, "every_h": 0})

    assert {each.path: each.params for each in shop.asked[asked:] if each.path != "/orders"} == {"/orders/o1": {}}


def test_many_are_looked_at_in_one_request_where_the_shop_takes_ids(shop, remembering, stock):
    revisit = {"when": "status == 'open'", "param": "include", "batch": 2}
    for each in stock:
        each["status"] = "open"
    stock.append(row(4))
    remembering(revisit=revisit)
    asked = len(shop.asked)
    remembering(revisit=revisit)

    assert [each.params.get("include") for each in shop.asked[asked:]] == [None, "o1,o2", "o3"]


def test_what_is_not_final_and_gone_is_told_as_gone(remembering, stock):
    stock[0]["status"] = "open"
    remembering(revisit=REVISIT)
    del stock[0]
    done = remembering(revisit=REVISIT)

    assert [each["id"] for each in done.records("orders") if each.get("deleted_at")] == ["o1"]
    assert told(remembering(revisit=REVISIT)) == [("o3", None)]


def test_what_stays_open_too_long_is_left_alone(shop, remembering, stock, tmp_path):
    stock[0]["status"] = "open"
    remembering(revisit=REVISIT)
    with sqlite3.connect(tmp_path / "keys.db") as file:
        file.execute("UPDATE known SET open_since = open_since - 61 * 86400 WHERE open_since IS NOT NULL")
    asked = len(shop.asked)
    remembering(revisit=REVISIT)

    assert [each.path for each in shop.asked[asked:]] == ["/orders"]


def test_a_shop_that_cannot_say_what_changed_is_told_by_what_differs(remembering, stock):
    sweep = {"incremental": None, "sweep": {"every_h": 24}}
    first, second = remembering(**sweep), remembering(**sweep)
    stock[2]["note"] = "x"
    third = remembering(**sweep)

    assert [len(told(each)) for each in (first, second)] == [3, 0]
    assert told(third) == [("o3", "x")]


def test_the_key_file_holds_no_content(remembering, stock, tmp_path):
    stock[0]["note"] = "Kari Nordmann"
    remembering(sweep=ALWAYS)

    content = b"".join(each.read_bytes() for each in tmp_path.glob("keys.db*"))
    assert b"o1" in content
    assert b"Nordmann" not in content


def test_a_key_file_that_is_none_is_said(tap, only, tmp_path):
    (tmp_path / "keys.db").write_text("no database, though it has a name like one")
    run = tap(key_file=str(tmp_path / "keys.db"), streams=only(orders={"sweep": {}}))

    assert run.code == 1
    assert "keys.db cannot be used: file is not a database. Name a file this user may write" in run.log


@pytest.fixture
def memory(tmp_path):
    """The memory as the run begins that a STATE with this number starts; what the last one left uncommitted is lost."""
    keys = KeyFile(str(tmp_path / "keys.db"), "shop")
    told_of = {"api_url": "http://shop", "auth_token": "x", "key_file": "-", "streams": {"orders": {"sweep": ALWAYS}}}
    stream = next(each for each in definitions(told_of) if each.name == "orders")

    def begun(covered):
        keys.connection.rollback()
        return Memory(keys.ledger("orders", "one line of STATEs"), stream, covered)

    return begun


NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
THREE = [Row({"id": f"o{at}"}, NOW, None, (f"o{at}",)) for at in (1, 2, 3)]


def test_two_cuts_in_a_row_lose_no_row(memory):
    list(memory(0).news(iter(THREE)))  # cut off before anything arrived
    first = next(memory(0).news(iter(THREE)))  # arrived, and is covered; then cut off again
    third = memory(first.number)

    assert {each.row.key for each in third.news(iter(THREE))} >= {("o2",), ("o3",)}


def test_two_cuts_in_a_row_lose_no_tombstone(memory):
    begun = memory(0)
    for each in THREE:
        begun.buried(each.key, NOW)
    list(begun.still_gone(NOW))  # kept in the file, and cut off before anything arrived
    first = next(memory(0).still_gone(NOW))
    third = memory(first.number)

    assert {each.row.key for each in third.still_gone(NOW)} >= {each.key for each in THREE} - {first.row.key}


def test_a_lost_state_forgets_no_tombstone_that_may_not_have_arrived(remembering, stock):
    remembering(sweep=ALWAYS)
    del stock[1]
    remembering(sweep=ALWAYS)  # tells it as gone, and does not arrive
    fresh = remembering(sweep=ALWAYS, state={})

    assert [each["id"] for each in fresh.records("orders") if each.get("deleted_at")] == ["o2"]


def test_a_key_file_that_another_run_keeps_locked_is_said(tap, only, stock, tmp_path, monkeypatch):  # noqa: ARG001
    monkeypatch.setattr(keyfile, "_PATIENCE", 0.01)
    file = tmp_path / "keys.db"
    KeyFile(str(file), "another shop").connection.close()
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        run = tap(key_file=str(file), streams=only(orders={"sweep": ALWAYS}))

    assert run.code == 1
    assert "key_file: database is locked. Is another run at it" in run.log


def test_a_missing_row_is_looked_at_by_a_document_where_the_shop_speaks_graphql(remembering, stock, shop):
    graphql = {"query": "query ($id: ID!) { order(id: $id) { id } }", "variables": {"id": "gid/{id}"}}
    sweep = {"every_h": 0, "verify": {"path": "/graphql", "graphql": graphql, "record": "data.order"}}
    remembering(sweep=sweep)
    there = {"gid/o2": {"id": "gid/o2"}}
    shop.on("/graphql", lambda asked: {"data": {"order": there.get(json.loads(asked.text)["variables"]["id"])}})
    del stock[1:]

    assert [each["id"] for each in remembering(sweep=sweep).records("orders") if "deleted_at" in each] == ["o3"]
