"""What the shop holds after the merge has written to it, and what the merge is told of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from crosswalk import Change, Draft, Refused, RemoteTable, Removal, Unclear, Unwelcome, Written

CUSTOMERS = RemoteTable(
    "customers", ("id",), ("id", "external_id", "name", "email", "phone", "org_number", "billing_address.line1"),
    reference="external_id",
)  # fmt: skip
LINES = RemoteTable("orders.lines", ("id",), ("id", "sku", "title", "quantity", "price"), reference="id")
ORDERS = RemoteTable(
    "orders", ("id",), ("id", "external_id", "status", "note", "shipment.tracking", "metadata.invoice_no"),
    reference="external_id", lines=("lines", LINES),
)  # fmt: skip
VARIANTS = RemoteTable(
    "products.variants", ("id",), ("id", "external_id", "sku", "price", "gtin", "parent.title"), reference="external_id"
)
LEVELS = RemoteTable("inventory-levels", ("sku",), ("sku", "available"))


def open_order(webshop):
    return next(each for each in webshop.records("orders") if each["status"] == "open" and not each["shipments"])


def only(outcomes):
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def change(shop, table, identity, **values):
    """Read a row, and change it as it was read."""
    values = {name.replace("__", "."): value for name, value in values.items()}
    row = shop.read(table, [identity])[identity]
    expect = {path: row.values[path] for path in values if path in row.values}
    return only(shop.update(table, [Change(identity, values, expect)]))


# finding and reading


@pytest.mark.parametrize(("column", "of"), [("email", "email"), ("org_number", "org_number"), ("id", "id")])
def test_a_customer_is_found_by_what_it_holds(shop, webshop, column, of):
    wanted = next(each for each in webshop.records("customers") if each.get("org_number"))

    rows = shop().find(CUSTOMERS, column, [wanted[of], "nobody"], where={}, parents=())

    assert wanted["id"] in [each.id for each in rows]
    assert {each.values[column] for each in rows} == {wanted[of]}


def test_a_condition_is_kept(shop, webshop):
    wanted = webshop.records("customers")[0]

    assert shop().find(CUSTOMERS, "id", [wanted["id"]], where={"email": "another@example.test"}, parents=()) == []


def test_a_variant_is_found_by_its_sku_and_not_its_sisters(shop, webshop):
    product = next(each for each in webshop.records("products") if len(each["variants"]) > 1)
    variant = product["variants"][1]

    row = only(shop().find(VARIANTS, "sku", [variant["sku"]], where={}, parents=()))

    assert row.id == f"{product['id']}/{variant['id']}"
    assert row.values["parent.title"] == product["title"]


def test_rows_are_read_as_mapping_files_see_them_and_gone_ones_are_left_out(shop, webshop):
    customer = webshop.record("customers", "C0001")
    webshop.delete("customers", "C0002")

    rows = shop().read(CUSTOMERS, ["C0001", "C0002", "C9999"])

    assert list(rows) == ["C0001"]
    assert rows["C0001"].values["billing_address.line1"] == customer["addresses"][0]["line1"]
    assert not rows["C0001"].ours


# making


def test_a_customer_from_the_company_appears_with_its_reference(shop, webshop):
    draft = Draft(
        {"external_id": "10077", "name": "Fjell AS", "org_number": "999888777", "billing_address.line1": "Vei 1"}
    )

    outcome = only(shop().create(CUSTOMERS, [draft]))

    assert isinstance(outcome, Written)
    assert outcome.row.ours
    assert outcome.row.values["name"] == "Fjell AS"
    made = webshop.record("customers", outcome.row.id)
    assert (made["company_name"], made["external_id"], made["type"]) == ("Fjell AS", "10077", "company")
    assert [each["line1"] for each in made["addresses"]] == ["Vei 1"]


def test_a_product_from_the_company_is_a_product_with_one_variant(shop, webshop):
    draft = Draft({"external_id": "NY-1", "sku": "NY-1", "price": Decimal("99.50"), "parent.title": "Lue"})

    row = only(shop().create(VARIANTS, [draft])).row

    product = webshop.record("products", row.id.partition("/")[0])
    assert (product["title"], product["external_id"]) == ("Lue", "NY-1")
    assert [(each["sku"], each["price"], each["external_id"]) for each in product["variants"]] == [
        ("NY-1", "99.50", "NY-1")
    ]


def test_an_item_that_belongs_nowhere_is_refused_and_no_record_comes_of_it(shop, webshop):
    known = len(webshop.records("orders"))
    table = RemoteTable("orders.invoices", ("id",), ("id", "number"), reference="id")

    outcome = only(shop().create(table, [Draft({"id": "nxt-7", "number": "500100"})]))

    assert isinstance(outcome, Unwelcome)
    assert len(webshop.records("orders")) == known


def test_an_order_comes_with_its_lines_and_their_sums(shop, webshop):
    ware = {"sku": "UT-1", "title": "Lue", "tax_rate": "25", "tax_code": "standard"}
    line = {"id": "nxt-1", **ware, "quantity": Decimal(2), "price": Decimal(100)}
    draft = Draft({"external_id": "5001", "number": "5001"}, lines=({**line}, {**line, "id": "nxt-2", "sku": "UT-2"}))

    row = only(shop().create(ORDERS, [draft])).row

    assert [each.id for each in row.lines] == [f"{row.id}/nxt-1", f"{row.id}/nxt-2"]
    assert webshop.record("orders", row.id)["total_incl_tax"] == "500.00"


def test_a_lost_answer_leaves_the_making_open_and_the_reference_finds_it(shop, webshop):
    webshop.fault("reset_mid_body", times=None, match={"method": "POST"})
    draft = Draft({"external_id": "10077", "name": "Åse Ødegård"})
    outcome = only(shop().create(CUSTOMERS, [draft]))
    webshop.behave()

    assert isinstance(outcome, Unclear)
    row = only(shop().find(CUSTOMERS, "external_id", ["10077"], where={}, parents=()))
    assert row.values["name"] == "Åse Ødegård"


def test_what_another_run_made_already_is_left_for_the_reference_to_find(shop):
    assert isinstance(only(shop().create(CUSTOMERS, [Draft({"external_id": "10077", "name": "Åse Berg"})])), Written)

    again = only(shop().create(CUSTOMERS, [Draft({"external_id": "10077", "name": "Åse Dahl"})]))

    assert isinstance(again, Unclear)


def test_a_record_that_the_shop_will_not_have_is_told_with_its_property_and_the_next_is_made(shop, webshop):
    drafts = [Draft({"external_id": "1", "org_number": "12"}), Draft({"external_id": "2", "name": "Åse Berg"})]

    refused, made = shop().create(CUSTOMERS, drafts)

    assert isinstance(refused, Unwelcome)
    assert refused.column == "org_number"
    assert webshop.record("customers", made.row.id)["external_id"] == "2"


def test_a_stock_level_is_not_made_by_itself(shop, webshop):
    webshop.behave()

    assert isinstance(only(shop().create(LEVELS, [Draft({"sku": "NY-1", "available": 3})])), Unwelcome)
    assert webshop.requests() == 0


# changing


def test_a_change_is_written_while_the_row_is_as_it_was_read(shop, webshop):
    outcome = change(shop(), CUSTOMERS, "C0001", phone="+4722222222", billing_address__line1="Ny vei 3")

    assert isinstance(outcome, Written)
    assert outcome.row.ours
    after = webshop.record("customers", "C0001")
    assert (after["phone"], after["addresses"][0]["line1"]) == ("+4722222222", "Ny vei 3")


def test_a_row_that_moved_since_is_not_written_over(shop, webshop):
    ours = shop()
    row = ours.read(CUSTOMERS, ["C0001"])["C0001"]
    webshop.edit("customers", "C0001", email="ny@example.test")

    outcome = only(ours.update(CUSTOMERS, [Change("C0001", {"phone": "+47"}, {"phone": row.values["phone"]})]))

    assert isinstance(outcome, Refused)
    assert webshop.record("customers", "C0001")["phone"] == row.values["phone"]
    assert isinstance(change(ours, CUSTOMERS, "C0001", phone="+4722222222"), Written)


def test_a_row_that_does_not_hold_what_is_expected_is_not_written(shop, webshop):
    outcome = only(shop().update(CUSTOMERS, [Change("C0001", {"phone": "+47"}, {"phone": "something else"})]))

    assert isinstance(outcome, Refused)
    assert webshop.stats()["rows_updated"] == {}


def test_a_row_that_is_gone_is_said_to_be(shop):
    outcome = only(shop().update(CUSTOMERS, [Change("C9999", {"phone": "+47"}, {})]))

    assert isinstance(outcome, Unwelcome)
    assert outcome.kind == "vanished"


def test_prices_of_all_variants_of_a_product_cost_one_request(shop, webshop):
    product = next(each for each in webshop.records("products") if len(each["variants"]) > 1)
    ours = shop()
    rows = ours.read(VARIANTS, [f"{product['id']}/{each['id']}" for each in product["variants"]])
    webshop.behave()

    changes = [Change(key, {"price": Decimal("12.50")}, {"price": row.values["price"]}) for key, row in rows.items()]
    outcomes = ours.update(VARIANTS, changes)

    assert [type(each) for each in outcomes] == [Written] * len(rows)
    assert {each["price"] for each in webshop.record("products", product["id"])["variants"]} == {"12.50"}
    assert webshop.requests() == 1


def test_one_bad_variant_does_not_keep_its_sisters_back(shop, webshop):
    product = next(each for each in webshop.records("products") if len(each["variants"]) > 1)
    good, bad = [f"{product['id']}/{each['id']}" for each in product["variants"][:2]]

    outcomes = shop().update(VARIANTS, [Change(good, {"gtin": "7"}, {}), Change(bad, {"price": "dear"}, {})])

    assert [type(each) for each in outcomes] == [Written, Unwelcome]
    after = webshop.record("products", product["id"])["variants"]
    assert (after[0]["gtin"], after[1]["price"]) == ("7", product["variants"][1]["price"])


def test_a_stock_level_is_set_in_whole_pieces(shop, webshop):
    level = webshop.records("stock_levels")[0]

    outcome = change(shop(), LEVELS, level["sku"], available=Decimal("7.5"))

    assert outcome.row.values["available"] == 7
    assert webshop.record("stock_levels", level["sku"])["available"] == 7


def test_a_stock_level_that_was_sold_from_meanwhile_is_not_set(shop, webshop):
    level = webshop.records("stock_levels")[0]
    ours = shop()
    ours.read(LEVELS, [level["sku"]])
    webshop.edit("stock_levels", level["sku"], available=level["available"] - 1)

    outcome = only(ours.update(LEVELS, [Change(level["sku"], {"available": 7}, {"available": level["available"]})]))

    assert isinstance(outcome, Refused)


def test_an_order_is_sent_with_tracking_and_gets_its_invoice_number(shop, webshop):
    order = open_order(webshop)

    outcome = change(shop(), ORDERS, order["id"], shipment__tracking="3700", metadata__invoice_no=900001)

    assert isinstance(outcome, Written)
    after = webshop.record("orders", order["id"])
    assert [each["tracking"] for each in after["shipments"]] == ["3700"]
    assert after["fulfillment_status"] == "fulfilled"
    assert after["metadata"] == {"invoice_no": 900001}


def test_an_order_is_cancelled(shop, webshop):
    order = open_order(webshop)

    change(shop(), ORDERS, order["id"], status="cancelled")

    assert webshop.record("orders", order["id"])["cancelled_at"]


def test_lines_are_changed_added_and_taken_out_and_the_order_adds_up(shop, webshop):
    order = next(each for each in webshop.records("orders") if len(each["lines"]) > 2)
    first, second = (f"{order['id']}/{each['id']}" for each in order["lines"][:2])
    ours = shop()

    change(ours, LINES, first, quantity=Decimal(7))
    new = {"sku": "NY", "title": "Lue", "quantity": Decimal(1), "price": Decimal(50)}
    added = only(ours.create(LINES, [Draft(new, order["id"])]))
    assert ours.delete(LINES, [Removal(second, {})]) == [None]

    after = webshop.record("orders", order["id"])
    assert after["lines"][0]["quantity"] == "7"
    assert f"{order['id']}/{after['lines'][-1]['id']}" == added.row.id
    assert order["lines"][1]["id"] not in [each["id"] for each in after["lines"]]
    total = sum(Decimal(each["total_incl_tax"]) for each in after["lines"])
    assert Decimal(after["total_incl_tax"]) == total


def test_a_lost_answer_to_a_change_is_cleared_up_by_asking(shop, webshop):
    webshop.fault("reset_mid_body", match={"method": "PATCH"})

    outcome = change(shop(), CUSTOMERS, "C0001", phone="+4722222222")

    assert isinstance(outcome, Written)
    assert webshop.stats()["rows_updated"] == {"customers": 1}


def test_a_change_that_nobody_answers_is_left_open(shop, webshop):
    ours = shop()
    row = ours.read(CUSTOMERS, ["C0001"])["C0001"]
    webshop.fault("http_500", times=None, match={"method": "PATCH"})

    outcome = only(ours.update(CUSTOMERS, [Change("C0001", {"phone": "+47"}, {"phone": row.values["phone"]})]))

    assert isinstance(outcome, Unclear)


def test_a_customer_is_deleted_and_so_is_one_that_is_gone(shop, webshop):
    assert shop().delete(CUSTOMERS, [Removal("C0003", {}), Removal("C9999", {})]) == [None, None]
    assert webshop.record("customers", "C0003")["deleted_at"]
