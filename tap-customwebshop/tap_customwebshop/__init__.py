"""Singer tap for bespoke webshops: customers, orders, products and stock levels."""

from __future__ import annotations

from .tap import TapCustomWebshop

__all__ = ["TapCustomWebshop"]
