"""Whatever the company does with a request, every row ends with one outcome, and none is written twice."""

from __future__ import annotations

import pytest
from businessnxt import AccessError, Done, Failed, Later, RowError, RowLocked, bulk
from businessnxt.pace import BatchSize
from hypothesis import given
from hypothesis import strategies as st


class StrictCompany:
    """Keeps nothing of a request with a bad row, and names the first bad one, all, or none."""

    def __init__(self, bad, names):
        self.bad, self.names, self.kept, self.requests = bad, names, [], 0

    def __call__(self, rows):
        self.requests += 1
        wrong = [index for index, row in enumerate(rows) if row in self.bad]
        if not wrong:
            self.kept += rows
            return [Done({"id": row}) for row in rows]
        if len(rows) == 1:
            return [Failed(RowError("bad"))]
        named = {"first": wrong[:1], "all": wrong, "none": []}[self.names]
        return [Failed(RowError("bad")) if index in named else None for index in range(len(rows))]


@given(
    st.integers(0, 60),
    st.sets(st.integers(0, 59)),
    st.sampled_from(["first", "all", "none"]),
    st.integers(1, 70),
)
def test_bad_rows_fail_and_every_other_is_written_once(number, bad, names, size):
    company = StrictCompany(bad, names)

    outcomes = bulk.write(range(number), BatchSize(size), company)

    assert [isinstance(each, Failed) for each in outcomes] == [row in bad for row in range(number)]
    assert sorted(company.kept) == sorted(set(range(number)) - bad)
    assert all(each.row == {"id": row} for row, each in enumerate(outcomes) if row not in bad)


def test_hundreds_of_bad_rows_named_one_by_one_do_not_exhaust_the_stack():
    company = StrictCompany(set(range(2000)), "first")

    outcomes = bulk.write(range(2000), BatchSize(2000, rows=2000), company)

    assert {type(each) for each in outcomes} == {Failed}


def test_rows_are_sent_in_their_order():
    company = StrictCompany({3, 7}, "none")

    bulk.write(range(20), BatchSize(8), company)

    assert company.kept == sorted(company.kept)


def test_an_error_names_the_row_by_its_number_among_all():
    outcomes = bulk.write(range(40), BatchSize(10), StrictCompany({23, 31}, "none"))

    assert [each.error.index for each in outcomes if isinstance(each, Failed)] == [23, 31]


def test_rows_that_stay_locked_are_asked_for_until_patience_ends(monkeypatch):
    waited, asked = [], []
    monkeypatch.setattr("businessnxt.bulk.sleep", waited.append)

    def write_some(rows):
        asked.append(rows)
        return [Later(RowLocked("locked")) if row % 2 else Done({"id": row}) for row in rows]

    outcomes = bulk.patiently([0, 1, 2, 3], write_some, patience=9.0)

    assert [type(each) for each in outcomes] == [Done, Later, Done, Later]
    assert [each.error.index for each in outcomes[1::2]] == [1, 3]
    assert asked[1:] == [[1, 3]] * len(waited)
    assert sum(waited) == pytest.approx(9.0)


def test_a_company_that_ends_while_locked_rows_are_waited_for_does_not_hide_what_was_written(monkeypatch):
    monkeypatch.setattr("businessnxt.bulk.sleep", lambda _: None)

    def write_some(rows):
        if len(rows) == 1:
            raise AccessError("no longer")
        return [Done({"id": 0}), Later(RowLocked("locked"))]

    assert [type(each) for each in bulk.patiently([0, 1], write_some, patience=9.0)] == [Done, Later]


def test_no_rows_mean_no_request():
    company = StrictCompany(set(), "all")

    assert bulk.write([], BatchSize(10), company) == []
    assert company.requests == 0


def test_an_error_before_anything_was_written_is_raised():
    def send(_):
        raise AccessError("no")

    with pytest.raises(AccessError):
        bulk.write([1, 2], BatchSize(10), send)


def test_an_error_after_something_was_written_leaves_the_rest_for_later():
    def send(rows):
        if 10 in rows:
            raise AccessError("no longer")
        return [Done({"id": row}) for row in rows]

    outcomes = bulk.write(range(30), BatchSize(10), send)

    assert [type(each) for each in outcomes] == [Done] * 10 + [Later] * 20
    assert "no longer" in str(outcomes[-1].error)
