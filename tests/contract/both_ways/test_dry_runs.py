"""A run that only says what it would do: neither system is written to, and what is remembered stays as it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from crosswalk.cli import main as crosswalk

MAPPING = Path(__file__).parents[3] / "mapping"
KARI = {"name": "Kari Nord", "emailAddress": "kari@example.test", "addressLine1": "Vegen 1", "postCode": "5003",
        "postalArea": "Bergen", "countryNo": 47, "languageNo": 47}  # fmt: skip


@pytest.fixture
def rehearsal(scene):
    """The file that a dry run leaves."""
    return scene.folder / "rehearsal.db"


def said(rehearsal, *words):
    """What a command says of a dry run."""
    where = ["--link-store", f"sqlite:///{rehearsal}", "--mapping", str(MAPPING)]
    result = CliRunner().invoke(crosswalk, [*where, *words])
    assert result.exit_code == 0, result.output
    return result.output


def told(rehearsal, *words):
    """The same for programs."""
    return json.loads(said(rehearsal, *words, "--json"))


def seeming(rehearsal):
    """What it would have written: operation, entity, id in the webshop."""
    return {(each["op"], each["entity"], each["webshop_id"]) for each in told(rehearsal, "writes")}


def digest(scene):
    with scene.store() as store:
        return hashlib.sha256(str(list(store._engine.raw_connection().iterdump())).encode()).hexdigest()


def test_a_first_run_says_what_it_would_make_and_link_and_refuse_and_does_none_of_it(scene, rehearsal):
    scene.add_in_company("address", **KARI)
    scene.customer("C1")
    scene.customer("C2", email="kari@example.test", first_name="Kari", last_name="Nord")
    scene.customer("C3", email=f"{'x' * 90}@example.test")
    scene.product()
    scene.order()
    before = scene.writes()

    run = scene.there(dry_run=str(rehearsal))

    assert scene.writes() == before
    assert run.states == []
    assert not (scene.folder / "links.db").exists()
    assert {("create", "customers", "C1"), ("create", "products", "P1/V1"), ("create", "orders", "O1")} <= seeming(
        rehearsal
    )
    assert ("create", "customers", "C2") not in seeming(rehearsal), "there is a row for her"
    assert [each["source_id"] for each in told(rehearsal, "rejects", "list")] == ["C3"]
    assert "dry run, nothing was written: customers: 3 read, 1 created, 1 adopted" in run.log


def test_what_it_says_is_what_a_run_then_does(scene, rehearsal):
    scene.add_in_company("address", **KARI)
    scene.customer("C1")
    scene.customer("C2", email="kari@example.test", first_name="Kari", last_name="Nord")
    scene.product()
    scene.order(lines=[scene.line("L1"), scene.line("L2", quantity="2")])

    scene.there(dry_run=str(rehearsal))
    scene.there()

    done = json.loads(scene.type("writes", "--json"))
    assert {(each["op"], each["entity"], each["webshop_id"]) for each in done} == seeming(rehearsal)
    scene.settle()
    assert scene.quiet()


def test_edits_and_conflicts_are_told_and_the_link_store_stays_as_it_is(scene, rehearsal):
    scene.customer("C1", phone="11111111")
    scene.settle()
    scene.in_shop("customers", "C1", phone="22222222", email="ny@example.test")
    scene.in_company("address", {"information1": "C1"}, phone="33333333")
    before, kept = scene.writes(), digest(scene)

    scene.there(dry_run=str(rehearsal))

    assert (scene.writes(), digest(scene)) == (before, kept)
    [write] = told(rehearsal, "writes")
    assert (write["op"], write["webshop_id"]) == ("update", "C1")
    assert write["after"] == {"emailAddress": "ny@example.test", "phone": "22222222"}
    assert said(rehearsal, "writes").splitlines() == [
        f"update in businessnxt: customers C1 ⇄ {scene.row('address')['addressNo']}",
        "    emailAddress: c1@example.test → ny@example.test",
        "    phone: 33333333 → 22222222",
    ]
    assert "wrote nothing of orders" in said(rehearsal, "writes", "--entity", "orders")
    [conflict] = told(rehearsal, "conflicts", "list", "--all")
    assert conflict["name"] == "phone"
    scene.settle()
    assert scene.row("address")["phone"] == "22222222"


def test_the_way_back_tells_what_it_would_make_in_the_shop(scene, rehearsal):
    scene.sync()
    number = scene.add_in_company("address", **KARI)["addressNo"]
    before = scene.writes()

    scene.back(dry_run=str(rehearsal))

    assert scene.writes() == before
    assert [(each["op"], each["to"], each["businessnxt_id"]) for each in told(rehearsal, "writes")] == [
        ("create", "webshop", str(number))
    ]


def test_what_a_dry_run_left_is_no_link_store_and_no_link_store_is_written_over(scene, rehearsal):
    scene.customer("C1")
    scene.there(dry_run=str(rehearsal))

    run = scene.there(code=1, link_store=f"sqlite:///{rehearsal}")
    assert "is what a dry run left: the rows that it names were never made" in run.log

    scene.there()
    run = scene.there(code=1, dry_run=f"{scene.folder}/links.db")
    assert "is not the copy of an earlier dry run; name another file" in run.log
    assert scene.links("customers") != []
