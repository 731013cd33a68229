"""Tells Oscar that this shop has its own `partner` app."""

from __future__ import annotations

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    """Oscar's app under our module name."""

    name = "shop.partner"
