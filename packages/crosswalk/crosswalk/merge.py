"""The merge: pure functions that decide, property by property, what a record's edit means for the other side.

Each side is compared only with its own past (its shadow), never with the other side's values: a lossy mapping or a
system that rewrites what it stores can then not be mistaken for an edit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from crosswalk.entries import Conflict, Link
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.converters import Converter
    from crosswalk.entries import Owed
    from crosswalk.properties import Property
    from crosswalk.values import Value, Values
    from crosswalk.ways import Way

MAX_SKEW = 120.0
"""Seconds by which two systems' clocks may differ; changes closer than that happened at the same time."""


class Triage(Enum):
    """What a record needs, told without asking the other system."""

    NEW = "new"
    UNFINISHED = "unfinished"
    STALE = "stale"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DORMANT = "dormant"
    CLOSED = "closed"
    ORPHANED = "orphaned"
    GONE = "gone"


_WHATEVER_COMES = {"creating": Triage.UNFINISHED, "erased": Triage.CLOSED}
_IF_NEW = {"dormant": Triage.DORMANT, "tombstone": Triage.ORPHANED}


def triage(link: Link | None, source: Side, fingerprint: str, read_at: float) -> Triage:
    """Decide from the link alone what a record of the source needs.

    A record that was read before our last write to it, or before the state that we know, is stale: the overlap of
    the next run delivers it again. Only our own clock counts.
    """
    if link is None:
        return Triage.NEW
    if link.status in _WHATEVER_COMES:
        return _WHATEVER_COMES[link.status]
    wrote_at = link.wrote_at(source)
    if read_at < link.read_at(source) or (wrote_at and read_at <= wrote_at):
        return Triage.STALE
    if link.fingerprint(source) == fingerprint and link.status != "tombstone":
        return Triage.UNCHANGED
    return _IF_NEW.get(link.status, Triage.CHANGED)


@dataclass
class Decision:
    """What is to be done with one linked record.

    Attributes:
        write: Values to write, by property name.
        agreed: Properties on which both sides meet without a write: name to the target's value.
        kept: Properties where the two sides differ, and may: name to the target's value.
        owed: Properties whose target value the source is to get: name to that value.
        conflicts: Overridden values, for the record.
    """

    write: Values = field(default_factory=dict)
    agreed: Values = field(default_factory=dict)
    kept: Values = field(default_factory=dict)
    owed: Values = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def moved(way: Way, values: Values, link: Link) -> list[Property]:
    """The properties whose value differs from its shadow, or that never had one.

    One that the other side owns counts too: its edit is to be put right. One that is written with a new record only
    is looked at again where a row was there before, and never comes back from Business NXT later.
    """
    near, far = link.shadow(way.source), link.shadow(way.target)
    agreed = {each.place for each in way.mapping.properties if each.name in near and each.name in far}

    def has_moved(each: Property) -> bool:
        if each.name in near and each.name in far:
            edited = not way.same(way.source, each, values[each.name], near[each.name])
            return edited and (way.carries(each) or way.owned_there(each))
        if each.place in agreed:  # another row speaks for this column, as a freight line's product does
            return False
        return way.carries(each) and (not each.only_create or (way.into_businessnxt and bool(link.match_rule)))

    found = [each for each in way.mapping.properties if each.name in values and has_moved(each)]
    return found + _told_again(way, values, found)


def _told_again(way: Way, values: Values, found: Sequence[Property]) -> list[Property]:
    """What the company alone says, and with new records only, as a line's VAT: it may have been filled anew."""
    if way.into_businessnxt or not any(each.refills for each in found):
        return []
    return [each for each in way.carried if each.follows and each.name in values and each not in found]


@dataclass(frozen=True)
class Edit:
    """One record as it is merged.

    Attributes:
        values: The source's values.
        draft: The same as the target would hold them.
        extras: What decides beside the properties.
        changed_at: When the source's record was changed, by its own clock.
        owed: What either side is owed over it already: only `wins: newest` asks for that.
    """

    values: Values
    draft: Values
    extras: Values = field(default_factory=dict)
    changed_at: float | None = None
    owed: Sequence[Owed] = ()


@dataclass(frozen=True)
class Scales:
    """What a merge is weighed with: the direction, the converters, and our clock for the record."""

    way: Way
    converters: Dict[str, Converter]
    now: float


def decide(rows: Iterable[Property], edit: Edit, current: Dict[str, Value], link: Link, scales: Scales) -> Decision:
    """Merge the edits of one record into the target's row as it now stands.

    Args:
        rows: The properties that moved in the source.
        edit: The source's record.
        current: The target's row.
        link: Both shadows.
        scales: Direction, converters and clock.
    """
    bench = _Bench(edit, current, link, scales, frozen=scales.way.frozen(current, edit.extras))
    for each in rows:
        bench.weigh(each)
    return bench.decision


@dataclass
class _Bench:
    """One record's merge while it is being decided."""

    edit: Edit
    current: Dict[str, Value]
    link: Link
    scales: Scales
    frozen: bool
    decision: Decision = field(default_factory=Decision)

    @property
    def way(self) -> Way:
        return self.scales.way

    def weigh(self, each: Property) -> None:
        """Decide one property that moved in the source."""
        if not self.way.carries(each):
            self._give_back(each, rule="owner")
        elif each.name in self.edit.draft:
            self._weigh(each)

    def _weigh(self, each: Property) -> None:
        value, draft, held = self.edit.values[each.name], self.edit.draft[each.name], self._held(each)
        base = self.link.shadow(self.way.target)
        if self.way.agree(each, (value, draft, held), self.scales.converters):
            self.decision.agreed[each.name] = held
        elif each.only_create:
            self._once(each)
        elif self.frozen and self.way.into_businessnxt and each.wins == "manual":
            self._record(each, winner=None, rule="frozen")
        elif self.frozen and self.way.into_businessnxt:
            self._give_back(each, rule="frozen")
        elif not self._has_past(each):
            self._first_sight(each)
        elif self.way.same(self.way.target, each, held, base[each.name]):
            self._write(each)
        else:
            self._conflict(each)

    def _once(self, each: Property) -> None:
        """One that is told with a new record only; again where the company has made another thing of the row."""
        written = (self.way.mapping.by_name[name] for name in self.decision.write)
        if each.follows and not self.way.into_businessnxt and any(it.refills for it in written):
            self._write(each)
        elif self._has_moved(each):
            self._keep(each, rule="only_create")

    def _has_moved(self, each: Property) -> bool:
        if not self._has_past(each):
            return self.way.into_businessnxt  # else it only came along with what refills the row
        source = self.way.source
        return not self.way.same(source, each, self.edit.values[each.name], self.link.shadow(source)[each.name])

    def _held(self, each: Property) -> Value:
        if each.path is None and not self.way.into_businessnxt:  # it stands nowhere in the webshop's record
            return self.link.webshop_shadow.get(each.name)
        return self.way.held(each, self.current)

    def _first_sight(self, each: Property) -> None:
        """Without a past in common (a matched row, a new row of the mapping): blanks are filled, else `adopts`."""
        target, source = self.way.target, self.way.source
        if self.way.blank(target, each, self._held(each)):
            self._write(each)
        elif not self.way.blank(source, each, self.edit.values[each.name]):
            self._conflict(each)
        elif each.sync == "both":  # else its owner has said nothing yet, and will be heard when it does
            self._yield(each)

    def _conflict(self, each: Property) -> None:
        winner, rule = self._winner(each)
        if winner is self.way.source:
            self._write(each)
            self._record(each, winner=winner, rule=rule)
        elif winner is None:
            self._record(each, winner=None, rule=rule)
        else:
            self._record(each, winner=winner, rule=rule)
            self._yield(each)

    def _winner(self, each: Property) -> tuple[Side | None, str]:
        """Who wins, by which rule; the same answer whichever side is the source."""
        if self.frozen:
            return Side.BUSINESSNXT, "frozen"
        if self.way.back.owned_there(each) and each.name in self.link.shadow(self.way.target):
            return self.way.source, "owner"
        rule = self._rule(each)
        if rule == "manual":
            return None, rule
        if rule == "unless_blank":
            blank = self.way.blank(Side.WEBSHOP, each, self._value_on(Side.WEBSHOP, each))
            return (Side.BUSINESSNXT if blank else Side.WEBSHOP), rule
        if rule == "newest":
            return self._decided(each) or self._newest(each), rule
        return Side(rule), rule

    def _rule(self, each: Property) -> str:
        if self._has_past(each):
            return each.wins
        if each.identity and self.link.match_rule == "relink":
            return Side.WEBSHOP.value  # else the row would be found again as its old partner's
        return each.adopts or each.wins

    def _decided(self, each: Property) -> Side | None:
        """Who has won already and is to be paid for it, where both still say what they said then.

        A stamp is that of the whole record: it moves with other properties, too, and cannot be asked twice.
        """
        for debt in self._owed(each):
            loser, winner = debt.side, debt.side.other
            if self._says(winner, each, debt.value) and any(self._says(loser, each, it) for it in debt.lost):
                return winner
        return None

    def _says(self, side: Side, each: Property, value: Value) -> bool:
        return self.way.same(side, each, self._value_on(side, each), value)

    def _owed(self, each: Property) -> list[Owed]:
        return [debt for debt in self.edit.owed if debt.name == each.name]

    def _newest(self, each: Property) -> Side:
        """The side that was changed last; the webshop where the stamps cannot tell."""
        here, there = self._changed_at(each), self.way.changed_at(self.current, self.way.target)
        if here is None or there is None or abs(here - there) <= MAX_SKEW:
            return Side.WEBSHOP
        return self.way.source if here > there else self.way.target

    def _changed_at(self, each: Property) -> float | None:
        """When the source was changed; a debt that is paid remembers that, as no record is there to tell."""
        if self.edit.changed_at is not None:
            return self.edit.changed_at
        return next((debt.changed_at for debt in self._owed(each) if debt.side is self.way.target), None)

    def _write(self, each: Property) -> None:
        self.decision.write[each.name] = self.edit.draft[each.name]

    def _keep(self, each: Property, *, rule: str) -> None:
        """Let both sides differ."""
        self.decision.kept[each.name] = self._held(each)
        self._record(each, winner=self.way.target, rule=rule)

    def _yield(self, each: Property) -> None:
        """The target's value stands; the source gets it where anything comes back, else both may differ."""
        if self.way.back.carries(each) and not self.way.back.idle:
            self.decision.owed[each.name] = self._held(each)
        else:
            self.decision.kept[each.name] = self._held(each)

    def _give_back(self, each: Property, *, rule: str) -> None:
        self._record(each, winner=self.way.target, rule=rule)
        self._yield(each)

    def _value_on(self, side: Side, each: Property) -> Value:
        return self.edit.values[each.name] if side is self.way.source else self._held(each)

    def _base_on(self, side: Side, each: Property) -> Value:
        return self.link.shadow(side)[each.name] if self._has_past(each) else None

    def _has_past(self, each: Property) -> bool:
        """Whether both sides ever agreed on it."""
        return each.name in self.link.webshop_shadow and each.name in self.link.businessnxt_shadow

    def _record(self, each: Property, *, winner: Side | None, rule: str) -> None:
        if each.drifts:
            return
        self.decision.conflicts.append(
            Conflict(
                link_id=self.link.id,
                name=each.name,
                webshop_value=self._value_on(Side.WEBSHOP, each),
                businessnxt_value=self._value_on(Side.BUSINESSNXT, each),
                webshop_base=self._base_on(Side.WEBSHOP, each),
                businessnxt_base=self._base_on(Side.BUSINESSNXT, each),
                winner=winner.value if winner else "none",
                rule=rule,
                state="auto" if winner else "open",
                at=self.scales.now,
            )
        )
