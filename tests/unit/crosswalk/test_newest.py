"""`wins: newest`: who won stays the winner until both sides have the value, and the later edit wins anew."""

from __future__ import annotations

import pytest
from crosswalk import Side, tables
from twoway.steps import Act, Run, Setting, Turn
from twoway.world import World

SHOP, COMPANY = Side.WEBSHOP, Side.BUSINESSNXT
MAILS = {SHOP: ("customers", "email"), COMPANY: ("address", "emailAddress")}
NAMES = {SHOP: ("customers", "street"), COMPANY: ("address", "addressLine1")}
LATER = 500


def edit(world, side, value, place=MAILS):
    """Somebody edits the only customer there is."""
    world.host.turn(LATER)
    table, column = place[side]
    [key] = world.sides[side].rows[table]
    world.people.type(world.sides[side], table, key, {column: value})


def mails(world):
    return tuple(
        row[column] for side, (table, column) in MAILS.items() for row in world.sides[side].rows[table].values()
    )


@pytest.fixture(params=[SHOP, COMPANY], ids=["the shop's was earlier", "the company's was earlier"])
def crossed(store, request):
    """A customer whose mail address was edited on both sides, one later; the earlier edit has met the later one."""
    world, earlier = World(store, Setting(falls_after=10**9)), request.param
    world.take(Act("make", SHOP))
    world.both()
    world.both()
    edit(world, earlier, "early")
    edit(world, earlier.other, "late")
    world.take(Run(earlier))
    assert [(each["value"], each["side"]) for each in debts(world)] == [("late", earlier.value)]
    return world, earlier


def debts(world):
    return world.store.rows(tables.owed.select())


def pay(world, loser):
    """A run that pays, and to which no tap brings anything."""
    known, now = world.bookmarks, world.sides[loser.other].clock() + 10**6
    world.bookmarks = {(loser.other, stream): now for stream in ("customers", "addresses")}
    world.take(Run(loser.other))
    world.bookmarks = known


def test_what_was_decided_is_paid_without_being_decided_anew(crossed):
    world, loser = crossed

    pay(world, loser)

    assert (mails(world), debts(world)) == (("late", "late"), [])


def test_the_stamp_of_another_property_changes_nothing(crossed):
    world, loser = crossed
    edit(world, loser, "elsewhere", NAMES)

    pay(world, loser)

    assert (mails(world), debts(world)) == (("late", "late"), [])


def test_nor_does_it_when_the_loser_is_read_again_first(crossed):
    world, loser = crossed
    edit(world, loser, "elsewhere", NAMES)

    world.take(Run(loser))
    pay(world, loser)

    assert (mails(world), debts(world)) == (("late", "late"), [])


def test_who_edits_the_loser_again_has_the_latest_edit(crossed):
    world, loser = crossed
    edit(world, loser, "latest")

    pay(world, loser)
    world.rest()

    assert mails(world) == ("latest", "latest")
    assert not world.verdict.is_guilty, world.verdict.told
    told = {
        frozenset((each["webshop_value"], each["businessnxt_value"]))
        for each in world.store.rows(tables.conflict.select())
    }
    assert told == {frozenset(("early", "late")), frozenset(("latest", "late"))}


def test_who_edits_the_winner_again_has_the_latest_edit(crossed):
    world, loser = crossed
    edit(world, loser.other, "latest")

    world.rest()

    assert mails(world) == ("latest", "latest")
    assert not world.verdict.is_guilty, world.verdict.told


def test_of_two_more_edits_the_later_one_wins(crossed):
    world, loser = crossed
    edit(world, loser, "third")
    pay(world, loser)
    edit(world, loser.other, "fourth")

    world.take(Turn(1))
    world.rest()

    assert mails(world) == ("fourth", "fourth")
    assert not world.verdict.is_guilty, world.verdict.told
