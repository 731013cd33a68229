"""Norwegian VAT: prices are kept without it, and each class of goods has its rate."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oscar.apps.partner import strategy

RATES = {"mat-og-drikke": Decimal("0.15"), "bok": Decimal(0), "gavekort": Decimal(0)}
ORDINARY_RATE = Decimal("0.25")


class Norwegian(strategy.UseFirstStockRecord, strategy.StockRequired, strategy.FixedRateTax, strategy.Structured):
    """The first stock record's price plus the VAT of the goods."""

    exponent = Decimal("0.01")

    def get_rate(self, product: Any, stockrecord: Any) -> Decimal:  # noqa: ANN401, ARG002 - Oscar's signature
        """Return the VAT rate of a product, 25 % where its class has no other."""
        return RATES.get(product.get_product_class().slug, ORDINARY_RATE)


class Selector(strategy.Selector):
    """Every visitor meets the same prices."""

    def strategy(self, request: Any = None, **_: Any) -> Norwegian:  # noqa: ANN401 - Oscar's signature
        """Return the one strategy of this shop."""
        return Norwegian(request)
