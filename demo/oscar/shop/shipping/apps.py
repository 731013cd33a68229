"""Tells Oscar that this shop has its own `shipping` app."""

from __future__ import annotations

from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    """Oscar's app under our module name."""

    name = "shop.shipping"
