"""The merge: pure functions that decide, property by property, what a record's edit means for the other side.

Each side is compared only with its own past (its shadow), never with the other side's values: a lossy mapping or a
system that rewrites what it stores can then not be mistaken for an edit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from crosswalk.entries import Conflict, Link, Pending

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.mapping import Mapping, Property
    from crosswalk.values import Value, Values


class Triage(Enum):
    """What a record needs, told without asking the other system."""

    NEW = "new"
    UNFINISHED = "unfinished"
    STALE = "stale"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DORMANT = "dormant"
    CLOSED = "closed"


def triage(link: Link | None, fingerprint: str, read_at: float) -> Triage:
    """Decide from the link alone what a webshop record needs.

    A record that was read before our last write to it, or before the state that we know, is stale: the overlap of
    the next run delivers it again. Only our own clock counts.
    """
    if link is None:
        return Triage.NEW
    if link.status == "creating":
        return Triage.UNFINISHED
    if link.status in ("tombstone", "quarantined"):
        return Triage.CLOSED
    if read_at < link.webshop_read_at or (link.webshop_wrote_at and read_at <= link.webshop_wrote_at):
        return Triage.STALE
    if link.fingerprint == fingerprint:
        return Triage.UNCHANGED
    return Triage.DORMANT if link.status == "dormant" else Triage.CHANGED


@dataclass
class Decision:
    """What is to be done with one linked record.

    Attributes:
        write: Values to write, by property name.
        agreed: Properties on which both sides meet without a write: name to the row's value.
        kept: Properties where the other side's value stands: name to the row's value.
        conflicts: Overridden values, for the record.
    """

    write: Values = field(default_factory=dict)
    agreed: Values = field(default_factory=dict)
    kept: Values = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def moved(mapping: Mapping, values: Values, link: Link) -> list[Property]:
    """The properties whose webshop value differs from its shadow, or that never had one."""
    return [
        each
        for each in mapping.properties
        if each.sent
        and each.name in values
        and (
            each.name not in link.webshop_shadow
            or each.name not in link.businessnxt_shadow
            or not each.same_webshop(values[each.name], link.webshop_shadow[each.name])
        )
    ]


def decide(rows: Iterable[Property], edit: Edit, current: Dict[str, Value], link: Link, *, now: float) -> Decision:
    """Merge the webshop's edits of one record into the row as it now stands.

    Args:
        rows: The properties that moved in the webshop.
        edit: The webshop's values, as they are and as column values.
        current: The row's columns.
        link: Both shadows.
        now: Our clock, for the record.
    """
    bench = _Bench(edit, current, link, now)
    for each in rows:
        if each.name in edit.draft:
            bench.weigh(each)
    return bench.decision


@dataclass(frozen=True)
class Edit:
    """One record's values in the webshop's own form, and as the columns would take them."""

    values: Values
    draft: Values


@dataclass
class _Bench:
    """One record's merge while it is being decided."""

    edit: Edit
    current: Dict[str, Value]
    link: Link
    now: float
    decision: Decision = field(default_factory=Decision)

    def weigh(self, each: Property) -> None:
        """Decide one property that moved in the webshop."""
        held, base = self._held(each), self.link.businessnxt_shadow
        if each.same_businessnxt(self.edit.draft[each.name], held):
            self.decision.agreed[each.name] = held
        elif each.only_create:
            self._keep(each, rule="only_create")
        elif each.name not in base:
            self._first_sight(each)
        elif each.same_businessnxt(held, base[each.name]):
            self._write(each)
        else:
            self._conflict(each)

    def _held(self, each: Property) -> Value:
        return self.current.get(each.column, each.type.unset)

    def _blank(self, each: Property) -> bool:
        return bool(each.type.canonical(self.edit.draft[each.name]) == each.type.unset)

    def _first_sight(self, each: Property) -> None:
        """Without a past in common (a matched row, a new mapping row) a blank takes the other's value, else `wins`."""
        if each.type.canonical(self._held(each)) == each.type.unset:
            self._write(each)
        elif self._blank(each):
            self.decision.kept[each.name] = self._held(each)
        else:
            self._conflict(each)

    def _conflict(self, each: Property) -> None:
        if each.wins == "webshop" or (each.wins == "unless_blank" and not self._blank(each)):
            self._write(each)
            self._record(each, winner="webshop", rule=each.wins)
        else:
            self._keep(each, rule=each.wins)

    def _write(self, each: Property) -> None:
        self.decision.write[each.name] = self.edit.draft[each.name]

    def _keep(self, each: Property, *, rule: str) -> None:
        self.decision.kept[each.name] = self._held(each)
        self._record(each, winner="none" if rule == "manual" else "businessnxt", rule=rule)

    def _record(self, each: Property, *, winner: str, rule: str) -> None:
        self.decision.conflicts.append(
            Conflict(
                link_id=self.link.id,
                name=each.name,
                webshop_value=self.edit.values[each.name],
                businessnxt_value=self._held(each),
                webshop_base=self.link.webshop_shadow.get(each.name)
                if each.name in self.link.businessnxt_shadow
                else None,
                businessnxt_base=self.link.businessnxt_shadow.get(each.name),
                winner=winner,
                rule=rule,
                state="open" if winner == "none" else "auto",
                at=self.now,
            )
        )


@dataclass(frozen=True)
class Settled:
    """What became of a write whose answer was lost.

    Attributes:
        webshop: Values of the webshop that did arrive, by name.
        businessnxt: What the row holds of them.
        certain: Whether nothing can still land.
    """

    webshop: Values
    businessnxt: Values
    certain: bool


def settle(
    pending: Pending, mapping: Mapping, current: Dict[str, Value], link: Link, *, age: float, grace: float
) -> Settled:
    """Find out from the row itself whether an announced write landed.

    A row that still holds the old value may receive the write late, until `grace` seconds after it was sent; a row
    that holds the sent value has it; any third value is somebody else's edit and left to the merge.
    """
    webshop: Values = {}
    businessnxt: Values = {}
    certain = True
    for name, (source, sent) in pending.values.items():
        each = mapping.by_name.get(name)
        if each is None:
            continue
        held = current.get(each.column, each.type.unset)
        if each.same_businessnxt(held, sent):
            webshop[name], businessnxt[name] = source, held
        elif each.same_businessnxt(held, link.businessnxt_shadow.get(name)) and age < grace:
            certain = False
    return Settled(webshop, businessnxt, certain)
