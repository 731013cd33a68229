"""A reading delivers every row, whatever happens to the listing meanwhile, or stops with the reason."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from customwebshop import MisreadError, RefusedError

LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)


ORDERED = {"param": "updated_since", "ordered": True}


def stamp(minute: int) -> str:
    return f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00.000000Z"


def rows(*minutes: int) -> list[dict[str, Any]]:
    return [{"id": f"o{number:03}", "updated_at": stamp(minute)} for number, minute in enumerate(minutes)]


def ids(found: Any) -> list[str]:
    return [row.record["id"] for row in found]


def test_pages_are_turned_to_the_last_one(shop, reader, keyset):
    shop.on("/orders", keyset(rows(*range(8))))

    assert ids(reader().rows(None)) == [f"o{number:03}" for number in range(8)]
    assert len(shop.asked) == 3


@pytest.mark.parametrize("happening", ["touched", "inserted", "deleted", "read row deleted"])
def test_rows_that_change_between_pages_lose_no_other_row(shop, reader, keyset, happening):
    stock = rows(*range(9))
    shop.on("/orders", keyset(stock))
    expected = {row["id"] for row in stock}
    seen = []
    for row in reader().rows(None):
        seen.append(row.record["id"])
        if len(seen) == 2:
            if happening == "touched":
                stock[0]["updated_at"] = stock[7]["updated_at"] = stamp(99)
            if happening == "inserted":
                stock.append({"id": "new", "updated_at": stamp(98)})
                expected.add("new")
            if happening == "deleted":
                expected.discard(stock.pop(5)["id"])
            if happening == "read row deleted":
                del stock[0]

    assert expected <= set(seen)


def test_more_rows_of_one_stamp_than_a_page_holds_are_all_read(shop, reader, keyset):
    shop.on("/orders", keyset(rows(*[7] * 10)))

    assert len(set(ids(reader().rows(None)))) == 10


def test_an_expired_cursor_is_resumed_at_the_last_row_seen(shop, reader, keyset, reply):
    listing = keyset(rows(*range(8)))
    expired = []

    def forgetful(request):
        if "cursor" in request.params and not expired:
            expired.append(request)
            return reply({"title": "Gone"}, 410)
        return listing(request)

    shop.on("/orders", forgetful)

    assert set(ids(reader().rows(None))) == {f"o{number:03}" for number in range(8)}
    assert shop.asked[2].params["updated_since"] == stamp(2)


def test_an_expired_cursor_inside_a_tie_still_ends(shop, reader, keyset, reply):
    listing = keyset(rows(*[7] * 8))
    answers = iter([410, 410, 200, 200, 200, 200])

    def forgetful(request):
        if "cursor" in request.params and next(answers) == 410:
            return reply(None, 410)
        return listing(request)

    shop.on("/orders", forgetful)

    assert set(ids(reader().rows(None))) == {f"o{number:03}" for number in range(8)}


def test_a_shop_that_forgets_every_cursor_is_given_up(shop, reader, keyset, reply):
    listing = keyset(rows(*[7] * 8))
    shop.on("/orders", lambda request: reply(None, 410) if "cursor" in request.params else listing(request))

    with pytest.raises(MisreadError, match="begun anew 5 times without getting further, as the cursor expired"):
        list(reader().rows(None))


def test_a_page_that_never_turns_names_the_parameter_that_is_not_heeded(shop, reader):
    shop.on("/orders", {"data": rows(1, 2, 3)})
    offset = {"style": "offset", "param": "skip", "limit_param": "limit"}

    with pytest.raises(MisreadError, match=r"the first one again: .* does not heed 'skip'\. Set paging\.param"):
        list(reader(paging=offset, incremental=None).rows(None))


def test_a_shop_that_forgets_every_cursor_is_still_read_where_stamps_move(shop, reader, keyset, reply):
    listing = keyset(rows(*range(12)))
    shop.on("/orders", lambda request: reply(None, 410) if "cursor" in request.params else listing(request))

    assert set(ids(reader().rows(None))) == {f"o{number:03}" for number in range(12)}


def test_a_listing_that_leads_no_further_is_begun_anew_at_the_last_row_before_the_shop_refuses(shop, reader, keyset):
    listing, given = keyset(rows(*range(12))), [0]

    def short(request):
        given[0] = (given[0] if "cursor" in request.params else 0) + 3
        assert given[0] <= 6, "what the shop would refuse"
        return listing(request)

    shop.on("/orders", short)
    paging = {"style": "cursor", "reach": 6}

    read = [row.record["id"] for row in reader(paging=paging, incremental=ORDERED).rows(None)]

    assert set(read) == {f"o{number:03}" for number in range(12)}


def test_more_rows_of_one_stamp_than_a_listing_leads_through_are_told_of(shop, reader, keyset):
    shop.on("/orders", keyset(rows(*[7] * 12)))

    with pytest.raises(MisreadError, match=r"one listing leads no further \(paging\.reach\)"):
        list(reader(paging={"style": "cursor", "reach": 6}, incremental=ORDERED).rows(None))


def test_no_more_rows_are_asked_for_than_the_stream_says(shop, reader, keyset):
    shop.on("/orders", keyset(rows(1)))
    list(reader(page_size=100, paging={"at_most": 7}).rows(None))

    assert shop.asked[0].params["limit"] == "7"


def test_a_row_older_than_asked_for_proves_that_the_filter_is_ignored(shop, reader):
    shop.on("/orders", {"data": rows(0, 1), "next_cursor": None})

    with pytest.raises(MisreadError, match=r"orders: .*sent record o000 .*does not heed 'updated_since'.*client_side"):
        list(reader().rows(datetime(2026, 1, 1, 0, 1, tzinfo=timezone.utc)))


def test_a_shop_that_keeps_whole_seconds_does_filter(shop, reader):
    shop.on("/orders", {"data": [{"id": "1", "updated_at": "2026-01-01T00:01:00Z"}], "next_cursor": None})

    assert ids(reader().rows(datetime(2026, 1, 1, 0, 1, 0, 900000, tzinfo=timezone.utc))) == ["1"]


def test_rows_out_of_order_stop_the_reading(shop, reader):
    shop.on("/orders", {"data": rows(5, 4), "next_cursor": None})

    with pytest.raises(MisreadError, match="orders: record o001 is out of order"):
        list(reader().rows(None))


def test_zones_are_compared_as_times_and_not_as_texts(shop, reader):
    listed = [{"id": "1", "updated_at": "2026-01-01T10:00:00Z"}, {"id": "2", "updated_at": "2026-01-01T09:30:00-02:00"}]
    shop.on("/orders", {"data": listed, "next_cursor": None})

    assert [row.changed_at.hour for row in reader().rows(None)] == [10, 11]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"items": []}, "orders: records: 'data' finds nothing; the answer has: items (a list of 0). Set records"),
        ([], "orders: records: 'data' finds nothing; the answer is a list of 0. Set records"),
        ({"data": {}}, "orders: records: 'data' in the answer is an object, not a list; data is an empty object."),
        ({"data": ["o1"]}, "orders: record 0 of a page is text, not an object"),
        (
            {"data": [{"id": None}]},
            "orders: record 0 of a page has no 'id', its key; the record has: id (null). Set key",
        ),
        (
            {"data": [{"id": "o1"}]},
            "orders: record o1 has no 'updated_at'; the record has: id (text). Set incremental.field",
        ),
        ({"data": [{"id": "o1", "updated_at": "x"}]}, "orders: record o1 has an unreadable 'updated_at'"),
        ({"data": [*rows(0, 1, 2)]}, "A full page has no 'next_cursor'"),
        ({"data": rows(0), "next_cursor": {}}, "'next_cursor', leads to dict, not to a token"),
    ],
)
def test_an_answer_of_another_shape_is_named_with_its_remedy(shop, reader, answer, message):
    shop.on("/orders", answer)

    with pytest.raises(MisreadError) as caught:
        list(reader().rows(None))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"nr": "1"}, "map.id finds nothing at 'order_no': say where the shop has it."),
        ({"order_no": "1"}, "map.updated_at finds nothing at 'changed': say where the shop has it. Set"),
    ],
)
def test_a_key_or_a_time_that_is_mapped_from_nowhere_names_its_map(shop, reader, row, message):
    shop.on("/orders", {"data": [row]})

    with pytest.raises(MisreadError) as caught:
        list(reader(map={"id": "order_no", "updated_at": "changed"}).rows(None))

    assert message in str(caught.value)


def test_a_cursor_that_does_not_move_is_not_followed_for_ever(shop, reader):
    shop.on("/orders", {"data": rows(0), "next_cursor": "same"})

    with pytest.raises(MisreadError, match=r"names the page it just gave as the next one: .* Set paging\.param"):
        list(reader().rows(None))


def test_an_unknown_parameter_that_the_shop_refuses_is_told_of(shop, reader, reply):
    shop.on("/orders", reply({"title": "Unknown parameter", "detail": "include_deleted"}, 400))

    with pytest.raises(
        RefusedError, match=r"HTTP 400, 'Unknown parameter: include_deleted'. The shop does not understand"
    ):
        list(reader().rows(None))


def test_addresses_of_next_pages_are_followed_on_our_own_host(shop, reader):
    shop.on("/orders", {"results": rows(0), "next": "https://127.0.0.1/more?page=2"})
    shop.on("/more", {"results": rows(0, 1)[1:], "next": None})

    found = reader(records="results", paging={"style": "next_url"}, incremental=None)

    assert ids(found.rows(None)) == ["o000", "o001"]
    assert shop.asked[1].params == {"page": "2"}


@pytest.mark.parametrize(
    "link", ["/api/v1/orders?page=2", "?page=2", "orders?page=2", "https://127.0.0.1/api/v1/orders?page=2"]
)
def test_a_link_is_understood_from_where_it_stands(shop, reader, link):
    pages = {None: {"data": rows(0), "next": link}, "2": {"data": rows(0, 1)[1:], "next": None}}
    shop.on("/api/v1/orders", lambda asked: pages[asked.params.get("page")])

    assert ids(reader(api_url=f"{shop.url}/api/v1", paging={"style": "next_url"}).rows(None)) == ["o000", "o001"]


def test_our_credentials_do_not_follow_an_address_to_another_host(shop, reader):
    shop.on("/orders", {"data": rows(0), "next": "https://elsewhere.example/orders?page=2"})

    with pytest.raises(MisreadError, match=r"another host, elsewhere\.example, where our credentials must not go"):
        list(reader(paging={"style": "next_url"}).rows(None))


@pytest.mark.parametrize("last", ["empty", "missing", "repeated"])
def test_counted_pages_end_where_nothing_new_comes(shop, reader, reply, last):
    pages = {"1": rows(0, 1, 2), "2": rows(0, 1, 2, 3)[3:]}
    beyond = {"empty": {"data": []}, "missing": reply(None, 404), "repeated": {"data": pages["2"]}}[last]
    shop.on("/orders", lambda asked: {"data": pages[asked.params["page"]]} if asked.params["page"] in pages else beyond)

    assert set(ids(reader(paging={"style": "page"}).rows(None))) == {"o000", "o001", "o002", "o003"}


def test_a_first_page_that_is_missing_is_no_empty_shop(reader):
    with pytest.raises(
        RefusedError, match=r"HTTP 404, 'Not found'\. There is nothing here: check api_url and the path"
    ):
        list(reader(paging={"style": "page"}).rows(None))


def by_offset(stock: list[dict[str, Any]], cap: int) -> Any:
    def page(asked):
        start = int(asked.params["offset"])
        return {"data": stock[start : start + min(cap, int(asked.params["limit"]))]}

    return page


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_counted_rows_survive_a_silent_cap(shop, reader, cap):
    shop.on("/orders", by_offset(rows(*range(7)), cap))

    assert ids(reader(paging={"style": "offset"}).rows(None)) == [f"o{number:03}" for number in range(7)]


def test_counted_rows_are_read_anew_when_one_was_taken_out_before_them(shop, reader):
    stock = rows(*range(9))
    shop.on("/orders", by_offset(stock, 3))
    seen = []
    override = {"paging": {"style": "offset"}, "incremental": None}
    for row in reader(**override).rows(None):
        seen.append(row.record["id"])
        if len(seen) == 4:
            del stock[0]

    assert set(seen) == {f"o{number:03}" for number in range(9)}


def test_one_answer_can_hold_all(shop, reader):
    shop.on("/orders", rows(0, 1))

    found = reader(
        records="@",
        paging={"style": "none"},
        request={"params": {"status": "any", "open": True, "include_deleted": None}},
    )

    assert ids(found.rows(LONG_AGO)) == ["o000", "o001"]
    assert shop.asked[0].params == {"status": "any", "open": "true", "updated_since": stamp(0)}


def test_the_contract_asks_for_the_deleted_and_settings_can_take_that_away(shop, reader, keyset):
    shop.on("/orders", keyset([]))
    list(reader().rows(None))
    list(reader(request={"params": {"include_deleted": None}}).rows(None))

    assert [asked.params for asked in shop.asked] == [{"limit": "3", "include_deleted": "true"}, {"limit": "3"}]


def test_a_row_is_dated_by_the_start_of_its_own_request(shop, reader, keyset):
    shop.on("/orders", keyset(rows(*range(4))))
    before = datetime.now(timezone.utc)
    found = reader().rows(None)
    first = next(found)
    between = datetime.now(timezone.utc)
    *_, last = found

    assert before <= first.read_at <= between <= last.read_at


def test_the_reading_begins_by_the_shops_clock(shop, reader, reply):
    shop.on("/orders", reply({"data": [], "next_cursor": None}, headers={"Date": "Mon, 02 Feb 2026 03:04:05 GMT"}))
    reading = reader()
    list(reading.rows(None))

    assert reading.begun_at == datetime(2026, 2, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize("incremental", [None, {"zone": "Europe/Oslo"}], ids=["of the setting", "of the stream"])
def test_times_beside_the_bookmark_have_the_zone_that_it_has(shop, reader, incremental):
    row = {"id": "1", "updated_at": "2026-07-01 12:00:00", "placed_at": "2026-07-01 11:00:00"}
    shop.on("/orders", {"data": [{**row, "shipments": [{"shipped_at": "2026-07-01 13:00:00"}]}], "next_cursor": None})
    [found] = reader(time_zone="UTC" if incremental else "Europe/Oslo", incremental=incremental).rows(None)

    assert found.record["updated_at"] == "2026-07-01T10:00:00.000000Z"
    assert found.record["placed_at"] == "2026-07-01T09:00:00.000000Z"
    assert found.record["shipments"][0]["shipped_at"] == "2026-07-01T11:00:00.000000Z"
