"""Prices belong to products: they sleep until these are linked, and are known by them. Orders are cancelled once."""

from __future__ import annotations

from dataclasses import replace

from crosswalk import Side, tables
from crosswalk.entries import Link, Owed

CANCELLED, PICKED = 536870912, 8192


def priced(shop, **more):
    offered = shop.product()
    offered["variants"] = [{**offered["variants"][0], "price": "249.00", "price_includes_tax": True, **more}]
    return offered


def prices(world):
    return [(each["productNo"], each["salesPrice1InCurrency"]) for each in world.rows("priceAndDiscountMatrix")]


def test_a_price_is_made_once_its_product_is(world, shop):
    world.company.refuse = lambda table, _: "not now" if table == "product" else None
    world.sync(("products", [priced(shop)]))
    assert (prices(world), world.link("prices", "P-V1/V1").status) == ([], "dormant")

    world.company.refuse = lambda *_: None
    world.now += 8 * 3600
    world.sync()

    assert [(sku, float(price)) for sku, price in prices(world)] == [("ULL-1", 249.0)]
    assert world.link("prices", "P-V1/V1").status == "linked"


def test_the_base_row_that_is_there_is_taken_and_that_of_one_customer_is_left(world, shop):
    rows = world.company.rows["priceAndDiscountMatrix"]
    rows["1"] = {"lineNo": 1, "productNo": "ULL-1", "customerNo": 10001, "salesPrice1InCurrency": 1, "grossPrices": 1}
    rows["2"] = {"lineNo": 2, "productNo": "ULL-1", "customerNo": 0, "salesPrice1InCurrency": 199, "grossPrices": 1}

    world.sync(("products", [priced(shop)]))

    assert world.link("prices", "P-V1/V1").businessnxt_id == "2"
    assert [each["salesPrice1InCurrency"] for each in world.rows("priceAndDiscountMatrix")] == [1, 199]
    assert [(each["name"], each["winner"]) for each in world.conflicts() if "Price" in each["name"]] == [
        ("salesPrice1InCurrency", "businessnxt")
    ]


def test_a_price_whose_answer_was_lost_is_not_made_twice(world, shop):
    world.company.outcome = lambda op, table, _: (
        "after" if table == "priceAndDiscountMatrix" and op == "create" else None
    )
    world.sync(("products", [priced(shop)]))
    world.company.outcome = lambda *_: None

    world.sync()
    world.now += 1000
    world.sync(("products", [priced(shop)]))

    assert len(prices(world)) == 1
    assert world.link("prices", "P-V1/V1").status == "linked"


def test_a_new_price_is_all_that_is_sent(world, shop):
    world.sync(("products", [priced(shop)]))
    world.asked()

    world.sync(("products", [priced(shop, price="199.00")]))

    ((_, table, (sent,)),) = [each for each in world.asked() if each[0] == "update"]
    assert (table, {name: float(value) for name, value in sent.items()}) == (
        "priceAndDiscountMatrix", {"salesPrice1InCurrency": 199.0},
    )  # fmt: skip


def ordered(world, shop, **more):
    world.sync(("customers", [shop.customer()]), ("products", [shop.product()]), ("orders", [shop.order(**more)]))


def test_an_order_that_was_cancelled_before_anybody_saw_it_is_no_order(world, shop):
    ordered(world, shop, status="cancelled")

    assert world.rows("order") == []
    assert world.rejects() == []


def test_an_order_that_is_cancelled_in_the_shop_is_cancelled_there(world, shop):
    ordered(world, shop, status="open")
    (row,) = world.rows("order")
    row["orderStatus1"] = 0

    world.sync(("orders", [shop.order(status="cancelled")]))

    assert row["orderStatus1"] == CANCELLED


def test_one_that_is_picked_already_stays_and_somebody_has_to_decide(world, shop):
    ordered(world, shop, status="open")
    (row,) = world.rows("order")
    row["orderStatus1"] = PICKED

    world.sync(("orders", [shop.order(status="cancelled")]))

    assert row["orderStatus1"] == PICKED
    (conflict,) = [each for each in world.conflicts() if each["name"] == "orderStatus1"]
    assert (conflict["rule"], conflict["state"], conflict["winner"]) == ("frozen", "open", "none")


def test_a_row_known_by_sleep_alone_gives_way_to_the_link(world, shop):
    """The way back remembered the base row of a product that nobody had linked yet."""
    rows = world.company.rows["priceAndDiscountMatrix"]
    rows["7"] = {"lineNo": 7, "productNo": "ULL-1", "salesPrice1InCurrency": 249, "grossPrices": 1}
    store = world.open_store()
    store.add([replace(Link("prices", None, "7"), status="dormant", businessnxt_alias="ULL-1")])
    store.close()

    world.sync(("products", [priced(shop)]))

    link = world.link("prices", "P-V1/V1")
    assert (link.businessnxt_id, link.status) == ("7", "linked")
    assert len(rows) == 1


def test_of_two_variants_with_one_sku_only_the_one_that_is_linked_has_a_price(world, shop):
    twins = {**priced(shop), "variants": [{**priced(shop)["variants"][0], "id": each} for each in ("V1", "V2")]}
    world.sync(("products", [twins]))
    world.sync(("products", [twins]))

    assert [sku for sku, _ in prices(world)] == ["ULL-1"]
    assert (world.link("prices", "P-V1/V1").status, world.link("prices", "P-V1/V2").status) == ("linked", "dormant")


RELINKED = Link("products", "P-V1/V1", "OLD-9", status="linked", alias="ULL-1")


def test_a_product_with_another_number_than_its_sku_keeps_its_one_base_price(world, shop):
    rows = world.company.rows["priceAndDiscountMatrix"]
    rows["1"] = {"lineNo": 1, "productNo": "OLD-9", "salesPrice1InCurrency": 249, "grossPrices": 1}
    world.keep(RELINKED)

    world.sync(("products", [priced(shop)]))

    assert prices(world) == [("OLD-9", 249)]
    assert world.link("prices", "P-V1/V1").businessnxt_id == "1"


def test_each_of_two_linked_variants_with_one_sku_has_the_price_of_its_own_product(world, shop):
    world.keep(RELINKED, replace(RELINKED, webshop_id="P-V1/V2", businessnxt_id="ULL-1"))
    variant = priced(shop)["variants"][0]

    world.sync(("products", [{**priced(shop), "variants": [variant, {**variant, "id": "V2", "price": "99.00"}]}]))

    assert {sku: float(price) for sku, price in prices(world)} == {"OLD-9": 249.0, "ULL-1": 99.0}


def test_its_price_is_found_again_although_the_answer_was_lost(world, shop):
    world.keep(RELINKED)
    world.company.outcome = lambda op, table, _: "after" if (op, table[:5]) == ("create", "price") else None
    world.sync(("products", [priced(shop)]))
    world.company.outcome = lambda *_: None

    world.now += 1000
    world.sync(("products", [priced(shop)]))

    assert [sku for sku, _ in prices(world)] == ["OLD-9"]
    assert world.link("prices", "P-V1/V1").status == "linked"


def test_a_price_that_was_refused_once_has_no_past_in_common_with_the_row_that_is_there_later(world, shop):
    world.company.refuse = lambda table, _: "not now" if table == "priceAndDiscountMatrix" else None
    world.sync(("products", [priced(shop)]))
    world.company.refuse = lambda *_: None
    assert world.link("prices", "P-V1/V1").businessnxt_shadow == {}
    row = {"lineNo": 1, "productNo": "ULL-1", "salesPrice1InCurrency": 199, "grossPrices": 1}
    world.company.rows["priceAndDiscountMatrix"]["1"] = row

    world.sync()

    assert [(each["webshop_value"], each["businessnxt_value"]) for each in world.conflicts()] == [("249.00", 199)]


def test_a_sku_that_came_back_belongs_to_the_new_product_alone(world, shop):
    world.sync(("products", [shop.product("V1")]))
    world.sync(("products", [shop.product("V1", deleted_at="2026-11-20T10:00:00Z")]))
    world.sync(("products", [shop.product("V2")]))

    store = world.open_store()
    found = store.find("ULL-1")
    store.close()

    assert [(each.webshop_id, each.status) for each in found if each.entity == "products"] == [("P-V2/V2", "linked")]


def test_a_price_that_is_refused_is_tried_once_a_run_however_many_batches_it_has(world, shop):
    world.company.refuse = lambda table, _: "no" if table == "priceAndDiscountMatrix" else None
    batches = [("products", [priced(shop)]), *(("customers", [shop.customer(f"C{each}")]) for each in range(5))]

    counts = world.sync(*batches)
    assert len([each for each in world.asked() if each[:2] == ("create", "priceAndDiscountMatrix")]) == 1
    assert counts["prices"]["dormant"] == 1
    world.sync()
    assert len([each for each in world.asked() if each[:2] == ("create", "priceAndDiscountMatrix")]) == 1


def test_a_batch_that_stirs_no_product_asks_for_no_price(world, shop):
    world.sync(("products", [priced(shop)]))
    store = world.open_store()
    asked = []
    store.sleeping = lambda *told: asked.append(told[0]) or []
    world.open_store = lambda: store

    world.sync(*(("customers", [shop.customer(f"C{each}")]) for each in range(5)))

    assert asked.count("prices") == 1, "at the beginning of the run"


def test_a_price_that_slept_and_woke_in_one_run_is_created_and_not_dormant(world, shop):
    counts = world.sync(("products", [priced(shop)]))

    assert (counts["prices"]["created"], counts["prices"]["dormant"]) == (1, 0)


def test_what_the_shop_has_no_place_for_is_owed_no_longer_and_that_is_on_record(world, shop, caplog):
    world.sync(("products", [priced(shop)]))
    link = world.link("prices", "P-V1/V1")
    store = world.open_store()
    store.owe([Owed(link.id, Side.WEBSHOP, "grossPrices", 0, 1.0), Owed(link.id, Side.WEBSHOP, "unknown", 7, 1.0)])
    store.close()
    mappings = world._load().mappings
    rows = (replace(each, sync="to_businessnxt") for each in mappings["prices"].properties)
    mappings["prices"] = replace(mappings["prices"], properties=tuple(rows))

    world.back()

    store = world.open_store()
    assert store.debts(Side.WEBSHOP) == []
    told = [each for each in store.rows(tables.op_log.select()) if each["op"] == "waive"]
    store.close()
    assert [(each["link_id"], each["after"]) for each in told] == [(link.id, {"grossPrices": 0, "unknown": 7})]
    assert "keeps its grossPrices, unknown" in caplog.text
