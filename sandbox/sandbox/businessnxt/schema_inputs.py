"""The input objects of the schema: filters, sorting, grouping, and the values of rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
)

from sandbox.businessnxt.grouping import FUNCTIONS
from sandbox.businessnxt.inputs import DATE, SCALARS, enum_type
from sandbox.businessnxt.naming import HAVING_AGGREGATE, ORDER_AGGREGATE, SUGGEST

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.model import Column, Model, Table
    from sandbox.businessnxt.naming import Names

Fields = dict[str, GraphQLInputField]

_SORT_ORDER = enum_type("SortOrder", ["ASC", "DESC"])
_GROUPING = enum_type("GroupByType", ["DEFAULT"])
_COMPARISONS = ("_gt", "_gte", "_lt", "_lte")
_VIRTUAL = ("createdDateTime", "changedDateTime")


class Inputs:
    """Makes each input object once."""

    def __init__(self, model: Model, names: Names, behaviours: Behaviours) -> None:
        self._model = model
        self._names = names
        self._behaviours = behaviours
        self._made: dict[str, GraphQLInputObjectType] = {}
        self.enums = {name: enum_type(name, members.values()) for name, members in model.enums.items()}
        self.enums |= {name: enum_type(name, members.values()) for name, members in model.flags.items()}

    def _input(self, name: str, fields: partial[Fields]) -> GraphQLInputObjectType:
        if name not in self._made:
            self._made[name] = GraphQLInputObjectType(name, fields)
        return self._made[name]

    # -- filters

    def filter(self, table: Table) -> GraphQLInputObjectType:
        """The description of rows."""
        return self._input(self._names.filter(table), partial(self._filter_fields, table))

    def _filter_fields(self, table: Table) -> Fields:
        fields = {}
        if self._behaviours.filter_and_or:
            fields = {name: GraphQLInputField(GraphQLList(self.filter(table))) for name in ("_and", "_or")}
        for column in self._shown(table):
            fields[column.name] = GraphQLInputField(self.operators(column.type))
        if self._behaviours.filter_date_times:
            fields |= {name: GraphQLInputField(self.operators("DateTime")) for name in _VIRTUAL}
        return fields

    def operators(self, kind: str) -> GraphQLInputObjectType:
        """The comparisons of a column of this type."""
        return self._input(self._names.operators(kind), partial(self._operator_fields, kind))

    def _operator_fields(self, kind: str) -> Fields:
        one: GraphQLInputType = SCALARS[kind][0]
        has = self._behaviours
        kinds: dict[str, GraphQLInputType] = {}
        if has.filter_equality:
            kinds |= dict.fromkeys(("_eq", "_not_eq"), one)
        if has.filter_comparisons:
            kinds |= dict.fromkeys(_COMPARISONS, one)
        if has.filter_in:
            kinds |= dict.fromkeys(("_in", "_not_in"), GraphQLList(one))
        if has.filter_between:
            interval = self._interval(f"Between_{kind}", one)
            several = interval if has.between_takes_from_and_to else GraphQLList(one)
            kinds |= dict.fromkeys(("_between", "_not_between"), several)
        if has.filter_like and kind == "String":
            kinds["_like"] = one
        if has.filter_not_like and kind == "String":
            kinds["_not_like"] = one
        return {name: GraphQLInputField(kind) for name, kind in kinds.items()}

    def _interval(self, name: str, kind: GraphQLInputType) -> GraphQLInputObjectType:
        return self._input(name, partial(lambda: {end: GraphQLInputField(kind) for end in ("from", "to")}))

    # -- sorting and grouping

    def order_by(self, table: Table) -> GraphQLInputObjectType:
        """One column to sort by, or one aggregate of groups."""
        return self._input(self._names.order_by(table), partial(self._order_fields, table))

    def _order_fields(self, table: Table) -> Fields:
        fields = {column.name: GraphQLInputField(_SORT_ORDER) for column in self._shown(table)}
        if self._behaviours.order_by_aggregates:
            per_column = self._input(f"{ORDER_AGGREGATE}_{table.identifier}", partial(self._sorted_numbers, table))
            fields |= {f"_{name}": GraphQLInputField(per_column) for name in FUNCTIONS}
        return fields

    def _sorted_numbers(self, table: Table) -> Fields:
        return {column.name: GraphQLInputField(_SORT_ORDER) for column in self._shown(table)}

    def group_by(self, table: Table) -> GraphQLInputObjectType:
        """One column to group by."""
        return self._input(
            self._names.group_by(table),
            partial(lambda: {column.name: GraphQLInputField(_GROUPING) for column in self._shown(table)}),
        )

    def having(self, table: Table) -> GraphQLInputObjectType:
        """The description of groups."""
        return self._input(self._names.having(table), partial(self._having_fields, table))

    def _having_fields(self, table: Table) -> Fields:
        fields = self._filter_fields(table)
        fields |= {name: GraphQLInputField(GraphQLList(self.having(table))) for name in ("_and", "_or")}
        if self._behaviours.having_compares_aggregates:
            per_column = self._input(f"{HAVING_AGGREGATE}_{table.identifier}", partial(self._compared_numbers, table))
            fields |= {f"_{name}": GraphQLInputField(per_column) for name in FUNCTIONS}
        return fields

    def _compared_numbers(self, table: Table) -> Fields:
        return {column.name: GraphQLInputField(self.operators("Decimal")) for column in self._shown(table)}

    # -- values of rows

    def values(self, table: Table) -> GraphQLInputObjectType:
        """A new row."""
        return self._input(self._names.values(table), partial(self._value_fields, table, with_key=True))

    def changes(self, table: Table) -> GraphQLInputObjectType:
        """What changes in a row: without key columns where the key has several."""
        with_key = len(table.key) == 1 or not self._behaviours.update_input_has_no_key_of_several
        return self._input(self._names.changes(table), partial(self._value_fields, table, with_key=with_key))

    def _value_fields(self, table: Table, *, with_key: bool) -> Fields:
        kinds: dict[str, GraphQLInputType] = {}
        for column in table.columns.values():
            if self._is_input(table, column) and (with_key or column.name not in table.key):
                kinds |= self._ways_to_write(column)
        if with_key:
            children = {name: self._model.tables[child] for name, child in table.children.items()}
            kinds |= {name: GraphQLList(self.values(child)) for name, child in children.items()}
        suggestion = self.suggestion(table) if self._behaviours.records_may_suggest else None
        if suggestion:
            kinds[SUGGEST] = suggestion
        return {name: GraphQLInputField(kind) for name, kind in kinds.items()}

    def _is_input(self, table: Table, column: Column) -> bool:
        """Whether a column can be written: what the server numbers, computes or stamps cannot."""
        has = self._behaviours
        if column.name == table.auto_key:
            return not has.last_key_column_is_no_input
        if column.name in _STAMPS:
            return not has.utility_columns_are_no_input
        return not column.computed or not has.computed_columns_are_no_input

    def _ways_to_write(self, column: Column) -> dict[str, GraphQLInputType]:
        ways: dict[str, GraphQLInputType] = {column.name: SCALARS[column.type][0]}
        if not self._behaviours.names_can_be_written:
            return ways
        if column.enum:
            ways[f"{column.name}AsEnum"] = self.enums[column.enum]
        if column.flags:
            ways[f"{column.name}Flags"] = GraphQLList(GraphQLNonNull(self.enums[column.flags]))
        if column.kind == "date":
            ways[f"{column.name}AsDate"] = DATE
        return ways

    def suggestion(self, table: Table) -> GraphQLInputObjectType | None:
        """The columns of which numbers can be asked for, if there are any."""
        numbered = [column.name for column in table.columns.values() if column.first_number]
        if not numbered:
            return None
        interval = self._interval("SuggestInterval", GraphQLInt)
        return self._input(
            self._names.suggestion(table),
            partial(lambda: {name: GraphQLInputField(interval) for name in numbered}),
        )

    def _shown(self, table: Table) -> list[Column]:
        return shown_columns(table, self._behaviours)


_STAMPS = {f"{what}{which}" for what in ("created", "changed") for which in ("Date", "Time", "ByUser")}
_TIMESTAMPS = {"createdTimestamp", "changedTimestamp"}


def shown_columns(table: Table, behaviours: Behaviours) -> list[Column]:
    """The columns that the schema has: all, unless stamps are switched off."""
    gone: set[str] = set()
    if not behaviours.stamps_on_every_table:
        gone |= _STAMPS
    if not behaviours.timestamps_on_every_table:
        gone |= _TIMESTAMPS
    if not behaviours.change_time_in_milliseconds:
        gone.add("changeTimeInMs")
    return [column for column in table.columns.values() if column.name not in gone]
