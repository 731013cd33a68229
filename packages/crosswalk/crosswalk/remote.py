"""The far side as the merge sees it: rows are looked up, made and changed, and every answer is one of four.

The targets implement `Remote` with their clients; this package itself never touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.values import Value


@dataclass(frozen=True)
class RemoteTable:
    """Which table, which columns are wanted back, and how its rows are recognised.

    Attributes:
        name: The table.
        key: Its key columns.
        columns: The columns to read back.
        reference: The column that carries the source's id.
        lines: The table of the lines that can be made together with a row, and the input field that holds them.
        suggest: Ranges from which the far side draws numbers for a new row.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    reference: str | None = None
    lines: tuple[str, RemoteTable] | None = None
    suggest: Dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A row of the far side.

    Attributes:
        id: Its key, composite keys joined with `/`.
        values: Its columns.
        lines: The rows made together with it.
        ours: Whether we were the last to write to it.
        problem: Why nothing more can be told of it than that it is there, or may be; empty where all is told.
    """

    id: str
    values: dict[str, Value]
    lines: tuple[Row, ...] = ()
    ours: bool = True
    problem: str = ""


@dataclass(frozen=True)
class Draft:
    """A row to be made.

    Attributes:
        values: Its columns, in the order of assignment.
        lines: The columns of the lines to be made with it.
        parent: For a line made on its own: the key of the row it belongs to.
    """

    values: dict[str, Value]
    parent: str = ""
    lines: tuple[dict[str, Value], ...] = ()


@dataclass(frozen=True)
class Change:
    """Columns to be changed on one row, only while the columns in `expect` still hold their old values."""

    id: str
    values: dict[str, Value]
    expect: dict[str, Value]


@dataclass(frozen=True)
class Removal:
    """A row to be deleted, only while the columns in `expect` still hold their old values."""

    id: str
    expect: dict[str, Value]


@dataclass(frozen=True)
class Written:
    """It happened; this is the row as the far side now holds it."""

    row: Row


@dataclass(frozen=True)
class Refused:
    """It certainly did not happen: the row no longer held the expected values."""


@dataclass(frozen=True)
class Unwelcome:
    """It certainly did not happen: the far side will not have this record, and says why."""

    message: str
    column: str = ""
    kind: str = "refused"


@dataclass(frozen=True)
class Unclear:
    """It may have happened, or may still happen: the answer was lost."""

    message: str


Outcome = Written | Refused | Unwelcome | Unclear


class Remote(Protocol):
    """What the merge needs of the system that is written to."""

    def find(
        self, table: RemoteTable, column: str, values: Sequence[str], *, where: Dict[str, Value], parents: Sequence[str]
    ) -> list[Row]:
        """Rows whose column holds one of these values, which meet the condition, and belong to one of these parents.

        Where one that cannot be read may be such a row, it has a `problem`, and the value that it may hold.
        """

    def read(self, table: RemoteTable, ids: Sequence[str]) -> dict[str, Row]:
        """Rows by key; a row that is gone is left out, one that cannot be read has a `problem`."""

    def create(self, table: RemoteTable, drafts: Sequence[Draft]) -> list[Outcome]:
        """Make rows, each with its lines; one outcome per draft, in their order."""

    def update(self, table: RemoteTable, changes: Sequence[Change]) -> list[Outcome]:
        """Change rows; one outcome per change, in their order."""

    def delete(self, table: RemoteTable, removals: Sequence[Removal]) -> list[Outcome | None]:
        """Delete rows; None where the row is gone, else why it is not."""
