"""What the client sends so that nothing happens twice, and how it tells its own work from that of others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from customwebshop import LostError, MisreadError, ShopClient, TakenError
from customwebshop.client import holds, intent

MADE = {"id": "C1", "external_id": "10001"}


def keys(shop):
    return [each.headers["Idempotency-Key"] for each in shop.asked]


def test_the_key_of_a_write_follows_from_its_content_alone(shop, client):
    shop.on("/customers", MADE)
    ours = ShopClient(client())
    ours.create("customers", {"a": 1, "b": Decimal("2.50")})
    ours.create("customers", {"b": Decimal("2.50"), "a": 1})
    ours.create("customers", {"a": 1, "b": Decimal("2.51")})

    same, again, other = keys(shop)
    assert same == again != other


def test_the_same_content_elsewhere_is_another_intent():
    assert intent("/orders/1/fulfillments", {}) != intent("/orders/2/fulfillments", {})


def test_a_shop_that_is_still_at_work_on_our_first_try_is_waited_for(shop, client, reply):
    shop.in_turn("/customers", reply({"detail": "key in flight"}, 409), reply(MADE, 201))

    assert ShopClient(client()).create("customers", MADE).id == "C1"
    assert len(set(keys(shop))) == 1


def test_a_shop_that_never_ends_its_work_leaves_the_outcome_open(shop, client, reply):
    shop.on("/customers", reply({"detail": "key in flight"}, 409))

    with pytest.raises(LostError, match="HTTP 409, 3 times"):
        ShopClient(client()).create("customers", MADE)


def test_a_duplicate_is_not_waited_for(shop, client, reply):
    shop.on("/customers", reply({"detail": "taken", "existing_id": "C7"}, 409))

    with pytest.raises(TakenError) as caught:
        ShopClient(client()).create("customers", MADE)
    assert caught.value.existing_id == "C7"
    assert len(shop.asked) == 1


def test_ids_with_odd_characters_stay_one_step_of_the_path(shop, client):
    shop.on("/customers/a%2Fb%20c", MADE)

    assert ShopClient(client()).get("customers", "a/b c").id == "C1"


@pytest.mark.parametrize("body", [[], {"items": []}, {"data": {}}, {"data": [1]}])
def test_a_listing_that_is_none_is_not_read_as_an_empty_one(shop, client, body):
    shop.on("/customers", body)

    with pytest.raises(MisreadError, match="no list 'data'"):
        ShopClient(client()).find("customers", "email", "x")


@pytest.mark.parametrize(
    ("value", "patch", "same"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": None}, {"a": None}, True),
        ({}, {"a": None}, True),
        ({"a": None}, {"a": "None"}, False),
        ({"price": "12.50"}, {"price": Decimal("12.50")}, True),
        ({"price": "12.5"}, {"price": Decimal("12.50")}, True),
        ({"price": "12.500"}, {"price": "12.50"}, True),
        ({"sku": "12.5"}, {"sku": "12.50"}, False),
        ({"lines": [{"id": "L1", "sku": "x"}]}, {"lines": [{"sku": "x"}]}, True),
        ({"lines": [{"sku": "x"}, {"sku": "y"}]}, {"lines": [{"sku": "x"}]}, False),
        ({"metadata": {"a": 1, "b": 2}}, {"metadata": {"b": 2}}, True),
        ({"metadata": None}, {"metadata": {"b": 2}}, False),
    ],
)
def test_a_patch_is_recognised_in_the_record_that_holds_it(value, patch, same):
    assert holds(value, patch) is same
