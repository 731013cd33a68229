"""The rows of the mapping files as things to try: which property, on which record, and what an edit makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from crosswalk import Side, load_mappings
from crosswalk.ways import Way

if TYPE_CHECKING:
    from crosswalk.mapping import Mapping, Property

MAPPINGS = load_mappings(Path(__file__).parents[3] / "mapping")
ENTITIES = ("customers", "customer_accounts", "products", "orders")
UNTYPED = ("customer_group", "payment_method")
"""Registers that have no two other words in the seed."""

OTHER_WORDS = {
    "country": ("SE", "DK"),
    "language": ("en", "sv"),
    "currency": ("SEK", "EUR"),
    "tax_group": ("reduced", "low"),
    "grams": (1250, 730),
}
"""Two words beside the seed's usual one, for what is translated."""


@dataclass(frozen=True)
class Trial:
    """One property of one entity, both ways.

    Attributes:
        mapping: The mapping file.
        row: Its row.
        place: Its number, which makes what is typed for it unlike anything else.
    """

    mapping: Mapping
    row: Property
    place: int

    @property
    def name(self) -> str:
        """How the test is called."""
        return f"{self.mapping.entity}-{self.row.path.text if self.row.path else ''}-{self.row.column}"

    @property
    def key(self) -> str:
        """The key column of its rows."""
        return self.mapping.key[-1]

    def word(self, side: Side) -> object:
        """What a person types for it on this side, in the webshop's words; another one on each side."""
        turn = 0 if side is Side.WEBSHOP else 1
        if self.row.via in OTHER_WORDS:
            return OTHER_WORDS[self.row.via][turn]
        return self._plain(turn)

    def _plain(self, turn: int) -> object:
        number = self.place * 2 + turn
        if self.row.same == "email":
            return f"prov{number}@example.test"
        if self.row.same in ("phone", "digits"):
            return str(910_000_000 + number)
        if self.row.type.name == "Date":
            return f"{2040 + self.place % 50}-0{turn + 1}-15"
        if self.row.type.name == "Decimal":
            return Decimal(number + 1) / 4
        return f"Prøve {number}"


def _tried() -> list[Trial]:
    """The properties that come back, and can be edited by typing another text, number, day or word."""
    found: list[Trial] = []
    for entity in ENTITIES:
        mapping = MAPPINGS.mappings[entity]
        rows = [each for each in Way(mapping, Side.BUSINESSNXT).carried if not each.link and not each.only_create]
        typed = [each for each in rows if each.type.name != "Flag" and each.via not in UNTYPED]
        found += [Trial(mapping, each, place) for place, each in enumerate(typed, start=len(found))]
    return found


TRIALS = _tried()
TO_BUSINESSNXT = [each for each in TRIALS if each.row.sent]
