"""Edited here or edited there: what the other system holds after the next sync, whole programs and nothing between."""

from __future__ import annotations

import pytest
from bridge import Bridge
from programs import serving

PEOPLE = iter(range(2, 400))
"""Customers who have an address of their own; each scene takes its own, so that none disturbs another."""


@pytest.fixture(scope="module")
def bridge(tmp_path_factory):
    """A shop and a company that have met."""
    folder = tmp_path_factory.mktemp("bridge")
    with serving(folder, seed="first:customers=220,products=80,orders=75") as neighbours:  # the demo, with fewer orders
        made = Bridge(neighbours, folder)
        settle(made)
        forget(made)  # an account that the way back found gets our reference when its customer is read once more
        settle(made)
        yield made


def settle(bridge):
    assert any(bridge.sync() == 0 for _ in range(6)), "they still write to each other"


def forget(bridge):
    """Lose the states of both ways."""
    for each in bridge.pipelines:
        each.forget()


@pytest.fixture
def customer(bridge):
    """A customer whose row is made by us: the record, and the number of the row."""
    rows = {each["information1"]: each["addressNo"] for each in bridge.neighbours.rows("address")}
    people = {each["id"]: each for each in bridge.neighbours.records("customers")}
    for number in PEOPLE:
        found = people.get(f"C{number:04d}")
        if found and found["type"] == "person" and found["addresses"] and found["id"] in rows:
            return found, rows[found["id"]]
    raise AssertionError("no customer is left")


def quiet(bridge):
    """Whether there are two rounds that write nothing, once they have told each other."""
    return any(bridge.sync() == 0 for _ in range(3)) and bridge.sync() == 0


def test_an_edit_in_the_company_reaches_the_shop_and_makes_no_echo(bridge, customer):
    person, number = customer

    bridge.edit_in_company("address", {"addressNo": number}, phone="99 88 77 66")
    bridge.sync()

    assert bridge.record("customers", person["id"])["phone"] == "99 88 77 66"
    assert quiet(bridge)


def test_an_edit_in_the_shop_reaches_the_company_and_makes_no_echo(bridge, customer):
    person, number = customer

    bridge.neighbours.edit_in_shop("customers", person["id"], phone="11 22 33 44")
    bridge.sync()

    assert bridge.row("address", addressNo=number)["phone"] == "11 22 33 44"
    assert quiet(bridge)


def test_edits_of_different_properties_on_both_sides_both_survive(bridge, customer):
    person, number = customer

    bridge.neighbours.edit_in_shop("customers", person["id"], phone="55 44 33 22")
    bridge.edit_in_company("address", {"addressNo": number}, addressLine1="Ny vei 1")
    bridge.sync()
    bridge.sync()

    row, record = bridge.row("address", addressNo=number), bridge.record("customers", person["id"])
    assert (row["phone"], row["addressLine1"]) == ("55 44 33 22", "Ny vei 1")
    assert (record["phone"], record["addresses"][0]["line1"]) == ("55 44 33 22", "Ny vei 1")
    assert quiet(bridge)


def test_edits_of_one_property_on_both_sides_leave_both_values_on_record(bridge, customer):
    person, number = customer

    bridge.neighbours.edit_in_shop("customers", person["id"], phone="10 10 10 10")
    bridge.edit_in_company("address", {"addressNo": number}, phone="20 20 20 20")
    bridge.sync()

    assert bridge.row("address", addressNo=number)["phone"] == "10 10 10 10", "customers.yml says that the shop wins"
    assert bridge.record("customers", person["id"])["phone"] == "10 10 10 10"
    (conflict,) = bridge.conflicts(name="phone", webshop_value="10 10 10 10")
    assert (conflict["businessnxt_value"], conflict["winner"], conflict["rule"]) == (
        "20 20 20 20",
        "webshop",
        "webshop",
    )
    assert quiet(bridge)


def test_a_name_longer_than_the_column_is_not_cut_in_the_shop(bridge, customer):
    person, number = customer
    long = "Langeland-" * 9

    bridge.neighbours.edit_in_shop("customers", person["id"], last_name=long)
    bridge.sync()
    bridge.edit_in_company("address", {"addressNo": number}, phone="30 30 30 30")
    bridge.sync()

    record = bridge.record("customers", person["id"])
    assert (record["last_name"], record["phone"]) == (long, "30 30 30 30")
    assert len(bridge.row("address", addressNo=number)["name"]) == 80
    assert quiet(bridge)


def test_an_edit_of_the_associate_goes_by_the_shop_to_the_address(bridge):
    accounts = {each["information1"]: each for each in bridge.neighbours.rows("associate") if each["information1"]}
    row = next(each for each in bridge.neighbours.rows("address") if each["information1"] in accounts)
    account = accounts[row["information1"]]

    bridge.edit_in_company("associate", {"associateNo": account["associateNo"]}, phone="40 40 40 40")
    bridge.sync()
    bridge.sync()

    assert bridge.record("customers", row["information1"])["phone"] == "40 40 40 40"
    assert bridge.row("address", addressNo=row["addressNo"])["phone"] == "40 40 40 40"
    assert quiet(bridge)


def test_a_customer_made_in_the_company_appears_once_in_the_shop(bridge):
    made = {"name": "Kari Nordmann", "emailAddress": "kari.ny@example.test", "postCode": "5003", "postalArea": "Bergen"}
    bridge.neighbours.tell_company("POST", "tables/address", rows=[made])

    bridge.sync()
    bridge.sync()

    (record,) = [each for each in bridge.neighbours.records("customers") if each.get("email") == made["emailAddress"]]
    row = bridge.row("address", emailAddress=made["emailAddress"])
    assert (record["first_name"], record["last_name"], record["addresses"][0]["city"]) == ("Kari", "Nordmann", "Bergen")
    assert (record["external_id"], row["information1"]) == (str(row["addressNo"]), record["id"])
    assert quiet(bridge)


def test_what_the_shop_owns_is_put_right_in_the_company(bridge, customer):
    person, number = customer

    bridge.edit_in_company("address", {"addressNo": number}, information1="noe annet")
    bridge.sync()
    bridge.sync()

    assert bridge.row("address", addressNo=number)["information1"] == person["id"]
    assert quiet(bridge)


def test_an_edit_of_a_product_goes_either_way(bridge):
    product = next(each for each in bridge.neighbours.records("products") if each["status"] == "active")
    variant = product["variants"][0]

    bridge.edit_in_company("product", {"productNo": variant["sku"]}, eanItemNo="7038010000001")
    bridge.sync()
    assert bridge.record("products", product["id"])["variants"][0]["gtin"] == "7038010000001"

    bridge.neighbours.edit_in_shop("products", product["id"], brand="Nytt merke")
    bridge.sync()
    assert bridge.row("product", productNo=variant["sku"])["information2"] == "Nytt merke"
    assert quiet(bridge)


def test_an_edit_of_an_order_and_of_its_line_goes_either_way(bridge):
    order = next(
        each
        for each in bridge.neighbours.records("orders")
        if each["status"] == "open" and each["shipping_address"] and each["lines"][0]["type"] == "product"
    )
    row = bridge.row("order", customerOrSupplierOrderNo=order["id"])
    line = order["lines"][0]
    where = {"orderNo": row["orderNo"], "transactionInformation1": line["id"]}

    bridge.edit_in_company("order", {"orderNo": row["orderNo"]}, deliveryAddress1="Hytta 3")
    bridge.edit_in_company("orderLine", where, description="Rettet i ERP")
    bridge.sync()
    record = bridge.record("orders", order["id"])
    assert (record["shipping_address"]["line1"], record["lines"][0]["title"]) == ("Hytta 3", "Rettet i ERP")

    lines = [{**each, "quantity": "7"} if each["id"] == line["id"] else each for each in record["lines"]]
    bridge.neighbours.edit_in_shop("orders", order["id"], lines=lines)
    bridge.sync()
    assert bridge.row("orderLine", **where)["quantity"] == 7
    assert quiet(bridge)


def test_lost_states_cost_reading_and_nothing_else(bridge):
    before = bridge.writes()
    forget(bridge)

    assert quiet(bridge)
    assert bridge.writes() == before
    assert all(each.state for each in bridge.pipelines)
