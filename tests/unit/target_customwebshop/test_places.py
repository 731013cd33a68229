"""An order's invoices stand in a list of its metadata, where somebody else may keep things of their own."""

from __future__ import annotations

import pytest
from customwebshop import RefusedError
from target_customwebshop.places import Place

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
