"""GraphQL's rules, and those that hold when a part of the language is switched off."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    InlineFragmentNode,
    ListValueNode,
    Node,
    NullValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    specified_rules,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule, ValidationRule

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema

    from sandbox.businessnxt.reading_behaviours import LanguageBehaviours

Rules = tuple[type[Any], ...]


class _Refusing(ValidationRule):
    """A rule that only refuses."""

    def refuse(self, message: str, node: Node) -> None:
        """Note what is wrong, and where."""
        self.report_error(GraphQLError(message, node))


class NoAliasesRule(_Refusing):
    """Fields keep their names."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Look at a field."""
        if node.alias:
            self.refuse(f"The alias '{node.alias.value}' is not allowed.", node)


class NoNamedFragmentsRule(_Refusing):
    """No `...name`."""

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Look at a spread."""
        self.refuse(f"The fragment '{node.name.value}' is not allowed.", node)


class NoInlineFragmentsRule(_Refusing):
    """No `... on Type`."""

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> None:
        """Look at an inline fragment."""
        self.refuse("Inline fragments are not allowed.", node)


class CommasRule(_Refusing):
    """A comma stands between two arguments."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Look between the arguments of a field."""
        arguments = node.arguments or ()
        for left, right in pairwise(arguments):
            if not _comma_between(left, right):
                self.refuse(f"Expected a comma before '{right.name.value}'.", right)


class ListsAreListsRule(_Refusing):
    """A list is written as a list."""

    def enter(self, node: Node, *_: object) -> None:
        """Look at a value."""
        kind = self.context.get_input_type()
        is_one = isinstance(node, ValueNode) and not isinstance(node, ListValueNode | VariableNode | NullValueNode)
        if is_one and isinstance(get_nullable_type(kind), GraphQLList) and not self._within_list():
            self.refuse("Expected a list.", node)

    def _within_list(self) -> bool:
        return isinstance(get_nullable_type(self.context.get_parent_input_type()), GraphQLList)


class NoFilterVariablesRule(_Refusing):
    """Input objects are written into the document."""

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        """Look at an argument."""
        is_object = isinstance(get_named_type(self.context.get_input_type()), GraphQLInputObjectType)
        if is_object and isinstance(node.value, VariableNode) and node.name.value.startswith("filter"):
            self.refuse(f"Argument '{node.name.value}' cannot be a variable.", node)


def _comma_between(left: Node, right: Node) -> bool:
    if left.loc is None or right.loc is None:
        return True
    return "," in left.loc.source.body[left.loc.end : right.loc.start]


def rules(has: LanguageBehaviours) -> Rules:
    """The rules that documents are held to."""
    more = {
        NoAliasesRule: has.aliases,
        NoNamedFragmentsRule: has.named_fragments,
        NoInlineFragmentsRule: has.inline_fragments,
        CommasRule: has.commas_are_optional,
        ListsAreListsRule: has.one_value_for_a_list,
        NoFilterVariablesRule: has.filters_as_variables,
        NoSchemaIntrospectionCustomRule: has.introspection_is_on,
    }
    return (*specified_rules, *(rule for rule, allowed in more.items() if not allowed))


def broken_rules(
    schema: GraphQLSchema, document: DocumentNode, rules: Rules, has: LanguageBehaviours
) -> tuple[dict[str, Any], ...]:
    """What is wrong with a document, each under the name of its rule."""
    if not validate(schema, document, rules):
        return ()
    return tuple(
        _told(error, rule.__name__.removesuffix("Rule"), has)
        for rule in rules
        for error in validate(schema, document, [rule])
    )


def _told(error: GraphQLError, rule: str, has: LanguageBehaviours) -> dict[str, Any]:
    """An error spelled as GraphQL.NET spells it: class name in the message, code in the extensions."""
    told: dict[str, Any] = {**error.formatted}
    if has.validation_errors_name_their_class:
        told["message"] = f"GraphQL.Validation.Errors.{rule}Error: {error.message}"
    if has.validation_errors_have_codes:
        code = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in rule).lstrip("_")
        told["extensions"] = {"code": code, "codes": [code]}
    return told
