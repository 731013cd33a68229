"""What the schema offers, and the records that rows become."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from businessnxt import Column
from tap_businessnxt import offer
from tap_businessnxt.offer import Offer

OSLO = ZoneInfo("Europe/Oslo")


def columns(**types: str) -> dict[str, Column]:
    return {name: Column(name, kind, writable=False) for name, kind in types.items()}


ORDER = columns(
    orderNo="Int",
    orderDate="Int",
    orderDateAsDate="Date",
    orderType="Int",
    orderTypeAsEnum="OrderType",
    orderPreferencesFlags="OrderPreferences",
    name="String",
    exchangeRate="Decimal",
    free="Boolean",
    changedTime="Int",
    changedTimeAsTime="Time",
    changedTimestamp="DateTime",
    joinup_Country="Country",
    integerValue="Int",
)


def test_columns_are_offered_and_joins_and_second_spellings_are_not():
    assert Offer.of(ORDER).types == {
        "orderNo": "integer",
        "orderDate": "integer",
        "orderType": "integer",
        "name": "string",
        "exchangeRate": "number",
        "free": "boolean",
        "changedTime": "integer",
        "changedTimestamp": "string",
    }


def test_a_day_stands_twice_and_the_key_is_never_empty():
    properties = Offer.of(ORDER).properties(["orderNo"])

    assert properties["orderNo"] == {"type": ["integer"]}
    assert properties["orderDate"] == {"type": ["integer", "null"]}
    assert properties["orderDateAsDate"] == {"type": ["string", "null"], "format": "date"}
    assert "changedTimestampUtc" not in properties


def test_only_the_columns_wanted_are_offered():
    assert list(Offer.of(ORDER, wanted=["orderNo", "name", "hidden"]).types) == ["orderNo", "name"]


def test_a_row_passes_as_it_is_with_its_days_readable_beside():
    row = {"orderNo": 1, "orderDate": 20260131, "exchangeRate": Decimal("1.10"), "changedTimestamp": None}

    assert Offer.of(ORDER).record(row) == {**row, "orderDateAsDate": "2026-01-31"}


@pytest.mark.parametrize("day", [0, None, 20261332, 99])
def test_what_is_no_day_reads_as_none(day):
    assert offer.as_date(day) is None


def test_where_the_zone_is_known_stamps_stand_in_utc_too():
    summer = Offer.of(ORDER, zone=OSLO).record({"changedTimestamp": "2026-07-01 12:00:00.5"})

    assert summer["changedTimestamp"] == "2026-07-01 12:00:00.5"
    assert summer["changedTimestampUtc"] == "2026-07-01T10:00:00.500000+00:00"
    assert Offer.of(ORDER, zone=OSLO).properties([])["changedTimestampUtc"]["format"] == "date-time"


def test_the_hour_that_comes_twice_is_taken_for_the_first_time():
    assert offer.as_utc("2026-10-25 02:30:00", OSLO) == "2026-10-25T00:30:00+00:00"
    assert offer.as_utc(None, OSLO) is None


def test_a_column_is_asked_for_when_anything_made_of_it_is_selected():
    found = Offer.of(ORDER, zone=OSLO)

    assert found.columns_for({"orderDateAsDate", "name"}.__contains__) == ["orderDate", "name"]
    assert found.columns_for({"changedTimestampUtc"}.__contains__) == ["changedTimestamp"]
