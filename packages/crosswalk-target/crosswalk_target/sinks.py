"""The sinks: one gathers records with the time they were read, one keeps on record what the tap could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswalk import Incoming, MappingError
from singer_sdk.exceptions import MissingKeyPropertiesError
from singer_sdk.sinks import BatchSink
from typing_extensions import override

from crosswalk_target.validation import Validator

if TYPE_CHECKING:
    from crosswalk_target.target import CrosswalkTarget


class RecordSink(BatchSink):
    """Carries the records of one stream over."""

    MAX_SIZE_DEFAULT = 500
    target: CrosswalkTarget

    def __init__(
        self, target: CrosswalkTarget, stream_name: str, schema: dict[str, Any], key_properties: list[str] | None
    ) -> None:
        super().__init__(target, stream_name, schema, key_properties)
        self.target = target
        self._gathered: list[Incoming] = []

    @override
    def get_validator(self) -> Validator | None:
        return Validator(self.schema) if self.validate_schema else None

    def require_key(self, record: dict[str, Any]) -> None:
        """Refuse a record that cannot be recognised later.

        Raises:
            MissingKeyPropertiesError: The record breaks the promise of its own SCHEMA message.
        """
        missing = [each for each in self.key_properties if record.get(each) is None]
        if missing:
            raise MissingKeyPropertiesError(
                f"a record of stream '{self.stream_name}' has no {' and no '.join(missing)}, by which its SCHEMA says "
                "it is recognised; correct the tap. What no STATE covers yet is delivered again by the next run"
            )

    def check(self, record: dict[str, Any]) -> None:
        """Hold a record against its schema; raises `InvalidRecord`."""
        if self._validator is not None:
            self._validator.validate(record)

    @override
    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        self._gathered.append(Incoming(record, context["read_at"]))

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        gathered, self._gathered = self._gathered, []
        self.target.sync.apply(self.stream_name, gathered)
        self.target.sync.read(self.stream_name, [self._identity(each.record) for each in gathered])

    def _identity(self, record: dict[str, Any]) -> str:
        """The key of a record as taps tell it in their stream of rejects."""
        return "/".join(str(record[each]) for each in self.key_properties)


class RejectSink(RecordSink):
    """Keeps on record which records a tap could not read; the tap reads them again, and says when it could.

    Raises:
        MappingError: It is another stream of that name, and no mapping file names it.
    """

    def __init__(
        self, target: CrosswalkTarget, stream_name: str, schema: dict[str, Any], key_properties: list[str] | None
    ) -> None:
        super().__init__(target, stream_name, schema, key_properties)
        self._ours = set(self.key_properties) == {"stream", "id"}
        if not self._ours and target.config["unmapped_streams"] == "fail":
            raise MappingError(
                f"stream '{stream_name}' is not keyed by stream and id, as one that tells what a tap could not read, "
                "and has no mapping file. Add one, deselect the stream in the tap, or set unmapped_streams to ignore"
            )

    @override
    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        if not self._ours:
            return
        stream, identity = str(record["stream"]), str(record["id"])
        if record.get("resolved_at"):
            self.target.sync.read(stream, [identity])
            return
        words = f"{record.get('property')!r} {record.get('reason')}. {record.get('remedy') or ''}".rstrip()
        problem = f"the tap could not read it: {words}"
        column = str(record.get("property") or "")
        self.target.sync.misread(stream, identity, problem, column=column, read_at=context["read_at"])

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        """Nothing is left to do: each was kept as it came."""
