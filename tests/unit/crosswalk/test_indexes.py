"""What the link store is asked in every batch is looked up in an index, however many records wait there."""

from __future__ import annotations

import pytest
from crosswalk import Side, Store
from sqlalchemy import event

SHOP, COMPANY = Side.WEBSHOP, Side.BUSINESSNXT

ASKED = {
    "prices whose product is linked": (
        lambda store: store.sleeping("prices", SHOP, ("webshop_id", "webshop_id"), "products"),
        ["link (entity=? AND status=?)", "link_1 (entity=? AND webshop_id=?)"],
    ),
    "invoices whose order is linked": (
        lambda store: store.sleeping("invoices", COMPANY, ("businessnxt_alias", "businessnxt_id"), "orders"),
        ["link (entity=? AND status=?)", "link_1 (entity=? AND businessnxt_id=?)"],
    ),
    "variants of a product": (
        lambda store: store.beginning("products", ["P1/", "P2/"]),
        ["link (entity=? AND webshop_id>? AND webshop_id<?)"] * 2,
    ),
    "rejects whose wait is over": (
        lambda store: store.answered(SHOP),
        ["link (entity=? AND webshop_id=?)", "link (entity=? AND alias=?)"],
    ),
    "customers whose account is not on their address": (
        lambda store: store.untold("customers", "customer_accounts", "associateNo"),
        ["link (entity=? AND status=?)", "link_1 (entity=? AND webshop_id=?)"],
    ),
    "lines that stay and are to come back": (
        lambda store: store.kept("orders.lines", COMPANY),
        ["link (entity=? AND status=?)"],
    ),
    "orders by number": (
        lambda store: store.links("orders", ["1", "2"], by="businessnxt_id"),
        ["link (entity=? AND businessnxt_id=?)"],
    ),
}


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path}/links.db", shop="webshop", company="1")
    yield opened
    opened.close()


@pytest.mark.parametrize("what", ASKED)
def test_it_is_found_by_its_index(store, what):
    ask, searches = ASKED[what]
    told = []

    def explain(_, cursor, statement, parameters, *__):
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        told.extend(row[3].split() for row in cursor.fetchall() if row[3].startswith("SEARCH"))

    event.listen(store._engine, "before_cursor_execute", lambda *told: explain(*told) if "FROM" in told[2] else None)
    ask(store)

    assert [f"{name} {' '.join(rest)}" for _, name, _, _, _, *rest in told] == searches


def statements_of(world, shop, number):
    """How many statements an edit of so many customers takes."""
    names = [f"C{each}" for each in range(number)]
    world.sync(("customers", [shop.customer(each) for each in names]))
    store, told = world.open_store(), []
    event.listen(store._engine, "before_cursor_execute", lambda *asked: told.append(asked[2]))
    world.open_store = lambda: store
    world.sync(("customers", [shop.customer(each, last_name="Berg") for each in names]))
    return len(told)


def test_many_edits_take_no_more_statements_than_a_few(world, shop, tmp_path):
    other = type(world)(tmp_path / "other")

    few, many = statements_of(world, shop, 2), statements_of(other, shop, 20)

    assert few == many
