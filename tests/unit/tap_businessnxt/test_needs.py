"""What the streams need of a company, told to whoever checks its rights."""

from __future__ import annotations

from tap_businessnxt import Need, needs

WAYS = (("changedTimestamp",), ("changedDate", "changedTime"))


def test_an_order_needs_its_lines_table_too():
    assert needs(["orders"]) == [
        Need("orders", "order", ("orderNo", "transactionType"), WAYS),
        Need("orders", "orderLine", ("orderNo", "lineNo"), WAYS),
    ]


def test_all_streams_are_told_unless_some_are_named():
    assert [need.stream for need in needs()] == [
        "products", "addresses", "associates", "stock_balances", "prices", "orders", "orders", "order_documents",
    ]  # fmt: skip


def test_a_need_says_what_is_missing():
    (need,) = needs(["associates"])

    assert need.missing(["associateNo", "name"]) == ["customerNo"]
    assert need.missing({"associateNo": 1, "customerNo": 2}) == []
