"""Clocks that differ, stamps that lie, records that come late or twice: only our own clock is believed."""

from __future__ import annotations

import pytest


@pytest.fixture
def customer(scene):
    """A customer who is linked: the number of the row."""
    scene.customer("C1", phone="10")
    scene.settle()
    return scene.row("address")["addressNo"]


def phones(scene):
    return scene.record("customers", "C1")["phone"], scene.row("address", information1="C1")["phone"]


def test_of_several_versions_in_any_order_the_newest_arrives_with_one_write(scene, customer):
    scene.in_shop("customers", "C1", phone="20")
    older = scene.read("there")
    scene.in_shop("customers", "C1", phone="30")
    newer = scene.read("there")
    before, _ = scene.writes()

    scene.write("there", newer + newer + older)

    assert scene.row("address", addressNo=customer)["phone"] == "30"
    assert scene.writes()[0] - before == 1
    assert scene.quiet()


def test_what_was_read_before_we_wrote_to_it_is_dropped_and_comes_again(scene, customer):
    scene.in_shop("customers", "C1", phone="20")
    slow = scene.read("there")
    scene.in_company("address", {"addressNo": customer}, title="Sjef")
    scene.back()

    scene.write("there", slow)
    assert scene.row("address")["phone"] == "10", "the record was read before we wrote the title to it"
    assert scene.row("address")["title"] == "Sjef"
    scene.settle()

    assert phones(scene) == ("20", "20")
    assert scene.row("address")["title"] == "Sjef"
    assert scene.conflicts() == []
    assert scene.quiet()


@pytest.mark.parametrize(("shop", "company"), [(300, -300), (-300, 300)])
def test_clocks_that_differ_by_minutes_change_nothing(scene, shop, company):
    scene.neighbours.tell_shop("PATCH", "clock", seconds=shop)
    scene.neighbours.tell_company("PATCH", "behaviours", clock_offset_seconds=company)
    scene.customer("C1", phone="10")
    scene.settle()
    scene.in_shop("customers", "C1", phone="20")
    scene.in_company("address", {"addressNo": scene.row("address")["addressNo"]}, title="Sjef")
    scene.settle()
    scene.in_company("address", {"addressNo": scene.row("address")["addressNo"]}, phone="30")
    scene.settle()

    assert phones(scene) == ("30", "30")
    assert scene.row("address")["title"] == "Sjef"
    assert scene.conflicts() == []
    assert scene.quiet()


def test_an_hour_that_the_company_lives_twice_hides_neither_edits_nor_new_rows(scene, customer):
    scene.in_company("address", {"addressNo": customer}, phone="20")
    scene.settle()
    scene.neighbours.tell_company("PATCH", "behaviours", clock_offset_seconds=-3600)
    scene.in_company("address", {"addressNo": customer}, phone="30")
    scene.add_in_company("address", name="Kari Nord", emailAddress="kari@example.test", countryNo=47)
    scene.in_shop("customers", "C1", note="x", last_name="Berge")

    scene.settle()

    assert phones(scene) == ("30", "30")
    assert scene.row("address", addressNo=customer)["name"] == "Aase Berge"
    assert len(scene.records("customers")) == 2
    assert scene.quiet()


def test_a_row_that_never_had_a_stamp_is_heard_once_somebody_edits_it(scene):
    scene.product("P1", sku="DIV")
    scene.settle()

    scene.in_company("product", {"productNo": "DIV"}, eanItemNo="7038010000001")
    scene.settle()

    assert scene.record("products", "P1")["variants"][0]["gtin"] == "7038010000001"
    assert scene.quiet()


def test_an_edit_without_a_new_stamp_is_found_when_everything_is_read_and_nothing_else_is_written(scene):
    old = "2026-01-01T00:00:00.000000Z"
    scene.customer("C1", phone="10", updated_at=old)
    scene.customer("C2")
    scene.settle()
    scene.in_shop("customers", "C1", phone="20", updated_at=old)
    assert scene.sync() == 0, "no stamp tells of it"
    before, _ = scene.writes()

    scene.there(full=True)

    assert scene.row("address", information1="C1")["phone"] == "20"
    assert scene.writes()[0] - before == 1
    assert scene.quiet()


def test_more_of_one_stamp_than_a_page_holds_arrive_on_either_side(scene):
    scene.shop_settings = {"page_size": 2}
    scene.tap_settings |= {"page_size": 2}
    for number in range(5):
        scene.customer(f"C{number}", updated_at="2026-01-01T00:00:00.000000Z")
    people = [{"name": f"Kari {number}", "emailAddress": f"kari{number}@example.test"} for number in range(5)]
    scene.neighbours.tell_company("POST", "tables/address", rows=people)

    scene.settle()

    assert len(scene.records("customers")) == len(scene.rows("address")) == len(scene.links("customers")) == 10
    assert scene.quiet()


def test_a_record_that_is_touched_while_pages_are_turned_arrives_and_hides_no_other(scene):
    scene.shop_settings = {"page_size": 2}
    for number in range(5):
        scene.customer(f"C{number}", phone="10")
    edits = [{"collection": "customers", "id": "C0", "set": {"phone": "20"}}]
    scene.neighbours.tell_shop(
        "POST", "faults", kind="edit_between_pages", edits=edits, match={"path": "/api/v1/customers"}
    )

    scene.settle()

    assert {each["information1"]: each["phone"] for each in scene.rows("address")} == {
        "C0": "20", "C1": "10", "C2": "10", "C3": "10", "C4": "10",
    }  # fmt: skip
    assert scene.quiet()
