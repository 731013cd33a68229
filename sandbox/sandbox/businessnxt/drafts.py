"""Rows on their way in, their stamps, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Row
    from sandbox.businessnxt.times import Now


class Problem(NamedTuple):
    """Why a record, or some of its fields, could not be written; `where` begins with the record's index."""

    where: tuple[str | int, ...]
    message: str
    status: str
    fields: tuple[str, ...] = ()


@dataclass
class Draft:
    """A row on its way in: as it will be, what is wrong with it, and its children."""

    table: Table
    row: Row
    where: tuple[str | int, ...]
    head: Row | None = None
    before: Row | None = None
    children: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failed: bool = False

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
