"""The parts of the schema that stand beside the tables: the model, and the companies and customers one may enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLString,
)

from sandbox.businessnxt.inputs import enum_type
from sandbox.businessnxt.words import LANGUAGES

if TYPE_CHECKING:
    from graphql import GraphQLOutputType

    from sandbox.businessnxt.reading_behaviours import ReadingBehaviours

_LANGUAGE = enum_type("ModelLanguage", LANGUAGES)
_DATABASE_TYPE = enum_type("DatabaseType", ["COMPANY", "SYSTEM"])


def use_model(has: ReadingBehaviours) -> GraphQLField:
    """The field that tells of tables and columns."""
    arguments = {}
    if has.model_language_of_tables:
        arguments["lang"] = GraphQLArgument(_LANGUAGE)
    if has.model_table_by_number:
        arguments["tableNo"] = GraphQLArgument(GraphQLInt)
    tables = GraphQLField(GraphQLList(_table(has)), args=arguments)
    language = {"lang": GraphQLArgument(_LANGUAGE)} if has.model_language else {}
    return GraphQLField(GraphQLObjectType("Query_UseModel", {"tables": tables}), args=language)


def _table(has: ReadingBehaviours) -> GraphQLObjectType:
    kinds: dict[str, GraphQLOutputType] = {
        "tableNo": GraphQLInt,
        "identifier": GraphQLString,
        "name": GraphQLString,
        "columns": GraphQLList(_column(has)),
    }
    if has.model_database_type:
        kinds["databaseType"] = _DATABASE_TYPE
    return _object("ModelTable", kinds)


def _column(has: ReadingBehaviours) -> GraphQLObjectType:
    kinds: dict[str, GraphQLOutputType] = {
        "columnNo": GraphQLInt,
        "identifier": GraphQLString,
        "name": GraphQLString,
        "dataType": GraphQLString,
    }
    if has.model_columns_tell_lengths:
        kinds["maxLength"] = GraphQLInt
    return _object("ModelColumn", kinds)


def available_companies(has: ReadingBehaviours, page_info: GraphQLObjectType) -> GraphQLField:
    """The field that lists companies."""
    kinds: dict[str, GraphQLOutputType] = {
        "name": GraphQLString,
        "vismaNetCompanyId": GraphQLInt,
        "vismaNetCustomerId": GraphQLInt,
    }
    if has.available_organization_no:
        kinds["organizationNo"] = GraphQLString
    arguments = ("customerNo", "first", "last") if has.available_companies_of_a_customer else ("first", "last")
    return _listing("AvailableCompanies", _object("AvailableCompany", kinds), arguments, has, page_info)


def available_customers(has: ReadingBehaviours, page_info: GraphQLObjectType) -> GraphQLField:
    """The field that lists customers."""
    item = _object("AvailableCustomer", {"name": GraphQLString, "vismaNetCustomerId": GraphQLInt})
    return _listing("AvailableCustomers", item, ("first", "last"), has, page_info)


def _listing(
    name: str,
    item: GraphQLObjectType,
    arguments: tuple[str, ...],
    has: ReadingBehaviours,
    page_info: GraphQLObjectType,
) -> GraphQLField:
    kinds: dict[str, GraphQLOutputType] = {"totalCount": GraphQLInt, "items": GraphQLList(item)}
    if not has.available_lists_lack_page_info:
        kinds["pageInfo"] = page_info
    return GraphQLField(_object(name, kinds), args={each: GraphQLArgument(GraphQLInt) for each in arguments})


def _object(name: str, kinds: dict[str, GraphQLOutputType]) -> GraphQLObjectType:
    return GraphQLObjectType(name, {field: GraphQLField(kind) for field, kind in kinds.items()})
