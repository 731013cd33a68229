"""What a value must look like in a column."""

from __future__ import annotations

from datetime import timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from crosswalk.columns import ColumnType
from crosswalk.errors import MappingError, Rejected

OSLO = ZoneInfo("Europe/Oslo")


def column(text, *, cut=True, zone=OSLO):
    return ColumnType.parse(text, zone=zone, cut=cut)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("String(5)", "  Åse  ", "Åse"),
        ("String(3)", "Ødegård", "Øde"),
        ("String(10)", Decimal("1.50"), "1.50"),
        ("String", True, "true"),
        ("Int", "47", 47),
        ("Int", True, 1),
        ("Decimal", "0.1", Decimal("0.1")),
        ("Decimal", Decimal("12345678901234.56"), Decimal("12345678901234.56")),
        ("Decimal(2)", "1.005", Decimal("1.00")),
        ("Date", "2026-11-20T23:30:00.123456789Z", 20261121),
        ("Date", "2026-11-20", 20261120),
        ("Date", "2026-03-29T00:59:59+00:00", 20260329),
        ("Flag(256)", True, 256),
        ("Flag(256)", False, 0),
    ],
)
def test_a_value_is_put_into_the_columns_form(kind, value, expected):
    assert column(kind).encode(value, "x") == expected


@pytest.mark.parametrize(
    ("kind", "unset"), [("String(5)", ""), ("Int", 0), ("Decimal", 0), ("Date", 0), ("Flag(1)", 0)]
)
def test_nothing_becomes_not_set_and_never_null(kind, unset):
    assert column(kind).encode(None, "x") == unset


@pytest.mark.parametrize(
    ("kind", "value"),
    [("Int", "1.5"), ("Int", "tolv"), ("Decimal", "NaN"), ("Date", "20.11.2026"), ("Flag(1)", "yes"), ("String", {})],
)
def test_a_value_that_does_not_fit_is_rejected_with_its_column(kind, value):
    with pytest.raises(Rejected, match="postalArea"):
        column(kind).encode(value, "city → postalArea")


def test_a_text_that_must_not_be_cut_is_rejected_with_both_lengths():
    with pytest.raises(Rejected, match="has 6 characters, the column takes 5") as error:
        column("String(5)", cut=False).encode("abcdef", "sku → productNo")

    assert error.value.kind == "too_long"


def test_a_day_depends_on_the_zone():
    assert column("Date", zone=timezone.utc).encode("2026-11-20T23:30:00Z", "x") == 20261120


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("Decimal", "12.50", Decimal("12.5")), ("Int", "", 0), ("String(9)", "A\u030a", "Å"), ("Flag(256)", 256 + 2, 256)],
)
def test_two_ways_of_holding_the_same_look_equal(kind, one, other):
    assert column(kind).canonical(one) == column(kind).canonical(other)


def test_an_unknown_type_is_refused():
    with pytest.raises(MappingError, match="Strung"):
        column("Strung(5)")
