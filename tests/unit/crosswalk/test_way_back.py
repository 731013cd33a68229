"""The way back of what belongs to another record: invoices of orders, prices of products; killed, doubled, asleep."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from crosswalk.entries import Link


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def dying(company, *, landed):
    """Whoever makes something is killed, before or after it is made."""
    make = company.create

    def create(*arguments):
        if landed:
            make(*arguments)
        raise Killed

    company.create = create
    with pytest.raises(Killed):
        yield
    company.create = make


@pytest.fixture
def ordered(world):
    """An order that both sides know."""
    world.web.put("orders", "O1", external_id="5001")
    world.keep(Link("orders", "O1", "5001", status="linked", businessnxt_shadow={"orderNo": "5001"}))
    return world


INVOICE = {"orderDocumentNo": 7, "orderNo": 5001, "invoiceNo": "500100", "invoiceDate": 20261121}
INVOICED = ("order_documents", [INVOICE])


def invoices(world):
    return {key: row["number"] for key, row in world.web.rows["orders.invoices"].items()}


@pytest.mark.parametrize("again", [(), (INVOICED,)], ids=["by itself", "delivered again"])
@pytest.mark.parametrize("landed", [True, False], ids=["made", "never made"])
def test_an_invoice_whose_making_was_cut_short_is_one_item_of_its_order(ordered, again, landed):
    with dying(ordered.web, landed=landed):
        ordered.back(INVOICED)

    ordered.back(*again)
    ordered.now += 1000
    ordered.back(*again)
    ordered.back(INVOICED)

    assert invoices(ordered) == {"O1/nxt-7": "500100"}
    link = ordered.row_link("invoices", "7")
    assert (link.webshop_id, link.status, bool(link.parent_id)) == ("O1/nxt-7", "linked", True)


def test_an_invoice_that_is_gone_before_its_making_was_certain_is_known_to_be_there(ordered):
    with dying(ordered.web, landed=True):
        ordered.back(INVOICED)

    ordered.back(("order_documents", [{**INVOICE, "_sdc_deleted_at": "2026-11-22T00:00:00Z"}]))

    link = ordered.row_link("invoices", "7")
    assert (link.webshop_id, link.status) == ("O1/nxt-7", "tombstone")
