"""What assigning a column brings along, and what lines and orders come to."""

from __future__ import annotations

import pytest

CUSTOMER = {
    "name": "Blåbær AS",
    "customerNo": 10001,
    "addressLine1": "Bakkeveien 3",
    "postCode": "7374",
    "countryNo": 47,
    "paymentTermsForCustomer": 3,
    "paymentMethodForCustomer": 1,
    "deliveryMethodForCustomer": 2,
}
LINE = "amountInCurrency netAmountInCurrency grossAmountInCurrency vatAmountInCurrency vatRate totalQuantity"
SUMS = "orderSumNetInCurrency orderSumGrossInCurrency vatAmountInCurrency"


@pytest.fixture
def shop(company):
    """A customer and three products with prices."""
    company.create("associate", CUSTOMER)
    company.create(
        "product",
        {"productNo": "KAFFE", "description": "Kaffe 500 g", "taxAndAccountingGroup": 2, "defaultSalesUnits": 2},
        {"productNo": "KOPP", "description": "Kopp", "taxAndAccountingGroup": 1, "defaultSalesUnits": 1},
    )
    company.create(
        "priceAndDiscountMatrix",
        {"productNo": "KAFFE", "salesPrice1InCurrency": 100},
        {"productNo": "KOPP", "salesPrice1InCurrency": 250, "grossPrices": 1},
        {"productNo": "KOPP", "salesPrice1InCurrency": 150, "customerNo": 10001},
        {"productNo": "KAFFE", "salesPrice1InCurrency": 1, "customerPriceGroup1": 4},
        {"productNo": "KAFFE", "salesPrice1InCurrency": 2, "toDate": 20200101},
    )
    return company


def order(company, row, items):
    answer = company.create("order", row, items=items, onError="FAIL_TABLE")
    assert "errors" not in answer, answer
    return answer["data"]["useCompany"]["order_create"]["items"][0]


def line(company, row, **head):
    wanted = (
        f"{SUMS} lines: joindown_OrderLine_via_Order {{ items {{ {LINE} description unit priceInCurrency taxCode }} }}"
    )
    made = order(company, {"orderDate": 20250917} | head | {"orderLines": [row]}, wanted)
    return made["lines"]["items"][0], made


@pytest.mark.fact("customer_fills_order_head")
@pytest.mark.fact("customer_fills_delivery_block")
@pytest.mark.fact("customer_brings_terms")
@pytest.mark.fact("currency_brings_rate")
def test_a_customer_fills_the_head_of_the_order(shop):
    head = order(
        shop,
        {"customerNo": 10001},
        "name addressLine1 postCode postalArea countryNo languageNo currencyNo exchangeRate paymentTerms paymentMethod "
        "deliveryMethod deliveryName deliveryAddress1 deliveryPostCode deliveryPostalArea deliveryCountryNo",
    )
    assert head == {
        "name": "Blåbær AS",
        "addressLine1": "Bakkeveien 3",
        "postCode": "7374",
        "postalArea": "Røros",
        "countryNo": 47,
        "languageNo": 47,
        "currencyNo": 47,
        "exchangeRate": 1,
        "paymentTerms": 3,
        "paymentMethod": 1,
        "deliveryMethod": 2,
        "deliveryName": "Blåbær AS",
        "deliveryAddress1": "Bakkeveien 3",
        "deliveryPostCode": "7374",
        "deliveryPostalArea": "Røros",
        "deliveryCountryNo": 47,
    }


@pytest.mark.fact("columns_are_assigned_as_written")
def test_what_is_written_after_the_customer_stays_and_what_is_written_before_does_not(shop):
    assert order(shop, {"customerNo": 10001, "name": "Kari"}, "name")["name"] == "Kari"
    assert order(shop, {"name": "Kari", "customerNo": 10001}, "name")["name"] == "Blåbær AS"


def customer(erp):
    """A marked customer's number."""
    [made] = erp.make("associate", {"customerNo": None, "addressLine1": "Bakkeveien 3"}, items="customerNo")
    return made["customerNo"]


@pytest.mark.fact("customer_fills_order_head")
@pytest.mark.writes
def test_an_order_takes_name_and_address_from_its_customer(erp):
    [made] = erp.make("order", {"customerNo": customer(erp)}, items="orderNo name addressLine1")
    assert (made["name"], made["addressLine1"]) == (erp.mark, "Bakkeveien 3")


@pytest.mark.fact("customer_fills_delivery_block")
@pytest.mark.writes
def test_an_order_takes_the_delivery_address_from_its_customer(erp):
    [made] = erp.make("order", {"customerNo": customer(erp)}, items="orderNo deliveryName deliveryAddress1")
    assert (made["deliveryName"], made["deliveryAddress1"]) == (erp.mark, "Bakkeveien 3")


@pytest.mark.fact("product_fills_line")
@pytest.mark.writes
def test_a_line_takes_its_description_from_the_product(erp):
    [product] = erp.make("product", {"productNo": erp.mark.replace(" ", "-")}, items="productNo")
    wanted = "orderNo lines: joindown_OrderLine_via_Order { items { description } }"
    [made] = erp.make("order", {"orderLines": [{"productNo": product["productNo"]}]}, items=wanted)
    assert made["lines"]["items"] == [{"description": erp.mark}]


@pytest.mark.fact("delivery_associate_fills_delivery_block")
def test_a_delivery_associate_fills_the_delivery_block(shop):
    shop.create("associate", {"name": "Lageret", "addressLine1": "Kaien 1"})
    [delivery] = [row for row in shop.table("associate") if row["name"] == "Lageret"]
    head = order(shop, {"customerNo": 10001, "deliveryAssociateNo": delivery["associateNo"]}, "name deliveryName")
    assert head == {"name": "Blåbær AS", "deliveryName": "Lageret"}


@pytest.mark.fact("post_code_fills_place")
@pytest.mark.writes
def test_a_post_code_fills_its_place(erp):
    [known] = erp.ask("postalAddress(first: 1) { items { postCode postalArea } }")["postalAddress"]["items"]
    [row] = erp.make("associate", {"postCode": known["postCode"]}, items="postalArea")
    assert row["postalArea"] == known["postalArea"]


@pytest.mark.fact("name_suggests_short_name")
@pytest.mark.writes
def test_a_name_suggests_the_short_name(erp):
    [row] = erp.make("associate", {}, items="shortName")
    assert row["shortName"]


@pytest.mark.fact("head_fills_lines")
@pytest.mark.writes
def test_a_line_takes_over_what_its_order_says(erp):
    wanted = "orderNo orderType lines: joindown_OrderLine_via_Order { items { orderType transactionType } }"
    [made] = erp.make("order", {"orderType": 5, "orderLines": [{"description": "A"}]}, items=wanted)
    assert made["lines"]["items"] == [{"orderType": 5, "transactionType": 1}]


@pytest.mark.fact("country_suggests_language_and_currency")
def test_a_country_suggests_language_and_currency(company):
    answer = company.create("associate", {"countryNo": 46}, items="languageNo currencyNo")
    assert answer["data"]["useCompany"]["associate_create"]["items"] == [{"languageNo": 46, "currencyNo": 46}]


@pytest.mark.fact("template_brings_defaults")
def test_a_template_brings_its_defaults(company):
    answer = company.create(
        "associate", {"associateTemplate": 2}, items="customerPreferences1 paymentTermsForCustomer group1"
    )
    [row] = answer["data"]["useCompany"]["associate_create"]["items"]
    assert row == {"customerPreferences1": 64, "paymentTermsForCustomer": 2, "group1": 1}


@pytest.mark.fact("line_products_can_be_changed")
@pytest.mark.fact("product_fills_line")
def test_another_product_fills_the_line_anew(shop):
    line(shop, {"productNo": "KAFFE", "description": "Min kaffe", "quantity": 3})
    where = "filter: {orderNo: {_eq: 1}}"
    shop.done(f'orderLine_update({where}, value: {{productNo: "KOPP"}}) {{ affectedRows }}')
    [changed] = shop.table("orderLine")
    held = [changed[each] for each in ("productNo", "description", "unit", "totalQuantity", "priceInCurrency")]
    assert held == ["KOPP", "Kopp", 1, 3, 200]


@pytest.mark.fact("product_fills_line")
@pytest.mark.fact("price_comes_from_matrix")
@pytest.mark.fact("tax_follows_the_product")
def test_a_product_fills_the_line_with_its_base_price(shop):
    made, head = line(shop, {"productNo": "KAFFE", "quantity": 3})
    assert made == {
        "description": "Kaffe 500 g",
        "unit": 2,
        "taxCode": 2,
        "priceInCurrency": 100,
        "totalQuantity": 3,
        "amountInCurrency": 300,
        "netAmountInCurrency": 300,
        "grossAmountInCurrency": 345,
        "vatAmountInCurrency": 45,
        "vatRate": 15,
    }
    assert [head[name] for name in SUMS.split()] == [300, 345, 45]


@pytest.mark.fact("barcode_names_the_product")
def test_a_barcode_names_the_product(shop):
    shop.create("barcode", {"barcode": "7038010000016", "productNo": "KAFFE"})
    made, _ = line(shop, {"barcode": "7038010000016", "quantity": 1})
    assert (made["description"], made["priceInCurrency"]) == ("Kaffe 500 g", 100)


@pytest.mark.fact("customer_makes_orders_gross")
def test_a_customer_who_wants_gross_prices_gets_them(shop):
    shop.create("associate", {"customerNo": 10002, "customerPreferences1Flags": ["GrossOrders"]})
    made, head = line(shop, {"productNo": "KAFFE", "quantity": 1}, customerNo=10002)
    assert (made["priceInCurrency"], head["orderSumNetInCurrency"], head["orderSumGrossInCurrency"]) == (115, 100, 115)


@pytest.mark.parametrize("amount", [0.000001, 0.1, 1234567890123.45, 99999999.999999, 123456789012345])
def test_decimals_of_fifteen_digits_come_back_as_they_were_written(shop, amount):
    made, _ = line(shop, {"description": "A", "quantity": 1, "priceInCurrency": amount})
    assert made["priceInCurrency"] == amount


def test_many_small_amounts_are_summed_exactly(shop):
    lines = [{"productNo": "DIV", "quantity": 0.1, "priceInCurrency": 0.1}] * 300
    made = order(shop, {"orderLines": lines}, "orderSumNetInCurrency")
    assert made["orderSumNetInCurrency"] == 3


@pytest.mark.fact("own_price_goes_first")
def test_a_customers_own_price_goes_before_the_base_price(shop):
    assert line(shop, {"productNo": "KOPP", "quantity": 1}, customerNo=10001)[0]["priceInCurrency"] == 150


@pytest.mark.fact("prices_hold_on_their_days")
def test_a_price_holds_from_its_first_day_to_its_last(shop):
    shop.create("product", {"productNo": "TE"})
    prices = [(20200101, 20201231, 10), (20260101, 0, 30), (20210101, 20251231, 20)]
    rows = [{"productNo": "TE", "fromDate": f, "toDate": t, "salesPrice1InCurrency": p} for f, t, p in prices]
    shop.create("priceAndDiscountMatrix", *rows)
    asked = [line(shop, {"productNo": "TE", "quantity": 1}, orderDate=day)[0] for day in (20201231, 20250917, 20260101)]
    assert [made["priceInCurrency"] for made in asked] == [10, 20, 30]


@pytest.mark.fact("prices_are_turned_net_or_gross")
@pytest.mark.fact("gross_orders_hold_tax")
def test_prices_are_turned_into_what_the_order_wants(shop):
    net, _ = line(shop, {"productNo": "KOPP", "quantity": 1})
    assert (net["priceInCurrency"], net["grossAmountInCurrency"]) == (200, 250)
    gross, head = line(shop, {"productNo": "KAFFE", "quantity": 2}, orderPreferences=256)
    assert (gross["priceInCurrency"], gross["amountInCurrency"], gross["netAmountInCurrency"]) == (115, 230, 200)
    assert [head[name] for name in SUMS.split()] == [200, 230, 30]


def test_a_price_written_after_the_product_stays(shop):
    row = {"productNo": "KAFFE", "quantity": 2, "priceInCurrency": 80, "discountPercent1": 25}
    made, _ = line(shop, row)
    assert (made["priceInCurrency"], made["amountInCurrency"]) == (80, 120)


@pytest.mark.fact("amounts_are_rounded_half_up")
def test_cents_are_rounded_half_up(shop):
    made, _ = line(shop, {"productNo": "KOPP", "quantity": 1, "priceInCurrency": 0.1}, orderPreferences=0)
    assert (made["netAmountInCurrency"], made["vatAmountInCurrency"]) == (0.1, 0.03)


@pytest.mark.fact("tax_follows_the_trade_area")
def test_an_export_order_bears_no_vat(shop):
    assert line(shop, {"productNo": "KOPP", "quantity": 1}, tradeArea=3)[0]["vatAmountInCurrency"] == 0


@pytest.mark.fact("order_discount_lowers_sums")
def test_a_discount_on_the_whole_order_lowers_its_sums(shop):
    _, percent = line(shop, {"productNo": "KAFFE", "quantity": 1}, totalDiscountPercent=10)
    assert percent["orderSumNetInCurrency"] == 90
    _, amount = line(shop, {"productNo": "KAFFE", "quantity": 1}, totalDiscountAmountInCurrency=20)
    assert amount["orderSumNetInCurrency"] == 80


@pytest.mark.fact("order_sums_follow_lines")
def test_the_sums_of_an_order_follow_its_lines(shop):
    line(shop, {"productNo": "KAFFE", "quantity": 1})
    shop.done("orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 3}) { affectedRows }")
    assert shop.table("order")[0]["orderSumNetInCurrency"] == 300
    shop.create("orderLine", {"orderNo": 1, "productNo": "KAFFE", "quantity": 1})
    assert shop.table("order")[0]["orderSumNetInCurrency"] == 400
    shop.done("orderLine_delete(filter: {orderNo: {_eq: 1}, lineNo: {_eq: 1}}) { affectedRows }")
    assert shop.table("order")[0]["orderSumGrossInCurrency"] == 115


@pytest.mark.fact("gross_orders_hold_tax")
def test_turning_an_order_gross_reckons_its_lines_anew(shop):
    line(shop, {"productNo": "KOPP", "quantity": 1, "priceInCurrency": 125})
    shop.done("order_update(filter: {orderNo: {_eq: 1}}, value: {orderPreferences: 256}) { affectedRows }")
    [head], [made] = shop.table("order"), shop.table("orderLine")
    assert (head["orderSumNetInCurrency"], head["orderSumGrossInCurrency"]) == (100, 125)
    assert made["vatAmountInCurrency"] == 25


def test_the_remaining_quantity_shrinks_while_the_ordered_total_stays(shop):
    line(shop, {"productNo": "KAFFE", "quantity": 5})
    edit = {"where": {"orderNo": 1, "lineNo": 1}, "set": {"quantity": 2, "finished": 3}}
    shop.control("PATCH", "/tables/orderLine", edit)
    [made] = shop.table("orderLine")
    assert (made["quantity"], made["finished"], made["totalQuantity"], made["originalQuantity"]) == (2, 3, 5, 5)
    assert made["amountInCurrency"] == 500


def test_foreign_currency_is_also_reckoned_at_home(shop):
    made = order(
        shop,
        {"currencyNo": 978, "orderLines": [{"productNo": "DIV", "quantity": 1, "priceInCurrency": 10}]},
        "exchangeRate orderSumNetInCurrency orderSumNetDomestic",
    )
    assert made == {"exchangeRate": 11.7, "orderSumNetInCurrency": 10, "orderSumNetDomestic": 117}
