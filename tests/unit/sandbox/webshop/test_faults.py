"""What goes wrong in the shop when it is told to, and only then."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import pytest
import requests

HTTP_DATE = "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("fault", "status", "headers"),
    [
        ({"kind": "http_429", "retry_after": 7}, 429, {"Retry-After": "7"}),
        ({"kind": "http_429", "retry_after": HTTP_DATE}, 429, {"Retry-After": HTTP_DATE}),
        ({"kind": "http_503"}, 503, {}),
        ({"kind": "http_500"}, 500, {}),
        ({"kind": "http_401"}, 401, {"WWW-Authenticate": "Bearer"}),
        ({"kind": "html_200"}, 200, {"Content-Type": "text/html; charset=utf-8"}),
    ],
)
def test_a_fault_happens_as_often_as_it_was_told_to(shop, fault, status, headers):
    shop.fault(**fault, times=2)

    answers = [shop.ask("GET", "/orders", params={"limit": 1}) for _ in range(3)]
    assert [each.status_code for each in answers] == [status, status, 200]
    assert {name: answers[0].headers[name] for name in headers} == headers
    assert shop.control("GET", "/faults").json()[0]["fired"] == 2


def test_a_fault_spares_other_paths_other_methods_and_the_first_requests(shop):
    shop.fault(kind="http_503", times=None, after=1, match={"path": "/api/v1/orders", "method": "GET"})

    assert shop.ask("GET", "/customers").status_code == 200
    assert shop.ask("DELETE", "/orders/O00001").status_code == 204
    assert [shop.ask("GET", "/orders").status_code for _ in range(3)] == [200, 503, 503]
    shop.control("DELETE", "/faults")
    assert shop.ask("GET", "/orders").status_code == 200


def test_a_fault_that_there_is_not_is_refused_with_those_that_there_are(shop):
    answer = shop.control("POST", "/faults", json={"kind": "http_418"})
    bent = shop.control("POST", "/faults", json={"kind": "distort", "how": ["prettier"]})

    assert (answer.status_code, "http_429" in answer.json()["error"]) == (400, True)
    assert (bent.status_code, "money_float" in bent.json()["error"]) == (400, True)


def test_an_answer_can_break_in_the_middle(shop):
    shop.fault(kind="reset_mid_body")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        shop.ask("GET", "/orders")


def test_the_answer_to_a_write_can_be_lost_though_it_was_done(shop):
    shop.fault(kind="reset_mid_body", match={"method": "POST"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        shop.ask("POST", "/customers", json={"first_name": "Åse"}, headers={"Idempotency-Key": "k1"})

    again = shop.ask("POST", "/customers", json={"first_name": "Åse"}, headers={"Idempotency-Key": "k1"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert shop.stats()["rows_created"] == {"customers": 1}


def test_tokens_can_end_early(shop):
    shop.control("PATCH", "/tokens", json={"lifetime": 60})
    token = {"Authorization": f"Bearer {shop.token()}"}
    shop.fault(kind="expire_token", after=1)

    assert [shop.ask("GET", "/", headers=token).status_code for _ in range(3)] == [200, 401, 401]
    assert shop.ask("GET", "/", headers={"Authorization": f"Bearer {shop.token()}"}).status_code == 200


def test_tokens_end_by_their_lifetime(shop):
    shop.control("PATCH", "/tokens", json={"lifetime": 0.1})
    token = {"Authorization": f"Bearer {shop.token()}"}
    time.sleep(0.15)
    shop.control("PATCH", "/tokens", json={"lifetime": 3600})

    assert shop.ask("GET", "/", headers=token).status_code == 401


def test_an_answer_can_be_slow(shop):
    shop.fault(kind="latency", ms=120)

    begun = time.monotonic()
    shop.ask("GET", "/")
    assert time.monotonic() - begun >= 0.12


def test_a_cursor_can_expire(shop):
    cursor = shop.ask("GET", "/orders").json()["next_cursor"]
    shop.fault(kind="expire_cursor")

    assert shop.ask("GET", "/orders").status_code == 200
    assert shop.ask("GET", "/orders", params={"cursor": cursor}).status_code == 410


def test_the_filter_can_be_ignored_or_leave_out_its_own_moment(shop):
    last = shop.every("customers")[-1]
    since = {"updated_since": last["updated_at"], "limit": 10}

    shop.fault(kind="filter_ignored")
    assert len(shop.ask("GET", "/customers", params=since).json()["data"]) == 10
    shop.fault(kind="filter_exclusive")
    assert shop.ask("GET", "/customers", params=since).json()["data"] == []
    assert [each["id"] for each in shop.ask("GET", "/customers", params=since).json()["data"]] == [last["id"]]


@pytest.mark.parametrize("status", [204, 404])
def test_an_empty_page_can_have_no_body(shop, status):
    shop.fault(kind="empty_as", status=status)

    answer = shop.ask("GET", "/customers", params={"email": "nobody@example.test"})
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_page_can_be_cut_begin_with_a_record_seen_before_and_never_end(shop):
    shop.fault(kind="page_capped", limit=3)
    first = shop.ask("GET", "/orders", params={"limit": 50}).json()
    assert len(first["data"]) == 3

    shop.fault(kind="row_repeated")
    second = shop.ask("GET", "/orders", params={"cursor": first["next_cursor"], "limit": 5}).json()
    assert second["data"][0] == first["data"][-1]

    shop.fault(kind="end_repeats", times=None)
    last = shop.last_page("orders")
    again = shop.ask("GET", "/orders", params={"cursor": last["next_cursor"], "limit": 250}).json()
    assert again["data"] == last["data"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [({"set": {"note": "Hei"}}, ["touched"]), ({"delete": True}, [])],
)
def test_somebody_can_work_in_the_shop_between_two_pages(shop, edit, told):
    shop.fault(kind="edit_between_pages", edits=[{"collection": "customers", "id": "X1", "set": {"first_name": "Ny"}}])
    first = shop.ask("GET", "/customers", params={"limit": 200}).json()
    seen = first["data"][0]["id"]
    shop.fault(kind="edit_between_pages", edits=[{"collection": "customers", "id": seen, **edit}])
    shop.ask("GET", "/customers", params={"limit": 1})

    rest = [each["id"] for each in shop.every("customers", cursor=first["next_cursor"], limit=250)]
    assert rest[-1 - len(told) :] == ["X1", *([seen] if told else [])]


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("money_float", lambda order: isinstance(order["total_incl_tax"], float)),
        ("money_minor", lambda order: isinstance(order["lines"][0]["unit_price"], int)),
        ("naive_times", lambda order: datetime.fromisoformat(order["placed_at"]).tzinfo is None),
        ("number_ids", lambda order: isinstance(order["id"], int)),
        ("no_stamp", lambda order: order["updated_at"] is None),
        ("no_id", lambda order: "id" not in order),
        ("guest_zero", lambda order: order["customer_id"] is not None),
        ("lower_case_codes", lambda order: order["billing_address"]["country_code"].islower()),
        ("unknown_status", lambda order: order["status"] == "wc-checkout-draft"),
        ("html_entities", lambda order: not any("ø" in line["title"] for line in order["lines"])),
        ("parents_beside_children", lambda order: len({line["id"] for line in order["lines"]}) > 2),
        ("negative_line_discounts", lambda order: order["lines"][0]["discount_amount"].startswith("-")),
        ("cancelled_to_zero", lambda order: order["total_incl_tax"] == "0.00"),
        ("discounts_as_positive", lambda order: not any(line["unit_price"][0] == "-" for line in order["lines"])),
    ],
)
def test_records_can_be_bent_and_are_straight_again(shop, how, shown):
    chosen = shop.ask("GET", "/orders/O00210").json()
    assert (chosen["customer_id"], {each["type"] for each in chosen["lines"]} & {"discount", "gift_card"}) == (
        None,
        {"discount"},
    )
    shop.fault(kind="distort", how=[how])

    bent = shop.ask("GET", "/orders/O00210").json()
    assert (shown(bent), bent != chosen) == (True, True)
    assert shop.ask("GET", "/orders/O00210").json() == chosen


def test_every_record_of_a_page_is_bent(shop):
    shop.fault(kind="distort", how=["money_float", "guest_zero"])

    page = shop.ask("GET", "/orders", params={"limit": 250}).json()["data"]
    assert {type(each["total_incl_tax"]) for each in page} == {float}
    assert 0 in {each["customer_id"] for each in page}


def test_the_shopkeeper_can_leave_the_stamp_as_it_was_or_set_it_back(shop):
    order = shop.every("orders")[0]
    edit = {"payment_status": "failed", "updated_at": order["updated_at"]}
    shop.control("PATCH", f"/records/orders/{order['id']}", json=edit)

    changed = shop.ask("GET", f"/orders/{order['id']}").json()
    assert (changed["payment_status"], changed["updated_at"]) == ("failed", order["updated_at"])


def test_a_whole_collection_can_have_one_stamp(shop):
    stamp = "2026-11-21T00:00:00.000000Z"
    shop.control("PATCH", "/records/customers", json={"updated_at": stamp})

    assert len({each["id"] for each in shop.every("customers", limit=50)}) == 220
    assert {each["updated_at"] for each in shop.every("customers")} == {stamp}


def test_the_shops_clock_can_be_wrong(shop):
    shop.control("PATCH", "/clock", json={"seconds": -300})
    date = shop.ask("GET", "/").headers["Date"]

    behind = (datetime.now(timezone.utc) - parsedate_to_datetime(date)).total_seconds()
    assert 295 < behind < 305
