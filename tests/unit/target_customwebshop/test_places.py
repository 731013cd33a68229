"""An order's invoices stand in a list of its metadata, where somebody else may keep things of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from customwebshop import RefusedError
from target_customwebshop.places import Place, same

INVOICES = Place.named("orders.invoices")
OTHERS = [{"number": "by hand"}, "a note", {"id": None}]


def order(invoices):
    return {"id": "O1", "metadata": {"invoices": invoices}}


def test_what_has_no_id_is_left_as_it_is():
    record = order([*OTHERS, {"id": "nxt-7", "number": "7"}])

    assert [key for key, _ in INVOICES.rows(record)] == ["O1/nxt-7"]
    edited = INVOICES.edited(record, [("nxt-7", {"number": "8"})])
    assert edited["metadata"]["invoices"] == [*OTHERS, {"id": "nxt-7", "number": "8"}]
    assert INVOICES.without(record, "nxt-7")["metadata"]["invoices"] == OTHERS


def test_what_is_no_list_is_not_overwritten():
    assert list(INVOICES.rows(order("none yet"))) == []
    with pytest.raises(RefusedError, match=r"metadata\.invoices"):
        INVOICES.edited(order("none yet"), [("", {"id": "nxt-7"})])


@pytest.mark.parametrize(
    ("one", "other", "path", "means_the_same"),
    [
        ("29.90", "29.900", "price", True),
        ("29.90", Decimal("29.9"), "price", True),
        ("29.90", "29.91", "lines.unit_price", False),
        ("0150", "150", "billing_address.postal_code", False),
        ("1.10", "1.1", "sku", False),
        ("", None, "price", True),
        ("soon", "29.90", "price", False),
    ],
)
def test_an_amount_is_held_against_an_amount_and_all_else_letter_by_letter(one, other, path, means_the_same):
    assert same(one, other, path) is means_the_same
