"""Orders that have no lines, for now or any more."""

from __future__ import annotations


def told(world, shop, lines):
    world.sync(("customers", [shop.customer()]), ("products", [shop.product()]), ("orders", [shop.order(lines=lines)]))


def test_an_order_that_loses_and_gains_all_its_lines_is_no_conflict(world, shop):
    for lines in ([shop.line()], [], [shop.line("L2")]):
        told(world, shop, lines)
        assert len(world.rows("orderLine")) == len(lines)

    assert world.conflicts() == []
    assert [each["orderPreferences"] for each in world.rows("order")] == [256]
    assert world.rejects() == []


def test_an_order_comes_with_its_first_line_and_on_the_basis_of_that(world, shop):
    told(world, shop, [])
    assert world.rows("order") == []

    told(world, shop, [shop.line()])

    assert [each["orderPreferences"] for each in world.rows("order")] == [256]
    assert world.rejects() == []


def test_a_freight_that_is_left_alone_keeps_the_order_on_its_basis(world, shop):
    freight = shop.line("F", type="shipping", sku=None)
    world.company.rows["product"]["FRAKT"] = {"productNo": "FRAKT"}
    told(world, shop, [shop.line(), freight])
    told(world, shop, [freight])

    assert world.conflicts() == []


def test_an_order_that_says_nothing_of_its_lines_keeps_them(world, shop):
    told(world, shop, [shop.line()])
    told(world, shop, None)

    assert len(world.rows("orderLine")) == 1
