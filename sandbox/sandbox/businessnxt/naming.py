"""How the schema calls what the model holds: every name is made here, by the patterns among the behaviours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.businessnxt.grouping import AGGREGATED
from sandbox.businessnxt.model import pascal

if TYPE_CHECKING:
    from sandbox.businessnxt.model import Relation, Table
    from sandbox.businessnxt.reading_behaviours import NamingBehaviours

COMPANY, CUSTOMER = "UseCompany", "UseCustomer"
ORDER_AGGREGATE, HAVING_AGGREGATE = "OrderByAggregate", "HavingAggregate"
SUGGEST = "_suggest"
PERSIST, PARTIAL_REQUEST = "persistEditCache", "partialRequestId"
VERBS = ("create", "update", "delete")


@dataclass(frozen=True)
class Names:
    """The names of types and fields, by table."""

    patterns: NamingBehaviours

    def row(self, table: Table) -> str:
        """The type of a row."""
        return _filled(self.patterns.row_type_name, table)

    def connection(self, table: Table) -> str:
        """The type of a page of rows."""
        return _filled(self.patterns.connection_type_name, table)

    def filter(self, table: Table) -> str:
        """The input that describes rows."""
        return _filled(self.patterns.filter_type_name, table)

    def order_by(self, table: Table) -> str:
        """The input that names a column to sort by."""
        return _filled(self.patterns.order_by_type_name, table)

    def values(self, table: Table) -> str:
        """The input of a new row."""
        return _filled(self.patterns.input_type_name, table)

    def changes(self, table: Table) -> str:
        """The input of an update: the one of a new row, unless the key has several columns."""
        pattern = self.patterns.update_input_type_name if len(table.key) > 1 else self.patterns.input_type_name
        return _filled(pattern, table)

    def suggestion(self, table: Table) -> str:
        """The input that asks for numbers."""
        return _filled(self.patterns.suggest_type_name, table)

    def result(self, table: Table) -> str:
        """The type of what a mutation answers."""
        return _filled(self.patterns.result_type_name, table)

    def mutation(self, table: Table, verb: str) -> str:
        """The field that creates, updates or deletes rows."""
        return _filled(self.patterns.mutation_name, table, verb=verb)

    def processings(self, table: Table) -> str:
        """The field that holds the processings of a table."""
        return _filled(self.patterns.processings_name, table)

    def reports(self, table: Table) -> str:
        """The field that holds the reports of a table."""
        return _filled(self.patterns.reports_name, table)

    def group_by(self, table: Table) -> str:
        """The input that names a column to group by."""
        return f"GroupBy_{table.identifier}"

    def having(self, table: Table) -> str:
        """The input that describes groups."""
        return f"HavingExpression_{table.identifier}"

    def aggregate(self, table: Table, kind: str) -> str:
        """The type of what the columns of a group come to: `Numbers`, `Counts` or `Values`."""
        return f"{table.identifier}_Aggregated_{kind}"

    def of_every_column(self, table: Table) -> list[str]:
        """The types, beside inputs of values, that have a field for each column of a table."""
        shapes = [self.row(table), self.filter(table), self.order_by(table), self.group_by(table), self.having(table)]
        within = [f"{word}_{table.identifier}" for word in (ORDER_AGGREGATE, HAVING_AGGREGATE)]
        return [*shapes, *within, *(self.aggregate(table, kind) for kind in AGGREGATED)]

    def operators(self, kind: str) -> str:
        """The input that compares a column of this type."""
        return self.patterns.operators_type_name.format(Type=kind)

    def joinup(self, relation: Relation) -> str:
        """The field that leads from a row to the one that its foreign number names."""
        if relation.name == pascal(relation.to) and self.patterns.joinup_name_is_short:
            return f"joinup_{relation.name}"
        return self.patterns.joinup_name.format(Table=pascal(relation.to), Relation=relation.name)

    def joindown(self, relation: Relation) -> str:
        """The field that leads from a row to those whose foreign number names it."""
        return self.patterns.joindown_name.format(Table=pascal(relation.table), Relation=relation.name)


def _filled(pattern: str, table: Table, **more: str) -> str:
    root = CUSTOMER if table.system else COMPANY
    return pattern.format(table=table.name, Table=table.identifier, Root=root, **more)
