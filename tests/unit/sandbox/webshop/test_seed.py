"""The demo shop: believable, complete, exact to the øre, and the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from sandbox.seed import bulk, company_overlap, shop
from sandbox.webshop import shapes

SHOP = shop()


def money(text):
    return Decimal(text)


def kinds_of(records, name):
    return {each[name] for each in records}


ORDERS, CUSTOMERS, PRODUCTS = SHOP["orders"], SHOP["customers"], SHOP["products"]
LINES = [line for order in ORDERS for line in order["lines"]]
VARIANTS = [variant for product in PRODUCTS for variant in product["variants"]]


def test_there_is_enough_of_everything():
    assert len(CUSTOMERS) >= 200
    assert (len(PRODUCTS) >= 60, len(VARIANTS) >= 150, len(SHOP["inventory-levels"])) == (True, True, len(VARIANTS))
    assert len(ORDERS) >= 500


def test_every_word_that_the_company_must_know_occurs():
    assert kinds_of(LINES, "type") == {"product", "shipping", "fee", "discount", "gift_card", "rounding"}
    assert kinds_of((line for line in LINES if line["type"] == "shipping"), "title") == {
        "Hentepunkt", "Hjemlevering", "Hentes i butikk", "Brev",
    }  # fmt: skip
    assert kinds_of(LINES, "tax_code") == kinds_of(PRODUCTS, "tax_code") == {"standard", "reduced", "low", "zero"}
    assert kinds_of(VARIANTS, "unit") == {"stk", "pk", "kg", "m"}
    assert kinds_of(CUSTOMERS, "group") == {"Privat", "Bedrift", "Forhandler", "VIP"}
    assert kinds_of(CUSTOMERS, "language") == {"nb", "sv", "da", "en"}
    assert kinds_of((each for order in ORDERS for each in order["payments"]), "method") == {
        "card", "vipps", "klarna", "invoice",
    }  # fmt: skip
    assert kinds_of(ORDERS, "currency") == {"NOK", "SEK", "DKK", "EUR"}


def test_orders_have_come_as_far_as_orders_can():
    words = shapes.RECORDS["orders"]["properties"]

    for name in ("status", "payment_status", "fulfillment_status"):
        assert kinds_of(ORDERS, name) == set(words[name]["enum"]), name


def test_companies_guests_gifts_and_discounts_are_among_the_orders():
    companies = [each for each in ORDERS if each["buyer"]["org_number"]]
    guests = [each for each in ORDERS if each["customer_id"] is None]
    known = {each["email"] for each in CUSTOMERS if each["is_guest"]}

    assert all(not line["price_includes_tax"] for each in companies for line in each["lines"])
    assert len(companies) > 50
    assert {each["buyer"]["email"] in known for each in guests} == {True, False}
    assert all(each["buyer"]["email"] and each["billing_address"]["line1"] for each in guests)
    assert any(each["shipping_address"] != each["billing_address"] for each in ORDERS)
    assert any(money(line["discount_amount"]) > 0 for line in LINES)


def test_names_and_texts_try_the_limits_of_the_company():
    names = [each["company_name"] or each["last_name"] for each in CUSTOMERS]
    titles = " ".join(each["title"] for each in PRODUCTS)

    assert max(map(len, names)) > 80
    assert max(len(address["line1"]) for each in CUSTOMERS for address in each["addresses"]) > 60
    assert max(len(each["title"]) for each in PRODUCTS) > 60
    assert ("O'Connor" in names, '"' in titles, "«" in titles) == (True, True, True)
    assert any("🙂" in (each["note"] or "") for each in ORDERS)


def test_every_order_adds_up():
    for order in ORDERS:
        excl, tax, incl = (money(order[name]) for name in ("total_excl_tax", "total_tax", "total_incl_tax"))
        for name, whole in (("total_excl_tax", excl), ("tax_amount", tax), ("total_incl_tax", incl)):
            assert sum(money(line[name]) for line in order["lines"]) == whole, (order["id"], name)
        assert excl + tax == incl > 0, order["id"]
        assert sum(money(rate["base"]) for rate in order["tax_summary"]) == excl, order["id"]
        for rate in order["tax_summary"]:
            exact = money(rate["base"]) * money(rate["tax_rate"]) / 100
            assert abs(money(rate["amount"]) - exact) <= money("0.01") * len(order["lines"]), order["id"]


def test_every_line_is_its_price_times_its_quantity_less_its_discount():
    for line in LINES:
        side = "total_incl_tax" if line["price_includes_tax"] else "total_excl_tax"
        amount = money(line["unit_price"]) * money(line["quantity"]) - money(line["discount_amount"])
        assert abs(money(line[side]) - amount) <= money("0.005"), line["id"]


def test_what_is_paid_paid_back_and_due_fits_the_status():
    for order in ORDERS:
        paid = sum(money(each["amount"]) for each in order["payments"] if each["status"] == "captured")
        back = sum(money(each["amount"]) for each in order["refunds"])
        assert back <= paid <= money(order["total_incl_tax"]), order["id"]
        assert (back > 0) == (order["payment_status"] in {"refunded", "partially_refunded"}), order["id"]
        if order["status"] != "cancelled":
            assert paid + money(order["amount_due"]) == money(order["total_incl_tax"]), order["id"]


def test_nothing_happens_before_its_time():
    created = {each["id"]: each["created_at"] for each in CUSTOMERS}

    for order in ORDERS:
        assert order["placed_at"] <= order["updated_at"] <= "2026-11-20T12:00:00.000000Z"
        assert created.get(order["customer_id"], "") < order["placed_at"], order["id"]


@pytest.mark.parametrize("collection", shapes.RECORDS)
def test_every_record_keeps_the_shape_that_the_contract_shows(collection):
    for record in SHOP[collection]:
        assert shapes.faults(shapes.RECORDS[collection], record) == [], record
        assert set(shapes.RECORDS[collection]["properties"]) - set(record) <= {"deleted_at"}


def test_every_sku_that_is_sold_exists_once():
    skus = Counter(each["sku"] for product in SHOP["products"] for each in product["variants"])
    sold = {line["sku"] for order in SHOP["orders"] for line in order["lines"] if line["type"] == "product"}

    assert sold <= set(skus)
    assert set(skus.values()) == {1}


def test_it_is_norwegian_and_none_of_it_is_anybodys():
    text = json.dumps(SHOP, ensure_ascii=False)

    assert all(letter in text for letter in "æøåÆØÅ")
    assert all(each["email"].endswith("@example.test") for each in [*CUSTOMERS, *(each["buyer"] for each in ORDERS)])
    assert all(each["phone"].startswith("+4700") for each in CUSTOMERS)
    assert {each["org_number"][:2] for each in CUSTOMERS if each["org_number"]} == {"31"}


def test_the_company_knows_some_of_it_already():
    rows = company_overlap()
    numbers = {each["org_number"] for each in SHOP["customers"] if each["org_number"]}

    assert len([each for each in rows["address"] if each.get("companyNo") in numbers]) == 5
    assert {name: len(each) for name, each in rows.items()} == {
        "address": 20, "associate": 20, "product": 25, "priceAndDiscountMatrix": 20, "stockBalance": 20,
    }  # fmt: skip


def test_another_process_makes_the_same():
    script = "import json; from sandbox.seed import shop; print(json.dumps(shop()))"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert json.loads(other) == SHOP


def test_many_plain_records_have_ids_of_their_own():
    records = list(bulk(customers=300, products=100, orders=600))

    assert len({record["id"] for _, record in records}) == 1000
