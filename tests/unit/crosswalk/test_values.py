"""Paths, converters and prepared records: pure functions from the webshop's words to the ERP's."""

from __future__ import annotations

from decimal import Decimal

import jmespath
import pytest
from crosswalk.converters import COMPARATORS, CONVERTERS, table_converter
from crosswalk.errors import Rejected
from crosswalk.paths import MISSING, compile_path
from crosswalk.prepare import customer_contact, order_prices


def test_a_plain_path_tells_missing_from_empty():
    path = compile_path("address.city")

    assert path.read({"address": {"city": "Røros"}}) == "Røros"
    assert path.read({"address": {"city": None}}) is None
    assert path.read({"address": None}) is None
    assert path.read({"address": {}}) is MISSING
    assert path.read({}) is MISSING


def test_an_expression_reads_missing_as_empty():
    assert compile_path("a || b").read({}) is None


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("digits", "980 000 017", "980000017"),
        ("email", " Åse@Example.TEST ", "åse@example.test"),
        ("phone", "0047 99 00 00 01", "+4799000001"),
        ("text", "Hente  punkt", "hente punkt"),
    ],
)
def test_two_spellings_compare_equal(name, one, other):
    assert COMPARATORS[name](one) == COMPARATORS[name](other)


def test_weights_go_both_ways():
    grams = CONVERTERS["grams"]

    assert grams.to_businessnxt(620) == Decimal("0.62")
    assert grams.to_webshop("0.62") == 620


def test_html_becomes_plain_text():
    assert CONVERTERS["plain_text"].to_businessnxt("<p>Ull &amp; tr&aring;d <b>her</b></p>") == "Ull & tråd her"


def test_a_table_goes_both_ways_and_refuses_what_it_does_not_know():
    table = table_converter("tax_group", "", {"standard": 1, "reduced": 2}, remedy="add it")

    assert table.to_businessnxt("Standard") == 1
    assert table.to_webshop(2) == "reduced"
    with pytest.raises(Rejected, match="tax_group 'odd' is unknown: add it"):
        table.to_businessnxt("odd")


def test_a_star_stands_for_any_other_value():
    assert table_converter("language", "", {"nb": 47, "*": 44}, remedy="").to_businessnxt("fr") == 44


def line(**more):
    return {"id": "1", "type": "product", "quantity": "2", "unit_price": "125.00", "price_includes_tax": True,
            "tax_rate": "25", "discount_amount": "0", **more}  # fmt: skip


def test_one_gross_ware_makes_the_order_gross():
    order = order_prices({"lines": [line(), line(type="shipping", unit_price="80.00", price_includes_tax=False)]})

    assert order["gross"] is True
    assert [each["price"] for each in order["lines"]] == [125, 100]


def test_net_wares_make_the_order_net():
    freight = line(type="shipping", unit_price="100.00")
    order = order_prices({"lines": [line(unit_price="100.00", price_includes_tax=False), freight]})

    assert order["gross"] is False
    assert [each["price"] for each in order["lines"]] == [100, 80]


def test_a_discount_is_a_share_of_the_whole_line():
    assert order_prices({"lines": [line(discount_amount="25.00")]})["lines"][0]["discount_percent"] == 10


def test_a_price_that_is_no_number_is_rejected_with_its_line():
    with pytest.raises(Rejected, match="line '1': unit_price 'gratis' is not a number"):
        order_prices({"lines": [line(unit_price="gratis")]})


def test_a_company_is_called_by_its_name_and_found_at_its_billing_address():
    addresses = [
        {"kind": "shipping", "line1": "Hytta", "is_default": True},
        {"kind": "billing", "line1": "Gamle vei", "is_default": False},
        {"kind": "billing", "line1": "Kontoret", "is_default": True},
    ]
    customer = customer_contact({"company_name": "Ådals Sport", "first_name": "Åse", "addresses": addresses})

    assert (customer["name"], customer["billing_address"]["line1"]) == ("Ådals Sport", "Kontoret")


def test_a_person_without_an_address_is_still_somebody():
    customer = customer_contact({"first_name": "Åse", "last_name": "Ødegård"})

    assert (customer["name"], customer["billing_address"]) == ("Åse Ødegård", None)


@pytest.mark.parametrize(
    "text", ["type != 'staff'", "type == 'staff'", "type=='staff'", "a.type != 'staff'", "a.type == ''"]
)
@pytest.mark.parametrize(
    "record", [{}, {"type": None}, {"type": "staff"}, {"type": ""}, {"type": 1}, {"a": {"type": "staff"}}, {"a": None},
               {"a": "staff"}, {"a": {"type": ""}}]
)  # fmt: skip
def test_a_comparison_with_a_word_reads_as_jmespath_would(text, record):
    assert compile_path(text).read(record) is jmespath.search(text, record)
