"""What STATE holds of a stream: how far it was read, and where a reading that was cut off goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .company import now
from .window import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .definition import Key

State = dict[str, Any]

VALUE = "replication_key_value"
"""The newest stamp: server's time, no zone. Beside it `reached_at` and `read_at`, by our clock."""


@dataclass(frozen=True)
class Reading:
    """One reading of a stream, from its begin to its end, over as many runs as it takes.

    Attributes:
        rows: The mark that the rows will have reached.
        lines: The mark that their lines will have reached.
        since: From where rows are read; None reads all.
        lines_since: From where their lines are looked at.
        after: The key of the last row told.
    """

    rows: Mark
    lines: Mark | None
    since: datetime | None
    lines_since: datetime | None
    after: Key | None = None

    @property
    def finds_rows(self) -> bool:
        """Whether there can be a row to read: none bears a stamp beyond the newest one."""
        return self.since is None or self.since <= self.rows.newest

    @property
    def finds_lines(self) -> bool:
        """Whether there can be a line to look at."""
        return self.lines is None or self.lines_since is None or self.lines_since <= self.lines.newest

    def as_state(self) -> State:
        """How it stands in a state."""
        return {
            "rows": of_mark(self.rows),
            "lines": of_mark(self.lines) if self.lines else None,
            "since": stamp(self.since) if self.since else None,
            "lines_since": stamp(self.lines_since) if self.lines_since else None,
        }

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> Reading:
        """Read from a state what `as_state` wrote, and where `after` has come to stand beside it.

        Raises:
            ValueError: It is not what was written.
        """
        rows, after = mark(state["rows"]), state.get("after")
        if rows is None:
            raise ValueError("'reading' does not say where it goes")
        return cls(
            rows=rows,
            lines=mark(state.get("lines") or {}),
            since=_moment(state.get("since")),
            lines_since=_moment(state.get("lines_since")),
            after=tuple(after) if after else None,
        )


def mark(state: Mapping[str, Any]) -> Mark | None:
    """The mark that stands in a state; with one that somebody typed in, the whole overlap is read.

    Raises:
        ValueError: What stands there is no time, or one with a zone.
    """
    newest = _moment(state.get(VALUE))
    if newest is None:
        return None
    if newest.tzinfo:
        raise ValueError(f"{state[VALUE]} has a zone; the server's times have none")
    reached_at, read_at = _moment(state.get("reached_at")), _moment(state.get("read_at"))
    if reached_at is None or read_at is None:
        reached_at = read_at = now()
    return Mark(newest, reached_at, read_at)


def forget(state: State) -> None:
    """Take out of a state how far it was read, and leave what it says of sweeps and hints."""
    for name in ("replication_key", VALUE, "reached_at", "read_at", "lines", "reading"):
        state.pop(name, None)


def of_mark(mark: Mark) -> State:
    """How a mark stands in a state."""
    return {
        VALUE: stamp(mark.newest),
        "reached_at": mark.reached_at.isoformat(timespec="seconds"),
        "read_at": mark.read_at.isoformat(timespec="seconds"),
    }


def stamp(moment: datetime) -> str:
    """A stamp as the ERP spells it, in full width so that texts compare as times do."""
    return moment.isoformat(sep=" ", timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
