"""The GraphQL schema of the company, made from the model: types only, `binding` makes them answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    specified_directives,
)
from graphql.language import DirectiveLocation

from sandbox.businessnxt import schema_async
from sandbox.businessnxt.grouping import AGGREGATED, has_numbers
from sandbox.businessnxt.inputs import DATE, DECIMAL, SCALARS, TIME, enum_type
from sandbox.businessnxt.naming import COMPANY, CUSTOMER, PARTIAL_REQUEST, PERSIST, Names
from sandbox.businessnxt.schema_inputs import Inputs, shown_columns
from sandbox.businessnxt.schema_orders import OrderShapes, processings_and_reports
from sandbox.businessnxt.schema_tenants import available_companies, available_customers, use_model

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.model import Column, Model, Table

EXPORT = GraphQLDirective(
    "export",
    [DirectiveLocation.FIELD],
    {"as": GraphQLArgument(GraphQLNonNull(GraphQLString), out_name="as_")},
)
_ON_ERROR = enum_type("OnError", ["FAIL_TABLE"])
_INSERT_POSITION = enum_type("InsertPosition", ["BEFORE", "AFTER"])
_PAGE_INFO = GraphQLObjectType(
    "PageInfo",
    {
        "hasNextPage": GraphQLField(GraphQLBoolean),
        "hasPreviousPage": GraphQLField(GraphQLBoolean),
        "startCursor": GraphQLField(GraphQLString),
        "endCursor": GraphQLField(GraphQLString),
    },
)
_PAGING = {
    "first": GraphQLArgument(GraphQLInt),
    "after": GraphQLArgument(GraphQLString),
    "last": GraphQLArgument(GraphQLInt),
    "before": GraphQLArgument(GraphQLString),
    "skip": GraphQLArgument(GraphQLInt),
}


def build(model: Model, behaviours: Behaviours) -> GraphQLSchema:
    """The schema as clients see it."""
    return _Builder(model, behaviours).schema()


class _Builder:
    """Makes each type once."""

    def __init__(self, model: Model, behaviours: Behaviours) -> None:
        self._model = model
        self._behaviours = behaviours
        self._names = Names(behaviours)
        self._inputs = Inputs(model, self._names, behaviours)
        tables = model.tables.values()
        self._rows = {
            table.name: GraphQLObjectType(self._names.row(table), partial(self._row_fields, table)) for table in tables
        }
        self._connections = {
            table.name: GraphQLObjectType(self._names.connection(table), partial(self._connection_fields, table))
            for table in tables
        }

    def schema(self) -> GraphQLSchema:
        """The whole."""
        return GraphQLSchema(
            query=self._query(), mutation=self._mutation(), directives=self._directives(), assume_valid=True
        )

    def _directives(self) -> list[GraphQLDirective]:
        has = self._behaviours
        known = {"include": has.include_directive, "skip": has.skip_directive, "export": has.export_directive}
        return [each for each in (*specified_directives, EXPORT) if known.get(each.name, True)]

    # -- rows

    def _row_fields(self, table: Table) -> dict[str, GraphQLField]:
        kinds: dict[str, GraphQLOutputType] = {}
        for column in shown_columns(table, self._behaviours):
            as_text = column.kind == "date" and not self._behaviours.dates_are_numbers
            as_text = as_text or (column.type == "Decimal" and not self._behaviours.decimals_are_numbers)
            kinds[column.name] = GraphQLString if as_text else SCALARS[column.type][0]
            kinds |= self._derived_fields(column)
        fields = {name: GraphQLField(kind) for name, kind in kinds.items()} | self._joins(table)
        if self._behaviours.group_by and self._behaviours.group_aggregates:
            fields["aggregates"] = GraphQLField(self._aggregates(table))
        return fields

    def _derived_fields(self, column: Column) -> dict[str, GraphQLOutputType]:
        name, has = column.name, self._behaviours
        kinds: dict[str, GraphQLOutputType] = {}
        if column.kind == "date" and has.as_date_columns:
            kinds[f"{name}AsDate"] = DATE
        if column.kind in ("time", "ms") and has.as_time_columns:
            kinds[f"{name}AsTime"] = TIME
        if column.enum and has.as_enum_columns:
            kinds[f"{name}AsEnum"] = self._inputs.enums[column.enum]
        if column.flags and has.flags_columns:
            kinds[f"{name}Flags"] = GraphQLList(self._inputs.enums[column.flags])
        return kinds

    def _joins(self, table: Table) -> dict[str, GraphQLField]:
        fields = {}
        for relation in table.relations:
            up = self._rows[relation.to] if self._behaviours.joinup_is_an_object else self._connections[relation.to]
            fields[self._names.joinup(relation)] = GraphQLField(up)
        for relation in self._model.pointing_to[table.name]:
            child = self._model.tables[relation.table]
            down: GraphQLOutputType = self._connections[child.name]
            if not self._behaviours.joindown_is_a_connection:
                down = GraphQLList(self._rows[child.name])
            fields[self._names.joindown(relation)] = GraphQLField(down, args=self._row_arguments(child))
        return fields

    def _aggregates(self, table: Table) -> GraphQLObjectType:
        """What a group comes to: a function, then the column it is applied to."""
        columns = shown_columns(table, self._behaviours)
        kinds: dict[str, dict[str, GraphQLOutputType]] = {
            "Numbers": {column.name: DECIMAL for column in columns if has_numbers(column)},
            "Counts": {column.name: GraphQLInt for column in columns},
            "Values": {column.name: SCALARS[column.type][0] for column in columns},
        }
        types = {name: _object(self._names.aggregate(table, name), kind) for name, kind in kinds.items()}
        functions = {function: types[name] for name, functions in AGGREGATED.items() for function in functions}
        return _object(f"{table.identifier}_Aggregates", dict(functions))

    # -- connections

    def _connection_fields(self, table: Table) -> dict[str, GraphQLField]:
        row, has = self._rows[table.name], self._behaviours
        fields: dict[str, GraphQLField] = {}
        if has.total_count:
            fields["totalCount"] = GraphQLField(GraphQLInt)
        if has.page_info:
            fields["pageInfo"] = GraphQLField(_PAGE_INFO)
        if has.items_without_edges:
            fields["items"] = GraphQLField(GraphQLList(row))
        else:
            edge = {"node": GraphQLField(row), "cursor": GraphQLField(GraphQLString)}
            fields["edges"] = GraphQLField(GraphQLList(GraphQLObjectType(f"{table.identifier}Edge", edge)))
        return fields

    def _row_arguments(self, table: Table) -> dict[str, GraphQLArgument]:
        order, has = self._inputs.order_by(table), self._behaviours
        arguments = {
            "filter": GraphQLArgument(self._inputs.filter(table)),
            "orderBy": GraphQLArgument(GraphQLList(order) if has.order_by_is_a_list else order),
            **_PAGING,
        }
        if has.group_by:
            arguments["groupBy"] = GraphQLArgument(GraphQLList(self._inputs.group_by(table)))
        if has.group_by and has.group_having:
            arguments["having"] = GraphQLArgument(self._inputs.having(table))
        if has.distinct_rows:
            arguments["distinct"] = GraphQLArgument(GraphQLBoolean)
        return arguments

    # -- roots

    def _query(self) -> GraphQLObjectType:
        has = self._behaviours
        fields = {"useCompany": self._use(COMPANY, self._tables(system=False), nullable=has.company_number_is_nullable)}
        if has.use_customer:
            fields["useCustomer"] = self._use(CUSTOMER, self._tables(system=True))
        if has.use_model:
            fields["useModel"] = use_model(has)
        if has.available_companies:
            fields["availableCompanies"] = available_companies(has, _PAGE_INFO)
        if has.available_customers:
            fields["availableCustomers"] = available_customers(has, _PAGE_INFO)
        return GraphQLObjectType("Query", fields | schema_async.queries(has))

    def _use(self, name: str, tables: list[Table], *, nullable: bool = True) -> GraphQLField:
        fields = partial(self._table_fields, tables, caches=name == COMPANY and self._behaviours.edit_cache)
        number = GraphQLArgument(GraphQLInt if nullable else GraphQLNonNull(GraphQLInt))
        arguments = {"no": number} | (self._edit_cache_arguments() if name == COMPANY else {})
        return GraphQLField(GraphQLObjectType(f"Query_{name}", fields), args=arguments)

    def _table_fields(self, tables: list[Table], *, caches: bool) -> dict[str, GraphQLField]:
        fields = {
            table.name: GraphQLField(self._connections[table.name], args=self._row_arguments(table)) for table in tables
        }
        return fields | ({PARTIAL_REQUEST: GraphQLField(GraphQLString)} if caches else {})

    def _edit_cache_arguments(self) -> dict[str, GraphQLArgument]:
        if not self._behaviours.edit_cache:
            return {}
        return {
            PERSIST: GraphQLArgument(GraphQLBoolean),
            PARTIAL_REQUEST: GraphQLArgument(GraphQLString),
        }

    def _tables(self, *, system: bool) -> list[Table]:
        return [table for table in self._model.tables.values() if table.system == system]

    def _mutation(self) -> GraphQLObjectType:
        company = GraphQLObjectType(f"Mutation_{COMPANY}", self._mutation_fields)
        number = GraphQLArgument(GraphQLInt)
        arguments = {"no": number} | self._edit_cache_arguments()
        fields = {"useCompany": GraphQLField(company, args=arguments)}
        return GraphQLObjectType("Mutation", fields | schema_async.mutations(self._behaviours))

    def _mutation_fields(self) -> dict[str, GraphQLField]:
        fields: dict[str, GraphQLField] = {}
        if self._behaviours.edit_cache:
            fields[PARTIAL_REQUEST] = GraphQLField(GraphQLString)
        for table in self._tables(system=False):
            if table.writable:
                fields |= self._mutations_of(table)
        order, lines = self._model.tables["order"], self._rows["orderLine"]
        finish_type = self._inputs.enums["FinishType"]
        shape = OrderShapes(self._inputs.filter(order), lines, finish_type)
        return fields | processings_and_reports(self._names, order, shape, self._behaviours)

    def _mutations_of(self, table: Table) -> dict[str, GraphQLField]:
        result = GraphQLObjectType(
            self._names.result(table),
            {"affectedRows": GraphQLField(GraphQLInt), "items": GraphQLField(GraphQLList(self._rows[table.name]))},
        )
        where = GraphQLArgument(self._inputs.filter(table))
        arguments = {
            "create": self._create_arguments(table),
            "update": self._update_arguments(table),
            "delete": {"filter": where},
        }
        return {self._names.mutation(table, verb): GraphQLField(result, args=args) for verb, args in arguments.items()}

    def _create_arguments(self, table: Table) -> dict[str, GraphQLArgument]:
        rows = GraphQLNonNull(GraphQLList(GraphQLNonNull(self._inputs.values(table))))
        arguments = {
            "values": GraphQLArgument(rows),
            "temporary": GraphQLArgument(GraphQLBoolean),
        }
        if suggestion := self._inputs.suggestion(table):
            arguments["suggest"] = GraphQLArgument(suggestion)
        if self._behaviours.rows_go_between_rows:
            arguments["insertAtRow"] = GraphQLArgument(self._inputs.filter(table))
            arguments["insertPosition"] = GraphQLArgument(_INSERT_POSITION)
        return arguments | self._error_argument()

    def _update_arguments(self, table: Table) -> dict[str, GraphQLArgument]:
        where, change = self._inputs.filter(table), self._inputs.changes(table)
        return {
            "filter": GraphQLArgument(where),
            "value": GraphQLArgument(change),
            "filters": GraphQLArgument(GraphQLList(where)),
            "values": GraphQLArgument(GraphQLList(GraphQLNonNull(change))),
        } | self._error_argument()

    def _error_argument(self) -> dict[str, GraphQLArgument]:
        return {"onError": GraphQLArgument(_ON_ERROR)} if self._behaviours.on_error_argument else {}


def _object(name: str, kinds: dict[str, GraphQLOutputType]) -> GraphQLObjectType:
    return GraphQLObjectType(name, partial(lambda: {field: GraphQLField(kind) for field, kind in kinds.items()}))
