"""The sync, step by step, against a company in memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest
from crosswalk import Store, StoreError


def everything(shop):
    return ("customers", [shop.customer()]), ("products", [shop.product()]), ("orders", [shop.order()])


def test_what_is_there_already_is_left_in_peace(world, shop):
    world.sync(*everything(shop))
    world.asked()

    world.sync(*everything(shop))

    assert world.asked() == []
    assert {name: counts["unchanged"] for name, counts in world.counts.items()} == {
        "customers": 1, "customer_accounts": 1, "products": 1, "prices": 1, "orders": 1,
    }  # fmt: skip


def test_a_customer_who_never_orders_sleeps(world, shop):
    world.sync(("customers", [shop.customer()]))

    assert world.rows("associate") == []
    assert world.link("customer_accounts", "C1").status == "dormant"
    assert world.counts["customer_accounts"]["dormant"] == 1


def test_a_sleeping_customer_wakes_with_the_values_of_today(world, shop):
    world.sync(("customers", [shop.customer()]))
    world.sync(("customers", [shop.customer(last_name="Åsen")]))
    world.sync(("products", [shop.product()]), ("orders", [shop.order()]))

    assert [each["name"] for each in world.rows("associate")] == ["Åse Åsen"]


def test_what_waits_is_taken_up_in_the_same_run_whatever_comes_last(world, shop):
    world.sync(("orders", [shop.order()]), ("products", [shop.product()]), ("customers", [shop.customer()]))

    assert len(world.rows("order")) == 1
    assert world.rejects() == []


def test_a_blank_of_the_webshop_does_not_wipe_what_the_company_fills_in(world, shop):
    world.sync(*everything(shop))

    assert "addressLine1" not in world.company.sent["order"][0], "it comes from the customer, there"


def test_a_property_that_became_blank_is_emptied(world, shop):
    world.sync(("customers", [shop.customer(phone="+4799000001")]))

    world.sync(("customers", [shop.customer(phone=None)]))

    assert world.rows("address")[0]["phone"] == ""


def test_a_record_without_the_property_leaves_it_alone(world, shop):
    world.sync(("customers", [shop.customer(phone="+4799000001")]))
    poorer = shop.customer(last_name="Åsen")
    del poorer["email"]

    world.sync(("customers", [poorer]))

    assert (world.rows("address")[0]["emailAddress"], world.rows("address")[0]["name"]) == (
        "c1@example.test",
        "Åse Åsen",
    )


def test_a_write_that_somebody_forestalled_is_merged_anew(world, shop):
    world.sync(("customers", [shop.customer()]))
    edits = iter(["12345678"])

    def somebody_types():
        for phone in edits:
            world.company.rows["address"]["1"]["name"] = "KARI SKREV"
            world.company.rows["address"]["1"]["phone"] = phone

    world.company.before_update = somebody_types
    world.sync(("customers", [shop.customer(last_name="Åsen")]))

    row = world.rows("address")[0]
    assert (row["name"], row["phone"]) == ("Åse Åsen", "12345678")
    (conflict,) = world.conflicts()
    assert (conflict["webshop_value"], conflict["businessnxt_value"]) == ("Åse Åsen", "KARI SKREV")


def test_a_row_that_never_stands_still_is_tried_later(world, shop):
    world.sync(("customers", [shop.customer()]))
    numbers = iter(range(100))
    world.company.before_update = lambda: world.company.rows["address"]["1"].update(name=f"Nr {next(numbers)}")

    world.sync(("customers", [shop.customer(last_name="Åsen")]))

    assert [each.kind for each in world.rejects()] == ["contended"]


@dataclass
class Lost:
    """The answer to one kind of request is lost, once."""

    op: str
    table: str
    when: str
    left: int = 1

    def __call__(self, op, table, _):
        if (op, table) == (self.op, self.table) and self.left:
            self.left -= 1
            return self.when
        return None


@pytest.mark.parametrize("table", ["address", "associate", "order"])
def test_a_row_whose_answer_was_lost_is_found_again_and_not_made_twice(world, shop, table):
    world.company.outcome = Lost("create", table, "after")
    world.sync(*everything(shop))

    world.sync(*everything(shop))
    world.now += 1000
    world.sync(*everything(shop))

    assert [len(world.rows(each)) for each in ("address", "associate", "order", "orderLine")] == [1, 1, 1, 1]
    assert world.rejects() == []


def test_a_row_that_was_never_made_is_made_once_nothing_can_land_any_more(world, shop):
    world.company.outcome = Lost("create", "address", "before")
    world.sync(("customers", [shop.customer()]))

    world.sync(("customers", [shop.customer()]))
    assert world.rows("address") == [], "it may still be on its way"

    world.now += 1000
    world.sync()
    assert len(world.rows("address")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_whose_answer_was_lost_arrives_once(world, shop, when):
    world.sync(("customers", [shop.customer()]))
    world.company.outcome = Lost("update", "address", when)
    edited = shop.customer(last_name="Åsen")
    world.sync(("customers", [edited]))

    world.now += 1000
    world.sync(("customers", [edited]))

    assert world.rows("address")[0]["name"] == "Åse Åsen"
    assert world.counts["customers"]["held"] == 0
    world.asked()
    world.sync(("customers", [edited]))
    assert world.asked() == []


def test_what_is_held_is_counted_once_however_often_a_run_meets_it(world, shop):
    world.sync(("customers", [shop.customer()]))
    world.company.outcome = Lost("update", "address", "before")
    edited = shop.customer(last_name="Åsen")
    world.sync(("customers", [edited]))

    world.sync(("customers", [edited]))

    assert world.counts["customers"]["held"] == 1


def test_an_account_whose_number_may_still_reach_the_address_is_told_to_it_later(world, shop):
    world.sync(("customers", [shop.customer()]), ("products", [shop.product()]))
    world.company.outcome = lambda op, table, _: "before" if (op, table) == ("update", "address") else None
    world.sync(("orders", [shop.order()]))

    world.sync(("orders", [shop.order(note="Ring først")]))
    world.sync(("customers", [shop.customer(phone="+4799999999")]))
    world.company.outcome = lambda *_: None
    world.now += 901
    world.sync(("customers", [shop.customer(phone="+4799999999")]))

    [address], [account] = world.rows("address"), world.rows("associate")
    assert address["associateNo"] == account["associateNo"]
    assert address["phone"] == "+4799999999"


def test_a_refusal_is_kept_and_the_others_go_on(world, shop):
    world.company.refuse = lambda _, values: "name must not be Odd" if values.get("name") == "Odd Ødegård" else None
    batch = [shop.customer("C1", first_name="Odd"), shop.customer("C2")]

    world.sync(("customers", batch))

    assert [(each.source_id, each.message) for each in world.rejects()] == [("C1", "name must not be Odd")]
    assert [each["information1"] for each in world.rows("address")] == ["C2"]
    assert world.link("customers", "C1") is None


def test_what_is_corrected_at_its_source_supersedes_its_reject(world, shop):
    world.sync(("customers", [shop.customer(group="Ukjent")]))
    assert [each.kind for each in world.rejects()] == ["mapping"]

    world.sync(("customers", [shop.customer()]))

    assert world.rejects() == []
    assert len(world.rows("address")) == 1


def test_a_reject_is_tried_again_by_itself(world, shop):
    hostile = [True]
    world.company.refuse = lambda table, _: "not today" if hostile and table == "address" else None
    world.sync(("customers", [shop.customer()]))
    hostile.clear()

    world.sync()
    assert world.rows("address") == [], "not before its time"
    world.now += 3600
    world.sync()

    assert len(world.rows("address")) == 1


def test_one_bad_line_keeps_the_whole_order_back(world, shop):
    lines = [shop.line("L1"), shop.line("L2", unit="favn")]

    world.sync(("customers", [shop.customer()]), ("products", [shop.product()]), ("orders", [shop.order(lines=lines)]))

    assert world.rows("order") == []
    assert "unit 'favn' is unknown" in world.rejects()[0].message


def test_an_order_with_two_lines_of_one_id_is_refused_and_stops_nobody(world, shop):
    orders = [shop.order(lines=[shop.line("L1"), shop.line("L1")]), shop.order("O2")]

    world.sync(*everything(shop)[:2], ("orders", orders))

    assert [each["customerOrSupplierOrderNo"] for each in world.rows("order")] == ["O2"]
    (reject,) = world.rejects()
    assert (reject.source_id, reject.kind) == ("O1", "duplicate")
    assert "'L1'" in reject.message


def test_lines_are_added_changed_and_taken_out(world, shop):
    first = [shop.line("L1"), shop.line("L2")]
    world.sync(*everything(shop)[:2], ("orders", [shop.order(lines=first)]))

    second = [shop.line("L2", quantity="5"), shop.line("L3", quantity="7")]
    world.sync(("orders", [shop.order(lines=second)]))

    held = {each["transactionInformation1"]: each["quantity"] for each in world.rows("orderLine")}
    assert held == {"L2": 5, "L3": 7}
    assert world.counts["orders"]["updated"] == 1


def test_the_newest_of_several_versions_counts(world, shop):
    versions = [shop.customer(last_name=name) for name in ("Gammel", "Ny")]

    world.sync(("customers", versions))

    assert [each["name"] for each in world.rows("address")] == ["Åse Ny"]


def test_a_record_that_was_read_before_the_one_we_know_is_stale(world, shop):
    world.sync(("customers", [shop.customer(last_name="Ny")]))

    world.sync(("customers", [shop.customer(last_name="Gammel")]), read_at=1.0)

    assert world.rows("address")[0]["name"] == "Åse Ny"
    assert world.counts["customers"]["stale"] == 1


def test_a_new_row_in_the_mapping_reaches_records_that_are_linked(world, shop, tmp_path):
    world.sync(("customers", [shop.customer(nickname="Åsa")]))
    folder = tmp_path / "mapping"
    folder.mkdir()
    for file in world.mapping.glob("*.yml"):
        text = file.read_text()
        if file.name == "customers.yml":
            text += "  - {webshop: nickname, businessnxt: information8, type: String(40)}\n"
        (folder / file.name).write_text(text)
    world.mapping = folder

    world.sync(("customers", [shop.customer(nickname="Åsa")]))

    assert world.rows("address")[0]["information8"] == "Åsa"
    assert world.counts["customers"]["updated"] == 1


def test_a_matched_row_takes_the_reference_and_keeps_what_the_webshop_leaves_blank(world, shop):
    world.company.rows["address"]["9"] = {"addressNo": 9, "emailAddress": "c1@example.test", "name": "GAMMEL",
                                          "phone": "12345678", "information1": ""}  # fmt: skip

    world.sync(("customers", [shop.customer()]))

    (row,) = world.rows("address")
    assert (row["information1"], row["name"], row["phone"]) == ("C1", "Åse Ødegård", "12345678")
    assert world.link("customers", "C1").match_rule == "emailAddress"


def test_a_reference_column_that_holds_something_else_is_not_overwritten(world, shop):
    world.company.rows["address"]["9"] = {"addressNo": 9, "emailAddress": "c1@example.test", "information1": "VIP"}

    world.sync(("customers", [shop.customer()]))

    assert world.rows("address")[0]["information1"] == "VIP"


def test_a_row_of_another_customer_is_not_taken_over(world, shop):
    world.sync(("customers", [shop.customer("C1", email="felles@example.test")]))

    world.sync(("customers", [shop.customer("C2", email="felles@example.test")]))

    assert [each["information1"] for each in world.rows("address")] == ["C1", "C2"]


def test_a_sku_has_one_owner(world, shop):
    world.sync(("products", [shop.product("V1"), shop.product("V2")]))
    world.sync(("products", [shop.product("V1"), shop.product("V2")]))

    assert [each["information1"] for each in world.rows("product")] == ["P-V1/V1"]
    (reject,) = world.rejects()
    assert (reject.source_id, reject.kind) == ("P-V2/V2", "duplicate")
    assert "already belongs to record 'P-V1/V1'" in reject.message


def test_a_deleted_customer_is_remembered_and_not_made_again(world, shop):
    world.sync(("customers", [shop.customer()]))

    world.sync(("customers", [{"id": "C1", "deleted_at": "2026-11-23T00:00:00Z"}]))
    world.sync(("customers", [shop.customer(last_name="Igjen")]))

    assert world.link("customers", "C1").status == "tombstone"
    assert world.rows("address")[0]["name"] == "Åse Ødegård"


def test_a_guest_without_an_address_is_one_reject_that_ends_when_it_is_corrected(world, shop):
    order = shop.order(customer_id=None, buyer={"email": ""})
    world.sync(("products", [shop.product()]), ("orders", [order]))
    assert [(each.entity, each.source_id) for each in world.rejects()] == [("orders", "O1")]

    world.sync(("orders", [{**order, "buyer": {"email": "gjest@example.test"}}]))

    assert world.rejects() == []
    assert len(world.rows("order")) == 1


def test_an_order_of_a_guest_that_is_deleted_leaves_no_reject(world, shop):
    order = shop.order(customer_id=None, buyer={"email": "gjest@example.test"})
    world.sync(("products", [shop.product()]), ("orders", [order]))

    world.sync(("orders", [{"id": "O1", "deleted_at": "2026-11-20T11:00:00Z"}]))

    assert world.rejects() == []


def test_a_record_without_an_id_is_kept_and_named(world, shop):
    world.sync(("customers", [{**shop.customer(), "id": None}]))

    (reject,) = [each for each in world.rejects() if each.entity == "customers"]
    assert "has no 'id'" in reject.message


def test_a_second_run_beside_the_first_is_refused(world, shop):
    code = (
        "import sys, time; from crosswalk import Store\n"
        f"store = Store('sqlite:///{world.file}', shop='webshop', company='1'); store.lock.acquire()\n"
        "print('held', flush=True); time.sleep(60)"
    )
    world.sync(("customers", [shop.customer()]))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"another sync of webshop/1 is running \\(process {other.pid}\\)"):
            world.sync(("customers", [shop.customer()]))
        other.kill()
        other.wait()

    world.sync(("customers", [shop.customer()]))


def test_a_store_belongs_to_one_shop_and_one_company(world, shop):
    world.sync(("customers", [shop.customer()]))
    with pytest.raises(StoreError, match="belongs to webshop 'webshop' and company 1"):
        Store(f"sqlite:///{world.file}", shop="webshop", company="2")


def test_a_run_that_fails_before_the_first_record_comes_is_on_record_with_what_stopped_it(world, shop):
    world.company.refuse = lambda table, _: "not today" if table == "address" else None
    world.sync(("customers", [shop.customer()]))

    def find(*_, **__):
        raise ConnectionError

    world.company.find = find
    world.now += 3600
    with pytest.raises(ConnectionError):
        world.sync()

    store = world.open_store()
    assert [each["exit"] for each in store.runs()] == ["ConnectionError", "ok"]
    store.lock.acquire()
    store.close()
