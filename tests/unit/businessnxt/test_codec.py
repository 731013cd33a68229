"""Values of Business NXT and of Python, both ways."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal

import pytest
from businessnxt import codec
from hypothesis import given
from hypothesis import strategies as st

amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15)


@given(st.lists(amounts))
def test_decimals_survive_the_wire_digit_by_digit(values):
    assert [str(each) for each in codec.load(codec.dump(values))] == [str(each) for each in values]


@pytest.mark.parametrize("text", ["0.1", "12345678901234.56", "-0.005", "100000000000000000000.01", "1E+2"])
def test_no_number_passes_through_a_float(text):
    assert codec.dump({"x": Decimal(text)}) == f'{{"x":{text}}}'.encode()
    assert Decimal(codec.load(f'{{"x": {text}}}'.encode())["x"]) == Decimal(text)


def test_the_order_of_keys_and_norwegian_letters_survive_the_wire():
    assert codec.dump({"b": "Ærø", "a": "Åse"}) == '{"b":"Ærø","a":"Åse"}'.encode()


def test_what_is_no_json_is_a_value_error():
    with pytest.raises(ValueError, match="JSON"):
        codec.load(b"<html>")


@given(st.dates())
def test_dates_come_back(value):
    assert codec.to_date(codec.from_date(value)) == value


def test_no_date_is_zero():
    assert (codec.to_date(0), codec.to_date(None), codec.from_date(None)) == (None, None, 0)
    assert codec.from_date(date(2026, 1, 2)) == 20260102


@given(st.times())
def test_times_come_back_as_far_as_they_are_kept(value):
    assert codec.to_time(codec.from_time(value)) == value.replace(second=0, microsecond=0)
    assert codec.to_precise_time(codec.from_precise_time(value)) == value.replace(
        microsecond=value.microsecond // 1000 * 1000
    )


def test_times_are_the_numbers_of_the_documentation():
    assert [codec.to_time(each) for each in (0, 101, 2330)] == [time(0), time(1, 1), time(23, 30)]
    assert codec.to_precise_time(3661001) == time(1, 1, 1, 1000)
    assert codec.from_precise_time(time(13, 25, 8, 716000)) == 48308716


@given(st.datetimes())
def test_timestamps_come_back(value):
    assert codec.to_timestamp(codec.from_timestamp(value)) == value


@pytest.mark.parametrize("text", ["2024-10-01 12:45:33.798", "2024-10-01T12:45:33.7980000"])
def test_a_timestamp_is_read_in_both_spellings(text):
    assert codec.to_timestamp(text) == datetime(2024, 10, 1, 12, 45, 33, 798000)  # noqa: DTZ001 - it has no zone


def test_an_old_row_has_no_timestamp():
    assert (codec.to_timestamp(None), codec.to_timestamp("")) == (None, None)


def test_a_timestamp_with_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        codec.from_timestamp(datetime(2026, 1, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"name": None}, r"order\.name is None"),
        ({"orderLines": [{"productNo": "A"}, {"productNo": None}]}, r"order\.orderLines\[1\]\.productNo is None"),
        ({"dueDate": float("nan")}, r"order\.dueDate is nan"),
        ({"amount": Decimal("Infinity")}, r"order\.amount is Infinity"),
    ],
)
def test_what_cannot_be_sent_is_named_with_its_place(row, place):
    with pytest.raises(ValueError, match=place):
        codec.refuse_null("order", row)


@pytest.mark.parametrize("texts", [("12.50", "1.25E+1", "12.5"), ("0", "0.00", "-0", "0E+5"), ("100", "1E+2")])
def test_one_number_has_one_spelling(texts):
    assert len({str(codec.canonical(Decimal(each))) for each in texts}) == 1
