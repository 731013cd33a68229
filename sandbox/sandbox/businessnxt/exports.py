"""`@export`: a value that is answered becomes a variable, and what uses the variable waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    Node,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution import Executor, get_argument_values
from typing_extensions import override

from sandbox.businessnxt import schema as schemas
from sandbox.businessnxt.store import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Value


class RowExecutor(Executor[Any]):
    """graphql-core's executor with a short cut for rows and with `@export`."""

    exports = False

    @override
    def complete_list_value(
        self,
        return_type: GraphQLList[Value],
        field_details_list: Value,
        info: Value,
        path: Value,
        result: Value,
        *_: Value,
    ) -> Value:
        # Rows of which only columns are asked for need no resolver per value.
        if not self.exports and isinstance(result, list) and result and type(result[0]) is Row:
            selected = self.collect_subfields(return_type.of_type, field_details_list).grouped_field_set
            wanted = [(name, details[0].node.name.value) for name, details in selected.items()]
            fields = return_type.of_type.fields
            if all(name in result[0] and fields[name].resolve is None for _, name in wanted):
                return [{name: row[column] for name, column in wanted} for row in result]
        return super().complete_list_value(return_type, field_details_list, info, path, result, *_)

    @override
    def execute_fields(self, parent_type: Value, source_value: Value, path: Value, fields: Value, *_: Value) -> Value:
        sorted_fields = self._sorted(fields)
        answered = super().execute_fields(parent_type, source_value, path, sorted_fields, *_)
        return _in_order_of(fields, answered) if sorted_fields is not fields else answered

    @override
    def execute_fields_serially(
        self, parent_type: Value, source_value: Value, path: Value, fields: Value, *_: Value
    ) -> Value:
        sorted_fields = self._sorted(fields)
        answered = super().execute_fields_serially(parent_type, source_value, path, sorted_fields, *_)
        return _in_order_of(fields, answered) if sorted_fields is not fields else answered

    def _sorted(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields in an order in which variables are set before they are used."""
        company: Company = self.context_value
        if not self.exports or not company.behaviours.exports_are_waited_for or len(fields) < 2:
            return fields
        traffic = {name: self._traffic(each.node for each in details) for name, details in fields.items()}
        waiting, ready = dict(fields), {}
        while waiting:
            pending = {name: traffic[name].sets for name in waiting}
            free = [
                name
                for name in waiting
                if not any(traffic[name].uses & sets for other, sets in pending.items() if other != name)
            ]
            for name in free or [next(iter(waiting))]:
                ready[name] = waiting.pop(name)
        return ready

    def _traffic(self, nodes: Iterable[FieldNode]) -> _Traffic:
        traffic = _Traffic(self.fragment_definitions)
        for node in nodes:
            visit(node, traffic)
        return traffic

    @override
    def execute_field(self, parent_type: Value, source: Value, field_details_list: Value, *rest: Value) -> Value:
        value = super().execute_field(parent_type, source, field_details_list, *rest)
        if self.exports:
            self._export(field_details_list[0].node, value)
        return value

    def _export(self, node: FieldNode, value: Value) -> None:
        """Set the variable that a field's `@export(as:)` names, for what comes after it."""
        collects = self.context_value.behaviours.exports_collect_into_lists
        for directive in node.directives or ():
            if directive.name.value == schemas.EXPORT.name:
                [name] = get_argument_values(schemas.EXPORT, directive).values()
                known = self.variable_values.coerced
                if isinstance(known.get(name), list):
                    known[name] = [*known[name], value] if collects else [value]
                else:
                    known[name] = value


class _Traffic(Visitor):
    """The variables that a piece of a document sets by `@export`, and those it uses."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self._fragments = fragments
        self.sets: set[str] = set()
        self.uses: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Note a variable."""
        self.uses.add(node.name.value)

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note what a field sets."""
        for directive in node.directives or ():
            if directive.name.value == schemas.EXPORT.name:
                self.sets |= set(get_argument_values(schemas.EXPORT, directive).values())

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Look into the fragment."""
        fragment: Node | None = self._fragments.get(node.name.value)
        if fragment:
            visit(fragment, self)


def _in_order_of(fields: Iterable[str], answered: Value) -> dict[str, Any]:
    """The answer in the order that the document asked in."""
    return {name: answered[name] for name in fields if name in answered}
