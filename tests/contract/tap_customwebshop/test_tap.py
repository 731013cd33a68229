"""The tap delivers what the shop holds, whatever the shop does wrong meanwhile, or says why it cannot."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

STREAMS = ["customers", "products", "stock_levels", "orders"]


def bookmark(state, stream):
    return state["bookmarks"][stream]["replication_key_value"]


def held(webshop, stream):
    key = "sku" if stream == "stock_levels" else "id"
    return {record[key]: record for record in webshop.records(stream)}


def test_every_record_arrives_as_the_shop_holds_it_parents_first(webshop, tap):
    run = tap(page_size=250)

    assert run.code == 0
    assert [message["stream"] for message in run.of("SCHEMA")] == STREAMS
    for stream in STREAMS:
        assert run.records(stream) == held(webshop, stream)
        assert len(run.of("RECORD", stream)) == len(held(webshop, stream))
    assert "not in the schema" not in run.log


def test_every_record_says_when_its_request_began(tap):
    before = datetime.now(timezone.utc)
    run = tap(only="orders", page_size=100)
    stamps = [datetime.fromisoformat(message["time_extracted"].replace("Z", "+00:00")) for message in run.of("RECORD")]

    assert before <= min(stamps) <= max(stamps) <= datetime.now(timezone.utc)
    assert len(set(stamps)) == -(-len(stamps) // 100)  # one for each page
    assert stamps == sorted(stamps)


def test_the_bookmark_of_each_stream_is_its_newest_change(webshop, tap):
    run = tap()

    for stream in STREAMS:
        newest = max(record["updated_at"] for record in webshop.records(stream))
        assert bookmark(run.state, stream) == newest.replace("Z", "+00:00")


def test_the_next_run_reads_what_changed_and_the_look_back_only(webshop, tap):
    first = tap()
    webshop.edit("orders", "O00007", note="Ring på døra")
    second = tap(state=first.state, lookback_seconds=0)

    assert "O00007" in second.records("orders")
    assert second.records("orders")["O00007"]["note"] == "Ring på døra"
    for stream in STREAMS:
        newest = max(record["updated_at"] for record in first.records(stream).values())
        expected = {key for key, record in held(webshop, stream).items() if record["updated_at"] >= newest}
        assert set(second.records(stream)) == expected
    assert bookmark(second.state, "orders") > bookmark(first.state, "orders")


def test_nothing_new_costs_one_request_for_each_stream(webshop, tap):
    state = tap().state
    webshop.behave()
    run = tap(state=state)

    assert run.code == 0
    assert webshop.requests() == len(STREAMS)
    assert run.state == state


def test_a_deleted_record_arrives_as_a_tombstone_unless_they_are_not_wanted(webshop, tap):
    state = tap(only="customers").state
    webshop.delete("customers", "C0003")
    told = tap(only="customers", state=state, lookback_seconds=0)
    untold = tap(only="customers", state=state, lookback_seconds=0, include_deleted=False)

    assert set(told.records("customers")["C0003"]) == {"id", "updated_at", "deleted_at"}
    assert "C0003" not in untold.records("customers")


@pytest.mark.parametrize("how", ["touched", "deleted", "inserted"])
def test_a_record_that_changes_between_pages_is_not_lost_nor_does_it_hide_another(webshop, tap, how):
    edits = {
        "touched": [{"collection": "orders", "id": "O00001", "set": {"note": "æ"}}],
        "deleted": [{"collection": "orders", "id": "O00001", "delete": True}],
        "inserted": [{"collection": "orders", "id": "O99999", "set": {"number": "199999"}}],
    }[how]
    webshop.fault("edit_between_pages", times=3, edits=edits, match={"path": "/api/v1/orders"})
    run = tap(only="orders", page_size=50)

    assert run.code == 0
    assert [fault["fired"] for fault in webshop.faults()] == [3]
    assert run.records("orders") == held(webshop, "orders")


def test_an_expired_cursor_loses_nothing(webshop, tap):
    webshop.fault("expire_cursor", times=4)
    run = tap(only="orders", page_size=30)

    assert run.code == 0
    assert [fault["fired"] for fault in webshop.faults()] == [4]
    assert run.records("orders") == held(webshop, "orders")


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("http_429", {"retry_after": 1}),
        ("http_429", {"retry_after": "date"}),
        ("http_503", {}),
        ("reset_mid_body", {}),
    ],
)
def test_a_shop_in_trouble_is_asked_again(webshop, tap, kind, how):
    if how.get("retry_after") == "date":
        how = {"retry_after": format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)}
    webshop.fault(kind, **how)
    run = tap(only="customers")

    assert run.code == 0
    assert run.records("customers") == held(webshop, "customers")
    assert "asking again in" in run.log


def test_a_shop_that_ignores_the_bookmark_is_found_out(webshop, tap):
    state = tap(only="orders").state
    webshop.fault("filter_ignored", times=None)
    run = tap(only="orders", state=state)

    assert run.code == 1
    assert run.of("RECORD") == []
    assert "it does not heed 'updated_since'. Set incremental.param" in run.log


def test_a_page_for_people_stops_the_run_and_the_state_stays(webshop, tap):
    state = tap().state
    webshop.fault("html_200", times=None, match={"path": "/api/v1/orders"})
    run = tap(state=state)

    assert run.code == 1
    assert "the answer is no JSON but text/html" in run.log
    assert "straks tilbake" not in run.log
    assert run.state["bookmarks"]["customers"] == state["bookmarks"]["customers"]
    assert bookmark(run.state, "orders") == bookmark(state, "orders")


def test_a_wrong_token_is_said_and_not_shown(tap):
    run = tap(auth_token="wrong-s3cret")

    assert run.code == 1
    assert "HTTP 401, 'Unauthorised: the key or token is not known, or has ended'. The shop does not know us" in run.log
    assert "wrong-s3cret" not in run.log


def oauth(webshop, **changed):
    wanted = {name: webshop.info[name] for name in ("token_url", "client_id", "client_secret")}
    return {"auth_method": "oauth2", "auth_token": "", **wanted, **changed}


def test_client_credentials_open_the_shop(webshop, tap):
    run = tap(**oauth(webshop))

    assert run.code == 0
    assert run.records("orders") == held(webshop, "orders")


def test_a_token_that_the_shop_forgets_is_fetched_anew(webshop, tap):
    webshop.fault("expire_token", match={"path": "/api/v1/orders"})
    run = tap(**oauth(webshop), page_size=200)

    assert run.code == 0
    assert run.records("orders") == held(webshop, "orders")
    assert "fetching a new one" in run.log


def test_tokens_that_live_for_a_moment_do(webshop, tap):
    webshop.token_lifetime(1)
    webshop.fault("latency", times=None, ms=150)
    run = tap(**oauth(webshop), only="orders", page_size=40)

    assert run.code == 0
    assert run.records("orders") == held(webshop, "orders")


def test_a_wrong_client_secret_is_said_and_not_shown(webshop, tap):
    run = tap(**oauth(webshop, client_secret="wrong-s3cret"))

    assert run.code == 1
    assert "No token for us:" in run.log
    assert "invalid_client" in run.log
    assert "Check client_id, client_secret and token_url." in run.log
    assert "wrong-s3cret" not in run.log


def test_a_page_larger_than_the_shop_allows_is_refused_in_its_words(tap):
    run = tap(page_size=251)

    assert run.code == 1
    assert "HTTP 400" in run.log
    assert "limit is a number from 1 to 250" in run.log


def test_a_stream_of_ones_own_is_read_by_settings_alone(webshop, tap):
    codes = {
        "request": {"path": "/products"},
        "records": "data",
        "key": ["id"],
        "schema": {"properties": {"id": {"type": "string"}, "tax_code": {"type": "string"}}},
        "paging": {"style": "cursor"},
    }
    run = tap(only="none", streams={**{name: {"enabled": False} for name in STREAMS}, "tax_codes": codes}, page_size=20)

    expected = {each["id"]: {"id": each["id"], "tax_code": each["tax_code"]} for each in webshop.records("products")}
    assert run.records("tax_codes") == expected
