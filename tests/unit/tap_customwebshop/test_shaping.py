"""The shop's record becomes ours: mapped, converted, translated, filled in; what cannot be read is named, not shown."""

from __future__ import annotations

from datetime import timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from customwebshop.reading import zones
from customwebshop.reading.converters import CONVERTERS, OptionError, make
from customwebshop.reading.definition import Shaping
from customwebshop.reading.shaping import Shaper, ShapingError, ValueMisfitError

OSLO = ZoneInfo("Europe/Oslo")


def shaped(raw, properties=("id", "lines", "total"), **parts):
    return Shaper(Shaping(**parts), timezone.utc, properties).record(raw)


def test_what_is_mapped_comes_from_there_and_the_rest_keeps_its_name_where_we_have_one():
    raw = {"id": 1, "sum": {"gross": 5}, "secret": "x"}

    assert shaped(raw, map={"total": "sum.gross"}) == {"id": 1, "total": 5}
    assert raw == {"id": 1, "sum": {"gross": 5}, "secret": "x"}


def test_without_a_map_the_record_passes_whole():
    assert shaped({"id": 1, "other": 2}, types={"id": "text"}) == {"id": "1", "other": 2}


def test_objects_are_built_and_missing_parts_are_null():
    built = shaped({"a": {"b": 1}}, map={"total": {"one": "a.b", "two": "a.c.d", "word": "'x'"}})

    assert built == {"total": {"one": 1, "two": None, "word": "x"}}


def test_lists_are_put_together_of_parts_which_know_their_record():
    raw = {"currency": "NOK", "goods": [{"sku": "A"}, {"sku": "B"}], "freight": {"price": 5}, "fees": None}
    lines = [
        {"each": "goods", "map": {"sku": "sku", "currency": "_record.currency"}},
        {"each": "freight", "map": {"type": "'shipping'", "price": "price"}},
        {"each": "fees", "map": {"type": "'fee'"}},
    ]

    assert shaped(raw, map={"lines": lines})["lines"] == [
        {"sku": "A", "currency": "NOK"},
        {"sku": "B", "currency": "NOK"},
        {"type": "shipping", "price": 5},
    ]


def test_lists_inside_items_know_the_whole_record_too():
    raw = {"currency": "NOK", "goods": [{"taxes": [{"rate": 25}]}]}
    taxes = [{"each": "taxes", "map": {"rate": "rate", "of": "_record.currency"}}]
    lines = [{"each": "goods", "map": {"taxes": taxes}}]

    assert shaped(raw, map={"lines": lines})["lines"] == [{"taxes": [{"rate": 25, "of": "NOK"}]}]


def test_two_properties_of_one_object_are_converted_apart():
    raw = {"billing": {"country": "no"}}
    both = shaped(raw, map={"id": "billing", "total": "billing"}, types={"total.country": "upper"})

    assert both == {"id": {"country": "no"}, "total": {"country": "NO"}}


def test_words_are_translated_numbers_and_flags_too():
    enums = {"total": {"1": "paid", "true": "yes", "null": "unknown"}}

    assert [shaped({"total": each}, enums=enums)["total"] for each in (1, "1", True, None)] == [
        "paid",
        "paid",
        "yes",
        "unknown",
    ]


def test_defaults_fill_in_what_is_missing_or_null_and_nothing_else():
    defaults = {"total": "0.00", "lines[].unit": "stk"}
    filled = shaped({"total": None, "lines": [{"unit": None}, {}, {"unit": "kg"}]}, defaults=defaults)

    assert filled == {"total": "0.00", "lines": [{"unit": "stk"}, {"unit": "stk"}, {"unit": "kg"}]}


def test_types_go_before_words_and_words_before_defaults():
    parts = {
        "types": {"total": "lower"},
        "enums": {"total": {"paid": "done", "*": None}},
        "defaults": {"total": "open"},
    }

    assert [shaped({"total": each}, **parts)["total"] for each in ("PAID", "else")] == ["done", "open"]


def test_a_misfit_is_named_by_its_place_and_never_shown():
    with pytest.raises(ValueMisfitError) as caught:
        shaped({"lines": [{"price": "Kari Nordmann"}]}, types={"lines[].price": "decimal"})

    assert str(caught.value) == "'lines[].price' is no number"


@pytest.mark.parametrize("place", ["", "a..b", "lines[0].x", "a[].[]"])
def test_a_place_that_is_none_is_said(place):
    with pytest.raises(ShapingError, match="is no place such as currency"):
        Shaper(Shaping(types={place: "text"}), timezone.utc)


@pytest.mark.parametrize(
    ("converter", "value", "expected"),
    [
        ("text", 12, "12"),
        ("text", True, "true"),
        ("text", Decimal("1.10"), "1.10"),
        ("upper", "nok", "NOK"),
        ("lower", "NOK", "nok"),
        ("trim", " a b ", "a b"),
        ("html", "S&oslash;t &amp; salt", "Søt & salt"),
        ("no_tags", "<p>Rød<br>h&aring;nd</p>\n", "Rød hånd"),
        ("blank_to_null", "  ", None),
        ("blank_to_null", "x", "x"),
        ({"tagged": "erp:"}, "vip, ERP:7, ny", "7"),
        ({"tagged": "erp:"}, "vip", None),
        ({"tagged": "erp:"}, "", None),
        ("zero_to_null", 0, None),
        ("zero_to_null", "0", None),
        ("zero_to_null", 7, 7),
        ("integer", "3.00", 3),
        ("decimal", Decimal("1E+2"), "100"),
        ("decimal", 0.1, "0.1"),
        ("decimal", "-0.00", "0.00"),
        ({"decimal": {"decimal_mark": ",", "group_mark": "."}}, "1.099,90", "1099.90"),
        ({"decimal": {"decimal_mark": ","}}, "\N{MINUS SIGN}1 099,90", "-1099.90"),
        ({"decimal": {"digits": 2}}, "2.005", "2.01"),
        ({"minor_units": 2}, 109990, "1099.90"),
        ({"minor_units": 2}, "-5", "-0.05"),
        ({"minor_units": 0}, 5, "5"),
        ("cents", {"centAmount": 1999, "fractionDigits": 2}, "19.99"),
        ("cents", {"centAmount": 500, "fractionDigits": 0}, "500"),
        ({"digits": 1}, "0.25", "0.3"),
        ("negate", "5.00", "-5.00"),
        ("absolute", "-5.00", "5.00"),
        ({"multiply": 100}, "0.25", "25.00"),
        ("sum", ["1.10", None, 2], "3.10"),
        ("difference", ["5", "2", "1"], "2"),
        ({"product": {"digits": 2}}, ["2", "1.255"], "2.51"),
        ({"quotient": {"digits": 2}}, ["10", "3"], "3.33"),
        ("quotient", ["10", "0"], None),
        ("boolean", "ja", None),
        ({"boolean": {"true": ["ja"], "false": ["nei"]}}, "JA", True),
        ("boolean", 0, False),
        ("time", 1767225600, "2026-01-01T00:00:00.000000Z"),
        ("time", "1767225600000", "2026-01-01T00:00:00.000000Z"),
        ("time", "2026-07-01 12:00:00", "2026-07-01T10:00:00.000000Z"),
        ("time", "2026-10-25 02:30:00", "2026-10-25T00:30:00.000000Z"),
        ("time", "2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00.000000Z"),
        ("time", "", None),
        ({"time": {"format": "%d.%m.%Y %H:%M"}}, "01.07.2026 12:00", "2026-07-01T10:00:00.000000Z"),
        ({"time": {"zone": "UTC"}}, "2026-07-01 12:00:00", "2026-07-01T12:00:00.000000Z"),
        (["trim", "upper", {"decimal": {}}], " 5 ", "5"),
        (["blank_to_null", "upper"], "", None),
    ],
)
def test_each_converter_makes_what_it_says(converter, value, expected):
    convert = make(converter, OSLO)
    if converter == "boolean" and expected is None:
        with pytest.raises(ValueError, match="is neither true/1/yes"):
            convert(value)
    else:
        assert convert(value) == expected
        assert type(convert(value)) is type(expected)


@pytest.mark.parametrize(
    ("converter", "value"),
    [
        ("upper", 1), ("decimal", "NaN"), ("decimal", True), ("decimal", "1.2.3"), ("integer", "1.5"), ("sum", "1"),
        ("cents", 5), ("time", "soon"), ("time", {}), ({"time": {"format": "%Y"}}, 5),
    ],
)  # fmt: skip
def test_what_a_converter_cannot_read_is_an_error_that_does_not_show_it(converter, value):
    with pytest.raises(ValueError, match=r"^is n") as caught:
        make(converter, OSLO)(value)

    assert str(value) not in str(caught.value)


@pytest.mark.parametrize(
    "converter",
    [
        "none_such", {"upper": 1}, {"minor_units": True}, {"minor_units": 13}, {"digits": None}, {"multiply": "x"},
        {"decimal": {"minor": 2}}, {"sum": 2}, {"boolean": {"maybe": []}}, {"time": {"zone": "Europe/Olso"}},
    ],
)  # fmt: skip
def test_an_option_that_a_converter_does_not_take_is_said_at_once(converter):
    with pytest.raises(OptionError):
        make(converter, OSLO)


def test_every_converter_is_told_of():
    assert [name for name, maker in CONVERTERS.items() if not maker.__doc__] == []


def test_a_function_that_meets_another_kind_of_value_is_named_without_it():
    with pytest.raises(ValueMisfitError) as caught:
        shaped({"buyer": "Kari"}, map={"total": "join(' ', buyer)"})

    assert str(caught.value) == "'map.total' cannot be found: join() takes array-string, and was given string"


SCHEMA = {
    "properties": {
        "placed_at": {"type": ["string", "null"], "format": "date-time"},
        "note": {"type": "string"},
        "shipments": {"type": "array", "items": {"properties": {"shipped_at": {"format": "date-time"}}}},
        "payment": {"properties": {"at": {"format": "date-time"}}},
    }
}


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("2026-07-01 12:00:00", "2026-07-01T10:00:00.000000Z"),
        ("2026-01-31", "2026-01-30T23:00:00.000000Z"),
        ("2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00+02:00"),
        ("2026-07-01T12:00:00-0500", "2026-07-01T12:00:00-0500"),
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"),
        ("2026-07-01T12:00", "2026-07-01T10:00:00.000000Z"),
        ("0000-00-00 00:00:00", None),
        ("", ""),
        (7, 7),
        (None, None),
    ],
)
def test_a_time_without_a_zone_is_of_the_shops_wherever_it_stands(written, given):
    record = {"placed_at": written, "shipments": [{"shipped_at": written}, 1], "payment": {"at": written}}
    zones.giver(SCHEMA, ZoneInfo("Europe/Oslo"))({**record, "note": "2026-07-01"})
    zones.giver(SCHEMA, ZoneInfo("Europe/Oslo"))(record)

    assert record == {"placed_at": given, "shipments": [{"shipped_at": given}, 1], "payment": {"at": given}}


def test_a_property_that_the_map_leaves_out_comes_in_the_shops_own_words_unless_it_is_mapped_to_nothing():
    assert shaped({"nr": 1, "total": "x"}, map={"id": "nr"})["total"] == "x"
    assert shaped({"nr": 1, "total": "x"}, map={"id": "nr", "total": "`null`"})["total"] is None


@pytest.mark.parametrize("written", ["soon", "31.01.2026 12:00", "24/12"])
def test_what_stands_for_a_time_and_is_none_is_a_misfit_with_the_converter_that_reads_it(written):
    record = {"shipments": [{"shipped_at": "2026-07-01T12:00:00Z"}, {"shipped_at": written}]}

    with pytest.raises(ValueMisfitError) as caught:
        zones.giver(SCHEMA, OSLO)(record)
    assert caught.value.place == "shipments[].shipped_at"
    assert "is text, and no time; `types: {shipments[].shipped_at: {time: {format: …}}}`" in caught.value.trouble
    assert written not in str(caught.value)


@pytest.mark.parametrize("written", ["1.099,90", "109,90", "10,9,000", "1,99", "12.000,000"])
def test_a_group_mark_that_parts_no_thousands_is_no_group_mark(written):
    with pytest.raises(ValueMisfitError, match="is no number"):
        shaped({"total": written}, types={"total": {"decimal": {"decimal_mark": ".", "group_mark": ","}}})


@pytest.mark.parametrize(
    ("written", "read"), [("1,234,567.5", "1234567.5"), ("12,34,567", "1234567"), ("-1,234", "-1234")]
)
def test_thousands_are_parted_by_a_group_mark(written, read):
    told = {"decimal": {"decimal_mark": ".", "group_mark": ","}}

    assert shaped({"total": written}, types={"total": told})["total"] == read
