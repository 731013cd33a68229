"""What was refused as it still is: the other system is not asked about it again before its time."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def refused(world, shop):
    """A customer whom the company will not have."""
    world.company.refuse = lambda table, _: "not today" if table == "address" else None
    world.sync(("customers", [shop.customer()]))
    world.asked()
    return world


def test_the_overlap_brings_it_again_and_nobody_is_asked(refused, shop):
    refused.sync(("customers", [shop.customer()]))

    assert refused.asked() == []
    assert [(each.source_id, each.attempts) for each in refused.rejects()] == [("C1", 1)]
    assert refused.counts["customers"]["rejected"] == 1


def test_it_is_asked_about_at_once_when_it_was_edited(refused, shop):
    refused.company.refuse = lambda *_: None
    refused.sync(("customers", [shop.customer(first_name="Odd")]))

    assert [each["name"] for each in refused.rows("address")] == ["Odd Ødegård"]
    assert refused.rejects() == []


def test_it_is_asked_about_again_in_its_time(refused, shop):
    refused.now += 3600
    refused.sync(("customers", [shop.customer()]))

    assert [each.attempts for each in refused.rejects()] == [2]


def test_an_older_version_in_the_same_batch_does_not_take_its_place(refused, shop):
    refused.company.refuse = lambda *_: None
    refused.sync(("customers", [shop.customer(first_name="Odd"), shop.customer()]))

    assert refused.rows("address") == []


def test_an_edit_of_a_linked_record_is_refused_once_and_carried_though_its_partner_was_written_since(world, shop):
    world.sync(("customers", [shop.customer()]))
    world.company.refuse = lambda _, values: "not today" if "phone" in values else None
    world.sync(("customers", [shop.customer(phone="1")]))
    world.asked()
    world.sync(("customers", [shop.customer(phone="1")]))
    assert world.asked() == []

    world.company.refuse = lambda *_: None
    world.now += 3600
    world.sync()

    assert [each["phone"] for each in world.rows("address")] == ["1"]
    assert world.rejects() == []


def test_another_mapping_asks_about_it_at_once(world, shop, tmp_path):
    mapping, world.mapping = world.mapping, tmp_path / "mapping"
    shutil.copytree(mapping, world.mapping)
    world.sync(("customers", [shop.customer(group="Forening")]))
    assert [each.kind for each in world.rejects()] == ["mapping"]

    file = world.mapping / "customers.yml"
    file.write_text(file.read_text().replace("businessnxt: group1, type: Int, via: customer_group",
                                             "businessnxt: information8, type: String(20)"))  # fmt: skip
    world.sync(("customers", [shop.customer(group="Forening")]))

    assert [each["information8"] for each in world.rows("address")] == ["Forening"]


def test_an_order_is_tried_at_once_when_its_customer_was_corrected(world, shop):
    world.company.refuse = lambda table, values: "no" if (table, values.get("phone")) == ("associate", "bad") else None
    goods = ("products", [shop.product()])
    world.sync(("customers", [shop.customer(phone="bad")]), goods, ("orders", [shop.order()]))
    assert [each.kind for each in world.rejects()] == ["parent"]
    world.asked()
    world.sync(("customers", [shop.customer(phone="bad")]), goods, ("orders", [shop.order()]))
    assert world.asked() == []

    world.sync(("customers", [shop.customer(phone="1")]))

    assert len(world.rows("order")) == 1
    assert world.rejects() == []
