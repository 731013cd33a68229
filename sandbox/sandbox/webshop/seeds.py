"""Fills an empty shop with one of the seeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox import seed as seeds

if TYPE_CHECKING:
    from sandbox.webshop.store import Store

_BULK = re.compile(r"bulk:((customers|products|orders)=\d+(,(?=c|p|o)|$))+")


def plant(store: Store, seed: str) -> None:
    """Fill a store.

    Args:
        store: An empty store.
        seed: `demo`, `empty`, or `bulk:customers=1000,products=10,orders=0`.

    Raises:
        ValueError: There is no such seed.
    """
    if seed == "demo":
        store.plant((name, record) for name, records in seeds.shop().items() for record in records)
    elif _BULK.fullmatch(seed):
        numbers = (each.split("=") for each in seed.removeprefix("bulk:").split(","))
        store.plant(seeds.bulk(**{name: int(number) for name, number in numbers}))
    elif seed != "empty":
        raise ValueError(f"there is no seed '{seed}': use demo, empty or bulk:customers=1000,products=10,orders=0")
