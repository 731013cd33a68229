"""What a stream is: its table, its key, and which rows of the table belong to it; values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from businessnxt.filters import Filter

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Lines:
    """Rows of another table that stand inside their head's record."""

    name: str  # the property that holds them, named as in the input of the head's table
    table: str
    key: tuple[str, ...]

    @property
    def head(self) -> str:
        """The column that says whose they are; also the one key column of the head."""
        return self.key[0]


@dataclass(frozen=True)
class StreamDefinition:
    """One stream."""

    name: str
    table: str
    key: tuple[str, ...]
    only: Mapping[str, Filter] = field(default_factory=dict)  # what rows of the stream hold, column by column
    lines: Lines | None = None

    def key_of(self, row: Row) -> Key:
        """What tells a row from all others."""
        return tuple(row[name] for name in self.key)


_UNSET: Filter = {"_eq": 0}

_BASE_PRICE: dict[str, Filter] = {
    "productNo": {"_not_eq": ""},
    "salesPrice1InCurrency": {"_not_eq": 0},
    **dict.fromkeys(("customerNo", "customerPriceGroup1", "customerPriceGroup2", "customerPriceGroup3"), _UNSET),
    **dict.fromkeys(("productPriceGroup1", "productPriceGroup2", "productPriceGroup3"), _UNSET),
    **dict.fromkeys(("employeeNo", "employeePriceGroup", "orderNo", "orderPriceGroup", "supplierNo"), _UNSET),
    **dict.fromkeys(("salesDiscountPercent1", "fixedPricesAndDiscounts"), _UNSET),
}
"""The price that everybody pays: no customer, group, employee, order or supplier is named, and no discount."""

DEFINITIONS: dict[str, StreamDefinition] = {
    each.name: each
    for each in (
        StreamDefinition("products", "product", ("productNo",)),
        StreamDefinition("addresses", "address", ("addressNo",)),
        StreamDefinition("associates", "associate", ("associateNo",), {"customerNo": {"_gt": 0}}),
        StreamDefinition("stock_balances", "stockBalance", ("productNo", "warehouseNo")),
        StreamDefinition("prices", "priceAndDiscountMatrix", ("lineNo",), _BASE_PRICE),
        StreamDefinition(
            "orders",
            "order",
            ("orderNo",),
            {"transactionType": {"_eq": 1}},  # sales
            Lines("orderLines", "orderLine", ("orderNo", "lineNo")),
        ),
        StreamDefinition(
            "order_documents",
            "orderDocument",
            ("orderDocumentNo",),
            {"documentType": {"_eq": 1}},  # invoices and credit notes
        ),
    )
}
"""The streams in reading order: what an order speaks of has been read before it."""
