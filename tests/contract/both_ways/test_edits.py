"""Edits on either side, one property at a time: what both hold afterwards, and that nothing comes back as an echo."""

from __future__ import annotations

import pytest


def only(wins):
    """What makes the phone's row of the mapping file say who wins."""
    row = "businessnxt: phone, type: String(20), same: phone"
    return f"{row}}}", f"{row}, wins: {wins}}}"


@pytest.fixture
def customer(scene):
    """A customer who is linked: the number of the row."""
    scene.customer("C1", phone="10")
    scene.settle()
    return scene.row("address")["addressNo"]


def both(scene, record="phone", column="phone"):
    return scene.record("customers", "C1").get(record), scene.row("address")[column]


def test_the_same_edit_on_both_sides_needs_no_write_and_is_no_conflict(scene, customer):
    scene.in_shop("customers", "C1", phone="20")
    scene.in_company("address", {"addressNo": customer}, phone="20")

    assert scene.sync() == 0
    assert scene.conflicts() == []
    assert scene.quiet()


def test_two_edits_that_the_column_cannot_tell_apart_agree(scene, customer):
    long = "Langeland-" * 9
    scene.in_shop("customers", "C1", first_name="", last_name=long)
    scene.in_company("address", {"addressNo": customer}, name=long[:80])

    assert scene.sync() == 0
    assert both(scene, "last_name", "name") == (long, long[:80])
    assert scene.conflicts() == []
    assert scene.quiet()


def test_the_loser_of_a_conflict_can_be_brought_back_by_a_person(scene, customer):
    scene.in_shop("customers", "C1", phone="20")
    scene.in_company("address", {"addressNo": customer}, phone="30")
    scene.settle()
    [conflict] = scene.conflicts(name="phone")
    assert (conflict["webshop_base"], conflict["businessnxt_base"]) == ("10", "10")
    assert both(scene) == ("20", "20")

    said = scene.type("conflicts", "resolve", str(conflict["id"]), "businessnxt", code=1)

    assert "type '30' there" in said, "it says how"
    scene.in_company("address", {"addressNo": customer}, phone="30")
    scene.settle()
    assert both(scene) == ("30", "30")
    assert scene.quiet()


def test_what_is_for_a_person_to_decide_stays_as_it_is_until_somebody_does(scene, customer):
    scene.remap("customers.yml", only("manual"))
    scene.settle()
    scene.in_shop("customers", "C1", phone="20")
    scene.in_company("address", {"addressNo": customer}, phone="30")

    assert [scene.sync() for _ in range(5)] == [0] * 5
    assert both(scene) == ("20", "30")
    [conflict] = scene.conflicts()
    assert conflict["state"] == "open"
    scene.type("conflicts", "resolve", str(conflict["id"]), "businessnxt")
    scene.settle()

    assert both(scene) == ("30", "30")
    assert scene.quiet()


@pytest.mark.parametrize("first", ["there", "back"])
@pytest.mark.parametrize(("apart", "kept"), [(30, "20"), (3000, "30")], ids=["at once", "much later"])
def test_the_newest_edit_wins_unless_the_clocks_cannot_tell_in_whichever_order_the_ways_run(scene, first, apart, kept):
    scene.remap("customers.yml", only("newest"))
    scene.remap("values.yml", ("time_zone: Europe/Oslo", "time_zone: UTC"))
    scene.customer("C1", phone="10")
    scene.settle()
    number = scene.row("address")["addressNo"]
    scene.in_shop("customers", "C1", phone="20")
    scene.neighbours.tell_company("PATCH", "behaviours", clock_offset_seconds=apart)
    scene.in_company("address", {"addressNo": number}, phone="30")
    scene.neighbours.tell_company("PATCH", "behaviours", clock_offset_seconds=0)

    getattr(scene, first)()
    scene.settle()

    assert both(scene) == (kept, kept)
    assert len(scene.conflicts(name="phone", rule="newest")) == 1
    assert scene.quiet()


def test_a_value_outranks_nothing_and_a_property_can_be_emptied_on_purpose(scene):
    scene.remap("customers.yml", only("unless_blank"))
    scene.customer("C1", phone="10")
    scene.settle()
    number = scene.row("address")["addressNo"]

    scene.in_shop("customers", "C1", phone=None)
    scene.in_company("address", {"addressNo": number}, phone="30")
    scene.settle()
    assert both(scene) == ("30", "30"), "the shop's blank gives way"
    assert len(scene.conflicts(name="phone")) == 1

    scene.in_shop("customers", "C1", phone=None)
    scene.settle()
    assert both(scene) in ((None, ""), ("", "")), "nobody else moved: it is emptied"
    assert scene.quiet()


def test_a_value_emptied_in_the_company_is_empty_in_the_shop(scene, customer):
    scene.in_company("address", {"addressNo": customer}, phone="", group12=0)
    scene.settle()

    assert both(scene) in ((None, ""), ("", ""))
    assert scene.quiet()


@pytest.mark.usefixtures("customer")
def test_a_value_that_goes_and_comes_back_arrives_each_time(scene):
    held = []
    for phone in ("10", "20", "10"):
        scene.in_shop("customers", "C1", phone=phone)
        scene.sync()
        held.append(both(scene))

    assert held == [("10", "10"), ("20", "20"), ("10", "10")]
    assert scene.quiet()


def test_a_value_that_came_back_before_anybody_looked_costs_no_write(scene, customer):
    for phone in ("20", "10"):
        scene.in_shop("customers", "C1", phone=phone)
        scene.in_company("address", {"addressNo": customer}, phone=phone)

    assert scene.sync() == 0
    assert scene.quiet()


def test_what_the_company_fills_in_by_itself_does_not_come_back(scene):
    scene.customer("C1", addresses=[{"kind": "billing", "line1": "Gata 1", "postal_code": "0250", "city": None}])
    scene.settle()

    assert scene.row("address")["postalArea"] == "Oslo", "it knows the place of a post code"
    assert not scene.record("customers", "C1")["addresses"][0]["city"]
    assert scene.quiet()


def test_saving_without_changing_anything_costs_no_write(scene, customer):
    scene.in_shop("customers", "C1", phone="10")
    scene.in_company("address", {"addressNo": customer}, phone="10")

    assert scene.sync() == 0
    assert scene.quiet()


def test_a_person_who_edits_the_row_that_we_have_just_written_is_heard(scene, customer):
    scene.in_shop("customers", "C1", phone="20")
    scene.there()
    scene.in_company("address", {"addressNo": customer}, addressLine1="Vegen 9")

    scene.settle()

    assert both(scene) == ("20", "20")
    assert scene.record("customers", "C1")["addresses"][0]["line1"] == "Vegen 9"
    assert scene.quiet()


def test_a_change_of_case_alone_arrives_on_either_side(scene, customer):
    scene.in_shop("customers", "C1", last_name="BERG")
    scene.settle()
    assert scene.row("address")["name"] == "Aase BERG"

    scene.in_company("address", {"addressNo": customer}, name="Aase berg")
    scene.settle()

    assert scene.record("customers", "C1")["last_name"] == "berg"
    assert scene.quiet()


@pytest.mark.parametrize("edit", [{"phone": "30"}, {"title": "Sjef"}], ids=["the same property", "another one"])
def test_a_person_who_edits_between_our_look_and_our_write_loses_nothing(scene, customer, during, edit):
    scene.in_shop("customers", "C1", phone="20")
    with during("update", before=lambda: scene.in_company("address", {"addressNo": customer}, **edit)):
        scene.there()
    scene.settle()

    assert both(scene) == ("20", "20"), "customers.yml says that the shop wins"
    told = [each["businessnxt_value"] for each in scene.conflicts(name="phone")]
    assert ("30" in told) == ("phone" in edit)
    assert scene.row("address")["title"] == edit.get("title", "")
    assert scene.quiet()


def test_a_person_who_edits_between_our_write_and_our_second_look_is_heard(scene, customer, during):
    scene.in_shop("customers", "C1", phone="20")
    with during("update", after=lambda: scene.in_company("address", {"addressNo": customer}, phone="30")):
        scene.there()
    scene.settle()

    assert both(scene) == ("30", "30"), "it was the last edit"
    assert scene.quiet()


def test_a_price_that_the_shop_spells_otherwise_is_our_own_and_no_edit(scene):
    """We write 29.90, and the shop says 29.9 of it: the same amount, however it is written."""
    scene.tap_settings["stream_maps"] = {"stock_balances": "__NULL__", "order_documents": "__NULL__"}
    scene.product()
    scene.settle()
    scene.neighbours.tell_shop("POST", "faults", kind="distort", times=None, how=["money_float"])
    price = scene.row("priceAndDiscountMatrix")["lineNo"]
    scene.in_company("priceAndDiscountMatrix", {"lineNo": price}, salesPrice1InCurrency=29.90)
    scene.settle()

    assert float(scene.record("products", "P1")["variants"][0]["price"]) == 29.9
    assert scene.quiet()
    assert scene.conflicts() == []


def test_the_firm_of_a_person_is_renamed_in_the_company_and_the_person_keeps_their_name(scene):
    scene.customer("C1", company_name="Berg Snekkeri")
    scene.settle()
    scene.in_company("address", {"information1": "C1"}, name="Berg Snekkeri AS")

    scene.settle()

    held = scene.record("customers", "C1")
    assert held["company_name"] == "Berg Snekkeri AS"
    assert (held["first_name"], held["last_name"]) == ("Aase", "Berg")
    assert scene.quiet()
