"""A commercetools project and an empty company, and our four plugins between them, as the job `sync` has them."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from bridge import Bridge
from commercetools.emulator import Emulator, serving
from programs import PROGRAMS, Neighbours

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
    command = [PROGRAMS / "sandbox", "businessnxt", "--port", "0", "--data", folder / "company", "--seed", "empty"]
    with subprocess.Popen([str(each) for each in command], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline())["businessnxt"]
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def bridge(shop, company, folder: Path):
    """Both, after they have met."""
    made = ForeignBridge(Neighbours({}, company), folder, shop)
    made.sync()
    return made
