"""What the link store promises, whatever it is kept in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from crosswalk import Side, Store, StoreError, tables
from crosswalk.entries import Conflict, Hold, Link, Owed, Pending, Reject
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

SIDE = Side.WEBSHOP


def link(identity="C1", **more):
    return Link("customers", identity, **{"status": "linked", **more})


def reject(identity="C1", **more):
    kept = {"kind": "refused", "message": "no", "first_at": 1000.0, **more}
    return Reject("customers", SIDE, identity, "customers", {"id": identity, "sum": Decimal("0.10")}, 1.0, **kept)


def test_a_link_comes_back_as_it_was_saved(store):
    shadow = {"name": "Åse", "price": Decimal("12.50"), "nothing": None}
    (saved,) = store.add([link(businessnxt_id="7", alias="ULL-1", webshop_shadow=shadow)])

    assert store.links("customers", ["C1"]) == {"C1": saved}
    assert store.links("customers", ["ULL-1"], by="alias")["ULL-1"].webshop_shadow == shadow


def test_many_links_get_their_own_numbers_in_their_order(store):
    saved = store.add([link(f"C{number}") for number in range(1200)])

    assert [each.webshop_id for each in saved] == [f"C{number}" for number in range(1200)]
    assert len({each.id for each in saved}) == 1200
    assert store.links_by_id([saved[700].id])[saved[700].id].webshop_id == "C700"


def test_a_record_has_one_link_and_a_row_has_one_link(store):
    store.add([link("C1", businessnxt_id="7")])

    with pytest.raises(IntegrityError):
        store.add([link("C1")])
    with pytest.raises(IntegrityError):
        store.add([link("C2", businessnxt_id="7")])


def test_links_without_a_row_do_not_stand_in_each_others_way(store):
    assert len(store.add([link("C1"), link("C2")])) == 2


def test_records_inside_another_are_found_by_how_their_ids_begin(store):
    ids = ["P1/V1", "P1/æ", "P10/V1", "p1/V1", "P2/V1", "P1", "Q/V1"]
    store.add([link(each) for each in ids] + [link("P1/V2", status="tombstone"), link("P1/V3", status="unlinked")])

    assert {each.webshop_id for each in store.beginning("customers", ["P1/", "Q/", "Q/"])} == {"P1/V1", "P1/æ", "Q/V1"}


def test_a_copy_that_was_overtaken_cannot_be_saved(store):
    (first,) = store.add([link()])
    store.save([replace(first, alias="new")])

    with pytest.raises(StoreError, match="changed by another process"):
        store.save([replace(first, alias="old")])
    assert store.links("customers", ["C1"])["C1"].alias == "new"


def test_a_transaction_keeps_all_or_nothing(store):
    def half_done():
        with store.transaction():
            store.add([link()])
            store.reject([reject("C2")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()

    assert (store.empty, store.rejects()) == (True, [])


def test_an_announced_write_is_there_until_it_is_settled(store):
    (saved,) = store.add([link()])
    sent = Pending(saved.id, Side.BUSINESSNXT, "update", 5.0, {"name": ("Åse", "ÅSE"), "sum": (None, Decimal("0.1"))})
    store.announce([sent])
    store.announce([sent])

    assert store.pendings([saved.id], Side.BUSINESSNXT) == {saved.id: sent}
    store.settled([saved.id], Side.BUSINESSNXT)
    assert store.pendings([saved.id], Side.BUSINESSNXT) == {}


def test_a_reject_remembers_how_often_it_was_tried_and_when_first(store):
    store.reject([reject()])
    store.reject([reject(message="still no", first_at=2000.0)])

    (kept,) = store.rejects()
    assert (kept.attempts, kept.first_at, kept.message) == (2, 1000.0, "still no")
    assert kept.record == {"id": "C1", "sum": Decimal("0.10")}
    assert kept.next_retry_at == 2000.0 + 240


def test_a_reject_is_due_in_its_time_and_at_once_when_asked(store):
    store.reject([reject()])

    assert store.due(SIDE, 1001.0) == []
    assert [each.source_id for each in store.due(SIDE, 1000.0 + 121)] == ["C1"]
    store.retry_now("customers", "C1")
    assert [each.source_id for each in store.due(SIDE, 1001.0)] == ["C1"]


def test_what_waits_is_found_by_what_it_waits_for(store):
    waiting = reject("C2", kind="waiting", waiting_entity="products", waiting_key="ULL-1")
    store.reject([reject("C1"), waiting])

    assert store.waits(SIDE)
    assert [each.source_id for each in store.waiting_for(SIDE, "products", ["ULL-1", "X"])] == ["C2"]
    assert store.open_rejects() == {"customers": {"refused": 1, "waiting": 1}}


def test_what_was_applied_is_history(store):
    store.reject([reject()])
    store.hold([Hold("customers", SIDE, "C1", "customers", {"id": "C1"}, 1.0, 10.0)])

    assert [each.source_id for each in store.holds(SIDE, 10.0)] == ["C1"]
    store.applied("customers", SIDE, {"C1": 1.0})

    assert (store.rejects(), store.holds(SIDE, 10.0)) == ([], [])


def test_what_was_read_later_than_what_was_applied_goes_on_waiting(store):
    store.reject([reject()])
    store.hold([Hold("customers", SIDE, "C1", "customers", {"id": "C1"}, 1.0, 10.0)])

    store.applied("customers", SIDE, {"C1": 0.9})

    assert len(store.rejects()) == len(store.holds(SIDE, 10.0)) == 1


def test_what_is_rejected_is_held_no_longer(store):
    store.hold([Hold("customers", SIDE, "C1", "customers", {"id": "C1"}, 1.0, 10.0)])

    store.reject([reject()])

    assert store.holds(SIDE, 10.0) == []


def test_the_same_pair_of_values_is_on_record_once(store):
    (saved,) = store.add([link()])
    conflict = Conflict(saved.id, "name", "Åse", "KARI", None, None, "webshop", "webshop", "auto", 1.0)
    store.conflicts([conflict, conflict])
    store.conflicts([replace(conflict, at=2.0), replace(conflict, webshop_value="Åsa")])

    assert len(store.rows(select(tables.conflict))) == 2


def test_runs_are_listed_newest_first_with_what_they_did(store):
    for number in range(3):
        run = store.start_run("webshop-to-businessnxt")
        store.count_run(run, {"customers": {"read": number}}, exit_="ok")

    assert [each["counts"]["customers"]["read"] for each in store.runs()] == [2, 1, 0]


def test_one_process_holds_the_lock(url, store):
    store.lock.acquire()
    other = Store(url, shop="webshop", company="1")

    with pytest.raises(StoreError, match="another sync of webshop/1 is running"):
        other.lock.acquire()
    store.lock.release()
    other.lock.acquire()
    other.close()


def test_a_store_is_recognised_and_belongs_to_one_pair(url, store):
    again = Store(url, shop="webshop", company="1")
    assert again.store_id == store.store_id
    again.close()

    with pytest.raises(StoreError, match="belongs to webshop 'webshop' and company 1"):
        Store(url, shop="another", company="1")


def test_a_store_of_an_older_release_is_brought_up_to_date_with_its_debts(url, store):
    store.owe([Owed(1, SIDE, "name", "old", 1.0)])
    with store.transaction() as connection:
        for column in ("lost", "changed_at"):
            connection.exec_driver_sql(f"ALTER TABLE owed DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE meta SET value = '3' WHERE name = 'version'")
    store.close()

    newer = Store(url, shop="webshop", company="1")
    newer.owe([Owed(2, SIDE, "name", "new", 1.0, ("lost",), 2.0)])

    assert newer.debts(SIDE) == [
        Owed(1, SIDE, "name", "old", 1.0),
        Owed(2, SIDE, "name", "new", 1.0, ("lost",), 2.0),
    ]
    newer.close()


def test_anybody_may_look_without_naming_the_pair(url, store):
    store.add([link(businessnxt_id="7")])
    looker = Store(url)

    assert [each.webshop_id for each in looker.find("7")] == ["C1"]
    looker.close()
