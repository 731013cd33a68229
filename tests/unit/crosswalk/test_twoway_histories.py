"""Histories of two systems that are edited and killed at any moment, judged when it is quiet again.

The rest of them: `make soak-sync`.
"""

from __future__ import annotations

import pytest
from twoway.history import FusedStore, History
from twoway.run import live

HISTORIES = range(20)


@pytest.fixture(scope="module")
def figures():
    total, _ = live(HISTORIES)
    return total


def test_both_sides_agree_and_nothing_comes_twice_echoes_stays_open_or_is_written_again_when_it_is_quiet(figures):
    assert figures["kills"] > 25
    assert figures["conflicts"] > 5
    assert figures["disagreements"] == 0
    assert figures["lost_edits"] == 0
    assert figures["duplicates"] == figures["echoes"] == figures["writes_after_quiet"] == figures["open_pendings"] == 0


def test_a_value_that_its_owner_overrides_after_the_row_was_made_is_on_record(tmp_path):
    store = FusedStore(tmp_path)
    try:
        assert History(1, store).live()["lost_edits"] == 0
    finally:
        store.close()
