"""The shop gives an answer to an Idempotency-Key again for a day, whatever has become of the record since."""

from __future__ import annotations

CANCELLED = 536870912


def test_a_customer_whom_somebody_deleted_in_the_shop_is_made_again_for_who_unlinked_it(scene):
    scene.add_in_company("address", name="Ola", emailAddress="ola@example.test", countryNo=47)
    scene.settle()
    (made,) = scene.records("customers")
    scene.delete_in_shop("customers", made["id"])
    scene.settle()
    scene.type("links", "unlink", "customers", made["id"])
    scene.in_company("address", {"name": "Ola"}, information1="")

    scene.settle()

    assert [each["email"] for each in scene.records("customers")] == ["ola@example.test"]
    assert scene.quiet()


def test_an_order_that_is_cancelled_a_second_time_is_cancelled_in_the_shop(scene):
    scene.customer()
    scene.product()
    scene.order()
    scene.settle()
    number = scene.row("order")["orderNo"]
    scene.in_company("order", {"orderNo": number}, orderStatus1=CANCELLED)
    scene.settle()
    scene.in_shop("orders", "O1", status="open")
    scene.settle()
    scene.in_company("order", {"orderNo": number}, orderStatus1=0)
    scene.settle()
    scene.in_company("order", {"orderNo": number}, orderStatus1=CANCELLED)

    scene.settle()

    assert scene.record("orders", "O1")["status"] == "cancelled"
    assert scene.quiet()
