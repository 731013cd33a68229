"""A webshop that we did not make, brought into the company by configuration and mapping files alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

pytestmark = pytest.mark.usefixtures("job")


def test_every_account_and_every_guest_is_an_address(company):
    addresses = company.by("address", "emailAddress")

    assert len(company.by("address", "information1")) == 15
    assert addresses["aase.odegaard@example.test"]["name"] == "Åse Ødegård"
    assert addresses["maret.balto@example.test"]["emailAddress"] == "maret.balto@example.test"
    assert addresses["ny.kunde@example.test"]["name"] == "Nils Nykunde"  # who has not ordered yet
    guest = addresses["liv@example.test"]
    assert [guest[column] for column in ("name", "addressLine1", "addressLine2", "postCode", "postalArea")] == [
        "Liv Tømte",
        "Skogbrynet 8",
        "2. etasje",
        "2406",
        "Elverum",
    ]
    assert "admin@example.test" not in addresses


def test_whoever_ordered_is_a_customer_of_the_ledger_once(company):
    customers = company.by("associate", "emailAddress")

    assert len(company.by("associate", "information1")) == 14
    assert "ny.kunde@example.test" not in customers
    swede = customers["siv.akerstrom@example.test"]
    assert [swede[column] for column in ("name", "addressLine1", "postCode", "postalArea", "countryNo", "phone")] == [
        "Siv Åkerström",
        "Östra Hamngatan 16",
        "411 09",
        "Göteborg",
        46,
        "+46701740605",
    ]
    addresses = company.by("address", "emailAddress")
    assert all(
        addresses[email]["associateNo"] == row["associateNo"] for email, row in customers.items() if email in addresses
    )


def test_what_can_be_bought_is_a_product_and_a_parent_of_variants_is_not(company):
    products = company.by("product", "information1")

    assert len(products) == 28
    by_number = company.by("product", "productNo")
    assert by_number["GENSER-M"]["description"] == "Ullgenser Setesdal, medium"
    assert by_number["REGN-L"]["description"] == "Regnjakke Bergen L"  # its own title is empty
    assert by_number["SOVEPOSE-8"]["description"] == "Sovepose Dovrefjell helårs, komfortgrense minus åtte grader,"
    assert by_number["KAFFE-250"]["eanItemNo"] == "7035540000127"
    assert [by_number[sku]["taxAndAccountingGroup"] for sku in ("REGN-L", "KAFFE-250", "BOK-SOPP")] == [1, 2, 4]


def test_an_order_has_its_addresses_its_lines_and_its_freight(company):
    order = company.by("order", "customerOrSupplierOrderNo")["100002"]

    assert order["orderDate"] == 20261006
    assert (order["name"], order["addressLine1"], order["postalArea"]) == ("Åse Ødegård", "Ærfuglveien 4", "Bodø")
    delivery = ("deliveryAddress1", "deliveryAddress2", "deliveryPostCode", "deliveryPostalArea")
    assert [order[column] for column in delivery] == ["Hytteveien 112", "v/butikken", "8400", "Sortland"]
    customer = company.by("associate", "emailAddress")["aase.odegaard@example.test"]
    assert order["customerNo"] == customer["customerNo"]
    assert [(line["productNo"], line["totalQuantity"], line["priceInCurrency"]) for line in company.lines(order)] == [
        ("HODELYKT", 1, 399.2),
        ("FRAKT", 1, 63.2),
    ]


def test_a_discount_of_the_shop_is_a_discount_on_the_line(company):
    coffee, freight = company.lines(company.by("order", "customerOrSupplierOrderNo")["100005"])

    assert (coffee["productNo"], coffee["totalQuantity"], coffee["priceInCurrency"]) == ("KAFFE-250", 4, 80)
    assert coffee["netAmountInCurrency"] == 240  # four bags, three of them for the price of two
    assert freight["description"] == "Hentested i nærheten"


def test_lines_that_oscar_spreads_over_two_pages_all_arrive(company):
    order = company.by("order", "customerOrSupplierOrderNo")["100024"]

    assert len(company.lines(order)) == 12 + 1


def test_every_order_comes_to_what_the_shop_charged(shop, company):
    charged = {
        order["number"]: (Decimal(order["total_excl_tax"]), Decimal(order["total_incl_tax"]))
        for order in shop.admin("orders")
        if order["status"] != "Kansellert"
    }
    booked = {
        number: (Decimal(str(order["orderSumNetInCurrency"])), Decimal(str(order["orderSumGrossInCurrency"])))
        for number, order in company.by("order", "customerOrSupplierOrderNo").items()
    }

    assert len(charged) == 25
    assert booked == charged


def test_nothing_of_the_shop_is_put_aside(job):
    assert job.rejects() == []


def test_a_second_run_has_nothing_to_ask_the_company(job, company):
    job.run()

    assert company.stats()["requests"] == 0


def test_an_edit_and_a_new_order_in_the_shop_are_all_that_the_next_run_writes(job, shop, company):
    knife = next(row for row in shop.admin("products") if row["slug"].startswith("brukskniv"))
    shop.change(f"products/{knife['id']}", title="Brukskniv, ny utgave")
    number = shop.buy(
        knife["id"],
        2,
        email="ny.gjest@example.test",
        first_name="Nøkken",
        last_name="Skjærgård",
        line1="Tjernveien 1",
        postcode="4624",
        line4="Kristiansand",
        country="NO",
    )

    job.run()

    order = company.by("order", "customerOrSupplierOrderNo")[number]
    assert order["name"] == "Nøkken Skjærgård"
    assert [line["productNo"] for line in company.lines(order)] == ["KNIV-BRU", "FRAKT"]
    assert company.by("product", "productNo")["KNIV-BRU"]["description"] == "Brukskniv, ny utgave"
    stats = company.stats()
    assert stats["rows_created"] == {"address": 1, "associate": 1, "order": 1, "orderLine": 2}
    assert stats["rows_updated"] == {"product": 1, "address": 1}  # the guest's address learns who its associate is


def test_what_is_edited_in_the_company_arrives_in_the_shop_and_comes_back_as_nothing(job, shop, company):
    siv = company.by("address", "emailAddress")["siv.akerstrom@example.test"]
    company.edit("address", {"addressNo": siv["addressNo"]}, name="Siv Marie Åkerström")
    company.edit("product", {"productNo": "REGN-L"}, free1=1111.5, eanItemNo="7035540099999")

    job.run("sync")

    user = next(each for each in shop.admin("users") if each["email"] == "siv.akerstrom@example.test")
    assert (user["first_name"], user["last_name"]) == ("Siv Marie", "Åkerström")
    goods = next(row for row in shop.admin("products") if row["upc"] == "7035540099999")
    (stock,) = goods["stockrecords"]
    assert (stock["partner_sku"], stock["price"]) == ("REGN-L", "1111.50")
    job.run()
    assert company.stats()["writes"] == 0
