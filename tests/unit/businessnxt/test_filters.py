"""Conditions mean what they say: what lies behind a row, what is pinned to one value, what says nothing."""

from __future__ import annotations

import operator

import pytest
from businessnxt import filters
from hypothesis import given
from hypothesis import strategies as st

OPERATORS = {"_eq": operator.eq, "_gt": operator.gt}
KEYS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
ORDER = ("a", "b", "c")


def meets(row, where):
    """Whether a row meets a condition, as the documentation defines it."""
    if "_and" in where:
        return all(meets(row, each) for each in where["_and"])
    if "_or" in where:
        return any(meets(row, each) for each in where["_or"])
    return all(OPERATORS[name](row[column], value) for column, test in where.items() for name, value in test.items())


@given(KEYS, KEYS)
def test_what_lies_behind_a_row_is_what_sorts_after_it(last, other):
    behind = filters.after(ORDER, dict(zip(ORDER, last, strict=True)))

    assert meets(dict(zip(ORDER, other, strict=True)), behind) == (other > last)


def test_nothing_can_be_told_to_lie_behind_an_empty_value():
    with pytest.raises(ValueError, match="order of changedTimestamp"):
        filters.after(["changedTimestamp", "orderNo"], {"changedTimestamp": None, "orderNo": 1})


def test_two_conditions_are_joined_and_none_is_none():
    one, other = {"a": {"_eq": 1}}, {"b": {"_eq": 2}}

    assert filters.both(one, other) == {"_and": [one, other]}
    assert filters.both(one, None) == one
    assert filters.both(None, other) == other
    assert filters.both(None, None) is None


@pytest.mark.parametrize(
    ("where", "pinned"),
    [
        ({"orderNo": {"_eq": 1}}, True),
        ({"_and": [{"orderNo": {"_eq": 1}}, {"name": {"_eq": "a"}}]}, True),
        ({"_and": [{"name": {"_eq": "a"}}, {"_and": [{"orderNo": {"_eq": 1}}]}]}, True),
        ({"orderNo": {"_eq": 1}, "_or": [{}]}, True),
        ({"_or": [{"orderNo": {"_eq": 1}}, {"name": {"_eq": "a"}}]}, False),
        ({"_or": [{"orderNo": {"_eq": 1}}]}, False),
        ({"_or": [{}, {"orderNo": {"_eq": 1}}]}, False),
        ({"_and": [{"_or": [{"orderNo": {"_eq": 1}}, {}]}]}, False),
        ({"orderNo": {"_not_eq": 1}}, False),
        ({"orderNo": {"_eq": None}}, False),
        ({"orderNo": {"_eq": 2}}, False),
        ({"orderNo": {"_gt": 1}}, False),
        ({"orderNo": {}}, False),
        ({"name": {"_eq": "a"}}, False),
        ({}, False),
    ],
)
def test_a_column_is_pinned_only_by_an_equality_that_always_holds(where, pinned):
    assert filters.pins(where, "orderNo", 1) is pinned


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({}, False),
        ({"orderNo": {}}, False),
        ({"_and": []}, False),
        ({"_and": [{}]}, False),
        ({"_or": []}, False),
        ({"_or": [{"orderNo": {"_eq": 1}}, {}]}, False),
        ({"orderNo": {"_eq": 0}}, True),
        ({"_and": [{}, {"orderNo": {"_eq": 1}}]}, True),
        ({"_or": [{"orderNo": {"_eq": 1}}, {"orderNo": {"_eq": 2}}]}, True),
    ],
)
def test_a_condition_that_says_nothing_is_known(where, says):
    assert filters.selects(where) is says
