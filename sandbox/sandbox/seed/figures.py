"""The fixed points of the seed: its day, its tax rates, and how money, moments and numbers are spelled."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

Record = dict[str, Any]

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
RATES = {"standard": Decimal(25), "reduced": Decimal(15), "low": Decimal(12), "zero": Decimal(0)}
EXCHANGE = {"NOK": Decimal(1), "SEK": Decimal("0.95"), "DKK": Decimal("0.65"), "EUR": Decimal("0.085")}
"""What a krone is in each currency."""


def stamp(moment: datetime) -> str:
    """RFC 3339, UTC, microseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def some_moment(chance: random.Random, days: int) -> datetime:
    """A moment in the last so many days."""
    return NOW - timedelta(seconds=chance.randrange(3600, days * 86400), microseconds=chance.randrange(10**6))


def later(moment: datetime, chance: random.Random) -> datetime:
    """A moment between that one and now."""
    return moment + (NOW - moment) * chance.random()


def rounded(amount: Decimal) -> Decimal:
    """To the øre, halves away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """As the contract spells it."""
    return str(rounded(amount))


def total(records: list[Record], name: str) -> Decimal:
    """The sum of one column."""
    return sum((Decimal(each[name]) for each in records), Decimal(0))


def phone(number: int) -> str:
    """A number that nobody has: no Norwegian one begins with 00."""
    return f"+4700{number:06d}"


def org_number(number: int) -> str:
    """A nine-digit organisation number with a valid check digit that nobody has: real ones begin with 8 or 9."""
    digits = f"{31000000 + number * 7:08d}"
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    check = -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return org_number(number + 1000) if check == 10 else digits + str(check)


def gtin(number: int) -> str:
    """A thirteen-digit article number with a valid check digit, from the range for use inside a shop."""
    digits = f"200{number:09d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-weighed % 10)
