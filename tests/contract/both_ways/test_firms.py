"""A customer's one name, where the shop keeps a firm's and a person's."""

from __future__ import annotations


def test_the_firm_of_a_person_is_renamed_in_the_company_and_the_person_keeps_their_name(scene):
    scene.customer("C1", company_name="Berg Snekkeri")
    scene.settle()
    scene.in_company("address", {"information1": "C1"}, name="Berg Snekkeri AS")

    scene.settle()

    held = scene.record("customers", "C1")
    assert held["company_name"] == "Berg Snekkeri AS"
    assert (held["first_name"], held["last_name"]) == ("Aase", "Berg")
    assert scene.quiet()
