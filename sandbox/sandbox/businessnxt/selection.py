"""What a document selects below a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import FieldNode, FragmentSpreadNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLResolveInfo, SelectionNode


def selected(info: GraphQLResolveInfo[Any], *path: str) -> list[str]:
    """The names of the fields that are selected at the end of the path below the field being answered."""
    nodes: list[FieldNode] = list(info.field_nodes)
    for step in path:
        nodes = [child for node in nodes for child in _children(node, info) if child.name.value == step]
    return list(dict.fromkeys(child.name.value for node in nodes for child in _children(node, info)))


def _children(node: FieldNode, info: GraphQLResolveInfo[Any]) -> Iterator[FieldNode]:
    return _fields(node.selection_set.selections if node.selection_set else (), info)


def _fields(selections: tuple[SelectionNode, ...], info: GraphQLResolveInfo[Any]) -> Iterator[FieldNode]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, FragmentSpreadNode):
            yield from _fields(info.fragments[selection.name.value].selection_set.selections, info)
        else:
            yield from _fields(selection.selection_set.selections, info)  # type: ignore[attr-defined]
