"""The CustomWebshop contract, as the shop keeps it."""

from __future__ import annotations

import pytest
import requests

KEY = {"Idempotency-Key": "k1"}


def test_nobody_gets_in_without_a_key(shop):
    answer = requests.get(f"{shop.info['api_url']}/customers", timeout=10)

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_client_credentials_open_the_shop(shop):
    who = (shop.info["client_id"], shop.info["client_secret"])
    form = {"grant_type": "client_credentials"}
    token = requests.post(shop.info["token_url"], data=form, auth=who, timeout=10).json()["access_token"]

    assert shop.ask("GET", "/", headers={"Authorization": f"Bearer {token}"}).json()["contract"] == "custom-webshop/1"


def test_wrong_credentials_get_no_token(shop):
    answer = requests.post(
        shop.info["token_url"], data={"grant_type": "client_credentials"}, auth=("x", "y"), timeout=10
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_pages_bring_every_record_once_oldest_change_first(shop):
    orders = shop.every("orders", limit=77)

    assert len({each["id"] for each in orders}) == len(orders) == 520
    assert [each["updated_at"] for each in orders] == sorted(each["updated_at"] for each in orders)


def test_a_record_that_is_touched_between_pages_comes_again_at_the_end(shop):
    first = shop.ask("GET", "/customers", params={"limit": 100}).json()
    shop.control("PATCH", f"/records/customers/{first['data'][0]['id']}", json={"phone": "+4799999999"})

    rest = shop.every("customers", limit=100, cursor=first["next_cursor"])

    assert len({each["id"] for each in [*first["data"], *rest]}) == 220
    assert rest[-1]["id"] == first["data"][0]["id"]


def test_updated_since_is_inclusive(shop):
    last = shop.every("customers")[-1]

    assert [each["id"] for each in shop.every("customers", updated_since=last["updated_at"])] == [last["id"]]


@pytest.mark.parametrize(
    "params",
    [{"limit": 251}, {"limit": 0}, {"modified_after": "2026-01-01"}, {"updated_since": "yesterday"}, {"cursor": "x"}],
)
def test_a_question_that_is_not_understood_is_refused_and_never_ignored(shop, params):
    answer = shop.ask("GET", "/orders", params=params)

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("collection", "name", "value"),
    [("products", "sku", "001-01"), ("inventory-levels", "sku", "001-01"), ("customers", "email", None)],
)
def test_a_record_can_be_looked_up_exactly(shop, collection, name, value):
    value = value or shop.every("customers")[0]["email"]

    assert len(shop.ask("GET", f"/{collection}", params={name: value}).json()["data"]) == 1


def test_the_next_page_is_linked_and_the_request_is_named(shop):
    answer = shop.ask("GET", "/orders", params={"limit": 5}, headers={"X-Request-Id": "r-1"})

    assert 'rel="next"' in answer.headers["Link"]
    assert answer.headers["X-Request-Id"] == "r-1"
    assert requests.utils.parse_header_links(answer.headers["Link"])[0]["url"].startswith(shop.info["api_url"])


def test_an_unchanged_record_costs_no_body(shop):
    answer = shop.ask("GET", "/customers/C0001")

    again = shop.ask("GET", "/customers/C0001", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_record_is_made_once_per_key(shop):
    body = {"first_name": "Åse", "external_id": "10001"}
    first = shop.ask("POST", "/customers", json=body, headers=KEY)
    again = shop.ask("POST", "/customers", json=body, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert shop.ask("POST", "/customers", json={"first_name": "Kåre"}, headers=KEY).status_code == 422
    assert shop.ask("POST", "/customers", json=body).status_code == 428


def test_an_external_id_has_one_owner(shop):
    shop.ask("POST", "/customers", json={"external_id": "10001"}, headers=KEY)

    answer = shop.ask("PATCH", "/customers/C0001", json={"external_id": "10001"}, headers={"If-Match": "*"})
    assert answer.status_code == 409
    assert answer.json()["existing_id"]


def test_a_patch_needs_the_record_as_it_was_read(shop):
    tag = shop.ask("GET", "/customers/C0001").headers["ETag"]
    assert shop.ask("PATCH", "/customers/C0001", json={"phone": "1"}).status_code == 428

    changed = shop.ask("PATCH", "/customers/C0001", json={"phone": "1"}, headers={"If-Match": tag})
    stale = shop.ask("PATCH", "/customers/C0001", json={"phone": "2"}, headers={"If-Match": tag})

    assert (changed.status_code, stale.status_code) == (200, 412)
    assert shop.ask("GET", "/customers/C0001").json()["phone"] == "1"
    assert changed.json()["first_name"], "the rest of the record stands"


def test_an_upsert_makes_and_then_changes(shop):
    path = "/products/by-external-id/ULL-1"

    assert shop.ask("PUT", path, json={"title": "Genser"}).status_code == 201
    assert shop.ask("PUT", path, json={"title": "Ullgenser"}).json()["title"] == "Ullgenser"
    assert shop.ask("PUT", path, json={}, headers={"If-None-Match": "*"}).status_code == 412


def test_a_stock_level_is_set_only_from_the_number_that_was_expected(shop):
    level = shop.ask("GET", "/inventory-levels/001-01").json()

    wrong = {"available": 9, "expected_available": level["available"] + 1}
    assert shop.ask("PUT", "/inventory-levels/001-01", json=wrong).status_code == 412
    right = {"available": 9, "expected_available": level["available"]}
    assert shop.ask("PUT", "/inventory-levels/001-01", json=right).json()["available"] == 9


def command(shop, order, name, key, **content):
    return shop.ask("POST", f"/orders/{order}/{name}", json=content, headers={"Idempotency-Key": key})


def test_an_order_is_sent_in_parts_and_then_as_a_whole(shop):
    order = shop.unsent_order()
    line = next(each for each in order["lines"] if each["type"] == "product")
    part = {"lines": [{"line_id": line["id"], "quantity": "0.1"}]}

    first = command(shop, order["id"], "fulfillments", "k1", **part).json()
    whole = command(shop, order["id"], "fulfillments", "k2", carrier="Posten", tracking="7035").json()

    assert (first["fulfillment_status"], whole["fulfillment_status"]) == ("partial", "fulfilled")
    assert [each["tracking"] for each in whole["shipments"]] == [None, "7035"]


def test_an_order_is_paid_back_in_parts_but_never_more_than_was_paid(shop):
    order = next(each for each in shop.every("orders") if each["payment_status"] == "paid")["id"]

    part = command(shop, order, "refunds", "k1", amount="1.00").json()
    too_much = command(shop, order, "refunds", "k2", amount="999999.00")
    rest = command(shop, order, "refunds", "k3").json()

    assert (part["payment_status"], too_much.status_code, rest["payment_status"]) == (
        "partially_refunded",
        422,
        "refunded",
    )


def test_a_command_that_is_repeated_with_its_key_acts_once(shop):
    order = shop.unsent_order()["id"]

    first = command(shop, order, "fulfillments", "k1")
    again = command(shop, order, "fulfillments", "k1")

    assert (len(first.json()["shipments"]), again.json()) == (1, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_cancelled_order_takes_no_more_commands(shop):
    order = shop.unsent_order()["id"]

    assert command(shop, order, "cancel", "k1").json()["status"] == "cancelled"
    assert command(shop, order, "fulfillments", "k2").status_code == 409


def test_a_deleted_record_leaves_a_tombstone(shop):
    assert shop.ask("DELETE", "/customers/C0001").status_code == 204

    assert "C0001" not in {each["id"] for each in shop.every("customers")}
    tombstone = shop.every("customers", include_deleted="true")[-1]
    assert set(tombstone) == {"id", "deleted_at", "updated_at"}


def test_a_change_always_moves_the_stamp_past_all_others(shop):
    stamps = [
        shop.control("PATCH", "/records/customers/C0001", json={"phone": str(number)}).json()["updated_at"]
        for number in range(20)
    ]

    assert stamps == sorted(set(stamps))


def test_the_openapi_document_names_every_collection(shop):
    paths = shop.ask("GET", "/openapi.json").json()["paths"]

    assert {"/customers", "/orders", "/products", "/inventory-levels"} <= set(paths)
