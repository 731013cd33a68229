"""All that leans on the inside of singer-sdk, checked against 0.54.9; a test fails when the SDK changes any of it.

Overridden: ``Stream._generate_record_messages`` (the time a record was *read*, and no second look at values that the
schema types already), ``Stream._increment_stream_state`` (a place along the key, not a greatest value),
``Stream._write_starting_replication_value`` (nobody reads it), ``PluginBase._validate_config`` (an empty setting is
none), ``Tap.cb_discover`` (what is wrong, in one line) and ``Tap._handle_termination`` (a stopped run has failed).
"""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

from businessnxt import BusinessNxtError
from singer_sdk import Stream, Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.singerlib import RecordMessage
from typing_extensions import override

from .errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from types import FrameType

    import click
    from singer_sdk.helpers.types import Context, Record


class DatedStream(Stream):
    """A stream that knows of its current record when it was read and what stands in STATE after it."""

    read_at: datetime  # start of the request that read the current record

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(name for name in self.schema["properties"] if self.mask["properties", name])

    @property
    def hidden(self) -> list[str]:
        """Properties that a catalog selects and this run cannot offer."""
        selected = (crumb[-1] for crumb, wanted in self.mask.items() if wanted and crumb[:-1] == ("properties",))
        return [name for name in selected if name not in self.schema["properties"]]

    @property
    def state(self) -> dict[str, Any]:
        """What STATE holds of this stream."""
        return self.get_context_state(None)

    def remember(self, **values: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Change it, so that the next STATE says so."""
        self.state.update(values)
        self.state_manager.is_flushed = False

    @override
    def _generate_record_messages(self, record: Record) -> Iterator[RecordMessage]:  # type: ignore[override]  # a generator is more than we need
        chosen = {name: value for name, value in record.items() if name in self._wanted}
        for stream_map in self.stream_maps:
            mapped = stream_map.transform(chosen)
            if mapped is not None:
                yield RecordMessage(
                    stream_map.stream_alias, mapped, version=self._stream_version, time_extracted=self.read_at
                )

    @override
    def _increment_stream_state(self, latest_record: Record, *, context: Context | None = None) -> None:
        """Nothing: whoever reads says how far STATE goes."""

    @override
    def _write_starting_replication_value(self, context: Context | None) -> None:
        """Nothing: the state says where a reading began."""

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """None: the SDK's own cap is this machine's clock, and the marks go by the server's."""

    @override
    def generate_child_contexts(self, record: Record, context: Context | None) -> Iterable[Context | None]:
        return ()  # no stream hangs on another: what belongs to a record is inside it


class HonestTap(Tap):
    """A tap that writes fast, says in one line what is wrong, and does not call a run complete that was stopped."""

    message_writer_class = MsgSpecWriter

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        with cls._in_a_line():
            super().invoke(**options)

    @classmethod
    @override
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:
        with cls._in_a_line():
            super().cb_discover(ctx, param, value)

    @classmethod
    @contextlib.contextmanager
    def _in_a_line(cls) -> Iterator[None]:
        """What a person can mend is said without a traceback."""
        try:
            yield
        except (BusinessNxtError, TapError) as error:
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
        self._config = {name: str(value) if name in secret else value for name, value in made.items()}
        return super()._validate_config(raise_errors=raise_errors)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> NoReturn:
        # No STATE from here: the record it would cover may be half written. The last one written holds.
        raise SystemExit(128 + signum)
