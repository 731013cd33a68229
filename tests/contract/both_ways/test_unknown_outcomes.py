"""Answers that are lost, and work that goes on after we were told that it failed: made once, carried once."""

from __future__ import annotations

import pytest
from rounds import numbers_in


@pytest.fixture
def customer(scene):
    """A customer who is linked: the number of the row."""
    scene.customer("C1", phone="10")
    scene.settle()
    return scene.row("address")["addressNo"]


def phones(scene):
    return scene.record("customers", "C1")["phone"], scene.row("address")["phone"]


def test_a_row_whose_making_was_not_answered_is_found_and_made_no_second_time(scene):
    scene.customer("C1")
    scene.neighbours.tell_company("POST", "faults", kind="timeout_after_commit", times=1)
    scene.there()

    scene.settle()

    assert scene.links("customers") == [("C1", str(scene.row("address")["addressNo"]))]
    assert scene.quiet()


def test_a_row_that_is_made_after_we_were_told_that_it_failed_is_waited_for(scene):
    scene.customer("C1")
    scene.neighbours.tell_company("POST", "faults", kind="late_commit", times=1, seconds=None)
    scene.there()
    scene.there()
    assert scene.rows("address") == [], "it is only being waited for"
    scene.land_late()
    scene.let_pass()

    scene.settle()

    assert scene.links("customers") == [("C1", str(scene.row("address")["addressNo"]))]
    assert scene.quiet()


@pytest.mark.parametrize(
    ("fault", "how"),
    [("timeout_after_commit", {}), ("timeout_before_commit", {}), ("late_commit", {"seconds": None})],
    ids=["it had happened", "it never happened", "it happened later"],
)
def test_an_edit_whose_answer_was_lost_arrives_and_is_no_conflict(scene, customer, fault, how):
    scene.in_shop("customers", "C1", phone="20")
    scene.neighbours.tell_company("POST", "faults", kind=fault, times=1, **how)
    scene.there()
    if fault == "late_commit":
        scene.land_late()
    scene.let_pass()

    scene.settle()

    assert phones(scene) == ("20", "20")
    assert scene.conflicts() == []
    assert scene.row("address")["addressNo"] == customer
    assert scene.quiet()


@pytest.mark.usefixtures("customer")
def test_an_edit_that_lands_after_it_was_taken_back_is_taken_back_too(scene):
    scene.in_shop("customers", "C1", phone="20")
    scene.neighbours.tell_company("POST", "faults", kind="late_commit", times=1, seconds=None)
    scene.there()
    scene.in_shop("customers", "C1", phone="10")
    scene.there()
    scene.land_late()
    assert scene.row("address")["phone"] == "20", "it landed late"
    scene.let_pass()

    scene.settle()

    assert phones(scene) == ("10", "10")
    assert scene.quiet()


def test_a_row_that_lands_after_we_gave_up_waiting_is_set_aside_and_not_mirrored(scene):
    scene.customer("C1")
    scene.neighbours.tell_company("POST", "faults", kind="timeout_before_commit", times=1)
    scene.there(grace_seconds=0)
    scene.there(grace_seconds=0)
    late = {"name": "Aase Berg", "emailAddress": "c1@example.test", "information1": "C1", "countryNo": 47}
    scene.neighbours.tell_company("POST", "tables/address", rows=[late], user=scene.neighbours.businessnxt["client_id"])
    assert len(scene.rows("address", information1="C1")) == 2, "grace was set too short"

    scene.settle()

    [reject] = scene.rejects("quarantined")
    assert numbers_in(reject["message"]) >= {each["addressNo"] for each in scene.rows("address")}
    assert len(scene.records("customers")) == 1
    assert scene.quiet()


def test_fifty_new_customers_whose_common_answer_was_lost_are_each_found_again(scene):
    names = [f"C{number:02d}" for number in range(50)]
    for name in names:
        scene.customer(name)
    scene.neighbours.tell_company(
        "POST", "faults", kind="drop_connection", when="after", times=1, match={"operation": "mutation"}
    )
    scene.there()

    scene.settle()

    assert sorted(each["information1"] for each in scene.rows("address")) == names
    assert [each for each, _ in scene.links("customers")] == names
    assert scene.quiet()


def test_a_new_row_that_somebody_deletes_before_we_hear_of_it_is_made_again(scene):
    scene.customer("C1")
    scene.neighbours.tell_company("POST", "faults", kind="timeout_after_commit", times=1)
    scene.there()
    scene.delete_in_company("address", information1="C1")
    scene.let_pass()

    scene.settle()

    assert len(scene.rows("address", information1="C1")) == 1, "it looks as if it had never been made"
    assert scene.quiet()
