"""Shops that take writes as their documents say, and hold what was written: the other half of documented.py.

Each is written from the shop's public reference, named in its module, and never from a preset. It is as strict as the
reference: a path, a property, a type or a step that is not in there is refused, in the shop's own way of refusing.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import documented

from documented_writes import magento, medusa, mystore, shopify, shopify_rest, shopware, vendure, woocommerce

if TYPE_CHECKING:
    from collections.abc import Iterator

APIS = {
    "woocommerce/3": woocommerce.API,
    "shopify": shopify.API,
    "shopify-rest": shopify_rest.API,
    "medusa/2": medusa.API,
    "shopware/6": shopware.API,
    "magento/2": magento.API,
    "mystore/2": mystore.API,
    "vendure/3": vendure.API,
}
READS = {**documented.SHOPS, "shopify": shopify.API.answer}  # it reads and writes by the same documents

__all__ = ["APIS", "READS", "serving"]


@contextlib.contextmanager
def serving(make: str, rows: dict[str, documented.Rows]) -> Iterator[documented.Shop]:
    """A shop of this make, which takes writes to these rows."""
    api, reads = APIS[make], READS[make]
    with documented.serving(lambda asked, held: api.answer(asked, held) or reads(asked, held), rows) as shop:
        yield shop
