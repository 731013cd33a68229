"""What is put to a shop: values in their places, and times as it understands them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from customwebshop import MisreadError, graph
from customwebshop.reading import templates, times
from customwebshop.reading.asking import placed
from customwebshop.reading.definition import Incremental

AT = datetime(2026, 1, 31, 12, 0, 0, 250000, tzinfo=timezone.utc)
OSLO = ZoneInfo("Europe/Oslo")


def test_values_go_to_the_query_or_into_the_body_and_the_stream_keeps_its_own():
    body = {"filter": [{"a": 1}], "page": {"size": 5}}
    values = {"since": True, "/page/number": 2, "/filter/-": {"b": 2}, "/new/deep": "x", "/filter/0/a": 9, "/a~1b": 1}
    params, filled = placed(values, {"sort": "id"}, body)

    assert params == {"sort": "id", "since": "true"}
    assert filled == {
        "filter": [{"a": 9}, {"b": 2}], "page": {"size": 5, "number": 2}, "new": {"deep": "x"}, "a/b": 1
    }  # fmt: skip
    assert body == {"filter": [{"a": 1}], "page": {"size": 5}}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{n}", 7),
        ("n={n}", "n=7"),
        ("{{n}}", "{n}"),
        ({"a": ["{flag}", "x {flag}"]}, {"a": [True, "x true"]}),
        ("{ n }", "{ n }"),
        (5, 5),
    ],
)
def test_templates_put_names_in_and_do_nothing_else(template, expected):
    assert templates.compiled(template, {"n", "flag"})({"n": 7, "flag": True}) == expected


@pytest.mark.parametrize("template", ["{x}", {"a": "{n}{x}"}, ["{__class__}"]])
def test_a_name_that_there_is_not_is_said_with_those_there_are(template):
    with pytest.raises(ValueError, match=r"there is no \{.+\} here; there are \{n\}"):
        templates.compiled(template, {"n"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{iso}", "2026-01-31T12:00:00.250000Z"),
        ("{iso_seconds}", "2026-01-31T12:00:00Z"),
        ("{iso_naive}", "2026-01-31T13:00:00"),
        ("{sql}", "2026-01-31 13:00:00"),
        ("{date}", "2026-01-31"),
        ("{unix}", 1769860800),
        ("{unix_ms}", 1769860800250),
        ({"field": "updatedAt", "gte": "{iso_seconds}"}, {"field": "updatedAt", "gte": "2026-01-31T12:00:00Z"}),
        ('lastModifiedAt >= "{iso}"', 'lastModifiedAt >= "2026-01-31T12:00:00.250000Z"'),
    ],
)
def test_a_time_is_put_as_the_shop_understands_it(value, expected):
    assert times.Asking(Incremental("updated_at", "since", value, zone=OSLO)).value(AT) == expected


def test_a_shop_that_leaves_its_moment_out_is_asked_one_step_earlier():
    shop = times.Asking(Incremental("updated_at", "since", "{sql}", inclusive=False, resolution=1, zone=timezone.utc))

    assert shop.value(shop.from_(AT)) == "2026-01-31 11:59:59"


@pytest.mark.parametrize(("resolution", "expected"), [(1, "12:00:00"), (60, "12:00:00"), (1e-6, "12:00:00.250000")])
def test_a_time_is_taken_as_exact_as_the_shop_keeps_it(resolution, expected):
    floored = times.Asking(Incremental("updated_at", "since", resolution=resolution)).from_(AT)

    assert floored.time().isoformat() == expected


def test_a_day_is_the_shops_own():
    shop = times.Asking(Incremental("updated_at", "since", "{date}", resolution=86_400, zone=OSLO))
    night = datetime(2026, 7, 1, 22, 30, tzinfo=timezone.utc)  # half past midnight of the 2nd in Norway

    assert shop.value(shop.from_(night)) == "2026-07-02"
    assert shop.from_(night) == datetime(2026, 7, 1, 22, tzinfo=timezone.utc)


@pytest.mark.parametrize("minute", [0, 17, 59, 60, 61, 95, 119])
def test_in_the_hour_that_comes_twice_all_of_it_is_asked_for(minute):
    shop = times.Asking(Incremental("updated_at", "since", "{sql}", resolution=1, zone=OSLO))
    since = datetime(2026, 10, 25, 0, 0, 30, tzinfo=timezone.utc) + timedelta(minutes=minute)

    assert shop.value(shop.from_(since)) == "2026-10-25 01:59:00"


@pytest.mark.parametrize(("hour", "expected"), [(23, "2026-10-25 01:00:00"), (2, "2026-10-25 03:00:00")])
def test_around_that_hour_nothing_is_special(hour, expected):
    shop = times.Asking(Incremental("updated_at", "since", "{sql}", resolution=1, zone=OSLO))
    day = 24 if hour == 23 else 25

    assert shop.value(shop.from_(datetime(2026, 10, day, hour, tzinfo=timezone.utc))) == expected


def test_a_graphql_error_is_said_in_its_words_and_a_busy_one_is_waited_for(shop, reader, monkeypatch):
    monkeypatch.setattr(graph, "FIRST_WAIT", 0.01)
    busy = {"errors": [{"message": "slow down", "extensions": {"code": "THROTTLED"}}]}
    good = {"data": {"orders": [{"id": "1", "updated_at": "2026-01-01T00:00:00Z"}]}}
    graphql = {
        "request": {
            "path": "/graphql",
            "graphql": {"query": "{ orders { id } }", "variables": {"take": "{page_size}"}},
        },
        "records": "data.orders",
        "incremental": {"param": "/variables/from"},
        "paging": {"style": "none"},
    }
    bodies = iter([busy, busy, good, {"errors": [{"message": "no such field", "path": ["orders"]}]}])
    shop.on("/graphql", lambda _: next(bodies))

    assert [row.record["id"] for row in reader(**graphql).rows(None)] == ["1"]
    with pytest.raises(MisreadError, match="orders: the shop answered with errors: no such field"):
        list(reader(**graphql).rows(None))
