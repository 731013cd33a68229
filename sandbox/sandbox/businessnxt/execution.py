"""Documents parsed and checked once, then executed against the company."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeGuard

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution import Executor, get_argument_values
from typing_extensions import override

from sandbox.businessnxt import schema as schemas
from sandbox.businessnxt.inputs import OrderedInputs, PublicInputs, Shapes
from sandbox.businessnxt.store import Row

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from graphql import DocumentNode

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Model, Value

# A longer one holds its values inside and does not come again; its tree would fill the memory.
_LONGEST_REMEMBERED = 20_000
_DERIVED = ("AsDate", "AsTime", "AsEnum", "Flags")


@dataclass(frozen=True)
class Document:
    """A document that was parsed: its operations, the names of its fields, and what is wrong with it."""

    ast: DocumentNode | None
    operations: dict[str | None, OperationDefinitionNode]
    fields: frozenset[str]
    exports: bool
    errors: tuple[dict[str, Any], ...]

    def kind(self, operation_name: str | None) -> str:
        """Whether the operation asked for is a `query` or a `mutation`."""
        operation = self.operations.get(operation_name) or next(iter(self.operations.values()), None)
        return "mutation" if operation and operation.operation is OperationType.MUTATION else "query"

    @property
    def mentioned(self) -> frozenset[str]:
        """Every column that the document may mean, also by a derived field."""
        bases = {name.removesuffix(end) for name in self.fields for end in _DERIVED if name.endswith(end)}
        return self.fields | bases


class Engine:
    """The schema, twice: as clients see it, and as documents run (see `inputs`)."""

    def __init__(self, model: Model, cached_documents: int = 128) -> None:
        shapes = Shapes(model)
        self.public = schemas.build(model, shapes, PublicInputs())
        self._ordered = schemas.build(model, shapes, OrderedInputs())
        self._cached = lru_cache(maxsize=cached_documents)(self._prepare)

    def prepare(self, text: str) -> Document:
        """A document, parsed and checked; short ones are remembered, as clients send them again and again."""
        return self._cached(text) if len(text) <= _LONGEST_REMEMBERED else self._prepare(text)

    def _prepare(self, text: str) -> Document:
        try:
            ast = parse(text, no_location=False)
        except GraphQLSyntaxError as error:
            return Document(None, {}, frozenset(), exports=False, errors=(_syntax_error(error),))
        errors = tuple(self._validation_errors(ast))
        names = _Names()
        visit(ast, names)
        operations = {
            node.name.value if node.name else None: node
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Document(ast, operations, frozenset(names.fields), names.exports, errors)

    def _validation_errors(self, ast: DocumentNode) -> list[dict[str, Any]]:
        """What breaks the rules of GraphQL, each under the name of its rule."""
        if not validate(self.public, ast):
            return []
        return [
            _validation_error(error, rule.__name__.removesuffix("Rule"))
            for rule in specified_rules
            for error in validate(self.public, ast, [rule])
        ]

    def execute(
        self, document: Document, variables: dict[str, Any] | None, operation_name: str | None, company: Company
    ) -> dict[str, Any]:
        """Answer a document; `errors` holds the company's objections beside those of GraphQL."""
        if document.errors or document.ast is None:
            return {"errors": list(document.errors)}
        introspects = not document.fields.isdisjoint({"__schema", "__type"})
        executor = _RowExecutor.build(
            self.public if introspects else self._ordered,
            document.ast,
            context_value=company,
            raw_variable_values=variables,
            operation_name=operation_name,
            is_awaitable=_never,
        )
        if isinstance(executor, list):
            return {"errors": [error.formatted for error in executor]}
        assert isinstance(executor, _RowExecutor)  # noqa: S101 - build returns the class it is called on
        executor.exports = document.exports
        result = executor.execute_operation()
        assert isinstance(result, ExecutionResult)  # noqa: S101 - no resolver is asynchronous
        errors = [*company.errors, *(error.formatted for error in result.errors or ())]
        return {"errors": errors, "data": result.data} if errors else {"data": result.data}


def _never(_: object) -> TypeGuard[Awaitable[Any]]:
    """No resolver is asynchronous; saying so saves asking of every value."""
    return False


class _RowExecutor(Executor[Any]):
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
            if all(column in result[0] for _, column in wanted):
                return [{name: row[column] for name, column in wanted} for row in result]
        return super().complete_list_value(return_type, field_details_list, info, path, result, *_)

    @override
    def execute_field(self, parent_type: Value, source: Value, field_details_list: Value, *rest: Value) -> Value:
        value = super().execute_field(parent_type, source, field_details_list, *rest)
        if self.exports:
            self._export(field_details_list[0].node, value)
        return value

    def _export(self, node: FieldNode, value: Value) -> None:
        """Set the variable that a field's `@export(as:)` names, for what comes after it."""
        for directive in node.directives or ():
            if directive.name.value == schemas.EXPORT.name:
                [name] = get_argument_values(schemas.EXPORT, directive).values()
                known = self.variable_values.coerced
                known[name] = [*known[name], value] if isinstance(known.get(name), list) else value


class _Names(Visitor):
    """Collects the names of all fields, and whether anything is exported."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.exports = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note a field."""
        self.fields.add(node.name.value)
        self.exports = self.exports or any(item.name.value == schemas.EXPORT.name for item in node.directives or ())


def _syntax_error(error: GraphQLError) -> dict[str, Any]:
    return {**error.formatted, "extensions": {"code": "SYNTAX_ERROR", "codes": ["SYNTAX_ERROR"]}}


def _validation_error(error: GraphQLError, rule: str) -> dict[str, Any]:
    """An error spelled as GraphQL.NET spells it: class name in the message, code in the extensions."""
    code = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in rule).lstrip("_")
    message = f"GraphQL.Validation.Errors.{rule}Error: {error.message}"
    return {**error.formatted, "message": message, "extensions": {"code": code, "codes": [code]}}
