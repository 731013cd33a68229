"""A client for webshops that keep to the CustomWebshop contract, and for others by the words of their presets."""

from __future__ import annotations

from customwebshop.allowance import Allowance
from customwebshop.auth import Credentials
from customwebshop.client import ShopClient, Stored
from customwebshop.connection import Connection
from customwebshop.errors import (
    ChangedError,
    CredentialsError,
    CursorExpiredError,
    KeyFileError,
    LostError,
    MisreadError,
    NotFoundError,
    RecordMisreadError,
    RefusedError,
    ShopError,
    SpentError,
    TakenError,
    UnreachableError,
)
from customwebshop.foreign import ForeignShop
from customwebshop.messages import Answer
from customwebshop.retry import Retry
from customwebshop.settings import LOGIN_NAMES, METHODS, SETTINGS, needed

__all__ = [
    "LOGIN_NAMES",
    "METHODS",
    "SETTINGS",
    "Allowance",
    "Answer",
    "ChangedError",
    "Connection",
    "Credentials",
    "CredentialsError",
    "CursorExpiredError",
    "ForeignShop",
    "KeyFileError",
    "LostError",
    "MisreadError",
    "NotFoundError",
    "RecordMisreadError",
    "RefusedError",
    "Retry",
    "ShopClient",
    "ShopError",
    "SpentError",
    "Stored",
    "TakenError",
    "UnreachableError",
    "needed",
]
