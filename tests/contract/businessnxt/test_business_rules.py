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
    made = order(company, {"orderDate": 20250917, **head, "orderLines": [row]}, wanted)
    return made["lines"]["items"][0], made


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


def test_what_is_written_after_the_customer_stays_and_what_is_written_before_does_not(shop):
    assert order(shop, {"customerNo": 10001, "name": "Kari"}, "name")["name"] == "Kari"
    assert order(shop, {"name": "Kari", "customerNo": 10001}, "name")["name"] == "Blåbær AS"


def test_a_delivery_associate_fills_the_delivery_block(shop):
    shop.create("associate", {"name": "Lageret", "addressLine1": "Kaien 1"})
    [delivery] = [row for row in shop.table("associate") if row["name"] == "Lageret"]
    head = order(shop, {"customerNo": 10001, "deliveryAssociateNo": delivery["associateNo"]}, "name deliveryName")
    assert head == {"name": "Blåbær AS", "deliveryName": "Lageret"}


def test_a_country_suggests_language_and_currency(company):
    answer = company.create("associate", {"countryNo": 46}, items="languageNo currencyNo")
    assert answer["data"]["useCompany"]["associate_create"]["items"] == [{"languageNo": 46, "currencyNo": 46}]


def test_a_template_brings_its_defaults(company):
    answer = company.create(
        "associate", {"associateTemplate": 2}, items="customerPreferences1 paymentTermsForCustomer group1"
    )
    [row] = answer["data"]["useCompany"]["associate_create"]["items"]
    assert row == {"customerPreferences1": 64, "paymentTermsForCustomer": 2, "group1": 1}


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


def test_a_customers_own_price_goes_before_the_base_price(shop):
    assert line(shop, {"productNo": "KOPP", "quantity": 1}, customerNo=10001)[0]["priceInCurrency"] == 150


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


def test_cents_are_rounded_half_up(shop):
    made, _ = line(shop, {"productNo": "KOPP", "quantity": 1, "priceInCurrency": 0.1}, orderPreferences=0)
    assert (made["netAmountInCurrency"], made["vatAmountInCurrency"]) == (0.1, 0.03)


def test_an_export_order_bears_no_vat(shop):
    assert line(shop, {"productNo": "KOPP", "quantity": 1}, tradeArea=3)[0]["vatAmountInCurrency"] == 0


def test_a_discount_on_the_whole_order_lowers_its_sums(shop):
    _, percent = line(shop, {"productNo": "KAFFE", "quantity": 1}, totalDiscountPercent=10)
    assert percent["orderSumNetInCurrency"] == 90
    _, amount = line(shop, {"productNo": "KAFFE", "quantity": 1}, totalDiscountAmountInCurrency=20)
    assert amount["orderSumNetInCurrency"] == 80


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
