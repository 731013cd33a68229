"""The part of the schema that puts documents aside; how its fields are spelled is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
)

if TYPE_CHECKING:
    from sandbox.businessnxt.wire_behaviours import WireBehaviours

_TEXT = GraphQLArgument(GraphQLNonNull(GraphQLString))
_ANY_ANSWER = GraphQLScalarType("AsyncAnswer")


def queries(has: WireBehaviours) -> dict[str, GraphQLField]:
    """The fields that look at jobs."""
    if not has.async_queries:
        return {}
    result = _job("AsyncResult", {"data": GraphQLField(GraphQLString if has.async_result_is_text else _ANY_ANSWER)})
    fields = {"asyncResult": GraphQLField(result, args={"id": _TEXT})}
    if has.async_requests_are_listed:
        fields["asyncRequests"] = GraphQLField(GraphQLList(_job("AsyncRequest", {})))
    return fields


def mutations(has: WireBehaviours) -> dict[str, GraphQLField]:
    """The fields that make and delete jobs."""
    if not has.async_queries:
        return {}
    handle = _job("AsyncQuery", {})
    arguments = {"query": _TEXT, "args": GraphQLArgument(GraphQLString)}
    fields = {"asyncQuery": GraphQLField(handle, args=arguments)}
    if has.async_jobs_are_deleted:
        fields["asyncDelete"] = GraphQLField(handle, args={"id": _TEXT})
    return fields


def _job(name: str, more: dict[str, GraphQLField]) -> GraphQLObjectType:
    texts = ("operationId", "status", "createdAt", "completedAt")
    return GraphQLObjectType(name, {text: GraphQLField(GraphQLString) for text in texts} | more)
