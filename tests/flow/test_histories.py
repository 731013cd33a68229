"""Whole programs in both directions, really killed: a handful of histories, and the points of death that need it.

More of them: `make soak-sync`; the points in process: tests/unit/crosswalk/test_points_of_death.py.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from programs import serving
from twoway.judgement import quiet
from twoway.programs import GRACE, Bridge, live_programs
from twoway.town import Town

HANG = {"kind": "timeout_after_commit", "times": 1, "answer": "hang", "seconds": 1}


@pytest.fixture(scope="module")
def bridge(tmp_path_factory):
    """A shop and a company that have met."""
    folder = tmp_path_factory.mktemp("histories")
    with serving(folder / "sandbox", seed="bulk:customers=1,products=1") as neighbours:
        made = Bridge(neighbours, folder, random.Random(1))
        Town(neighbours, random.Random(1), "met").settle()
        made.both()
        made.both()
        yield made


@pytest.fixture
def edited(bridge):
    """A customer whose street somebody has just changed in the shop: says what both sides hold of it."""
    record = next(each for each in bridge.neighbours.records("customers") if each["id"] == "Hmet-0")
    street = f"Storgata {time.monotonic_ns()}"
    bridge.neighbours.edit_in_shop("customers", "Hmet-0", addresses=[{**record["addresses"][0], "line1": street}])

    def held():
        [row] = [each for each in bridge.neighbours.rows("address") if each["information1"] == "Hmet-0"]
        record = next(each for each in bridge.neighbours.records("customers") if each["id"] == "Hmet-0")
        return record["addresses"][0]["line1"] == row["addressLine1"] == street

    return held


def test_a_handful_of_histories_in_which_programs_are_killed_lose_and_double_nothing():
    figures = live_programs(2)

    assert figures["kills"] > 0
    assert quiet(figures), figures


def test_a_state_that_never_reached_the_disk_costs_no_write(bridge, edited):
    states = bridge.folder / "tap-customwebshop.states"
    before = states.read_bytes()
    bridge.both()

    states.write_bytes(before)  # as if meltano had been killed before it kept the last line

    assert bridge.both() == 0
    assert edited()


def test_a_state_line_that_is_torn_is_no_state(bridge, edited):
    with (bridge.folder / "tap-customwebshop.states").open("ab") as states:
        states.write(b'{"bookmarks": {"customers": {"repl')
    bridge.both()

    assert bridge.both() == 0
    assert edited()


def until_it_hangs(bridge):
    """Wait for the request that gets no answer."""
    end = time.monotonic() + 300
    while not bridge.neighbours.tell_company("GET", "faults")[0]["fired"]:
        assert time.monotonic() < end, "nothing was ever written"
        time.sleep(0.01)


def test_the_way_back_may_go_first_after_a_kill_in_the_middle_of_a_write(bridge, edited):
    there, back = bridge.pipelines
    bridge.neighbours.tell_company("POST", "faults", **HANG)

    def kill(alive):
        until_it_hangs(bridge)
        there.kill(alive, "target")

    assert not there.run(kill)
    bridge.neighbours.tell_company("DELETE", "faults")
    assert back.run()
    time.sleep(GRACE)
    bridge.both()

    assert bridge.both() == 0
    assert edited()
    assert bridge.open() == []


def test_a_paused_run_keeps_the_other_one_out_and_goes_on_when_it_wakes(bridge, edited):
    there, back = bridge.pipelines
    bridge.neighbours.tell_company("POST", "faults", **HANG)

    def pause(alive):
        until_it_hangs(bridge)
        os.kill(alive["target"], signal.SIGSTOP)
        assert not back.run(), "the other direction must not get in"
        os.kill(alive["target"], signal.SIGCONT)

    said = (bridge.folder / "log.txt").stat().st_size
    whole = there.run(lambda alive: (pause(alive), there.wait(alive)))
    bridge.neighbours.tell_company("DELETE", "faults")

    assert "another sync of" in (bridge.folder / "log.txt").read_text()[said:]
    assert whole
    time.sleep(GRACE)
    bridge.both()
    assert edited()
    assert bridge.quiet()
