"""A SKU that is renamed in the shop, where the stock goes on by SKU."""

from __future__ import annotations


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
