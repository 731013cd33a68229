"""The schema of a real company, saved from introspection: what it tells of tables joins what we know of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_client_schema,
    get_named_type,
)

from sandbox.businessnxt.inputs import DERIVED
from sandbox.businessnxt.model import UNSET, Column, Model, Relation, Table, pascal, stamp_columns
from sandbox.businessnxt.walking import below, fields, input_of

if TYPE_CHECKING:
    from pathlib import Path

    from graphql import GraphQLField

FreeNumber = Callable[[Iterable[int]], int]
_OTHER_NUMBERS = ("Long", "Short", "Byte", "BigInt", "Float")
_FIRST_UNKNOWN_TABLE = 10_000


def load(path: Path) -> GraphQLSchema:
    """A saved introspection result: the whole answer, its data, or the schema alone.

    Raises:
        ValueError: The file holds no introspection result.
    """
    try:
        saved = json.loads(path.read_text("utf-8-sig"))
        for word in ("data", "__schema"):
            saved = saved.get(word, saved)
        return build_client_schema({"__schema": saved}, assume_valid=True)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{path}: no result of an introspection query ({error}); save the JSON that the company answers"
        raise ValueError(message) from error


def learn(schema: GraphQLSchema, known: Model) -> Model:
    """The model of the company that has this schema.

    Known tables keep their rules, and even their columns that the company lacks: the schema does not show them, so
    nobody sees them, and rules may go on using them. All other tables are plain storage.
    """
    return _Learner(schema, known).model()


class _Learner:
    """Goes through the tables of a schema."""

    def __init__(self, schema: GraphQLSchema, known: Model) -> None:
        self._schema = schema
        self._known = known
        self._enums = dict(known.enums)
        self._flags = dict(known.flags)

    def model(self) -> Model:
        """Known tables and learned ones, with what leads from one to another."""
        learned = {name: self._table(name, row, at) for at, (name, row) in enumerate(self._rows.items())}
        tables = self._known.tables | learned
        tables |= {name: replace(tables[name], **self._links(tables, name)) for name in learned}
        return Model(tables, self._enums, self._flags)

    @cached_property
    def _rows(self) -> dict[str, GraphQLObjectType]:
        """The type of the rows of each table."""
        roots = [below(self._schema.query_type, name) for name in ("useCompany", "useCustomer")]
        found = [(name, below(root, name, "items")) for root in roots for name in fields(root)]
        return {name: row for name, row in found if row}

    @cached_property
    def _system_tables(self) -> set[str]:
        query = self._schema.query_type
        return fields(below(query, "useCustomer")).keys() - fields(below(query, "useCompany")).keys()

    def _input(self, table: str, verb: str, argument: str) -> GraphQLInputObjectType | None:
        """The input object that a mutation of a table takes."""
        company = below(self._schema.mutation_type, "useCompany")
        return input_of(fields(company).get(f"{table}_{verb}"), argument)

    # -- one table

    def _table(self, name: str, row: GraphQLObjectType, position: int) -> Table:
        known = self._known.tables.get(name)
        names = [column for column, field in row.fields.items() if _is_column(column, field, row)]
        key = known.key if known else self._key(name, names)
        learned = {each: self._column(name, each, row, known.columns.get(each) if known else None) for each in names}
        if not known:
            learned |= {each: self._placed(name, key, column) for each, column in learned.items()}
        columns = (known.columns if known else stamp_columns(name)) | learned
        if known:
            return replace(known, columns=columns)
        return Table(
            name=name,
            number=_FIRST_UNKNOWN_TABLE + position,
            key=key,
            columns={**{each: columns[each] for each in names}, **columns},
            milliseconds="changeTimeInMs" in columns,
            system=name in self._system_tables,
        )

    def _column(self, table: str, name: str, row: GraphQLObjectType, known: Column | None) -> Column:
        kind = get_named_type(row.fields[name].type).name
        unset = known.unset if known and known.type == kind else UNSET.get(kind, 0 if kind in _OTHER_NUMBERS else None)
        column = replace(known or Column(name, kind, unset), type=kind, unset=unset)
        if f"{name}AsDate" in row.fields:
            column = replace(column, kind="date")
        elif f"{name}AsTime" in row.fields:
            column = replace(column, kind="ms" if name.endswith("InMs") else "time")
        column = replace(column, enum=self._members(row, f"{name}AsEnum", column.enum, self._enums, _next_number))
        column = replace(column, flags=self._members(row, f"{name}Flags", column.flags, self._flags, _next_bit))
        suggested = self._input(table, "create", "suggest")
        if not known and suggested and name in suggested.fields:
            column = replace(column, first_number=1)
        return column

    def _members(
        self,
        row: GraphQLObjectType,
        field: str,
        known: str | None,
        all_members: dict[str, dict[int, str]],
        free: FreeNumber,
    ) -> str | None:
        """The type of an enumeration; introspection tells no numbers, so new members get free ones."""
        kind = get_named_type(row.fields[field].type) if field in row.fields else None
        if not isinstance(kind, GraphQLEnumType):
            return known
        numbered = dict(all_members.get(kind.name) or all_members.get(known or "", {}))
        for member in kind.values:
            if member not in numbered.values():
                numbered[free(numbered)] = member
        all_members[kind.name] = numbered
        return kind.name

    # -- keys: the last column is missing in the input of a create, the others are missing in that of an update

    def _key(self, table: str, names: list[str]) -> tuple[str, ...]:
        create, update = self._input(table, "create", "values"), self._input(table, "update", "value")
        given = create.fields.keys() if create else frozenset(names)
        missing = [name for name in names if name not in given and name not in stamp_columns(table)]
        leading = [name for name in names if name in given and update and name not in update.fields]
        own = f"{table}No"
        candidates = missing or [name for name in names if name not in leading]
        return (*leading, own if own in candidates else candidates[0])

    def _placed(self, table: str, key: tuple[str, ...], column: Column) -> Column:
        """A column of an unknown table, as far as its place in the input tells."""
        create = self._input(table, "create", "values")
        written = create is not None and column.name in create.fields
        if column.name in key:
            return replace(column, given=written, first_number=None if written else 1)
        return replace(column, computed=not written)

    # -- what leads from one table to another

    def _links(self, tables: dict[str, Table], name: str) -> dict[str, Any]:
        table = tables[name]
        known = {relation.name for relation in table.relations}
        guessed = [
            self._relation(tables, table, join) for join in self._rows[name].fields if join.startswith("joinup_")
        ]
        return {
            "guessed_relations": tuple(each for each in guessed if each and each.name not in known),
            "children": {**self._children(tables, table), **table.children},
        }

    def _relation(self, tables: dict[str, Table], table: Table, join: str) -> Relation | None:
        """What a join up stands for, if a column has the name that such a relation's column would have."""
        target, _, via = join.removeprefix("joinup_").partition("_via_")
        to = tables.get(target[:1].lower() + target[1:])
        name = via or target
        stem = name[:1].lower() + name[1:]
        if to is None or len(to.key) > 1:
            return None
        columns = [each for each in (f"{stem}No", stem, to.key[0]) if each in table.columns]
        return Relation(name, table.name, columns[0], to.name, to.key[0]) if columns else None

    def _children(self, tables: dict[str, Table], table: Table) -> dict[str, str]:
        """The rows that can be made inside a new row of the table."""
        create = self._input(table.name, "create", "values")
        inside = {
            name: get_named_type(field.type).name.removesuffix("_Input")
            for name, field in (create.fields if create else {}).items()
            if isinstance(get_named_type(field.type), GraphQLInputObjectType)
        }
        named = {pascal(each.name): each for each in tables.values()}
        return {
            name: named[kind].name
            for name, kind in inside.items()
            if kind in named and named[kind].key[:-1] == table.key
        }


def _is_column(name: str, field: GraphQLField, row: GraphQLObjectType) -> bool:
    """Whether a field of a row is a column, and not a join or another column in another form."""
    is_derived = any(name.endswith(end) and name.removesuffix(end) in row.fields for end in DERIVED)
    return isinstance(get_named_type(field.type), GraphQLScalarType) and not field.args and not is_derived


def _next_number(numbers: Iterable[int]) -> int:
    return max(numbers, default=0) + 1


def _next_bit(bits: Iterable[int]) -> int:
    return 1 << max(bits, default=0).bit_length()
