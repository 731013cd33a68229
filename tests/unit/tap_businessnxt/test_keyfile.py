"""The file of keys: what was told, what is missing, what is gone and who has heard of it."""

from __future__ import annotations

import pytest
from tap_businessnxt.keyfile import KeyFile

STREAM = "orders"


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "made" / "keys.db")


@pytest.fixture
def keys(path):
    return KeyFile(path, 1)


def listing(keys, rows, parts=()):
    keys.begin_listing()
    keys.list_rows(rows)
    keys.list_parts(parts)


def test_what_is_known_and_not_listed_is_missing(keys):
    keys.note(STREAM, [((1,), None), ((2,), None), ((3,), None)])
    listing(keys, [(1,), (4,)])

    assert keys.missing(STREAM) == [(2,), (3,)]


def test_keys_of_texts_and_of_several_columns_come_back_as_they_were(keys):
    rows = [("Æ-1", 2), ('"', 0), ("", 1)]
    keys.note(STREAM, [(row, None) for row in rows])
    listing(keys, [])

    assert set(keys.missing(STREAM)) == set(rows)


def test_rows_with_other_lines_than_told_are_reshaped(keys):
    keys.note(STREAM, [((1,), [1, 2]), ((2,), [1]), ((3,), [1]), ((4,), []), ((5,), None)])
    listing(keys, [(1,), (2,), (3,), (4,), (5,)], [((1,), [2]), ((2,), [1]), ((5,), [1])])

    assert keys.reshaped(STREAM) == [(1,), (3,)]


def test_what_is_listed_is_learnt_with_its_lines(keys):
    listing(keys, [(1,)], [((1,), [1, 2])])
    keys.learn(STREAM)
    listing(keys, [(1,)], [((1,), [1])])

    assert keys.reshaped(STREAM) == [(1,)]


def test_a_learnt_row_keeps_the_lines_it_was_told_with(keys):
    keys.note(STREAM, [((1,), [1, 2])])
    listing(keys, [(1,)], [((1,), [1])])
    keys.learn(STREAM)

    assert keys.reshaped(STREAM) == [(1,)]


def test_a_grave_stays_until_a_state_covers_it(keys):
    keys.note(STREAM, [((1,), None), ((2,), None)])
    keys.bury(STREAM, [(1,)], sweep=3)
    keys.bury(STREAM, [(2,)], sweep=4)

    assert keys.last_sweep(STREAM) == 4
    assert keys.unconfirmed(STREAM, 2) == [(1,), (2,)]
    assert keys.unconfirmed(STREAM, 3) == [(2,)]
    assert keys.unconfirmed(STREAM, 2) == [(2,)]  # the first was heard of, and is forgotten
    assert (keys.count(STREAM), keys.holds(STREAM, (2,))) == (0, False)


def test_a_row_with_other_lines_is_told_until_a_state_covers_it(keys):
    keys.note(STREAM, [((1,), [1, 2]), ((2,), [1])])
    keys.suspect(STREAM, [(1,)], sweep=3)
    keys.note(STREAM, [((1,), [1])])  # it is told, and somebody may die of it

    assert keys.last_sweep(STREAM) == 3
    assert keys.unconfirmed(STREAM, 2) == [(1,)]
    assert keys.unconfirmed(STREAM, 3) == []
    assert keys.holds(STREAM, (1,))


def test_a_row_that_is_back_is_in_no_grave(keys):
    keys.bury(STREAM, [(1,)], sweep=1)
    keys.note(STREAM, [((1,), None)])

    assert keys.unconfirmed(STREAM, 0) == []
    assert keys.holds(STREAM, (1,))


def test_streams_and_companies_share_a_file_and_no_keys(path, keys):
    keys.note(STREAM, [((1,), None)])
    other = KeyFile(path, 2)

    assert (keys.count("prices"), other.count(STREAM), KeyFile(path, 1).count(STREAM)) == (0, 0, 1)
