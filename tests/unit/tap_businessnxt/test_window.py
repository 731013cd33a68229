"""How far a table was read, and from where it is read on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tap_businessnxt import window
from tap_businessnxt.window import BEFORE_ALL, Mark, Way

OURS = datetime(2026, 10, 25, 0, 0, tzinfo=timezone.utc)
THEIRS = datetime(2026, 10, 25, 2, 0)  # noqa: DTZ001 - the ERP's times have no zone
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
STAMPS, MINUTES = window.WAYS


def mark(*, watched: timedelta = timedelta()) -> Mark:
    return Mark(THEIRS, reached_at=OURS, read_at=OURS + watched)


def test_what_was_just_seen_is_read_again_with_the_whole_overlap():
    assert mark().since(2 * HOUR) == THEIRS - 2 * HOUR


def test_the_overlap_shrinks_while_nothing_new_appears():
    assert mark(watched=30 * MINUTE).since(2 * HOUR) == THEIRS - 90 * MINUTE


def test_after_a_quiet_overlap_nothing_is_read_again():
    assert mark(watched=3 * HOUR).since(2 * HOUR) > THEIRS


def test_a_clock_of_ours_that_was_set_back_costs_at_most_the_whole_overlap():
    assert mark(watched=-5 * HOUR).since(2 * HOUR) == THEIRS - 2 * HOUR


def test_a_mark_never_goes_back():
    later = Mark(THEIRS - HOUR, OURS + HOUR, OURS + HOUR)

    assert mark().moved(later) == Mark(THEIRS, OURS, OURS + HOUR)


def test_the_filter_takes_rows_that_were_made_and_never_changed_too():
    assert window.since(STAMPS, THEIRS) == {
        "_or": [
            {"changedTimestamp": {"_gte": "2026-10-25 02:00:00"}},
            {"createdTimestamp": {"_gte": "2026-10-25 02:00:00"}},
        ]
    }


def test_by_the_minute_the_boundary_minute_is_read_again():
    assert window.since(Way(MINUTES.changed, ()), THEIRS + 59 * SECOND) == {
        "_or": [
            {"changedDate": {"_gt": 20261025}},
            {"_and": [{"changedDate": {"_eq": 20261025}}, {"changedTime": {"_gte": 200}}]},
        ]
    }


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ({"changedTimestamp", "createdTimestamp", "changedDate", "changedTime"}, STAMPS),
        ({"changedTimestamp"}, Way(("changedTimestamp",), ())),
        ({"createdTimestamp", "changedDate", "changedTime"}, Way(("changedDate", "changedTime"), ())),
        ({"changedDate"}, None),
        (set(), None),
    ],
)
def test_the_best_way_that_the_columns_allow_is_taken(offered, expected):
    assert window.way(offered) == expected


def test_the_newest_stamp_is_that_of_a_change_or_of_a_new_row():
    answer = {
        "useCompany": {
            "changed": {"items": [{"changedTimestamp": "2026-10-25 01:30:00.1234567"}]},
            "created": {"items": [{"createdTimestamp": "2026-10-25 01:45:00"}]},
        }
    }
    assert window.newest(STAMPS, answer) == THEIRS - 15 * MINUTE


def test_a_table_without_any_stamp_has_a_mark_before_all():
    assert window.newest(STAMPS, {"useCompany": {"changed": {"items": []}, "created": None}}) == BEFORE_ALL


@pytest.mark.parametrize(("day", "minute"), [(0, 0), (20261345, 1200), (20261025, 9900)])
def test_a_day_that_is_none_is_no_stamp(day, minute):
    answer = {"useCompany": {"changed": {"items": [{"changedDate": day, "changedTime": minute}]}}}

    assert window.newest(MINUTES, answer) == BEFORE_ALL


@dataclass(frozen=True)
class Change:
    """A change of a row: when it was made, by a clock that nobody sees, and how long it took to be stored."""

    at: int
    lag: int


NIGHT = 10 * 60
FALLS_BACK = NIGHT // 2  # minutes after the beginning
CHANGES = st.lists(st.builds(Change, st.integers(0, NIGHT), st.integers(0, 50)), min_size=1, max_size=6)
PAUSES = st.lists(st.integers(1, 150), min_size=1, max_size=12)


def server_time(minute: int) -> datetime:
    """The server's clock; in the middle of all it falls back an hour."""
    return THEIRS + minute * MINUTE - (HOUR if minute >= FALLS_BACK else timedelta())


@settings(max_examples=600, deadline=None)
@given(changes=CHANGES, pauses=PAUSES)
def test_no_change_is_missed_by_late_storing_or_a_clock_that_falls_back(changes, pauses):
    """An overlap of two hours holds an hour of falling back and fifty minutes of lateness."""
    known, seen, now = None, set(), 0
    for pause in [*pauses, NIGHT]:
        now += pause
        stored = {change for change in changes if change.at + change.lag <= now}
        newest = max((server_time(change.at) for change in stored), default=BEFORE_ALL)
        reached = Mark(newest, OURS + now * MINUTE, OURS + now * MINUTE)
        since = known.since(2 * HOUR) if known else BEFORE_ALL
        if since <= reached.newest:
            seen |= {change for change in stored if server_time(change.at) >= since}
        known = known.moved(reached) if known else reached
        assert stored <= seen
