"""What mapping files see of a record, edited, comes back out of the record as it was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from crosswalk.prepare import customer_contact
from customwebshop import RefusedError
from hypothesis import given
from hypothesis import strategies as st
from target_customwebshop.commands import commands
from target_customwebshop.places import Place, same, spelled, value_at
from target_customwebshop.views import VIEWS, customer_patch

BILLING = {"id": "A1", "kind": "billing", "is_default": True, "line1": "Storgata 1", "city": "Oslo"}
SHIPPING = {"id": "A2", "kind": "shipping", "is_default": True, "line1": "Hytta", "city": "Geilo"}
PERSON = {"type": "person", "first_name": "Åse", "last_name": "Ødegård", "addresses": [SHIPPING, BILLING]}


def edited(record, place, *edits):
    patch = place.edited(record, list(edits))
    return {**record, **patch}


def seen(customer):
    return customer_contact(customer)


def test_a_billing_address_is_edited_where_it_stands_and_no_other():
    after = edited(PERSON, Place("customers"), ("", {"billing_address.line1": "Lillegata 2"}))

    assert after["addresses"] == [SHIPPING, {**BILLING, "line1": "Lillegata 2"}]


def test_a_customer_without_an_address_gets_a_billing_one():
    after = customer_patch(
        {"addresses": []}, {"billing_address.line1": "Ny vei 3", "billing_address.country_code": "NO"}
    )

    assert after["addresses"] == [{"kind": "billing", "is_default": True, "line1": "Ny vei 3", "country_code": "NO"}]


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ({"type": "person"}, {"first_name": "Åse Marie", "last_name": "Ødegård"}),
        ({"type": "company"}, {"type": "company", "company_name": "Åse Marie Ødegård"}),
        ({"org_number": "999888777"}, {"type": "company", "company_name": "Åse Marie Ødegård"}),
    ],
)
def test_a_name_goes_where_the_shop_keeps_it(customer, expected):
    assert customer_patch(customer, {"name": "Åse Marie Ødegård"}) == expected


def test_a_new_customer_with_an_organisation_number_is_a_company():
    assert customer_patch({}, {"name": "Fjell AS", "org_number": "999888777"})["company_name"] == "Fjell AS"


WORD = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=8)


@given(st.lists(WORD, min_size=1, max_size=4).map(" ".join), st.booleans(), WORD)
def test_what_is_written_into_a_customer_is_what_is_seen_afterwards(name, company, street):
    customer = {"type": "company" if company else "person", "addresses": [SHIPPING]}
    after = {**customer, **customer_patch(customer, {"name": name, "billing_address.line1": street})}

    assert seen(after)["name"] == name
    assert seen(after)["billing_address"]["line1"] == street


LINE = {
    "id": "L1", "type": "product", "sku": "X", "quantity": "2", "unit_price": "125.00", "price_includes_tax": True,
    "tax_rate": "25", "tax_code": "standard", "discount_amount": "0.00", "total_excl_tax": "200.00",
    "total_incl_tax": "250.00", "tax_amount": "50.00",
}  # fmt: skip
FREIGHT = {**LINE, "id": "L2", "type": "shipping", "quantity": "1", "unit_price": "100.00", "price_includes_tax": False,
           "total_excl_tax": "100.00", "total_incl_tax": "125.00", "tax_amount": "25.00"}  # fmt: skip
ORDER = {"id": "O1", "lines": [LINE, FREIGHT], "payments": [{"status": "captured", "amount": "100.00"}],
         "rounding": "0.00", "amount_due": "275.00", "total_incl_tax": "375.00"}  # fmt: skip
LINES = Place("orders", "lines")


def line_seen(order, identity):
    return dict(LINES.rows(order))[f"O1/{identity}"]


def test_an_order_with_another_quantity_still_adds_up():
    after = edited(ORDER, LINES, ("L1", {"quantity": Decimal(3)}))

    assert after["lines"][0]["total_incl_tax"] == Decimal("375.00")
    assert after["total_incl_tax"] == Decimal("500.00")
    assert after["total_excl_tax"] + after["total_tax"] == after["total_incl_tax"]
    assert after["amount_due"] == Decimal("400.00")
    assert after["tax_summary"] == [
        {"tax_rate": "25", "tax_code": "standard", "base": Decimal("400.00"), "amount": Decimal("100.00")}
    ]


def test_a_price_on_the_orders_basis_goes_back_on_the_lines_own():
    assert line_seen(ORDER, "L2")["price"] == Decimal(125), "the order is gross, freight was net"

    after = edited(ORDER, LINES, ("L2", {"price": Decimal(250)}))

    assert after["lines"][1]["unit_price"] == Decimal("200.00")
    assert line_seen(after, "L2")["price"] == Decimal(250)


def test_a_discount_in_percent_goes_back_as_an_amount():
    after = edited(ORDER, LINES, ("L1", {"discount_percent": Decimal(10)}))

    assert after["lines"][0]["discount_amount"] == Decimal("25.00")
    assert after["lines"][0]["total_incl_tax"] == Decimal("225.00")
    assert line_seen(after, "L1")["discount_percent"] == Decimal(10)


def test_a_discount_keeps_its_share_when_the_quantity_changes():
    with_discount = edited(ORDER, LINES, ("L1", {"discount_percent": Decimal(10)}))
    after = edited(with_discount, LINES, ("L1", {"quantity": Decimal(4)}))

    assert line_seen(after, "L1")["discount_percent"] == Decimal(10)


def test_a_new_line_stands_on_the_orders_basis_and_counts():
    new = {"sku": "Y", "title": "Votter", "quantity": Decimal(1), "price": Decimal(50), "tax_rate": "25"}
    after = edited(ORDER, LINES, ("", new))

    assert after["lines"][2]["unit_price"] == Decimal(50)
    assert after["lines"][2]["price_includes_tax"] is True
    assert after["total_incl_tax"] == Decimal("425.00")


def test_a_text_of_a_line_moves_no_amount():
    after = edited(ORDER, LINES, ("L1", {"title": "Genser, rød"}))

    assert after["lines"][0] == {**LINE, "title": "Genser, rød"}
    assert after["total_incl_tax"] == Decimal("375.00")


PRODUCT = {
    "id": "P1",
    "title": "Genser",
    "variants": [{"id": "V1", "sku": "A", "price": "1.00"}, {"id": "V2", "sku": "B"}],
}
VARIANTS = Place("products", "variants")


def test_a_variant_is_seen_with_its_product_around_it():
    row = dict(VARIANTS.rows(PRODUCT))["P1/V2"]

    assert (value_at(row, "sku"), value_at(row, "parent.title")) == ("B", "Genser")


def test_edits_of_several_variants_and_their_product_are_one_patch():
    patch = VARIANTS.edited(PRODUCT, [("V1", {"price": Decimal(2)}), ("V2", {"gtin": "7", "parent.title": "Jakke"})])

    assert patch == {
        "title": "Jakke",
        "variants": [{"id": "V1", "sku": "A", "price": Decimal(2)}, {"id": "V2", "sku": "B", "gtin": "7"}],
    }


def test_a_nested_path_leaves_its_neighbours_alone():
    assert VIEWS["orders"].absorb({}, {"metadata.invoice_no": 7, "buyer.phone": "1"}) == {
        "metadata": {"invoice_no": 7},
        "buyer": {"phone": "1"},
    }


@pytest.mark.parametrize(
    ("order", "edit", "given", "left"),
    [
        ({"status": "open"}, {"status": "cancelled"}, [("cancel", {})], {}),
        ({"status": "cancelled"}, {"status": "cancelled"}, [], {"status": "cancelled"}),
        ({"status": "open"}, {"status": "completed"}, [], {"status": "completed"}),
        ({}, {"shipment.tracking": "T1"}, [("fulfillments", {"tracking": "T1"})], {}),
        ({}, {"shipment.tracking": None}, [], {}),
        ({}, {"fulfillment_status": "fulfilled"}, [("fulfillments", {})], {}),
        (
            {},
            {"fulfillment_status": "fulfilled", "shipment.carrier": "Bring"},
            [("fulfillments", {"carrier": "Bring"})],
            {},
        ),
    ],
)
def test_an_order_is_sent_and_cancelled_by_command(order, edit, given, left):
    assert commands({"shipments": [], **order}, edit) == (given, left)


@pytest.mark.parametrize(
    ("held", "edit", "given", "left"),
    [
        ([{"tracking": "T1"}], {"tracking": "T2"}, [("fulfillments", {"tracking": "T2"})], {}),
        ([{"tracking": None}], {"tracking": "T2"}, [], {"shipments": [{"tracking": "T2"}]}),
        ([{"tracking": "T1"}], {"carrier": "B"}, [], {"shipments": [{"tracking": "T1", "carrier": "B"}]}),
        (
            [{"tracking": "T1"}, {"tracking": "T2"}],
            {"tracking": "T1", "carrier": "B"},
            [],
            {"shipments": [{"tracking": "T1", "carrier": "B"}, {"tracking": "T2"}]},
        ),
    ],
)
def test_a_shipment_that_the_shop_knows_is_not_sent_again(held, edit, given, left):
    edit = {f"shipment.{name}": value for name, value in edit.items()}

    assert commands({"shipments": held}, edit) == (given, left)


def test_amounts_are_spelled_out():
    assert spelled({"a": [Decimal("1E+2"), 1], "b": {"c": Decimal("0.10")}}) == {"a": ["100", 1], "b": {"c": "0.10"}}


def test_an_amount_as_text_is_the_same_as_the_number_and_two_texts_are_not():
    assert same("12.50", Decimal("12.5"))
    assert same(None, "")
    assert not same("007", "7")
    assert not same("x", Decimal(1))


@pytest.mark.parametrize(
    ("held", "wanted", "after"),
    [(["A", "B"], "B", ["B"]), (["A", "B"], "C", ["C", "B"]), (["A"], None, []), ([], "A", ["A"])],
)
def test_a_category_of_the_company_is_the_first_one_of_the_product(held, wanted, after):
    product = {"id": "P1", "categories": held, "variants": [{"id": "V1"}]}

    assert edited(product, VARIANTS, ("V1", {"parent.category": wanted}))["categories"] == after


def test_a_product_of_several_categories_is_not_left_with_one_that_nobody_chose():
    product = {"id": "P1", "categories": ["A", "B"], "variants": [{"id": "V1"}]}

    with pytest.raises(RefusedError, match="is in 'B' too"):
        edited(product, VARIANTS, ("V1", {"parent.category": None}))
