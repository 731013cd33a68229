"""Named two-way converters (`via:`) and comparators (`same:`): pure functions over single values.

A converter turns a webshop value into an ERP value and back. A comparator reduces a value to the form in which
two ways of writing the same thing are equal; it never changes what is written.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from crosswalk.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswalk.values import Value

_DIGITS = re.compile(r"\D+")
_TAGS = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Converter:
    """A named pair of functions between the two value spaces.

    Attributes:
        name: The word that mapping files use.
        meaning: One line for the generated documentation.
        to_businessnxt: Webshop value to ERP value; raises `Rejected` when it has none.
        to_webshop: ERP value to webshop value.
    """

    name: str
    meaning: str
    to_businessnxt: Callable[[Value], Value]
    to_webshop: Callable[[Value], Value]


def digits(value: Value) -> str:
    """Keep the digits only."""
    return _DIGITS.sub("", str(value))


def email(value: Value) -> str:
    """Fold an e-mail address to lower case without blanks around it."""
    return str(value).strip().casefold()


def phone(value: Value) -> str:
    """Reduce a telephone number to its digits, with a leading 00 read as +."""
    number = digits(value)
    return number.removeprefix("00") if str(value).strip().startswith("00") else number


def text(value: Value) -> str:
    """Fold case, accents' spelling and blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", str(value))).strip().casefold()


COMPARATORS: dict[str, Callable[[Value], str]] = {"digits": digits, "email": email, "phone": phone, "text": text}


def _keep(value: Value) -> Value:
    return value


def _upper(value: Value) -> str:
    return str(value).upper()


def _lower(value: Value) -> str:
    return str(value).lower()


def _unescape(value: Value) -> str:
    return _BLANKS.sub(" ", html.unescape(_TAGS.sub(" ", str(value)))).strip()


def _to_kilograms(value: Value) -> Decimal:
    try:
        return Decimal(str(value)) / 1000
    except InvalidOperation:
        raise Rejected(f"'{value}' is no weight in grams") from None


def _to_grams(value: Value) -> int:
    return int(Decimal(str(value)) * 1000)


def _not(value: Value) -> bool:
    return not value


CONVERTERS: dict[str, Converter] = {
    each.name: each
    for each in (
        Converter("digits", "keeps the digits only", digits, _keep),
        Converter("upper", "upper case in Business NXT", _upper, _keep),
        Converter("lower", "lower case in Business NXT", _lower, _keep),
        Converter("email", "lower case, no blanks around it", email, _keep),
        Converter("plain_text", "HTML tags and entities taken out", _unescape, _keep),
        Converter("grams", "grams in the webshop, kilograms in Business NXT", _to_kilograms, _to_grams),
        Converter("not", "true becomes false and the other way round", _not, _not),
    )
}


def table_converter(name: str, meaning: str, pairs: dict[str, Value], *, remedy: str) -> Converter:
    """Make a converter from a table of webshop value to ERP value.

    Args:
        name: The word that mapping files use.
        meaning: One line for the documentation.
        pairs: Webshop value (compared without case) to ERP value; `"*"` stands for any other.
        remedy: What to do about an unknown value.
    """
    forward = {text(key): value for key, value in pairs.items()}
    back: dict[str, str] = {}
    for key, value in pairs.items():
        if key != "*":
            back.setdefault(str(value), key)

    def to_businessnxt(value: Value) -> Value:
        found = forward.get(text(value), forward.get("*"))
        if found is None:
            raise Rejected(f"{name} '{value}' is unknown: {remedy}", kind="mapping", column=name)
        return found

    def to_webshop(value: Value) -> Value:
        return back.get(str(value))

    return Converter(name, meaning, to_businessnxt, to_webshop)
