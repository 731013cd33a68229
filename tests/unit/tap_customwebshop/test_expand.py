"""URLs inside records are followed, each once, and what they lead to stands in their place."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from customwebshop import MisreadError
from customwebshop.reading import expand
from customwebshop.reading.config import definitions
from tap_customwebshop import TapCustomWebshop


def expanding(reader, *rules, **override):
    return [
        row.record
        for row in reader(incremental=None, paging={"style": "next_url"}, expand=list(rules), **override).rows(None)
    ]


def test_a_url_gives_way_to_its_answer(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "lines": f"{shop.url}/orders/1/lines/"}]})
    shop.on("/orders/1/lines/", [{"sku": "A"}])

    assert expanding(reader, {"at": "lines"}) == [{"id": 1, "lines": [{"sku": "A"}]}]


def test_the_pages_of_a_long_answer_are_all_read(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "lines": "/l1"}]})
    shop.on("/l1", {"results": [{"sku": "A"}], "next": "/l2"})
    shop.on("/l2", {"results": [{"sku": "B"}], "next": None})

    assert expanding(reader, {"at": "lines", "records": "results"}) == [
        {"id": 1, "lines": [{"sku": "A"}, {"sku": "B"}]}
    ]


def test_urls_inside_list_items_are_followed_and_asked_for_once(shop, reader):
    lines = [{"product": "/p/1"}, {"product": "/p/1"}, {"product": None}, {}]
    shop.on("/orders", {"data": [{"id": 1, "lines": lines}, {"id": 2, "lines": [{"product": "/p/1"}]}, {"id": 3}]})
    shop.on("/p/1", {"sku": "A", "stock": "/s/1"})
    shop.on("/s/1", {"left": 4})
    full = {"sku": "A", "stock": {"left": 4}}

    found = expanding(reader, {"at": "lines[].product"}, {"at": "lines[].product.stock"})

    assert found[0]["lines"] == [{"product": full}, {"product": full}, {"product": None}, {}]
    assert found[1]["lines"] == [{"product": full}]
    assert found[2] == {"id": 3}
    assert [asked.path for asked in shop.asked] == ["/orders", "/p/1", "/s/1"]


def test_a_list_of_urls_becomes_a_list_of_answers(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "children": ["/p/1", "/p/2"]}]})
    shop.on("/p/1", {"sku": "A"})
    shop.on("/p/2", {"sku": "B"})

    assert expanding(reader, {"at": "children"}) == [{"id": 1, "children": [{"sku": "A"}, {"sku": "B"}]}]


def test_an_answer_can_stand_beside_its_url(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "lines_url": "/l"}]})
    shop.on("/l", {"results": [1]})

    found = expanding(reader, {"at": "lines", "from": "lines_url", "records": "results"})

    assert found == [{"id": 1, "lines_url": "/l", "lines": [1]}]


def test_what_is_no_longer_there_is_null(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "product": "/gone"}]})

    assert expanding(reader, {"at": "product"}) == [{"id": 1, "product": None}]


def test_an_answer_without_the_records_named_is_said(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "lines": "/l"}]})
    shop.on("/l", [])

    with pytest.raises(MisreadError, match=r"expand at 'lines': the answer has no 'results'; check expand\.records"):
        expanding(reader, {"at": "lines", "records": "results"})


def test_a_record_is_as_old_as_its_oldest_part(shop, reader):
    pages = {None: "/orders?page=2", "2": None}
    answered = {}

    def note(asked):
        answered[asked.path, asked.params.get("page")] = datetime.now(timezone.utc)
        listed = {"data": [{"id": 1, "product": "/p"}], "next": pages.get(asked.params.get("page"))}
        return listed if asked.path == "/orders" else {}

    shop.on("/orders", note)
    shop.on("/p", note)
    found = reader(incremental=None, paging={"style": "next_url"}, expand=[{"at": "product"}])

    first, second = found.rows(None)

    assert first.read_at < answered["/orders", None] < second.read_at < answered["/p", None]


def test_no_more_answers_are_kept_than_fit(shop, client, monkeypatch):
    monkeypatch.setattr(expand, "KEEP", 2)
    config = {"streams": {"orders": {"expand": [{"at": "p"}]}}}
    stream = next(each for each in definitions(config) if each.name == "orders")
    for number in range(3):
        shop.on(f"/p/{number}", {"id": number})
    expander = expand.Expander(client(), stream)

    for number in (0, 1, 2, 0):
        expander.fill({"p": f"/p/{number}"}, datetime.now(timezone.utc))

    assert [asked.path for asked in shop.asked] == ["/p/0", "/p/1", "/p/2", "/p/0"]


def test_what_nobody_wants_is_not_asked_for(shop, tap, only):
    shop.on("/orders", {"data": [{"id": "1", "lines": "/l"}], "next_cursor": None})
    config = {"streams": only(orders={"incremental": None, "expand": [{"at": "lines"}]})}
    catalog = TapCustomWebshop(config=config, validate_config=False, setup_mapper=False).catalog_dict
    for entry in catalog["streams"][0]["metadata"]:
        if entry["breadcrumb"] == ["properties", "lines"]:
            entry["metadata"]["selected"] = False
    run = tap(catalog=catalog, **config)

    assert run.records("orders") == [{"id": "1"}]
    assert [asked.path for asked in shop.asked] == ["/orders"]
