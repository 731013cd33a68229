"""Values to JSON text and back without losing a digit: a Decimal is kept as a number, never through a float."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from crosswalk.values import Value

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def dump(value: Value) -> str:
    """Encode as JSON text."""
    return _encoder.encode(value).decode()


def load(text: str) -> Value:
    """Decode JSON text; numbers with a fraction become Decimal."""
    return _decoder.decode(text)


def digest(value: Value) -> str:
    """A short fingerprint of a value."""
    return hashlib.blake2b(_encoder.encode(value), digest_size=16).hexdigest()
