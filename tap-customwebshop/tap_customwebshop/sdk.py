"""All that leans on the inside of singer-sdk, checked against 0.54.9; a test fails when the SDK changes any of it.

Overridden: ``Stream._generate_record_messages`` (compiled conform and select, and the time a record was *read*),
``Stream._increment_stream_state`` (bookmarks as times, never beyond the shop's clock), ``Stream._write_schema_message``
and ``Stream._write_state_message`` (of a stream with nothing to say), ``PluginBase._validate_config`` (an empty setting
is none), ``Tap._handle_termination`` (a stopped run has failed) and ``Stream.log`` (an error is said once).
"""

from __future__ import annotations

import contextlib
import gc
import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

from customwebshop.reading import times
from singer_sdk import Stream, Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from singer_sdk.helpers._catalog import get_selected_schema
from singer_sdk.singerlib import RecordMessage
from typing_extensions import override

from . import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from types import FrameType

    import click
    from singer_sdk.helpers.types import Context, Record


_UNHANDLED = "An unhandled error occurred while syncing"


class CompiledStream(Stream):
    """A stream that knows of its current record when it was read and how far the bookmark may go."""

    read_at: datetime  # start of the request that read the current record
    bookmark_at: datetime | None = None  # where the bookmark may stand after the current record
    number: int | None = None  # under which the current record is noted in the key file

    @cached_property
    def _compiled(self) -> Callable[[Record], Record]:
        conform = compiled.conformer(self.effective_schema, self._warn_unknown)
        select = compiled.selector(self.mask)
        return conform if select is None else lambda record: conform(select(record))

    @cached_property
    def selected_schema(self) -> dict[str, Any]:
        """What the catalog says of the properties that are selected."""
        return get_selected_schema(self.name, self.effective_schema, self.mask)

    @cached_property
    def _unknown(self) -> set[str]:
        return set()

    def _warn_unknown(self, path: str) -> None:
        """Say once that a property is left behind: whoever wants it must hear of it."""
        if path not in self._unknown:
            self._unknown.add(path)
            self.logger.warning(
                "Property %r is in the records but not in the schema, and is left out; streams.%s.schema can add it.",
                path,
                self.name,
            )

    @override
    def log(self, message: str, *args: Any, level: int = logging.INFO, **more: Any) -> None:
        """Log a message; not that an error was unhandled, which the tap says in better words."""
        super().log(message, *args, level=logging.DEBUG if message.startswith(_UNHANDLED) else level, **more)

    @override
    def _generate_record_messages(self, record: Record) -> Iterator[RecordMessage]:  # type: ignore[override]  # a generator is more than we need
        conformed = self._compiled(record)
        for stream_map in self.stream_maps:
            mapped = stream_map.transform(conformed)
            if mapped is not None:
                yield RecordMessage(
                    stream_map.stream_alias, mapped, version=self._stream_version, time_extracted=self.read_at
                )

    @override
    def _increment_stream_state(self, latest_record: Record, *, context: Context | None = None) -> None:
        if self.number is not None:
            self.get_context_state(context)["told"] = self.number
        if self.bookmark_at is None:
            return
        key, reached = str(self.replication_key), times.bookmark(self.bookmark_at)
        if self.is_sorted:  # resumable at every record; that it rises, the reader has seen to
            self.get_context_state(context).update(replication_key=key, replication_key_value=reached)
        else:
            super()._increment_stream_state({key: reached}, context=context)


class QuietStream(CompiledStream):
    """A stream without a bookmark, that writes nothing at all in a run in which it has nothing to say."""

    _speaks = False

    def has_news(self) -> bool:
        """Whether there will be any record."""
        return True

    @override
    def _write_schema_message(self) -> None:
        self._speaks = self.has_news()
        if self._speaks:
            super()._write_schema_message()

    @override
    def _write_state_message(self) -> None:
        if self._speaks and not self.state_manager.is_flushed:
            cast("dict[str, Any]", self.tap_state).get("bookmarks", {}).pop(self.name, None)
            self._tap.state_writer.write_state(self.tap_state)
            self.state_manager.is_flushed = True


class HonestTap(Tap):
    """A tap that writes fast, and that does not call a run complete which somebody stopped."""

    message_writer_class = MsgSpecWriter

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        # Records are trees, freed as they go: looking for cycles among them all the time costs a tenth of a run.
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        with cls._in_a_line():
            super().invoke(**options)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        with cls._in_a_line():
            super().cb_test(ctx, param, value)

    @classmethod
    @contextlib.contextmanager
    def _in_a_line(cls) -> Iterator[None]:
        """What a person can mend is said without a traceback."""
        try:
            yield
        except FatalSyncError as error:
            cls.logger.error(error)  # noqa: TRY400 - the message says it all
            raise SystemExit(1) from error

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        """Take a STATE in; what is not ours goes out again as it came, for whoever wrote it will look for it."""
        super().load_state(state)
        ours = cast("dict[str, Any]", self.state)
        ours.update({name: value for name, value in state.items() if name != "bookmarks"})

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        # A variable that is set but empty is how environments say "not set". And a secret of digits only, which some
        # file made a number, must not be complained of by its value.
        made = {name: value for name, value in self._config.items() if value != ""}
        secret = {name for name, about in self.config_jsonschema["properties"].items() if about.get("secret")}
        self._config = self.completed({name: str(value) if name in secret else value for name, value in made.items()})
        found = super()._validate_config(raise_errors=False)
        if found and raise_errors:
            found = [*found, *self.complaints()]  # all that is wrong, at once
            raise ConfigValidationError("Config validation failed", errors=found)
        return found

    def complaints(self) -> list[str]:
        """What is wrong with the settings beyond their schema."""
        return []

    def completed(self, config: dict[str, Any]) -> dict[str, Any]:
        """The settings with those that others bring, before the SDK puts in its defaults."""
        return config

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> NoReturn:
        # No STATE from here: the record it would cover may be half written. The last one written holds.
        raise SystemExit(128 + signum)
