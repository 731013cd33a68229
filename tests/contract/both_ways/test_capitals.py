"""One person whom the two sides spell in letters of another size."""

from __future__ import annotations


def test_an_account_made_in_the_company_finds_its_customer_by_a_mail_address_in_other_capitals(scene):
    scene.customer("C1", email="Ola@example.test")
    scene.settle()
    who = {"name": "Ola", "emailAddress": "ola@example.test", "countryNo": 47, "currencyNo": 47, "customerNo": 20005}
    scene.add_in_company("associate", **who)

    scene.settle()

    assert [each["id"] for each in scene.records("customers")] == ["C1"]
    assert len(scene.rows("address")) == 1
    assert scene.quiet()
