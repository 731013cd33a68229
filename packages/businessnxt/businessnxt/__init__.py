"""A client for the Visma Business NXT GraphQL API."""

from __future__ import annotations

from businessnxt.auth import Credentials
from businessnxt.client import Client, Column
from businessnxt.errors import (
    AccessError,
    AuthenticationError,
    BusinessNxtError,
    FatalError,
    RateLimited,
    RetriableError,
    RowError,
    SchemaError,
    Unavailable,
)
from businessnxt.outcomes import Change, Done, Failed, Refused, Unclear

__all__ = [
    "AccessError",
    "AuthenticationError",
    "BusinessNxtError",
    "Change",
    "Client",
    "Column",
    "Credentials",
    "Done",
    "Failed",
    "FatalError",
    "RateLimited",
    "Refused",
    "RetriableError",
    "RowError",
    "SchemaError",
    "Unavailable",
    "Unclear",
]
