"""The near side of a direction: how the source's records are read, and what they say of themselves. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crosswalk.direction import STAMPS, Direction, number_of
from crosswalk.errors import Rejected
from crosswalk.paths import MISSING
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from crosswalk.properties import Property
    from crosswalk.values import Value, Values

DELETED = {Side.WEBSHOP: "deleted_at", Side.BUSINESSNXT: "_sdc_deleted_at"}
"""What a record has that is gone."""

OWN = "{}:{}"
"""How a record says that it was made for a row of another table than the one its `external_id` is meant for."""

LINE_ID = "nxt-{}"
"""The id of an order line that was made in Business NXT: we choose it, so that it is known before it is made."""


class NearSide(Direction):
    """Reads the records of the source."""

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

    def says_nothing(self, each: Property, value: Value) -> bool:
        """Whether a value of the source stands for none, and would leave the target without one; 0 is a number."""
        if self.into_businessnxt:
            return value is None or (isinstance(value, str) and not value.strip())
        return each.type.decode(value) in (None, "")

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
        if self.picks_ids:
            return LINE_ID.format(identity.rpartition("/")[2])
        named = self.into_businessnxt or self.mapping.twin_of is None
        return identity if named else OWN.format(self.mapping.table, identity)

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
