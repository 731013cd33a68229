"""One mapping seen in one direction: where its records come from, where they go, and how values cross over.

The sync knows no webshop and no Business NXT, only a source and a target; what differs between the two directions is
said here. All of it is pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from crosswalk.converters import COMPARATORS
from crosswalk.errors import Rejected
from crosswalk.paths import MISSING
from crosswalk.properties import LinkTo
from crosswalk.remote import RemoteTable
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.converters import Converter
    from crosswalk.entries import Link
    from crosswalk.mapping import Mapping
    from crosswalk.properties import Property
    from crosswalk.values import Value, Values

DELETED = {Side.WEBSHOP: "deleted_at", Side.BUSINESSNXT: "_sdc_deleted_at"}
"""What a record has that is gone."""

STAMPS = {Side.WEBSHOP: "updated_at", Side.BUSINESSNXT: "changedTimestamp"}
"""When a record was last changed, by its own system's clock: asked for by `wins: newest` only."""

SHOP_REFERENCE = "external_id"
"""Where a record of the webshop carries the key of its row (webshop contract)."""

OWN = "{}:{}"
"""How a record says that it was made for a row of another table than the one its `external_id` is meant for."""

LINE_ID = "nxt-{}"
"""The id of an order line that was made in Business NXT: we choose it, so that it is known before it is made."""


@dataclass(frozen=True)
class Rule:
    """One way to find what already stands for the same thing in the target.

    Attributes:
        name: The property whose source value is looked for.
        place: Where the target should hold it.
        same: The comparator.
        is_key: Whether the target knows its rows by it, so that there can be no second one.
    """

    name: str
    place: str
    same: str | None
    is_key: bool

    def key(self, values: Values) -> str | None:
        """The value to look for; None when the record has none."""
        value = values.get(self.name)
        return None if value in (None, "", 0) else str(value).strip()

    def spellings(self, key: str) -> list[str]:
        """How a value may be written where it is looked for: a system finds only what is spelled just so."""
        folded = self.fold(key)
        found = [key, folded]
        if self.same == "digits":
            found.append(" ".join(folded[start : start + 3] for start in range(0, len(folded), 3)))
        return found

    def fold(self, value: Value) -> str:
        """Reduce a value to the form in which equal ones look equal."""
        return COMPARATORS[self.same](value) if self.same else str(value).strip()


@dataclass(frozen=True)
class Way:
    """A mapping and the side that its records come from."""

    mapping: Mapping
    source: Side = Side.WEBSHOP

    @property
    def target(self) -> Side:
        """The side that is written to."""
        return self.source.other

    @property
    def entity(self) -> str:
        """The entity's name."""
        return self.mapping.entity

    @property
    def into_businessnxt(self) -> bool:
        """Whether records go from the webshop to Business NXT."""
        return self.source is Side.WEBSHOP

    @property
    def stream(self) -> str | None:
        """The Singer stream that brings the records; None where nothing comes this way."""
        return self.mapping.stream if self.into_businessnxt else self.mapping.businessnxt_stream

    @cached_property
    def back(self) -> Way:
        """The other direction."""
        return Way(self.mapping, self.target)

    @cached_property
    def lines(self) -> Way | None:
        """The records inside the records."""
        return Way(self.mapping.lines, self.source) if self.mapping.lines else None

    @property
    def create(self) -> str:
        """When a record without a partner gets one made: `always`, `on_demand`, `match` (never made) or `never`."""
        return self.mapping.create if self.into_businessnxt else self.mapping.create_in_webshop

    @property
    def marks(self) -> Dict[str, Value]:
        """What a deactivated row of the target holds: by column or path the value, or the bits to set or to clear."""
        return self.mapping.inactive.get(self.target.value, {})

    def marked(self, row: Dict[str, Value]) -> Values:
        """The marked columns of a row as they are to be once it is deactivated."""
        return {place: _with_bits(row.get(place), mark) for place, mark in self.marks.items()}

    @property
    def when_gone(self) -> str:
        """What becomes of the target's row when the source's record is gone."""
        return self.mapping.deleted_in.get(self.source.value, "deactivate" if self.marks else "ignore")

    @property
    def idle(self) -> bool:
        """Whether nothing ever goes this way."""
        return self.stream is None or not self.carried

    @cached_property
    def carried(self) -> tuple[Property, ...]:
        """The properties that are written to the target, in the order of assignment."""
        return tuple(each for each in self.mapping.properties if self.carries(each))

    def carries(self, each: Property) -> bool:
        """Whether this property is written to the target; what stands at no plain path cannot be written back."""
        return each.sent if self.into_businessnxt else each.returned

    def owned_there(self, each: Property) -> bool:
        """Whether the target alone says what this property is, so that an edit of it in the source is put right."""
        one_way = not self.carries(each) and self.back.carries(each) and not each.only_create and not each.drifts
        return one_way and (each.identity or each.wins != self.source.value)

    # the far side

    @cached_property
    def table(self) -> RemoteTable:
        """The target's table."""
        mapping, lines = self.mapping, self.lines
        if self.into_businessnxt:
            children = (lines.mapping.children, lines.table) if lines else None
            return RemoteTable(
                mapping.table, mapping.key, self._columns(mapping.columns), mapping.reference, children, mapping.suggest
            )
        inside = (lines.mapping.shop_table.rpartition(".")[2], lines.table) if lines else None
        paths = dict.fromkeys(each.path.text for each in mapping.properties if each.path)
        alias = [mapping.alias.text] if mapping.alias else []
        wanted = [self.reference or "", *paths, *alias, *self.marks]
        return RemoteTable(mapping.shop_table, ("id",), self._columns(wanted), self.reference, inside)

    def _columns(self, wanted: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*wanted, *([STAMPS[self.target]] if self.by_stamps else [])]))

    @cached_property
    def by_stamps(self) -> bool:
        """Whether any property goes to whoever changed it last."""
        return any("newest" in (each.wins, each.adopts) for each in self.mapping.properties)

    @property
    def reference(self) -> str | None:
        """Where the target's record carries the source's id."""
        if self.into_businessnxt:
            return self.mapping.reference
        return "id" if self.mapping.is_lines else SHOP_REFERENCE

    @property
    def named_in(self) -> str:
        """Where the source's record carries the target's id."""
        return SHOP_REFERENCE if self.into_businessnxt else self.mapping.reference or ""

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The match rules as they look from the source."""
        if self.into_businessnxt:
            return tuple(
                Rule(each.name, each.column, each.same, each.column in self.mapping.key) for each in self.mapping.match
            )
        columns = {each.column: each.name for each in reversed(self.mapping.properties)}
        paths = {each.name: each.path.text for each in self.mapping.properties if each.path}
        return tuple(
            Rule(columns[each.column], paths[each.name], each.same, is_key=False)
            for each in self.mapping.match
            if each.column in columns
        )

    @property
    def match_where(self) -> Dict[str, Value]:
        """A condition on what may be matched."""
        return self.mapping.match_where if self.into_businessnxt else {}

    def shows(self, each: Property, row: Dict[str, Value]) -> bool:
        """Whether a row of the target tells what it holds of a property."""
        return (each.held_in if self.into_businessnxt else self.place(each)) in row

    def place(self, each: Property) -> str:
        """Where a property is written in the target: a column, or a path."""
        return each.column if self.into_businessnxt or each.path is None else each.path.text

    @cached_property
    def by_place(self) -> dict[str, str]:
        """Where the value shows that was written to a place of the target: the same place, as a rule."""
        if not self.into_businessnxt:
            return {self.place(each): self.place(each) for each in self.mapping.properties if each.path}
        return {each.column: each.held_in for each in self.mapping.properties}

    def held(self, each: Property, row: Dict[str, Value]) -> Value:
        """What a row of the target holds of a property."""
        if self.into_businessnxt:
            return row.get(each.held_in, each.type.unset)
        return row.get(each.path.text) if each.path else None

    def frozen(self, row: Dict[str, Value], extras: Values) -> bool:
        """Whether the row of Business NXT, source or target, is closed to edits.

        Args:
            row: The target's row.
            extras: What the source's record says beside its properties.
        """
        holder = row if self.into_businessnxt else extras
        return any(_has(holder.get(column), wanted) for column, wanted in self.mapping.frozen.items())

    @property
    def closing(self) -> Values:
        """What a row holds that is closed to edits."""
        return {column: 1 if wanted is True else wanted for column, wanted in self.mapping.frozen.items()}

    # the near side

    def records(self, record: dict[str, Value]) -> list[dict[str, Value]]:
        """Take a record apart into those of this entity: one, one per item of `each`, or none."""
        return self.mapping.records(record) if self.into_businessnxt else [record]

    def wanted(self, record: Dict[str, Value]) -> bool:
        """Whether the record gets a partner where it has none; edits of linked ones are carried over in any case."""
        condition = self.mapping.create_when if self.into_businessnxt else self.mapping.when_businessnxt
        return condition is None or bool(condition.read(record))

    def family(self, record: dict[str, Value]) -> tuple[str, set[str]] | None:
        """How the ids of the records inside a record begin, and those that it still has; None where it cannot tell."""
        mapping = self.mapping
        if not self.into_businessnxt or mapping.each is None:
            return None
        try:
            items = [] if self.deleted(record) else mapping.each.read(record)
            begin = mapping.id.read({"id": "", "parent": record})
            if not isinstance(items, list) or not isinstance(begin, str) or not begin:
                return None
            folded = mapping.fold_id(begin)
            if folded[-1:].casefold() != begin[-1:].casefold():  # where it ends is lost: others would begin so, too
                return None
            return folded, {self.identify({**item, "parent": record}) for item in items}
        except Rejected:
            return None

    def deleted(self, record: Dict[str, Value]) -> bool:
        """Whether the source says that the record is gone."""
        return bool(record.get(DELETED[self.source]))

    def identify(self, record: Dict[str, Value]) -> str:
        """The source's id of a record, as text.

        Raises:
            Rejected: The record has none.
        """
        if self.into_businessnxt:
            return self.mapping.identify(record)
        missing = [each for each in self.mapping.key if record.get(each) in (None, "")]
        if missing:
            raise Rejected(
                f"{self.entity}: the row has no {' and no '.join(missing)}, by which it is recognised; "
                f"correct the tap or 'key:' in {self.mapping.source}",
                kind="no_id",
            )
        return "/".join(str(record[each]) for each in self.mapping.key)

    def read(self, record: Dict[str, Value], identity: str) -> Values:
        """Read the source's values of a record; what the record lacks is left out."""
        if self.into_businessnxt:
            return self.mapping.read(record, identity)
        found = {each.name: record.get(each.held_in, MISSING) for each in self.mapping.properties}
        return {name: value for name, value in found.items() if value is not MISSING}

    def told(self, values: Values) -> Values:
        """What of a record's values the target is told: only on that can both sides agree."""
        return {each.name: values[each.name] for each in self.carried if each.name in values}

    def extras(self, record: Dict[str, Value]) -> Values:
        """What of a record is no property, and decides over it all the same: whether it is frozen."""
        return {} if self.into_businessnxt else {each: record.get(each) for each in self.mapping.frozen}

    def items(self, record: Dict[str, Value]) -> list[dict[str, Value]] | None:
        """The records inside a record; None where it says nothing of them.

        Raises:
            Rejected: There is something else in their place.
        """
        lines, path = self.mapping.lines, self.mapping.lines_path
        if lines is None or path is None:
            return None
        name = path.text if self.into_businessnxt else lines.children
        found = path.read(record) if self.into_businessnxt else record.get(name, MISSING)
        if found is MISSING or found is None:
            return None
        if not isinstance(found, list):
            raise Rejected(f"'{name}' is no list of lines", column=name)
        return [each for each in found if not self.into_businessnxt or lines.when is None or lines.when.read(each)]

    def reference_of(self, identity: str, alias: str | None = None) -> str:
        """The text that a new row of the target carries for this record."""
        if self.natural:
            return alias or identity
        if self._picks_ids:
            return LINE_ID.format(identity.rpartition("/")[2])
        named = self.into_businessnxt or self.mapping.twin_of is None
        return identity if named else OWN.format(self.mapping.table, identity)

    @property
    def natural(self) -> bool:
        """Whether a row is found again by what it is about (a price by its product) and not by an id of the webshop."""
        joint = self.mapping.joint
        return self.into_businessnxt and joint is not None and joint.column == self.mapping.reference

    @property
    def reference_where(self) -> Dict[str, Value]:
        """A condition on the rows among which the reference is looked for."""
        return self.mapping.match_where if self.natural else {}

    @property
    def placed_by_twin(self) -> bool:
        """Whether the partner is where the twin's is, or nowhere."""
        return self.sleeps and not self.into_businessnxt and self.create == "match"

    @property
    def sleeps(self) -> bool:
        """Whether a record without a partner waits as a dormant link until its twin is linked."""
        return self.mapping.joint is not None

    @property
    def _picks_ids(self) -> bool:
        return self.mapping.is_lines and not self.into_businessnxt

    def named(self, record: Dict[str, Value]) -> str:
        """The target's id that the record itself carries; empty where it carries none.

        A line of the webshop that we made there carries it in its id: it must not be made again in Business NXT.
        """
        if self.mapping.is_lines and self.into_businessnxt:
            own, made_by_us = self.identify(record), LINE_ID.format("")
            return own.removeprefix(made_by_us) if own.startswith(made_by_us) else ""
        value = record.get(self.named_in)
        name = "" if value is None or self.sleeps else str(value)
        if self.mapping.twin_of is None or not self.into_businessnxt:
            return name
        kind, _, own = name.partition(":")
        return own if kind == self.mapping.table else ""

    def alias_of(self, record: Dict[str, Value], values: Values) -> str | None:
        """The record's second look-up key."""
        if not self.into_businessnxt:
            joint = self.mapping.joint
            return number_of(self.mapping, values) if joint is None else str(record.get(joint.column) or "")
        value = self.mapping.alias.read(record) if self.mapping.alias else None
        return None if value is MISSING or value is None else str(value)

    def changed_at(self, record: Dict[str, Value], side: Side) -> float | None:
        """When a record or row was last changed by its own system's clock; None where that cannot be told."""
        try:
            moment = datetime.fromisoformat(str(record.get(STAMPS[side])).replace("Z", "+00:00"))
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.mapping.zone)).timestamp()

    # values

    def encode(self, each: Property, value: Value, converters: Dict[str, Converter]) -> Value:
        """Turn the source's value into the target's, or into a `LinkTo`.

        Raises:
            Rejected: The value has no counterpart in the target.
        """
        if each.link is not None:
            return self._link_to(each, value)
        return each.encode(value, converters) if self.into_businessnxt else each.decode(value, converters)

    def _link_to(self, each: Property, value: Value) -> Value:
        if self.into_businessnxt or each.link is None:
            return each.link_to(value)
        if each.type.canonical(value) == each.type.unset:
            return None
        by = "businessnxt_alias" if each.link.take else "businessnxt_id"
        give = "alias" if each.link.by_alias else "webshop_id"
        return LinkTo(each.link.entity, str(value), by, give, each.label, each.link.optional)

    def same(self, side: Side, each: Property, one: Value, other: Value) -> bool:
        """Whether two values of one side mean the same."""
        return each.same_webshop(one, other) if side is Side.WEBSHOP else each.same_businessnxt(one, other)

    def blank(self, side: Side, each: Property, value: Value) -> bool:
        """Whether a value of one side says nothing."""
        if side is Side.WEBSHOP:
            return value is None or (isinstance(value, str) and not value.strip())
        if each.type.name == "Flag" and each.sync == "both":
            return False  # a bit that either side may set says no as clearly as yes
        if each.type.name == "Decimal" and each.drifts:
            return False  # none in stock is a number, too
        return bool(each.type.canonical(value) == each.type.unset)

    def agree(self, each: Property, values: tuple[Value, Value, Value], converters: Dict[str, Converter]) -> bool:
        """Whether both sides say the same already, be it that the column is shorter than the webshop's text.

        Args:
            each: The property.
            values: The source's value, what it would be in the target, and what the target holds.
            converters: What rows can name in `via:`.
        """
        value, draft, held = values
        if self.same(self.target, each, draft, held):
            return True
        if self.into_businessnxt or each.link is not None:
            return False
        try:
            return each.same_businessnxt(each.encode(held, converters), value)
        except Rejected:
            return False

    def is_edited(self, link: Link, row: Dict[str, Value]) -> bool:
        """Whether somebody has changed what comes back of a row of the target since both sides last agreed.

        What stands nowhere in the row (the webshop's record does not hold its own reference) cannot be edited there.
        """
        shadow = link.shadow(self.target)
        return any(
            not self.same(self.target, each, self.held(each, row), shadow[each.name])
            for each in self.back.carried
            if each.name in shadow and self.shows(each, row)
        )

    def is_another(self, link: Link, values: Dict[str, Value]) -> bool:
        """Whether a row is not the one that was linked, although it has its number: that may have been given again.

        It lacks our reference then, and differs in what is written with a new row only. A row that lacks nothing but
        our reference gets that back, and one that differs besides is carried like any edit.

        Args:
            link: The link.
            values: What the row of Business NXT holds, by property name.
        """
        shadow, joint = link.businessnxt_shadow, self.mapping.joint
        if not self.mapping.is_lines and (joint is None or joint.column != self.mapping.reference):
            return False  # numbers of records are not given again
        known = [each for each in self.mapping.properties if each.name in shadow and each.name in values]
        alike = {each.name: each.same_businessnxt(values[each.name], shadow[each.name]) for each in known}
        if any(each.identity and alike[each.name] for each in known):
            return False
        return any(each.only_create and each.sent and not alike[each.name] for each in known)

    def is_another_row(self, link: Link, row: Dict[str, Value]) -> bool:
        """The same of a row as the target holds it."""
        return self.into_businessnxt and self.is_another(
            link, {each.name: self.held(each, row) for each in self.mapping.properties if self.shows(each, row)}
        )

    def safe(self, link: Link, row: Dict[str, Value]) -> Values:
        """What a row of the target holds, or None, of all that would make it stay were it another.

        That is what comes back of it, see `is_edited`, and what says that it is closed to edits.
        """
        returned = [self.place(each) for each in self.back.carried if each.name in link.shadow(self.target)]
        places = [self.by_place[each] for each in returned if each in self.by_place]
        return {each: row.get(each) for each in [*places, *(self.mapping.frozen if self.into_businessnxt else ())]}

    # what is known of a row after it was found or made

    def met(self, link: Link, row: Dict[str, Value]) -> Link:
        """The link with what only the target's row knows: drawn numbers, and second look-up keys."""
        if self.into_businessnxt:
            drawn = drawn_of(self.mapping, row)
            known = replace(link, businessnxt_shadow={**link.businessnxt_shadow, **drawn})
            return replace(known, businessnxt_alias=number_of(self.mapping, known.businessnxt_shadow))
        alias = self.mapping.alias
        value = row.get(alias.text) if alias else None
        return replace(link, alias=str(value)) if value not in (None, "") else link


def drawn_of(mapping: Mapping, row: Dict[str, Value]) -> Values:
    """The numbers of a row that no webshop knows: other records refer to it by them."""
    return {each.name: row[each.column] for each in mapping.properties if each.drawn and each.column in row}


def number_of(mapping: Mapping, values: Values) -> str | None:
    """The first of the numbers that Business NXT drew for a row."""
    numbers = (values.get(each.name) for each in mapping.properties if each.drawn)
    return next((str(each) for each in numbers if each), None)


def _with_bits(value: Value, mark: Value) -> Value:
    """A value with its mark: another value, or the same with some bits set or cleared."""
    if not isinstance(mark, dict):
        return mark
    return (int(value or 0) | int(mark.get("set", 0))) & ~int(mark.get("clear", 0))


def _has(value: Value, wanted: Value) -> bool:
    """Whether a column holds any of these bits, or anything at all."""
    if wanted is True:
        return value not in (None, "", 0) and str(value).strip("0.") != ""
    return bool(int(value or 0) & int(wanted))
