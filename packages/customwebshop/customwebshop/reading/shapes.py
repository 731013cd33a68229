"""Reads single records as the tap reads whole streams: the same links followed, the same record made of it."""

from __future__ import annotations

import copy
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from customwebshop import RecordMisreadError
from customwebshop.reading import config, preset, times, zones
from customwebshop.reading.checks import shown
from customwebshop.reading.expand import Expander
from customwebshop.reading.reader import Reader, Unreadable, remedy, shareable
from customwebshop.reading.shaping import Shaper, ValueMisfitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from customwebshop import Connection
    from customwebshop.client import PutAside

Record = dict[str, Any]


def _known(settings: Mapping[str, Any]) -> set[str]:
    return {*preset.load(settings["preset"])["streams"], *(settings.get("streams") or {})}


class Shapes:
    """The streams of a shop, for whoever writes to it.

    Args:
        connection: Leads to the shop.
        settings: Those of the tap, on top of the preset's.
        streams: The streams that are needed, be they switched off for the tap or not.

    Raises:
        SettingsError: With one line for each thing that is wrong with the settings.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, Any], streams: Iterable[str]) -> None:
        wanted = set(streams)
        plain = {name: {"enabled": name in wanted, "sweep": None, "revisit": None} for name in _known(settings)}
        told = {**settings, "streams": preset.merged(settings.get("streams") or {}, plain)}
        self._connection, self._page_size = connection, told["page_size"]
        self._zone = config.zone("time_zone", told.get("time_zone") or "UTC")
        start = told.get("start_date")  # of a shop whose lists must be told since when
        self._start = times.parse(start, self._zone) if start else None
        self._streams = {each.name: each for each in config.definitions(told)}
        self._zones = {name: zones.giver(each.schema, each.incremental.zone) for name, each in self._streams.items()}
        self._shapers = {
            name: Shaper(each.shaping, self._zone, each.schema["properties"]) for name, each in self._streams.items()
        }

    def properties(self, stream: str) -> Mapping[str, Any]:
        """The properties that a record of the stream may have, each with its JSON Schema."""
        properties: Mapping[str, Any] = self._streams[stream].schema["properties"]
        return properties

    def all(self, stream: str, put_aside: PutAside | None) -> Iterator[Record]:
        """Every record that the stream lists, in the contract's words; one that cannot be read is put aside."""

        def tell(found: Unreadable) -> None:
            if put_aside is not None:
                put_aside(_misread(stream, f"record {shown(found.key)}: ", found.place, found.trouble))

        aside = None if put_aside is None else tell
        reader = Reader(self._connection, self._streams[stream], self._page_size, self._zone, put_aside=aside)
        return (row.record for row in reader.rows(self._start))

    def shaped(self, stream: str, raw: Record) -> tuple[Record, Record]:
        """A record with what its links lead to, and the same in the contract's words.

        Raises:
            RecordMisreadError: The settings do not understand it.
        """
        whole = copy.deepcopy(raw)
        try:
            Expander(self._connection, self._streams[stream]).fill(whole, datetime.now(timezone.utc))
            record = copy.deepcopy(self._shapers[stream].record(whole))  # what follows writes into it
            self._zones[stream](record)
        except ValueMisfitError as misfit:
            raise _misread(stream, "", misfit.place, shareable(stream, misfit.place, misfit.trouble)) from misfit
        return whole, record


def _misread(stream: str, which: str, place: str, trouble: str) -> RecordMisreadError:
    return RecordMisreadError(f"{which}{place!r} {trouble}.", key=place, remedy=remedy(stream))
