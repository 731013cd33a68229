"""Every row of the mapping files, in each of its directions: what stands on one side stands on the other after a sync.

The tests are drawn from the mapping files: a new row is tried as soon as it is there, and `docs/mapping.md` names the
test of each.
"""

from __future__ import annotations

import pytest
from crosswalk import Side
from made import HIDDEN, MAIL, PRICE, SKU, STOCK
from newcomers import new_record, new_row
from trials import EDITED, NEW, NUMBERS, SERVER_DRAWN

pytestmark = pytest.mark.timeout(900)  # ten syncs of everything come before the first test

THERE = [each for each in EDITED if Side.WEBSHOP in each.sides]
BACK = [each for each in EDITED if Side.BUSINESSNXT in each.sides]
FOLLOWS = {
    ("customer_accounts-countryNo", Side.BUSINESSNXT): {"languageNo", "currencyNo"},
    ("orders.lines-productNo", Side.BUSINESSNXT): {"description", "priceInCurrency"},
}
"""What the company changes by itself when a person changes that one."""


def agrees(story, trial, side):
    """Whether both sides hold what was typed on this one."""
    typed = story.typed[side][trial.name]
    _, webshop_id, key = story.pairs[trial.name, side]
    webshop, businessnxt = story.after[side].held(trial, webshop_id, key)
    assert trial.row.same_webshop(webshop, typed), f"the webshop holds {webshop!r}"
    assert trial.row.same_businessnxt(trial.row.encode(typed, story.converters), businessnxt), businessnxt
    if trial.row.via in NUMBERS:
        assert float(businessnxt) == NUMBERS[trial.row.via][typed]


def only_that_was_sent(story, trial, side):
    link = story.pairs[trial.name, side][0]
    assert story.sent[side].get(link) == {trial.row.name} | FOLLOWS.get((trial.name, side), set())


@pytest.mark.parametrize("trial", BACK, ids=lambda trial: trial.name)
def test_edit_reaches_the_webshop(story, trial):
    agrees(story, trial, Side.BUSINESSNXT)
    only_that_was_sent(story, trial, Side.BUSINESSNXT)


@pytest.mark.parametrize("trial", THERE, ids=lambda trial: trial.name)
def test_edit_reaches_business_nxt(story, trial):
    agrees(story, trial, Side.WEBSHOP)
    only_that_was_sent(story, trial, Side.WEBSHOP)


@pytest.mark.parametrize("trial", [each for each in NEW if Side.WEBSHOP in each.sides], ids=lambda trial: trial.name)
def test_new_row_holds_it(story, trial):
    expected, held = new_row(story, trial)

    assert trial.row.same_businessnxt(held, expected), f"{held!r} instead of {expected!r}"


@pytest.mark.parametrize(
    "trial", [each for each in NEW if Side.BUSINESSNXT in each.sides], ids=lambda trial: trial.name
)
def test_new_record_holds_it(story, trial):
    expected, held = new_record(story, trial)

    assert trial.row.same_webshop(held, expected), f"{held!r} instead of {expected!r}"


@pytest.mark.parametrize("trial", SERVER_DRAWN, ids=lambda trial: trial.name)
def test_company_draws_it(story, trial):
    low, high = trial.row.suggest
    rows = story.first.rows[trial.mapping.table]
    drawn = [rows[each["businessnxt_id"]][trial.row.column] for each in story.links[trial.mapping.entity]]

    assert drawn
    assert all(low <= each <= high for each in drawn)
    assert len(set(drawn)) == len(drawn)


# what people make in Business NXT first appears in the shop, linked and once, unless it is none of its business


def shop(story, collection):
    return list(story.first.records[collection].values())


def test_a_product_that_is_shown_on_the_web_is_one_product_with_one_variant_its_price_and_its_stock(story):
    (product,) = [each for each in shop(story, "products") if each.get("external_id") == SKU]
    (variant,) = product["variants"]

    assert (product["title"], product["brand"], product["tax_code"]) == ("Ullteppe", "Teppefabrikken", "standard")
    assert (variant["sku"], variant["gtin"], variant["weight_g"]) == (SKU, "7038010000018", 1500)
    assert (float(variant["price"]), variant["price_includes_tax"]) == (PRICE, True)
    assert story.first.records["inventory-levels"][SKU]["available"] == STOCK
    assert story.first.rows["product"][SKU]["information1"] == f"{product['id']}/{variant['id']}"


def test_a_product_that_is_not_stays_in_the_company_with_its_stock_and_troubles_nobody(story):
    assert [each for each in shop(story, "products") if each["variants"][0]["sku"] == HIDDEN] == []
    assert [each for each in story.rejects if HIDDEN in each["source_id"]] == []


def test_a_customer_account_appears_as_one_customer_who_gets_an_address_too(story):
    (customer,) = [each for each in shop(story, "customers") if each.get("email") == MAIL]
    (account,) = [each for each in story.first.rows["associate"].values() if each["emailAddress"] == MAIL]
    (address,) = [each for each in story.first.rows["address"].values() if each["emailAddress"] == MAIL]

    assert (customer["company_name"], customer["addresses"][0]["city"]) == ("Fjell Hotell AS", "Bergen")
    assert account["information1"] == address["information1"] == customer["id"]
    assert address["associateNo"] == account["associateNo"]


def test_customers_of_both_tables_are_one_customer(story):
    mails = [each["email"] for each in shop(story, "customers") if each.get("email")]

    assert len(set(mails)) == len(mails)
    assert len([each for each in mails if each.startswith("engros")]) == 10
    assert [each for each in mails if each.startswith("gjest.")] == [], "a guest is no customer"


def test_an_order_by_telephone_appears_with_its_lines_and_adds_up(story):
    (order,) = [each for each in shop(story, "orders") if each.get("external_id") == str(story.made["order"])]
    customer = story.first.records["customers"][order["customer_id"]]
    goods, freight = order["lines"]

    assert (customer["email"], order["billing_address"]["name"]) == (MAIL, "Fjell Hotell AS")
    assert (order["shipping_address"]["line1"], order["note"]) == ("Fjellveien 1b", "Ring på")
    assert (goods["sku"], float(goods["unit_price"]), goods["type"]) == (SKU, PRICE, "product")
    assert (freight["type"], freight["price_includes_tax"]) == ("shipping", True)
    assert float(order["total_incl_tax"]) == 2 * PRICE + 149
    assert story.first.rows["order"][str(story.made["order"])]["customerOrSupplierOrderNo"] == order["id"]


def test_an_order_whose_customer_is_not_in_the_shop_waits(story):
    waiting = [each for each in story.rejects if each["source_id"] == str(story.made["waiting"])]

    assert [(each["kind"], each["waiting_entity"]) for each in waiting] == [("waiting", "customer_accounts")]
    assert [each for each in shop(story, "orders") if each.get("external_id") == str(story.made["waiting"])] == []


def test_an_order_that_is_done_with_already_is_left_there(story):
    assert [each for each in shop(story, "orders") if each.get("external_id") == str(story.made["done"])] == []


def test_an_order_that_is_invoiced_in_parts_has_all_its_invoices(story):
    first = story.made["invoices"][0]
    order = story.first.records["orders"][first["order"]]
    numbers = [each["invoiceNo"] for each in story.made["invoices"] if each["order"] == order["id"]]

    assert sorted(each["number"] for each in order["metadata"]["invoices"]) == numbers
    assert len(numbers) == 2
    assert order["metadata"]["invoices"][0]["date"] == "2026-11-21"
