"""What the same shop answers where other shops would answer otherwise."""

from __future__ import annotations

import pytest
import requests


@pytest.fixture
def listed(shop):
    """What a listing of orders answers there."""

    def ask(**params):
        place = shop.info["api_url"].replace("/api/v1", "/api/otherwise")
        key = {"Authorization": f"Bearer {shop.info['auth_token']}"}
        return requests.get(f"{place}/orders", params=params, headers=key, timeout=10)

    return ask


def test_a_time_without_a_zone_is_held_against_the_clock_on_the_wall(shop, listed):
    """In the hour that comes twice, a row of the second one is left out where a later minute is asked for."""
    first, second, later = (each["id"] for each in shop.every("orders")[:3])
    shop.control("PATCH", "/records/orders", json={"updated_at": "2026-10-24T00:00:00.000000Z"})
    for identity, moment in {first: "00:40", second: "01:10", later: "02:00"}.items():
        shop.control("PATCH", f"/records/orders/{identity}", json={"updated_at": f"2026-10-25T{moment}:00.000000Z"})

    told = [each["id"] for each in listed(modified_from="2026-10-25T02:30:00").json()["orders"]]
    zoned = [each["id"] for each in listed(modified_from="2026-10-25T02:30:00+02:00").json()["orders"]]

    assert (told, zoned) == ([first, later], [first, second, later])


def test_an_empty_page_has_no_body_only_where_and_as_often_as_it_was_told(shop, listed):
    shop.fault(kind="empty_as", status=204, times=1, after=1, match={"path": "/api/otherwise/orders"})

    answers = [listed(modified_from="2099-01-01T00:00:00Z") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 204, 200]
    assert [each.json()["orders"] for each in (answers[0], answers[2])] == [[], []]
