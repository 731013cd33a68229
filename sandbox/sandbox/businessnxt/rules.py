"""Business rules as plain arithmetic over rows: VAT, prices, line amounts, order sums."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.store import Row

HALF_UP, DOWN = ROUND_HALF_UP, ROUND_DOWN
GROSS_ORDER = 256
GROSS_ORDERS = 256
INVOICE_NO_FROM_LABEL = 16384
GROSS_SALES_PRICE = 1
DONE_FINISHING = 262144
DONE_INVOICING = 1024
NOT_ALLOWED_TO_DELETE = 8388608
# Behaviours by which an order refuses edits, each with the bit of its status.
FREEZES = {"finished_orders_refuse_edits": DONE_FINISHING, "invoiced_orders_refuse_edits": DONE_INVOICING}
DONE_CANCELLING = 536870912
UNTAXED_TRADE_AREAS = (1, 3)

HEAD_TO_LINE = {
    "customerNo": "customerNo",
    "invoiceCustomerNo": "invoiceCustomerNo",
    "deliveryAssociateNo": "deliveryAssociateNo",
    "deliveryMethod": "deliveryMethod",
    "employeeNo": "employeeNo",
    "currencyNo": "currencyNo",
    "exchangeRate": "exchangeRate",
    "warehouseNo": "warehouseNo",
    "orderType": "orderType",
    "transactionType": "transactionType",
    "transactionDate": "orderDate",
}
# What an order that refers to an invoice takes over of its lines, in the order of assignment.
COPIED_BY_REFERENCE = {
    "productNo": "productNo",
    "description": "description",
    "quantity": "finished",
    "priceInCurrency": "priceInCurrency",
    "discountPercent1": "discountPercent1",
}
# Columns of the head that change what its lines come to.
PRICING_COLUMNS = {
    "orderPreferences",
    "taxCode",
    "tradeArea",
    "exchangeRate",
    "totalDiscountPercent",
    "totalDiscountAmountInCurrency",
}
# A row of the first table stays while one of the others holds its number.
KEEPS_FROM_DELETION = {
    "associate": [("customerNo", "order", "customerNo"), ("customerNo", "customerTransaction", "customerNo")],
    "order": [("orderNo", "customerTransaction", "orderNo"), ("orderNo", "orderDocument", "orderNo")],
    "product": [("productNo", "orderLine", "productNo")],
}
_CENT = Decimal("0.01")
_DISCOUNTS = [(f"discountPercent{step}", f"discountAmount{step}InCurrency") for step in range(1, 7)]
_PRICE_CRITERIA = (
    "customerPriceGroup1",
    "customerPriceGroup2",
    "customerPriceGroup3",
    "productPriceGroup1",
    "productPriceGroup2",
    "productPriceGroup3",
    "orderNo",
    "supplierNo",
    "employeeNo",
    "warehouseNo",
    "priceType",
    "salesDiscountPercent1",
    "fixedPricesAndDiscounts",
)


def exact(number: float) -> Decimal:
    """A number as the decimal that it was written as."""
    return Decimal(str(number))


def money(amount: Decimal) -> float:
    """An amount rounded to whole cents, halves up."""
    return float(amount.quantize(_CENT, ROUND_HALF_UP))


def total(*numbers: float) -> float:
    """A sum without the noise of binary fractions."""
    return float(sum(map(exact, numbers), Decimal(0)))


def is_gross(order: Row) -> bool:
    """Whether the prices on the order's lines include VAT."""
    return bool(order["orderPreferences"] & GROSS_ORDER)


def base_price(prices: Iterable[Row], order: Row, day: int, does: Behaviours) -> Row | None:
    """The price row for a customer's order: the customer's own row, else the base row of the product.

    A base row leaves every other criterion empty; a row counts on days from its first to its last, 0 being open.
    """
    best: Row | None = None
    for price in prices:
        applies = (
            price["customerNo"] in (0, order["customerNo"])
            and price["currencyNo"] in (0, order["currencyNo"])
            and price["minQuantity"] <= 1
            and (not does.prices_hold_on_their_days or price["fromDate"] <= day <= (price["toDate"] or day))
            and not any(price[name] for name in _PRICE_CRITERIA)
        )
        own = does.own_price_goes_first and best is not None and price["customerNo"] and not best["customerNo"]
        if applies and (best is None or own):
            best = price
    return best


def price_for(price: Row, vat_rate: float, *, gross: bool) -> float:
    """The price as the order wants it, with or without VAT."""
    stored = exact(price["salesPrice1InCurrency"])
    stored_gross = bool(price["grossPrices"] & GROSS_SALES_PRICE)
    if stored_gross == gross:
        return float(stored)
    factor = 1 + exact(vat_rate) / 100
    return float(round(stored / factor if stored_gross else stored * factor, 4))


def line_amounts(line: Row, *, gross: bool, vat_rate: float, rounding: str = HALF_UP) -> dict[str, Any]:
    """What a line comes to: quantities, amounts before and after discount, and their VAT."""
    quantity = exact(line["quantity"]) + exact(line["finished"])
    before = exact(line["priceInCurrency"]) * quantity
    amount = before
    for percent, reduction in _DISCOUNTS:
        if line[percent]:
            amount -= amount * exact(line[percent]) / 100
        if line[reduction]:
            amount -= exact(line[reduction])
    amount = amount.quantize(_CENT, rounding)
    factor = 1 + exact(vat_rate) / 100
    net = (amount / factor).quantize(_CENT, rounding) if gross else amount
    total = amount if gross else (amount * factor).quantize(_CENT, rounding)
    rate = exact(line["exchangeRate"] or 1)
    return {
        "totalQuantity": float(quantity),
        "originalQuantity": line["originalQuantity"] or float(quantity),
        "outstanding": line["quantity"],
        "unrealisedQuantity": float(quantity - exact(line["invoicedOrRealised"])),
        "priceDomestic": money(exact(line["priceInCurrency"]) * rate),
        "priceAfterDiscountInCurrency": float(round(amount / quantity, 4)) if quantity else 0,
        "amountBeforeDiscountInCurrency": money(before),
        "amountInCurrency": float(amount),
        "amountDomestic": money(amount * rate),
        "netAmountInCurrency": float(net),
        "grossAmountInCurrency": float(total),
        "vatAmountInCurrency": float(total - net),
        "vatBasisInCurrency": float(net),
        "vatRate": vat_rate,
    }


def order_sums(order: Row, lines: Iterable[Row], *, gross: bool, discounted: bool = True) -> dict[str, Any]:
    """What an order comes to: its lines less the discount on the whole order."""
    net = total_gross = Decimal(0)
    for line in lines:
        net += exact(line["netAmountInCurrency"])
        total_gross += exact(line["grossAmountInCurrency"])
    share = _share_left(order, total_gross if gross else net) if discounted else 1
    net, total_gross = net * share, total_gross * share
    rate = exact(order["exchangeRate"] or 1)
    return {
        "orderSumNetInCurrency": money(net),
        "orderSumGrossInCurrency": money(total_gross),
        "vatAmountInCurrency": money(total_gross - net),
        "orderSumNetDomestic": money(net * rate),
        "orderSumGrossDomestic": money(total_gross * rate),
        "vatAmountDomestic": money((total_gross - net) * rate),
        "invoiceableAmountInCurrency": money(net),
    }


def _share_left(order: Row, whole: Decimal) -> Decimal:
    """What the discounts on the whole order leave of it."""
    share = 1 - exact(order["totalDiscountPercent"]) / 100
    if (reduction := exact(order["totalDiscountAmountInCurrency"])) and whole:
        share -= reduction / whole
    return share
