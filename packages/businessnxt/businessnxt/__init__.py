"""A client for the Visma Business NXT GraphQL API."""

from __future__ import annotations

from businessnxt.auth import Credentials
from businessnxt.client import Client
from businessnxt.errors import (
    AccessError,
    AuthenticationError,
    BusinessNxtError,
    FatalError,
    NotSent,
    RateLimited,
    RequestError,
    RetriableError,
    RowError,
    RowLocked,
    SchemaError,
    Unavailable,
)
from businessnxt.outcomes import Change, Done, Failed, Refused, Unclear
from businessnxt.schema import Column

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
    "NotSent",
    "RateLimited",
    "Refused",
    "RequestError",
    "RetriableError",
    "RowError",
    "RowLocked",
    "SchemaError",
    "Unavailable",
    "Unclear",
]
