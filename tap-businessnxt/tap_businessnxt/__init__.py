"""Singer tap for Visma Business NXT: customers, products, prices, stock, orders and their documents."""

from __future__ import annotations

from .needs import Need, needs
from .tap import TapBusinessNxt

__all__ = ["Need", "TapBusinessNxt", "needs"]
