"""The entries of the link store as plain values: links, open writes, and the records that could not be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswalk.sides import Side
    from crosswalk.values import Value, Values


@dataclass(frozen=True)
class Link:
    """One webshop record and one Business NXT row that are the same thing.

    Attributes:
        id: The store's own number; 0 before it is saved.
        entity: The mapping under which they are linked.
        webshop_id: The webshop's id.
        businessnxt_id: The key of the row, composite keys joined with `/`.
        alias: A second look-up key of the webshop's record.
        parent_id: For lines: the link of the order.
        status: `dormant` (no row is needed yet), `creating`, `linked`, `tombstone`, `quarantined` or `unlinked`.
        webshop_shadow: The webshop's values when both sides last agreed, in the webshop's own value space.
        businessnxt_shadow: The same for the row, in the ERP's value space.
        fingerprint: Digest of the webshop record that was last applied completely; an equal one needs no work.
        webshop_read_at: When the request was started that read the record of that state (our clock).
        businessnxt_wrote_at: When we last wrote to the row (our clock).
        match_rule: How the row was found; empty when we made it.
        rev: Counts the changes of this link; a stale copy cannot be saved.
    """

    entity: str
    webshop_id: str | None
    businessnxt_id: str | None = None
    id: int = 0
    alias: str | None = None
    parent_id: int | None = None
    status: str = "creating"
    webshop_shadow: Values = field(default_factory=dict)
    businessnxt_shadow: Values = field(default_factory=dict)
    fingerprint: str = ""
    webshop_read_at: float = 0.0
    webshop_wrote_at: float = 0.0
    businessnxt_read_at: float = 0.0
    businessnxt_wrote_at: float = 0.0
    match_rule: str = ""
    rev: int = 0


@dataclass(frozen=True)
class Pending:
    """A write that was announced before it was sent, and whose outcome is not yet known.

    Attributes:
        link_id: The link it belongs to.
        side: The system that is written to.
        op: `create` or `update`.
        sent_at: When it was announced (our clock).
        values: By property name: the source's value and the value that was sent.
    """

    link_id: int
    side: Side
    op: str
    sent_at: float
    values: dict[str, tuple[Value, Value]]


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
