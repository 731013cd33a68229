"""Small steps through a schema: from a type to its fields, and from a field to what it leads to or takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

if TYPE_CHECKING:
    from graphql import GraphQLField


def fields(kind: object) -> dict[str, GraphQLField]:
    """The fields of an object type; of nothing and of other types there are none."""
    return kind.fields if isinstance(kind, GraphQLObjectType) else {}


def below(kind: object, *path: str) -> GraphQLObjectType | None:
    """The object type that a way of fields leads to."""
    for name in path:
        field = fields(kind).get(name)
        kind = get_named_type(field.type) if field else None
    return kind if isinstance(kind, GraphQLObjectType) else None


def input_of(field: GraphQLField | None, argument: str) -> GraphQLInputObjectType | None:
    """The input object that an argument of a field takes."""
    taken = field.args.get(argument) if field else None
    kind = get_named_type(taken.type) if taken else None
    return kind if isinstance(kind, GraphQLInputObjectType) else None
