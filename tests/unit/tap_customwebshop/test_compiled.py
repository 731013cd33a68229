"""What runs compiled says the same as the SDK's own way, byte for byte."""

from __future__ import annotations

import copy
import datetime as dt
import json
import logging
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from singer_sdk import Stream
from singer_sdk.contrib.msgspec import serialize_jsonl
from singer_sdk.helpers._catalog import pop_deselected_record_properties
from singer_sdk.helpers._typing import conform_record_data_types
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.singerlib import SelectionMask
from tap_customwebshop import TapCustomWebshop, compiled
from tap_customwebshop.streams import ShopStream

logger = logging.getLogger("test")
logger.disabled = True  # the SDK warns of each property it leaves out
UTC = dt.timezone.utc


def by_sdk(schema: dict[str, Any], mask: SelectionMask, record: dict[str, Any]) -> dict[str, Any]:
    record = copy.deepcopy(record)
    pop_deselected_record_properties(record, schema, mask)
    return conform_record_data_types("orders", record, schema, TypeConformanceLevel.RECURSIVE, logger)


def by_us(schema: dict[str, Any], mask: SelectionMask, record: dict[str, Any]) -> dict[str, Any]:
    select = compiled.selector(mask)
    return compiled.conformer(schema, lambda _: None)(select(record) if select else record)


def line(value: Any) -> bytes:
    return bytes(serialize_jsonl(value))


SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": ["string", "null"]},
        "flag": {"type": ["boolean", "null"]},
        "sure": {"type": "boolean"},
        "count": {"type": "integer"},
        "anything": {},
        "choice": {"anyOf": [{"type": "object"}, {"type": "null"}]},
        "either": {
            "type": ["array", "object", "null"],
            "items": {"type": "boolean"},
            "properties": {"text": {"type": "string"}},
        },
        "open": {"type": "object", "properties": {"text": {"type": "string"}}, "additionalProperties": True},
        "free": {"type": ["object", "null"]},
        "place": {
            "type": ["object", "null"],
            "properties": {
                "text": {"type": "string"},
                "inner": {"type": "object", "properties": {"flag": {"type": "boolean"}, "text": {"type": "string"}}},
            },
        },
        "lines": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {"flag": {"type": "boolean"}, "sub": {"type": "array", "items": {"type": "string"}}},
            },
        },
        "pair": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "boolean"}},
        "flags": {"type": "array", "items": {"type": "boolean"}},
    },
}


@pytest.mark.parametrize(
    "record",
    [
        {"text": "æøå\n\"'", "flag": 1, "sure": 0, "count": 5},
        {"flag": None, "sure": "false", "text": None},
        {"flag": Decimal("1.0"), "sure": 0.0},
        {"text": Decimal("0.10"), "count": Decimal("1E+5")},
        {"text": Decimal("NaN"), "count": float("inf"), "anything": float("nan"), "flag": Decimal("-Infinity")},
        {"text": dt.datetime(2026, 1, 1, 3, tzinfo=UTC), "count": dt.date(2026, 1, 1)},
        {"text": dt.datetime(2026, 1, 1, 3), "anything": dt.time(3, 4), "count": dt.timedelta(3)},  # noqa: DTZ001
        {"flag": b"\x00", "sure": b"\x01", "text": b"\xff"},
        {"unknown": 1, "place": {"unknown": 2, "text": "x", "inner": {"flag": 1, "unknown": 3}}},
        {"place": None, "lines": None, "free": None, "choice": None},
        {"place": "no object", "lines": "no list", "flags": {"no": "list"}, "text": {"an": ["object"]}},
        {"lines": [{"flag": 1, "sub": ["a", None, 1], "unknown": 1}, None, "text", {"flag": None}, {}]},
        {"flags": [0, 1, None, "x", Decimal(0)], "pair": [0, 1]},
        {"either": [0, 2], "anything": {"deep": [{"x": Decimal("1.10")}]}, "free": {"x": {"y": 1}}},
        {
            "either": {"text": 1, "unknown": 2},
            "open": {"text": True, "more": {"x": 1}},
            "choice": {"x": Decimal("2.50")},
        },
        {},
    ],
)
def test_each_kind_of_value_comes_out_as_the_sdk_has_it(record):
    assert line(by_us(SCHEMA, SelectionMask(), record)) == line(by_sdk(SCHEMA, SelectionMask(), record))


names = st.sampled_from(["text", "flag", "lines", "place", "inner", "sub", "free", "unknown"])
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.decimals().filter(lambda number: not number.is_snan())
)
values = st.recursive(
    leaves, lambda kids: st.lists(kids, max_size=3) | st.dictionaries(names, kids, max_size=4), max_leaves=12
)
kinds = st.sampled_from(["string", "integer", "number", "boolean", "null"])
types = kinds | st.lists(kinds, min_size=1, max_size=2, unique=True)


def _objects(kids: Any) -> Any:
    properties = st.dictionaries(names, kids, max_size=5)
    flags = st.sampled_from(["object", ["object", "null"]])
    return st.builds(
        lambda kind, inside, more: {"type": kind, "properties": inside, **more},
        flags,
        properties,
        st.sampled_from([{}, {"additionalProperties": True}]),
    )


schemas = st.recursive(
    st.builds(lambda kind: {"type": kind}, types),
    lambda kids: _objects(kids) | st.builds(lambda items: {"type": ["array", "null"], "items": items}, kids),
    max_leaves=10,
)
masks = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map(
        lambda path: tuple(part for name in path for part in ("properties", name))
    ),
    st.booleans(),
    max_size=6,
)


@settings(max_examples=400, deadline=None)
@given(schema=_objects(schemas), mask=masks, record=st.dictionaries(names, values, max_size=6))
def test_any_record_under_any_schema_and_selection_comes_out_as_the_sdk_has_it(schema, mask, record):
    mask = SelectionMask({(): True, **mask})

    assert line(by_us(schema, mask, record)) == line(by_sdk(schema, mask, record))


@settings(max_examples=50, deadline=None)
@given(mask=masks, record=st.dictionaries(names, values, max_size=6))
def test_a_record_is_not_changed_on_its_way(mask, record):
    before = copy.deepcopy(record)
    by_us(SCHEMA, SelectionMask({(): True, **mask}), record)

    assert line(record) == line(before)


def test_where_the_sdk_breaks_a_loose_schema_lets_the_value_pass():
    schema = {"properties": {"rows": {"type": "array", "items": {"type": "object"}}, "any": {}, "one": {"enum": [[1]]}}}
    record = {"rows": [{"a": 1}], "any": [1], "one": [1]}

    assert by_us(schema, SelectionMask(), record) == record


def test_a_property_that_is_left_out_is_told_of_by_its_path():
    unknown: list[str] = []
    schema = {"properties": {"lines": SCHEMA["properties"]["lines"], "place": SCHEMA["properties"]["place"]}}
    compiled.conformer(schema, unknown.append)({"a": 1, "lines": [{"b": 1}, {"b": 2}], "place": {"inner": {"c": 1}}})

    assert unknown == ["a", "lines.b", "lines.b", "place.inner.c"]


RECORDS = [
    {
        "id": f"o{number}",
        "updated_at": f"2026-01-01T00:00:{number:02}.000000Z",
        "billing_address": {"name": "Åse Bø", "line1": "Øvre gate 1", "unheard_of": 1},
        "lines": [{"id": "1", "unit_price": "10.10", "price_includes_tax": number % 2, "odd": None}],
        "total_incl_tax": "1.10",
        "metadata": {"deep": {"x": [1, {"y": None}]}},
        "note": None,
        "number": str(number),
    }
    for number in range(20)
]
DESELECTED = [
    ("properties", "note"),
    ("properties", "billing_address", "properties", "line1"),
    ("properties", "metadata"),
]
MAPS = {
    "orders": {
        "number": "'n' + number",
        "extra": "billing_address['name'] if billing_address else None",
        "__filter__": "number != '3'",
    },
}


def selecting(catalog: dict[str, Any], deselected: list[tuple[str, ...]]) -> dict[str, Any]:
    for entry in catalog["streams"][0]["metadata"]:
        if tuple(entry["breadcrumb"]) in deselected:
            entry["metadata"]["selected"] = False
    return catalog


@pytest.fixture
def orders_of(shop, tap, only, reply):
    """The run over RECORDS, with money as a number."""
    shop.on("/orders", reply(json.dumps({"data": RECORDS, "next_cursor": None}).replace('"1.10"', "1.10").encode()))
    untold = TapCustomWebshop(config={"streams": only("orders")}, validate_config=False, setup_mapper=False)

    def run(deselected, **config):
        return tap(streams=only("orders"), catalog=selecting(untold.catalog_dict, deselected), **config)

    return run


def without_time(written: bytes) -> bytes:
    return re.sub(rb',"time_extracted":"[^"]+"', b"", written)


@pytest.mark.parametrize("deselected", [[], DESELECTED])
@pytest.mark.parametrize("maps", [{}, MAPS, {"orders": {"__alias__": "sales", "note": None}}])
def test_a_whole_run_writes_what_the_sdk_would_write(orders_of, monkeypatch, deselected, maps):
    ours = orders_of(stream_maps=maps, deselected=deselected)
    monkeypatch.setattr(ShopStream, "_generate_record_messages", Stream._generate_record_messages)
    theirs = orders_of(stream_maps=maps, deselected=deselected)

    assert len(ours.of("RECORD")) == (19 if maps is MAPS else 20)
    assert [without_time(written) for written in ours.lines] == [without_time(written) for written in theirs.lines]
    assert any(b'"note"' in written for written in ours.lines[1:]) is (
        not deselected and "note" not in maps.get("orders", {})
    )
