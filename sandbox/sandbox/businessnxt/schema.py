"""The GraphQL schema of the company, made from the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    specified_directives,
)
from graphql.language import DirectiveLocation

from sandbox.businessnxt import model as models
from sandbox.businessnxt import times
from sandbox.businessnxt.company import COMPANY_NAME, COMPANY_NO, CUSTOMER_NO, ORGANIZATION_NO, Company
from sandbox.businessnxt.inputs import DATE, SCALARS, TIME, OrderedInputs, PublicInputs, Shapes
from sandbox.businessnxt.schema_orders import processings_and_reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.businessnxt.model import Column, Model, Relation, Table, Value
    from sandbox.businessnxt.reading import Connection
    from sandbox.businessnxt.store import Row

EXPORT = GraphQLDirective(
    "export",
    [DirectiveLocation.FIELD],
    {"as": GraphQLArgument(GraphQLNonNull(GraphQLString), out_name="as_")},
)
_SORT_ORDER = GraphQLEnumType("SortOrder", {"ASC": "ASC", "DESC": "DESC"})
_ON_ERROR = GraphQLEnumType("OnError", {"FAIL_TABLE": "FAIL_TABLE"})
_LANGUAGE = GraphQLEnumType(
    "ModelLanguage", {"ENGLISH": 44, "DANISH": 45, "SWEDISH": 46, "NORWEGIAN": 47, "FINNISH": 358}
)
_DATABASE_TYPE = GraphQLEnumType("DatabaseType", {"COMPANY": "COMPANY", "SYSTEM": "SYSTEM"})
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


def build(model: Model, shapes: Shapes, inputs: PublicInputs | OrderedInputs) -> GraphQLSchema:
    """The schema with its inputs as clients see them, or as documents are executed."""
    return _Builder(model, shapes, inputs).schema()


class _Builder:
    """Makes each type once."""

    def __init__(self, model: Model, shapes: Shapes, inputs: PublicInputs | OrderedInputs) -> None:
        self._model = model
        self._shapes = shapes
        self._inputs = inputs
        self._rows = {name: self._row_type(table) for name, table in model.tables.items()}
        self._connections = {name: self._connection_type(table) for name, table in model.tables.items()}
        self._orders = {name: _order_type(table) for name, table in model.tables.items()}

    def schema(self) -> GraphQLSchema:
        """The whole."""
        return GraphQLSchema(
            query=self._query(),
            mutation=self._mutation(),
            directives=[*specified_directives, EXPORT],
            assume_valid=True,
        )

    # -- rows

    def _row_type(self, table: Table) -> GraphQLObjectType:
        return GraphQLObjectType(table.identifier, lambda: self._row_fields(table))

    def _row_fields(self, table: Table) -> dict[str, GraphQLField]:
        fields: dict[str, GraphQLField] = {}
        for column in table.columns.values():
            fields[column.name] = GraphQLField(SCALARS[column.type][0])
            fields |= self._derived_fields(column)
        for relation in table.relations:
            fields[joinup_name(relation)] = GraphQLField(self._rows[relation.to], resolve=_parent(relation))
        for relation in self._model.pointing_to[table.name]:
            fields[joindown_name(relation)] = GraphQLField(
                self._connections[relation.table],
                args=self._row_arguments(self._model.tables[relation.table]),
                resolve=_children(relation),
            )
        return fields

    def _derived_fields(self, column: Column) -> dict[str, GraphQLField]:
        name, fields = column.name, {}
        if column.kind == "date":
            fields[f"{name}AsDate"] = GraphQLField(DATE, resolve=_derived(name, times.as_date))
        elif column.kind in ("time", "ms"):
            kind = column.kind
            fields[f"{name}AsTime"] = GraphQLField(TIME, resolve=_derived(name, lambda v: times.as_time(v, kind)))
        if column.enum:
            enum, members = self._shapes.enums[column.enum], self._model.enums[column.enum]
            fields[f"{name}AsEnum"] = GraphQLField(enum, resolve=_derived(name, lambda v: v if v in members else None))
        if column.flags:
            bits = self._model.flags[column.flags]
            flags = GraphQLList(self._shapes.flags[column.flags])
            fields[f"{name}Flags"] = GraphQLField(flags, resolve=_derived(name, lambda v: [b for b in bits if v & b]))
        return fields

    # -- connections

    def _connection_type(self, table: Table) -> GraphQLObjectType:
        return GraphQLObjectType(
            f"Query_UseCompany_{table.identifier}_Connection",
            lambda: {
                "totalCount": GraphQLField(GraphQLInt, resolve=lambda page, _: page.total_count),
                "pageInfo": GraphQLField(_PAGE_INFO, resolve=lambda page, _: page.page_info),
                "items": GraphQLField(GraphQLList(self._rows[table.name]), resolve=_items),
            },
        )

    def _row_arguments(self, table: Table) -> dict[str, GraphQLArgument]:
        return {
            "filter": GraphQLArgument(self._inputs.type_of(self._shapes.filters[table.name])),
            "orderBy": GraphQLArgument(GraphQLList(self._orders[table.name])),
            **_PAGING,
        }

    # -- roots

    def _query(self) -> GraphQLObjectType:
        company = GraphQLObjectType(
            "Query_UseCompany",
            lambda: {
                table.name: GraphQLField(
                    self._connections[table.name], args=self._row_arguments(table), resolve=_table_rows(table)
                )
                for table in self._model.tables.values()
            },
        )
        return GraphQLObjectType(
            "Query",
            {
                "useCompany": _use_company(company),
                "useModel": GraphQLField(_model_type(), resolve=lambda *_: self._model),
                "availableCompanies": _available_companies(),
                "availableCustomers": _available_customers(),
            },
        )

    def _mutation(self) -> GraphQLObjectType:
        writable = [table for table in self._model.tables.values() if table.writable]
        company = GraphQLObjectType(
            "Mutation_UseCompany",
            lambda: {
                **{name: field for table in writable for name, field in self._mutations_of(table).items()},
                **processings_and_reports(self._inputs.type_of(self._shapes.filters["order"]), self._rows["orderLine"]),
            },
        )
        return GraphQLObjectType("Mutation", {"useCompany": _use_company(company)})

    def _mutations_of(self, table: Table) -> dict[str, GraphQLField]:
        result = GraphQLObjectType(
            f"Mutation_UseCompany_{table.identifier}_Result",
            lambda: {
                "affectedRows": GraphQLField(GraphQLInt, resolve=lambda outcome, _: outcome.affected),
                "items": GraphQLField(GraphQLList(self._rows[table.name]), resolve=lambda outcome, _: outcome.rows),
            },
        )
        shapes, of = self._shapes, self._inputs.type_of
        where = of(shapes.filters[table.name])
        value, change = of(shapes.values[table.name]), of(shapes.changes[table.name])
        on_error = {"onError": GraphQLArgument(_ON_ERROR)}
        create = {"values": GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(value)))), **on_error}
        create["temporary"] = GraphQLArgument(GraphQLBoolean)
        if shapes.suggestions[table.name].fields:
            create["suggest"] = GraphQLArgument(of(shapes.suggestions[table.name]))
        update = {
            "filter": GraphQLArgument(where),
            "value": GraphQLArgument(change),
            "filters": GraphQLArgument(GraphQLList(where)),
            "values": GraphQLArgument(GraphQLList(GraphQLNonNull(change))),
            **on_error,
        }
        return {
            f"{table.name}_create": GraphQLField(result, args=create, resolve=_mutation_of(table, Company.create)),
            f"{table.name}_update": GraphQLField(result, args=update, resolve=_mutation_of(table, Company.update)),
            f"{table.name}_delete": GraphQLField(
                result, args={"filter": GraphQLArgument(where)}, resolve=_mutation_of(table, Company.delete)
            ),
        }


def joinup_name(relation: Relation) -> str:
    """The field that leads from a row to the one that its foreign number names."""
    target = models.pascal(relation.to)
    return f"joinup_{target}" if relation.name == target else f"joinup_{target}_via_{relation.name}"


def joindown_name(relation: Relation) -> str:
    """The field that leads from a row to those whose foreign number names it."""
    return f"joindown_{models.pascal(relation.table)}_via_{relation.name}"


def _order_type(table: Table) -> GraphQLInputObjectType:
    return GraphQLInputObjectType(
        f"OrderBy_{table.identifier}", lambda: {name: GraphQLInputField(_SORT_ORDER) for name in table.columns}
    )


# -- resolvers


def _company(info: GraphQLResolveInfo[Company]) -> Company:
    return info.context


def _derived(column: str, derive: Callable[[Any], Any]) -> Callable[[Row, Any], Any]:
    return lambda row, _: derive(row[column])


def _parent(relation: Relation) -> Callable[[Row, GraphQLResolveInfo[Company]], Row | None]:
    return lambda row, info: _company(info).parent(relation, row)


def _children(relation: Relation) -> Callable[..., Connection]:
    return lambda row, info, **arguments: _company(info).children(relation, row, arguments)


def _items(page: Connection, info: GraphQLResolveInfo[Company]) -> list[Row]:
    _company(info).rows_touched += len(page.items)
    return page.items


def _table_rows(table: Table) -> Callable[..., Connection | None]:
    def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> Connection | None:
        company = _company(info)
        return company.rows(table, arguments) if company.may_enter(number) else None

    return resolve


def _mutation_of(table: Table, act: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> Value:
        company = _company(info)
        if not company.may_enter(number):
            return None
        with company.undoing_failures():
            return act(company, table, arguments, info.path.as_list())

    return resolve


def _use_company(kind: GraphQLObjectType) -> GraphQLField:
    return GraphQLField(
        kind,
        args={"no": GraphQLArgument(GraphQLInt)},
        resolve=lambda _, __, no=None: no or 0,
    )


def _available_companies() -> GraphQLField:
    item = GraphQLObjectType(
        "AvailableCompany",
        {
            "name": GraphQLField(GraphQLString),
            "vismaNetCompanyId": GraphQLField(GraphQLInt),
            "vismaNetCustomerId": GraphQLField(GraphQLInt),
            "organizationNo": GraphQLField(GraphQLString),
        },
    )
    company = {
        "name": COMPANY_NAME,
        "vismaNetCompanyId": COMPANY_NO,
        "vismaNetCustomerId": CUSTOMER_NO,
        "organizationNo": ORGANIZATION_NO,
    }
    arguments = {name: GraphQLArgument(GraphQLInt) for name in ("customerNo", "first", "last")}

    def resolve(*_: Value, customerNo: int | None = None, **__: Value) -> dict[str, Any]:  # noqa: N803 - the API's
        items = [company] if customerNo in (None, CUSTOMER_NO) else []
        return {"totalCount": len(items), "items": items}

    return GraphQLField(_listing("AvailableCompanies", item), args=arguments, resolve=resolve)


def _available_customers() -> GraphQLField:
    item = GraphQLObjectType(
        "AvailableCustomer",
        {"name": GraphQLField(GraphQLString), "vismaNetCustomerId": GraphQLField(GraphQLInt)},
    )
    customers = [{"name": COMPANY_NAME, "vismaNetCustomerId": CUSTOMER_NO}]
    return GraphQLField(
        _listing("AvailableCustomers", item),
        args={name: GraphQLArgument(GraphQLInt) for name in ("first", "last")},
        resolve=lambda *_, **__: {"totalCount": 1, "items": customers},
    )


def _listing(name: str, item: GraphQLObjectType) -> GraphQLObjectType:
    return GraphQLObjectType(name, {"totalCount": GraphQLField(GraphQLInt), "items": GraphQLField(GraphQLList(item))})


def _model_type() -> GraphQLObjectType:
    column = GraphQLObjectType(
        "ModelColumn",
        {
            "columnNo": GraphQLField(GraphQLInt),
            "identifier": GraphQLField(GraphQLString),
            "name": GraphQLField(GraphQLString),
            "dataType": GraphQLField(GraphQLString),
            "maxLength": GraphQLField(GraphQLInt),
        },
    )
    table = GraphQLObjectType(
        "ModelTable",
        {
            "tableNo": GraphQLField(GraphQLInt, resolve=lambda table, _: table.number),
            "identifier": GraphQLField(GraphQLString),
            "name": GraphQLField(GraphQLString, resolve=lambda table, _: table.identifier),
            "databaseType": GraphQLField(_DATABASE_TYPE, resolve=lambda *_: "COMPANY"),
            "columns": GraphQLField(GraphQLList(column), resolve=_model_columns),
        },
    )
    fields: dict[str, GraphQLField] = {
        "tables": GraphQLField(
            GraphQLList(table),
            args={"lang": GraphQLArgument(_LANGUAGE)},
            resolve=lambda model, _, **__: model.tables.values(),
        )
    }
    return GraphQLObjectType("Query_UseModel", fields)


def _model_columns(table: Table, _: GraphQLResolveInfo[Company]) -> list[dict[str, Any]]:
    return [
        {
            "columnNo": table.number * 1000 + position,
            "identifier": models.pascal(column.name),
            "name": models.pascal(column.name),
            "dataType": column.type,
            "maxLength": column.length,
        }
        for position, column in enumerate(table.columns.values())
    ]
