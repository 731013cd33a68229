"""What people make in Business NXT first appears in the shop, linked and once, unless it is none of its business."""

from __future__ import annotations

from made import HIDDEN, MAIL, PRICE, SKU, STOCK


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
