"""A shop of another make, by its preset alone: there with the right values, and back where its API writes."""

from __future__ import annotations

from decimal import Decimal

import pytest


def by(bridge, table, column):
    return {row[column]: row for row in bridge.neighbours.rows(table) if row.get(column)}


def customer(shop, name):
    return next(each for each in shop.all("customers") if each["lastName"] == name)


def product(shop, key):
    return next(each for each in shop.all("product-projections") if each["key"] == key)


# there


def test_every_customer_is_an_address(bridge, shop):
    rows = by(bridge, "address", "information1")

    row = rows[customer(shop, "Sæther")["id"]]
    assert [row[name] for name in ("name", "addressLine1", "postCode", "postalArea", "countryNo", "mobilePhone")] == [
        "Sæther Båtbyggeri AS", "Nordre Kai 11", "5003", "Bergen", 47, "+4755500002",
    ]  # fmt: skip
    assert {each["id"] for each in shop.all("customers")} <= rows.keys()
    swede = rows[customer(shop, "Åkerström")["id"]]
    assert (swede["postalArea"], swede["countryNo"], swede["languageNo"]) == ("Göteborg", 46, 46)


def test_every_variant_is_a_product(bridge):
    products = by(bridge, "product", "productNo")

    assert {"LUE-BLA", "GENSER-S", "GENSER-M", "GENSER-L", "KAFFE-250", "BOK-BAT", "TAU-12"} <= products.keys()
    assert products["GENSER-M"]["description"] == "Islender i ull"
    assert products["GENSER-M"]["eanItemNo"] == "7090000000036"
    assert [products[sku]["taxAndAccountingGroup"] for sku in ("LUE-BLA", "KAFFE-250", "BOK-BAT")] == [1, 2, 4]


def test_every_order_comes_to_what_the_shop_charged(bridge, shop):
    charged = {
        each["orderNumber"]: Decimal(each["taxedPrice"]["totalGross"]["centAmount"]) / 100
        for each in shop.all("orders")
    }
    orders = {row["yourReference"]: row for row in bridge.neighbours.rows("order")}

    assert {number: Decimal(str(row["orderSumGrossInCurrency"])) for number, row in orders.items()} == charged
    assert orders["CT-1004"]["name"] == "Liv Tømte"  # a guest


def test_lines_and_freight_are_lines(bridge):
    order = next(row for row in bridge.neighbours.rows("order") if row["yourReference"] == "CT-1002")
    lines = [row for row in bridge.neighbours.rows("orderLine") if row["orderNo"] == order["orderNo"]]

    assert [(row["productNo"], row["totalQuantity"], row["priceInCurrency"]) for row in lines] == [
        ("GENSER-M", 1, 1299.0), ("TAU-12", 25, 24.9), ("FRAKT", 1, 99.0),
    ]  # fmt: skip


def test_a_second_round_writes_nothing(bridge):
    assert bridge.sync() == 0


# and back


@pytest.fixture(scope="module")
def edited(bridge, shop):
    """People edited on both sides, then synced until the accounts, too, know; gives the writes of the round after."""
    kari, ola = customer(shop, "Nordmann")["id"], customer(shop, "Hansen")["id"]
    bridge.edit_in_company("address", {"information1": kari}, addressLine1="Kaigata 2", postalArea="Florø", phone="1")
    bridge.edit_in_company("product", {"productNo": "GENSER-L"}, eanItemNo="7090000000999")
    bridge.edit_in_company("address", {"information1": ola}, mobilePhone="+4771209999")
    shop.edit("customers", ola, {"action": "setFirstName", "firstName": "Olav"})
    bridge.sync()
    bridge.sync()  # what came back to the shop goes from there to the customer account
    return bridge.sync()


@pytest.mark.usefixtures("edited")
def test_an_address_edited_in_the_company_reaches_the_shop_and_what_was_not_edited_stays(shop):
    (address,) = customer(shop, "Nordmann")["addresses"]

    assert (address["streetName"], address["streetNumber"], address["city"]) == ("Kaigata 2", None, "Florø")
    assert (address["phone"], address["firstName"]) == ("+4722334455", "Kari")


@pytest.mark.usefixtures("edited")
def test_an_ean_of_the_company_reaches_the_variant(shop):
    held = next(each for each in product(shop, "genser")["variants"] if each["sku"] == "GENSER-L")

    assert held["attributes"] == [{"name": "ean", "value": "7090000000999"}]


@pytest.mark.usefixtures("edited")
def test_edits_of_both_sides_survive_each_other(bridge, shop):
    held = customer(shop, "Hansen")
    row = bridge.row("address", information1=held["id"])

    assert (held["firstName"], held["addresses"][0]["phone"]) == ("Olav", "+4771209999")
    assert (row["name"], row["mobilePhone"]) == ("Olav Hansen", "+4771209999")


def test_then_all_is_quiet_and_nothing_was_refused(edited, bridge):
    assert edited == 0
    assert "nothing" in bridge.crosswalk("rejects", "list").lower()
