"""A shop that ignores names it does not know ends no reading early: all rows come, or the wrong key is named."""

from __future__ import annotations

from datetime import datetime, timezone

import page_turning
import pytest
from customwebshop import MisreadError
from customwebshop.reading import alone, times
from customwebshop.reading.config import definitions
from customwebshop.reading.reader import Reader
from page_turning import (
    COUNT,
    PAGES,
    ROWS,
    SLIPS,
    TOKENS,
    by_pages,
    by_pages_for_ever,
    by_pages_from_nought,
    by_rows,
    by_token,
    number,
    rows,
    stamp,
)

SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def listing(shop):
    """Has the shop turn its pages in one way."""

    def listen(turn, stock=None, **more):
        shop.on("/orders", page_turning.listing(turn, rows() if stock is None else stock, **more))

    return listen


def read(reading, since=None):
    return {row.record["id"] for row in reading.rows(since)}


RIGHT = {
    "pages": (by_pages, PAGES),
    "pages that end in repeats": (by_pages_for_ever, PAGES),
    "pages from nought": (by_pages_from_nought, {**PAGES, "first": 0}),
    "rows": (by_rows, ROWS),
    "tokens": (by_token, TOKENS),
}


@pytest.mark.parametrize("count", [0, 1, 2, COUNT])
@pytest.mark.parametrize("told", [{}, {"more": "meta.more"}, {"total": "meta.total"}], ids=["", "more", "total"])
@pytest.mark.parametrize("right", RIGHT)
def test_rightly_told_all_rows_come(listing, reader, right, told, count):
    turn, paging = RIGHT[right]
    listing(turn, rows(count), cap=20)

    for size in (5, 25, 100):
        assert len(read(reader(size, paging={**paging, **told}, incremental={"ordered": False}))) == count


@pytest.mark.parametrize("size", [COUNT, 100])
def test_a_shop_that_leaves_the_token_out_behind_its_only_page_is_read(listing, reader, size):
    listing(by_token, tell_next=False)

    assert len(read(reader(size, paging=TOKENS))) == COUNT


def test_a_shop_that_counts_no_further_than_it_likes_is_read_to_the_end(listing, reader, shop):
    listing(by_rows)
    counted = shop.answers["/orders"]

    def capped(asked):
        answer = counted(asked)
        answer.body["meta"]["total"] = min(20, answer.body["meta"]["total"])
        return answer

    shop.on("/orders", capped)

    assert len(read(reader(5, paging={**ROWS, "total": "meta.total"}))) == COUNT


def test_a_shop_without_a_page_size_says_so_and_is_read(listing, reader):
    listing(by_rows)

    assert len(read(reader(100, paging={**ROWS, "limit_param": None}))) == COUNT


def test_later_runs_of_few_rows_cost_no_proof(listing, reader, shop):
    listing(by_token, rows(3), tell_next=False)
    read(reader(100, paging=TOKENS), SINCE)

    assert len(shop.asked) == 1


def numbers(asked, found, size):
    page = number(asked, "page", 1)
    return found[(page - 1) * size : page * size], str(page + 1) if page * size < len(found) else None


LINKED = {
    "a link in the answer": {"style": "next_url", "next": "meta.url"},
    "the header Link": {"style": "link_header"},
    "a page number for a token": {**TOKENS, "param": "page"},
}


@pytest.mark.parametrize("recheck", [True, False], ids=["", "not looked at"])
@pytest.mark.parametrize("linked", LINKED)
def test_a_row_that_goes_while_links_count_pages_costs_no_other(shop, reader, reply, linked, recheck):
    """Links lead on by a number as often as by a token: what is deleted before it moves a row over the edge."""
    stock = rows()

    def page(asked):
        found, after = numbers(asked, stock, 5)
        if asked.params.get("page") == "2":
            stock[:] = [row for row in stock if row["id"] != "o003"]
        url = f"/orders?page={after}" if after else None
        headers = {"Link": f'<{url}>; rel="next"'} if url else {}
        return reply({"data": found, "meta": {"next": after, "url": url}}, headers=headers)

    shop.on("/orders", page)
    told = {**LINKED[linked], **({} if recheck else {"recheck": False})}
    found = read(reader(5, paging=told, incremental={"ordered": False}))

    assert ({row["id"] for row in rows()} - found == set()) is recheck


def test_a_page_that_never_ends_is_not_read_for_ever(reader, shop):
    """A shop that makes a new token for each answer, and ignores them all."""
    tokens = iter(range(1000))
    shop.on("/orders", lambda _: {"data": rows(3), "next_cursor": f"t{next(tokens)}"})

    with pytest.raises(MisreadError, match=r"gives the same page again.* does not heed 'cursor'") as caught:
        read(reader(3))
    assert caught.value.key == "paging.param"


@pytest.mark.parametrize("size", [1, 4])
def test_a_tie_that_the_offset_does_not_lead_through_names_it(listing, reader, size):
    listing(by_rows, [{**row, "updated_at": stamp(7)} for row in rows(9)])
    keyset = {"style": "keyset", "param": "skip", "limit_param": "limit"}

    with pytest.raises(MisreadError, match="the shop does not heed 'skip'") as caught:
        read(reader(size, paging=keyset, incremental={"param": "updated_since"}))
    assert caught.value.key == "paging.param"


def test_pages_that_end_before_all_rows_came_are_missed(shop, reader, reply):
    """Some shops lead no further than so many pages, and say then that there is no such page."""

    def page(asked):
        found = by_pages(asked, rows(), 5)[0]
        return reply({"data": found, "meta": {"total": COUNT}}, 404 if asked.params.get("page") == "4" else 200)

    shop.on("/orders", page)

    with pytest.raises(MisreadError, match="there are 25 rows, and the shop gave 15"):
        read(reader(5, paging={**PAGES, "total": "meta.total"}, incremental={"ordered": False}))


@pytest.mark.parametrize("shuffled", [True, False], ids=["in no order", "listed twice"])
def test_rows_that_come_twice_instead_of_others_are_read_anew(shop, reader, caplog, shuffled):
    """Where no order holds from page to page, a row may stand on two pages, and another on none."""
    stock, asked_for = rows(), []

    def page(asked):
        asked_for.append(asked.params["page"])
        again = shuffled and asked_for.count("3") > 1  # the first time, a row of the first page stands on the third
        found = by_pages(asked, stock if again else [*stock[:12], stock[0], *stock[13:]], 5)[0]
        return {"data": found, "meta": {"total": COUNT}}

    shop.on("/orders", page)
    paging = {**PAGES, "total": "meta.total", "recheck": False}
    found = read(reader(5, paging=paging, incremental={"ordered": False}))

    assert len(found) == (COUNT if shuffled else COUNT - 1)
    assert ("24 are told apart by their key" in caplog.text) is not shuffled


def test_rows_that_the_shop_counts_and_does_not_give_are_missed(reader, shop):
    shop.on("/orders", {"data": rows(3), "meta": {"total": 25}})

    with pytest.raises(MisreadError, match="there are 25 rows, and the shop gave 3") as caught:
        read(reader(100, paging={"style": "none", "total": "meta.total"}))
    assert caught.value.key == "paging"


@pytest.mark.parametrize("ordered", [True, False], ids=["ordered", "in no order"])
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_paging_stops_the_first_run_and_names_the_key(listing, reader, slip, ordered):
    turn, paging, key = SLIPS[slip]
    size = 100 if "size" in str(paging) else 4
    listing(turn)

    with pytest.raises(MisreadError) as caught:
        read(reader(size, paging=paging, incremental={"ordered": ordered}))

    assert caught.value.key == key
    assert key in str(caught.value)


@pytest.mark.parametrize("anew", [True, False], ids=["first run", "later run"])
def test_a_first_run_since_a_start_date_is_proved_like_any_first_run(listing, reader, anew):
    """What stands before the first page, or behind it, is older than the date as little as newer."""
    turn, paging, key = SLIPS["pages counted from one"]
    listing(turn)
    reading = reader(4, paging=paging, incremental={"ordered": False})

    if anew:
        with pytest.raises(MisreadError) as caught:
            list(reading.rows(SINCE, anew=True))
        assert caught.value.key == key
    else:
        assert len(list(reading.rows(SINCE))) == COUNT - 4, "a later run rests on what the first one proved"


def test_a_shop_that_fits_on_one_page_and_counts_from_nought_is_not_taken_for_empty(listing, reader):
    listing(by_pages_from_nought, rows(3))

    with pytest.raises(MisreadError) as caught:
        read(reader(100, paging=PAGES))
    assert caught.value.key == "paging.first"


def test_pages_longer_than_asked_for_are_told_of(listing, reader, caplog):
    listing(by_rows)

    assert len(read(reader(4, paging={**ROWS, "limit_param": "size"}))) == COUNT
    assert "Asked for 4 rows, the shop gives 10: it does not heed 'size'" in caplog.text


def test_a_list_of_wrappers_in_which_nothing_is_found_is_no_empty_list(shop, reader):
    shop.on("/orders", {"edges": [{"node": rows(1)[0]}]})

    assert len(read(reader(records="edges[].node", paging={"style": "none"}))) == 1
    with pytest.raises(MisreadError, match=r"none of 1 items of 'edges' has 'nod'; the first has: node \(an object\)"):
        read(reader(records="edges[].nod", paging={"style": "none"}))


NONE = {"style": "none"}


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({}, "a header Link with rel=next"),
        ({"meta": {"total": 25}}, "meta.total"),
        ({"links": {"next": "/orders?page=2"}}, "links.next"),
        ({"has_more": True}, "has_more"),
    ],
)
def test_one_answer_that_is_said_to_hold_all_must_not_speak_of_another(shop, reader, reply, body, hint):
    headers = {} if body else {"Link": '</orders?page=2>; rel="next"'}
    shop.on("/orders", reply({"data": rows(3), **body}, headers=headers))

    with pytest.raises(MisreadError, match=f"one answer is said to hold all, and it has {hint}") as caught:
        read(reader(100, paging=NONE))
    assert caught.value.key == "paging"
    assert len(read(reader(100, paging={**NONE, "complete": True}))) == 3


@pytest.mark.parametrize(("turn", "style"), [(by_pages, "page"), (by_rows, "offset")])
def test_one_answer_that_is_cut_off_is_found_out_by_asking_as_most_shops_are_asked(reader, shop, turn, style):
    """Of a length that no page usually has, and without a word about it."""
    shop.on("/orders", lambda asked: {"data": turn(asked, rows(), 12)[0]})

    with pytest.raises(MisreadError, match=f"asked with {style}=.*, the shop gives other rows") as caught:
        read(reader(100, paging=NONE))
    assert caught.value.key == "paging.style"


@pytest.mark.parametrize("count", [20, 21])
def test_one_answer_as_long_as_pages_are_is_taken_for_all_only_where_somebody_says_so(shop, reader, count):
    shop.on("/orders", {"data": rows(count)})

    if count in alone.LENGTHS:
        with pytest.raises(MisreadError, match="20 rows are as many as a page has"):
            read(reader(100, paging=NONE))
    assert len(read(reader(100, paging={**NONE, "complete": True} if count in alone.LENGTHS else NONE))) == count


@pytest.mark.parametrize(("cap", "stops"), [(20, True), (1000, False)], ids=["by a cap", "by chance"])
def test_as_many_changes_as_a_page_has_are_told_from_a_cap_by_asking_for_everything(shop, reader, cap, stops):
    def changed(asked):
        return {"data": [row for row in rows(30) if row["updated_at"] >= asked.params.get("updated_since", "")][:cap]}

    shop.on("/orders", changed)
    since = times.parse(stamp(10))  # 20 of 30 rows
    reading = reader(100, paging=NONE, incremental={"ordered": False, "lookback_s": 0})

    if stops:
        with pytest.raises(MisreadError, match="20 rows are as many as a page has"):
            read(reading, since)
    else:
        assert len(read(reading, since)) == 20
        assert len(shop.asked) == 2


def test_rows_that_are_asked_for_by_their_ids_are_no_page(shop, client):
    shop.on("/orders", {"data": rows(10)})
    told = definitions({"api_url": "http://shop", "auth_token": "x", "streams": {"orders": {"paging": NONE}}})
    stream = next(each for each in told if each.name == "orders")

    assert len(read(Reader(client(), stream, 100, further={"ids": "1,2"}))) == 10
    assert len(shop.asked) == 1
