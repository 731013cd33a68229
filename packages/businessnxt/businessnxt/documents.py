"""The GraphQL documents: fixed text with variables, so that a server can keep what it has parsed.

Types and fields follow the naming rules of the API: `Associate_Input`, `FilterExpression_Associate`,
`associate_create`, `joindown_OrderLine_via_Order` (D14-D19).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Children = Mapping[str, tuple[str, Sequence[str]]]
"""For each alias the join field and its columns, for example
`{"orderLines": ("joindown_OrderLine_via_Order", ["lineNo"])}`."""

Arguments = Mapping[str, str]
"""The arguments of a mutation with their types, as the schema spells them: `{"values": "[Associate_Input!]!"}`."""

STOP = "FAIL_TABLE"
"""The value of `onError` with which nothing is kept of a request of which one row fails (C18)."""


def pascal(table: str) -> str:
    """The name of a table's object type: `orderLine` becomes `OrderLine`."""
    return table[:1].upper() + table[1:]


def page(table: str, columns: Sequence[str], order_by: Sequence[str]) -> str:
    """A query for one page of a table: variables `no`, `first`, and `where` unless all rows are wanted."""
    order = ", ".join(f"{{{column}: ASC}}" for column in order_by)
    return (
        f"query {table}_page($no: Int!, $where: FilterExpression_{pascal(table)}, $first: Int) {{\n"
        f"  useCompany(no: $no) {{\n"
        f"    {table}(filter: $where, first: $first, orderBy: [{order}]) {{\n"
        f"      pageInfo {{ hasNextPage }}\n"
        f"      items {{ {' '.join(columns)} }}\n"
        f"    }}\n"
        f"  }}\n}}"
    )


def create(
    table: str, returning: Sequence[str], arguments: Arguments, *, children: Children, suggest: bool, stops: bool
) -> str:
    """A mutation that makes rows: variables `no`, `values`, and `suggest` where asked for."""
    declared, passed = _variables(arguments, ["values", "suggest"] if suggest else ["values"], stops=stops)
    joins = "".join(f" {alias}: {join} {{ items {{ {' '.join(columns)} }} }}"
                    for alias, (join, columns) in children.items())  # fmt: skip
    return (
        f"mutation {table}_create($no: Int!, {declared}) {{\n"
        f"  useCompany(no: $no) {{\n"
        f"    {table}_create({passed}) {{ affectedRows items {{ {' '.join(returning)}{joins} }} }}\n"
        f"  }}\n}}"
    )


def update(table: str, returning: Sequence[str], arguments: Arguments, *, stops: bool) -> str:
    """A mutation that changes rows pairwise: variables `no`, `filters`, `values`."""
    declared, passed = _variables(arguments, ["filters", "values"], stops=stops)
    return (
        f"mutation {table}_update($no: Int!, {declared}) {{\n"
        f"  useCompany(no: $no) {{\n"
        f"    {table}_update({passed}) {{ affectedRows items {{ {' '.join(returning)} }} }}\n"
        f"  }}\n}}"
    )


def delete(table: str) -> str:
    """A mutation that deletes rows: variables `no`, `where`."""
    return (
        f"mutation {table}_delete($no: Int!, $where: FilterExpression_{pascal(table)}) {{\n"
        f"  useCompany(no: $no) {{ {table}_delete(filter: $where) {{ affectedRows }} }}\n}}"
    )


def processing(table: str, name: str) -> str:
    """A mutation that runs a processing on rows: variables `no`, `where` (D9)."""
    return (
        f"mutation {table}_{name}($no: Int!, $where: FilterExpression_{pascal(table)}) {{\n"
        f"  useCompany(no: $no) {{ {table}_processings {{ {name}(filter: $where) {{ succeeded }} }} }}\n}}"
    )


def _variables(arguments: Arguments, names: Sequence[str], *, stops: bool) -> tuple[str, str]:
    """The declaration of these arguments as variables, and their passing on.

    `onError: FAIL_TABLE` joins where the schema has it: without it one bad column may be skipped silently while the
    rest of its row is saved (R-2026-05-25).
    """
    declared = ", ".join(f"${name}: {arguments[name]}" for name in names)
    passed = [f"{name}: ${name}" for name in names] + ([f"onError: {STOP}"] if stops else [])
    return declared, ", ".join(passed)


_DEEP = "fragment deep on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"

TABLE = (
    """\
query table($type: String!, $input: String!) {
  columns: __type(name: $type) { fields { name type { ...deep } } }
  inputs: __type(name: $input) { inputFields { name } }
}
"""
    + _DEEP
)

MUTATIONS = (
    """\
query mutations {
  __type(name: "Mutation_UseCompany") { fields { name args { name type { ...deep enumValues { name } } } } }
}
"""
    + _DEEP
)

TABLES = """\
query tables {
  __type(name: "Query_UseCompany") { fields { name } }
}"""

COMPANIES = """\
query companies {
  availableCompanies { items { name vismaNetCompanyId vismaNetCustomerId } }
}"""
