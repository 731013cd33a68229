"""Prices and stock: rows of their own in the company, which people make anew, and which follow their product."""

from __future__ import annotations

import pytest


@pytest.fixture
def priced(scene):
    """A product with its price on both sides; the row of its price."""
    scene.tap_settings = {"sweep_hours": 0}
    scene.product()
    scene.settle()
    return scene.row("priceAndDiscountMatrix", productNo="ULL-1")


def shown(scene):
    return float(scene.record("products", "P1")["variants"][0]["price"])


def test_a_price_whose_row_was_deleted_and_made_anew_reaches_the_shop(scene, priced):
    scene.delete_in_company("priceAndDiscountMatrix", lineNo=priced["lineNo"])
    scene.add_in_company("priceAndDiscountMatrix", productNo="ULL-1", salesPrice1InCurrency=999.0, grossPrices=1)

    scene.settle()

    assert shown(scene) == 999.0
    assert scene.quiet()


def test_a_price_whose_row_got_an_end_and_a_follower_reaches_the_shop(scene, priced):
    scene.in_company("priceAndDiscountMatrix", {"lineNo": priced["lineNo"]}, toDate=20261130)
    scene.add_in_company("priceAndDiscountMatrix", productNo="ULL-1", salesPrice1InCurrency=999.0, grossPrices=1)

    scene.settle()

    assert shown(scene) == 999.0
    assert scene.quiet()


def test_a_new_price_row_is_followed_once_the_old_one_is_known_to_be_gone(scene, priced):
    scene.delete_in_company("priceAndDiscountMatrix", lineNo=priced["lineNo"])
    scene.settle()
    scene.add_in_company("priceAndDiscountMatrix", productNo="ULL-1", salesPrice1InCurrency=999.0, grossPrices=1)
    scene.settle()

    assert shown(scene) == 999.0
    assert scene.quiet()


def test_of_two_prices_for_everybody_a_person_leaves_one(scene, priced):
    other = scene.add_in_company(
        "priceAndDiscountMatrix", productNo="ULL-1", salesPrice1InCurrency=999.0, grossPrices=1
    )
    scene.settle()

    [reject] = scene.rejects("quarantined")
    assert f"({priced['lineNo']}, {other['lineNo']})" in reject["message"]
    assert "quarantined" in scene.type("check", code=1)
    assert shown(scene) == priced["salesPrice1InCurrency"]

    scene.delete_in_company("priceAndDiscountMatrix", lineNo=priced["lineNo"])
    scene.settle()

    assert shown(scene) == 999.0
    assert scene.rejects() == []
    assert scene.quiet()


def test_a_price_that_had_ended_and_goes_on_after_all_is_followed_again(scene, priced):
    scene.in_company("priceAndDiscountMatrix", {"lineNo": priced["lineNo"]}, toDate=20261130)
    scene.settle()
    scene.in_company("priceAndDiscountMatrix", {"lineNo": priced["lineNo"]}, salesPrice1InCurrency=888.0)
    scene.settle()
    assert shown(scene) == priced["salesPrice1InCurrency"], "what has ended is nobody's price"

    scene.in_company("priceAndDiscountMatrix", {"lineNo": priced["lineNo"]}, toDate=0)
    scene.settle()

    assert shown(scene) == 888.0
    assert scene.rejects() == []
    assert scene.quiet()


def level(available):
    return {"variant_id": "V1", "location_id": "main", "on_hand": available, "reserved": 0, "available": available}


def test_the_stock_of_a_variant_whose_sku_was_renamed_in_the_shop_goes_on_to_follow(scene):
    scene.tap_settings = {"sweep_hours": 0}
    scene.product()
    scene.in_shop("inventory-levels", "ULL-1", **level(3))
    scene.settle()
    scene.add_in_company("stockBalance", productNo="ULL-1", warehouseNo=1, available=7)
    scene.settle()
    variant = {**scene.record("products", "P1")["variants"][0], "sku": "ULL-9"}
    scene.in_shop("products", "P1", variants=[variant])
    scene.in_shop("inventory-levels", "ULL-9", **level(7))
    scene.settle()
    scene.in_company("stockBalance", {"productNo": "ULL-1"}, available=5)

    scene.settle()

    held = {each["sku"]: each["available"] for each in scene.neighbours.records("inventory-levels")}
    assert held["ULL-9"] == 5
    assert scene.quiet()
