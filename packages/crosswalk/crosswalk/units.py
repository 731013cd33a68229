"""One record on its way through the sync: its values, its lines and where it came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crosswalk.codec import digest
from crosswalk.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswalk.entries import Link
    from crosswalk.values import Value, Values
    from crosswalk.ways import Way


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
        id: Its id in the source; a line's begins with that of its order.
        reference: The text that marks its partner in the target.
        values: Its values by property name, in the source's own value space.
        read_at: When it was read (our clock).
        alias: Its second look-up key.
        named: The target's id that the record carries; empty where it carries none.
        fingerprint: Digest of everything the mapping reads of it.
        deleted: Whether the source says that it is gone.
        lines: Its lines; None where the entity has none, or the record says nothing of them.
        parent: For a line: the id of its order.
        wanted: Whether a partner is to be made where it has none.
        extras: Columns beside the properties that the merge looks at.
        changed_at: When it was last changed, by its own system's clock.
        origin: The Singer record it was taken from, kept for rejects.
    """

    id: str
    reference: str
    values: Values
    read_at: float
    alias: str | None = None
    named: str = ""
    fingerprint: str = ""
    deleted: bool = False
    lines: tuple[Unit, ...] | None = None
    parent: str = ""
    wanted: bool = True
    extras: Values = field(default_factory=dict)
    changed_at: float | None = None
    origin: dict[str, Value] = field(default_factory=dict, repr=False)


def read(way: Way, incoming: Incoming) -> Iterator[Unit]:
    """Read the units of one entity out of a record.

    Raises:
        Rejected: The record has no id, two of its lines have the same, or a step of `prepare` cannot use it.
    """
    for record in way.records(incoming.record):
        identity = way.identify(record)
        values = way.read(record, identity)
        lines = _lines(way, record, identity, incoming.read_at)
        alias = way.alias_of(record, values)
        yield Unit(
            id=identity,
            reference=way.reference_of(identity, alias),
            values=values,
            read_at=incoming.read_at,
            alias=alias,
            wanted=way.wanted(record),
            named=way.named(record),
            fingerprint=fingerprint(way, values, lines or ()),
            deleted=way.deleted(incoming.record),
            lines=lines,
            extras=way.extras(record),
            changed_at=way.changed_at(record, way.source),
            origin=incoming.record,
        )


def fingerprint(way: Way, values: Values, lines: Sequence[Unit] = ()) -> str:
    """Digest of all that a mapping reads of a record; another one when the mapping itself has changed."""
    return digest([way.mapping.version, values, [[each.id, each.values] for each in lines]])


def _lines(way: Way, record: dict[str, Value], order: str, read_at: float) -> tuple[Unit, ...] | None:
    inner, items = way.lines, way.items(record)
    if inner is None or items is None:
        return None
    lines = tuple(_line(inner, each, order, read_at) for each in items)
    twice = [name for name, times in Counter(each.reference for each in lines).items() if times > 1]
    if twice:
        raise Rejected(
            f"the line id '{twice[0]}' stands on several of its lines, and nobody can tell which is which; give each "
            "line an id of its own",
            kind="duplicate",
        )
    return lines


def _line(way: Way, item: dict[str, Value], order: str, read_at: float) -> Unit:
    own = way.identify(item)
    return Unit(
        id=f"{order}/{own}" if way.into_businessnxt else own,
        reference=own if way.into_businessnxt else way.reference_of(own),
        values=way.read(item, own),
        read_at=read_at,
        named=way.named(item),
        parent=order,
        extras=way.extras(item),
    )


def newest(units: Iterable[Unit]) -> dict[str, Unit]:
    """Of several versions of one record keep the one that was read last; the later of two read at once."""
    found: dict[str, Unit] = {}
    for unit in units:
        known = found.get(unit.id)
        if known is None or unit.read_at >= known.read_at:
            found.pop(unit.id, None)
            found[unit.id] = unit
    return found


def remembered(way: Way, link: Link) -> Unit:
    """A record as its link remembers it."""
    identity = link.id_on(way.source) or ""
    alias = link.alias if way.into_businessnxt else link.businessnxt_alias
    return Unit(
        id=identity,
        reference=way.reference_of(identity, alias),
        values=link.shadow(way.source),
        read_at=link.read_at(way.source),
        alias=alias,
        fingerprint=link.fingerprint(way.source),
    )


def resumed(way: Way, link: Link) -> Unit:
    """The same as if it were complete, so that it counts as unchanged when the tap delivers it again."""
    return replace(remembered(way, link), fingerprint=fingerprint(way, link.shadow(way.source)))
