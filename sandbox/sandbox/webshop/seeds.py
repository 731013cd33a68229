"""Fills an empty shop with one of the seeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox import seed as seeds

if TYPE_CHECKING:
    from sandbox.webshop.store import Store

_COUNTS = r"((customers|products|orders)=\d+(,(?=c|p|o)|$))+"
_BULK, _FIRST = re.compile(f"bulk:{_COUNTS}"), re.compile(f"first:{_COUNTS}")


def plant(store: Store, seed: str) -> None:
    """Fill a store.

    Args:
        store: An empty store.
        seed: `demo`, `empty`, `bulk:customers=1000,products=10,orders=0`, or `first:orders=90`, so many of the demo's.

    Raises:
        ValueError: There is no such seed.
    """
    if seed == "demo":
        store.plant((name, record) for name, records in seeds.shop().items() for record in records)
    elif _BULK.fullmatch(seed):
        store.plant(seeds.bulk(**_counts(seed)))
    elif _FIRST.fullmatch(seed):
        shop = seeds.shop()
        store.plant((name, record) for name, count in _counts(seed).items() for record in shop[name][:count])
    elif seed != "empty":
        raise ValueError(f"there is no seed '{seed}': use demo, empty, first:orders=90 "
                         "or bulk:customers=1000,products=10,orders=0")  # fmt: skip


def _counts(seed: str) -> dict[str, int]:
    numbers = (each.split("=") for each in seed.partition(":")[2].split(","))
    return {name: int(number) for name, number in numbers}
