"""The demo shop: believable, complete, exact to the øre, and the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal

from sandbox.seed import bulk, company_overlap, shop

SHOP = shop()


def money(text):
    return Decimal(text)


def test_there_is_enough_of_everything():
    variants = [each for product in SHOP["products"] for each in product["variants"]]
    kinds = Counter("guest" if each["is_guest"] else each["type"] for each in SHOP["customers"])
    lines = Counter(line["type"] for order in SHOP["orders"] for line in order["lines"])

    assert (len(SHOP["customers"]) >= 200, len(variants) >= 150, len(SHOP["orders"]) >= 500) == (True, True, True)
    assert set(kinds) == {"person", "company", "guest"}
    assert set(lines) == {"product", "shipping", "fee", "discount", "gift_card", "rounding"}
    assert {each["currency"] for each in SHOP["orders"]} >= {"NOK", "SEK", "EUR", "DKK"}


def test_every_order_adds_up():
    for order in SHOP["orders"]:
        incl = sum(money(line["total_incl_tax"]) for line in order["lines"])
        excl = sum(money(line["total_excl_tax"]) for line in order["lines"])
        assert (incl, excl) == (money(order["total_incl_tax"]), money(order["total_excl_tax"])), order["id"]
        assert money(order["total_excl_tax"]) + money(order["total_tax"]) == incl


def test_every_sku_that_is_sold_exists_once():
    skus = Counter(each["sku"] for product in SHOP["products"] for each in product["variants"])
    sold = {line["sku"] for order in SHOP["orders"] for line in order["lines"] if line["type"] == "product"}

    assert sold <= set(skus)
    assert set(skus.values()) == {1}


def test_it_is_norwegian_and_none_of_it_is_anybodys():
    text = json.dumps(SHOP, ensure_ascii=False)

    assert all(letter in text for letter in "æøåÆØÅ")
    assert all(each["email"].endswith("@example.test") for each in SHOP["customers"])


def test_the_company_knows_some_of_it_already():
    rows = company_overlap()
    numbers = {each["org_number"] for each in SHOP["customers"] if each["org_number"]}

    assert len([each for each in rows["address"] if each.get("companyNo") in numbers]) == 5
    assert {name: len(each) for name, each in rows.items()} == {"address": 20, "associate": 20, "product": 25}


def test_another_process_makes_the_same():
    script = "import json; from sandbox.seed import shop; print(json.dumps(shop()))"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert json.loads(other) == SHOP


def test_many_plain_records_have_ids_of_their_own():
    records = list(bulk(customers=300, products=100, orders=600))

    assert len({record["id"] for _, record in records}) == 1000
