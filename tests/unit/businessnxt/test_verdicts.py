"""What an answer says of each row, and of which rows it says nothing."""

from __future__ import annotations

import pytest
from businessnxt import AccessError, Change, Done, Failed, Later, Place, Refused, RowError, RowLocked, Unclear, verdicts
from businessnxt.answers import Answer
from businessnxt.errors import Trace

TRACE = Trace()
ROWS = [{"ref": "a"}, {"ref": "b"}, {"ref": "c"}]
CHANGES = [Change({"no": {"_eq": number}}, {"name": "x"}, {"no": number}) for number in (1, 2, 3)]


def failing(*errors):
    return Answer({}, list(errors), Trace())


def result(*items, affected=None):
    return {"affectedRows": len(items) if affected is None else affected, "items": list(items)}


def kinds(outcomes):
    return [type(each) for each in outcomes]


def test_rows_are_told_by_what_they_carry_in_whatever_order_they_come():
    items = [{"ref": "c", "no": 3}, {"ref": "a", "no": 1}, {"ref": "b", "no": 2}]

    assert [each.row["no"] for each in verdicts.created(ROWS, items, "ref", failing())] == [1, 2, 3]


def test_a_row_that_did_not_come_back_or_came_back_twice_is_unclear():
    items = [{"ref": "a"}, {"ref": "b"}, {"ref": "b"}]

    assert kinds(verdicts.created(ROWS, items, "ref", failing())) == [Done, Unclear, Unclear]


def test_without_anything_to_tell_rows_by_their_order_does_if_none_is_missing():
    items = [{"no": 1}, {"no": 2}, {"no": 3}]

    assert [each.row["no"] for each in verdicts.created(ROWS, items, None, failing())] == [1, 2, 3]
    assert kinds(verdicts.created(ROWS, items[:2], None, failing())) == [Unclear] * 3


def test_beside_errors_a_named_row_failed_one_that_came_back_is_done_and_the_rest_is_unclear():
    told = verdicts.partly_created(
        ROWS, [{"ref": "a"}, {"ref": "b"}], "ref", failing(RowError("no", TRACE, Place(1, ("name",))))
    )

    assert kinds(told) == [Done, Failed, Unclear]
    assert told[1].error.fields == ("name",)


def test_beside_errors_rows_that_nothing_tells_apart_are_unclear():
    told = verdicts.partly_created(ROWS, [{"no": 1}], None, failing(RowError("no", TRACE, Place(1))))

    assert kinds(told) == [Unclear, Failed, Unclear]


def test_a_row_that_did_not_come_back_from_an_update_was_not_matched():
    told = verdicts.updated(CHANGES, result({"no": 1}, {"no": 3}), failing())

    assert kinds(told) == [Done, Refused, Done]


def test_an_update_whose_answer_does_not_add_up_is_unclear():
    assert kinds(verdicts.updated(CHANGES, None, failing())) == [Unclear] * 3
    assert kinds(verdicts.updated(CHANGES, result({"no": 1}, affected=2), failing())) == [Unclear] * 3


def test_a_row_that_nobody_asked_for_makes_the_missing_ones_unclear():
    told = verdicts.updated(CHANGES, result({"no": 1}, {"no": 7}), failing())

    assert kinds(told) == [Done, Unclear, Unclear]


def test_old_values_that_come_back_for_a_failed_row_are_no_proof_that_it_was_changed():
    told = verdicts.partly_updated(
        CHANGES, result({"no": 1}, {"no": 2}, affected=1), failing(RowError("no", TRACE, Place(1)))
    )

    assert kinds(told) == [Done, Failed, Unclear]


def test_an_error_that_names_no_row_leaves_every_other_row_of_an_update_unclear():
    errors = failing(RowError("no", TRACE, Place(1)), RowError("which?"))

    assert kinds(verdicts.partly_updated(CHANGES, result({"no": 1}, {"no": 2}), errors)) == [Unclear, Failed, Unclear]


def test_the_only_row_of_a_request_is_the_one_that_failed():
    errors = failing(RowError("which?"))

    assert kinds(verdicts.partly_created(ROWS[:1], [], "ref", errors)) == [Failed]
    assert kinds(verdicts.partly_updated(CHANGES[:1], None, errors)) == [Failed]
    assert kinds(verdicts.nothing_kept(1, errors)) == [Failed]


def test_where_nothing_was_kept_the_rows_not_named_may_go_again():
    told = verdicts.nothing_kept(3, failing(RowError("first", TRACE, Place(1)), RowError("second", TRACE, Place(1))))

    assert told[0] is None
    assert told[2] is None
    assert str(told[1].error) == "first; second", "all that is wrong with a row is told together"


def test_a_row_that_is_locked_and_wrong_as_well_is_wrong():
    locked, wrong = RowLocked("locked by kari", TRACE, Place(1)), RowError("too long", TRACE, Place(1, ("name",)))

    assert kinds(verdicts.nothing_kept(2, failing(locked, locked))) == [type(None), Later]
    told = verdicts.nothing_kept(2, failing(locked, wrong))
    assert kinds(told) == [type(None), Failed]
    assert str(told[1].error) == "too long; locked by kari"


def test_what_stops_everything_is_raised_before_what_concerns_a_row():
    answer = failing(RowError("row", TRACE, Place(0)), AccessError("company"))

    with pytest.raises(AccessError, match=r"^company; row$"):
        answer.raise_errors()
