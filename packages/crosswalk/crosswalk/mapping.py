"""A mapping file in memory: its properties, and what is said of its records as a whole.

Everything here is pure: a record goes in, values come out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from functools import cache, cached_property
from typing import TYPE_CHECKING

from crosswalk.codec import digest
from crosswalk.converters import COMPARATORS, Converter, table_converter
from crosswalk.errors import MappingError, Rejected
from crosswalk.paths import MISSING, Path
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.properties import Property
    from crosswalk.values import Value, Values


@dataclass(frozen=True)
class MatchRule:
    """One way to find a row that already stands for the same thing.

    Attributes:
        name: The property whose webshop value is looked for.
        column: The column that should hold it.
        same: The comparator.
    """

    name: str
    column: str
    same: str | None


@dataclass(frozen=True)
class Mapping:
    """One mapping file: an entity, its two homes, and its properties in the order of assignment.

    Attributes:
        entity: The entity's name; links are kept under it.
        stream: The Singer stream that feeds it.
        table: The Business NXT table.
        key: The key columns of that table; the last one is given by the server or by a property.
        id: Where the webshop's own id of the record stands.
        id_same: Comparator that folds the id, or None.
        alias: A second look-up key (a SKU); None when there is none.
        each: A list inside the record of which every item is a record of its own (the variants of a product).
        when: A condition on the record.
        reference: The column that carries the webshop's id on the ERP row.
        match: Rules for the first sight, in order.
        match_where: A condition on the rows that may be matched, as a Business NXT filter.
        shared: Whether a row linked under another entity may be matched too.
        create: When a row is made: `always`, `on_demand` (when another record needs it), `match` (it is looked for, but
            never made) or `never`.
        create_in_webshop: The same for the webshop's record of a row that was made in Business NXT first.
        businessnxt_stream: The Singer stream that brings the table's rows; None where nothing comes back.
        when_businessnxt: A condition on the row.
        deleted_in: What becomes of the partner when a record is gone on this side: `ignore`, `unlink`, `deactivate` or
            `delete`.
        inactive: What a deactivated partner holds, by side.
        frozen: Columns of the row with the bits (or True for any value) by which it is closed to edits.
        is_lines: Whether these are the records inside others.
        shop_table: What the webshop calls the table.
        zone: The time zone of stamps without one.
        create_when: A condition on the record: no row is made for it where it does not hold.
        twin_of: The entity under which the same records are linked first.
        only_create: Nothing is written after the row was made or matched.
        max_changes_percent: Of the linked records, how many hundredths one run may change; None for the setting.
        prepare: Named pure functions that are run over the record first.
        properties: The rows.
        lines: The mapping of the records inside this one (order lines), or None.
        children: For lines: the field of the parent's input that holds them.
        source: The file, for messages and documentation.
        version: Digest of the file's content; another content means that records have to be looked at again.
    """

    entity: str
    stream: str
    table: str
    key: tuple[str, ...]
    id: Path
    properties: tuple[Property, ...]
    id_same: str | None = None
    alias: Path | None = None
    each: Path | None = None
    when: Path | None = None
    reference: str | None = None
    match: tuple[MatchRule, ...] = ()
    match_where: Dict[str, Value] = field(default_factory=dict)
    shared: bool = False
    create: str = "always"
    only_create: bool = False
    max_changes_percent: int | None = None
    prepare: tuple[Callable[[dict[str, Value]], dict[str, Value]], ...] = ()
    lines: Mapping | None = None
    lines_path: Path | None = None
    children: str = ""
    source: str = ""
    version: str = ""
    create_in_webshop: str = "never"
    businessnxt_stream: str | None = None
    when_businessnxt: Path | None = None
    deleted_in: Dict[str, str] = field(default_factory=dict)
    inactive: Dict[str, Dict[str, Value]] = field(default_factory=dict)
    frozen: Dict[str, Value] = field(default_factory=dict)
    is_lines: bool = False
    shop_table: str = ""
    zone: tzinfo = timezone.utc
    create_when: Path | None = None
    twin_of: str | None = None

    @cached_property
    def columns(self) -> list[str]:
        """Every column that is read back, each once: key, reference, properties."""
        own = [column for each in self.properties for column in (each.column, each.held_in)]
        reference = [self.reference] if self.reference else []
        marks = [*self.frozen, *self.inactive.get("businessnxt", {})]
        return list(dict.fromkeys([*self.key, *reference, *own, *marks]))

    @cached_property
    def by_name(self) -> dict[str, Property]:
        """The rows by name."""
        return {each.name: each for each in self.properties}

    @cached_property
    def joint(self) -> Property | None:
        """The row that names the record under `twin_of`; until that one is linked, a record of this entity sleeps."""
        rows = (each for each in self.properties if each.link and not each.link.optional)
        return next((each for each in rows if each.link and each.link.entity == self.twin_of), None)

    @property
    def suggest(self) -> dict[str, tuple[int, int]]:
        """Columns whose number the server draws from a range when it makes a row."""
        return {each.column: each.suggest for each in self.properties if each.suggest}

    @property
    def one_way(self) -> bool:
        """Whether nothing of this entity is ever sent to Business NXT."""
        return not any(each.sent for each in self.properties)

    def records(self, record: dict[str, Value]) -> list[dict[str, Value]]:
        """Take a record apart into the records of this entity: one, one per item of `each`, or none."""
        for step in self.prepare:
            record = step(record)
        if self.each is None:
            parts = [record]
        else:
            items = self.each.read(record)
            parts = [{**item, "parent": record} for item in items] if isinstance(items, list) else []
        return [each for each in parts if self.when is None or self.when.read(each)]

    def identify(self, record: Dict[str, Value]) -> str:
        """The webshop's id of a record, as text.

        Raises:
            Rejected: The record has none.
        """
        value = self.id.read(record)
        if value is MISSING or value is None or value == "":
            raise Rejected(
                f"{self.entity}: the record has no '{self.id.text}', by which it is recognised; "
                f"correct the webshop's record or 'id:' in {self.source}",
                kind="no_id",
            )
        return self.fold_id(value)

    def fold_id(self, value: Value) -> str:
        """An id, or how several begin, in the spelling in which it is kept."""
        return COMPARATORS[self.id_same](value) if self.id_same else str(value)

    def read(self, record: Dict[str, Value], identity: str) -> Values:
        """Read the webshop's values of a record; what the record lacks is left out.

        Where several rows fill one column, the first whose condition holds counts.
        """
        values: Values = {}
        filled = set()
        for each in self.properties:
            if each.place in filled or each.drawn:
                continue
            of_itself = each.identity or (each.link and each.path is None)
            value = identity if of_itself else each.read(record)
            if value is not MISSING:
                filled.add(each.place)
                values[each.name] = value
        return values


@dataclass
class MappingSet:
    """All mapping files of a folder.

    Attributes:
        mappings: The entities by name, parents before those that refer to them.
        converters: The converters that rows can name; lookups join once they were read from the ERP.
        lookups: Tables of the ERP that hold the numbers for values of the webshop.
    """

    mappings: dict[str, Mapping]
    converters: dict[str, Converter]
    lookups: dict[str, Lookup]

    @property
    def version(self) -> str:
        """Digest of all files; another one means that what was refused may be taken now."""
        versions = {name: each.version for name, each in self.mappings.items()}
        return digest([versions, {name: vars(each) for name, each in self.lookups.items()}])

    def streams(self, source: Side = Side.WEBSHOP) -> list[str]:
        """The streams of one side that feed any entity."""
        webshop = source is Side.WEBSHOP
        names = (each.stream if webshop else each.businessnxt_stream for each in self.mappings.values())
        return list(dict.fromkeys(name for name in names if name))

    def followers(self, entity: str) -> list[tuple[Mapping, Property]]:
        """The rows that are filled in later, once a record of this entity is linked."""
        return [
            (mapping, each)
            for mapping in self.mappings.values()
            for each in mapping.properties
            if each.link and each.link.optional and each.link.entity == entity and each.path is None
        ]

    def used_lookups(self) -> list[Lookup]:
        """The lookups that some row names."""
        rows = [each for mapping in self.mappings.values() for each in _all_rows(mapping)]
        return [self.lookups[name] for name in dict.fromkeys(row.via for row in rows) if name in self.lookups]

    def bind(self, lookup: Lookup, load: Callable[[], dict[str, Value]]) -> None:
        """Make a lookup available to the rows that name it; `load` is called when a row first needs it."""

        @cache
        def loaded() -> Converter:
            pairs = {**load(), **lookup.values}
            remedy = (
                f"add it to table '{lookup.table}' of Business NXT, or give it a number under "
                f"'lookups: {lookup.name}: values' in values.yml"
            )
            return table_converter(lookup.name, lookup.meaning, pairs, remedy=remedy)

        self.converters[lookup.name] = Converter(
            lookup.name,
            lookup.meaning,
            lambda value: loaded().to_businessnxt(value),
            lambda value: loaded().to_webshop(value),
        )


def _all_rows(mapping: Mapping) -> Iterable[Property]:
    yield from mapping.properties
    if mapping.lines:
        yield from mapping.lines.properties


@dataclass(frozen=True)
class Lookup:
    """A table of the ERP in which a value of the webshop stands beside its number.

    Attributes:
        name: The word that rows use in `via:`.
        table: The Business NXT table.
        key: The column with the number.
        by: The column that holds the webshop's value.
        where: A condition on the table's rows, as a Business NXT filter.
        values: Pairs that outrank the table, webshop value to number; `"*"` stands for any other value.
    """

    name: str
    table: str
    key: str
    by: str
    where: Dict[str, Value]
    values: Dict[str, Value]

    @property
    def meaning(self) -> str:
        """One line for the generated documentation."""
        return f"`{self.table}.{self.by}` → `{self.table}.{self.key}`, read from the company"


def check_links(mappings: Dict[str, Mapping]) -> None:
    """Refuse a row that refers to an entity which no file maps."""
    for mapping in mappings.values():
        if mapping.twin_of is not None and mapping.twin_of not in mappings:
            raise MappingError(
                f"{mapping.source}: twin_of '{mapping.twin_of}' is no entity; there are {', '.join(sorted(mappings))}"
            )
        for row in _all_rows(mapping):
            if row.link and row.link.entity not in mappings:
                raise MappingError(
                    f"{mapping.source}: row '{row.label}' links to '{row.link.entity}', which no mapping file maps; "
                    f"there are {', '.join(sorted(mappings))}"
                )
