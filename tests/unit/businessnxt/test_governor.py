"""Never more requests than a minute allows, nor at once, however many threads ask and however long answers take."""

from __future__ import annotations

import threading
import time

import pytest
from businessnxt.governor import AT_ONCE, REQUESTS_PER_MINUTE, SLOT_HELD, Governor


class Clock:
    """Seconds that go by only when somebody waits."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def governor(clock):
    made = Governor(clock=clock)
    made._changed.wait = lambda seconds: setattr(clock, "now", clock.now + seconds)
    return made


def sent(governor, clock, number, took=lambda: (0.0, 0.0)):
    """When the server counts requests that are made one after the other: each a while after it went."""
    arrivals = []
    for _ in range(number):
        with governor.turn():
            there, back = took()
            arrivals.append(clock.now + there)
            clock.now += there + back
    return arrivals


def most_in_a_minute(moments, minute=60.0):
    ordered = sorted(moments)
    return max(sum(start <= each < start + minute for each in ordered) for start in ordered)


def test_never_more_requests_go_than_a_minute_allows(governor, clock):
    assert most_in_a_minute(sent(governor, clock, 1500)) <= REQUESTS_PER_MINUTE


def test_nor_after_a_quiet_time(governor, clock):
    before = sent(governor, clock, 700)
    clock.now += 3600

    assert most_in_a_minute(before + sent(governor, clock, 700)) <= REQUESTS_PER_MINUTE


def test_nor_where_requests_are_held_up_on_their_way():
    """An even pace alone would not do: what was held up for a while arrives together with what follows it."""
    clock, flying, arrivals = Clock(), [], []
    governor = Governor(per_minute=100, at_once=100, burst=50, clock=clock)
    held_up_until = clock.now + 20

    def wait(seconds):
        clock.now = min([clock.now + seconds, *(arrives for arrives, _ in flying)])
        for each in [each for each in flying if each[0] <= clock.now]:
            flying.remove(each)
            each[1].__exit__(None, None, None)

    governor._changed.wait, governor._changed.notify_all = wait, lambda: None
    for _ in range(300):
        turn = governor.turn()
        turn.__enter__()
        arrivals.append(max(clock.now, held_up_until))
        flying.append((arrivals[-1], turn))

    assert most_in_a_minute(arrivals) <= 100


def test_whoever_is_slower_never_waits(governor, clock):
    assert sent(governor, clock, 200, lambda: (0.0, 0.2))[-1] == pytest.approx(1000 + 199 * 0.2)


def test_a_short_run_goes_at_once(governor, clock):
    assert sent(governor, clock, 60)[-1] == 1000.0


def test_waits_differ_so_that_processes_do_not_beat_in_step():
    clocks = [Clock(), Clock()]
    made = [Governor(clock=each) for each in clocks]
    for each, clock in zip(made, clocks, strict=True):
        each._changed.wait = lambda seconds, clock=clock: setattr(clock, "now", clock.now + seconds)
    one, other = (sent(each, clock, 100) for each, clock in zip(made, clocks, strict=True))

    assert one[60:] != other[60:]


def test_threads_share_the_places_and_none_takes_more():
    governor = Governor(at_once=3)
    inside, most = [], []

    def ask():
        with governor.turn():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert max(most) == 3


def test_a_place_lost_at_the_server_is_missing_here_until_it_is_free_again(governor, clock):
    for _ in range(AT_ONCE + 5):
        governor.abandon()
    with governor.turn():
        assert governor.wait(clock.now) > 0, "one place is always left, and it is taken"

    clock.now += SLOT_HELD
    with governor.turn():
        assert governor.wait(clock.now) == 0
