"""Documents parsed and checked once, then executed against the company."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeGuard

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    visit,
)

from sandbox.businessnxt import binding, copying, language
from sandbox.businessnxt import rights as access
from sandbox.businessnxt import schema as schemas
from sandbox.businessnxt.behaviours import Behaviours
from sandbox.businessnxt.exports import RowExecutor
from sandbox.businessnxt.inputs import DERIVED, InputTakers
from sandbox.businessnxt.naming import Names
from sandbox.businessnxt.switches import shapes

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from graphql import DocumentNode, GraphQLSchema

    from sandbox.businessnxt.company import Company
    from sandbox.businessnxt.model import Model
    from sandbox.businessnxt.rights import Rights

# A longer one holds its values inside and does not come again; its tree would fill the memory.
_LONGEST_REMEMBERED = 20_000
_REMEMBERED_DOCUMENTS = 128
_REMEMBERED_SCHEMAS = 4
_SHAPES = shapes(Behaviours)
_shape_of = attrgetter(*_SHAPES)


@dataclass(frozen=True)
class Document:
    """A document that was parsed: its operations, the names of its fields, and what is wrong with it."""

    schema: Served
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
        bases = {name.removesuffix(end) for name in self.fields for end in DERIVED if name.endswith(end)}
        return self.fields | bases


class Served:
    """A schema, twice: as clients see it, and as documents run (see `inputs`); with the documents it has checked."""

    def __init__(self, model: Model, saved: GraphQLSchema | None, behaviours: Behaviours, rights: Rights) -> None:
        whole = saved or schemas.build(model, behaviours)
        gone = access.left_out(rights, whole, model, behaviours)
        self.public = copying.copied(whole, without=gone) if saved or gone else whole
        binding.bind(self.public, model, behaviours, rights)
        inputs = binding.inputs_of_tables(self.public, model, Names(behaviours))
        self.ordered = copying.copied(self.public, scalars=InputTakers(model, inputs).scalar_for)
        self._behaviours = behaviours
        self._rules = language.rules(behaviours)
        self.prepared = lru_cache(maxsize=_REMEMBERED_DOCUMENTS)(self.prepare)

    def prepare(self, text: str) -> Document:
        """Parse and check a document."""
        try:
            ast = parse(text, no_location=False)
        except GraphQLSyntaxError as error:
            return Document(self, None, {}, frozenset(), exports=False, errors=(_syntax_error(error),))
        errors = language.broken_rules(self.public, ast, self._rules, self._behaviours)
        names = _Names()
        visit(ast, names)
        operations = {
            node.name.value if node.name else None: node
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Document(self, ast, operations, frozenset(names.fields), names.exports, errors)


class Engine:
    """Answers documents; the schema follows the behaviours and the rights of the moment.

    Args:
        saved: The schema of a real company, served instead of our own.
    """

    def __init__(self, model: Model, behaviours: Behaviours, saved: GraphQLSchema | None = None) -> None:
        self._model = model
        self._behaviours = behaviours
        self._saved = saved
        self.rights = access.Rights()
        self._served: OrderedDict[tuple[Any, ...], Served] = OrderedDict()
        self.current()

    def current(self) -> Served:
        """The schema as it is now."""
        key = (_shape_of(self._behaviours), self.rights)
        if key not in self._served:
            shape = dict(zip(_SHAPES, key[0], strict=True))
            self._served[key] = Served(self._model, self._saved, replace(Behaviours(), **shape), self.rights)
            while len(self._served) > _REMEMBERED_SCHEMAS:
                self._served.popitem(last=False)
        return self._served[key]

    def prepare(self, text: str) -> Document:
        """A document, parsed and checked; short ones are remembered, as clients send them again and again."""
        served = self.current()
        return served.prepared(text) if len(text) <= _LONGEST_REMEMBERED else served.prepare(text)

    def execute(
        self, document: Document, variables: dict[str, Any] | None, operation_name: str | None, company: Company
    ) -> dict[str, Any]:
        """Answer a document; `errors` holds the company's objections beside those of GraphQL."""
        if document.errors or document.ast is None:
            return {"errors": list(document.errors)}
        introspects = not document.fields.isdisjoint({"__schema", "__type"})
        executor = RowExecutor.build(
            document.schema.public if introspects else document.schema.ordered,
            document.ast,
            context_value=company,
            raw_variable_values=variables,
            operation_name=operation_name,
            is_awaitable=_never,
        )
        if isinstance(executor, list):
            return {"errors": [error.formatted for error in executor]}
        assert isinstance(executor, RowExecutor)  # noqa: S101 - build returns the class it is called on
        lacks_exports = company.is_asynchronous and company.behaviours.async_lacks_exports
        executor.exports = document.exports and not lacks_exports
        try:
            result = executor.execute_operation()
        finally:
            company.leave()
        assert isinstance(result, ExecutionResult)  # noqa: S101 - no resolver is asynchronous
        errors = [*company.errors, *(error.formatted for error in result.errors or ())]
        return {"errors": errors, "data": result.data} if errors else {"data": result.data}


def _never(_: object) -> TypeGuard[Awaitable[Any]]:
    """No resolver is asynchronous; saying so saves asking of every value."""
    return False


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
