"""What an operator meets: runs that would touch too much, stores that were lost, people who want to be forgotten."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from crosswalk import Store
from programs import serving
from rounds import Scene

PEOPLE = [f"C{number}" for number in range(8)]
SMALL = {"max_changes_at_least": 3}
"""So that eight customers are many."""


@pytest.fixture
def many(scene):
    """Eight customers who are linked."""
    for each in PEOPLE:
        scene.customer(each)
    scene.settle()
    scene.settings = SMALL


def names(scene):
    return [each["name"] for each in scene.rows("address")]


@pytest.mark.usefixtures("many")
def test_names_that_are_all_empty_at_once_stop_the_run_before_one_is_written(scene):
    before = names(scene)
    for each in PEOPLE:
        scene.in_shop("customers", each, first_name="", last_name="")

    run = scene.there(code=1)

    assert names(scene) == before
    assert "stopped before 8 of 8 linked records of customers" in run.log
    shown = scene.type("plan", "show")
    assert all(each in shown for each in PEOPLE)
    assert "Aase Berg" in shown
    assert "plan accept" in scene.type("check", code=1)

    for each in PEOPLE:
        scene.in_shop("customers", each, first_name="Aase", last_name="Berg")
    scene.settle()
    scene.type("check")
    assert names(scene) == before
    assert scene.quiet()


@pytest.mark.usefixtures("many")
def test_a_new_row_of_the_mapping_shows_its_plan_before_it_reaches_everybody(scene):
    for each in PEOPLE:
        scene.in_shop("customers", each, metadata={"nickname": f"Aasa {each}"})
    scene.sync()
    text = (scene.mapping / "customers.yml").read_text()
    last = text.rstrip().splitlines()[-1]
    scene.remap(
        "customers.yml",
        (last, f"{last}\n  - {{webshop: metadata.nickname, businessnxt: information8, type: String(40)}}"),
    )

    scene.there(full=True, code=1)
    assert {each["information8"] for each in scene.rows("address")} == {""}
    assert "Aasa C7" in scene.type("plan", "show")

    scene.type("plan", "accept")
    scene.there(full=True)

    assert {each["information8"] for each in scene.rows("address")} == {f"Aasa {each}" for each in PEOPLE}
    assert scene.conflicts() == []
    scene.settle()
    assert scene.quiet()


@pytest.mark.usefixtures("many")
def test_few_edits_of_a_small_shop_are_never_stopped(scene):
    for each in PEOPLE[:3]:
        scene.in_shop("customers", each, phone="20")

    scene.settle()

    assert len(scene.rows("address", phone="20")) == 3
    assert scene.quiet()


@pytest.fixture
def shop(scene):
    """A little of everything, linked."""
    scene.customer("C1", phone="10")
    scene.customer("C2")
    scene.product()
    scene.order("O1")
    scene.order("O2", customer_id=None, buyer={"name": "Gjest", "email": "gjest@example.test"})
    scene.settle()


def everything(scene):
    return {
        each: scene.links(each) for each in ("customers", "customer_accounts", "products", "orders", "orders.lines")
    }


@pytest.mark.usefixtures("shop")
def test_reading_everything_anew_writes_nothing(scene):
    before = scene.writes()

    scene.sync(full=True)

    assert scene.writes() == before
    assert scene.quiet()


@pytest.mark.usefixtures("shop")
def test_a_lost_store_is_noticed_and_rebuilt_from_what_both_sides_hold(scene):
    before, linked = scene.writes(), everything(scene)
    for file in scene.folder.glob("links.db*"):
        file.unlink()

    for _ in range(2):
        assert "crosswalk rebuild" in scene.there(code=1).log
    said = scene.type("rebuild")
    assert "--full-refresh" in said
    scene.sync(full=True)

    assert everything(scene) == linked
    assert scene.writes() == before
    assert scene.quiet()


@pytest.mark.usefixtures("shop")
def test_a_store_that_is_distrusted_is_set_aside_and_not_thrown_away(scene):
    linked = everything(scene)
    assert "holds links" in scene.type("rebuild", code=1)

    scene.type("rebuild", "--yes")
    [old] = scene.folder.glob("links-2*.db")
    with sqlite3.connect(old) as kept:
        assert kept.execute("SELECT count(*) FROM link").fetchone()[0] > 0
    scene.states.clear()
    scene.sync(full=True)

    assert everything(scene) == linked
    assert scene.quiet()


@pytest.mark.usefixtures("shop")
def test_yesterdays_store_makes_nothing_twice_and_loses_no_edit(scene):
    shutil.copy(scene.folder / "links.db", scene.folder / "yesterday.db")
    scene.customer("C3")
    scene.in_shop("customers", "C1", phone="20")
    scene.settle()
    for file in scene.folder.glob("links.db*"):
        file.unlink()
    shutil.move(scene.folder / "yesterday.db", scene.folder / "links.db")
    scene.in_shop("customers", "C1", phone="30")

    scene.settle()

    assert sorted(each["information1"] for each in scene.rows("address")) == ["C1", "C2", "C3"]
    assert len(scene.records("customers")) == 3
    assert (scene.row("address", information1="C1")["phone"], scene.record("customers", "C1")["phone"]) == ("30", "30")
    assert [each for each, _ in scene.links("customers")] == ["C1", "C2", "C3"]
    assert scene.quiet()


def test_two_shops_in_one_company_leave_each_other_alone(scene, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("second"), seed="empty") as second:
        folder = tmp_path_factory.mktemp("links")
        neighbours = type(second)(second.webshop, scene.neighbours.businessnxt)
        other = Scene(neighbours, folder, settings={"shop": "second"})
        for each, column in ((scene, "information1"), (other, "information8")):
            each.remap(
                "customers.yml",
                ("reference: information1", f"reference: {column}"),
                ("create_in_webshop: always", "create_in_webshop: match"),
            )
        scene.customer("C1", email="en@example.test", phone="10")
        other.customer("C1", email="to@example.test", phone="20")
        for each in (scene, other, scene, other):
            each.sync()

        assert sorted(
            (each["information1"], each["information8"], each["phone"]) for each in scene.rows("address")
        ) == [
            ("", "C1", "20"),
            ("C1", "", "10"),
        ]
        assert [len(each.records("customers")) for each in (scene, other)] == [1, 1]
        assert scene.quiet()
        assert other.quiet()


@pytest.mark.usefixtures("shop")
def test_who_is_erased_leaves_ids_and_nothing_else_and_the_others_go_on(scene):
    scene.customer("C9", first_name="Glemt", last_name="Bort", group="Ukjent")
    scene.in_shop("customers", "C1", last_name="Glemmesen")
    scene.sync()
    scene.delete_in_shop("customers", "C1")
    scene.sync()

    for each in ("C1", "C9", "O1"):
        scene.type("erase", each)

    content = b"".join(dump(scene))
    assert b"Glemmesen" not in content
    assert b"c1@example.test" not in content
    assert b"Glemt" not in content
    assert scene.links("customers", "erased") != []
    scene.in_shop("customers", "C2", phone="77")
    scene.settle()
    assert scene.row("address", information1="C2")["phone"] == "77"
    assert b"Glemmesen" not in b"".join(dump(scene)), "what comes of it from now on is passed over"
    assert scene.quiet()


def dump(scene):
    """Everything that stands in the link store."""
    with sqlite3.connect(scene.folder / "links.db") as store:
        return [line.encode() for line in store.iterdump()]


def test_rights_that_are_taken_away_stop_the_writes_they_concern_and_no_others(scene):
    scene.customer("C1")
    scene.product()
    scene.settle()
    scene.neighbours.tell_company("PUT", "rights", no_update=["address"])
    scene.in_shop("customers", "C1", phone="20")
    scene.in_shop("products", "P1", brand="Nytt")

    scene.there()

    assert scene.row("product", productNo="ULL-1")["information2"] == "Nytt"
    [reject] = scene.rejects()
    assert reject["entity"] == "customers"
    scene.neighbours.tell_company("PUT", "rights")
    scene.type("rejects", "retry")
    scene.settle()
    assert scene.row("address")["phone"] == "20"
    assert scene.quiet()


def test_a_run_that_another_keeps_out_writes_nothing_and_the_next_one_all(scene):
    scene.customer("C1")
    other = Store(scene.link_store, shop="webshop", company=str(scene.neighbours.businessnxt["company_no"]))
    other.lock.acquire()
    try:
        run = scene.there(code=1)
    finally:
        other.close()

    assert "another sync of" in run.log
    assert scene.rows("address") == []
    scene.settle()
    assert len(scene.rows("address", information1="C1")) == 1
    assert scene.quiet()


def test_a_company_that_is_flooded_and_says_so_is_given_its_time(scene, hurried):
    scene.customer("C1")
    scene.neighbours.tell_company("POST", "faults", kind="http_429", times=2, retry_after=30)

    scene.there()

    assert [30 <= each < 31 for each in hurried] == [True, True]
    assert len(scene.rows("address", information1="C1")) == 1
    scene.settle()
    assert scene.quiet()
