"""What is deleted on one side: its partner goes once and with a policy, an edit outlives it, and nothing comes back."""

from __future__ import annotations

import pytest
from customwebshop import ShopClient
from tap_businessnxt import sweep
from tap_businessnxt.company import Company
from target_customwebshop.shop import Shop

DELETED_TOO = (
    "wins: webshop\nproperties:",
    "deleted_in: {webshop: delete, businessnxt: delete}\nwins: webshop\nproperties:",
)
INACTIVE = 4194304
"""associateProcessing, InactiveInExternalSystem."""


def test_a_product_deleted_in_the_shop_is_no_longer_shown_on_the_web_and_nothing_more(scene):
    scene.product("P1", sku="ULL-1")
    scene.settle()
    assert scene.row("product", productNo="ULL-1")["processingMethod7"] & 1

    scene.delete_in_shop("products", "P1")
    scene.sync()

    row = scene.row("product", productNo="ULL-1")
    assert not row["processingMethod7"] & 1
    assert row["description"] == "Genser, M"
    assert scene.links("products", "tombstone") == [("P1/V1", "ULL-1")]
    assert scene.quiet()


def test_a_customer_deleted_in_the_shop_leaves_the_address_and_an_account_that_is_marked(scene):
    scene.customer("C1")
    scene.product()
    scene.order()
    scene.settle()
    before = scene.row("associate", information1="C1")["associateProcessing"]

    scene.delete_in_shop("customers", "C1")
    scene.sync()

    assert scene.row("associate", information1="C1")["associateProcessing"] == before | INACTIVE
    assert len(scene.rows("address", information1="C1")) == 1
    assert scene.links("customers", "tombstone")
    assert scene.quiet()


def test_a_row_deleted_in_the_company_takes_its_record_with_it_where_the_mapping_says_so(scene):
    scene.remap("customers.yml", DELETED_TOO)
    scene.customer("C1")
    scene.settle()

    scene.delete_in_company("address", information1="C1")
    scene.sync()

    assert scene.records("customers") == []
    assert scene.quiet()


def test_what_was_edited_meanwhile_outlives_its_partner_and_is_on_record(scene):
    scene.remap("customers.yml", DELETED_TOO)
    scene.customer("C1")
    scene.settle()
    scene.delete_in_shop("customers", "C1")
    scene.in_company("address", {"information1": "C1"}, phone="99")

    scene.sync()

    assert scene.row("address")["phone"] == "99"
    [conflict] = scene.conflicts(rule="deleted")
    assert conflict["winner"] == "businessnxt"
    assert scene.records("customers") == [], "nobody comes back to life"
    assert scene.quiet()


def test_what_is_edited_in_the_company_right_before_we_delete_it_stays_and_is_on_record(scene, during):
    scene.remap("customers.yml", DELETED_TOO)
    scene.customer("C1")
    scene.settle()
    scene.delete_in_shop("customers", "C1")

    with during("delete", before=lambda: scene.in_company("address", {"information1": "C1"}, phone="99")):
        scene.sync()

    assert scene.row("address")["phone"] == "99"
    assert [each["winner"] for each in scene.conflicts(rule="deleted")] == ["businessnxt"]
    assert scene.quiet()


@pytest.mark.parametrize("of", [Shop, ShopClient], ids=["before we look", "after"])
def test_what_is_edited_in_the_shop_right_before_we_delete_it_stays_and_is_on_record(scene, during, of):
    scene.remap("customers.yml", DELETED_TOO)
    scene.customer("C1")
    scene.settle()
    scene.delete_in_company("address", information1="C1")

    with during("delete", of=of, before=lambda: scene.in_shop("customers", "C1", phone="99")):
        scene.sync()

    assert scene.record("customers", "C1")["phone"] == "99"
    assert [each["winner"] for each in scene.conflicts(rule="deleted")] == ["webshop"]


def test_an_order_that_is_closed_right_before_we_delete_it_stays(scene, during):
    scene.remap("orders.yml", DELETED_TOO)
    scene.customer("C1")
    scene.product()
    scene.order()
    scene.settle()
    scene.delete_in_shop("orders", "O1")
    order = {"customerOrSupplierOrderNo": "O1"}

    with during("delete", before=lambda: scene.in_company("order", order, orderStatus1=262144)):
        scene.sync()

    assert len(scene.rows("order", **order)) == 1
    assert scene.conflicts(rule="deleted", winner="businessnxt")


def test_an_order_that_is_finished_outlives_its_record(scene):
    scene.remap("orders.yml", DELETED_TOO)
    scene.customer("C1")
    scene.product()
    scene.order()
    scene.settle()
    scene.in_company("order", {"customerOrSupplierOrderNo": "O1"}, orderStatus1=262144)
    scene.settle()

    scene.delete_in_shop("orders", "O1")
    scene.sync()

    assert len(scene.rows("order", customerOrSupplierOrderNo="O1")) == 1
    assert scene.conflicts(rule="deleted", winner="businessnxt")
    assert scene.quiet()


def test_who_signs_up_again_with_the_same_mail_address_is_somebody_new(scene):
    scene.customer("C1", email="aase@example.test")
    scene.settle()
    scene.delete_in_shop("customers", "C1")
    scene.sync()

    scene.customer("C2", email="aase@example.test")
    scene.settle()

    assert [each for each, _ in scene.links("customers")] == ["C2"]
    assert sorted(each["information1"] for each in scene.rows("address")) == ["C1", "C2"]
    assert scene.quiet()


def test_a_product_made_again_with_the_same_sku_is_linked_with_the_row_that_has_it(scene):
    scene.product("P1", sku="ULL-1")
    scene.settle()
    scene.delete_in_shop("products", "P1")
    scene.sync()

    scene.product("P2", sku="ULL-1")
    scene.settle()

    assert scene.links("products") == [("P2/V1", "ULL-1")]
    assert scene.row("product", productNo="ULL-1")["processingMethod7"] & 1
    assert scene.rejects() == []
    assert scene.quiet()


def test_a_record_that_arrives_after_its_own_deletion_stays_dead(scene):
    scene.customer("C1")
    scene.settle()
    scene.in_shop("customers", "C1", phone="20")
    late = scene.read("there")
    scene.delete_in_shop("customers", "C1")
    scene.there()

    scene.write("there", late)

    assert scene.row("address")["phone"] == ""
    assert scene.links("customers") == []
    assert scene.rejects() == []
    assert scene.quiet()


def test_an_edit_of_what_lost_its_partner_is_kept_until_a_person_says_what_to_make_of_it(scene):
    scene.customer("C1")
    scene.settle()
    before = scene.record("customers", "C1")
    scene.delete_in_company("address", information1="C1")
    scene.sync()
    assert scene.record("customers", "C1") == before, "customers.yml leaves the customer alone"
    assert scene.quiet()

    scene.in_shop("customers", "C1", phone="20")
    scene.sync()
    [reject] = scene.rejects("deleted")
    assert "crosswalk links unlink customers C1" in reject["message"]
    scene.type("check", code=1)
    assert scene.quiet()

    scene.type("links", "unlink", "customers", "C1")
    scene.type("rejects", "retry")
    scene.settle()
    assert scene.row("address")["phone"] == "20"
    assert scene.rejects() == []
    assert scene.quiet()


def test_an_order_of_a_customer_whose_account_was_deleted_says_so_and_does_not_wait_for_ever(scene):
    scene.customer("C1")
    scene.product()
    scene.order("O1")
    scene.settle()
    scene.delete_in_company("order", customerOrSupplierOrderNo="O1")
    scene.delete_in_company("associate", information1="C1")
    scene.sync()

    scene.order("O2")
    scene.sync()

    [reject] = scene.rejects("parent")
    assert "was deleted" in reject["message"]
    scene.type("check", code=1)


@pytest.mark.parametrize("most", [2])
def test_too_many_deletions_at_once_stop_with_a_plan_until_a_person_lets_them_through(scene, most):
    for number in range(4):
        scene.product(f"P{number}", sku=f"ULL-{number}")
    scene.settle()
    for number in range(3):
        scene.delete_in_shop("products", f"P{number}")

    run = scene.there(code=1, max_deletes=most)

    assert "crosswalk plan show" in run.log
    shown = [scene.row("product", productNo=f"ULL-{number}")["processingMethod7"] & 1 for number in range(4)]
    assert shown == [1, 1, 1, 1], "nothing was touched"
    assert "ULL-2" in scene.type("plan", "show")
    assert "plan:" in scene.type("check", code=1)

    scene.type("plan", "accept")
    scene.settings = {"max_deletes": most}
    scene.settle()
    shown = [scene.row("product", productNo=f"ULL-{number}")["processingMethod7"] & 1 for number in range(4)]
    assert shown == [0, 0, 0, 1]
    assert scene.type("plan", "list").strip() == "nothing", "it was for one run"
    assert scene.quiet()


def test_a_listing_that_is_suddenly_half_empty_deletes_nothing(scene, monkeypatch):
    monkeypatch.setattr(sweep, "FEW", 1)
    scene.remap("customers.yml", DELETED_TOO)
    for number in range(4):
        scene.customer(f"C{number}")
    scene.settle()
    for number in range(3):
        scene.delete_in_company("address", information1=f"C{number}")

    scene.sync()

    assert len(scene.records("customers")) == 4
    assert scene.quiet()


def test_a_row_that_a_listing_lacks_and_that_is_there_when_looked_for_costs_nothing(scene, monkeypatch):
    scene.product("P1", sku="ULL-1")
    scene.settle()
    row = {name: value for name, value in scene.row("product", productNo="ULL-1").items() if value is not None}
    look = Company.has

    def back_again(company, *asked):
        if not scene.rows("product", productNo="ULL-1"):
            scene.add_in_company("product", **row)
        return look(company, *asked)

    scene.delete_in_company("product", productNo="ULL-1")
    with monkeypatch.context() as patch:
        patch.setattr(Company, "has", back_again)
        scene.back()

    scene.settle()
    assert scene.record("products", "P1")["status"] == "active"
    assert scene.row("product", productNo="ULL-1")["information1"] == "P1/V1"
    assert scene.quiet()
