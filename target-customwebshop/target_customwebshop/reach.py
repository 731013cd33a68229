"""Which properties a shop can be told at all; what it has no place for goes one way, as if the mapping file said so."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from target_customwebshop.commands import SHIPMENT
from target_customwebshop.places import Place

if TYPE_CHECKING:
    from crosswalk import MappingSet
    from crosswalk.mapping import Mapping
    from crosswalk.properties import Property
    from customwebshop import ForeignShop

logger = logging.getLogger(__name__)

SAMPLES: dict[str, dict[str, Any]] = {
    "customers": {"id": "1", "type": "person", "addresses": [{"id": "billing", "kind": "billing", "is_default": True}]},
    "products": {"id": "1", "title": "T", "variants": [{"id": "2", "sku": "S", "price": "2"}]},
    "orders": {
        "id": "1",
        "status": "open",
        "lines": [{"id": "2", "type": "product", "quantity": "2", "unit_price": "2"}],
    },
    "inventory-levels": {"sku": "2", "location_id": "main", "available": 2, "reserved": 0},
}
"""A record of each collection, to try an edit on."""


def narrow(mappings: MappingSet, shop: ForeignShop, preset: str) -> None:
    """Let each property that the shop has no place for flow to the ERP only, and say so once."""
    for name, mapping in mappings.mappings.items():
        if mapping.businessnxt_stream is None or Place.named(mapping.shop_table).collection not in SAMPLES:
            continue
        narrowed, strangers = _narrowed(mapping, shop)
        mappings.mappings[name] = narrowed
        if strangers:
            logger.info(
                "%s: %s has no place for %s; they flow to Business NXT only.", name, preset, ", ".join(strangers)
            )


def _narrowed(mapping: Mapping, shop: ForeignShop) -> tuple[Mapping, list[str]]:
    place = Place.named(mapping.shop_table)
    strangers = [each.name for each in mapping.properties if each.returned and not _reaches(place, each, shop)]
    rows = tuple(
        row for each in mapping.properties for row in ([each] if each.name not in strangers else _one_way(each))
    )
    lines, further = _narrowed(mapping.lines, shop) if mapping.lines else (None, [])
    return replace(mapping, properties=rows, lines=lines), [*strangers, *further]


def _one_way(row: Property) -> list[Property]:
    """The row as it is for a shop that cannot take it; none is left of one that only goes there."""
    return [replace(row, sync="to_businessnxt", wins="webshop")] if row.sync == "both" else []


def _reaches(place: Place, row: Property, shop: ForeignShop) -> bool:
    path = ".".join(map(str, row.path.keys or ())) if row.path else ""
    if place.collection == "orders" and not place.items and (path.startswith(SHIPMENT) or path == "fulfillment_status"):
        return shop.obeys("fulfillments")
    sample = SAMPLES[place.collection]
    patch = place.edited(sample, [("2" if place.items else "", {path: "1"})])
    return shop.takes(place.collection, sample, patch)
