"""The data model: what `tables.yml` says, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one written in C where PyYAML has it: a company starts in half the time."""

Value: TypeAlias = Any
"""What a column can hold: a number, a text, true or false, nothing."""

_RANGE = re.compile(r"(?P<head>\D+)(?P<first>\d+)\.\.(?P<last>\d+)(?P<tail>.*)")
_SPELLING = re.compile(
    r"(?P<type>\w+)(?:\((?P<length>\d+)\))?"
    r"(?: -> (?P<to>\w+)(?:\.(?P<to_column>\w+))?(?: as (?P<relation>\w+))?)?"
    r"(?: number\((?P<first>\d+)\))?(?P<given> given)?(?: (?P<kind>date|time|ms)\b)?"
    r"(?: enum\((?P<enum>\w+)\))?(?: flags\((?P<flags>\w+)\))?(?P<computed> computed)?(?: = (?P<default>\d+))?"
)
UNSET: dict[str, Any] = {"Int": 0, "Decimal": 0, "String": "", "Boolean": False, "DateTime": None}
_STAMPS = {
    "createdDate": "Int date computed",
    "createdTime": "Int time computed",
    "createdByUser": "String(24) computed",
    "changedDate": "Int date computed",
    "changedTime": "Int time computed",
    "changedByUser": "String(24) computed",
    "createdTimestamp": "DateTime computed",
    "changedTimestamp": "DateTime computed",
}


@dataclass(frozen=True)
class Relation:
    """A foreign number: the column here, and the table and column it points to."""

    name: str
    table: str
    column: str
    to: str
    to_column: str


@dataclass(frozen=True)
class Column:
    """One column and everything that its line in the data file says."""

    name: str
    type: str
    unset: Any
    length: int | None = None
    relation: Relation | None = None
    first_number: int | None = None
    given: bool = False
    kind: str | None = None
    enum: str | None = None
    flags: str | None = None
    computed: bool = False


@dataclass(frozen=True)
class Fill:
    """What assigning one column brings along from another table (own column by source column), by which behaviour."""

    source: str
    by: str
    copy: dict[str, str]
    suggest: dict[str, str]
    fact: str | None = None

    @cached_property
    def columns(self) -> list[tuple[str, str, bool]]:
        """Own column, source column, and whether it is filled even if that is not set."""
        copied = [(name, origin, True) for name, origin in self.copy.items()]
        return copied + [(name, origin, False) for name, origin in self.suggest.items()]


@dataclass(frozen=True)
class Table:
    """One table: `key` in order, `children` by the name they have inside this table's input.

    A `system` table belongs to the customer (the tenant), not to one of its companies.
    """

    name: str
    number: int
    key: tuple[str, ...]
    columns: dict[str, Column]
    indexes: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    children: dict[str, str] = field(default_factory=dict)
    fills: dict[str, tuple[Fill, ...]] = field(default_factory=dict)
    writable: bool = True
    milliseconds: bool = False
    system: bool = False
    guessed_relations: tuple[Relation, ...] = ()

    @property
    def identifier(self) -> str:
        """The name as GraphQL types spell it."""
        return pascal(self.name)

    @property
    def auto_key(self) -> str | None:
        """The key column that the server numbers, if there is one."""
        last = self.columns[self.key[-1]]
        return None if last.given else last.name

    @cached_property
    def relations(self) -> list[Relation]:
        """Every foreign number of the table, with those that only a join of a real schema tells of."""
        return [*(column.relation for column in self.columns.values() if column.relation), *self.guessed_relations]

    @cached_property
    def empty_row(self) -> dict[str, Any]:
        """A row in which nothing is assigned."""
        return {column.name: column.unset for column in self.columns.values()}


@dataclass(frozen=True)
class Model:
    """All tables, and the names of enumeration members and flag bits, by the GraphQL type that holds them."""

    tables: dict[str, Table]
    enums: dict[str, dict[int, str]]
    flags: dict[str, dict[int, str]]

    @cached_property
    def pointing_to(self) -> dict[str, list[Relation]]:
        """Every relation that ends at a table, by that table."""
        relations = [relation for table in self.tables.values() for relation in table.relations]
        return {name: [relation for relation in relations if relation.to == name] for name in self.tables}

    @cached_property
    def joined(self) -> dict[str, frozenset[str]]:
        """The columns that keys and joins of a table need, by table."""
        return {
            name: frozenset(
                [*table.key, *(to.column for to in table.relations), *(to.to_column for to in self.pointing_to[name])]
            )
            for name, table in self.tables.items()
        }


def pascal(name: str) -> str:
    """`orderLine` as `OrderLine`."""
    return name[:1].upper() + name[1:]


@cache
def stamp_columns(table: str) -> dict[str, Column]:
    """The columns that say who made and changed a row, and when."""
    return {name: _column(table, name, text, {}) for name, text in _STAMPS.items()}


def flags_type(name: str) -> str:
    """The name of the GraphQL type of a set of flags."""
    return f"{name}Flag"


@cache
def load() -> Model:
    """The model of the data file."""
    document = yaml.load((Path(__file__).parent / "tables.yml").read_text("utf-8"), LOADER)  # noqa: S506 - a safe one
    keys = {name: spec["key"][-1] for name, spec in document["tables"].items()}
    tables = {name: _table(name, spec, keys) for name, spec in document["tables"].items()}
    return Model(tables, document["enums"], {flags_type(name): bits for name, bits in document["flags"].items()})


def _table(name: str, spec: dict[str, Any], keys: dict[str, str]) -> Table:
    spellings = dict(_expanded(spec["columns"])) | _STAMPS
    if spec.get("milliseconds"):
        spellings["changeTimeInMs"] = "Int ms computed"
    fills = {column: tuple(_fill(fill, keys) for fill in given) for column, given in spec.get("fills", {}).items()}
    return Table(
        name=name,
        number=spec["number"],
        key=tuple(spec["key"]),
        columns={column: _column(name, column, text, keys) for column, text in spellings.items()},
        indexes=tuple(spec.get("indexes", ())),
        unique=tuple(spec.get("unique", ())),
        children=spec.get("children", {}),
        fills=fills,
        writable=spec.get("writable", True),
        milliseconds=spec.get("milliseconds", False),
        system=spec.get("system", False),
    )


def _expanded(columns: dict[str, str]) -> list[tuple[str, str]]:
    """The columns with `name1..8` written out."""
    expanded = []
    for name, text in columns.items():
        if match := _RANGE.fullmatch(name):
            numbers = range(int(match["first"]), int(match["last"]) + 1)
            expanded += [(f"{match['head']}{number}{match['tail']}", text) for number in numbers]
        else:
            expanded.append((name, text))
    return expanded


def _fill(spec: dict[str, Any], keys: dict[str, str]) -> Fill:
    source = spec["from"]
    return Fill(source, spec.get("by", keys[source]), spec.get("copy", {}), spec.get("suggest", {}), spec.get("fact"))


def _column(table: str, name: str, text: str, keys: dict[str, str]) -> Column:
    match = _SPELLING.fullmatch(text)
    if match is None:
        raise ValueError(f"tables.yml: cannot read column {table}.{name}: {text!r}")
    relation = None
    if to := match["to"]:
        relation = Relation(match["relation"] or pascal(to), table, name, to, match["to_column"] or keys[to])
    return Column(
        name=name,
        type=match["type"],
        unset=int(match["default"]) if match["default"] else UNSET[match["type"]],
        length=int(match["length"]) if match["length"] else None,
        relation=relation,
        first_number=int(match["first"]) if match["first"] else None,
        given=bool(match["given"]),
        kind=match["kind"],
        enum=match["enum"],
        flags=flags_type(match["flags"]) if match["flags"] else None,
        computed=bool(match["computed"]),
    )
