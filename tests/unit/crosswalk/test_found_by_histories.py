"""Cases that random histories found, each told by the steps that are left of it."""

from __future__ import annotations

import pytest
from crosswalk import Side, tables
from twoway.people import token
from twoway.steps import Act, Run, Setting, Turn
from twoway.world import World

SHOP, COMPANY = Side.WEBSHOP, Side.BUSINESSNXT


@pytest.fixture
def world(store):
    return World(store, Setting())


def customer_with_order(world, *, lines=1):
    """A customer who has ordered in the shop, on both sides."""
    world.take(Act("make", SHOP))
    world.take(Act("order", SHOP, where=lines))
    world.both()


def lines(world, side):
    return world.sides[side].rows[{SHOP: "orders.lines", COMPANY: "orderLine"}[side]]


def test_a_line_that_is_deleted_in_the_company_leaves_the_shop(world):
    customer_with_order(world, lines=2)

    world.take(Act("drop_line", COMPANY, which=0))
    figures = world.rest()

    assert len(lines(world, SHOP)) == len(lines(world, COMPANY)) == 1
    assert world.store.rows(tables.conflict.select()) == []
    assert figures["writes_after_quiet"] == 0


@pytest.mark.parametrize("kill_at", range(2, 60, 2))
def test_an_order_of_the_company_whose_making_is_cut_short_gets_no_line_twice(world, kill_at):
    customer_with_order(world)
    world.take(Act("order", COMPANY, where=2))

    world.take(Run(COMPANY, kill_at=kill_at))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    assert len(lines(world, COMPANY)) == len(lines(world, SHOP)) == 3


def test_the_shop_gets_back_what_a_closed_order_and_its_lines_hold(world):
    customer_with_order(world)
    world.take(Act("close", COMPANY, where=1))
    [line], [order] = lines(world, SHOP), world.sides[SHOP].rows["orders"]

    world.sides[SHOP].put("orders.lines", line, {"title": "edited"}, ours=False)
    world.sides[SHOP].put("orders", order, {"note": "edited"}, ours=False)
    world.rest()

    assert lines(world, SHOP)[line]["title"] != "edited"
    assert world.sides[SHOP].rows["orders"][order]["note"] != "edited"
    told = {(each["name"], each["webshop_value"], each["rule"]) for each in world.store.rows(tables.conflict.select())}
    assert {("description", "edited", "frozen"), ("information4", "edited", "frozen")} <= told
    assert world.store.rows(tables.owed.select()) == []


def test_what_the_company_shortened_comes_back_as_the_shop_had_it(world):
    world.take(Act("make", SHOP))
    world.take(Act("order", SHOP, where=1, how="long"))
    world.both()
    [line] = lines(world, SHOP)
    typed = lines(world, SHOP)[line]["title"]
    assert typed.endswith(" and more")
    assert [each["description"] for each in lines(world, COMPANY).values()] == [typed[:8]]
    world.take(Act("close", COMPANY, where=1))

    world.sides[SHOP].put("orders.lines", line, {"title": "edited"}, ours=False)
    world.rest()

    assert lines(world, SHOP)[line]["title"] == typed
    assert world.store.rows(tables.owed.select()) == []


def test_an_overwrite_that_was_lost_is_written_again_although_another_one_reached_the_row(store):
    world = World(store, Setting(falls_after=5000))
    world.take(Act("twin", COMPANY, which=16, where=19, how="long"))
    world.take(Turn(120))
    world.take(Run(SHOP, fates=("before", "", "", "", "after")))  # somebody edits the e-mail at that very moment
    world.take(Run(COMPANY))
    world.take(Run(SHOP, fates=("never", "never")))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    [record], [row] = world.sides[SHOP].rows["customers"].values(), world.sides[COMPANY].rows["address"].values()
    assert record["email"] == row["emailAddress"] != ""


@pytest.mark.parametrize("side", list(Side))
def test_nothing_is_owed_to_a_record_that_is_gone(world, side):
    world.take(Act("twin", SHOP))
    world.take(Run(side))
    assert world.store.rows(tables.owed.select()) != []

    world.take(Act("delete", side, where=1))
    world.rest()

    assert world.store.rows(tables.owed.select()) == world.store.rows(tables.pending.select()) == []


def test_an_edit_of_a_new_row_before_its_making_was_answered_reaches_the_shop(world):
    world.take(Act("make", SHOP))
    edit = (40, Act("edit", COMPANY, which=6, where=90))

    world.take(Run(SHOP, last_fate="late", delay=700, acts=(edit,)))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told


def test_nothing_waits_any_longer_for_a_write_to_a_row_that_is_gone(world):
    world.take(Act("make", COMPANY, which=36, where=11, how="long"))
    world.take(Run(COMPANY, last_fate="late", delay=700))
    world.take(Act("edit", SHOP, which=96, where=77, how="blank"))
    world.take(Run(SHOP, last_fate="never", fates=("late", "", "late", "never", "", "", "", ""), delay=20))
    assert world.store.rows(tables.hold.select()) != []

    world.take(Act("delete", COMPANY, which=50, where=21))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    [reject] = world.store.rows(tables.reject.select())
    assert (reject["kind"], reject["source_id"]) == ("deleted", "C1"), "the edit is not lost"


def test_an_account_whose_new_value_waits_is_not_taken_for_one_that_was_just_matched(world):
    world.take(Act("twin", COMPANY, which=12, where=75, how="long"))
    world.take(Act("order", SHOP, which=28, where=25, how="again"))
    world.take(Run(SHOP, last_fate="late", delay=20))
    world.take(Run(COMPANY, last_fate="done", delay=20))
    world.take(Turn(9000))  # no tap tells of it again
    world.take(Run(SHOP, last_fate="never", fates=("never", "", "", "", "", "never"), delay=200))
    assert world.store.rows(tables.hold.select()) != []

    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    [record], [row] = world.sides[SHOP].rows["customers"].values(), world.sides[COMPANY].rows["associate"].values()
    assert record["country"] == row["information3"]


def test_nobody_is_owed_what_a_person_is_to_decide(world):
    world.take(Act("twin", SHOP, which=63, where=64))
    world.take(Act("edit", SHOP, which=50, where=78, how="blank"))
    world.take(Run(SHOP))
    world.take(Act("edit", SHOP, which=32, where=96))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    [conflict] = [each for each in world.store.rows(tables.conflict.select()) if each["state"] == "open"]
    assert conflict["rule"] == "manual"


@pytest.mark.parametrize("then", [None, Act("edit_line", SHOP, 1, 2), Act("drop_line", SHOP, 1)])
def test_a_line_that_gets_the_number_of_a_deleted_one_is_another_line(store, then):
    world = World(store, Setting(reuses=True))
    customer_with_order(world, lines=2)
    world.both()
    world.take(Act("drop_line", COMPANY, which=1))
    world.take(Act("add_line", COMPANY))
    if then is not None:
        world.take(then)

    world.rest()

    goods = sorted(row["sku"] for row in lines(world, SHOP).values())
    assert goods == sorted(row["productNo"] for row in lines(world, COMPANY).values())
    assert len(goods) == (3 if then and then.what == "edit_line" else 2)
    assert not world.verdict.is_guilty, world.verdict.told


def test_a_line_that_becomes_one_of_another_product_before_it_carries_our_reference_is_the_same_line(store):
    world = World(store, Setting())
    world.take(Act("twin", COMPANY, which=12, where=94))
    world.take(Act("order", SHOP, which=25, where=97))
    world.take(Run(COMPANY, last_fate="never", delay=200, waits=True))
    world.take(Act("order", COMPANY, which=34, where=8))
    world.take(Run(SHOP, last_fate="late", delay=200, waits=True))
    world.take(Act("edit_line", COMPANY, which=95, where=72, how="again"))
    world.take(Act("edit_line", SHOP, which=50, where=85))

    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told


def test_what_the_company_fills_in_with_a_product_is_no_edit_of_a_blank_text(store):
    world = World(store, Setting())
    world.take(Act("twin", COMPANY, which=51, where=83))
    world.take(Act("order", SHOP, which=51, where=52, how="blank"))
    world.take(Act("edit_line", SHOP, which=98, where=53, how="again"))
    world.take(Run(SHOP))
    world.take(Act("edit_line", SHOP, which=83, where=64, how="long"))

    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    assert [row["title"] for row in lines(world, SHOP).values()] == [""]


def test_a_line_that_gets_the_number_of_one_that_was_just_deleted_takes_its_place(store):
    world = World(store, Setting(falls_after=5534, reuses=True))
    world.take(Act("make", SHOP, which=69, where=75))
    world.take(Act("order", SHOP, which=78, where=65))
    world.take(Run(SHOP, last_fate="late", delay=200))
    added, dropped = Act("add_line", SHOP, which=42, where=9, how="long"), Act("drop_line", COMPANY, 73, 44, "long")
    world.take(Run(COMPANY, last_fate="late", acts=((80, added),)))
    world.take(Run(SHOP, delay=700, acts=((34, dropped),)))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told


@pytest.mark.parametrize("side", list(Side))
def test_what_is_cleared_in_an_order_whose_making_is_cut_short_stays_cleared(world, side):
    customer_with_order(world, lines=0)
    world.take(Act("order", side, where=1, how="long"))
    world.take(Run(side, kill_on="sent", last_fate="done"))

    table, column = ("orders.lines", "title") if side is SHOP else ("orderLine", "description")
    line = list(lines(world, side))[-1]
    world.people.replaced.add(token(lines(world, side)[line][column]))
    world.sides[side].put(table, line, {column: ""}, ours=False)
    world.rest()

    assert lines(world, side)[line][column] == ""
    assert not world.verdict.is_guilty, world.verdict.told


def test_an_older_state_that_is_told_once_more_does_not_take_the_place_of_a_newer_one_that_waits(world):
    world.take(Act("twin", SHOP, which=26, where=8))
    world.take(Run(SHOP, kill_at=76, last_fate="late", delay=200))
    world.take(Act("order", SHOP, which=4, where=83))
    world.take(Act("make", SHOP, which=75, where=77, how="again"))
    world.take(Run(SHOP, fates=("", "after", "", "", "never"), delay=700, shuffle=26139319, waits=True))
    world.take(Act("make", SHOP, which=64, where=90))
    world.take(Turn(9000))
    late = ("", "never", "never", "never")
    world.take(Run(SHOP, last_fate="late", fates=late, delay=700, shuffle=634936135))
    assert [each["read_at"] for each in world.store.rows(tables.hold.select()) if each["source_id"] == "C1"] > [1009000]

    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told


def test_a_line_that_stays_because_it_was_edited_is_another_than_the_one_that_got_its_number(store):
    world = World(store, Setting(falls_after=4892.886317997398, reuses=True))
    world.take(Act("twin", COMPANY, which=28, where=31, how="long"))
    world.take(Run(COMPANY, waits=True, delay=20))
    world.take(Act("order", SHOP, which=89, where=46, how="blank"))
    added = Act("add_line", COMPANY, which=35, where=94, how="long")
    world.take(Run(SHOP, last_fate="late", delay=20, acts=((71, added),), shuffle=402752251))
    world.take(Run(COMPANY, last_fate="never", delay=20))
    world.take(Act("edit_line", SHOP, which=97, where=86, how="again"))
    world.take(Act("drop_line", COMPANY, which=91, where=21, how="again"))
    another = Act("add_line", SHOP, which=69, where=88, how="blank")
    world.take(Run(COMPANY, kill_at=16, last_fate="never", delay=20, acts=((3, another),)))
    world.rest()

    assert not world.verdict.is_guilty, world.verdict.told
    assert len(lines(world, SHOP)) == len(lines(world, COMPANY)) == 3
