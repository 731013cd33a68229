"""Variants of one product: rows of their own in the company, with properties that they share in the shop."""

from __future__ import annotations

import pytest


@pytest.fixture
def sizes(scene):
    """A product of two sizes, on both sides."""
    usual = {"status": "active", "weight_g": 90, "price": "399.00"}
    variants = [{"id": f"V{size}", "sku": f"G-{size}", "title": size, **usual} for size in "ML"]
    scene.product("P1", title="Genser", brand="Ull", variants=variants)
    scene.settle()


def held(scene, column):
    return {each["productNo"]: each[column] for each in scene.rows("product") if each["productNo"].startswith("G-")}


@pytest.mark.usefixtures("sizes")
def test_two_brands_for_one_product_at_once_leave_both_on_record(scene):
    scene.in_company("product", {"productNo": "G-M"}, information2="Anna")
    scene.in_company("product", {"productNo": "G-L"}, information2="Berit")

    scene.settle()

    brand = scene.record("products", "P1")["brand"]
    assert set(held(scene, "information2").values()) == {brand}
    values = {value for each in scene.conflicts() for value in (each["webshop_value"], each["businessnxt_value"])}
    assert values == {"Anna", "Berit"}
    assert scene.quiet()


@pytest.mark.usefixtures("sizes")
def test_two_names_for_one_product_at_once_leave_both_on_record(scene):
    scene.in_company("product", {"productNo": "G-M"}, description="Kofte, M")
    scene.in_company("product", {"productNo": "G-L"}, description="Lusekofte, L")

    scene.settle()

    title = scene.record("products", "P1")["title"]
    assert held(scene, "description") == {"G-M": f"{title}, M", "G-L": f"{title}, L"}
    values = {value for each in scene.conflicts() for value in (each["webshop_value"], each["businessnxt_value"])}
    assert values & {"Kofte, M", "Lusekofte, L"}
    assert scene.quiet()


@pytest.mark.usefixtures("sizes")
def test_one_size_that_is_put_on_sale_in_the_company_offers_no_other(scene):
    scene.in_shop("products", "P1", status="draft")
    scene.settle()
    scene.in_company("product", {"productNo": "G-M"}, processingMethod7=1)

    scene.settle()

    assert {sku: value & 1 for sku, value in held(scene, "processingMethod7").items()} == {"G-M": 1, "G-L": 0}
    assert scene.quiet()
