"""What the access group of the service client opens: tables and columns it hides, and mutations it refuses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.businessnxt.inputs import DERIVED
from sandbox.businessnxt.naming import COMPANY, CUSTOMER, VERBS, Names
from sandbox.businessnxt.walking import below, fields, input_of

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from sandbox.businessnxt.copying import LeftOut
    from sandbox.businessnxt.model import Model, Table
    from sandbox.businessnxt.reading_behaviours import ReadingBehaviours

_LISTS = ("hidden_tables", "no_create", "no_update", "no_delete")


@dataclass(frozen=True)
class Rights:
    """What is hidden and what is refused; everything is open unless it stands here."""

    hidden_tables: frozenset[str] = frozenset()
    hidden_columns: frozenset[tuple[str, str]] = frozenset()
    no_create: frozenset[str] = frozenset()
    no_update: frozenset[str] = frozenset()
    no_delete: frozenset[str] = frozenset()

    @classmethod
    def read(cls, given: dict[str, Any], model: Model) -> Rights:
        """Rights as the control end point takes them.

        Raises:
            ValueError: A word, a table or a column is not known.
        """
        if unknown := sorted(given.keys() - {*_LISTS, "hidden_columns"}):
            raise ValueError(f"no such right: {', '.join(unknown)}; there are hidden_columns, {', '.join(_LISTS)}")
        columns = {(table, name) for table, names in given.get("hidden_columns", {}).items() for name in names}
        tables = [*(name for word in _LISTS for name in given.get(word, [])), *(table for table, _ in columns)]
        if unknown := sorted({name for name in tables if name not in model.tables}):
            raise ValueError(f"no such table: {', '.join(unknown)}")
        if unknown := sorted(f"{table}.{name}" for table, name in columns if name not in model.tables[table].columns):
            raise ValueError(f"no such column: {', '.join(unknown)}")
        return cls(hidden_columns=frozenset(columns), **{word: frozenset(given.get(word, [])) for word in _LISTS})

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON; words that restrict nothing are left out."""
        columns: dict[str, list[str]] = defaultdict(list)
        for table, name in sorted(self.hidden_columns):
            columns[table].append(name)
        lists = {word: sorted(getattr(self, word)) for word in _LISTS}
        return {word: value for word, value in {**lists, "hidden_columns": dict(columns)}.items() if value}

    def refuses(self, table: Table, verb: str) -> bool:
        """Whether the access group refuses a mutation."""
        return table.name in self.hidden_tables or table.name in getattr(self, f"no_{verb}")


def left_out(rights: Rights, schema: GraphQLSchema, model: Model, behaviours: ReadingBehaviours) -> LeftOut:
    """The fields that the schema does not show to someone with these rights, by type."""
    gone = _Hiding(rights, schema, model, behaviours).gone()
    return {kind: frozenset(names) for kind, names in gone.items()}


class _Hiding:
    """Collects what vanishes."""

    def __init__(self, rights: Rights, schema: GraphQLSchema, model: Model, behaviours: ReadingBehaviours) -> None:
        self._rights = rights
        self._schema = schema
        self._model = model
        self._behaviours = behaviours
        self._names = Names(behaviours)
        self._gone: defaultdict[str, set[str]] = defaultdict(set)

    def gone(self) -> dict[str, set[str]]:
        """The names of fields by the name of their type."""
        for name in self._rights.hidden_tables:
            self._hide_table(self._model.tables[name])
        for table, column in self._rights.hidden_columns:
            self._hide_column(self._model.tables[table], column)
        if self._behaviours.refused_mutations_leave_the_schema:
            for verb in VERBS:
                for name in getattr(self._rights, f"no_{verb}"):
                    self._gone[f"Mutation_{COMPANY}"].add(self._names.mutation(self._model.tables[name], verb))
        return self._gone

    def _hide_table(self, table: Table) -> None:
        has, names = self._behaviours, self._names
        if has.hidden_tables_leave_queries:
            self._gone[f"Query_{CUSTOMER if table.system else COMPANY}"].add(table.name)
        if has.hidden_tables_leave_mutations:
            acts = {names.processings(table), names.reports(table), *(names.mutation(table, verb) for verb in VERBS)}
            self._gone[f"Mutation_{COMPANY}"] |= acts
            for parent in self._model.tables.values():
                inside = {name for name, child in parent.children.items() if child == table.name}
                self._gone[names.values(parent)] |= inside
        if has.hidden_tables_leave_joins:
            for relation in self._model.pointing_to[table.name]:
                self._gone[names.row(self._model.tables[relation.table])].add(names.joinup(relation))
            for relation in table.relations:
                self._gone[names.row(self._model.tables[relation.to])].add(names.joindown(relation))

    def _hide_column(self, table: Table, column: str) -> None:
        forms = {column, *(f"{column}{ending}" for ending in DERIVED)}
        if self._behaviours.hidden_columns_leave_inputs:
            for kind in self._written(table):
                self._gone[kind] |= forms
        if self._behaviours.hidden_columns_leave_rows:
            for kind in (*self._names.of_every_column(table), *self._asked(table)):
                self._gone[kind] |= forms

    def _written(self, table: Table) -> set[str]:
        """The types that the mutations of a table take values in."""
        acts = fields(below(self._schema.mutation_type, "useCompany"))
        taken = [
            input_of(acts.get(self._names.mutation(table, verb)), argument)
            for verb in VERBS
            for argument in ("value", "values", "suggest")
        ]
        return {self._names.values(table), *(kind.name for kind in taken if kind)}

    def _asked(self, table: Table) -> set[str]:
        """The types by which a table is asked for: its rows, and what describes and sorts them."""
        root = below(self._schema.query_type, "useCustomer" if table.system else "useCompany")
        field, row = fields(root).get(table.name), below(root, table.name, "items")
        taken = [input_of(field, argument) for argument in (field.args if field else ())]
        return {kind.name for kind in (*taken, row) if kind}
