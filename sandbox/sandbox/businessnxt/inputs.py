"""What may be sent in: every input object takes its values in the order they were written in.

graphql-core hands input objects over in the order of the schema. Business NXT assigns columns in the order of the
document, so documents are *validated* against the input objects of the schema and *executed* against scalars of the
same names, which take values by the rules of the input object that they stand for.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
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

from sandbox.businessnxt.naming import SUGGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.businessnxt.model import Model, Table, Value

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


DERIVED = ("AsDate", "AsTime", "AsEnum", "Flags")
"""What the names of fields end in that show or take a column in another form."""


def enum_type(name: str, members: Iterable[str]) -> GraphQLEnumType:
    """An enumeration of words; which numbers they stand for is known to the model."""
    return GraphQLEnumType(name, {member: member for member in members})


def scalar_taker(name: str) -> Callable[[Any], Any]:
    """How a scalar takes a value; one that only a real company has takes everything."""
    return SCALARS[name][1] if name in SCALARS else _OTHER.get(name, _as_it_is)


def _as_it_is(value: Value) -> Value:
    return value


def as_clock(value: Value) -> int:
    """`13:25` as 1325."""
    match = _CLOCK.match(value) if isinstance(value, str) else None
    if match is None:
        raise BadInputError(f"Unable to convert {value!r} to 'Time'")
    return int(match[1]) * 100 + int(match[2])


_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_OTHER: dict[str, Callable[[Any], Any]] = {"Date": as_day, "Time": as_clock}


class InputTakers:
    """For each input type the function that checks a value and turns it into what the store holds."""

    def __init__(self, model: Model, inputs_of_tables: dict[str, Table]) -> None:
        self._members = {
            name: {member: number for number, member in members.items()}
            for name, members in (model.enums | model.flags).items()
        }
        self._inputs_of_tables = inputs_of_tables
        self._objects: dict[str, ObjectTaker] = {}

    def scalar_for(self, kind: GraphQLInputObjectType) -> GraphQLScalarType:
        """The scalar that stands for an input object when a document is executed."""
        return _scalar(kind.name, self._object(kind).take)

    def taker(self, kind: GraphQLInputType) -> Callable[[Any], Any]:
        """How a type takes a value."""
        if isinstance(kind, GraphQLNonNull):
            return self.taker(kind.of_type)
        if isinstance(kind, GraphQLList):
            return _list_taker(self.taker(kind.of_type))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind).take
        if isinstance(kind, GraphQLEnumType):
            return self._member_taker(kind)
        return scalar_taker(kind.name)

    def _object(self, kind: GraphQLInputObjectType) -> ObjectTaker:
        if kind.name not in self._objects:
            self._objects[kind.name] = ObjectTaker(kind, self, self._inputs_of_tables.get(kind.name))
        return self._objects[kind.name]

    def _member_taker(self, kind: GraphQLEnumType) -> Callable[[Any], Any]:
        """A member as the number that columns hold, where it has one."""
        numbers = self._members.get(kind.name, {})

        def take(value: Value) -> Value:
            if value not in kind.values:
                raise BadInputError(f"Unable to convert {value!r} to '{kind.name}'")
            return numbers.get(value, value)

        return take


class ObjectTaker:
    """Takes the values of one input object; its fields are looked at when the first value comes."""

    def __init__(self, kind: GraphQLInputObjectType, takers: InputTakers, table: Table | None) -> None:
        self._kind = kind
        self._takers = takers
        self._table = table
        self._fields: dict[str, tuple[Callable[[Any], Any], str | None]] = {}

    def take(self, value: Value) -> dict[str, Any]:
        """Each value by the type of its field, under the name of its column, in the order given."""
        if type(value) is not dict:
            raise BadInputError(f"Expected an object of type '{self._kind.name}', found {value!r}")
        fields = self._fields or self._look()
        taken: dict[str, Any] = {}
        for name, item in value.items():
            if name not in fields:
                message = f"Unrecognized input field '{name}' for type '{self._kind.name}'"
                raise BadInputError(message, f".{name}")
            take, target = fields[name]
            try:
                new = None if item is None else take(item)
            except BadInputError as error:
                raise BadInputError(error.message, f".{name}{error.where}") from None
            if target:
                taken[target] = new
        return taken

    def _look(self) -> dict[str, tuple[Callable[[Any], Any], str | None]]:
        self._fields = {name: (self._part(name), self._target(name)) for name in self._kind.fields}
        return self._fields

    def _part(self, name: str) -> Callable[[Any], Any]:
        kind = self._kind.fields[name].type
        take = self._takers.taker(kind)
        if name.endswith("Flags") and self._base(name) != name:
            return lambda value: sum(set(take(value)))
        return take

    def _target(self, name: str) -> str | None:
        """The column that a field means; none for what the imitation has no use for."""
        base = self._base(name)
        if self._table is None or base in {SUGGEST, *self._table.columns, *self._table.children}:
            return base
        return None

    def _base(self, name: str) -> str:
        """`orderType` for `orderTypeAsEnum`."""
        for ending in DERIVED:
            if name.endswith(ending) and name.removesuffix(ending) in self._kind.fields:
                return name.removesuffix(ending)
        return name


def _list_taker(take: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Each item by its own type; a single one counts as a list of one."""

    def taken(value: Value) -> list[Any]:
        items = value if isinstance(value, list) else [value]
        return [_within(f"[{index}]", take, item) for index, item in enumerate(items)]

    return taken


def _within(where: str, take: Callable[[Any], Any], value: Value) -> Value:
    try:
        return take(value)
    except BadInputError as error:
        raise BadInputError(error.message, where + error.where) from None
