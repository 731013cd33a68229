"""The merge, decision by decision: what an edit in the webshop means for the row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crosswalk.columns import ColumnType
from crosswalk.entries import Link, Pending
from crosswalk.mapping import Mapping
from crosswalk.merge import Edit, Scales, Triage, decide, moved, triage
from crosswalk.paths import compile_path
from crosswalk.properties import Property
from crosswalk.settling import Sight, settle
from crosswalk.sides import Side
from crosswalk.ways import Way

NAME = Property("name", "name", ColumnType("String", 6), path=compile_path("name"))
LINKED = Link("things", "W1", "7", id=1, status="linked", webshop_shadow={"name": "old name"},
              businessnxt_shadow={"name": "old na"}, webshop_fingerprint="f", webshop_read_at=100.0)  # fmt: skip


def things(row):
    return Mapping("things", "things", "thing", ("thingNo",), compile_path("id"), (row,))


def merged(webshop, held, *, row=NAME, link=LINKED):
    draft = {"name": row.type.encode(webshop, "name")}
    scales = Scales(Way(things(row)), {}, now=1.0)
    return decide([row], Edit({"name": webshop}, draft), {"name": held}, link, scales)


def test_an_edit_here_is_carried():
    assert merged("new", "old na").write == {"name": "new"}


def test_the_same_edit_on_both_sides_needs_no_write():
    decision = merged("new", "new")

    assert (decision.write, decision.agreed, decision.conflicts) == ({}, {"name": "new"}, [])


def test_values_that_are_equal_under_the_mapping_agree():
    assert merged("longer name", "longer").agreed == {"name": "longer"}


def test_different_edits_are_a_conflict_with_both_values_and_both_pasts():
    decision = merged("mine", "theirs")

    (conflict,) = decision.conflicts
    assert decision.write == {"name": "mine"}
    assert (conflict.webshop_value, conflict.businessnxt_value) == ("mine", "theirs")
    assert (conflict.webshop_base, conflict.businessnxt_base) == ("old name", "old na")
    assert (conflict.winner, conflict.rule, conflict.state) == ("webshop", "webshop", "auto")


@pytest.mark.parametrize(
    ("wins", "webshop", "written", "winner"),
    [
        ("businessnxt", "mine", {}, "businessnxt"),
        ("manual", "mine", {}, "none"),
        ("unless_blank", "mine", {"name": "mine"}, "webshop"),
        ("unless_blank", None, {}, "businessnxt"),
    ],
)
def test_who_wins_is_a_choice_of_the_mapping(wins, webshop, written, winner):
    decision = merged(webshop, "theirs", row=replace(NAME, wins=wins))

    assert decision.write == written
    assert decision.conflicts[0].winner == winner


@pytest.mark.parametrize(
    ("adopts", "written", "winner"),
    [(None, {"name": "mine"}, "webshop"), ("businessnxt", {}, "businessnxt"), ("manual", {}, "none")],
)
def test_who_is_adopted_at_first_sight_is_a_choice_of_its_own(adopts, written, winner):
    strangers = replace(LINKED, webshop_shadow={}, businessnxt_shadow={})
    row = replace(NAME, adopts=adopts)

    decision = merged("mine", "theirs", row=row, link=strangers)

    assert decision.write == written
    assert decision.conflicts[0].winner == winner
    assert merged("mine", "theirs", row=row).conflicts[0].winner == "webshop"  # once they have a past, `wins` counts


def test_what_is_written_only_once_is_kept_and_put_on_record():
    decision = merged("new", "old na", row=replace(NAME, only_create=True))

    assert (decision.write, decision.kept) == ({}, {"name": "old na"})
    assert decision.conflicts[0].rule == "only_create"


STRANGER = replace(LINKED, webshop_shadow={}, businessnxt_shadow={})


def test_at_first_sight_a_blank_takes_the_others_value():
    assert merged("mine", "", link=STRANGER).write == {"name": "mine"}
    assert merged(None, "theirs", link=STRANGER).kept == {"name": "theirs"}
    assert merged(None, "theirs", link=STRANGER).conflicts == []


def test_at_first_sight_two_values_are_a_conflict_without_a_past():
    (conflict,) = merged("mine", "theirs", link=STRANGER).conflicts

    assert (conflict.webshop_base, conflict.businessnxt_base) == (None, None)


def test_only_what_differs_from_its_own_shadow_has_moved():
    way = Way(things(NAME))

    assert moved(way, {"name": "old name"}, LINKED) == []
    assert moved(way, {"name": "new"}, LINKED) == [NAME]
    assert moved(way, {"name": "old name"}, STRANGER) == [NAME], "a row without a past has to be looked at"


@pytest.mark.parametrize(
    ("link", "fingerprint", "read_at", "expected"),
    [
        (None, "f", 101, Triage.NEW),
        (replace(LINKED, status="creating"), "f", 101, Triage.UNFINISHED),
        (replace(LINKED, status="tombstone"), "f", 101, Triage.ORPHANED),
        (LINKED, "g", 99, Triage.STALE),
        (LINKED, "f", 101, Triage.UNCHANGED),
        (LINKED, "g", 101, Triage.CHANGED),
        (replace(LINKED, status="dormant"), "g", 101, Triage.DORMANT),
        (replace(LINKED, webshop_wrote_at=105.0), "g", 105, Triage.STALE),
    ],
)
def test_what_a_record_needs_is_told_from_its_link(link, fingerprint, read_at, expected):
    assert triage(link, Side.WEBSHOP, fingerprint, read_at) is expected


PENDING = Pending(1, Side.BUSINESSNXT, "update", 0.0, {"name": ("new name", "new na")})


@pytest.mark.parametrize(
    ("held", "age", "landed", "certain"),
    [
        ("new na", 1, {"name": "new name"}, True),  # it landed
        ("old na", 1, {}, False),  # not yet
        ("old na", 901, {}, True),  # never
        ("theirs", 1, {}, True),  # somebody else's edit
    ],
)
def test_a_lost_answer_is_settled_from_the_row(held, age, landed, certain):
    sight = Sight(held=lambda _: held, ours=False, age=age, grace=900)
    found = settle(PENDING, Way(things(NAME)), LINKED, sight)

    assert (found.sent, found.certain) == (landed, certain)


@pytest.mark.parametrize(
    ("held", "age", "landed", "certain"),
    [
        ("edited", 1, {}, False),  # what lost is still there, and may yet be written over
        ("edited", 901, {}, True),
        ("NEW NA", 1, {"name": "new name"}, True),  # the row's system made this of what we sent
    ],
)
def test_what_lost_and_still_stands_is_no_write_of_ours_because_another_one_reached_the_row(held, age, landed, certain):
    over = replace(PENDING, values={"name": ("new name", "new na", "edited")})
    sight = Sight(held=lambda _: held, ours=True, age=age, grace=900)
    found = settle(over, Way(things(NAME)), LINKED, sight)

    assert (found.sent, found.certain) == (landed, certain)


def test_an_edit_of_what_the_webshop_owns_gives_the_row_back_what_the_webshop_says():
    reference = Property("ref", "ref", ColumnType("String"), sync="to_businessnxt", wins="businessnxt", identity=True)
    link = replace(LINKED, webshop_shadow={"ref": "W1"}, businessnxt_shadow={"ref": "W1"})
    way = Way(replace(things(reference), businessnxt_stream="rows"), Side.BUSINESSNXT)

    rows = moved(way, {"ref": "typed over"}, link)
    decision = decide(rows, Edit({"ref": "typed over"}, {}), {}, link, Scales(way, {}, now=1.0))

    assert decision.owed == {"ref": "W1"}
    assert [(each.rule, each.winner) for each in decision.conflicts] == [("owner", "webshop")]
