"""Records that the settings do not understand: put aside, remembered in the STATE, read again until they can be.

A record that is passed over must not be lost. So the STATE that covers what came after it names it, each later run
asks for it again, and the stream `rejects` tells which there are, until they are read or are no longer listed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from customwebshop import MisreadError
from customwebshop.reading import times
from customwebshop.reading.checks import shown
from customwebshop.reading.reader import remedy
from singer_sdk.singerlib.catalog import REPLICATION_FULL_TABLE
from typing_extensions import override

from .sdk import QuietStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from customwebshop.reading.paging import Key
    from customwebshop.reading.reader import Row, Unreadable
    from singer_sdk.helpers.types import Context

    from .tap import TapCustomWebshop
    from .threshold import Threshold

logger = logging.getLogger("tap-customwebshop.rejects")

REJECTS = "rejects"
"""Name of the stream, and of what the STATE of a stream keeps."""

_TIME = {"type": ["string", "null"], "format": "date-time"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A record of another stream that the settings cannot read: which, and why, without its values.",
    "properties": {
        "stream": {"type": "string", "description": "The stream that the record is of."},
        "id": {"type": "string", "description": "Its key; the parts of one of several properties are joined by `/`."},
        "property": {"type": ["string", "null"], "description": "What cannot be read, such as `lines[].unit_price`."},
        "reason": {"type": ["string", "null"], "description": "What is wrong with it."},
        "remedy": {"type": ["string", "null"], "description": "What to do about it."},
        "changed_at": {**_TIME, "description": "When the shop last changed the record."},
        "first_at": {**_TIME, "description": "When it was put aside first."},
        "resolved_at": {**_TIME, "description": "When it was read after all, or was no longer listed; else null."},
    },
}


class Rejects:
    """The records of one stream that were put aside.

    Args:
        stream: Its name.
        state: The stream's own part of the STATE, in which they are kept.
        threshold: How many there may be.
    """

    def __init__(self, stream: str, state: dict[str, Any], threshold: Threshold) -> None:
        self._stream, self._state, self._threshold = stream, state, threshold
        self._met: set[str] = set()
        self._new: set[str] = set()
        self._read = 0  # records that were read, and none of these

    @property
    def _kept(self) -> dict[str, Any]:
        return self._state.get(REJECTS) or {}

    def __contains__(self, key: Key) -> bool:
        return shown(key) in self._kept

    def oldest(self) -> datetime | None:
        """From when on everything must be asked for, so that each of them is among it; None where there are none."""
        stamps = [each["changed_at"] for each in self._kept.values() if each["changed_at"]]
        return times.parse(min(stamps)) if stamps else None

    def put_aside(self, found: Unreadable) -> None:
        """Keep a record that cannot be read.

        Raises:
            MisreadError: There are more of them than there may be.
        """
        name = shown(found.key)
        before = self._kept.get(name) or {}
        logger.warning("%s: record %s is put aside: %r %s", self._stream, name, found.place, found.trouble)
        self._met.add(name)
        if not before or before.get("resolved_at"):
            self._new.add(name)
        entry = {
            "property": found.place,
            "reason": found.trouble,
            "changed_at": times.bookmark(found.changed_at) if found.changed_at else None,
            "first_at": before.get("first_at") or times.bookmark(_now()),
        }
        self._state[REJECTS] = {**self._kept, name: entry}
        unsolved = sum(not each.get("resolved_at") for each in self._kept.values())
        if passed := self._threshold.passed(unsolved, len(self._new), self._read + len(self._met)):
            last = f"The last is {name}: {found.place!r} {found.trouble}."
            raise MisreadError(f"{self._stream}: {passed}. {last} {remedy(self._stream)}")

    def read(self, rows: Iterable[Row], since: datetime | None) -> Iterator[Row]:
        """The rows; of those from before that time, which are there for the sake of rejects, only what was one."""
        for row in rows:
            self._read += 1
            if row.key in self:
                self._resolve(shown(row.key))
            elif since and row.changed_at and row.changed_at < since:
                continue
            yield row

    def end(self) -> None:
        """All was read: what was not among it is no longer listed, or comes by its newer stamp in the next run."""
        for name in set(self._kept) - self._met:
            if not self._kept[name].get("resolved_at"):
                logger.info("%s: record %s, which could not be read, is no longer listed.", self._stream, name)
                self._resolve(name)

    def _resolve(self, name: str) -> None:
        self._met.add(name)
        self._state[REJECTS] = {**self._kept, name: {**self._kept[name], "resolved_at": times.bookmark(_now())}}


class RejectStream(QuietStream):
    """Which records of the other streams cannot be read, and why; read last, for it tells what the others met."""

    def __init__(self, tap: TapCustomWebshop) -> None:
        super().__init__(tap, schema=SCHEMA, name=REJECTS)
        self._shop = tap
        self.primary_keys = ("stream", "id")
        self.forced_replication_method = REPLICATION_FULL_TABLE

    @property
    def _kept(self) -> dict[str, dict[str, Any]]:
        """What the STATE keeps of each stream that has rejects."""
        states: dict[str, dict[str, Any]] = self._shop.state.get("bookmarks", {})
        return {name: states[name] for name in self._shop.streams if states.get(name, {}).get(REJECTS)}

    @override
    def has_news(self) -> bool:
        return bool(self._kept)

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        self.read_at = _now()
        for name, state in self._kept.items():
            yield from _told(name, state)


def _told(stream: str, state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rejects of one stream; those that are none any longer are told once more, and forgotten."""
    kept = state.pop(REJECTS, {})
    if unsolved := {name: each for name, each in kept.items() if not each.get("resolved_at")}:
        state[REJECTS] = unsolved
    for name, entry in kept.items():
        yield {"stream": stream, "id": name, "remedy": remedy(stream), "resolved_at": None, **entry}


def _now() -> datetime:
    return datetime.now(timezone.utc)
