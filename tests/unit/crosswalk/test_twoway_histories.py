"""Histories of two systems that are edited and killed at any moment, judged when it is quiet again.

The rest of them: `make soak-sync`; the rules that are noticed less often when they are broken: `make soak-ablations`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from twoway.ablations import noticed
from twoway.judgement import quiet
from twoway.machine import machine, memory
from twoway.run import live

pytestmark = pytest.mark.timeout(900)  # a minute of work, on a machine that may have other work to do

HISTORIES = range(150)
QUICK = 25

NOTICED_AT_ONCE = (
    "two shadows, not one",
    "read before write",
    "remember what was stored",
    "stamps of the request's start",
    "STATE after the commit",
    "records name their partner",
    "ownership",
    "conflicts on record",
)


@pytest.fixture(scope="module")
def figures():
    total, wrong = live(HISTORIES)
    return {**total, "seeds": wrong}


def test_both_sides_agree_and_nothing_comes_twice_echoes_stays_open_or_is_written_again_when_it_is_quiet(figures):
    assert figures["kills"] > 150
    assert figures["conflicts"] > 200
    assert figures["edits"] > 1500
    assert quiet(figures), figures


def test_hypothesis_finds_no_history_in_which_anything_is_lost():
    with memory() as folder:
        machines = machine(Path(folder))
        try:
            run_state_machine_as_test(
                machines,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=12,
                    deadline=None,
                    database=None,
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            machines.store.close()


@pytest.mark.parametrize("rule", NOTICED_AT_ONCE)
def test_a_broken_rule_is_noticed(rule):
    _, seed, what = noticed(rule, range(QUICK))

    assert seed is not None, f"{rule} was broken, and {QUICK} histories did not notice"
    assert what
