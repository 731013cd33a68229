"""URLs inside records are followed, each once, and what they lead to stands in their place."""

from __future__ import annotations

import json
import re
import threading
import time
from datetime import datetime, timezone

import pytest
from answering import Reply, Request
from customwebshop import CredentialsError, MisreadError, UnreachableError, graph
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
    shop.on("/l", {"results": [{"id": 1}]})

    found = expanding(reader, {"at": "lines", "from": "lines_url", "records": "results"})

    assert found == [{"id": 1, "lines_url": "/l", "lines": [{"id": 1}]}]


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_no_longer_there_is_null_where_the_rule_lets_it_be(shop, reader, status):
    shop.on("/orders", {"data": [{"id": 1, "product": "/gone"}]})
    shop.on("/gone", Reply({}, status))

    assert expanding(reader, {"at": "product", "gone": "empty"}) == [{"id": 1, "product": None}]


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize(
    ("rule", "trouble"),
    [
        ({"at": "lines"}, "HTTP 404 .* `gone: empty`"),
        ({"at": "lines", "path": "/orders/{number}/lines"}, "there is no 'number' beside it"),
        ({"at": "lines", "from": "lines_url"}, "there is no 'lines_url' beside it"),
    ],
)
def test_a_record_whose_lines_cannot_be_had_does_not_arrive_as_if_it_had_none(shop, reader, at_once, rule, trouble):
    whole = {"id": 2, "lines": "/l", "number": "2", "lines_url": "/l"}
    shop.on("/orders", {"data": [{"id": 1, "lines": "/gone"}, whole]})
    shop.on("/l", [])
    shop.on("/orders/2/lines", [])
    aside = []
    told = {"incremental": None, "paging": {"style": "none"}, "expand": [rule]}
    rows = reader(at_once=at_once, put_aside=aside.append, **told).rows(None)

    assert [row.record["id"] for row in rows] == [2]
    [(key, _, place, reason)] = aside
    assert (key, place) == ((1,), "lines")
    assert re.search(trouble, reason)


@pytest.mark.parametrize(("status", "trouble"), [(422, "HTTP 422"), (500, "no usable answer")])
def test_one_link_that_the_shop_does_not_answer_keeps_no_other_record(shop, reader, status, trouble):
    shop.on("/orders", {"data": [{"id": at, "lines": f"/l/{at}"} for at in (1, 2, 3)]})
    for at in (1, 3):
        shop.on(f"/l/{at}", [])
    shop.on("/l/2", Reply({"detail": "broken"}, status))
    aside = []
    told = {"incremental": None, "paging": {"style": "none"}, "expand": [{"at": "lines"}]}

    assert [row.record["id"] for row in reader(put_aside=aside.append, **told).rows(None)] == [1, 3]
    [(key, _, place, reason)] = aside
    assert (key, place) == ((2,), "lines")
    assert trouble in reason


def test_a_shop_that_answers_no_link_is_not_well_and_stops_the_run(shop, reader):
    shop.on("/orders", {"data": [{"id": at, "lines": f"/l/{at}"} for at in (1, 2, 3)]})
    for at in (1, 2, 3):
        shop.on(f"/l/{at}", Reply(None, 503))
    told = {"incremental": None, "paging": {"style": "none"}, "expand": [{"at": "lines"}]}

    with pytest.raises(UnreachableError):
        list(reader(put_aside=lambda _: None, **told).rows(None))


def test_links_of_which_none_leads_anywhere_stop_the_run(shop, reader):
    shop.on("/orders", {"data": [{"id": at, "lines": f"/gone/{at}"} for at in range(expand.ASTRAY)]})

    with pytest.raises(MisreadError, match=r"orders: expand at 'lines': none of 50 links .* streams\.orders\.expand"):
        expanding(reader, {"at": "lines", "gone": "empty"})


def test_links_that_lead_nowhere_are_let_be_where_one_leads_somewhere(shop, reader):
    shop.on("/l", [])
    gone = [{"id": at, "lines": f"/gone/{at}"} for at in range(expand.ASTRAY)]
    shop.on("/orders", {"data": [{"id": "x", "lines": "/l"}, *gone]})
    rule = {"at": "lines", "gone": "empty"}

    assert [each["lines"] for each in expanding(reader, rule)] == [[], *[None] * expand.ASTRAY]


def test_an_answer_without_the_records_named_is_said(shop, reader):
    shop.on("/orders", {"data": [{"id": 1, "lines": "/l"}]})
    shop.on("/l", [])

    with pytest.raises(MisreadError, match=r"expand at 'lines': the answer has no 'results'; .* Check expand\.records"):
        expanding(reader, {"at": "lines", "records": "results"})


def test_a_record_is_as_old_as_its_oldest_part(shop, reader):
    pages = {None: "/orders?after=2", "2": None}
    answered = {}

    def note(asked):
        answered[asked.path, asked.params.get("after")] = datetime.now(timezone.utc)
        listed = {"data": [{"id": 1, "product": "/p"}], "next": pages.get(asked.params.get("after"))}
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


def rush(reader, shop, at_once, **override):
    """Twelve orders whose lines stand elsewhere, read with several requests at a time; how many were under way."""
    now, most, gate = [0], [0], threading.Lock()

    def slow(request):
        with gate:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.03 if request.path.endswith(("0", "3")) else 0.01)
        with gate:
            now[0] -= 1
        return [{"of": request.path}]

    shop.on("/orders", {"data": [{"id": at, "lines": f"/l/{at}", "customer": "/c"} for at in range(12)]})
    shop.on("/c", lambda _: slow(Request("/c", {}, {}, {})))
    for at in range(12):
        shop.on(f"/l/{at}", slow)
    rules = [{"at": "lines"}, {"at": "customer"}]
    told = {"incremental": None, "paging": {"style": "next_url"}, "expand": rules, **override}
    return [row.record for row in reader(at_once=at_once, **told).rows(None)], most[0]


@pytest.mark.parametrize("at_once", [1, 4])
def test_several_links_are_followed_at_a_time_and_rows_keep_their_order(reader, shop, at_once):
    found, most = rush(reader, shop, at_once)

    assert [each["id"] for each in found] == list(range(12))
    assert [each["lines"] for each in found] == [[{"of": f"/l/{at}"}] for at in range(12)]
    assert [request.path for request in shop.asked].count("/c") == 1, "what several name is asked for once"
    assert (1 < most <= at_once) if at_once > 1 else most == 1


def test_what_fails_is_raised_when_all_before_it_were_given(reader, shop):
    shop.on("/orders", {"data": [{"id": at, "lines": f"/l/{at}"} for at in range(6)]})
    for at in range(6):
        shop.on(f"/l/{at}", [{"id": at}])
    shop.on("/l/3", Reply({"detail": "no"}, 403))
    rows, got = reader(at_once=4, incremental=None, paging={"style": "none"}, expand=[{"at": "lines"}]).rows(None), []

    with pytest.raises(CredentialsError):
        got.extend(row.record["id"] for row in rows)
    assert got == [0, 1, 2]


def test_a_shop_that_tells_one_to_wait_is_left_alone_by_all(reader, shop):
    times, gate, told = [], threading.Lock(), []

    def busy(_):
        with gate:
            times.append(time.monotonic())
            if not told:
                told.append(times[-1])
                return Reply(None, 429, {"Retry-After": "0.3"})
        return []

    shop.on("/orders", {"data": [{"id": at, "lines": f"/l/{at}"} for at in range(8)]})
    for at in range(8):
        shop.on(f"/l/{at}", busy)
    list(
        reader(at_once=3, patient=True, incremental=None, paging={"style": "none"}, expand=[{"at": "lines"}]).rows(None)
    )

    before = [at for at in times if at < told[0] + 0.28]
    assert len(before) <= 3, "those that were under way already"


LINES = {
    "at": "lines",
    "path": "/graphql",
    "graphql": {"query": "query ($id: ID!, $first: Int, $after: String) { … }", "variables": {"id": "{gid}"}},
    "when": "rows.more",
    "records": "data.order.rows.nodes",
    "paging": {
        "style": "cursor",
        "param": "/variables/after",
        "limit_param": "/variables/first",
        "at_most": 2,
        "next": "data.order.rows.end",
        "more": "data.order.rows.more",
    },
}


def test_a_list_that_is_longer_than_its_answer_is_read_to_its_end_by_a_document_of_its_own(shop, reader, monkeypatch):
    monkeypatch.setattr(graph, "FIRST_WAIT", 0.01)
    busy = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}

    def page(nodes, end):
        return {"data": {"order": {"rows": {"nodes": nodes, "more": end is not None, "end": end}}}}

    answers = iter([busy, page([{"id": 1}, {"id": 2}], "c2"), page([{"id": 3}], None), {"data": {"order": None}}])
    shop.on("/graphql", lambda _: next(answers))
    short = {"id": "a", "rows": {"nodes": [{"id": 9}], "more": False}}
    long = {"id": "b", "gid": "gid/b", "rows": {"nodes": [{"id": 1}], "more": True}}
    shop.on("/orders", {"data": [short, long, {**long, "id": "c", "gid": "gid/c"}]})
    aside = []
    told = {"incremental": None, "paging": {"style": "none"}, "expand": [LINES]}

    first, second = [row.record for row in reader(put_aside=aside.append, **told).rows(None)]

    assert "lines" not in first
    assert second["lines"] == [{"id": 1}, {"id": 2}, {"id": 3}]
    asked = [json.loads(request.text)["variables"] for request in shop.asked if request.path == "/graphql"]
    assert asked[1:3] == [{"id": "gid/b", "first": 2}, {"id": "gid/b", "first": 2, "after": "c2"}]
    assert [(each.key, each.place) for each in aside] == [(("c",), "lines")]
