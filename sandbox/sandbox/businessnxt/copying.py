"""A copy of a schema with some fields left out, or with scalars in place of its input objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
)

if TYPE_CHECKING:
    from sandbox.businessnxt.model import Value

_WITH_PARTS = (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType, GraphQLInputObjectType)
LeftOut = Mapping[str, frozenset[str]]
"""The fields to leave out, by the name of their type."""

Scalars = Callable[[GraphQLInputObjectType], GraphQLScalarType]
"""The scalar that stands for an input object."""


def copied(schema: GraphQLSchema, *, without: LeftOut | None = None, scalars: Scalars | None = None) -> GraphQLSchema:
    """The schema again; types that nothing leads to any more are gone, unless nothing was left out."""
    copy = _Copy(without or {}, scalars)
    return GraphQLSchema(
        query=copy.type_of(schema.query_type),
        mutation=copy.type_of(schema.mutation_type),
        types=None if without or scalars else [copy.type_of(kind) for kind in schema.type_map.values()],
        directives=schema.directives,
        description=schema.description,
        assume_valid=True,
    )


class _Copy:
    """Copies each type once."""

    def __init__(self, without: LeftOut, scalars: Scalars | None) -> None:
        self._without = without
        self._scalars = scalars
        self._copies: dict[str, GraphQLNamedType] = {}

    def type_of(self, kind: Value) -> Value:
        """The copy of a type, inside the same wrappers."""
        if isinstance(kind, GraphQLList):
            return GraphQLList(self.type_of(kind.of_type))
        if isinstance(kind, GraphQLNonNull):
            return GraphQLNonNull(self.type_of(kind.of_type))
        if not isinstance(kind, _WITH_PARTS) or kind.name.startswith("__"):
            return kind
        if kind.name not in self._copies:
            self._copies[kind.name] = self._copy(kind)
        return self._copies[kind.name]

    def _copy(self, kind: Value) -> Value:
        if isinstance(kind, GraphQLUnionType):
            return _again(kind, types=lambda: [self.type_of(each) for each in kind.types])
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            interfaces = partial(lambda: [self.type_of(each) for each in kind.interfaces])
            return _again(kind, fields=partial(self._fields, kind), interfaces=interfaces)
        if self._scalars:
            return self._scalars(kind)
        return _again(kind, fields=partial(self._input_fields, kind))

    def _fields(self, kind: GraphQLObjectType | GraphQLInterfaceType) -> dict[str, GraphQLField]:
        gone = self._without.get(kind.name, frozenset())
        return {name: self._field(field) for name, field in kind.fields.items() if name not in gone}

    def _field(self, field: GraphQLField) -> Value:
        arguments = {name: self._argument(argument) for name, argument in field.args.items()}
        return _again(field, type_=self.type_of(field.type), args=arguments)

    def _argument(self, argument: GraphQLArgument) -> Value:
        return _again(argument, type_=self.type_of(argument.type))

    def _input_fields(self, kind: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        gone = self._without.get(kind.name, frozenset())
        return {
            name: _again(field, type_=self.type_of(field.type))
            for name, field in kind.fields.items()
            if name not in gone
        }


def _again(part: Value, **changes: Value) -> Value:
    """The same part of a schema with some of what it is made from changed."""
    return type(part)(**{**part.to_kwargs(), **changes})
