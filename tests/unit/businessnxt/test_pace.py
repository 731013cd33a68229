"""How fast the client goes, and how long it waits."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from businessnxt import TooManyInProgress, pace


def test_retry_after_is_read_as_seconds_and_as_a_date():
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    past = format_datetime(datetime.now(timezone.utc) - timedelta(seconds=30), usegmt=True)

    assert pace.read_retry_after("7") == 7
    assert 25 < pace.read_retry_after(soon) <= 30
    assert pace.read_retry_after(past) == 0


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1e9", "²"])
def test_a_retry_after_that_says_nothing_is_none(text):
    assert pace.read_retry_after(text) is None


def test_the_wait_grows_and_has_an_end():
    waits = [pace.pause(attempt, None) for attempt in range(1, 20)]

    assert 1 <= waits[0] <= 1.5
    assert 2 <= waits[1] <= 3
    assert waits[-1] == pace.pause(1, 3600.0) == pace.LONGEST_WAIT
    assert 7 <= pace.pause(5, 7.0) < 8, "what the server asks for counts"


def test_whoever_was_one_too_many_at_once_waits_two_seconds_at_least():
    waits = [pace.pause(attempt, None, TooManyInProgress.first_wait) for attempt in range(1, 5)]

    assert [2 * 2**index <= each <= 3 * 2**index for index, each in enumerate(waits)] == [True] * 4
    assert pace.pause(1, 0.1, TooManyInProgress.first_wait) >= 2
    assert len({pace.pause(1, None, 2.0) for _ in range(9)}) > 1, "not all come back at once"


def test_requests_shrink_when_they_are_lost_and_grow_when_they_are_quick():
    size = pace.BatchSize(largest=500, rows=500)
    size.timed_out()
    assert size.rows == 125
    size.took(125, 20.0)
    assert size.rows == 31, "as many as take five seconds"
    for _ in range(9):
        size.took(size.rows, 0.01)
    assert size.rows == 500


def test_a_request_holds_one_row_at_least():
    size = pace.BatchSize(largest=500, rows=2)
    for _ in range(5):
        size.timed_out()
    size.took(1, 600.0)

    assert size.rows == 1


def test_a_quick_remainder_says_nothing_of_a_full_request():
    size = pace.BatchSize(largest=500, rows=100)
    size.took(3, 0.01)

    assert size.rows == 100
