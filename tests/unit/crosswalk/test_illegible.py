"""Records of the webshop that its settings do not understand: theirs is the reject, and all others go on."""

from __future__ import annotations

import pytest

ADDRESS = {"information1": "", "name": "Kari Nord", "addressLine1": "Vegen 1", "postCode": "5003",
           "postalArea": "Bergen", "countryNo": 47, "languageNo": 47, "companyNo": "", "phone": ""}  # fmt: skip


def address(number, **other):
    return {**ADDRESS, "addressNo": number, "emailAddress": f"a{number}@example.test", **other}


@pytest.fixture
def linked(world):
    """Two customers that both sides know; the webshop's record of the first cannot be read any more."""
    world.back(("addresses", [address(1), address(2)]))
    first, _ = world.web.rows["customers"]
    world.web.hidden.add(first)
    return world


def phones(world):
    return [each["phone"] for each in world.web.rows["customers"].values()]


def test_an_edit_of_one_that_cannot_be_read_waits_with_the_reason_and_the_others_go_on(linked):
    linked.back(("addresses", [address(1, phone="11"), address(2, phone="22")]))

    assert phones(linked) == ["", "22"]
    [reject] = linked.rejects()
    assert (reject.source_id, reject.kind, "cannot be read" in reject.message) == ("1", "illegible", True)


def test_it_arrives_as_soon_as_the_record_can_be_read(linked):
    linked.back(("addresses", [address(1, phone="11")]))
    linked.web.hidden.clear()
    linked.now += 24 * 3600

    linked.back()

    assert phones(linked) == ["11", ""]
    assert linked.rejects() == []


def test_one_that_was_deleted_here_is_not_deactivated_there_unread(world, shop):
    world.sync(("products", [shop.product()]))
    world.company.hidden.update(world.company.rows["product"])
    held = [dict(each) for each in world.rows("product")]

    world.sync(("products", [{**shop.product(), "deleted_at": "2026-11-22T00:00:00Z"}]))

    assert world.rows("product") == held
    assert {each.kind for each in world.rejects()} == {"illegible"}


def test_nothing_is_made_where_one_that_cannot_be_read_may_be_the_partner(world):
    world.web.put("customers", "C9", email="a1@example.test")
    world.web.hidden.add("C9")

    world.back(("addresses", [address(1)]))

    assert list(world.web.rows["customers"]) == ["C9"]
    assert [each.kind for each in world.rejects()] == ["illegible"]


def test_lines_of_an_order_that_cannot_be_read_are_left_alone(world, shop):
    both = shop.order(lines=[shop.line(), shop.line("L2")])
    world.sync(("customers", [shop.customer()]), ("products", [shop.product()]), ("orders", [both]))
    world.company.hidden.update(world.company.rows["orderLine"])

    world.sync(("orders", [shop.order(lines=[shop.line()])]))

    assert len(world.rows("orderLine")) == 2
    assert [each.kind for each in world.rejects()] == ["illegible"]
