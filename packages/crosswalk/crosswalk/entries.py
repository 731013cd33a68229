"""The entries of the link store as plain values: links, open writes, and the records that could not be written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosswalk.sides import Side
    from crosswalk.values import Value, Values


GONE = "gone"
"""Fingerprint of the side on which a record was deleted: anything that comes from there again is news."""


KEPT = "kept"
"""The `match_rule` of a line that one side took out, and that stays on the other."""


@dataclass(frozen=True)
class Link:
    """One webshop record and one Business NXT row that are the same thing.

    What is known of either side stands in fields of its own; the sync, which runs both ways, asks for it by side.

    Attributes:
        entity: The mapping under which they are linked.
        webshop_id: The webshop's id.
        businessnxt_id: The key of the row, composite keys joined with `/`.
        id: The store's own number; 0 before it is saved.
        alias: A second look-up key of the webshop's record.
        businessnxt_alias: A second look-up key of the row: the number that Business NXT drew for it.
        parent_id: For lines: the link of the order.
        status: `dormant` (no row is needed yet), `creating`, `linked`, `tombstone` (one of the two is gone), `erased`
            (so is what was known of it) or `unlinked`.
        webshop_shadow: The webshop's values when both sides last agreed, in the webshop's own value space.
        businessnxt_shadow: The same for the row, in the ERP's value space.
        webshop_fingerprint: Digest of the webshop record that was last applied completely; an equal one needs no work.
        businessnxt_fingerprint: The same for the row.
        webshop_read_at: When the request was started that read the record of that state (our clock).
        businessnxt_read_at: The same for the row.
        webshop_wrote_at: When we last wrote to the record (our clock).
        businessnxt_wrote_at: When we last wrote to the row (our clock).
        match_rule: How the partner was found, or why it is made anew; empty when we made it.
        rev: Counts the changes of this link; a stale copy cannot be saved.
    """

    entity: str
    webshop_id: str | None
    businessnxt_id: str | None = None
    id: int = 0
    alias: str | None = None
    businessnxt_alias: str | None = None
    parent_id: int | None = None
    status: str = "creating"
    webshop_shadow: Values = field(default_factory=dict)
    businessnxt_shadow: Values = field(default_factory=dict)
    webshop_fingerprint: str = ""
    businessnxt_fingerprint: str = ""
    webshop_read_at: float = 0.0
    businessnxt_read_at: float = 0.0
    webshop_wrote_at: float = 0.0
    businessnxt_wrote_at: float = 0.0
    match_rule: str = ""
    rev: int = 0

    def id_on(self, side: Side) -> str | None:
        """The record's id, or the row's key."""
        found: str | None = getattr(self, f"{side.value}_id")
        return found

    def shadow(self, side: Side) -> Values:
        """This side's values when both sides last agreed."""
        found: Values = getattr(self, f"{side.value}_shadow")
        return found

    def fingerprint(self, side: Side) -> str:
        """Digest of what was last applied completely of this side."""
        return str(getattr(self, f"{side.value}_fingerprint"))

    def read_at(self, side: Side) -> float:
        """When this side's state that we know was read."""
        return float(getattr(self, f"{side.value}_read_at"))

    def wrote_at(self, side: Side) -> float:
        """When we last wrote to this side; 0 for never."""
        return float(getattr(self, f"{side.value}_wrote_at"))

    def on(self, side: Side, **known: Any) -> Link:  # noqa: ANN401 - each field has its own type
        """A copy that knows this of one side: `id`, `shadow`, `fingerprint`, `read_at` or `wrote_at`."""
        return replace(self, **{f"{side.value}_{name}": value for name, value in known.items()})


@dataclass(frozen=True)
class Pending:
    """A write that was announced before it was sent, and whose outcome is not yet known.

    Attributes:
        link_id: The link it belongs to.
        side: The system that is written to.
        op: `create`, `update` or `delete`.
        sent_at: When it was announced (our clock).
        values: Of an update by property name: the source's value, the value that was sent, and the one that it was to
            replace. Of a new record by the id of each of its lines: the line's values there and here. What the record
            itself was to be made with, its link remembers.
    """

    link_id: int
    side: Side
    op: str
    sent_at: float
    values: dict[str, tuple[Value, ...]]


@dataclass(frozen=True)
class Reject:
    """A record that could not be written, with its reason; it is tried again by itself."""

    entity: str
    side: Side
    source_id: str
    stream: str
    record: Values
    read_at: float
    kind: str
    message: str
    column: str = ""
    waiting_entity: str | None = None
    waiting_key: str | None = None
    attempts: int = 1
    first_at: float = 0.0
    next_retry_at: float = 0.0


@dataclass(frozen=True)
class Hold:
    """A record that waits until the outcome of an earlier write to its row is certain."""

    entity: str
    side: Side
    source_id: str
    stream: str
    record: Values
    read_at: float
    until: float


@dataclass(frozen=True)
class Conflict:
    """A property that both sides changed: both values, both bases, and who won by which rule."""

    link_id: int
    name: str
    webshop_value: Value
    businessnxt_value: Value
    webshop_base: Value
    businessnxt_base: Value
    winner: str
    rule: str
    state: str
    at: float


@dataclass(frozen=True)
class Owed:
    """A value that one side has not got yet although it lost: a conflict, or a property that it does not own.

    Attributes:
        link_id: The link.
        side: The side that is owed.
        name: The property.
        value: The winner's value, in the winner's own value space.
        read_at: When it was read there (our clock).
        lost: The value that lost, in the owed side's own value space; empty where none did.
        changed_at: When the winner was changed, by its own system's clock; None where that cannot be told.
    """

    link_id: int
    side: Side
    name: str
    value: Value
    read_at: float
    lost: tuple[Value, ...] = ()
    changed_at: float | None = None


@dataclass(frozen=True)
class Plan:
    """What a run was about to do when it was stopped because it was too much.

    Attributes:
        run_id: The run.
        pipeline: Its direction, such as `webshop-to-businessnxt`.
        entity: Of which entity.
        kind: `change` or `delete`.
        number: How many linked records the run would have touched by then, those included that it had touched.
        allowed: How many it may.
        linked: How many are linked.
        steps: What the batch would have done: ids on both sides, and by property the values before and after.
        state: `open`, `accepted` (the next run may go on) or `over`.
        at: When (our clock).
    """

    run_id: str
    pipeline: str
    entity: str
    kind: str
    number: int
    allowed: int
    linked: int
    steps: list[Values]
    state: str
    at: float
