"""How fast the client goes, and how long it waits."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from businessnxt import pace


def moments(governor, number, every=0.0):
    """When requests go that are made one after the other, with so many seconds of work between them."""
    now, sent = 1000.0, []
    for _ in range(number):
        now += governor.reserve(now)
        sent.append(now)
        now += every
    return sent


def most_in_a_minute(sent):
    return max(sum(start <= each < start + 60 for each in sent) for start in sent)


def test_never_more_requests_go_than_a_minute_allows():
    assert most_in_a_minute(moments(pace.Governor(), 1500)) <= pace.REQUESTS_PER_MINUTE


def test_nor_after_a_quiet_time():
    governor = pace.Governor()
    before = moments(governor, 700)
    sent = before + [each + 3600 for each in moments(pace.Governor(), 700)]

    assert most_in_a_minute(sent) <= pace.REQUESTS_PER_MINUTE


def test_whoever_is_slower_never_waits():
    assert moments(pace.Governor(), 200, every=0.2)[-1] == pytest.approx(1000 + 199 * 0.2)


def test_a_short_run_goes_at_once():
    assert moments(pace.Governor(), 60)[-1] == 1000.0


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
