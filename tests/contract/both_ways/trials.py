"""The rows of the mapping files as things to try: which property, in which direction, and what an edit makes of it.

A row that can be edited is edited; one that is written with a new record only is looked at in records that are new; a
number that the company draws is looked at in its own range. No row is left over: `proof` names the test of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crosswalk import Side, load_mappings
from crosswalk.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswalk.mapping import Mapping
    from crosswalk.properties import Property

MAPPINGS = load_mappings(Path(__file__).parents[3] / "mapping")

OTHER_WORDS = {
    "country": ("SE", "DK"),
    "language": ("en", "sv"),
    "currency": ("SEK", "EUR"),
    "tax_group": ("reduced", "low"),
    "grams": (1250, 730),
    "unit": ("kg", "m"),
    "customer_group": ("VIP", "Forhandler"),
    "payment_method": ("klarna", "vipps"),
    "payment_terms": ("Netto 30 dager", "Netto kontant"),
    "delivery_method": ("Brev", "Hentes i butikk"),
    "sku": ("051-01", "052-01"),
    "discount_percent": (20, 50),  # of which no shop keeps more than whole øre
}
"""Two words beside the seed's usual one, for what is translated."""

NUMBERS = {
    "country": {"SE": 46, "DK": 45},
    "language": {"en": 44, "sv": 46},
    "currency": {"SEK": 46, "EUR": 978},
    "tax_group": {"reduced": 2, "low": 3},
    "grams": {1250: 1.25, 730: 0.73},
    "unit": {"kg": 3, "m": 4},
    "customer_group": {"VIP": 4, "Forhandler": 3},
    "payment_method": {"klarna": 4, "vipps": 3},
    "payment_terms": {"Netto 30 dager": 3, "Netto kontant": 1},
    "delivery_method": {"Brev": 4, "Hentes i butikk": 3},
}
"""What these words are in the company: read from its registers and from values.yml by eye, not by our converters."""

IDS = ("id", "parent.id")
"""What the webshop gives a record once and for all."""

EDIT = {Side.WEBSHOP: "test_edit_reaches_business_nxt", Side.BUSINESSNXT: "test_edit_reaches_the_webshop"}
MADE = {Side.WEBSHOP: "test_new_row_holds_it", Side.BUSINESSNXT: "test_new_record_holds_it"}
DRAWN = "test_company_draws_it"


@dataclass(frozen=True)
class Trial:
    """One row of one mapping file.

    Attributes:
        mapping: The mapping file, or its lines.
        row: The row.
        place: Its number, which makes what is typed for it unlike anything else.
    """

    mapping: Mapping
    row: Property
    place: int

    @property
    def name(self) -> str:
        """How its tests are called."""
        return f"{self.mapping.entity}-{self.row.name}"

    @property
    def key(self) -> str:
        """The key column of its rows."""
        return self.mapping.key[-1]

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """From which sides its value is carried over."""
        if self.row is self.mapping.joint and self.row.path is None and self.row.sync == "to_webshop":
            return (Side.BUSINESSNXT,)  # it says in which record of the webshop the item is to stand
        return tuple(side for side in Side if Way(self.mapping, side).carries(self.row) and self._comes_from(side))

    def _comes_from(self, side: Side) -> bool:
        stream = Way(self.mapping, side).stream is not None
        only_new = self.row.only_create or self.mapping.only_create
        return stream and (side is Side.WEBSHOP or not only_new or self.mapping.create_in_webshop != "never")

    @property
    def edited(self) -> bool:
        """Whether an edit of it is carried over; else it is told with a new record only."""
        fixed = self.row.path is not None and self.row.path.text in IDS
        once = self.row.only_create or self.mapping.only_create or (self.row.link and not self.row.refills)
        return not (fixed or once or self.row.identity)

    def test(self, side: Side) -> str:
        """The test that proves that it comes over from this side."""
        return f"{(EDIT if self.edited else MADE)[side]}[{self.name}]"

    def word(self, side: Side) -> object:
        """What a person types for it on this side, in the webshop's words; another one on each side."""
        turn = 0 if side is Side.WEBSHOP else 1
        known = OTHER_WORDS.get(self.row.via or (self.row.path.text if self.row.path else ""))
        return known[turn] if known else self._plain(turn)

    def _plain(self, turn: int) -> object:
        number = self.place * 2 + turn
        if self.row.same == "email":
            return f"prov{number}@example.test"
        if self.row.same in ("phone", "digits"):
            return str(910_000_000 + number)
        if self.row.type.name == "Date":
            return f"{2040 + self.place % 50}-0{turn + 1}-15"
        if self.row.type.name == "Decimal":
            return Decimal(number + 1) if self.row.drifts else Decimal(number + 1) / 4
        if self.row.type.name == "Int":
            return number + 1
        return f"Prøve {number}"


def _all() -> Iterator[Trial]:
    place = 0
    for mapping in MAPPINGS.mappings.values():
        for each in filter(None, (mapping, mapping.lines)):
            for row in each.properties:
                place += 1
                yield Trial(each, row, place)


ALL = list(_all())
"""Every row of every file."""

EDITED = [each for each in ALL if each.edited and each.sides]
NEW = [each for each in ALL if not each.edited and each.sides]
SERVER_DRAWN = [each for each in ALL if each.row.drawn and each.row.suggest]


def proof(trial: Trial, side: Side) -> str:
    """The name of the test that proves a row in this direction; empty where nothing comes from there."""
    if trial in SERVER_DRAWN:
        return f"{DRAWN}[{trial.name}]" if side is Side.BUSINESSNXT else ""
    return trial.test(side) if side in trial.sides else ""
