"""Whatever a shop does wrong, every row arrives, or the run stops and says why; one test for each habit."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from keeping import run_here
from shops import COLLECTIONS, serving_webshop
from tap_customwebshop import TapCustomWebshop

SORTED = {"path": "/orders", "params": {"sort": "updated"}}
SINCE = {"field": "updated_at", "param": "modified_from", "ordered": True}
GRAPHQL = """query orders($take: Int, $skip: Int, $after: String, $from: String) {
  orders(take: $take, skip: $skip, after: $after, updatedFrom: $from) {
    items totalItems pageInfo { hasNextPage endCursor }
  }
}"""
GRAPH = {"path": "/graphql", "graphql": {"query": GRAPHQL}}
GRAPH_SINCE = {"field": "updated_at", "param": "/variables/from", "ordered": True}

ROWS = {"request": SORTED, "records": "orders", "incremental": SINCE}
STYLES = {
    "keyset": {**ROWS, "paging": {"style": "keyset"}},
    "offset": {**ROWS, "paging": {"style": "offset", "total": "total"}},
    "page": {**ROWS, "paging": {"style": "page", "limit_param": "limit"}},
    "link header": {**ROWS, "paging": {"style": "link_header", "limit_param": "limit"}},
    "next url": {**ROWS, "paging": {"style": "next_url", "limit_param": "limit"}},
    "search by POST": {
        "request": {"method": "POST", "path": "/search/orders", "body": {"filter": []}},
        "records": "data",
        "paging": {"style": "offset", "param": "/offset", "limit_param": "/limit", "more": "meta.more"},
        "incremental": {**SINCE, "param": "/filter/-", "value": {"field": "updated_at", "value": "{iso}"}},
    },
    "GraphQL cursor": {
        "request": GRAPH,
        "records": "data.orders.items",
        "incremental": GRAPH_SINCE,
        "paging": {
            "style": "cursor",
            "next": "data.orders.pageInfo.endCursor",
            "more": "data.orders.pageInfo.hasNextPage",
            "param": "/variables/after",
            "limit_param": "/variables/take",
        },
    },
    "GraphQL keyset": {
        "request": GRAPH,
        "records": "data.orders.items",
        "incremental": GRAPH_SINCE,
        "paging": {"style": "keyset", "param": "/variables/skip", "limit_param": "/variables/take"},
    },
}


@pytest.fixture(scope="module")
def running_webshop(tmp_path_factory):
    """A shop of 90 orders: nine pages."""
    with serving_webshop(tmp_path_factory.mktemp("small"), seed="first:orders=90") as running:
        yield running


@pytest.fixture
def webshop(webshop):
    """The shop; what it was told to do wrong must have happened."""
    yield webshop
    assert [each["kind"] for each in webshop.faults() if not each["fired"]] == [], "nothing of it was tried"


@pytest.fixture
def read(webshop, tmp_path):
    """A run over the orders of the shop, seen otherwise."""

    def run(stream, *, state=None, **settings):
        config = {
            "preset": "blank",
            "api_url": webshop.info["api_url"].replace("/api/v1", "/api/otherwise"),
            "auth_token": webshop.info["auth_token"],
            "page_size": 10,
            "key_file": str(tmp_path / "keys.db"),
            "streams": {"orders": stream},
            **settings,
        }
        return run_here(TapCustomWebshop, config, state)

    return run


@pytest.fixture
def contract(webshop):
    """A run over the orders by the contract."""

    def run(*, state=None, stream=None, **settings):
        here = {name: webshop.info[name] for name in ("api_url", "auth_token")}
        others = {name: {"enabled": False} for name in COLLECTIONS}
        return run_here(
            TapCustomWebshop,
            {**here, "page_size": 10, "streams": {**others, "orders": {"enabled": True, **(stream or {})}}, **settings},
            state,
        )

    return run


def arrived(run):
    """What a target holds afterwards."""
    assert run.failure == ""
    return {str(record["id"]): record for record in run.records("orders")}


def held(webshop):
    return {record["id"]: record for record in webshop.records("orders") if not record.get("deleted_at")}


def fired(webshop):
    return [fault["fired"] for fault in webshop.faults()]


HAPPENINGS = {
    "a row is touched": [{"collection": "orders", "id": "O00001", "set": {"note": "æøå"}}],
    "a row is inserted": [{"collection": "orders", "id": "O99999", "set": {"number": "199999"}}],
    "a row is deleted": [{"collection": "orders", "id": "O00001", "delete": True}],
}


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("style", STYLES)
def test_what_happens_between_pages_costs_no_row(webshop, read, style, happening):
    webshop.fault("edit_between_pages", times=3, edits=HAPPENINGS[happening])
    run = read(STYLES[style])

    found, expected = arrived(run), held(webshop)
    assert fired(webshop) == [3]
    assert {key: found[key] for key in expected} == expected


def tie(webshop, count=25):
    """One stamp for more rows than a page holds."""
    ids = sorted(held(webshop))[:count]
    for identity in ids:
        webshop.edit("orders", identity, updated_at="2026-03-01T12:00:00.000000Z")


@pytest.mark.parametrize("style", STYLES)
def test_more_rows_of_one_stamp_than_a_page_holds(webshop, read, style):
    tie(webshop)

    assert arrived(read(STYLES[style])) == held(webshop)


def test_a_tie_that_cannot_be_walked_stops_the_run(webshop, read):
    tie(webshop)
    run = read({**STYLES["keyset"], "paging": {"style": "keyset", "param": None}})

    assert "10 rows or more bear one time stamp, and no more of them can be asked for: set paging.param" in run.failure


@pytest.mark.parametrize("style", STYLES)
def test_pages_that_are_cut_short_silently(webshop, read, style):
    webshop.fault("page_capped", times=None, limit=7)

    assert arrived(read(STYLES[style])) == held(webshop)


@pytest.mark.parametrize(("style", "page_size"), [("page", 10), ("offset", 1)])
def test_a_page_beyond_the_end_that_repeats_the_last_one(webshop, read, style, page_size):
    """Who counts rows looks at the last one again, and so asks beyond the end only where a page has room for one."""
    webshop.fault("end_repeats", times=None)
    stream = STYLES[style]
    paging = {name: value for name, value in stream["paging"].items() if name != "total"}

    assert arrived(read({**stream, "paging": paging}, page_size=page_size)) == held(webshop)


@pytest.mark.parametrize("style", ["keyset", "offset", "page"])
def test_rows_that_do_not_come_in_the_order_they_were_told_to_stop_the_run(webshop, read, style):
    webshop.edit("orders", "O00001", note="the first by id, the last by time")
    by_id = {**STYLES[style], "request": {"path": "/orders", "params": {"sort": "id"}}}

    assert "is out of order. Set incremental.ordered to false, or give the shop's sort parameter" in read(by_id).failure
    if style != "keyset":
        assert arrived(read({**by_id, "incremental": {**SINCE, "ordered": False}})) == held(webshop)


@pytest.mark.parametrize("status", [204, 404])
def test_nothing_told_by_a_status(webshop, read, status):
    since = datetime.now(timezone.utc) + timedelta(days=1)
    state = {"bookmarks": {"orders": {"replication_key": "updated_at", "replication_key_value": since.isoformat()}}}
    webshop.fault("empty_as", times=None, status=status)
    declared = read({**STYLES["offset"], "empty_when": {"status": [status]}}, state=state)
    undeclared = read({**STYLES["offset"], "empty_when": {"status": []}}, state=state)

    assert arrived(declared) == {}
    assert undeclared.failure  # it could as well be a wrong path


@pytest.mark.parametrize("style", ["keyset", "offset", "search by POST", "GraphQL cursor"])
def test_a_filter_that_is_not_heeded_stops_the_run(webshop, read, style):
    state = read(STYLES[style]).state
    webshop.fault("filter_ignored", times=None)
    run = read(STYLES[style], state=state)

    assert "it does not heed" in run.failure
    assert "Set incremental.param" in run.failure


def test_a_filter_that_leaves_its_own_moment_out(webshop, read):
    stream = {**STYLES["keyset"], "incremental": {**SINCE, "param": "modified_after", "inclusive": False}}
    tie(webshop)
    first = read(stream)
    again = read(stream, state=first.state, lookback_seconds=0)

    assert arrived(first) == held(webshop)
    newest = max(record["updated_at"] for record in held(webshop).values())
    assert arrived(again).keys() == {key for key, record in held(webshop).items() if record["updated_at"] == newest}


def test_stamps_that_are_null_until_the_first_change(webshop, read):
    webshop.fault("distort", times=None, how=["no_stamp"])
    stuck = read({**STYLES["offset"], "incremental": {**SINCE, "ordered": False}})
    helped = read({**STYLES["offset"], "incremental": {**SINCE, "ordered": False, "when_null": "created_at"}})

    assert "has no 'updated_at'" in stuck.failure
    assert arrived(helped).keys() == held(webshop).keys()
    assert all(record["updated_at"] for record in arrived(helped).values())


DOUBLED = [f"2026-10-25T00:{minute:02}:00.000000Z" for minute in range(0, 60, 6)] + [
    f"2026-10-25T01:{minute:02}:30.000000Z" for minute in range(0, 60, 6)
]
"""The hour that comes twice in Norway: 02:00 to 03:00 summer time, and again 02:00 to 03:00 winter time."""


@pytest.mark.parametrize("cut", range(0, 20, 3))
def test_local_times_over_the_hour_that_comes_twice(webshop, read, cut):
    ids = sorted(held(webshop))
    webshop.edit_all("orders", updated_at="2026-10-20T00:00:00.000000Z")
    webshop.fault("distort", times=None, how=["naive_times"])
    stream = {**STYLES["offset"], "incremental": {**SINCE, "value": "{iso_naive}", "ordered": False},
              "paging": {"style": "offset"}}  # fmt: skip
    for identity, stamp in list(zip(ids, DOUBLED, strict=False))[: cut + 1]:
        webshop.edit("orders", identity, updated_at=stamp)
    first = read(stream, time_zone="Europe/Oslo", lookback_seconds=0, page_size=500)
    for identity, stamp in list(zip(ids, DOUBLED, strict=False))[cut + 1 :]:
        webshop.edit("orders", identity, updated_at=stamp)
    second = read(stream, time_zone="Europe/Oslo", lookback_seconds=0, page_size=500, state=first.state)

    assert set(ids[cut + 1 : len(DOUBLED)]) <= arrived(second).keys()


def test_a_change_that_does_not_move_the_stamp_is_found_by_a_sweep(webshop, read):
    stream = {**STYLES["keyset"], "sweep": {"every_h": 0}}
    first = read(stream)
    silent = held(webshop)["O00007"]
    webshop.edit("orders", "O00007", payment_status="refunded", updated_at=silent["updated_at"])
    second = read(stream, state=first.state)

    assert {key: record["payment_status"] for key, record in arrived(second).items()} == {"O00007": "refunded"}


def test_a_payment_that_does_not_move_the_stamp_is_found_by_looking_again(webshop, read):
    webshop.edit("orders", "O00007", payment_status="authorized", status="open")
    stream = {
        **STYLES["keyset"],
        "revisit": {"when": "payment_status == 'authorized'", "path": "/orders/{id}", "record": "data"},
    }
    first = read(stream)
    webshop.edit("orders", "O00007", payment_status="paid", updated_at=held(webshop)["O00007"]["updated_at"])
    second = read(stream, state=first.state, lookback_seconds=0)

    assert arrived(second)["O00007"]["payment_status"] == "paid"


def test_a_deletion_that_the_shop_does_not_tell_of_is_found_by_a_sweep(webshop, read):
    stream = {**STYLES["keyset"], "sweep": {"every_h": 0, "verify": "/orders/{id}"}}
    first = read(stream)
    webshop.delete("orders", "O00007")
    second = read(stream, state=first.state)

    assert arrived(second).keys() == {"O00007"}
    assert arrived(second)["O00007"]["deleted_at"]


def test_a_row_that_is_stored_late_behind_the_bookmark(webshop, contract):
    first = contract()
    newest = max(record["updated_at"] for record in held(webshop).values())
    late = datetime.fromisoformat(newest.replace("Z", "+00:00")) - timedelta(seconds=90)
    webshop.edit("orders", "O99999", number="199999", updated_at=late.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    assert "O99999" in arrived(contract(state=first.state))


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_that_is_wrong(webshop, contract, minutes):
    webshop.clock(minutes * 60)
    webshop.edit("orders", "O00001", note="before")
    first = contract()
    webshop.edit("orders", "O00002", note="after")
    second = contract(state=first.state)

    assert arrived(second)["O00002"]["note"] == "after"
    assert (
        first.state["bookmarks"]["orders"]["replication_key_value"]
        <= second.state["bookmarks"]["orders"]["replication_key_value"]
    )


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("http_429", {"retry_after": 0}),
        ("http_429", {"retry_after": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        ("http_429", {"reset_ms": 20}),
        ("http_503", {"retry_after": 0}),
        ("reset_mid_body", {}),
        ("throttled", {}),
    ],
)
@pytest.mark.usefixtures("hurried")
def test_a_shop_in_trouble_is_asked_again(webshop, read, kind, how):
    webshop.fault(kind, after=2, **how)
    run = read(STYLES["GraphQL cursor"])

    assert arrived(run) == held(webshop)
    assert fired(webshop) == [1]


def test_a_page_for_people_stops_the_run(webshop, read):
    webshop.fault("html_200", after=2)
    run = read(STYLES["keyset"])

    assert "the answer is no JSON but text/html" in run.failure


LOGIN = {"path": "/login", "body": {"user": "{username}", "password": "{password}"}}
WHO = {"auth_method": "login", "username": "kari", "password": "sandbox-password"}
WAYS = {
    "bearer": {},
    "header": {"auth_method": "header", "auth_header": "X-Api-Key"},
    "query": {"auth_method": "query", "auth_param": "api_key"},
    "cookie": {"auth_method": "cookie", "auth_param": "api_key"},
    "basic": {"auth_method": "basic", "username": "sandbox-token"},
    "login, token in the body": {**WHO, "login": {**LOGIN, "token": "data.token"}},
    "login, token in a header": {**WHO, "login": {**LOGIN, "token": "header:X-Shop-Token"}},
    "login, session cookie": {**WHO, "login": LOGIN},
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_showing_who_asks_opens_the_shop(webshop, read, way):
    assert arrived(read(STYLES["link header"], page_size=200, **WAYS[way])) == held(webshop)


def test_a_session_that_ends_in_the_middle_is_begun_anew(webshop, read):
    webshop.fault("expire_token", after=3)
    run = read(STYLES["keyset"], **WAYS["login, token in the body"])

    assert arrived(run) == held(webshop)
    assert fired(webshop) == [1]


def test_a_cursor_that_ends_in_the_middle(webshop, contract):
    webshop.fault("expire_cursor", times=2, after=1)
    found, expected = arrived(contract(include_deleted=False)), held(webshop)

    assert found == expected
    assert fired(webshop) == [2]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_row_that_stands_on_two_pages(webshop, contract, ordered):
    webshop.fault("row_repeated", times=None)

    assert arrived(contract(stream={"incremental": {"ordered": ordered}})).keys() == held(webshop).keys()


def test_ids_that_turn_from_numbers_into_texts(webshop, contract):
    webshop.fault("distort", times=3, how=["number_ids"])
    run = contract(stream={"types": {"id": "text"}})

    numbers = {str(int("".join(filter(str.isdigit, key)))) for key in held(webshop)}
    found = arrived(run)
    assert all(isinstance(record["id"], str) for record in found.values())
    assert {str(int("".join(filter(str.isdigit, key)))) for key in found} == numbers


MONEY = (
    *("total_excl_tax", "total_tax", "total_incl_tax", "rounding", "amount_due"),
    *(
        f"lines[].{name}"
        for name in ("unit_price", "discount_amount", "tax_amount", "total_excl_tax", "total_incl_tax")
    ),
    *("payments[].amount", "refunds[].amount", "tax_summary[].base", "tax_summary[].amount"),
)


@pytest.mark.parametrize(
    ("habit", "converter"),
    [
        ("money_float", "decimal"),
        ("money_minor", {"minor_units": 2}),
        ("money_local", {"decimal": {"decimal_mark": ",", "digits": 2}}),
    ],
)
def test_money_in_another_form(webshop, contract, habit, converter):
    webshop.fault("distort", times=None, how=[habit])
    found = arrived(contract(stream={"types": dict.fromkeys(MONEY, converter)}))

    for key, record in held(webshop).items():
        assert float(found[key]["total_incl_tax"]) == float(record["total_incl_tax"])
        assert [float(line["unit_price"]) for line in found[key]["lines"]] == [
            float(line["unit_price"]) for line in record["lines"]
        ]
        assert isinstance(found[key]["total_incl_tax"], str)


def test_money_that_nobody_told_of_is_no_money(webshop, contract):
    webshop.fault("distort", times=None, how=["money_local"])

    assert (
        "'lines[].unit_price' is text, and must be a number by the schema; `types: {lines[].unit_price: {decimal: "
        in (contract().failure)
    )


COUNTRY = ("billing_address.country_code", "shipping_address.country_code")
TITLES = ("lines[].title", "buyer.name", "billing_address.name", "shipping_address.name")
SHAPES = {
    "lower_case_codes": {"types": dict.fromkeys(("currency", *COUNTRY), "upper")},
    "html_entities": {"types": dict.fromkeys(TITLES, "html")},
    "guest_zero": {"types": {"customer_id": "zero_to_null"}},
    "guest_shadow": {"map": {"customer_id": "[customer][?has_account].id | [0]"}},
    "parents_beside_children": {"map": {"lines": "lines[?type != 'product' || variant_id]"}},
}


@pytest.mark.parametrize("habit", SHAPES)
def test_a_record_of_another_shape_is_the_contracts_again(webshop, contract, habit):
    webshop.fault("distort", times=None, how=[habit])
    found, expected = arrived(contract(stream=SHAPES[habit])), held(webshop)

    assert found.keys() == expected.keys()
    for key, record in expected.items():
        assert {name: found[key].get(name) for name in record} == record


def test_a_word_with_a_default_means_that(webshop, contract):
    webshop.fault("distort", times=None, how=["unknown_status"])
    found = arrived(contract(stream={"enums": {"status": {"*": "open"}}}))

    assert found.keys() == held(webshop).keys()
    assert {record["status"] for record in found.values()} == {"open"}


def test_a_discount_that_is_told_with_a_sign(webshop, contract):
    webshop.fault("distort", times=None, how=["negative_line_discounts"])
    found = arrived(contract(stream={"types": {"lines[].discount_amount": "absolute"}}))

    for key, record in held(webshop).items():
        amounts = [line["discount_amount"] for line in found[key]["lines"]]
        assert amounts == [line["discount_amount"].lstrip("-") for line in record["lines"]]


def test_a_discount_that_lost_its_sign(webshop, contract):
    webshop.fault("distort", times=None, how=["discounts_as_positive"])
    of = {"id": "id", "type": "type"}
    signed = {"each": "lines[?type == 'discount']", "map": {**of, "total_incl_tax": "[`0`, total_incl_tax]"}}
    plain = {"each": "lines[?type != 'discount']", "map": {**of, "total_incl_tax": "[total_incl_tax]"}}
    shape = {"map": {"lines": [signed, plain]}, "types": {"lines[].total_incl_tax": {"difference": {"digits": 2}}}}
    found = arrived(contract(stream=shape))

    for key, record in held(webshop).items():
        amounts = {line["id"]: line["total_incl_tax"] for line in found[key]["lines"]}
        assert amounts == {line["id"]: line["total_incl_tax"] for line in record["lines"]}


def test_an_order_that_was_paid_and_then_cancelled_arrives_as_it_is(webshop, contract):
    webshop.fault("distort", times=None, how=["cancelled_to_zero"])
    found = arrived(contract())

    assert found.keys() == held(webshop).keys()
    assert {record["total_incl_tax"] for record in found.values()} == {"0.00"}


def test_a_word_that_nobody_told_of_stops_the_run_and_names_itself(webshop, contract):
    webshop.fault("distort", times=None, how=["unknown_status"])
    run = contract(stream={"enums": {"status": {"open": "open", "completed": "completed", "cancelled": "cancelled"}}})

    assert "'status' is 'wc-checkout-draft', which is none of cancelled, completed, open" in run.failure
    assert "enums.status" in run.failure


def test_letters_beyond_ascii_arrive_as_they_are(webshop, contract):
    webshop.edit("orders", "O00001", note="Blåbærsyltetøy på brødskiva, «Ærlig talt» 🫐")

    assert arrived(contract())["O00001"]["note"] == "Blåbærsyltetøy på brødskiva, «Ærlig talt» 🫐"


def test_lines_that_stand_at_an_address_of_their_own(webshop, read):
    lean = {**STYLES["keyset"], "request": {"path": "/orders", "params": {"sort": "updated", "lean": True}}}
    by_url = {**lean, "expand": [{"at": "lines", "from": "lines_url", "records": "results"}]}
    by_id = {**lean, "expand": [{"at": "lines", "path": "/orders/{id}/lines", "records": "results"}]}
    start = {"start_date": sorted(record["updated_at"] for record in held(webshop).values())[-12]}

    expected = {key: record["lines"] for key, record in held(webshop).items()}
    for found in (arrived(read(by_url, **start)), arrived(read(by_id, **start))):
        assert len(found) >= 12
        assert {key: record["lines"] for key, record in found.items()} == {key: expected[key] for key in found}


def test_a_shop_that_cannot_filter_is_filtered_here(webshop, read):
    stream = {
        **STYLES["keyset"],
        "paging": {"style": "offset"},
        "incremental": {"field": "updated_at", "client_side": True},
    }
    first = read(stream)
    webshop.edit("orders", "O00003", note="ny")
    second = read(stream, state=first.state, lookback_seconds=0)

    assert arrived(first).keys() == held(webshop).keys()
    assert "O00003" in arrived(second)
    assert len(arrived(second)) <= 3
