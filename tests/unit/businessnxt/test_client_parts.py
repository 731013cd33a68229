"""The client's pure parts: documents, values, pace, and what an error means."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime

import pytest
from businessnxt import AccessError, RowError, SchemaError, Unavailable, codec, documents, pace
from businessnxt.errors import RateLimited, Trace
from businessnxt.transport import classify

TRACE = Trace(1234567, "address_create", "t-1")


def test_a_document_is_the_same_text_for_the_same_question():
    arguments = {"values": "[Address_Input!]!", "onError": "OnError"}
    one = documents.create("address", ["addressNo"], arguments, children={}, suggest=False)

    assert one == documents.create("address", ["addressNo"], arguments, children={}, suggest=False)
    assert "mutation address_create($no: Int!, $values: [Address_Input!]!)" in one
    assert "onError: FAIL_TABLE" in one


def test_without_onerror_in_the_schema_it_is_not_asked_for():
    assert "onError" not in documents.update("address", ["name"], {"filters": "[F]", "values": "[V!]"})


def test_decimals_and_the_order_of_keys_survive_the_wire():
    assert codec.dump({"b": Decimal("0.10"), "a": "Å"}) == '{"b":0.10,"a":"Å"}'.encode()
    assert codec.load(b'{"x": 0.1}')["x"] == Decimal("0.1")


def test_dates_and_times_are_numbers_there():
    assert (codec.to_date(20261123), codec.to_date(0)) == (date(2026, 11, 23), None)
    assert (codec.from_date(date(2026, 1, 2)), codec.from_date(None)) == (20260102, 0)
    assert codec.to_time(2330) == time(23, 30)
    assert codec.to_precise_time(3661001) == time(1, 1, 1, 1000)
    assert codec.to_timestamp("2024-10-01 12:45:33.7980000") == datetime(2024, 10, 1, 12, 45, 33, 798000)  # noqa: DTZ001 - it has no zone
    assert codec.to_timestamp(None) is None


def test_retry_after_is_read_in_both_forms():
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30))

    assert pace.read_retry_after("7") == 7
    assert 25 < pace.read_retry_after(soon) <= 30
    assert pace.read_retry_after("soon") is None
    assert pace.pause(0, 3600.0) == pace.LONGEST_WAIT


def test_requests_shrink_when_they_are_lost_and_grow_when_they_are_quick():
    size = pace.BatchSize(largest=500)
    size.timed_out()
    assert size.rows == 125
    size.took(125, 20.0)
    assert size.rows == 31, "as many as take five seconds"
    for _ in range(9):
        size.took(size.rows, 0.01)
    assert size.rows == 500


def test_the_governor_waits_only_at_the_limit(monkeypatch):
    slept = []
    monkeypatch.setattr("businessnxt.pace.time.sleep", slept.append)
    governor = pace.Governor(per_minute=3)
    for _ in range(3):
        governor.wait()
    assert slept == []

    governor.wait()
    assert 59 < slept[0] < 61


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "no", "path": ["useCompany", "address_create", 3, "name"]}, RowError),
        ({"message": "Cannot query field", "locations": [{"line": 1}], "extensions": {"code": "X"}}, SchemaError),
        ({"message": "Could not get authorize user", "path": ["useCompany", "address"]}, AccessError),
        ({"message": "The operation has timed out.", "extensions": {"code": "TIMEOUT"}}, Unavailable),
    ],
)
def test_an_error_is_named_by_what_to_do_about_it(error, kind):
    assert type(classify(error, TRACE)) is kind


def test_an_error_says_where_and_for_whom():
    extensions = {"fields": ["name"], "status_name": "valueTooLong"}
    error = classify({"message": "too long", "path": ["useCompany", "x", 3], "extensions": extensions}, TRACE)

    assert (error.index, error.fields, error.status) == (3, ("name",), "valueTooLong")
    assert str(error) == "too long [company 1234567, address_create, trace id t-1]"


def test_a_wait_carries_what_the_server_asked_for():
    assert RateLimited("slow down", TRACE, retry_after=5.0).retry_after == 5.0
