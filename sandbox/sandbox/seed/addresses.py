"""Where the shop's people live: made-up houses in real towns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.seed import words

if TYPE_CHECKING:
    import random


def make_address(number: int, name: str, chance: random.Random, *, abroad: words.Place | None = None) -> dict[str, Any]:
    """An address of the contract; the number decides on its oddities."""
    house = f"{chance.randrange(1, 140)}{chance.choice(('', '', '', 'A', 'B'))}"
    code, town = chance.choice(words.TOWNS)
    street = words.LONG_STREET if number == 60 else f"{chance.choice(words.STREETS)} {house}"
    if abroad:
        code, town, street = abroad.postal_code, abroad.city, f"{abroad.street} {house}"
    return {
        "name": name,
        "company": None,
        "line1": street,
        "line2": "c/o Sæther" if number % 23 == 0 else None,
        "postal_code": code,
        "city": town,
        "region": None,
        "country_code": abroad.country_code if abroad else "NO",
        "phone": None,
        "email": None,
        "org_number": None,
    }
