"""How values of columns are shown, and the stamps that every row has."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta, timezone

import pytest

pytestmark = pytest.mark.writes


def made(erp, row, items):
    [found] = erp.make("order", row, items=f"orderNo {items}")
    return found


@pytest.mark.fact("as_date_columns")
def test_a_date_is_also_shown_as_a_date(erp):
    assert made(erp, {"orderDate": 20250917}, "orderDateAsDate")["orderDateAsDate"] == "2025-09-17"


@pytest.mark.fact("impossible_date_is_null")
def test_what_is_no_date_is_shown_as_null(erp):
    assert made(erp, {}, "settlementDateAsDate")["settlementDateAsDate"] is None


@pytest.mark.fact("as_time_columns")
def test_a_time_is_also_shown_as_a_time(erp):
    row = made(erp, {}, "changedTime changedTimeAsTime")
    assert row["changedTimeAsTime"].startswith(f"{row['changedTime'] // 100:02d}:{row['changedTime'] % 100:02d}:00")


@pytest.mark.fact("as_enum_columns")
def test_an_enumeration_is_also_shown_by_name(erp):
    assert made(erp, {"orderType": 5}, "orderTypeAsEnum")["orderTypeAsEnum"] == "QuotationOrder"


@pytest.mark.fact("flags_columns")
def test_flags_are_also_shown_by_name(erp):
    row = made(erp, {"orderPreferences": 256 + 2}, "orderPreferencesFlags")
    assert {"CreditNote", "GrossOrder"} <= set(row["orderPreferencesFlags"])


@pytest.mark.fact("unset_is_zero_or_empty")
def test_what_is_not_set_is_zero_or_empty_and_never_null(erp):
    assert made(erp, {}, "label settlementDate free1") | {"orderNo": 1} == {
        "orderNo": 1, "label": "", "settlementDate": 0, "free1": 0,
    }  # fmt: skip


@pytest.mark.fact("decimals_are_numbers")
def test_a_decimal_is_a_number(erp):
    assert made(erp, {"free1": 12.5}, "free1")["free1"] == 12.5


@pytest.mark.fact("timestamps_have_a_blank")
@pytest.mark.fact("timestamps_have_no_zone")
def test_a_time_stamp_has_a_blank_and_no_zone(erp):
    stamp = made(erp, {}, "changedTimestamp")["changedTimestamp"]
    assert stamp[10] == " "
    assert stamp[-1].isdigit()
    assert datetime.strptime(stamp[:19], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - it has none


@pytest.mark.fact("changed_time_in_minutes")
def test_the_time_of_a_change_knows_minutes_only(erp):
    row = made(erp, {}, "changedTime changeTimeInMs changedTimestamp")
    assert row["changedTime"] == int(row["changedTimestamp"][11:16].replace(":", ""))
    assert row["changeTimeInMs"] // 60_000 == row["changedTime"] // 100 * 60 + row["changedTime"] % 100


@pytest.mark.fact("old_rows_lack_timestamps")
def test_rows_that_nobody_touched_for_years_have_no_time_stamp(company):
    fields = "changedTimestamp createdTimestamp changedDate changedByUser"
    [row] = company.ask(f"country(first: 1) {{ items {{ {fields} }} }}")["country"]["items"]
    assert row["changedTimestamp"] is None
    assert row["createdTimestamp"] is None
    assert row["changedDate"] == 20230607
    assert row["changedByUser"] == "system"


@pytest.mark.fact("changed_by_is_the_client_id")
def test_a_change_names_the_client_that_made_it(erp):
    row = made(erp, {}, "changedByUser createdByUser")
    assert row["changedByUser"] == row["createdByUser"] == erp.info["client_id"]


@pytest.fixture
def far_away(monkeypatch):
    """This machine, and so the server, in a zone that is never UTC."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    yield timedelta(hours=5, minutes=45)
    monkeypatch.delenv("TZ")
    time.tzset()
    assert "TZ" not in os.environ


@pytest.mark.fact("server_time_is_local")
def test_stamps_are_in_the_local_time_of_the_server(company, far_away):
    [row] = company.create("address", {}, items="changedTimestamp")["data"]["useCompany"]["address_create"]["items"]
    there = datetime.now(timezone.utc).replace(tzinfo=None) + far_away
    assert abs(there - datetime.fromisoformat(row["changedTimestamp"])) < timedelta(minutes=1)
