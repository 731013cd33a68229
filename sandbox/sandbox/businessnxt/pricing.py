"""Prices, tax and sums of orders and their lines, as far as other rows decide them; the arithmetic is in `rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.businessnxt import rules
from sandbox.businessnxt.store import Row, equal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.desk import Desk
    from sandbox.businessnxt.drafts import Draft


class Prices:
    """Prices lines and sums up orders."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._does = desk.does
        self._matrix: dict[str, list[Row]] = {}

    # -- one line

    def set_tax(self, line: Row) -> None:
        """The tax code that the line's group stands for."""
        if not self._does.tax_follows_the_product:
            return
        group = self._desk.find("taxAndAccountingInformation", "taxAndAccountingGroupNo", line["taxAndAccountingGroup"])
        line["taxCode"] = group["taxCodeSales"] if group else 0

    def look_up(self, draft: Draft) -> None:
        """The price of the line's product on its order."""
        line, order = draft.row, draft.head
        product = line["productNo"]
        if order is None or not product or not self._does.price_comes_from_matrix:
            return
        if price := rules.base_price(self._rows_for(product), order, self._day(order), self._does):
            line["priceInCurrency"] = self._turned(price, order, line)
            line["standardPriceInCurrency"] = line["priceInCurrency"]
            line["costPriceInCurrency"] = price["costPriceInCurrency"]

    def _rows_for(self, product: str) -> list[Row]:
        if product not in self._matrix:
            table = self._store.model.tables["priceAndDiscountMatrix"]
            self._matrix[product] = self._store.select(table, equal({"productNo": product}))
        return self._matrix[product]

    def _day(self, order: Row) -> int:
        return int(order["orderDate"] or self._desk.now.date)

    def _turned(self, price: Row, order: Row, line: Row) -> float:
        """The price as the order wants it, with or without tax."""
        if not self._does.prices_are_turned_net_or_gross:
            return float(price["salesPrice1InCurrency"])
        return rules.price_for(price, self._vat_rate(order, line), gross=self._is_gross(order))

    def _is_gross(self, order: Row) -> bool:
        return self._does.gross_orders_hold_tax and rules.is_gross(order)

    def _vat_rate(self, order: Row, line: Row) -> float:
        if self._does.tax_follows_the_trade_area and order["tradeArea"] in rules.UNTAXED_TRADE_AREAS:
            return 0
        code = self._desk.find("taxCode", "taxCode", order["taxCode"] or line["taxCode"])
        vat = self._desk.find("vat", "vatNo", code["vatNo"]) if code else None
        return vat["rate"] if vat else 0

    # -- a line's amounts, an order's sums

    def settle(self, draft: Draft) -> None:
        """Amounts of a line, sums of an order with the lines it came with."""
        if draft.table.name == "orderLine" and draft.head:
            self._set_amounts(draft.row, draft.head)
        elif draft.table.name == "order":
            lines = [child.row for child in draft.children if not child.failed]
            draft.row.update(self._sums(draft.row, lines))

    def _set_amounts(self, line: Row, order: Row) -> None:
        rounding = rules.HALF_UP if self._does.amounts_are_rounded_half_up else rules.DOWN
        rate = self._vat_rate(order, line)
        line.update(rules.line_amounts(line, gross=self._is_gross(order), vat_rate=rate, rounding=rounding))

    def _sums(self, order: Row, lines: Iterable[Row]) -> dict[str, float]:
        discounted = self._does.order_discount_lowers_sums
        return rules.order_sums(order, lines, gross=self._is_gross(order), discounted=discounted)

    def recompute(self, numbers: Iterable[int]) -> None:
        """Bring the sums of these orders up to date."""
        for number in numbers:
            if order := self._store.find("order", "orderNo", number):
                self._sum_up(order)

    def follow_head(self, order: Row, before: Row) -> None:
        """Lines follow what the head says of prices, and the sums follow them."""
        if any(order[name] != before[name] for name in rules.PRICING_COLUMNS):
            self._reprice(order)
            self._sum_up(order)

    def _reprice(self, order: Row) -> None:
        lines = self._store.model.tables["orderLine"]
        for line in self._store.select(lines, equal({"orderNo": order["orderNo"]})):
            line["exchangeRate"] = order["exchangeRate"]
            self._set_amounts(line, order)
            self._store.update(lines, line, {name: line[name] for name in line if name not in lines.key})

    def _sum_up(self, order: Row) -> None:
        """Only a switch makes this a change of the order."""
        if not self._does.order_sums_follow_lines:
            return
        tables = self._store.model.tables
        sums = self._sums(order, self._store.select(tables["orderLine"], equal({"orderNo": order["orderNo"]})))
        order.update(sums)
        if not self._does.line_change_leaves_head_stamp:
            sums |= self._desk.stamp(order, created=False)
        self._store.update(tables["order"], order, sums)
