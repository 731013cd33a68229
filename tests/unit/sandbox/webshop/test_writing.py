"""What the shop does with what is written to it, beyond taking it."""

from __future__ import annotations

import pytest

KEY = {"Idempotency-Key": "k1"}


@pytest.mark.parametrize(
    ("collection", "content", "pointer"),
    [
        ("customers", {"currency": "nok"}, "/currency"),
        ("customers", {"addresses": [{"country_code": "Norge"}]}, "/addresses/0/country_code"),
        ("customers", {"external_id": "x" * 129}, "/external_id"),
        ("orders", {"total_incl_tax": 10.5}, "/total_incl_tax"),
        ("orders", {"lines": [{"type": "bonus"}]}, "/lines/0/type"),
        ("products", {"titel": "Genser"}, ""),
    ],
)
def test_a_value_that_the_contract_does_not_know_is_refused_where_it_stands(shop, collection, content, pointer):
    answer = shop.ask("POST", f"/{collection}", json=content, headers=KEY)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert shop.stats()["rows_created"] == {}


def test_a_body_of_another_kind_is_refused(shop):
    answer = shop.ask("POST", "/customers", data="<kunde/>", headers={**KEY, "Content-Type": "text/xml"})

    assert answer.status_code == 415


def test_a_new_order_has_what_every_order_has(shop):
    line = {"type": "product", "sku": "001-01", "title": "Genser", "quantity": "1", "unit_price": "10.00"}
    order = shop.ask("POST", "/orders", json={"lines": [line]}, headers=KEY).json()

    assert (order["status"], order["payment_status"], order["payments"]) == ("open", "unpaid", [])
    assert order["lines"][0]["id"], "its lines can be told apart"
    assert order["created_at"] == order["updated_at"]


def test_a_sku_has_one_variant(shop):
    answer = shop.ask("POST", "/products", json={"title": "Kopi", "variants": [{"sku": "001-01"}]}, headers=KEY)

    assert (answer.status_code, "001-01" in answer.json()["detail"]) == (422, True)


def test_an_external_id_is_set_once(shop):
    for_all = {"If-Match": "*"}
    assert shop.ask("PATCH", "/customers/C0001", json={"external_id": "7"}, headers=for_all).status_code == 200
    assert shop.ask("PATCH", "/customers/C0001", json={"external_id": "8"}, headers=for_all).status_code == 422
    assert shop.ask("GET", "/customers/C0001").json()["external_id"] == "7"


def test_a_stock_level_moves_the_product_that_shows_it(shop):
    before = shop.ask("GET", "/products", params={"sku": "001-02"}).json()["data"][0]
    shop.ask("PUT", "/inventory-levels/001-02", json={"available": 41})
    after = shop.ask("GET", "/products", params={"sku": "001-02"}).json()["data"][0]

    assert after["updated_at"] > before["updated_at"]
    assert [each["stock"]["available"] for each in after["variants"] if each["sku"] == "001-02"] == [41]


def test_a_new_variant_begins_with_the_stock_that_it_shows_also_where_an_upsert_brings_it(shop):
    place, shown = "/products/by-external-id/ULL", {"sku": "ULL-1", "stock": {"tracked": True, "available": 5}}
    shop.ask("PUT", place, json={"title": "Genser", "variants": [shown]})
    more = {"sku": "ULL-2", "stock": {"tracked": True, "available": 3}}
    shop.ask("PUT", place, json={"variants": [shown, more, {"sku": "ULL-3"}]})

    levels = {each["sku"]: each["available"] for each in shop.every("inventory-levels")}
    assert [levels[f"ULL-{number}"] for number in (1, 2, 3)] == [5, 3, 0]


def test_a_deleted_stock_level_is_gone_and_told(shop):
    assert shop.ask("DELETE", "/inventory-levels/001-01").status_code == 204
    assert shop.ask("PUT", "/inventory-levels/001-01", json={"available": 1}).status_code == 404

    told = shop.every("inventory-levels", include_deleted="true")[-1]
    assert (told["id"], set(told)) == ("001-01", {"id", "sku", "deleted_at", "updated_at"})


def test_a_write_that_is_refused_leaves_nothing_behind(shop):
    key = {"Idempotency-Key": "k9"}
    assert shop.ask("POST", "/customers", json={"currency": "kr"}, headers=key).status_code == 422

    assert shop.ask("POST", "/customers", json={"currency": "NOK"}, headers=key).status_code == 201


def test_what_is_written_is_counted_by_collection(shop):
    identity = shop.ask("POST", "/customers", json={"first_name": "Åse"}, headers=KEY).json()["id"]
    shop.ask("PATCH", f"/customers/{identity}", json={"phone": "+4700000001"}, headers={"If-Match": "*"})
    shop.ask("DELETE", f"/customers/{identity}")

    stats = shop.stats()
    assert (stats["rows_created"], stats["rows_updated"], stats["rows_deleted"]) == (
        {"customers": 1},
        {"customers": 1},
        {"customers": 1},
    )
    assert (stats["requests"], stats["reads"], stats["writes"]) == (3, 0, 3)
