"""What a person types against a store that real runs have made, and what both systems hold two rounds later."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from crosswalk import Incoming, Side, Store, Synchronizer
from crosswalk.cli import main
from crosswalk.entries import Link, Owed, Pending, Reject
from twoway import world
from twoway.people import CUSTOMERS
from twoway.systems import Host, System
from twoway.world import MAPPINGS

SHOP, COMPANY = Side.WEBSHOP, Side.BUSINESSNXT
STREAMS = {SHOP: "customers", COMPANY: "addresses"}
PAIRS = {"name": "name", "note": "information5", "country": "information3", "phone": "phone", "group": "information6",
         "email": "emailAddress", "city": "postalArea", "credit": "information7"}  # fmt: skip

MAPPED = ("--mapping", str(Path(world.__file__).parent / "mapping"))


class Desk:
    """Two systems with one customer, the store between them, and a person at the command line."""

    def __init__(self, url):
        self.url, self.host = url, Host()
        self.sides = {side: System(side, self.host) for side in Side}
        self.customer = self.sides[SHOP].make("customers", {"name": "Aase", "note": "old", "country": "NO"}, ours=False)
        self.rounds(2)
        self.row = next(iter(self.sides[COMPANY].rows["address"]))

    def run(self, source):
        store = Store(self.url, shop="shop", company="1")
        self.host.turn(10)
        target = self.sides[source.other]
        try:
            with Synchronizer(MAPPINGS, store, target, source=source, clock=lambda: self.host.now) as run:
                self.host.turn(1)
                rows = self.sides[source].rows[CUSTOMERS[source]].values()
                run.apply(STREAMS[source], [Incoming(dict(each), self.host.now) for each in rows])
        finally:
            store.close()

    def rounds(self, number):
        for _ in range(number):
            self.run(SHOP)
            self.run(COMPANY)

    def quiet(self):
        """Whether two rounds write nothing."""
        before = [each.writes for each in self.sides.values()]
        self.rounds(2)
        return [each.writes for each in self.sides.values()] == before

    def edit(self, side, name, value):
        key, column = (self.customer, name) if side is SHOP else (self.row, PAIRS[name])
        self.sides[side].put(CUSTOMERS[side], key, {column: value}, ours=False)

    def held(self, name):
        shop, company = self.sides[SHOP].rows["customers"][self.customer], self.sides[COMPANY].rows["address"][self.row]
        return shop[name], company[PAIRS[name]]

    def type(self, *words, code=0):
        result = CliRunner().invoke(main, ["--link-store", self.url, *words])
        assert result.exit_code == code, result.output
        return result.output

    def conflicts(self, *words):
        return json.loads(self.type("conflicts", "list", "--json", *words))

    def quarrel(self, name="note"):
        self.edit(SHOP, name, "theirs")
        self.edit(COMPANY, name, "ours")

    def store(self):
        return Store(self.url, shop="shop", company="1")


@pytest.fixture
def desk(url):
    return Desk(url)


@pytest.fixture(scope="module")
def slips(tmp_path_factory):
    """One that nobody changes anything at: what is typed is wrong, whatever keeps the links."""
    return Desk(f"sqlite:///{tmp_path_factory.mktemp('slips')}/links.db")


def test_an_open_conflict_is_listed_with_both_values_and_shown_with_both_bases(desk):
    desk.quarrel()
    desk.rounds(1)

    [found] = desk.conflicts("--entity", "customers")
    shown = json.loads(desk.type("conflicts", "show", str(found["id"])))

    assert (found["webshop_value"], found["businessnxt_value"], found["rule"]) == ("theirs", "ours", "manual")
    assert (found["webshop_id"], found["businessnxt_id"]) == (desk.customer, desk.row)
    assert (shown["webshop_base"], shown["businessnxt_base"]) == ("old", "old")


@pytest.mark.parametrize(("winner", "value"), [("webshop", "theirs"), ("businessnxt", "ours")])
def test_the_side_that_a_person_names_wins_on_both_sides(desk, winner, value):
    desk.quarrel()
    desk.rounds(1)
    [found] = desk.conflicts()

    desk.type("conflicts", "resolve", str(found["id"]), winner)
    desk.rounds(1)

    assert desk.held("note") == (value, value)
    assert desk.quiet()
    assert desk.conflicts() == []
    assert desk.type("check").startswith("0 rejected")


@pytest.mark.parametrize(("winner", "loser"), [("webshop", COMPANY), ("businessnxt", SHOP)])
def test_a_loser_who_was_edited_since_gets_a_new_conflict_and_loses_nothing(desk, winner, loser):
    desk.quarrel()
    desk.rounds(1)
    [found] = desk.conflicts()

    desk.type("conflicts", "resolve", str(found["id"]), winner)
    desk.edit(loser, "note", "newer")
    desk.rounds(2)

    [again] = desk.conflicts()
    assert "newer" in desk.held("note")
    assert again[f"{loser.value}_value"] == "newer"
    desk.type("conflicts", "resolve", str(again["id"]), loser.value)
    desk.rounds(2)
    assert desk.held("note") == ("newer", "newer")
    assert desk.quiet()


def test_all_conflicts_of_an_entity_are_decided_at_once(desk):
    desk.quarrel()
    desk.rounds(1)

    desk.type("conflicts", "resolve", "--all", "--entity", "customers", "businessnxt")
    desk.rounds(2)

    assert desk.held("note") == ("ours", "ours")


def test_a_conflict_that_the_rules_decided_can_be_turned_round_until_the_loser_was_written_to(desk):
    desk.quarrel("country")
    desk.run(SHOP)
    [found] = desk.conflicts("--all")
    assert (found["winner"], found["state"]) == ("businessnxt", "auto")

    desk.type("conflicts", "resolve", str(found["id"]), "webshop")
    desk.rounds(2)

    assert desk.held("country") == ("theirs", "theirs")


def test_a_conflict_whose_loser_was_written_to_says_what_to_type_instead(desk):
    desk.quarrel("country")
    desk.rounds(1)
    [found] = desk.conflicts("--all")

    said = desk.type("conflicts", "resolve", str(found["id"]), "webshop", code=1)
    assert "type 'theirs' there" in said

    desk.edit(SHOP, "country", "theirs")
    desk.rounds(2)
    assert desk.held("country") == ("theirs", "theirs")


def test_a_slip_in_an_entitys_name_joins_nothing(desk):
    said = desk.type("links", "relink", "customer", desk.customer, desk.row, code=1)

    assert "there is no entity 'customer'; did you mean 'customers'?" in said


@pytest.mark.parametrize("words", [
    ("conflicts", "list", "--entity", "custmers"), ("conflicts", "resolve", "--all", "--entity", "custmers", "webshop"),
    ("links", "show", "custmers", "1"), ("links", "unlink", "custmers", "1"),
    ("rejects", "list", "--entity", "custmers"), ("rejects", "show", "custmers", "1"), ("rejects", "retry", "custmers"),
    ("rejects", "drop", "custmers", "--all"),
    ("writes", "--entity", "custmers"), ("erase", "1", "--entity", "custmers"),
], ids=" ".join)  # fmt: skip
def test_a_slip_in_an_entitys_name_is_said_by_every_command(slips, words):
    said = slips.type(*words, code=1)

    assert "there is no entity 'custmers'; did you mean 'customers'? Known are: customer_accounts, customers" in said


def test_an_entity_that_only_the_mapping_files_know_is_no_slip(slips):
    assert slips.type(*MAPPED, "rejects", "list", "--entity", "orders").strip() == "nothing"
    assert "orders" in slips.type(*MAPPED, "rejects", "list", "--entity", "order", code=1)


def refused(desk, *ids):
    store = desk.store()
    store.reject([Reject("customers", SHOP, each, "customers", {"id": each}, 1.0, "no_id", "no id") for each in ids])
    store.close()
    return ids


def ids(desk):
    return [each["source_id"] for each in json.loads(desk.type("rejects", "list", "--json"))]


def test_one_reject_is_dropped_and_the_others_stay(desk):
    refused(desk, "a1b2", "c3d4")

    assert "1 reject dropped" in desk.type("rejects", "drop", "customers", "a1b2")

    assert ids(desk) == ["c3d4"]
    assert "customers 'a1b2' is not rejected" in desk.type("rejects", "drop", "customers", "a1b2", code=1)


def test_all_rejects_of_an_entity_are_dropped_only_when_that_is_said(desk):
    refused(desk, "a1b2", "c3d4")

    desk.type("rejects", "drop", "customers", code=2)
    desk.type("rejects", "drop", "customers", "--all", "--side", "businessnxt")
    assert ids(desk) == ["a1b2", "c3d4"]
    desk.type("rejects", "drop", "customers", "--all")

    assert ids(desk) == []
    desk.type("check")


def test_a_record_that_is_not_rejected_cannot_be_tried_again(slips):
    assert "customers 'x' is not rejected" in slips.type("rejects", "retry", "customers", "x", code=1)


@pytest.mark.parametrize(("entity", "shop", "row", "said"), [
    ("customers", "C9", "A-1", "addressNo is a number"), ("stock", "C9", "A-1", "productNo/warehouseNo"),
    ("products", "P1", "ULL-1", "say which of its variants, as in 'P1/ID'"),
])  # fmt: skip
def test_what_cannot_be_an_id_is_joined_with_nothing(slips, entity, shop, row, said):
    shipped = ("--mapping", str(Path(__file__).parents[3] / "mapping"))
    store = slips.store()
    if entity not in store.entities():
        store.add([Link(entity, "S1/V1", "1", status="linked")])
    store.close()

    assert said in slips.type(*shipped, "links", "relink", entity, shop, row, code=1)


def test_what_a_command_is_for_is_told_before_there_is_a_link_store(tmp_path, monkeypatch):
    (tmp_path / "meltano.yml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MELTANO_PROJECT_ROOT", raising=False)

    assert CliRunner().invoke(main, ["conflicts", "resolve", "--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["conflicts", "list"]).exit_code == 1


def test_who_joins_two_orders_hears_that_their_lines_are_not_compared(slips):
    store = slips.store()
    store.add([Link("orders", "O1", "1", status="linked")])
    store.close()

    shipped = ("--mapping", str(Path(__file__).parents[3] / "mapping"))
    said = slips.type(*shipped, "links", "relink", "orders", "O1", "2", "--force")

    assert "take them out of one of the two" in said


def test_a_row_that_no_run_has_read_is_named_and_rejected_by_the_sync_that_looks_for_it(desk):
    said = desk.type("links", "relink", "customers", desk.customer, "9999", "--force")
    assert "no run has read row '9999' of customers yet" in said
    assert f"id '{desk.customer}' of" not in said

    desk.rounds(1)

    found = json.loads(desk.type("check", "--json", code=1))
    assert "9999 is no longer in Business NXT" in found[0]["examples"][0]


def test_what_is_parted_stays_as_it_is_and_is_met_anew_by_its_reference(desk):
    said = desk.type("links", "unlink", "customers", desk.customer)
    assert "empty that column first" in said
    before = desk.held("name")

    desk.rounds(2)

    assert desk.held("name") == before
    assert [len(each.rows[CUSTOMERS[side]]) for side, each in desk.sides.items()] == [1, 1]


def test_a_wrong_match_is_put_right_and_then_merged_by_the_rules(desk):
    right = desk.sides[COMPANY].make("address", {"name": "Other", "information1": "gone"}, ours=False)
    said = desk.type("links", "relink", "customers", desk.customer, right, code=1)
    assert f"'{desk.customer}' with {desk.row}" in said

    desk.type("links", "relink", "customers", desk.customer, right, "--force")
    desk.sides[COMPANY].rows["address"].pop(desk.row)
    desk.row = right
    desk.rounds(2)
    desk.edit(COMPANY, "city", "OSLO")
    desk.rounds(2)

    assert desk.held("name") == ("Aase", "Aase")
    assert desk.held("city") == ("OSLO", "OSLO")
    assert [len(each.rows[CUSTOMERS[side]]) for side, each in desk.sides.items()] == [1, 1]


def test_the_same_quarrel_a_second_time_is_to_be_decided_again(desk):
    desk.quarrel()
    desk.rounds(1)
    desk.type("conflicts", "resolve", "--all", "--entity", "customers", "webshop")
    desk.rounds(2)
    desk.edit(SHOP, "note", "calm")
    desk.rounds(2)

    desk.quarrel()
    desk.rounds(2)

    assert desk.held("note") == ("theirs", "ours")
    assert [(each["webshop_value"], each["state"]) for each in desk.conflicts()] == [("theirs", "open")]


def test_nothing_is_changed_while_a_run_is_under_way(desk):
    running = desk.store()
    running.lock.acquire()
    try:
        assert "is running" in desk.type("links", "unlink", "customers", desk.customer, code=1)
    finally:
        running.close()


def test_a_link_with_a_write_of_unknown_outcome_is_not_parted(desk):
    store = desk.store()
    link = store.links("customers", [desk.customer])[desk.customer]
    store.announce([Pending(link.id, COMPANY, "update", 1.0, {})])
    store.close()

    assert "not certain" in desk.type("links", "unlink", "customers", desk.customer, code=1)


def test_the_check_is_silent_when_nothing_needs_a_person(desk):
    assert json.loads(desk.type("check", "--json")) == []


def test_a_direction_that_stands_still_is_named_and_one_that_nobody_runs_is_not(desk, tmp_path):
    desk.url = f"sqlite:///{tmp_path}/one-way.db"
    store = desk.store()
    run_id = store.start_run("webshop-to-businessnxt")
    store.count_run(run_id, {}, exit_="ok")
    store.close()

    assert json.loads(desk.type("check", "--json", "--max-lag", "60")) == []
    found = json.loads(desk.type("check", "--json", "--max-lag", "0", code=1))

    assert [each["kind"] for each in found] == ["lag"]
    assert found[0]["message"].startswith("webshop-to-businessnxt last came to a good end")


def test_an_order_that_waits_for_what_never_comes_is_named_after_a_while(desk):
    store = desk.store()
    waits = {"kind": "waiting", "message": "products 'ULL-9' is not linked", "first_at": time.time() - 120}
    store.reject([Reject("orders", SHOP, "O1", "orders", {"id": "O1"}, 1.0, **waits)])
    store.close()

    assert json.loads(desk.type("check", "--json")) == [], "it may come with the next run"
    (found,) = json.loads(desk.type("check", "--json", "--max-wait", "1", code=1))
    assert (found["kind"], found["examples"]) == ("waiting", ["orders 'O1': products 'ULL-9' is not linked"])


def test_the_check_names_what_needs_a_person_and_says_what_to_do(desk):
    desk.quarrel()
    desk.rounds(4)
    store = desk.store()
    link = store.links("customers", [desk.customer])[desk.customer]
    store.owe([Owed(link.id, SHOP, "name", "x", 1.0)])
    store.announce([Pending(link.id, COMPANY, "update", 1.0, {})])
    run_id = store.start_run("webshop-to-businessnxt")
    store.count_run(run_id, {}, exit_="ConnectionError")
    store.close()

    found = json.loads(desk.type("check", "--json", "--max-lag", "0", code=1))

    assert {each["kind"] for each in found} == {"conflict", "owed", "unclear", "run", "lag"}
    assert all(each["remedy"] for each in found)
    assert {each["message"].partition(" and ")[0] for each in found if each["number"] == 1} >= {
        "1 property was changed on both sides", "1 value could not be written to webshop in 3 runs",
    }  # fmt: skip
    assert "-> " in desk.type("check", code=1)


def content_of(folder):
    """Every byte of the store's files, free pages and log included."""
    return b"".join(each.read_bytes() for each in sorted(folder.glob("links.db*")))


def test_nothing_of_who_is_erased_is_left_in_the_files(desk, url, tmp_path):
    desk.edit(SHOP, "note", "Glemmesen")
    desk.rounds(1)
    desk.edit(SHOP, "note", "later")
    desk.rounds(1)
    is_file = url.startswith("sqlite")
    assert not is_file or b"Glemmesen" in content_of(tmp_path), "else this test would see nothing"

    desk.type(*MAPPED, "erase", desk.customer)

    assert not is_file or b"Glemmesen" not in content_of(tmp_path)
    assert desk.type("links", "find", desk.customer).count("erased") == 2


def test_an_id_of_several_records_forgets_none_of_them_unasked(desk, url):
    store = Store(url)
    store.add([Link("orders", desk.customer, "5001", status="linked", webshop_shadow={"note": "kept"})])
    store.close()

    said = desk.type(*MAPPED, "erase", desk.customer, code=1)
    assert "--entity customer_accounts --entity customers or --entity orders" in said
    desk.type("erase", desk.customer, "--entity", "customers", "--entity", "customer_accounts")

    found = json.loads(desk.type("links", "find", desk.customer, "--json"))
    assert {each["entity"] for each in found if each["status"] == "erased"} == {"customers", "customer_accounts"}
    assert [each["status"] for each in found if each["entity"] == "orders"] == ["linked"]
