"""Orders: their lines on both sides, and the documents that nothing changes any more."""

from __future__ import annotations

import json

import pytest
from customwebshop import ShopClient
from target_customwebshop.shop import Shop

FINISHED = 262144
"""orderStatus1, DoneFinishing."""

PICKED = 8192
"""orderStatus1, DonePickLists."""

CANCELLED = 536870912
"""orderStatus1, DoneCancelling."""


@pytest.fixture
def order(scene):
    """An order of two lines that is linked: its number in the company."""
    scene.customer("C1")
    scene.product("P1", sku="ULL-1")
    scene.order("O1", lines=[scene.line("L1", quantity="1"), scene.line("L2", quantity="2")])
    scene.settle()
    return scene.row("order", customerOrSupplierOrderNo="O1")["orderNo"]


def in_company(scene):
    return {each["transactionInformation1"]: int(each["totalQuantity"]) for each in scene.rows("orderLine")}


def in_shop(scene):
    return {each["id"]: int(float(each["quantity"])) for each in scene.record("orders", "O1")["lines"]}


@pytest.mark.usefixtures("order")
def test_lines_added_changed_and_taken_out_in_the_shop_follow_in_the_company(scene):
    scene.in_shop("orders", "O1", lines=[scene.line("L3", quantity="3"), scene.line("L2", quantity="5")])

    scene.settle()

    assert in_company(scene) == in_shop(scene) == {"L2": 5, "L3": 3}
    assert scene.quiet()


def test_lines_added_changed_and_taken_out_in_the_company_follow_in_the_shop(scene, order):
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L2"}, quantity=5)
    scene.add_in_company("orderLine", orderNo=order, productNo="ULL-1", quantity=4)
    scene.delete_in_company("orderLine", orderNo=order, transactionInformation1="L1")

    scene.settle()

    held = in_shop(scene)
    assert sorted(held.values()) == [4, 5]
    assert held["L2"] == 5
    assert in_company(scene) == held
    assert scene.quiet()


@pytest.mark.usefixtures("order")
def test_a_line_that_is_edited_in_the_company_right_before_we_delete_it_stays_and_comes_back(scene, during):
    scene.in_shop("orders", "O1", lines=[scene.line("L2", quantity="2")])

    with during("delete", before=lambda: scene.in_company("orderLine", {"transactionInformation1": "L1"}, quantity=9)):
        scene.there()
    scene.settle()

    assert sorted(in_company(scene).values()) == sorted(in_shop(scene).values()) == [2, 9]
    assert [each["winner"] for each in scene.conflicts(rule="deleted")] == ["businessnxt"]
    assert scene.quiet()


@pytest.mark.parametrize(("of", "op"), [(Shop, "delete"), (ShopClient, "change")], ids=["before we look", "after"])
def test_a_line_that_is_edited_in_the_shop_right_before_we_delete_it_stays_and_comes_back(scene, order, during, of, op):
    scene.delete_in_company("orderLine", orderNo=order, transactionInformation1="L1")
    lines = [scene.line("L1", quantity="9"), scene.line("L2", quantity="2")]

    with during(op, of=of, before=lambda: scene.in_shop("orders", "O1", lines=lines)):
        scene.back()
    scene.settle()

    assert sorted(in_company(scene).values()) == sorted(in_shop(scene).values()) == [2, 9]
    assert [each["winner"] for each in scene.conflicts(rule="deleted")] == ["webshop"]
    assert scene.quiet()


def renumbered(scene, order):
    """Somebody deletes the last line in the company and adds another one, which gets its number."""
    [number] = [each["lineNo"] for each in scene.rows("orderLine") if each["transactionInformation1"] == "L2"]
    scene.product("P2", sku="UT-2")
    scene.settle()
    scene.delete_in_company("orderLine", orderNo=order, lineNo=number)
    made = scene.add_in_company("orderLine", orderNo=order, productNo="UT-2", quantity=7)
    assert made["lineNo"] == number


def goods(scene):
    return sorted((each["sku"], int(float(each["quantity"]))) for each in scene.record("orders", "O1")["lines"])


def test_a_line_that_has_got_the_number_of_a_deleted_one_is_another_line(scene, order):
    renumbered(scene, order)

    scene.settle()

    assert goods(scene) == [("ULL-1", 1), ("UT-2", 7)]
    assert sorted((each["productNo"], int(each["totalQuantity"])) for each in scene.rows("orderLine")) == goods(scene)
    assert scene.quiet()


@pytest.mark.parametrize("edit", [{"quantity": "5"}, None], ids=["edited", "taken out"])
def test_what_the_shop_does_to_a_line_does_not_reach_another_one_that_has_got_its_number(scene, order, edit):
    renumbered(scene, order)
    second = [scene.line("L2", **edit)] if edit else []
    scene.in_shop("orders", "O1", lines=[scene.line("L1", quantity="1"), *second])

    scene.settle()

    assert goods(scene) == sorted([("ULL-1", 1), ("UT-2", 7)] + ([("ULL-1", 5)] if edit else []))
    assert sorted((each["productNo"], int(each["totalQuantity"])) for each in scene.rows("orderLine")) == goods(scene)
    assert scene.rejects() == []
    assert scene.quiet()


@pytest.fixture
def other_product(scene):
    """Another product, of another tax group and text, with a price in the company."""
    variant = {"id": "V9", "sku": "LUE-9", "title": "Lue", "status": "active", "weight_g": 90, "price": "399.00"}
    scene.product("P9", sku="LUE-9", title="Lue", tax_code="reduced", variants=[variant])
    scene.settle()


def products(scene):
    """The products of the order's lines in the shop, and of those in the company."""
    return [each[0] for each in goods(scene)], sorted(each["productNo"] for each in scene.rows("orderLine"))


@pytest.mark.usefixtures("order", "other_product")
def test_a_line_that_becomes_one_of_another_product_in_the_shop_does_so_in_the_company_and_keeps_the_rest(scene):
    number = scene.row("orderLine", transactionInformation1="L1")["lineNo"]
    lines = [scene.line("L1", quantity="1", sku="LUE-9", title="Rød lue", unit_price="500.00")]
    scene.in_shop("orders", "O1", lines=[*lines, scene.line("L2", quantity="2")])

    scene.settle()

    line = scene.row("orderLine", transactionInformation1="L1")
    assert (line["lineNo"], line["productNo"], line["description"]) == (number, "LUE-9", "Rød lue")
    assert (float(line["priceInCurrency"]), line["taxAndAccountingGroup"]) == (500.0, 2)
    assert scene.conflicts() == []
    assert scene.quiet()


@pytest.mark.usefixtures("order", "other_product")
def test_what_the_product_would_fill_anew_stays_as_both_sides_have_it(scene):
    lines = [scene.line("L1", quantity="1", sku="LUE-9"), scene.line("L2", quantity="2")]
    scene.in_company("orderLine", {"transactionInformation1": "L1"}, description="Med hilsen")
    scene.in_shop("orders", "O1", lines=lines)

    scene.settle()

    line, shown = scene.row("orderLine", transactionInformation1="L1"), scene.record("orders", "O1")["lines"][0]
    assert (line["productNo"], line["description"], float(line["priceInCurrency"])) == ("LUE-9", "Med hilsen", 1299.0)
    assert (shown["sku"], shown["title"]) == ("LUE-9", "Med hilsen")
    assert scene.quiet()


@pytest.mark.usefixtures("other_product")
def test_a_line_that_becomes_one_of_another_product_in_the_company_does_so_in_the_shop_with_its_tax(scene, order):
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L1"}, productNo="LUE-9")

    scene.settle()

    shown = scene.record("orders", "O1")["lines"][0]
    line = scene.row("orderLine", transactionInformation1="L1")
    assert (shown["id"], shown["sku"], shown["title"]) == ("L1", "LUE-9", line["description"])
    assert (float(shown["unit_price"]), float(shown["tax_rate"])) == (float(line["priceInCurrency"]), 15.0)
    assert products(scene) == (["LUE-9", "ULL-1"], ["LUE-9", "ULL-1"])
    assert scene.quiet()


@pytest.mark.usefixtures("other_product")
def test_a_product_that_is_changed_on_both_sides_is_the_shops_with_both_on_record(scene, order):
    scene.product("P8", sku="SKO-8", variants=[{"id": "V8", "sku": "SKO-8", "title": "Sko", "price": "900.00"}])
    scene.settle()
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L1"}, productNo="SKO-8")
    lines = [scene.line("L1", quantity="1", sku="LUE-9"), scene.line("L2", quantity="2")]
    scene.in_shop("orders", "O1", lines=lines)

    scene.settle()

    assert products(scene) == (["LUE-9", "ULL-1"], ["LUE-9", "ULL-1"])
    conflict = next(each for each in scene.conflicts() if each["name"] == "productNo")
    assert (conflict["webshop_value"], conflict["businessnxt_value"], conflict["winner"]) == (
        "LUE-9",
        "SKO-8",
        "webshop",
    )
    assert scene.quiet()


@pytest.mark.usefixtures("other_product")
@pytest.mark.parametrize("lines", [["L2"], ["L1", "L2"]], ids=["taken out", "of another product"])
def test_what_is_delivered_of_a_line_is_not_undone_by_the_shop(scene, order, lines):
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L1"}, finished=1)
    scene.settle()
    whole = {"L1": scene.line("L1", quantity="1", sku="LUE-9"), "L2": scene.line("L2", quantity="2")}
    scene.in_shop("orders", "O1", lines=[whole[each] for each in lines])

    scene.settle()

    assert products(scene) == (["ULL-1", "ULL-1"], ["ULL-1", "ULL-1"])
    assert scene.conflicts() != []
    assert scene.quiet()


def test_different_lines_edited_on_both_sides_both_survive(scene, order):
    scene.in_shop("orders", "O1", lines=[scene.line("L1", quantity="7"), scene.line("L2", quantity="2")])
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L2"}, quantity=9)

    scene.settle()

    assert in_company(scene) == in_shop(scene) == {"L1": 7, "L2": 9}
    assert scene.conflicts() == []
    assert scene.quiet()


def test_one_line_edited_on_both_sides_leaves_both_values_on_record(scene, order):
    scene.in_shop("orders", "O1", lines=[scene.line("L1", quantity="7"), scene.line("L2", quantity="2")])
    scene.in_company("orderLine", {"orderNo": order, "transactionInformation1": "L1"}, quantity=9)

    scene.settle()

    assert in_company(scene) == in_shop(scene) == {"L1": 7, "L2": 2}
    [conflict] = scene.conflicts(name="quantity")
    assert (float(conflict["webshop_value"]), float(conflict["businessnxt_value"])) == (7, 9)
    assert scene.quiet()


def test_an_order_that_is_finished_stays_as_it_is_and_the_shops_edit_is_on_record(scene, order):
    scene.in_company("order", {"orderNo": order}, orderStatus1=FINISHED)
    scene.settle()
    before = scene.row("order", orderNo=order)["information4"]

    scene.in_shop("orders", "O1", note="Ring først")
    scene.settle()

    assert scene.row("order", orderNo=order)["information4"] == before
    [conflict] = scene.conflicts(name="information4")
    assert (conflict["webshop_value"], conflict["rule"]) == ("Ring først", "frozen")
    shown = scene.type("conflicts", "show", str(conflict["id"]))
    assert "closed in Business NXT" in shown
    assert scene.quiet()


@pytest.mark.usefixtures("order")
def test_an_order_whose_answer_was_lost_is_there_once_with_all_its_lines(scene):
    scene.neighbours.tell_company(
        "POST", "faults", kind="timeout_after_commit", times=1,
        match={"field": "order_create", "operation": "mutation"},
    )  # fmt: skip
    scene.order("O2", lines=[scene.line("L8"), scene.line("L9")])

    scene.settle()

    number = scene.row("order", customerOrSupplierOrderNo="O2")["orderNo"]
    assert {each["transactionInformation1"] for each in scene.rows("orderLine", orderNo=number)} == {"L8", "L9"}
    assert scene.quiet()


def test_an_order_that_is_cancelled_in_the_shop_is_cancelled_in_the_company(scene, order):
    scene.in_shop("orders", "O1", status="cancelled")

    scene.settle()

    assert scene.row("order", orderNo=order)["orderStatus1"] & CANCELLED
    assert scene.quiet()


def test_an_order_that_is_picked_already_is_not_cancelled_and_somebody_has_to_decide(scene, order):
    scene.in_company("order", {"orderNo": order}, orderStatus1=PICKED)
    scene.settle()

    scene.in_shop("orders", "O1", status="cancelled")
    scene.settle()

    assert not scene.row("order", orderNo=order)["orderStatus1"] & CANCELLED
    assert scene.record("orders", "O1")["status"] == "cancelled"
    [conflict] = scene.conflicts(name="orderStatus1")
    assert (conflict["rule"], conflict["state"]) == ("frozen", "open")
    assert scene.quiet()

    assert "writes" not in scene.type("conflicts", "resolve", str(conflict["id"]), "businessnxt"), "it stays as it is"
    scene.in_shop("orders", "O1", channel="app")
    scene.settle()
    assert (scene.type("conflicts", "list"), scene.record("orders", "O1")["status"]) == ("nothing\n", "cancelled")


def test_an_order_that_is_cancelled_in_the_company_is_cancelled_in_the_shop(scene, order):
    scene.in_company("order", {"orderNo": order}, orderStatus1=CANCELLED)

    scene.settle()

    assert scene.record("orders", "O1")["status"] == "cancelled"
    assert scene.quiet()


def test_an_order_made_in_the_company_keeps_there_what_the_shop_does_not_know_of_it(scene):
    scene.customer("C1")
    scene.product()
    scene.order()
    scene.settle()
    account = scene.row("order")["customerNo"]
    ways = {"deliveryMethod": 2, "paymentMethod": 3, "information3": "ved henting", "information5": "telefon"}
    made = scene.add_in_company("order", customerNo=account, orderDate=20261120, currencyNo=47, **ways)
    scene.add_in_company("orderLine", orderNo=made["orderNo"], productNo="FRAKT", quantity=1, priceInCurrency=149)
    scene.settle()

    row = scene.row("order", orderNo=made["orderNo"])
    (order,) = [each for each in scene.records("orders") if each["id"] != "O1"]
    assert [each["title"] for each in order["lines"]] == ["Frakt"]
    assert {name: row[name] for name in ways} == ways
    assert scene.rejects() == []
    assert scene.quiet()


def test_an_order_that_comes_before_its_customer_and_its_product_waits_for_them_in_the_same_run(scene):
    scene.customer("C1")
    scene.product("P1", sku="ULL-1")
    scene.order("O1")
    messages = scene.read("there").splitlines(keepends=True)
    messages.sort(key=lambda each: json.loads(each).get("stream") != "orders")

    scene.write("there", "".join(messages))

    assert [each["productNo"] for each in scene.rows("orderLine")] == ["ULL-1"]
    assert scene.rejects() == []
    scene.settle()
    assert scene.quiet()


def test_an_order_that_somebody_has_open_is_written_when_they_have_left(scene, order):
    scene.neighbours.tell_company("POST", "faults", kind="lock_order", match={"orderNo": order})
    scene.in_shop("orders", "O1", lines=[scene.line("L1", quantity="7")])

    scene.there(locked_row_patience=0)

    assert in_company(scene) == {"L1": 1, "L2": 2}
    [reject] = scene.rejects("later")
    assert "locked by kari" in reject["message"]
    scene.neighbours.tell_company("DELETE", "faults")
    scene.type("rejects", "retry")
    scene.settle()
    assert in_company(scene) == in_shop(scene) == {"L1": 7}
    assert scene.quiet()
