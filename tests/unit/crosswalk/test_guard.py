"""A first match writes as much as it must; a plan tells everything that a run would have done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crosswalk import Limits, MassChangeError
from crosswalk.guard import plans

STRICT = Limits(changes_percent=1, changes_at_least=1, deletes=0)


def test_customers_who_are_found_among_the_associates_are_no_mass_change(world, shop):
    mappings = world._load().mappings
    mappings["customer_accounts"] = replace(mappings["customer_accounts"], create="always")
    for number in (1, 2, 3):
        row = {"associateNo": number, "customerNo": 10000 + number, "emailAddress": f"c{number}@example.test"}
        world.company.rows["associate"][str(number)] = {**row, "name": ""}

    world.sync(("customers", [shop.customer(f"C{each}") for each in (1, 2, 3)]), limits=STRICT)

    assert [each["name"] for each in world.rows("associate")] == ["Åse Ødegård"] * 3


def test_a_plan_tells_what_would_be_deleted(world, shop):
    mappings = world._load().mappings
    mappings["customers"] = replace(mappings["customers"], deleted_in={"webshop": "delete"})
    world.sync(("customers", [shop.customer()]))

    with pytest.raises(MassChangeError):
        world.sync(("customers", [shop.customer(deleted_at="2026-11-20T10:00:00Z")]), limits=STRICT)

    store = world.open_store()
    ((_, plan),) = plans(store)
    store.close()
    assert plan.steps[0]["values"]["name"] == ["Åse Ødegård", None]
