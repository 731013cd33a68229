"""What a shop can be told, act by act: found by trying each on its dialect, so that no list of it can be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_customwebshop.reach import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from customwebshop import ForeignShop

ACTS = {
    "make_customer": "make a customer",
    "change_customer": "change a customer",
    "price": "price",
    "stock": "stock",
    "cancel": "cancel an order",
    "complete": "complete an order",
    "ship": "ship, with tracking",
}
"""Each act as presets name it in `unwritten`, and as people do."""


def possible(shop: ForeignShop) -> Mapping[str, bool]:
    """Whether the shop can be told of each act."""
    variant = SAMPLES["products"]["variants"][0]

    def takes(collection: str, **patch: Any) -> bool:  # noqa: ANN401 - any JSON value
        return shop.takes(collection, SAMPLES[collection], patch)

    return {
        "make_customer": shop.makes("customers"),
        "change_customer": takes("customers", last_name="X", email="x@example.test"),
        "price": takes("products", variants=[{**variant, "price": "1"}]),
        "stock": takes("inventory-levels", available=1)
        or takes("products", variants=[{**variant, "stock": {"available": 1}}]),
        "cancel": shop.obeys("cancel"),
        "complete": takes("orders", status="completed"),
        "ship": shop.obeys("fulfillments"),
    }
