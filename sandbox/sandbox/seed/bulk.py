"""Many plain records for speed and memory measurements; cheap to make, one at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.seed.figures import NOW, stamp
from sandbox.seed.shop import shop

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]


def bulk(customers: int = 0, products: int = 0, orders: int = 0) -> Iterator[tuple[str, Record]]:
    """Records with their collection; the demo shop's, numbered on."""
    for name, number in (("customers", customers), ("products", products), ("orders", orders)):
        patterns = shop()[name]
        for index in range(number):
            yield name, _numbered(name, patterns[index % len(patterns)], index)


def _numbered(name: str, pattern: Record, index: int) -> Record:
    moment = stamp(NOW + timedelta(microseconds=index))
    record = {**pattern, "id": f"{name[0].upper()}B{index:07d}", "updated_at": moment}
    if name == "customers":
        return {**record, "number": str(index), "email": f"kunde{index}@example.test", "org_number": None}
    if name == "products":
        variants = [
            {**each, "id": f"VB{index:07d}-{place}", "sku": f"B{index:07d}-{place}"}
            for place, each in enumerate(pattern["variants"])
        ]
        return {**record, "variants": variants}
    lines = [{**each, "id": f"LB{index:07d}-{place}"} for place, each in enumerate(pattern["lines"])]
    return {**record, "number": str(900000 + index), "lines": lines}
