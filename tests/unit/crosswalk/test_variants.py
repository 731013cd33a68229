"""A variant that its product no longer has is gone; that is told by the newest record of the product only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crosswalk.ways import Way


def of_two(shop, *kept):
    offered = shop.product()
    variant = offered["variants"][0]
    return {**offered, "variants": [{**variant, "id": each, "sku": f"ULL-{each}"} for each in kept]}


def statuses(world):
    return [world.link("products", f"P-V1/{each}").status for each in ("V1", "V2")]


def test_it_is_gone_when_an_older_record_of_the_same_batch_still_has_it(world, shop):
    world.sync(("products", [of_two(shop, "V1", "V2")]))

    world.sync(("products", [of_two(shop, "V1", "V2"), of_two(shop, "V1")]))

    assert statuses(world) == ["linked", "tombstone"]


def test_it_is_there_when_a_newer_record_of_the_same_batch_has_it_again(world, shop):
    world.sync(("products", [of_two(shop, "V1", "V2")]))

    world.sync(("products", [of_two(shop, "V1"), of_two(shop, "V1", "V2")]))

    assert statuses(world) == ["linked", "linked"]


def test_one_with_a_number_for_an_id_is_linked_as_one_with_a_text(world, shop):
    offered = shop.product()
    numbered = {**offered, "id": 7, "variants": [{**offered["variants"][0], "id": 71}]}

    world.sync(("products", [numbered]))

    assert world.link("products", "7/71").status == "linked"


PRODUCT = {"id": "P1", "variants": [{"id": "V1"}, {"id": "v2"}]}


@pytest.mark.parametrize(
    ("same", "record", "family"),
    [
        (None, PRODUCT, ("P1/", {"P1/V1", "P1/v2"})),
        ("email", PRODUCT, ("p1/", {"p1/v1", "p1/v2"})),
        ("digits", PRODUCT, None),
        (None, {**PRODUCT, "variants": [{"id": None}]}, None),
    ],
    ids=["as it is spelled", "as it is kept", "where its end is lost", "without an id"],
)
def test_a_product_tells_of_its_variants_by_the_ids_that_they_are_kept_under(world, same, record, family):
    mapping = replace(world._load().mappings["products"], id_same=same)

    assert Way(mapping).family(record) == family


def test_one_whose_id_is_of_the_wrong_kind_is_rejected_and_the_others_go_on(world, shop):
    world.sync(("products", [of_two(shop, None), {**of_two(shop, "V2"), "id": "P-V2"}]))

    assert [each["productNo"] for each in world.rows("product")] == ["ULL-V2"]
    assert "join" in world.rejects()[0].message
