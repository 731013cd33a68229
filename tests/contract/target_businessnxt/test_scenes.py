"""What the company holds after a scene."""

from __future__ import annotations

from decimal import Decimal

PARENTS = ("customers_person", "products_one")


def only(rows):
    assert len(rows) == 1, rows
    return rows[0]


def test_a_person_becomes_an_address_and_no_associate_before_the_first_order(target, company):
    run = target.play("customers_person")

    assert run.code == 0, run.log
    address = only(company.rows("address", information1="C1"))
    assert address["name"] == "Åse Ødegård"
    assert (address["addressLine1"], address["postCode"], address["postalArea"]) == ("Åsgårdsvegen 7", "7374", "Røros")
    assert (address["countryNo"], address["languageNo"], address["group1"]) == (47, 47, 1)
    assert company.rows("associate", information1="C1") == []


def test_a_company_keeps_its_organisation_number_as_text(target, company):
    target.play("customers_company")

    address = only(company.rows("address", information1="C2"))
    assert (address["name"], address["companyNo"]) == ("Ådals Sport AS", "980 000 017")


def test_the_first_order_makes_the_associate_and_tells_the_address(target, company):
    run = target.play(*PARENTS, "orders_one")

    assert run.code == 0, run.log
    associate = only(company.rows("associate", information1="C1"))
    order = only(company.rows("order", customerOrSupplierOrderNo="O1"))
    assert associate["customerNo"] >= 10001
    assert order["customerNo"] == associate["customerNo"]
    assert only(company.rows("address", information1="C1"))["associateNo"] == associate["associateNo"]


def test_an_order_keeps_its_day_its_prices_and_its_words(target, company):
    target.play(*PARENTS, "orders_one")

    order = only(company.rows("order", customerOrSupplierOrderNo="O1"))
    assert order["orderDate"] == 20261121, "half past eleven in the evening in London is the next day in Oslo"
    assert order["orderPreferences"] & 256, "prices with VAT"
    assert (order["paymentMethod"], order["deliveryMethod"], order["information3"]) == (3, 1, "psp-1")
    assert order["information4"] == "Ring på 🙂"
    assert Decimal(str(order["orderSumGrossInCurrency"])) == Decimal("2677.00")
    wares = [(each["productNo"], each["quantity"], each["priceInCurrency"]) for each in company.rows("orderLine")]
    assert wares == [("ULL-1", 2, 1299), ("FRAKT", 1, 79)]


def test_every_kind_of_line_lands_on_its_product(target, company):
    target.play(*PARENTS, "orders_every_line_type")

    lines = {each["transactionInformation1"]: each for each in company.rows("orderLine")}
    products = [lines[name]["productNo"] for name in ("L1", "L2", "L9", "L3", "L4", "L5", "L6")]
    assert products == ["ULL-1", "ULL-1", "FRAKT", "GEBYR", "RABATT", "GAVEKORT", "AVRUNDING"]
    assert lines["L2"]["discountPercent1"] == 10
    assert lines["L4"]["priceInCurrency"] == -50


def test_net_prices_stay_net(target, company):
    target.play(*PARENTS, "orders_net_prices")

    order = only(company.rows("order"))
    assert not order["orderPreferences"] & 256
    assert (order["orderSumNetInCurrency"], order["orderSumGrossInCurrency"]) == (1100, 1375)


def test_a_net_freight_is_brought_to_the_basis_of_gross_wares(target, company):
    target.play(*PARENTS, "orders_mixed_prices")

    freight = only(company.rows("orderLine", productNo="FRAKT"))
    assert freight["priceInCurrency"] == 125
    assert only(company.rows("order"))["orderSumGrossInCurrency"] == 1375


def test_a_guest_gets_an_associate_by_mail_address_and_no_address(target, company):
    target.play("products_one", "orders_guest")

    associate = only(company.rows("associate", information1="njal.saether@example.test"))
    assert associate["name"] == "Njål Sæther"
    assert only(company.rows("order"))["customerNo"] == associate["customerNo"]
    assert company.rows("address", emailAddress="Njal.Saether@example.test") == []


def test_guests_can_be_booked_on_one_customer(target, company):
    target.play("products_one", "orders_guest", guest_customer_no=10000)

    assert only(company.rows("order"))["customerNo"] == 10000
    assert company.rows("associate", information1="njal.saether@example.test") == []


def test_an_order_in_euro_says_so(target, company):
    target.play(*PARENTS, "orders_in_euro")

    euro = only(company.rows("currency", isoCode="EUR"))["currencyNo"]
    assert only(company.rows("order"))["currencyNo"] == euro


def test_accounts_can_be_made_for_everybody_or_nobody(target, company):
    target.play("customers_person", customer_accounts="always")
    assert only(company.rows("associate", information1="C1"))["customerNo"] >= 10001

    run = target.play("customers_company", "products_one", customer_accounts="never")
    assert run.code == 0, run.log
    assert company.rows("associate", information1="C2") == []


def test_an_order_that_comes_first_waits_for_its_customer_and_its_product_in_the_same_run(target, company):
    run = target.play("orders_one", "products_one", "customers_person")

    assert run.code == 0, run.log
    assert only(company.rows("order"))["customerOrSupplierOrderNo"] == "O1"
    assert target.rejects() == []


def test_an_order_that_comes_first_is_taken_up_by_a_later_run(target, company):
    target.play("orders_one")
    assert company.rows("order") == []
    assert [each["kind"] for each in target.rejects()] == ["waiting"]

    target.play("products_one", "customers_person")
    assert len(company.rows("order")) == 1
    assert target.rejects() == []


def test_a_second_run_asks_the_company_nothing(target, company):
    scenes = (*PARENTS, "customers_company", "orders_one", "orders_guest")
    target.play(*scenes)
    company.forget_stats()

    run = target.play(*scenes)

    assert run.code == 0, run.log
    assert company.stats()["requests"] == 0
    assert target.counts()["orders"]["unchanged"] == 2


def test_an_edit_sends_only_what_changed(target, company):
    target.play("customers_person")
    before = only(company.rows("address", information1="C1"))
    company.edit("address", {"information1": "C1"}, phone="12345678")

    target.play("customers_moved")

    after = only(company.rows("address", information1="C1"))
    stamps = {name for name in after if name.startswith("changed") or name == "changeTimeInMs"}
    moved = {name for name in after if after[name] != before[name]} - stamps
    assert moved == {"addressLine1", "phone"}, "the person's own edit of the phone stands"
    assert (after["addressLine1"], after["phone"]) == ("Ræveien 12", "12345678")


def test_lines_are_added_changed_and_taken_out(target, company):
    target.play(*PARENTS, "orders_one")

    run = target.play("orders_lines_changed")

    assert run.code == 0, run.log
    lines = {each["transactionInformation1"]: each["quantity"] for each in company.rows("orderLine")}
    assert lines == {"L1": 3, "L2": 1}


def test_a_deleted_customer_stays_in_the_company(target, company):
    target.play("customers_person")

    run = target.play("customers_deleted")

    assert run.code == 0, run.log
    assert only(company.rows("address", information1="C1"))["name"] == "Åse Ødegård"
    assert "tombstone" in target.crosswalk("links", "find", "C1").stdout


def test_a_known_customer_is_adopted_by_organisation_number(target, company):
    company.add("address", name="ÅDALS SPORT", companyNo="980000017", addressLine2="Postboks 1", phone="12345678")

    run = target.play("customers_company")

    assert run.code == 0, run.log
    assert target.rejects() == []
    address = only(company.rows("address", information1="C2"))
    assert (address["name"], address["addressLine1"]) == ("Ådals Sport AS", "Åsgårdsvegen 7"), "the webshop wins"
    assert address["addressLine2"] == "Postboks 1", "what the webshop leaves blank stands"
    assert address["phone"] == "+4799000001"
    assert company.rows("address", name="ÅDALS SPORT") == []
    assert target.counts()["customers"]["adopted"] == 1


def test_two_rows_that_could_be_the_customer_are_left_alone(target, company):
    for name in ("Åse Ødegård", "Åse Ø."):
        company.add("address", name=name, emailAddress="ase.odegard@example.test")

    target.play("customers_person")

    reject = only(target.rejects())
    assert reject["kind"] == "ambiguous"
    assert "stands on several of Business NXT's records (21, 22)" in reject["message"]
    assert company.rows("address", information1="C1") == []
