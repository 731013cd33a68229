"""The way back of what belongs to another record: invoices of orders, prices of products; killed, doubled, asleep."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from crosswalk.entries import Link


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def dying(company, *, landed):
    """Whoever makes something is killed, before or after it is made."""
    make = company.create

    def create(*arguments):
        if landed:
            make(*arguments)
        raise Killed

    company.create = create
    with pytest.raises(Killed):
        yield
    company.create = make


@pytest.fixture
def ordered(world):
    """An order that both sides know."""
    world.web.put("orders", "O1", external_id="5001")
    world.keep(Link("orders", "O1", "5001", status="linked", businessnxt_shadow={"orderNo": "5001"}))
    return world


INVOICE = {"orderDocumentNo": 7, "orderNo": 5001, "invoiceNo": "500100", "invoiceDate": 20261121}
INVOICED = ("order_documents", [INVOICE])


def invoices(world):
    return {key: row["number"] for key, row in world.web.rows["orders.invoices"].items()}


@pytest.mark.parametrize("again", [(), (INVOICED,)], ids=["by itself", "delivered again"])
@pytest.mark.parametrize("landed", [True, False], ids=["made", "never made"])
def test_an_invoice_whose_making_was_cut_short_is_one_item_of_its_order(ordered, again, landed):
    with dying(ordered.web, landed=landed):
        ordered.back(INVOICED)

    ordered.back(*again)
    ordered.now += 1000
    ordered.back(*again)
    ordered.back(INVOICED)

    assert invoices(ordered) == {"O1/nxt-7": "500100"}
    link = ordered.row_link("invoices", "7")
    assert (link.webshop_id, link.status, bool(link.parent_id)) == ("O1/nxt-7", "linked", True)


def test_an_invoice_that_is_gone_before_its_making_was_certain_is_known_to_be_there(ordered):
    with dying(ordered.web, landed=True):
        ordered.back(INVOICED)

    ordered.back(("order_documents", [{**INVOICE, "_sdc_deleted_at": "2026-11-22T00:00:00Z"}]))

    link = ordered.row_link("invoices", "7")
    assert (link.webshop_id, link.status) == ("O1/nxt-7", "tombstone")


PRICE = {"lineNo": 7, "productNo": "ULL-1", "salesPrice1InCurrency": 249, "grossPrices": 1, "minQuantity": 0,
         "fromDate": 0, "toDate": 0, "warehouseNo": 0, "priceType": 0, "currencyNo": 47}  # fmt: skip
SLEEPING = Link("prices", "P1/V1", status="dormant", alias="ULL-1", webshop_shadow={"productNo": "ULL-1"})


@pytest.fixture
def sold(world):
    """A product that both sides know."""
    world.web.put("products.variants", "P1/V1", sku="ULL-1", price="1.00", price_includes_tax=True)
    world.keep(Link("products", "P1/V1", "ULL-1", status="linked", alias="ULL-1"))
    return world


def price_in_shop(world):
    return float(world.web.rows["products.variants"]["P1/V1"]["price"])


def test_a_price_that_slept_on_both_sides_is_one_link(sold):
    sold.keep(SLEEPING)

    sold.back(("prices", [PRICE]))

    assert (sold.link("prices", "P1/V1").businessnxt_id, price_in_shop(sold)) == ("7", 249.0)
    assert sold.link("prices", "P1/V1").status == "linked"


def test_a_price_that_is_being_made_there_is_not_taken_for_it_before_that_is_certain(sold, shop):
    offered = shop.product("V1", price="249.00")
    offered = {**offered, "id": "P1", "variants": [{**offered["variants"][0], "price": "249.00"}]}
    sold.company.outcome = lambda op, *_: "after" if op == "create" else None
    sold.sync(("products", [offered]))
    sold.company.outcome = lambda *_: None

    sold.back(("prices", [{**PRICE, "lineNo": 1}]))
    assert sold.link("prices", "P1/V1").status == "creating"
    sold.now += 1000
    sold.sync()
    sold.back(("prices", [{**PRICE, "lineNo": 1, "salesPrice1InCurrency": 199}]))

    assert (sold.link("prices", "P1/V1").status, price_in_shop(sold)) == ("linked", 199.0)
    assert len(sold.rows("priceAndDiscountMatrix")) == 1


def test_the_price_of_another_product_that_has_got_the_number_of_one_that_is_gone_is_that_products(sold):
    sold.back(("prices", [PRICE]))
    sold.web.put("products.variants", "P2/V2", sku="UT-2", price="2.00", price_includes_tax=True)
    sold.keep(Link("products", "P2/V2", "UT-2", status="linked", alias="UT-2"))

    sold.back(("prices", [{**PRICE, "productNo": "UT-2", "salesPrice1InCurrency": 99}]))

    assert price_in_shop(sold) == 249.0
    assert float(sold.web.rows["products.variants"]["P2/V2"]["price"]) == 99.0
    assert sold.link("prices", "P2/V2").businessnxt_id == "7"


def test_a_price_is_not_written_into_the_row_of_another_product_that_has_got_its_number(sold, shop):
    sold.back(("prices", [PRICE]))
    sold.company.rows["priceAndDiscountMatrix"]["7"] = {**PRICE, "productNo": "UT-2", "salesPrice1InCurrency": 99}
    offered = shop.product("V1", price="199.00")
    offered = {**offered, "id": "P1", "variants": [{**offered["variants"][0], "price": "199.00"}]}

    sold.sync(("products", [offered]))

    assert sold.company.rows["priceAndDiscountMatrix"]["7"]["salesPrice1InCurrency"] == 99
    assert "vanished" in [each.kind for each in sold.rejects()]


def test_of_two_base_prices_of_one_product_none_is_taken(sold, caplog):
    sold.back(("prices", [PRICE, {**PRICE, "lineNo": 8, "currencyNo": 0, "salesPrice1InCurrency": 299}]))

    assert price_in_shop(sold) == 1.0
    assert [sold.row_link("prices", each).status for each in ("7", "8")] == ["dormant", "dormant"]
    assert "(7, 8)" in caplog.text
