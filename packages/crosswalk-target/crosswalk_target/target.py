"""The target that others are made from: the order of things between records, batches and STATE.

The SDK's `Target` lets STATE go at the end of the input or after five minutes, and drains its sinks in threads. Here
a batch is carried over as soon as it is full, one sink after the other, and the STATE that covers it follows at once.
"""

from __future__ import annotations

import abc
import functools
import gc
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import msgspec
from crosswalk import (
    CrosswalkError,
    Incoming,
    Limits,
    MappingError,
    MappingSet,
    Rehearsal,
    Side,
    Store,
    Synchronizer,
    load_mappings,
    rehearsing,
)
from singer_sdk.exceptions import InvalidJSONSchema, InvalidRecord, MissingKeyPropertiesError
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.singerlib.exceptions import InvalidInputLine
from singer_sdk.target_base import Target
from typing_extensions import override

from crosswalk_target.memory import Memory
from crosswalk_target.reader import MessageReader, hear_out
from crosswalk_target.sinks import RecordSink, RejectSink

if TYPE_CHECKING:
    from types import FrameType

    from crosswalk import Remote
    from singer_sdk.sinks import Sink

Method = TypeVar("Method", bound=Callable[..., None])

EXPECTED = (CrosswalkError, InvalidInputLine, InvalidJSONSchema, MissingKeyPropertiesError)
"""What stops a run and is no mistake of this program: settings, mapping files, input."""

REJECTS = "rejects"
"""The stream in which a tap tells what it could not read."""

STATE_PATIENCE = 5.0
"""Seconds after which a STATE is worth a batch that is not full."""


def _closing(method: Method) -> Method:
    """Release the lock and end the run when something stops the target; what comes after a pause is left alone."""

    @functools.wraps(method)
    def guarded(self: CrosswalkTarget, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the method takes them
        if self.paused:
            return
        try:
            method(self, *args, **kwargs)
        except self.pauses as pause:
            self.pause(pause)
        except BaseException as error:
            self.close(error)
            raise

    return cast("Method", guarded)


class CrosswalkTarget(Target):
    """Keeps records of one system in step with those of any tap, by mapping files and a link store.

    A subclass has the settings of `carrying()` and `company_no` among its own, and gives the `remote`.

    Attributes:
        expected: What stops a run because of the system that is written to, and is no mistake of this program.
        pauses: What ends a run early and well: that system takes no more for now.
        paused: Whether it has: no STATE follows, so that the next run is told again of what is left.
        source: The side that the records come from; the other one is written to.
    """

    expected: ClassVar[tuple[type[Exception], ...]] = ()
    pauses: ClassVar[tuple[type[Exception], ...]] = ()
    paused = False
    source: ClassVar[Side] = Side.WEBSHOP
    default_sink_class = RecordSink
    message_reader_class = MessageReader
    max_parallelism = 1
    capabilities: ClassVar = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.STRUCTURED_LOGGING,
        TargetCapabilities.VALIDATE_RECORDS,
    ]

    @override
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._stack = ExitStack()
        self._sync: Synchronizer | None = None
        self._memory: Memory | None = None
        self._gathered = 0
        self._drained_at = time.monotonic()

    # what the sinks work with

    @functools.cached_property
    def mappings(self) -> MappingSet:
        """The mapping files."""
        return load_mappings(self.config["mapping"])

    @abc.abstractmethod
    def remote(self, store: Store) -> Remote:
        """The system that is written to; it is asked for once, when the lock is about to be taken.

        Args:
            store: The link store, where the lookups of the company are kept from run to run.
        """

    @property
    def sync(self) -> Synchronizer:
        """The run; it begins, and takes the lock, with the first use."""
        if self._sync is None:
            store = self._store()
            self._stack.callback(store.close)
            self._memory = Memory(store)
            remote = self.remote(store)
            self._sync = self._stack.enter_context(
                Synchronizer(
                    self.mappings,
                    store,
                    Rehearsal(remote) if self._is_dry else remote,
                    source=self.source,
                    grace=float(self.config["grace_seconds"]),
                    patience=float(self.config["lock_patience"]),
                    limits=Limits(
                        self.config["max_changes_percent"],
                        self.config["max_changes_at_least"],
                        self.config["max_deletes"],
                    ),
                )
            )
        return self._sync

    @property
    def _is_dry(self) -> bool:
        return bool(self.config.get("dry_run"))

    def _store(self) -> Store:
        url, pair = self.config["link_store"], {"shop": self.config["shop"], "company": str(self.config["company_no"])}
        if not self._is_dry:
            return Store(url, **pair)
        return rehearsing(url, Path(self.config["dry_run"]), patience=float(self.config["lock_patience"]), **pair)

    def close(self, error: BaseException | None = None) -> None:
        """End the run and release the lock; an error is noted as the run's end."""
        self._sync = None
        self._stack.__exit__(type(error) if error else None, error, None)

    def pause(self, reason: Exception) -> None:
        """End the run here: what was carried over stands, and the next run goes on."""
        self.paused = True
        self.close(reason)
        self.logger.warning("%s What was carried over stands; the next run is told again of the rest.", reason)

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        """Run; what a person can mend is said in one line, without a traceback."""
        gc.freeze()  # records are trees, freed as they go: looking for cycles among them costs a tenth of a run
        gc.set_threshold(50_000, 20, 50)
        try:
            super().invoke(**options)
        except EXPECTED + cls.expected as error:
            try:
                hear_out()
            finally:
                cls.logger.error(error)  # noqa: TRY400 - the message says it all
            raise SystemExit(1) from error

    # messages

    @override
    def get_sink_class(self, stream_name: str) -> type[Sink]:
        removed = any(isinstance(each, RemoveRecordTransform) for each in self.mapper.stream_maps.get(stream_name, []))
        known = self.mappings.streams(self.source)
        if stream_name == REJECTS and stream_name not in known:
            return RejectSink
        if stream_name not in known and self.config["unmapped_streams"] == "fail" and not removed:
            raise MappingError(
                f"stream '{stream_name}' has no mapping file in '{self.config['mapping']}'; there are files for "
                f"{', '.join(known)}. Add one, deselect the stream in the tap, or set "
                "unmapped_streams to ignore"
            )
        return RecordSink

    @override
    @_closing
    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        super()._process_schema_message(message_dict)

    @override
    @_closing
    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        self._assert_line_requires(message_dict, requires={"stream", "record"})
        stream = message_dict["stream"]
        if stream not in self.mapper.stream_maps:
            self._assert_sink_exists(stream)
        read_at = _read_at(message_dict)
        for stream_map in self.mapper.stream_maps[stream]:
            record = stream_map.transform(message_dict["record"])
            if record is not None:
                self._take(cast("RecordSink", self.get_sink(stream_map.stream_alias)), record, read_at)
        if self._gathered >= self.config["batch_size_rows"]:
            self.drain_all()

    def _take(self, sink: RecordSink, record: dict[str, Any], read_at: float) -> None:
        sink.require_key(record)
        sink.tally_record_read()
        sink.record_counter_metric.increment()
        try:
            sink.check(record)
        except InvalidRecord as error:
            self.sync.refuse(sink.stream_name, Incoming(record, read_at), error.error_message)
            return
        sink.process_record(record, {"read_at": read_at})
        self._gathered += 1

    @override
    @_closing
    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        """Note a STATE; it goes out with the next batch, or at once when nothing waits before it."""
        self._assert_line_requires(message_dict, requires={"value"})
        _ = self.sync
        if self._memory is not None:
            self._memory.recognise(message_dict["value"], first=not self.mapper.stream_maps)
        super()._process_state_message(message_dict)
        if not self._gathered or time.monotonic() - self._drained_at > STATE_PATIENCE:
            self.drain_all()

    @override
    def _reset_max_record_age(self) -> None:
        super()._reset_max_record_age()
        self._gathered = 0
        self._drained_at = time.monotonic()

    @override
    def _write_state_message(self, state: dict[str, Any]) -> None:
        if self._is_dry:
            return
        super()._write_state_message(self._memory.sign(state) if self._memory else state)

    @override
    @_closing
    def process_endofpipe(self) -> None:
        sync = self.sync  # earlier rejects are tried again even when the tap had nothing to say
        super().process_endofpipe()
        totals = sync.totals()
        self.close()
        if self._is_dry:
            self._tell(totals)

    def _tell(self, totals: dict[str, dict[str, int]]) -> None:
        """Say what a dry run would have done."""
        for entity, counts in totals.items():
            told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
            self.logger.info("dry run, nothing was written: %s: %s", entity, told)
        self.logger.info("crosswalk --link-store sqlite:///%s writes  # shows each of them", self.config["dry_run"])

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop at once: what was committed stands, what was not is delivered again; never drain from a handler."""
        raise SystemExit(128 + signum)


def _read_at(message: dict[str, Any]) -> float:
    """When the record was read: the tap's stamp, else now; never later than now, or later edits would seem old.

    Raises:
        InvalidInputLine: The stamp is no time.
    """
    now, stamp = time.time(), message.get("time_extracted")
    if not stamp:
        return now
    try:
        moment = msgspec.convert(stamp, datetime, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInputLine(
            f"a record of stream '{message['stream']}' has time_extracted '{stamp}', which is no time in RFC 3339, "
            "for example 2026-01-31T12:00:00Z; correct the tap"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return min(moment.timestamp(), now)
