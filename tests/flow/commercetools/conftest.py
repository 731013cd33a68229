"""A commercetools project and an empty company, and our four plugins between them, as the job `sync` has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from bridge import Bridge
from commercetools.emulator import Emulator, serving
from programs import Neighbours, serving_company

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class ForeignBridge(Bridge):
    """The bridge, with a preset where the contract is spoken otherwise."""

    shop: Emulator

    def writes(self) -> int:
        """How many requests have changed something in the company; and how often a record of the shop was changed."""
        versions = (
            each["version"] for kind in ("customers", "products", "orders", "inventory") for each in self.shop.all(kind)
        )
        return self.neighbours.writes() + sum(versions)

    def _shop(self) -> dict:
        return {"preset": "commercetools", "key_file": str(self.folder / "keys.db"), **self.shop.settings}


@pytest.fixture(scope="module")
def shop():
    with serving() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("commercetools")


@pytest.fixture(scope="module")
def company(folder):
    with serving_company(folder / "company", seed="empty") as info:
        yield info


@pytest.fixture(scope="module")
def bridge(shop, company, folder: Path):
    """Both, after they have met."""
    made = ForeignBridge(Neighbours({}, company), folder, shop)
    made.sync()
    return made
