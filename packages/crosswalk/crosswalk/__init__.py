"""Translates records between a webshop and Business NXT, remembers which belong together, and decides merges."""

from __future__ import annotations

from crosswalk.errors import LATER, CrosswalkError, MappingError, MassChangeError, Rejected, StoreError
from crosswalk.guard import Limits
from crosswalk.links import Store
from crosswalk.loading import load_mappings
from crosswalk.mapping import Mapping, MappingSet
from crosswalk.rehearsal import Rehearsal, rehearsing
from crosswalk.remote import (
    Change,
    Draft,
    Outcome,
    Refused,
    Remote,
    RemoteTable,
    Removal,
    Row,
    Unclear,
    Unwelcome,
    Written,
)
from crosswalk.sides import Side
from crosswalk.sync import Synchronizer
from crosswalk.units import Incoming

__all__ = [
    "LATER",
    "Change",
    "CrosswalkError",
    "Draft",
    "Incoming",
    "Limits",
    "Mapping",
    "MappingError",
    "MappingSet",
    "MassChangeError",
    "Outcome",
    "Refused",
    "Rehearsal",
    "Rejected",
    "Remote",
    "RemoteTable",
    "Removal",
    "Row",
    "Side",
    "Store",
    "StoreError",
    "Synchronizer",
    "Unclear",
    "Unwelcome",
    "Written",
    "load_mappings",
    "rehearsing",
]
