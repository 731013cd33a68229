"""The sandbox's webshop as a program, and what a test does behind its back."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from programs import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLLECTIONS = {
    "customers": "customers",
    "products": "products",
    "stock_levels": "inventory-levels",
    "orders": "orders",
}


@dataclass(frozen=True)
class Webshop:
    """The shop, and what a test does behind its back; collections are called as the tap's streams."""

    info: dict[str, Any]

    def _control(self, verb: str, path: str, **more: Any) -> requests.Response:
        response = requests.request(verb, f"{self.info['control_url']}/{path}", timeout=30, **more)
        response.raise_for_status()
        return response

    def records(self, stream: str) -> list[dict[str, Any]]:
        return self._control("GET", f"records/{COLLECTIONS[stream]}").json()

    def record(self, stream: str, identity: str) -> dict[str, Any]:
        return next(each for each in self.records(stream) if each.get("id", each.get("sku")) == identity)

    def edit(self, stream: str, identity: str, **values: Any) -> None:
        self._control("PATCH", f"records/{COLLECTIONS[stream]}/{identity}", json=values)

    def edit_all(self, stream: str, **values: Any) -> None:
        self._control("PATCH", f"records/{COLLECTIONS[stream]}", json=values)

    def clock(self, seconds: float) -> None:
        """Put the shop's clock forward or back."""
        self._control("PATCH", "clock", json={"seconds": seconds})

    def delete(self, stream: str, identity: str) -> None:
        self._control("DELETE", f"records/{COLLECTIONS[stream]}/{identity}")

    def fault(self, kind: str, **how: Any) -> None:
        self._control("POST", "faults", json={"kind": kind, **how})

    def faults(self) -> list[dict[str, Any]]:
        return self._control("GET", "faults").json()

    def behave(self) -> None:
        self._control("DELETE", "faults")
        self._control("POST", "stats/reset")

    def stats(self) -> dict[str, Any]:
        return self._control("GET", "stats").json()

    def requests(self) -> int:
        return self.stats()["requests"]

    def writes(self) -> int:
        return self.stats()["writes"]

    def token_lifetime(self, seconds: float) -> None:
        self._control("PATCH", "tokens", json={"lifetime": seconds})

    def reset(self) -> None:
        """The shop as it was sown, whatever was done to it before."""
        self._control("POST", "reset")
        self.behave()
        self.token_lifetime(3600)


@contextlib.contextmanager
def serving_webshop(data: Path, seed: str = "demo") -> Iterator[Webshop]:
    with sandbox("webshop", "--port", 0, "--data", data, "--seed", seed) as announced:
        yield Webshop(announced["webshop"])
