"""What makes a schema answer: resolvers, put onto the fields whose names say what they are.

The schema may be our own or one saved from a real company. What is not recognised is served and holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from sandbox.businessnxt import queueing, tenants, times
from sandbox.businessnxt.company import Company
from sandbox.businessnxt.naming import PARTIAL_REQUEST, PERSIST, VERBS, Names
from sandbox.businessnxt.presentation import shown
from sandbox.businessnxt.schema_orders import PROCESSINGS, REPORTS
from sandbox.businessnxt.selection import selected
from sandbox.businessnxt.store import Row
from sandbox.businessnxt.walking import below, fields, input_of

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
    writes = fields(below(schema.mutation_type, "useCompany"))
    for table in model.tables.values():
        for verb, argument in (("create", "values"), ("update", "value")):
            if kind := input_of(writes.get(names.mutation(table, verb)), argument):
                inputs[kind.name] = table
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
        """Everything that has a name we know."""
        query, mutation = self._schema.query_type, self._schema.mutation_type
        for root in (query, mutation):
            _answer(fields(root), "useCompany", _enter_company)
            _answer(fields(below(root, "useCompany")), PARTIAL_REQUEST, _partial_request)
        _answer(fields(query), "useCustomer", lambda *_, no=None: no or 0)
        shown_rows = self._bind_reading(query)
        self._bind_writing(fields(below(mutation, "useCompany")))
        tenants.bind(query, self._model, shown_rows)
        queueing.bind(fields(query), fields(mutation))

    # -- reading

    def _bind_reading(self, query: GraphQLObjectType | None) -> dict[str, GraphQLObjectType | None]:
        """Bind what is below the query; the type of the rows of each table that can be asked for."""
        rows = {}
        for table in self._model.tables.values():
            root = below(query, "useCustomer" if table.system else "useCompany")
            if table.name in fields(root):
                fields(root)[table.name].resolve = self._unless_hidden(table, _table_rows(table))
                _bind_connection(fields(below(root, table.name)))
                rows[table.name] = below(root, table.name, "items") or below(root, table.name, "edges", "node")
            self._bind_row_type(table, rows.get(table.name))
        return rows

    def _bind_row_type(self, table: Table, asked: GraphQLObjectType | None) -> None:
        """The type of the table's rows, which joins may show where the table itself is hidden."""
        row = fields(asked or self._schema.type_map.get(self._names.row(table)))
        for name, column in table.columns.items():
            self._bind_column(row, table, name, column)
        for relation in table.relations:
            to = self._model.tables[relation.to]
            _answer(row, self._names.joinup(relation), self._unless_hidden(to, self._parent(relation)))
        for relation in self._model.pointing_to[table.name]:
            child = self._model.tables[relation.table]
            _answer(row, self._names.joindown(relation), self._unless_hidden(child, self._children(relation)))

    def _bind_column(self, row: Mapping[str, GraphQLField], table: Table, name: str, column: Column) -> None:
        if (table.name, name) in self._rights.hidden_columns:
            _answer(row, name, _refuse(f"column {table.name}.{name}"))
        elif show := shown(column, self._behaviours):
            _answer(row, name, _of(name, show))
        _answer(row, f"{name}AsDate", _of(name, self._as_date))
        _answer(row, f"{name}AsTime", _of(name, partial(times.as_time, kind=column.kind or "time")))
        if column.enum:
            _answer(row, f"{name}AsEnum", _of(name, self._model.enums[column.enum].get))
        if column.flags:
            _answer(row, f"{name}Flags", _of(name, partial(_set_bits, self._model.flags[column.flags])))

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

    # -- writing

    def _bind_writing(self, writes: Mapping[str, GraphQLField]) -> None:
        for table in self._model.tables.values():
            for verb in VERBS:
                name = self._names.mutation(table, verb)
                _answer(writes, name, self._mutation(table, verb))
                result = fields(get_named_type(writes[name].type)) if name in writes else {}
                _answer(result, "affectedRows", lambda outcome, _: outcome.affected)
                _answer(result, "items", lambda outcome, _: outcome.rows)
        order = self._model.tables["order"]
        for name, acts in ((self._names.processings(order), PROCESSINGS), (self._names.reports(order), REPORTS)):
            _answer(writes, name, lambda number, _: number)
            for act, resolve in acts.items():
                _answer(fields(get_named_type(writes[name].type)) if name in writes else {}, act, resolve)

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

    def _unless_hidden(self, table: Table, resolve: Resolver) -> Resolver:
        return _refuse(f"table {table.name}") if table.name in self._rights.hidden_tables else resolve


def _answer(there: Mapping[str, GraphQLField], name: str, resolve: Resolver) -> None:
    if name in there:
        there[name].resolve = resolve


def _bind_connection(page_fields: Mapping[str, GraphQLField]) -> None:
    _answer(page_fields, "totalCount", lambda page, _: page.total_count)
    _answer(page_fields, "pageInfo", lambda page, _: page.page_info)
    _answer(page_fields, "items", _items)
    _answer(page_fields, "edges", lambda page, _: [
        {"node": node, "cursor": cursor} for node, cursor in zip(page.items, page.cursors(), strict=True)
    ])  # fmt: skip


# -- resolvers


def _enter_company(
    _: Value, info: GraphQLResolveInfo[Company], no: int | None = None, **edit_cache: Value
) -> int | None:
    """The number itself: what is denied is denied at each field below, unless the whole company is."""
    company = info.context
    if not company.behaviours.denied_company_keeps_its_shape and not company.may_enter(no):
        return None
    number, goes_on = edit_cache.get(PARTIAL_REQUEST), bool(edit_cache.get(PERSIST))
    if (number or goes_on) and company.may_enter(no):
        only_reads = info.operation.operation.value == "query"
        company.work_in_edit_cache(number, goes_on=goes_on, only_reads=only_reads)
    return no or 0


def _partial_request(_: Value, info: GraphQLResolveInfo[Company]) -> str | None:
    session = info.context.session
    return session.cache.id if session else None


def _of(column: str, show: Callable[[Any], Any]) -> Resolver:
    return lambda row, _: show(row[column])


def _set_bits(names: dict[int, str], value: int) -> list[str]:
    return [name for bit, name in names.items() if value & bit]


def _rows_across(relation: Relation, *, up: bool) -> Resolver:
    def resolve(row: Row, info: GraphQLResolveInfo[Company], **arguments: Value) -> Connection | Groups:
        return info.context.across(relation, row, arguments, partial(selected, info), up=up)

    return resolve


def _unless_mutating(resolve: Resolver) -> Resolver:
    """A join, which a switch can keep from what mutations answer, and which async queries lack."""

    def joined(row: Row, info: GraphQLResolveInfo[Company], **arguments: Value) -> Value:
        if info.operation.operation.value == "mutation" and not info.context.behaviours.joins_follow_mutations:
            return None
        if info.context.is_asynchronous and info.context.behaviours.async_lacks_joins:
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
