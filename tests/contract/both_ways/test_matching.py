"""First sight: who is whom, found out once, and told apart where nobody can know."""

from __future__ import annotations

import pytest
from rounds import numbers_in

KARI = {"name": "Kari Nord", "emailAddress": "kari@example.test", "addressLine1": "Vegen 1", "postCode": "5003",
        "postalArea": "Bergen", "countryNo": 47, "languageNo": 47}  # fmt: skip


def test_a_new_customer_of_the_shop_is_one_row_that_carries_its_id(scene):
    scene.customer("C1")

    scene.sync()

    assert scene.row("address")["information1"] == "C1"
    assert scene.links("customers") == [("C1", str(scene.row("address")["addressNo"]))]
    assert scene.quiet()


def test_a_new_address_of_the_company_is_one_customer_that_carries_its_number(scene):
    number = scene.add_in_company("address", **KARI)["addressNo"]

    scene.settle()

    [record] = scene.records("customers")
    assert (record["email"], record["external_id"]) == ("kari@example.test", str(number))
    assert scene.row("address")["information1"] == record["id"]
    assert scene.quiet()


@pytest.mark.parametrize("spelt", ["310000001", "310 000 001"])
def test_one_company_that_both_sides_made_is_linked_and_made_nowhere_again(scene, spelt):
    number = scene.add_in_company("address", **KARI | {"companyNo": spelt, "name": "NORD AS", "phone": "1"})
    scene.customer("C1", type="company", company_name="Nord AS", org_number="310000001", phone=None)

    scene.settle()

    row, record = scene.row("address"), scene.record("customers", "C1")
    assert (row["addressNo"], row["name"], record["company_name"]) == (number["addressNo"], "Nord AS", "Nord AS")
    assert (row["phone"], record["phone"]) == ("1", "1"), "who says nothing takes the other's value"
    [conflict] = scene.conflicts(name="name")
    assert (conflict["businessnxt_value"], conflict["winner"]) == ("NORD AS", "webshop"), "customers.yml: wins"
    assert len(scene.records("customers")) == 1
    assert scene.quiet()


def test_of_two_rows_that_could_be_the_customer_a_person_says_which_and_edits_flow_from_then_on(scene):
    scene.remap("customers.yml", ("create_in_webshop: always ", "create_in_webshop: match  "))
    numbers = [scene.add_in_company("address", **KARI | {"name": name})["addressNo"] for name in ("K. Nord", "K N")]
    scene.customer("C1", email="kari@example.test")

    scene.sync()
    [reject] = [each for each in scene.rejects("ambiguous") if each["source_id"] == "C1"]
    assert f"({numbers[0]}, {numbers[1]})" in reject["message"], "both candidates are named"

    scene.type("links", "relink", "customers", "C1", str(numbers[1]))
    scene.settle()
    scene.in_company("address", {"addressNo": numbers[1]}, phone="11 22 33 44")
    scene.sync()

    assert scene.record("customers", "C1")["phone"] == "11 22 33 44"
    assert scene.row("address", addressNo=numbers[0])["information1"] == ""
    assert scene.rejects() == []
    assert scene.quiet()


def test_a_row_that_belongs_to_another_customer_is_not_taken_away(scene):
    scene.customer("C1", email="felles@example.test", phone="111")
    scene.sync()
    scene.customer("C2", email="felles@example.test", phone="222")

    scene.settle()

    assert {each["information1"]: each["phone"] for each in scene.rows("address")} == {"C1": "111", "C2": "222"}
    assert scene.quiet()


def test_guests_with_one_mail_address_share_an_account_which_writes_nothing_back(scene):
    scene.product()
    for identity, name in (("O1", "Berg"), ("O2", "Berg, Aase")):
        scene.order(identity, customer_id=None, buyer={"name": name, "email": "Gjest@Example.test"})
    scene.settle()

    [account] = scene.rows("associate", information1="gjest@example.test")
    scene.in_company("associate", {"associateNo": account["associateNo"]}, phone="99")
    scene.sync()

    assert {each["customerNo"] for each in scene.rows("order")} == {account["customerNo"]}
    assert [each["buyer"].get("phone") for each in scene.records("orders")] == [None, None]
    assert scene.records("customers") == []
    assert scene.quiet()


def wares(scene):
    """The products of the company that are not its own stand-ins for freight, fees and the like."""
    return [each for each in scene.rows("product") if each["information1"] or each["productNo"].strip() == "ULL-1"]


@pytest.mark.parametrize("sku", ["ULL-1", " ULL-1 "], ids=["as it stands", "with blanks around it"])
def test_a_sku_that_the_company_knows_is_that_product(scene, sku):
    scene.add_in_company("product", productNo="ULL-1", description="Genser, M")
    scene.product(sku=sku)

    scene.settle()

    assert [each["productNo"] for each in wares(scene)] == ["ULL-1"]
    assert scene.links("products") == [("P1/V1", "ULL-1")]
    assert scene.quiet()


def test_a_sku_that_the_column_cannot_hold_is_refused_whole(scene):
    scene.product(sku="X" * 41)

    scene.sync()

    assert wares(scene) == []
    [reject] = scene.rejects()
    assert "41" in reject["message"]
    assert "productNo" in reject["message"]
    assert scene.quiet()


def test_a_row_that_is_copied_with_our_reference_is_set_aside_and_named(scene):
    scene.customer("C1")
    scene.settle()
    row = scene.row("address")
    copied = scene.add_in_company("address", **KARI | {"information1": "C1"})

    scene.settle()

    [reject] = scene.rejects("quarantined")
    assert numbers_in(reject["message"]) >= {row["addressNo"], copied["addressNo"]}
    assert "quarantined" in scene.type("check", code=1)
    assert scene.links("customers") == [("C1", str(row["addressNo"]))], "the row that was there first stays the one"
    assert len(scene.records("customers")) == 1
    assert scene.quiet()

    scene.in_company("address", {"addressNo": copied["addressNo"]}, information1="")
    scene.settle()
    assert len(scene.records("customers")) == 2, "it was a customer of its own"
    assert scene.rejects() == []
    assert scene.quiet()


def test_a_reference_that_somebody_types_over_is_put_right_and_parts_nobody(scene):
    scene.customer("C1")
    scene.settle()
    scene.in_company("address", {"addressNo": scene.row("address")["addressNo"]}, information1="C2")

    scene.settle()

    assert scene.row("address")["information1"] == "C1"
    assert len(scene.records("customers")) == 1
    assert scene.conflicts(rule="owner", winner="webshop")
    assert scene.quiet()


def test_two_wrong_matches_that_a_person_turned_round_stay_so_without_the_link_store(scene):
    scene.customer("C1", phone="10")
    scene.customer("C2", phone="20")
    scene.settle()
    one, other = (scene.row("address", information1=each)["addressNo"] for each in ("C1", "C2"))
    scene.type("links", "relink", "customers", "C1", str(other), "--force")
    scene.type("links", "relink", "customers", "C2", str(one), "--force")
    scene.sync(full=True)
    scene.settle()

    assert {each["addressNo"]: each["information1"] for each in scene.rows("address")} == {one: "C2", other: "C1"}
    assert scene.quiet()

    scene.type("rebuild", "--yes")
    scene.states.clear()
    scene.settle()
    assert scene.links("customers") == [("C1", str(other)), ("C2", str(one))]
    assert scene.rejects() == []
    assert scene.quiet()


def test_an_account_that_the_way_back_finds_carries_the_customers_id_though_nobody_touches_the_customer(scene):
    same = {"name": "Aase Berg", "emailAddress": "c1@example.test", "addressLine1": "Gata 1", "postCode": "0150",
            "postalArea": "Oslo", "countryNo": 47, "languageNo": 47, "currencyNo": 47, "group1": 1}  # fmt: skip
    scene.add_in_company("associate", customerNo=10001, **same)
    scene.customer("C1", updated_at="2026-01-01T00:00:00.000000Z")
    scene.customer("C2")

    scene.settle()

    assert scene.row("associate", customerNo=10001)["information1"] == "C1"
    before = scene.writes()
    scene.sync(full=True)
    assert scene.writes() == before


def test_an_account_made_in_the_company_finds_its_customer_by_a_mail_address_in_other_capitals(scene):
    scene.customer("C1", email="Ola@example.test")
    scene.settle()
    who = {"name": "Ola", "emailAddress": "ola@example.test", "countryNo": 47, "currencyNo": 47, "customerNo": 20005}
    scene.add_in_company("associate", **who)

    scene.settle()

    assert [each["id"] for each in scene.records("customers")] == ["C1"]
    assert len(scene.rows("address")) == 1
    assert scene.quiet()
