"""What a record must have on the other side is said before that is asked, in the words of whoever can fill it in."""

from __future__ import annotations

import pytest
from crosswalk import Unwelcome


@pytest.mark.parametrize("sku", ["", "  ", None])
def test_products_without_a_sku_are_told_apart_and_not_sent(world, shop, sku):
    world.sync(("products", [shop.product(each, sku=sku) for each in ("V1", "V2")] + [shop.product("V3", sku="OK")]))

    assert [each["productNo"] for each in world.rows("product")] == ["OK"]
    assert [each for each in world.company.writes if each[1] == "product"] == [("create", "product", 1)]
    rejects = {each.source_id: each for each in world.rejects() if each.entity == "products"}
    assert rejects.keys() == {"P-V1/V1", "P-V2/V2"}
    for identity, each in rejects.items():
        assert f"'sku' of '{identity}' is empty" in each.message
        assert "fill it in in the webshop" in each.message


def test_a_product_that_lost_its_sku_keeps_its_row_and_its_other_edits_go_on(world, shop):
    world.sync(("products", [shop.product()]))
    world.sync(("products", [shop.product(sku="", title="Jakke")]))

    assert [(each["productNo"], each["description"]) for each in world.rows("product")] == [("ULL-1", "Jakke, M")]


def row(**more):
    return {"productNo": "ULL-9", "description": "Lue", "taxAndAccountingGroup": 1, "eanItemNo": "",
            "processingMethod7": 1, "information1": "", "changedTimestamp": "", **more}  # fmt: skip


def test_a_row_that_lacks_what_the_webshop_needs_is_refused_before_that_is_asked(world):
    world.back(("products", [row(taxAndAccountingGroup=0)]))

    [reject] = world.rejects()
    assert reject.message == (
        "taxAndAccountingGroup of product ULL-9 is empty, and the webshop takes none without its 'parent.tax_code': "
        "fill it in in Business NXT"
    )
    assert world.web.writes == []


def test_a_row_that_is_emptied_later_is_refused_and_not_carried(world):
    world.back(("products", [row()]))
    writes = list(world.web.writes)
    world.back(("products", [row(taxAndAccountingGroup=0)]))

    assert [each.column for each in world.rejects()] == ["taxAndAccountingGroup"]
    assert world.web.writes == writes


@pytest.mark.parametrize(("pointer", "column"), [
    ("variants.0.gtin", "eanItemNo"), ("tax_code", "taxAndAccountingGroup"), ("variants.0.title", ""),
])  # fmt: skip
def test_what_the_webshop_refuses_is_named_by_its_column(world, pointer, column):
    world.web.create = lambda _, drafts: [Unwelcome("HTTP 422, 'no'.", pointer) for _ in drafts]

    world.back(("products", [row()]))

    [reject] = world.rejects()
    assert reject.message == "HTTP 422, 'no'." + (f" In Business NXT this is {column} of product ULL-9." * bool(column))


def test_a_line_that_the_webshop_refuses_is_named_by_its_column(world):
    world.web.create = lambda _, drafts: [Unwelcome("HTTP 422, 'no'.", "lines.1.title") for _ in drafts]
    world.web.put("customers", "C1")
    order = {"orderNo": 5, "orderType": 1, "orderStatus1": 0, "orderDate": 20261120, "currencyNo": 47, "customerNo": 0}

    world.back(("orders", [order]))

    [reject] = world.rejects()
    assert reject.message.endswith(" In Business NXT this is description of its orderLine of order 5.")


def test_what_the_company_refuses_is_named_by_the_webshops_property(world, shop):
    refuse = Unwelcome("phone: no", "phone, mobilePhone")
    world.company.create = lambda _, drafts: [refuse for _ in drafts]

    world.sync(("customers", [shop.customer()]))

    [reject] = world.rejects()
    assert reject.message == "phone: no In the webshop this is 'phone' or 'billing_address.phone'."
