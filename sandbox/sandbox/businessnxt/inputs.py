"""What may be sent in: one shape per input object, which checks values and keeps the order they were written in.

graphql-core hands input objects over in the order of the schema. Business NXT assigns columns in the order of the
document, so documents are *validated* against input object types and *executed* against scalars of the same names,
both made from these shapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)
from graphql.language import ListValueNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.businessnxt.model import Column, Model, Table, Value

_INT_MAX = 2**31 - 1
_TIMESTAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[ T](?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,7}))?)?(?:Z|[+-]\d\d:?\d\d)?"
)


class BadInputError(ValueError):
    """A value that does not fit its place; `where` is the way to it inside the input."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where


def as_int(value: Value) -> int:
    """A whole number of 32 bits; 5.0 counts as one."""
    if type(value) is int and -_INT_MAX <= value <= _INT_MAX:
        return value
    if type(value) is float and value.is_integer() and abs(value) <= _INT_MAX:
        return int(value)
    raise BadInputError(f"Unable to convert {value!r} to 'Int'")


def as_string(value: Value) -> str:
    """A text, and nothing that merely looks like one."""
    if type(value) is str:
        return value
    raise BadInputError(f"Unable to convert {value!r} to 'String'")


def as_decimal(value: Value) -> float | int:
    """A JSON number; texts are refused."""
    if type(value) in (int, float):
        return value  # type: ignore[no-any-return]
    raise BadInputError(f"Unable to convert {value!r} to 'Decimal'")


def as_boolean(value: Value) -> bool:
    """True or false."""
    if type(value) is bool:
        return value
    raise BadInputError(f"Unable to convert {value!r} to 'Boolean'")


def as_timestamp(value: Value) -> str:
    """A point in server time, spelled as the store spells it; a zone that is named is not heeded."""
    match = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadInputError(f"Unable to convert {value!r} to 'DateTime'")
    return f"{match['day']} {match['clock'] or '00:00:00'}.{(match['fraction'] or '')[:3]:0<3}"


def as_day(value: Value) -> int:
    """`2025-09-17` as 20250917."""
    try:
        return int(datetime.strptime(value, "%Y-%m-%d").strftime("%Y%m%d"))  # noqa: DTZ007 - a day has no zone
    except (TypeError, ValueError):
        raise BadInputError(f"Unable to convert {value!r} to 'Date'") from None


def literal_value(node: ValueNode, variables: dict[str, Any] | None = None) -> Value:
    """The value of a literal, keys in the order written, missing variables left out."""
    if isinstance(node, VariableNode):
        return (variables or {}).get(node.name.value)
    if isinstance(node, ListValueNode):
        return [literal_value(item, variables) for item in node.values]
    if isinstance(node, ObjectValueNode):
        return {
            item.name.value: literal_value(item.value, variables)
            for item in node.fields
            if not isinstance(item.value, VariableNode) or item.value.name.value in (variables or {})
        }
    return value_from_ast_untyped(node, variables)


def _scalar(name: str, parse: Callable[[Any], Any]) -> GraphQLScalarType:
    def from_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Value:
        return _graphql(parse)(literal_value(node, variables))

    return GraphQLScalarType(name, parse_value=_graphql(parse), parse_literal=from_literal)


def _graphql(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(value: Value) -> Value:
        try:
            return parse(value)
        except BadInputError as error:
            raise GraphQLError(f"{error.where}: {error.message}" if error.where else error.message) from error

    return checked


DECIMAL = _scalar("Decimal", as_decimal)
DATE_TIME = _scalar("DateTime", as_timestamp)
DATE = _scalar("Date", as_day)
TIME = _scalar("Time", as_string)
SCALARS: dict[str, tuple[GraphQLScalarType, Callable[[Any], Any]]] = {
    "Int": (GraphQLInt, as_int),
    "String": (GraphQLString, as_string),
    "Decimal": (DECIMAL, as_decimal),
    "Boolean": (GraphQLBoolean, as_boolean),
    "DateTime": (DATE_TIME, as_timestamp),
}


@dataclass(frozen=True)
class Leaf:
    """A value without parts; `column` is where it is stored when that is not its own name."""

    graphql: GraphQLInputType
    coerce: Callable[[Any], Any]
    column: str | None = None


@dataclass(frozen=True)
class ListOf:
    """Several values of one shape; a single one counts as a list of one."""

    item: Shape

    def coerce(self, value: Value) -> list[Any]:
        """Each item by its own shape."""
        items = value if isinstance(value, list) else [value]
        return [_within(f"[{index}]", self.item.coerce, item) for index, item in enumerate(items)]


@dataclass(frozen=True)
class ObjectOf:
    """An input object; its fields may be filled in later, so that shapes can contain themselves."""

    name: str
    fields: dict[str, Shape] = field(default_factory=dict)

    def coerce(self, value: Value) -> dict[str, Any]:
        """Each value by the shape of its field, in the order given."""
        if type(value) is not dict:
            raise BadInputError(f"Expected an object of type '{self.name}', found {value!r}")
        coerced: dict[str, Any] = {}
        fields = self.fields
        for name, item in value.items():
            shape = fields.get(name)
            if shape is None:
                raise BadInputError(f"Unrecognized input field '{name}' for type '{self.name}'", f".{name}")
            target = (shape.column if type(shape) is Leaf else None) or name
            try:
                coerced[target] = None if item is None else shape.coerce(item)
            except BadInputError as error:
                raise BadInputError(error.message, f".{name}{error.where}") from None
        return coerced


Shape = Leaf | ListOf | ObjectOf


def _within(where: str, coerce: Callable[[Any], Any], value: Value) -> Value:
    try:
        return coerce(value)
    except BadInputError as error:
        raise BadInputError(error.message, where + error.where) from None


class Shapes:
    """Every input object of the model, made once and shared."""

    def __init__(self, model: Model) -> None:
        self.enums = {name: _enum(name, members) for name, members in model.enums.items()}
        self.flags = {name: _enum(f"{name}Flag", members) for name, members in model.flags.items()}
        self._operators = {kind: _operators(kind) for kind in SCALARS}
        self._interval = ObjectOf("SuggestInterval", {"from": _leaf("Int"), "to": _leaf("Int")})
        self.filters = {name: self._filter(table) for name, table in model.tables.items()}
        self.values: dict[str, ObjectOf] = {}
        self.changes: dict[str, ObjectOf] = {}
        self.suggestions = {name: self._suggestion(table) for name, table in model.tables.items()}
        for table in model.tables.values():
            self._add_values(table)
        for table in model.tables.values():
            nested = {name: ListOf(self.values[child]) for name, child in table.children.items()}
            self.values[table.name].fields.update(nested)

    def _filter(self, table: Table) -> ObjectOf:
        shape = ObjectOf(f"FilterExpression_{table.identifier}")
        shape.fields["_and"] = shape.fields["_or"] = ListOf(shape)
        for column in table.columns.values():
            shape.fields[column.name] = self._operators[column.type]
        for virtual in ("createdDateTime", "changedDateTime"):
            shape.fields[virtual] = self._operators["DateTime"]
        return shape

    def _suggestion(self, table: Table) -> ObjectOf:
        numbered = [column.name for column in table.columns.values() if column.first_number]
        return ObjectOf(f"Suggest_{table.identifier}_Input", dict.fromkeys(numbered, self._interval))

    def _add_values(self, table: Table) -> None:
        """The input of creates, and the one of updates: without key columns where the key has several."""
        fields: dict[str, Shape] = {}
        for column in table.columns.values():
            if not column.computed and column.name != table.auto_key:
                fields |= self._ways_to_write(column)
        self.values[table.name] = ObjectOf(f"{table.identifier}_Input", fields)
        self.changes[table.name] = self.values[table.name]
        if len(table.key) > 1:
            keyless = {name: shape for name, shape in fields.items() if name not in table.key}
            self.changes[table.name] = ObjectOf(f"{table.identifier}_Update_Input", keyless)

    def _ways_to_write(self, column: Column) -> dict[str, Shape]:
        ways: dict[str, Shape] = {column.name: _leaf(column.type)}
        if column.enum:
            ways[f"{column.name}AsEnum"] = _enum_leaf(column, self.enums[column.enum])
        if column.flags:
            ways[f"{column.name}Flags"] = _flags_leaf(column, self.flags[column.flags])
        if column.kind == "date":
            ways[f"{column.name}AsDate"] = Leaf(DATE, as_day, column.name)
        return ways


def _leaf(kind: str) -> Leaf:
    return Leaf(*SCALARS[kind])


def _enum(name: str, members: dict[int, str]) -> GraphQLEnumType:
    return GraphQLEnumType(name, {member: number for number, member in members.items()})


def _enum_leaf(column: Column, enum: GraphQLEnumType) -> Leaf:
    return Leaf(enum, lambda value: _member(enum, value), column.name)


def _flags_leaf(column: Column, enum: GraphQLEnumType) -> Leaf:
    def bits(value: Value) -> int:
        return sum({_member(enum, name) for name in (value if isinstance(value, list) else [value])})

    return Leaf(GraphQLList(GraphQLNonNull(enum)), bits, column.name)


def _member(enum: GraphQLEnumType, value: Value) -> int:
    if isinstance(value, str) and (member := enum.values.get(value)):
        return int(member.value)
    raise BadInputError(f"Unable to convert {value!r} to '{enum.name}'")


def _operators(kind: str) -> ObjectOf:
    one = _leaf(kind)
    between = ObjectOf(f"Between_{kind}", {"from": one, "to": one})
    fields: dict[str, Shape] = dict.fromkeys(("_eq", "_not_eq", "_gt", "_gte", "_lt", "_lte"), one)
    fields |= {"_in": ListOf(one), "_not_in": ListOf(one), "_between": between, "_not_between": between}
    if kind == "String":
        fields |= {"_like": one, "_not_like": one}
    return ObjectOf(f"FilterOperators_{kind}", fields)


class PublicInputs:
    """The shapes as clients see them: input object types."""

    def __init__(self) -> None:
        self._types: dict[str, GraphQLInputObjectType] = {}

    def type_of(self, shape: Shape) -> GraphQLInputType:
        """The GraphQL type of a shape, made once per name."""
        if isinstance(shape, Leaf):
            return shape.graphql
        if isinstance(shape, ListOf):
            return GraphQLList(self.type_of(shape.item))
        if shape.name not in self._types:
            self._types[shape.name] = GraphQLInputObjectType(
                shape.name,
                lambda: {name: GraphQLInputField(self.type_of(part)) for name, part in shape.fields.items()},
            )
        return self._types[shape.name]


class OrderedInputs:
    """The shapes as documents are executed: scalars that keep the order written."""

    def __init__(self) -> None:
        self._types: dict[str, GraphQLScalarType] = {}

    def type_of(self, shape: Shape) -> GraphQLInputType:
        """The GraphQL type of a shape, made once per name."""
        if isinstance(shape, Leaf):
            return shape.graphql
        if isinstance(shape, ListOf):
            return GraphQLList(self.type_of(shape.item))
        if shape.name not in self._types:
            self._types[shape.name] = _scalar(shape.name, shape.coerce)
        return self._types[shape.name]
