"""What the company's schema offers this service: tables, columns, and the arguments of its mutations.

Rights and releases shape it (R-2025-01-30), so it is asked and not assumed; each answer is kept.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from businessnxt import documents
from businessnxt.errors import RightError, SchemaError, Trace

if TYPE_CHECKING:
    from collections.abc import Callable

Described = Mapping[str, Any]
"""A type as introspection describes it."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its identifier.
        type: `Int`, `String`, `Decimal`, `DateTime`, `Boolean`, or the name of an enumeration or of a joined table.
        writable: Whether it stands in the table's input.
    """

    name: str
    type: str
    writable: bool


class Schema:
    """The schema of one company, read as far as it is needed.

    Args:
        ask: Sends a query and gives its data.
        company_no: The company, for messages.
    """

    def __init__(self, ask: Callable[[str, Mapping[str, Any]], dict[str, Any]], company_no: int) -> None:
        self._ask, self._trace = ask, Trace(company_no)
        self._columns: dict[str, dict[str, Column]] = {}

    def columns(self, table: str) -> dict[str, Column]:
        """The columns of a table by name.

        Raises:
            SchemaError: There is no such table; the message names the nearest ones.
        """
        if table not in self._columns:
            self._columns[table] = self._read_columns(table)
        return self._columns[table]

    def arguments(self, table: str, operation: str) -> Mapping[str, str]:
        """The arguments of a mutation with their types.

        Raises:
            RightError: The service has no such mutation.
        """
        return {name: _spelled(kind) for name, kind in self._mutation(table, operation).items()}

    def stops(self, table: str, operation: str) -> bool:
        """Whether the server can be told to keep nothing at all of a request of which one row fails.

        Raises:
            RightError: The service has no such mutation.
        """
        return documents.STOP in self.on_error(table, operation)

    def on_error(self, table: str, operation: str) -> tuple[str, ...]:
        """The values of a mutation's argument `onError`; none where it has no such argument.

        Raises:
            AccessError: The service has no such mutation.
        """
        values = self._mutation(table, operation).get("onError", {}).get("enumValues") or ()
        return tuple(each["name"] for each in values)

    def _mutation(self, table: str, operation: str) -> Mapping[str, Described]:
        field = f"{table}_{operation}"
        if field not in self._mutations:
            raise RightError(
                f"Business NXT offers no '{field}' to this service: the access group may not write to '{table}'",
                self._trace,
            )
        return self._mutations[field]

    def _read_columns(self, table: str) -> dict[str, Column]:
        kind = documents.pascal(table)
        data = self._ask(documents.TABLE, {"type": kind, "input": f"{kind}_Input"})
        if not data.get("columns"):
            near = difflib.get_close_matches(table, self._tables, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise SchemaError(f"Business NXT has no table '{table}' that this service may see{hint}", self._trace)
        writable = {each["name"] for each in (data.get("inputs") or {}).get("inputFields") or ()}
        return {
            each["name"]: Column(each["name"], _named(each["type"]), each["name"] in writable)
            for each in data["columns"]["fields"]
        }

    @cached_property
    def _tables(self) -> list[str]:
        data = self._ask(documents.TABLES, {})
        return [each["name"] for each in (data.get("__type") or {}).get("fields") or ()]

    @cached_property
    def _mutations(self) -> dict[str, dict[str, Described]]:
        data = self._ask(documents.MUTATIONS, {})
        fields = (data.get("__type") or {}).get("fields") or ()
        return {each["name"]: {arg["name"]: arg["type"] for arg in each["args"]} for each in fields}


def _spelled(described: Described) -> str:
    """A type as a document spells it: `[Associate_Input!]!`."""
    if described["kind"] == "NON_NULL":
        return f"{_spelled(described['ofType'])}!"
    return f"[{_spelled(described['ofType'])}]" if described["kind"] == "LIST" else str(described["name"])


def _named(described: Described) -> str:
    """The name of a type without its wrappings."""
    return _named(described["ofType"]) if described.get("ofType") else str(described["name"])
