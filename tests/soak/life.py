"""The shop's daily life: people come, order and move house, products get new names."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import requests
from sandbox.seed import shop

if TYPE_CHECKING:
    from random import Random

    from programs import Neighbours

STREETS = ["Storgata", "Åsveien", "Øvre Torggate", "Kirkebakken", "Sjøgata"]


class Life:
    """Makes and edits records in the shop.

    Args:
        neighbours: The shop and the company.
        chance: Where all choice comes from.
    """

    def __init__(self, neighbours: Neighbours, chance: Random) -> None:
        self._neighbours, self._chance = neighbours, chance
        self._seed = shop()
        self._known = {name: [each["id"] for each in self._seed[name]] for name in ("customers", "products", "orders")}
        self._born = 0

    def go_on(self) -> None:
        """Let a little happen."""
        for _ in range(self._chance.randint(1, 20)):
            self._chance.choice([self._come, self._order, self._order, self._move, self._rename, self._remark])()

    def _come(self) -> None:
        person = self._copy("customers", "C")
        person["email"] = f"{person['id'].lower()}@example.test"
        person["phone"] = f"+4701{self._born:06d}"
        person["org_number"] = None
        self._save("customers", person)

    def _order(self) -> None:
        order = self._copy("orders", "O")
        for number, line in enumerate(order["lines"]):
            line["id"] = f"{order['id']}-{number}"
        self._save("orders", order)

    def _move(self) -> None:
        identity = self._chance.choice(self._known["customers"])
        [person] = [each for each in self._neighbours.records("customers") if each["id"] == identity]
        for place in person["addresses"]:
            place["line1"] = f"{self._chance.choice(STREETS)} {self._chance.randint(1, 99)}"
        self._edit("customers", identity, addresses=person["addresses"])

    def _rename(self) -> None:
        title = f"{self._chance.choice(STREETS)} {self._chance.randint(1, 999)}"
        self._edit("products", self._chance.choice(self._known["products"]), title=title)

    def _remark(self) -> None:
        note = f"Ring {self._chance.randint(1, 999)} ganger"
        self._edit("orders", self._chance.choice(self._known["orders"]), note=note)

    def _copy(self, collection: str, letter: str) -> dict[str, Any]:
        """A new record like one of the seed's, under an id of its own."""
        self._born += 1
        record = copy.deepcopy(self._chance.choice(self._seed[collection]))
        record["id"] = f"{letter}-soak-{self._born}"
        record["number"] = str(900_000 + self._born)
        del record["updated_at"]
        return record

    def _save(self, collection: str, record: dict[str, Any]) -> None:
        self._edit(collection, record["id"], **record)
        self._known[collection].append(record["id"])

    def _edit(self, collection: str, identity: str, **values: object) -> None:
        place = f"{self._neighbours.webshop['control_url']}/records/{collection}/{identity}"
        requests.patch(place, json=values, timeout=30).raise_for_status()
