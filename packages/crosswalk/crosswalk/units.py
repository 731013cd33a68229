"""One record on its way through the sync: its values, its lines and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crosswalk.codec import digest
from crosswalk.errors import Rejected
from crosswalk.paths import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswalk.mapping import Mapping
    from crosswalk.values import Value, Values


@dataclass(frozen=True)
class Incoming:
    """A record as a target received it.

    Attributes:
        record: The Singer record.
        read_at: When the request was started that read it, in seconds since 1970 by this host's clock.
    """

    record: dict[str, Value]
    read_at: float


@dataclass(frozen=True)
class Unit:
    """A record of one entity, read by its mapping.

    Attributes:
        id: Its webshop id; a line's begins with that of its order.
        reference: The text that marks its row in the ERP.
        values: Its webshop values by property name.
        read_at: When it was read (our clock).
        alias: Its second look-up key.
        fingerprint: Digest of everything the mapping reads of it.
        deleted: Whether the webshop says that it is gone.
        lines: Its lines; None where the entity has none.
        parent: For a line: the webshop id of its order.
        origin: The Singer record it was taken from, kept for rejects.
    """

    id: str
    reference: str
    values: Values
    read_at: float
    alias: str | None = None
    fingerprint: str = ""
    deleted: bool = False
    lines: tuple[Unit, ...] | None = None
    parent: str = ""
    origin: dict[str, Value] = field(default_factory=dict, repr=False)


def read(mapping: Mapping, incoming: Incoming) -> Iterator[Unit]:
    """Read the units of one entity out of a record.

    Raises:
        Rejected: The record has no id, or a step of `prepare` cannot use it.
    """
    for record in mapping.records(incoming.record):
        identity = mapping.identify(record)
        values = mapping.read(record, identity)
        lines = tuple(_lines(mapping, record, identity, incoming.read_at))
        yield Unit(
            id=identity,
            reference=identity,
            values=values,
            read_at=incoming.read_at,
            alias=_alias(mapping, record),
            fingerprint=fingerprint(mapping, values, lines),
            deleted=bool(incoming.record.get("deleted_at")),
            lines=lines if mapping.lines else None,
            origin=incoming.record,
        )


def fingerprint(mapping: Mapping, values: Values, lines: Sequence[Unit] = ()) -> str:
    """Digest of all that a mapping reads of a record; another one when the mapping itself has changed."""
    return digest([mapping.version, values, [each.values for each in lines]])


def _lines(mapping: Mapping, record: dict[str, Value], order: str, read_at: float) -> Iterator[Unit]:
    if mapping.lines is None or mapping.lines_path is None:
        return
    items = mapping.lines_path.read(record)
    if items is MISSING or items is None:
        return
    if not isinstance(items, list):
        raise Rejected(f"'{mapping.lines_path.text}' is no list of lines", column=mapping.lines_path.text)
    for item in items:
        if mapping.lines.when is None or mapping.lines.when.read(item):
            own = mapping.lines.identify(item)
            yield Unit(f"{order}/{own}", own, mapping.lines.read(item, own), read_at, parent=order)


def _alias(mapping: Mapping, record: dict[str, Value]) -> str | None:
    value = mapping.alias.read(record) if mapping.alias else None
    return None if value is MISSING or value is None else str(value)


def newest(units: Iterable[Unit]) -> dict[str, Unit]:
    """Of several versions of one record keep the one that was read last; the later of two read at once."""
    found: dict[str, Unit] = {}
    for unit in units:
        known = found.get(unit.id)
        if known is None or unit.read_at >= known.read_at:
            found.pop(unit.id, None)
            found[unit.id] = unit
    return found
