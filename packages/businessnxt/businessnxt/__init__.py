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
    Place,
    RateLimited,
    RequestError,
    RetriableError,
    RowError,
    RowLocked,
    SchemaError,
    TimedOut,
    TooLarge,
    TooManyInProgress,
    Trace,
    Unavailable,
)
from businessnxt.governor import Governor
from businessnxt.outcomes import Change, Done, Failed, Later, Refused, Unclear
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
    "Governor",
    "Later",
    "NotSent",
    "Place",
    "RateLimited",
    "Refused",
    "RequestError",
    "RetriableError",
    "RowError",
    "RowLocked",
    "SchemaError",
    "TimedOut",
    "TooLarge",
    "TooManyInProgress",
    "Trace",
    "Unavailable",
    "Unclear",
]
