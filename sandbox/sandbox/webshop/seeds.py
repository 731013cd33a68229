"""Fills a shop: with the demo, with nothing, or with many plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import seed as seeds

if TYPE_CHECKING:
    from sandbox.webshop.store import Store


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
    elif seed.startswith("bulk:"):
        numbers = dict(each.split("=") for each in seed.removeprefix("bulk:").split(","))
        store.plant(seeds.bulk(**{name: int(number) for name, number in numbers.items()}))
    elif seed != "empty":
        raise ValueError(f"there is no seed '{seed}': use demo, empty or bulk:customers=1000")
