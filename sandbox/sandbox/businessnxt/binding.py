"""What makes a schema answer: resolvers, put onto the fields whose names say what they are.

The schema may be our own or one saved from a real company. What is not recognised is served and holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from sandbox.businessnxt import tenants, times
from sandbox.businessnxt.company import Company
from sandbox.businessnxt.naming import VERBS, Names
from sandbox.businessnxt.presentation import shown
from sandbox.businessnxt.schema_orders import PROCESSINGS, REPORTS
from sandbox.businessnxt.selection import selected
from sandbox.businessnxt.store import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLResolveInfo

    from sandbox.businessnxt.grouping import Groups
    from sandbox.businessnxt.model import Column, Model, Relation, Table, Value
    from sandbox.businessnxt.reading import Connection
    from sandbox.businessnxt.reading_behaviours import ReadingBehaviours
    from sandbox.businessnxt.rights import Rights

Resolver = Callable[..., Any]
"""What a field answers with."""

_ACTS = {"create": Company.create, "update": Company.update, "delete": Company.delete}


def bind(schema: GraphQLSchema, model: Model, behaviours: ReadingBehaviours, rights: Rights) -> None:
    """Let the schema answer from the company."""
    _Binder(schema, model, behaviours, rights).bind()


def inputs_of_tables(schema: GraphQLSchema, model: Model, names: Names) -> dict[str, Table]:
    """The inputs of rows by their type's name: what creates and updates take, and what stands inside them."""
    inputs = {names.values(table): table for table in model.tables.values()}
    company = schema.mutation_type.fields.get("useCompany") if schema.mutation_type else None
    fields = getattr(get_named_type(company.type), "fields", {}) if company else {}
    for table in model.tables.values():
        for verb, argument in (("create", "values"), ("update", "value")):
            field = fields.get(names.mutation(table, verb))
            if field and argument in field.args:
                inputs[get_named_type(field.args[argument].type).name] = table
    return inputs


class _Binder:
    """Goes through the tables of the model and binds what the schema has of each."""

    def __init__(self, schema: GraphQLSchema, model: Model, behaviours: ReadingBehaviours, rights: Rights) -> None:
        self._schema = schema
        self._model = model
        self._behaviours = behaviours
        self._rights = rights
        self._names = Names(behaviours)

    def bind(self) -> None:
        query = self._fields(self._schema.query_type)
        mutation = self._fields(self._schema.mutation_type)
        _answer(query, "useCompany", _enter_company)
        _answer(query, "useCustomer", lambda *_, no=None: no or 0)
        _answer(mutation, "useCompany", _enter_company)
        reads = self._below(query, "useCompany"), self._below(query, "useCustomer")
        writes = self._below(mutation, "useCompany")
        visible = {}
        for table in self._model.tables.values():
            fields = reads[1] if table.system else reads[0]
            if table.name in fields:
                visible[table.name] = self._bind_table(fields[table.name], table)
            for verb in VERBS:
                _answer(writes, self._names.mutation(table, verb), self._mutation(table, verb))
                self._bind_result(writes.get(self._names.mutation(table, verb)))
            self._bind_row_type(table, visible.get(table.name))
        self._bind_orders(writes)
        tenants.bind(query, self._model, visible)

    @staticmethod
    def _fields(kind: object) -> dict[str, GraphQLField]:
        return kind.fields if isinstance(kind, GraphQLObjectType) else {}

    def _below(self, fields: Mapping[str, GraphQLField], name: str) -> dict[str, GraphQLField]:
        return self._fields(get_named_type(fields[name].type)) if name in fields else {}

    # -- one table

    def _bind_table(self, field: GraphQLField, table: Table) -> GraphQLObjectType | None:
        """The table field and its connection; the type of the table's rows, where it can be seen."""
        field.resolve = self._unless_hidden(table, _table_rows(table))
        connection = self._fields(get_named_type(field.type))
        _bind_connection(connection)
        holder = connection.get("items") or self._below(connection, "edges").get("node")
        row = get_named_type(holder.type) if holder else None
        return row if isinstance(row, GraphQLObjectType) else None

    def _bind_row_type(self, table: Table, seen: GraphQLObjectType | None) -> None:
        """The type of the table's rows, which joins may show where the table field is hidden."""
        fields = self._fields(seen or self._schema.type_map.get(self._names.row(table)))
        for name, column in table.columns.items():
            self._bind_column(fields, table, name, column)
        for relation in table.relations:
            to = self._model.tables[relation.to]
            _answer(fields, self._names.joinup(relation), self._unless_hidden(to, self._parent(relation)))
        for relation in self._model.pointing_to[table.name]:
            child = self._model.tables[relation.table]
            _answer(fields, self._names.joindown(relation), self._unless_hidden(child, self._children(relation)))

    def _bind_column(self, fields: Mapping[str, GraphQLField], table: Table, name: str, column: Column) -> None:
        if (table.name, name) in self._rights.hidden_columns:
            _answer(fields, name, _refuse(f"column {table.name}.{name}"))
        elif show := shown(column, self._behaviours):
            _answer(fields, name, _of(name, show))
        _answer(fields, f"{name}AsDate", _of(name, self._as_date))
        _answer(fields, f"{name}AsTime", _of(name, partial(times.as_time, kind=column.kind or "time")))
        if column.enum:
            _answer(fields, f"{name}AsEnum", _of(name, self._model.enums[column.enum].get))
        if column.flags:
            _answer(fields, f"{name}Flags", _of(name, partial(_set_bits, self._model.flags[column.flags])))

    def _as_date(self, day: int) -> str | None:
        date = times.as_date(day)
        if date is None and not self._behaviours.impossible_date_is_null:
            raise GraphQLError(f"{day} is no date.")
        return date

    # -- joins

    def _parent(self, relation: Relation) -> Resolver:
        if not self._behaviours.joinup_is_an_object:
            return _rows_across(relation, up=True)
        to = self._model.tables[relation.to]

        def resolve(row: Row, info: GraphQLResolveInfo[Company]) -> Row | None:
            if not row.get(relation.column):
                return None if info.context.behaviours.joinup_of_unset_is_null else Row(to.empty_row)
            return info.context.parent(relation, row)

        return _unless_mutating(resolve)

    def _children(self, relation: Relation) -> Resolver:
        find = _unless_mutating(_rows_across(relation, up=False))
        if self._behaviours.joindown_is_a_connection:
            return find
        return lambda row, info, **arguments: find(row, info, **arguments).items

    # -- mutations

    def _mutation(self, table: Table, verb: str) -> Resolver:
        def resolve(number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value) -> Value:
            company = info.context
            if not company.may_enter(number):
                return None
            if self._rights.refuses(table, verb):
                raise _denied(f"{table.name}_{verb}")
            with company.undoing_failures():
                return _ACTS[verb](company, table, arguments, info.path.as_list())

        return resolve

    def _bind_result(self, field: GraphQLField | None) -> None:
        fields = self._fields(get_named_type(field.type)) if field else {}
        _answer(fields, "affectedRows", lambda outcome, _: outcome.affected)
        _answer(fields, "items", lambda outcome, _: outcome.rows)

    def _bind_orders(self, writes: Mapping[str, GraphQLField]) -> None:
        order = self._model.tables["order"]
        for name, acts in ((self._names.processings(order), PROCESSINGS), (self._names.reports(order), REPORTS)):
            _answer(writes, name, lambda number, _: number)
            for act, resolve in acts.items():
                _answer(self._below(writes, name), act, resolve)

    def _unless_hidden(self, table: Table, resolve: Resolver) -> Resolver:
        return _refuse(f"table {table.name}") if table.name in self._rights.hidden_tables else resolve


def _answer(fields: Mapping[str, GraphQLField], name: str, resolve: Resolver) -> None:
    if name in fields:
        fields[name].resolve = resolve


def _bind_connection(fields: Mapping[str, GraphQLField]) -> None:
    _answer(fields, "totalCount", lambda page, _: page.total_count)
    _answer(fields, "pageInfo", lambda page, _: page.page_info)
    _answer(fields, "items", _items)
    _answer(fields, "edges", lambda page, _: [
        {"node": node, "cursor": cursor} for node, cursor in zip(page.items, page.cursors(), strict=True)
    ])  # fmt: skip


# -- resolvers


def _enter_company(_: Value, info: GraphQLResolveInfo[Company], no: int | None = None) -> int | None:
    """The number itself: what is denied is denied at each field below, unless the whole company is."""
    company = info.context
    if not company.behaviours.denied_company_keeps_its_shape and not company.may_enter(no):
        return None
    return no or 0


def _of(column: str, show: Callable[[Any], Any]) -> Resolver:
    return lambda row, _: show(row[column])


def _set_bits(names: dict[int, str], value: int) -> list[str]:
    return [name for bit, name in names.items() if value & bit]


def _rows_across(relation: Relation, *, up: bool) -> Resolver:
    def resolve(row: Row, info: GraphQLResolveInfo[Company], **arguments: Value) -> Connection | Groups:
        return info.context.across(relation, row, arguments, partial(selected, info), up=up)

    return resolve


def _unless_mutating(resolve: Resolver) -> Resolver:
    """A join, which a switch can keep from what mutations answer."""

    def joined(row: Row, info: GraphQLResolveInfo[Company], **arguments: Value) -> Value:
        if info.operation.operation.value == "mutation" and not info.context.behaviours.joins_follow_mutations:
            return None
        return resolve(row, info, **arguments)

    return joined


def _items(page: Connection | Groups, info: GraphQLResolveInfo[Company]) -> list[Row]:
    info.context.rows_touched += len(page.items)
    return page.items


def _table_rows(table: Table) -> Resolver:
    def resolve(
        number: int | None, info: GraphQLResolveInfo[Company], **arguments: Value
    ) -> Connection | Groups | None:
        company = info.context
        if not (company.may_use_customer(number) if table.system else company.may_enter(number)):
            return None
        return company.rows(table, arguments, partial(selected, info))

    return resolve


def _refuse(what: str) -> Resolver:
    def resolve(*_: Value, **__: Value) -> Value:
        raise _denied(what)

    return resolve


def _denied(what: str) -> GraphQLError:
    return GraphQLError(f"The access group of the service does not open {what}.", extensions={"code": "ACCESS_DENIED"})
