"""The target: its settings, and the order of things between records, batches and STATE.

The SDK's `Target` lets STATE go at the end of the input or after five minutes, and drains its sinks in threads. Here
a batch is carried over as soon as it is full, one sink after the other, and the STATE that covers it follows at once.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import msgspec
from businessnxt import BusinessNxtError, Client, Credentials
from crosswalk import CrosswalkError, Incoming, MappingError, MappingSet, Store, Synchronizer, load_mappings
from singer_sdk import typing as th
from singer_sdk.exceptions import InvalidJSONSchema, InvalidRecord, MissingKeyPropertiesError
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.singerlib.exceptions import InvalidInputLine
from singer_sdk.target_base import Target
from typing_extensions import override

from target_businessnxt import __version__
from target_businessnxt.company import Company
from target_businessnxt.memory import Memory
from target_businessnxt.reader import MessageReader
from target_businessnxt.setup import check_columns, load_lookups, with_choices
from target_businessnxt.sinks import RecordSink

if TYPE_CHECKING:
    from types import FrameType

    from singer_sdk.sinks import Sink

Method = TypeVar("Method", bound=Callable[..., None])

EXPECTED = (CrosswalkError, BusinessNxtError, InvalidInputLine, InvalidJSONSchema, MissingKeyPropertiesError)
"""What stops a run and is no mistake of this program: settings, mapping files, input, the company."""

STATE_PATIENCE = 5.0
"""Seconds after which a STATE is worth a batch that is not full."""


def _closing(method: Method) -> Method:
    """Release the lock and end the run when something stops the target."""

    @functools.wraps(method)
    def guarded(self: TargetBusinessNxt, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the method takes them
        try:
            method(self, *args, **kwargs)
        except BaseException as error:
            self.close(error)
            raise

    return cast("Method", guarded)


class TargetBusinessNxt(Target):
    """Keeps rows of Visma Business NXT in step with the records of any tap, by mapping files and a link store."""

    name = "target-businessnxt"
    package_name = "target-businessnxt"
    plugin_version = __version__
    default_sink_class = RecordSink
    message_reader_class = MessageReader
    max_parallelism = 1
    capabilities: ClassVar = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.STRUCTURED_LOGGING,
        TargetCapabilities.VALIDATE_RECORDS,
    ]

    config_jsonschema = th.PropertiesList(
        th.Property(
            "api_url",
            th.StringType,
            default="https://business.visma.net/api/graphql-service",
            title="API URL",
            description="GraphQL end point of Business NXT.",
        ),
        th.Property(
            "token_url",
            th.StringType,
            default="https://connect.visma.com/connect/token",
            title="Token URL",
            description="Token end point of Visma Connect.",
        ),
        th.Property(
            "client_id",
            th.StringType,
            required=True,
            title="Client id",
            description="The service application's client id; it must stand in the company's table User.",
        ),
        th.Property(
            "client_secret",
            th.StringType,
            required=True,
            secret=True,
            title="Client secret",
            description="The service application's secret.",
        ),
        th.Property(
            "scope",
            th.StringType,
            default="business-graphql-service-api:access-group-based",
            title="Scope",
            description="OAuth2 scope that is asked for.",
        ),
        th.Property(
            "company_no",
            th.IntegerType,
            required=True,
            title="Company",
            description="The company's Visma.net id (`vismaNetCompanyId`), not its number inside Business NXT.",
        ),
        th.Property(
            "shop",
            th.StringType,
            default="webshop",
            title="Webshop",
            description="Name of the webshop; a link store belongs to one webshop and one company.",
        ),
        th.Property(
            "mapping",
            th.StringType,
            required=True,
            title="Mapping folder",
            description="Folder with the mapping files, one per entity.",
        ),
        th.Property(
            "link_store",
            th.StringType,
            required=True,
            title="Link store",
            description="SQLAlchemy URL of the link store, with an absolute path: `sqlite:////srv/…/links.db` or "
            "`postgresql+psycopg://…`. Losing it costs the memory of what belongs together: back it up.",
        ),
        th.Property(
            "batch_size_rows",
            th.IntegerType(minimum=1),
            default=500,
            title="Batch size",
            description="Records that are carried over together; STATE follows each batch.",
        ),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1),
            default=500,
            title="Page size",
            description="Rows per page when Business NXT is read.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=90,
            title="Request time-out",
            description="Seconds to wait for an answer. Business NXT itself gives up after 59; whoever gives up before "
            "leaves one of the company's 60 places for requests taken for half an hour, so set 60 or more.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default=f"target-businessnxt/{__version__}",
            title="User agent",
            description="Sent with every request.",
        ),
        th.Property(
            "customer_accounts",
            th.StringType,
            allowed_values=["always", "when_ordered", "never"],
            default="when_ordered",
            title="Customer accounts",
            description="When a customer gets an Associate besides its Address: always, with the first order, never.",
        ),
        th.Property(
            "guest_customer_no",
            th.IntegerType,
            title="Guest customer",
            description="Customer number on which all guest orders are booked; without it a guest gets an Associate "
            "of its own, by e-mail address.",
        ),
        th.Property(
            "grace_seconds",
            th.IntegerType(minimum=0),
            default=900,
            title="Grace",
            description="Seconds after which a write whose answer was lost can no longer happen. Only costs time "
            "after a crash; too short a grace can make a row twice.",
        ),
        th.Property(
            "lock_patience",
            th.IntegerType(minimum=0),
            default=0,
            title="Lock patience",
            description="Seconds to wait for another sync of the same company to end before giving up.",
        ),
        th.Property(
            "locked_row_patience",
            th.IntegerType(minimum=0),
            default=10,
            title="Patience with locked rows",
            description="Seconds that a batch waits for rows that a person has open in Business NXT. What stays "
            "locked is left for a later run.",
        ),
        th.Property(
            "load_method",
            th.StringType,
            allowed_values=["upsert"],
            default="upsert",
            title="Load method",
            description="There is only this one: what is linked is changed, what is not is matched or made.",
        ),
        th.Property(
            "unmapped_streams",
            th.StringType,
            allowed_values=["fail", "ignore"],
            default="fail",
            title="Unmapped streams",
            description="What to do with a stream that no mapping file names.",
        ),
    ).to_dict()

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
        """The mapping files, with the choices of the settings worked in."""
        guest = self.config.get("guest_customer_no")
        return with_choices(load_mappings(self.config["mapping"]), self.config["customer_accounts"], guest)

    @property
    def sync(self) -> Synchronizer:
        """The run; it begins, and takes the lock, with the first use."""
        if self._sync is None:
            store = Store(self.config["link_store"], shop=self.config["shop"], company=str(self.config["company_no"]))
            self._stack.callback(store.close)
            self._memory = Memory(store)
            self._sync = self._stack.enter_context(
                Synchronizer(
                    self.mappings,
                    store,
                    self._company(),
                    grace=float(self.config["grace_seconds"]),
                    patience=float(self.config["lock_patience"]),
                )
            )
        return self._sync

    def _company(self) -> Company:
        client = Client(
            Credentials(
                self.config["client_id"],
                self.config["client_secret"],
                token_url=self.config["token_url"],
                scope=self.config["scope"],
            ),
            api_url=self.config["api_url"],
            company_no=self.config["company_no"],
            timeout=float(self.config["request_timeout"]),
            user_agent=self.config["user_agent"],
            page_size=self.config["page_size"],
            batch_size=self.config["batch_size_rows"],
            locked_row_patience=float(self.config["locked_row_patience"]),
        )
        load_lookups(self.mappings, client)
        return Company(client, user=self.config["client_id"], check=lambda: check_columns(self.mappings, client))

    def close(self, error: BaseException | None = None) -> None:
        """End the run and release the lock; an error is noted as the run's end."""
        self._sync = None
        self._stack.__exit__(type(error) if error else None, error, None)

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        """Run; what a person can mend is said in one line, without a traceback."""
        try:
            super().invoke(**options)
        except EXPECTED as error:
            cls.logger.error(error)  # noqa: TRY400 - the message says it all
            raise SystemExit(1) from error

    # messages

    @override
    def get_sink_class(self, stream_name: str) -> type[Sink]:
        removed = any(isinstance(each, RemoveRecordTransform) for each in self.mapper.stream_maps.get(stream_name, []))
        if stream_name not in self.mappings.streams and self.config["unmapped_streams"] == "fail" and not removed:
            raise MappingError(
                f"stream '{stream_name}' has no mapping file in '{self.config['mapping']}'; there are files for "
                f"{', '.join(self.mappings.streams)}. Add one, deselect the stream in the tap, or set "
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
            self._memory.recognise(message_dict["value"])
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
        super()._write_state_message(self._memory.sign(state) if self._memory else state)

    @override
    @_closing
    def process_endofpipe(self) -> None:
        _ = self.sync  # earlier rejects are tried again even when the tap had nothing to say
        super().process_endofpipe()
        self.close()

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
