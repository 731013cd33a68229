"""A value that lost, and that a person types again before the next run has read the record."""

from __future__ import annotations

import pytest
from crosswalk import Side
from twoway.steps import Run, Setting, Turn
from twoway.world import FusedStore, World


@pytest.fixture
def world(tmp_path):
    store = FusedStore(tmp_path)
    yield World(store, Setting())
    store.close()


def test_the_same_words_typed_again_are_an_edit(world):
    shop, company = world.sides[Side.WEBSHOP], world.sides[Side.BUSINESSNXT]
    customer = shop.make("customers", {"name": "Aase", "country": "NO"}, ours=False)
    world.both()
    [row] = company.rows["address"]
    shop.put("customers", customer, {"country": "SE"}, ours=False)
    company.put("address", row, {"information3": "DK"}, ours=False)
    world.both()
    assert shop.rows["customers"][customer]["country"] == "DK", "the company wins"

    world.take(Turn(10))
    shop.put("customers", customer, {"country": "SE"}, ours=False)
    world.take(Run(Side.WEBSHOP))

    assert company.rows["address"][row]["information3"] == "SE"
