"""What nobody can do without, and comes from nowhere, stops a reading before any of it is given."""

from __future__ import annotations

import pytest
from customwebshop import MisreadError
from customwebshop.reading import times
from customwebshop.reading.needs import PROOF

STAMP = "2026-01-02T00:00:00.000000Z"
SINCE = times.parse("2026-01-01T00:00:00Z")
LINE = {"vare": "A1", "antall": 1, "pris": "10.00"}
ROW = {"nr": "1", "epost": "a@example.test", "linjer": [LINE], "frakt": [{"navn": "Post"}], "updated_at": STAMP}
PARTS = [
    {"each": "linjer", "map": {"sku": "vare", "quantity": "antall", "unit_price": "pris"}},
    {"each": "frakt", "map": {"type": "'shipping'", "title": "navn"}},
]
MAP = {"id": "nr", "buyer": {"email": "epost"}, "lines": PARTS}


def orders(count, **instead):
    return [{**ROW, "nr": str(at), **instead} for at in range(count)]


@pytest.fixture
def read(shop, reader):
    def run(rows, since=None, **told):
        shop.on("/orders", {"data": rows, "next_cursor": None})
        told = {"map": MAP, "incremental": {"ordered": False}, **told}
        return [row.record for row in reader(100, **told).rows(since)]

    return run


def part(**instead):
    return [{"each": instead.pop("each", "linjer"), "map": {**PARTS[0]["map"], **instead}}, PARTS[1]]


@pytest.mark.parametrize("since", [None, SINCE], ids=["first", "later"])
@pytest.mark.parametrize(
    ("mapped", "key", "seen"),
    [
        ({"lines": part(each="rader")}, "map.lines[0].each", "'rader' stands in none of 3 records; a record has: nr"),
        ({"lines": part(sku="sku")}, "map.lines[0].map.sku", "'sku' stands in none of 3 records; a record has: vare"),
        ({"lines": part(unit_price="pris.netto")}, "map.lines[0].map.unit_price", "'pris.netto' stands in none"),
        ({"buyer": {"email": "mail"}}, "map.buyer.email", "'mail' stands in none of 3 records"),
    ],
)
def test_a_path_that_finds_nothing_stops_the_run_and_is_named(read, mapped, key, seen, since):
    with pytest.raises(MisreadError, match=r"orders: ") as caught:
        read(orders(PROOF), since, map={**MAP, **mapped})
    assert (caught.value.key, seen in caught.value.seen) == (key, True)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (orders(PROOF), {"map": {**MAP, "total_incl_tax": "`null`"}}),
        (orders(PROOF), {"map": {**MAP, "currency": "valuta"}, "defaults": {"currency": "NOK"}}),
        ([*orders(PROOF - 1), {"nr": "9", "updated_at": STAMP}], {}),
        (orders(PROOF, linjer=None, frakt=None), {}),
        (orders(PROOF, linjer=[]), {}),
        (orders(PROOF), {"map": {**MAP, "note": "merknad"}}),
        (orders(PROOF, frakt=[{}]), {"map": {**MAP, "lines": [PARTS[0], {"each": "frakt", "map": {
            "type": "'shipping'", "sku": "vare", "unit_price": "pris"}}]}}),
        (orders(PROOF), {"map": {**MAP, "lines": [*PARTS, {"each": "pakker", "map": {"sku": "vare"}}]}}),
        ([], {}),
    ],
    ids=[
        "a literal", "a default", "in some", "null", "empty", "nobody needs it", "of freight", "one of several lists",
        "no records",
    ],
)  # fmt: skip
def test_what_may_be_missing_stops_nobody(read, rows, told):
    assert len(read(rows, **told)) == len(rows)


def test_of_few_records_and_of_expressions_it_is_said_in_the_log(read, caplog):
    read(orders(1), map={**MAP, "buyer": {"email": "mail"}})
    read(orders(PROOF), map={**MAP, "currency": "valuta || kode"})

    assert "'mail' finds nothing in 1 records; streams.orders.map.buyer.email says where" in caplog.text
    assert "'valuta || kode' finds nothing in 3 records; streams.orders.map.currency says where" in caplog.text


BARE = {"map": {"id": "nr"}, "incremental": None}


@pytest.mark.parametrize(
    ("rule", "name"),
    [({"at": "lines"}, "lines"), ({"at": "rader[].vare"}, "rader"), ({"at": "linjer[].product"}, "product")],
)
def test_a_link_that_no_record_has_stops_the_first_run(read, rule, name):
    with pytest.raises(MisreadError, match=f"none of 1 records has '{name}'; a record has: ") as caught:
        read(orders(1), expand=[rule], **BARE)
    assert caught.value.key == "expand[0]"
    assert len(read(orders(1), expand=[{**rule, "gone": "empty"}], **BARE)) == 1


def test_later_one_record_without_its_link_is_put_aside_and_several_stop_the_run(shop, reader):
    aside, told = [], {"expand": [{"at": "lines"}], "incremental": {"ordered": False}, "map": {"id": "nr"}}
    shop.on("/orders", {"data": orders(1), "next_cursor": None})

    assert list(reader(100, put_aside=aside.append, **told).rows(SINCE)) == []
    [(key, _, place, reason)] = aside
    assert (key, place) == (("0",), "lines")
    assert "lines would be empty" in reason
    shop.on("/orders", {"data": orders(PROOF), "next_cursor": None})
    with pytest.raises(MisreadError, match="none of 3 records has 'lines'"):
        list(reader(100, put_aside=aside.append, **told).rows(SINCE))


def test_a_link_that_some_records_have_may_be_missing_in_others(read):
    found = read([*orders(PROOF), {**ROW, "nr": "9", "lines": []}], expand=[{"at": "lines"}], map={"id": "nr"})

    assert len(found) == PROOF + 1


def test_an_order_that_has_no_lines_and_a_deleted_one_are_read(read):
    empty, gone = {**ROW, "lines": []}, {"nr": "2", "deleted_at": STAMP, "updated_at": STAMP}

    assert len(read([empty, gone], SINCE, expand=[{"at": "lines"}], map={"id": "nr"})) == 2
