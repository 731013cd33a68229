"""An order is cancelled by a processing, beside what is set as such: what is told of it is what was done."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from businessnxt import AccessError, Done, SchemaError
from businessnxt.errors import RightError, RowError
from crosswalk import Change, RemoteTable, Unclear, Unwelcome, Written
from target_businessnxt.company import Company

ORDERS = RemoteTable("order", ("orderNo",), ("orderNo", "orderStatus1", "information4"))
CANCELLED = 536870912
CANCEL = Change("7", {"orderStatus1": CANCELLED}, {"orderStatus1": 0})
BOTH = Change("7", {"information4": "new", "orderStatus1": CANCELLED}, {"information4": "", "orderStatus1": 0})


class FakeClient:
    """An order, which somebody else may edit right after us; what it refuses."""

    def __init__(self, refuses=None, *, writer="me", may_set=True):
        self.row = {"orderNo": 7, "orderStatus1": 0, "information4": "", "changedByUser": ""}
        self.refuses, self.writer, self.may_set = refuses, writer, may_set

    def columns(self, _):
        return {name: SimpleNamespace(type="Int") for name in self.row}

    def find(self, *_, **__):
        return [dict(self.row)]

    def update(self, _, edits, **__):
        if not self.may_set:
            raise RightError("no right to update")
        for each in edits:
            self.row |= each.values
        return [Done(dict(self.row)) for _ in edits]

    def process(self, *_):
        if self.refuses:
            raise self.refuses
        self.row |= {"orderStatus1": CANCELLED, "changedByUser": self.writer}


def outcome(client, change):
    (found,) = Company(client, user="me").update(ORDERS, [change])
    return found


@pytest.mark.parametrize(("writer", "ours"), [("me", True), ("kari", False)])
def test_who_wrote_last_is_told_as_it_stands(writer, ours):
    found = outcome(FakeClient(writer=writer), CANCEL)

    assert (type(found), found.row.ours) == (Written, ours)


@pytest.mark.parametrize("error", [RightError, AccessError, SchemaError, RowError])
def test_a_missing_right_concerns_the_order_and_not_the_run(error):
    assert outcome(FakeClient(error("may not cancel")), CANCEL) == Unwelcome("may not cancel")


def test_a_refusal_after_something_was_set_does_not_say_that_nothing_happened():
    client = FakeClient(RowError("may not cancel"))

    assert isinstance(outcome(client, BOTH), Unclear)
    assert client.row["information4"] == "new"


def test_what_cannot_be_undone_is_refused_before_anything_is_set():
    client = FakeClient()
    found = outcome(client, Change("7", {"information4": "new", "orderStatus1": 0}, {"orderStatus1": CANCELLED}))

    assert (type(found), client.row["information4"]) == (Unwelcome, "")


def test_an_order_can_be_cancelled_although_no_column_may_be_set():
    assert isinstance(outcome(FakeClient(may_set=False), CANCEL), Written)
