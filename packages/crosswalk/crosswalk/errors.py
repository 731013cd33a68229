"""What can go wrong between two systems, named by what to do about it.

CrosswalkError
├── MappingError     stop: a mapping file is wrong; the message names file, row and nearest name
├── StoreError       stop: the link store cannot be used, or belongs to another pair of systems
├── MassChangeError  stop: the run would change or delete more than it may; a plan says what
└── Rejected         this record only: it is kept with its reason and tried again later
    ├── Waiting      … as soon as the record that it refers to is linked
    └── Barred       … or as soon as the record that it refers to, and that cannot be made as it is, has moved
"""

from __future__ import annotations

LATER = "later"
"""Kind of a reject in which nothing is wrong: a person has the row open, say; it is tried again soon, by itself."""

UNCLEAR = "unclear"
"""Kind of a reject whose row may have been made all the same."""

UNREADABLE = "unreadable"
"""Kind of a reject of which there is no record: the tap could not read it; it reads it again in each run, and tells."""

BARRED = "parent"
"""Kind of a reject that is owed to another record: that one cannot be made, or is gone."""

PASSING = ("waiting", LATER)
"""Kinds of rejects that end without a person's help."""


class CrosswalkError(Exception):
    """Anything this package raises on purpose."""


class MappingError(CrosswalkError):
    """A mapping file cannot be used; nothing was read or written."""


class StoreError(CrosswalkError):
    """The link store cannot be used safely; going on could create duplicates."""


class MassChangeError(CrosswalkError):
    """The run would touch more linked records than it may; nothing of that batch was written."""


class Rejected(CrosswalkError):  # noqa: N818 - a record is rejected, nothing failed
    """This record cannot be written as it stands; the others go on.

    Args:
        message: What is wrong with which property, and what to do about it.
        kind: A stable word for programs: `invalid`, `mapping`, `ambiguous`, `refused`, `contended`, `later`, …
        column: The column (or webshop property) that the message is about, where there is one.
    """

    def __init__(self, message: str, *, kind: str = "invalid", column: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.column = column


class Barred(Rejected):
    """The record refers to another one that cannot be made as it is, or that is gone.

    Args:
        message: What is wrong with that one, and what to do about it.
        entity: The entity of that record.
        key: Its webshop id, or its alias.
        column: The column that needs it.
    """

    def __init__(self, message: str, entity: str, key: str, *, column: str = "") -> None:
        super().__init__(message, kind=BARRED, column=column)
        self.entity, self.key = entity, key


class Waiting(Rejected):
    """The record refers to another one that is not linked yet.

    Args:
        entity: The entity of the record that is missing.
        key: Its webshop id, or its alias.
        column: The column that needs it.
        partner: Where it is to have a partner first.
    """

    def __init__(self, entity: str, key: str, *, column: str = "", partner: str = "Business NXT") -> None:
        super().__init__(
            f"{column}: {entity} '{key}' is not linked to {partner} yet; "
            "this record is tried again by itself when it is",
            kind="waiting",
            column=column,
        )
        self.entity = entity
        self.key = key
