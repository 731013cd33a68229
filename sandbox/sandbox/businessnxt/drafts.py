"""Rows on their way in, their stamps, what is wrong with them, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Row
    from sandbox.businessnxt.times import Now

# The names and numbers of errors are ours: which ones the company has, nobody says.
STATUSES = {
    name: 101 + position
    for position, name in enumerate((
        "rowRefused", "rowLocked", "rowInUse", "orderIsDone", "missingKey", "duplicateKey", "keyIsFixed",
        "duplicateValue", "valueIsFixed", "valueTooLong", "noSuchRow", "noNumberLeft", "emptyRecord", "notSaved",
    ))
}  # fmt: skip


class Problem(NamedTuple):
    """Why a record, or some of its fields, could not be written; `where` begins with the record's index."""

    where: tuple[str | int, ...]
    message: str
    status: str
    fields: tuple[str, ...] = ()

    def as_error(self, path: list[str | int], does: Behaviours) -> dict[str, Any]:
        """The problem as the answer tells it, below the field of the mutation."""
        where = self.where if does.error_path_goes_to_the_child else self.where[:1]
        if not does.error_path_holds_the_record:
            where = ()
        details: dict[str, Any] = {}
        if does.errors_hold_a_status:
            details["status"] = STATUSES[self.status]
        if does.errors_hold_a_status_name:
            details["status_name"] = self.status
        if does.errors_name_failing_fields:
            details["fields"] = list(self.fields)
        extensions = details if does.error_details_stand_in_extensions else {"data": details}
        return {"message": self.message, "path": [*path, *where], "extensions": extensions}


@dataclass
class Draft:
    """A row on its way in: as it will be, what is wrong with it, and its children.

    Attributes:
        given: The names of the columns that were written by hand.
    """

    table: Table
    row: Row
    where: tuple[str | int, ...]
    head: Row | None = None
    before: Row | None = None
    given: frozenset[str] = frozenset()
    children: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failed: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of its key columns."""
        return tuple(self.row[name] for name in self.table.key)

    def refuse(self, message: str, status: str, *fields: str) -> None:
        """The whole row cannot be written."""
        self.failed = True
        self.object_to(message, status, *fields)

    def object_to(self, message: str, status: str, *fields: str) -> None:
        """These fields cannot be written."""
        self.problems.append(Problem(self.where, message, status, fields))

    def all_problems(self) -> list[Problem]:
        """Its own problems and those of its children."""
        return self.problems + [problem for child in self.children for problem in child.all_problems()]


class Outcome(NamedTuple):
    """What a mutation did: the rows as they are now, how many were written, what was wrong."""

    rows: list[Row] | None
    affected: int
    problems: list[Problem]
    children: dict[str, int] = {}  # noqa: RUF012 - never changed


def stamp(row: Row, user: str, now: Now, *, created: bool = False) -> dict[str, Any]:
    """Say on a row who changed it and when; the stamps by themselves."""
    stamps: dict[str, Any] = {
        "changedDate": now.date,
        "changedTime": now.time,
        "changedByUser": user[:24],
        "changedTimestamp": now.timestamp,
    }
    if created:
        stamps |= {f"created{name[7:]}": value for name, value in stamps.items()}
    if "changeTimeInMs" in row:
        stamps["changeTimeInMs"] = now.milliseconds
    row.update(stamps)
    return stamps
