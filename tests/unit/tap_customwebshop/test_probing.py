"""What a probe sees of one stream."""

from __future__ import annotations

from datetime import datetime

import page_turning
import pytest
from customwebshop.reading.config import definitions, zone
from tap_customwebshop.probing import probe, sums


@pytest.fixture
def probed(client):
    """The findings of a probe of the stream of orders, by what was looked at."""

    def look(time_zone="UTC", page_size=100, **override):
        told = {"api_url": "http://shop", "auth_token": "x", "key_file": "-", "time_zone": time_zone}
        streams = [each for each in definitions({**told, "streams": {"orders": override}}) if each.name == "orders"]
        report = probe(client(), streams, page_size, zone("time_zone", time_zone))
        return report.findings

    def run(**told):
        return {each.check: each for each in look(**told)}

    run.all = look
    return run


def test_a_row_by_its_key_is_asked_for_as_a_run_does(shop, probed):
    stamp = "2026-01-01T00:00:00.000000Z"
    shop.on("/orders", {"data": [{"id": "a/b", "updated_at": stamp}], "next_cursor": None})
    shop.on("/orders/a%2Fb", {})
    found = probed(request={"params": {"order": "updated_at"}}, sweep={"verify": "/orders/{id}"})

    assert found["orders: by its key"].status == "ok"
    assert (shop.asked[-1].path, shop.asked[-1].params) == ("/orders/a%2Fb", {})


@pytest.mark.parametrize("types", [{}, {"updated_at": "time"}], ids=["as it stands", "converted"])
def test_times_without_a_zone_are_seen_through_a_converter(shop, probed, types):
    ahead = datetime.now(tz=zone("", "Europe/Oslo")).replace(tzinfo=None).isoformat(timespec="seconds")
    shop.on("/orders", {"data": [{"id": "o1", "updated_at": ahead}], "next_cursor": None})
    wrong, right = probed(types=types)["orders: zone"], probed(time_zone="Europe/Oslo", types=types)["orders: zone"]

    assert (wrong.status, right.status) == ("fail", "ok")
    assert "Europe/Oslo" in wrong.remedy


def test_links_of_which_none_leads_anywhere_are_a_failure(shop, probed):
    stamp = "2026-01-01T00:00:00.000000Z"
    shop.on("/orders", {"data": [{"id": "o1", "lines": "/wrong/1", "updated_at": stamp}], "next_cursor": None})
    found = probed(expand=[{"at": "lines"}])["orders: expand"]

    assert (found.status, found.key) == ("fail", "streams.orders.expand[0]")


def test_a_short_page_that_does_not_turn_is_a_failure(shop, probed):
    rows = [{"id": f"o{at}", "updated_at": f"2026-01-0{at}T00:00:00.000000Z"} for at in (1, 2, 3)]
    shop.on("/orders", {"data": rows, "total": 9})  # gives three however many are asked for, and never hears `skip`
    found = probed(paging={"style": "offset", "param": "skip", "total": "total"})["orders: next page"]

    assert (found.status, found.key) == ("fail", "streams.orders.paging.param")


@pytest.mark.parametrize("slip", page_turning.SLIPS)
def test_a_slip_in_paging_is_named_by_its_key(shop, probed, slip):
    turn, paging, key = page_turning.SLIPS[slip]
    shop.on("/orders", page_turning.listing(turn, page_turning.rows()))

    for page_size in (100,) if key == "paging.limit_param" else (4, 100):  # the shop's own ten are no fewer than four
        found = probed(page_size=page_size, paging=paging)["orders: next page"]
        assert (found.status, found.key) == ("fail", f"streams.orders.{key}")


@pytest.mark.parametrize(
    ("body", "paging", "hint"),
    [
        ({"total": 9}, {"style": "none"}, "total"),
        ({"links": {"next": "/orders?page=2"}}, {"style": "none"}, "links.next"),
        ({"has_more": True}, {"style": "none"}, "has_more"),
    ],
)
def test_an_answer_that_speaks_of_further_pages_where_none_are_turned_is_seen(shop, probed, body, paging, hint):
    shop.on("/orders", {"data": page_turning.rows(3), **body})
    found = probed(paging=paging)["orders: next page"]

    assert (found.status, found.key) == ("fail", "streams.orders.paging")
    assert hint in found.seen


def test_a_path_to_the_records_that_finds_none_is_named_with_what_there_is(shop, probed):
    shop.on("/orders", {"data": page_turning.rows(3), "meta": {"total": 3}})
    found = probed(records="items")["orders"]

    assert (found.status, found.key) == ("fail", "streams.orders.records")
    assert "'items' finds nothing; the answer has: data (a list of 3), meta (an object)" in found.seen


@pytest.mark.parametrize(
    ("status", "key"), [(404, "request.path"), (405, "request.method"), (400, "request.params"), (403, "request.path")]
)
def test_what_the_shop_refuses_of_one_stream_is_named_by_its_key(shop, probed, reply, status, key):
    shop.on("/orders", reply({"title": "No"}, status))

    assert probed()["orders"].key == f"streams.orders.{key}"


def test_a_word_that_the_contract_does_not_have_is_seen(shop, probed):
    shop.on("/orders", {"data": [], "next_cursor": None})
    found = probed(enums={"status": {"annullert": "canceled", "ny": "open"}})["orders: words"]

    assert (found.status, found.key) == ("warn", "streams.orders.enums.status")
    assert "'canceled' is no word of the contract; did you mean 'cancelled'?" in found.seen


ROW = {"nr": 1, "kunde": {"navn": "Kari"}, "linjer": [{"vare": "A1"}], "updated_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("mapped", "key", "seen"),
    [
        (
            {"customer_id": "kunde.id"},
            "map.customer_id",
            "'kunde.id' stands in none of 1 records; kunde has: navn (text)",
        ),
        ({"buyer": {"name": "kunde.name"}}, "map.buyer.name", "kunde has: navn"),
        ({"lines": [{"each": "linjer", "map": {"sku": "sku"}}]}, "map.lines[0].map.sku", "a record has: vare (text)"),
        ({"lines": [{"each": "rader", "map": {"sku": "sku"}}]}, "map.lines[0].each", "'rader' stands in none"),
        ({"billing_address": "kunde"}, "map.billing_address", "has none of the contract's properties, but navn"),
        ({"lines": "linjer"}, "map.lines[]", "has none of the contract's properties, but vare"),
        ({"currency": "'nok'"}, "types.currency", "is no code in capitals"),
        ({"number": "'R&oslash;d'"}, "types.number", "holds entities of HTML"),
        ({"number": "nr"}, "types.number", "is a number, and must be string or null by the schema"),
    ],
)
def test_a_map_that_finds_nothing_or_makes_what_nobody_knows_is_seen(shop, probed, mapped, key, seen):
    shop.on("/orders", {"data": [ROW], "next_cursor": None})
    stream = {"map": {"id": "nr", **mapped}, "types": {"id": "text"}}
    found = probed.all(**stream)

    assert (key, True) in [(each.key.removeprefix("streams.orders."), seen in each.seen) for each in found]


def test_a_link_that_no_record_has_is_a_failure(shop, probed):
    shop.on("/orders", {"data": [ROW], "next_cursor": None})
    found = probed(map={"id": "nr"}, expand=[{"at": "lines"}])["orders: expand"]

    assert (found.status, found.key) == ("fail", "streams.orders.expand[0]")
    assert "none of 1 records has 'lines'; a record has: nr (a number), kunde (an object), linjer" in found.seen


@pytest.mark.parametrize(("record", "status", "key"), [("order", "ok", ""), ("ordre", "fail", "revisit.record")])
def test_what_is_read_by_its_key_must_be_the_record(shop, probed, record, status, key):
    row = {"id": "o1", "updated_at": "2026-01-01T00:00:00Z"}
    shop.on("/orders", {"data": [row], "next_cursor": None})
    shop.on("/orders/o1", {"order": row})
    found = probed(revisit={"when": "id", "path": "/orders/{id}", "record": record})["orders: by its key"]

    assert (found.status, found.key.removeprefix("streams.orders.")) == (status, key)


@pytest.mark.parametrize("answers", ["with another time", "not at all"])
def test_a_time_that_the_shop_does_not_understand_is_told_from_one_that_is_left_out(shop, probed, reply, answers):
    stock = page_turning.rows(3)
    broken = reply({}, 500) if answers == "not at all" else {"data": [], "next_cursor": None}
    shop.on(
        "/orders", lambda asked: broken if "updated_since" in asked.params else {"data": stock, "next_cursor": None}
    )
    found = probed()["orders: filter"]

    assert (found.status, found.key) == ("fail", "streams.orders.incremental.value")


@pytest.mark.parametrize(("when", "warned"), [("status == 'NY'", True), ("status == 'open' && !note", False)])
def test_a_word_of_the_shops_own_that_a_row_is_never_final_by_is_seen(shop, probed, when, warned):
    shop.on("/orders", {"data": [], "next_cursor": None})
    found = probed(revisit={"when": when, "path": "/orders/{id}"}).get("orders: words")

    assert (found is not None and found.key == "streams.orders.revisit.when") is warned


def sold(at, price, total, quantity=2):
    line = {"sku": "A1", "quantity": quantity, "unit_price": price}
    stamp = f"2026-01-0{at}T00:00:00Z"
    return {"id": f"o{at}", "number": f"100{at}", "lines": [line], "total_incl_tax": total, "updated_at": stamp}


@pytest.mark.parametrize(
    ("amounts", "types", "expected"),
    [
        (((349, 99), (698, 198)), {}, ("ok", "types.total_incl_tax")),
        ((("349.50", 99), ("699.00", 198)), {}, ("ok", "")),
        ((("349.50", 99), ("873.75", "247.50")), {}, ("ok", "")),
        (((34900, 9900), (698, 198)), {}, ("fail", "types.lines[].unit_price")),
        (((349, 99), (69800, 19800)), {}, ("fail", "types.total_incl_tax")),
        (((349, 99), (698, 198)), {"lines[].unit_price": {"minor_units": 2}}, ("fail", "types.lines[].unit_price")),
        (((349, 99), (7, 198)), {}, ("ok", "types.total_incl_tax")),
        (((34900,), (698,)), {}, ("warn", "types.lines[].unit_price")),
        (((349,), (0,)), {}, (None, "")),
    ],
)
def test_oere_that_are_taken_for_kroner_are_seen_beside_other_amounts(shop, probed, amounts, types, expected):
    rows = [sold(at, *each) for at, each in enumerate(zip(*amounts, strict=True), 1)]
    shop.on("/orders", {"data": rows, "next_cursor": None})
    found = probed(types=types).get("orders: amounts")

    assert (found and found.status, found.key.removeprefix("streams.orders.") if found else "") == expected
    assert found is None or "order 1001: 2 x " in found.seen


@pytest.mark.parametrize(("price", "fails"), [(349, False), (279.2, False), (34900, True), (3.49, True)])
def test_lines_that_cost_a_hundred_times_what_their_products_do_are_seen(price, fails):
    orders, products = (
        [sold(1, price, 1)],
        [{"variants": [{"sku": "A1", "price": "349.00"}, {"sku": "B2", "price": None}]}],
    )

    assert [each.status for each in sums.compared(orders, products)] == ["fail"] * fails


@pytest.mark.parametrize(
    ("line", "total", "seen"),
    [
        ({}, 698, "1 of 1 lines do not say whether their price includes tax: it counts as without, and yet they come"),
        ({}, 872.5, "1 of 1 lines do not say whether their price includes tax: it counts as without"),
        ({"price_includes_tax": False}, 872.5, None),
        ({"type": "shipping"}, 698, None),
    ],
)
def test_prices_that_do_not_say_whether_they_include_tax_are_seen(shop, probed, line, total, seen):
    row = sold(1, 349, total)
    row["lines"][0].update(line)
    shop.on("/orders", {"data": [row], "next_cursor": None})
    found = probed().get("orders: tax")

    assert (found is None) if seen is None else found.seen.startswith(seen)
    assert found is None or found.key == "streams.orders.defaults.lines[].price_includes_tax"


@pytest.mark.parametrize(("mapped", "status"), [({"buyer": {"email": "mail"}}, "fail"), ({"note": "merknad"}, "warn")])
def test_a_path_that_would_stop_a_run_is_a_failure(shop, probed, mapped, status):
    shop.on("/orders", {"data": [{**ROW, "nr": at} for at in range(3)], "next_cursor": None})
    found = probed.all(map={"id": "nr", **mapped}, types={"id": "text"})

    assert [each.status for each in found if "stands in none of 3 records" in each.seen] == [status]
