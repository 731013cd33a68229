"""What if it is killed here? Each point of a record's way, in both directions, judged when it is quiet.

Some have their twins with whole programs: tests/flow/test_histories.py and test_kill.py.
"""

from __future__ import annotations

import os
import signal
import time

import pytest
from crosswalk import Side, Store, StoreError, tables
from twoway.steps import Act, Run, Setting, Turn
from twoway.systems import GRACE
from twoway.world import FusedStore, World

SHOP, COMPANY = Side.WEBSHOP, Side.BUSINESSNXT
BOTH_WAYS = pytest.mark.parametrize("source", list(Side))
RETRY = 300


@pytest.fixture
def world(store):
    return World(store, Setting())


def edit(world, side, value):
    """Somebody edits the only customer there is."""
    table, column = {SHOP: ("customers", "street"), COMPANY: ("address", "addressLine1")}[side]
    [key] = world.sides[side].rows[table]
    world.people.type(world.sides[side], table, key, {column: value})


def streets(world):
    [record], [row] = world.sides[SHOP].rows["customers"].values(), world.sides[COMPANY].rows["address"].values()
    return record["street"], row["addressLine1"]


def take(world, run):
    """A run that is killed where it says, and nowhere else."""
    world.take(run)
    assert world.kills == bool(run.kill_on), "it was to die there"


def quiet(world):
    """Run until nothing is written in two rounds; whether nothing else is wrong then."""
    world.rest()
    assert not world.verdict.is_guilty, world.verdict.told
    return True


def linked(world):
    world.take(Act("make", SHOP))
    world.both()
    world.both()


MAKING = {
    "before it was announced": Run(SHOP, kill_on="find"),
    "announced, not sent": Run(SHOP, kill_on="create"),
    "sent, never executed": Run(SHOP, kill_on="sent", last_fate="never"),
    "sent, executed later": Run(SHOP, kill_on="sent", last_fate="late", delay=700),
    "made, the answer lost": Run(SHOP, fates=("done",)),
    "made, not bound": Run(SHOP, kill_on="sent", last_fate="done"),
    "bound, no STATE": Run(SHOP, kill_on="bound"),
}


@BOTH_WAYS
@pytest.mark.parametrize("point", MAKING)
@pytest.mark.parametrize("edited_meanwhile", [False, True])
def test_what_is_being_made_is_made_once(world, source, point, edited_meanwhile):
    world.take(Act("make", source))
    take(world, Run(**{**vars(MAKING[point]), "source": source}))

    if edited_meanwhile:
        edit(world, source, "edited")
    assert quiet(world)

    assert [len(world.sides[SHOP].rows["customers"]), len(world.sides[COMPANY].rows["address"])] == [1, 1]
    assert not edited_meanwhile or streets(world) == ("edited", "edited")


CHANGING = {
    "announced, not sent": Run(SHOP, kill_on="update"),
    "sent, never executed": Run(SHOP, kill_on="sent", last_fate="never"),
    "sent, executed later": Run(SHOP, kill_on="sent", last_fate="late", delay=700),
    "the answer lost": Run(SHOP, fates=("done",)),
    "changed, not remembered": Run(SHOP, kill_on="sent", last_fate="done"),
    "remembered, no STATE": Run(SHOP, kill_on="bound"),
}


@BOTH_WAYS
@pytest.mark.parametrize("point", CHANGING)
@pytest.mark.parametrize("then", ["nothing", "edited here", "edited there", "typed again"])
def test_what_is_being_changed_is_changed_once_and_later_edits_count(world, source, point, then):
    linked(world)
    [before, _] = streets(world)
    edit(world, source, "first")
    take(world, Run(**{**vars(CHANGING[point]), "source": source}))

    if then == "edited here":
        edit(world, source, "second")
    if then == "edited there":
        edit(world, source.other, "second")
    if then == "typed again":
        edit(world, source, before)
    assert quiet(world)

    here, there = streets(world)
    assert here == there
    told = [
        each[name]
        for each in world.store.rows(tables.conflict.select())
        for name in ("webshop_value", "businessnxt_value")
    ]
    if then == "nothing":
        assert (here, told) == ("first", [])
    if then == "edited here":
        assert here == "second"
    if then == "edited there":
        assert "second" in {here, *told}
    if then == "typed again":
        assert before in {here, *told}


@BOTH_WAYS
def test_a_state_that_is_lost_on_its_way_costs_no_write(world, source):
    linked(world)
    edit(world, source, "edited")
    told = dict(world.bookmarks)
    world.take(Run(source))

    world.bookmarks = told
    written = [each.writes for each in world.sides.values()]
    world.both()

    assert streets(world) == ("edited", "edited")
    assert [each.writes for each in world.sides.values()] == written


@BOTH_WAYS
@pytest.mark.parametrize("kill_at", range(1, 40, 5))
def test_what_is_tried_again_may_be_killed_at_any_time(world, source, kill_at):
    linked(world)
    edit(world, source, "edited")
    world.take(Run(source, fates=("never",)))
    world.take(Act("twin", SHOP))
    world.take(Run(source.other))
    world.take(Turn(GRACE + RETRY))

    world.take(Run(source, kill_at=kill_at))

    assert quiet(world)


@BOTH_WAYS
@pytest.mark.parametrize(
    "run",
    [Run(SHOP, kill_on="update"), Run(SHOP, kill_on="sent", last_fate="done"),
     Run(SHOP, kill_on="sent", last_fate="late", delay=700), Run(SHOP, fates=("done",))],
    ids=["announced", "done", "late", "deaf"],
)  # fmt: skip
def test_what_is_deleted_is_deactivated_once_and_stays_so(world, source, run):
    linked(world)
    world.take(Act("delete", source, where=1))

    take(world, Run(**{**vars(run), "source": source}))
    assert quiet(world)

    table, mark = {SHOP: ("customers", "status"), COMPANY: ("address", "information9")}[source.other]
    [row] = world.sides[source.other].rows[table].values()
    assert row[mark]


def test_a_torn_write_to_the_store_leaves_it_as_it_was_last_committed(tmp_path):
    first = FusedStore(tmp_path)
    world = World(first, Setting())
    linked(world)
    for each in tmp_path.glob("links.db*"):  # as the disk may hold it when the power goes, the log's end torn
        (tmp_path / "copy").mkdir(exist_ok=True)
        torn = b"\x00\xff" * 3000 if each.suffix == ".db-wal" else b""
        (tmp_path / "copy" / each.name).write_bytes(each.read_bytes() + torn)
    first.close()

    world.store = FusedStore(tmp_path / "copy")
    edit(world, SHOP, "edited")
    assert quiet(world)
    world.store.close()

    assert streets(world) == ("edited", "edited")


@BOTH_WAYS
@pytest.mark.parametrize("last_fate", ["done", "late", "never"])
def test_the_way_back_goes_first_after_a_kill(world, source, last_fate):
    linked(world)
    edit(world, source, "here")
    take(world, Run(source, kill_on="sent", last_fate=last_fate, delay=700))
    edit(world, source.other, "there")

    world.take(Run(source.other))
    assert quiet(world)

    here, there = streets(world)
    told = {
        each[name]
        for each in world.store.rows(tables.conflict.select())
        for name in ("webshop_value", "businessnxt_value")
    }
    assert here == there
    assert {"here", "there"} <= {here} | told


def test_a_paused_run_keeps_its_lock_and_a_dead_one_does_not(tmp_path):
    url = f"sqlite:///{tmp_path}/links.db"
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        Store(url, shop="shop", company="1").lock.acquire()
        os.write(tell, b".")
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    try:
        os.read(ready, 1)
        time.sleep(0.05)
        second = Store(url, shop="shop", company="1")
        with pytest.raises(StoreError, match=f"another sync of shop/1 is running.*{child}"):
            second.lock.acquire(patience=0.3)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    second.lock.acquire()
    second.close()
