"""The first meeting with a company: what works, what is missing, and who can put it right. It only ever reads."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from businessnxt import documents, probes
from businessnxt.errors import BusinessNxtError
from businessnxt.findings import (
    ADMINISTRATOR,
    CONSULTANT,
    DEVELOPER,
    FAIL,
    MAINTAINER,
    OK,
    SKIPPED,
    WARN,
    Finding,
    Need,
    attempt,
)
from businessnxt.inspection import Inspection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from businessnxt.client import Client
    from businessnxt.probes import Sizes

LONGEST_CLIENT_ID = 24
"""Characters that the table User keeps of a name (D12)."""

_WHOLE, _FRACTION = ("Byte", "Short", "Int", "Long"), ("Decimal", "Float")
FITTING = {"text": ("String",), "whole": _WHOLE, "decimal": (*_FRACTION, *_WHOLE)}
"""The types that a column may have for what a mapping says of it."""

LENGTHS = "query lengths { useModel { tables { identifier columns { identifier maxLength } } } }"


def examine(
    client: Client,
    needs: Sequence[Need],
    *,
    client_id: str,
    scope: str,
    sizes: Sizes | None = None,
    save: Path | None = None,
) -> list[Finding]:
    """Look at everything that can be looked at without writing.

    What cannot be told because something before it failed is not guessed: it is left out.

    Args:
        client: Speaks to the company.
        needs: What is needed of it.
        client_id: Who we are.
        scope: What was asked for.
        sizes: The settings that are tried.
        save: Where the company's schema is to be kept.

    Raises:
        OSError: The schema cannot be kept there.
    """
    found = [*_identity(client_id, scope, needs)]
    companies = attempt("token", client.companies)
    if isinstance(companies, Finding):
        return [*found, companies]
    found.append(Finding("token", OK, "granted, and taken by the API"))
    offer = attempt("schema", lambda: _Offer.read(client))
    if isinstance(offer, Finding):
        return [*found, offer]
    entry = _entry(client, companies, [need.table for need in needs if need.table in offer.tables])
    found.append(entry)
    if entry.status == FAIL:
        return found
    if not offer.lengths and any(each for need in needs for each in need.columns.values()):
        seen = "the model does not tell how long texts may be; those of the mapping were not compared"
        found.append(Finding("lengths", SKIPPED, seen))
    whole: list[Need] = []
    for need in needs:
        told = [*_table(client, offer, need)]
        found += told
        whole += [] if any(each.status == FAIL for each in told) else [need]
    found += _schema(client, whole, waiting=len({need.table for need in needs} - {need.table for need in whole}),
                     save=save)  # fmt: skip
    found += _on_error(client, whole)
    return list(dict.fromkeys([*found, *probes.all_of(client, whole, sizes)]))  # two mapping files may need one table


def _identity(client_id: str, scope: str, needs: Sequence[Need]) -> Iterator[Finding]:
    """What the settings alone tell."""
    if len(client_id) > LONGEST_CLIENT_ID:
        seen = f"the client id has {len(client_id)} characters, the table User takes {LONGEST_CLIENT_ID}"
        yield Finding("client id", FAIL, seen, "register the application under a shorter name", DEVELOPER)
    if scope.endswith("-readonly") and any(need.ways for need in needs):
        yield Finding("scope", FAIL, f"{scope} may not write", "ask for the scope without -readonly", DEVELOPER)


def _entry(client: Client, companies: Sequence[Mapping[str, Any]], readable: Sequence[str]) -> Finding:
    """Whether we get into the company: the rows of a table that the schema shows are counted."""
    names = {each["vismaNetCompanyId"]: each["name"] for each in companies}
    listed = ", ".join(f"{number} {name}" for number, name in names.items()) or "none"
    name = names.get(client.company_no, "not listed among the available companies")
    if not readable:
        return Finding("company", SKIPPED, f"{client.company_no} {name}; no table is readable by which to try")
    answer = attempt("company", lambda: client.execute(probes.rows_of(readable[0]), {}))
    if not isinstance(answer, Finding):
        return Finding("company", OK, f"{client.company_no} {name}")
    remedy = (
        "set company_no to the Visma.net id; or add the client id to the table User as a connected application, "
        "with a row for this company in Connect Application Access"
    )
    seen = f"{answer.seen}; companies that these credentials reach: {listed}"
    return Finding("company", FAIL, seen, remedy, ADMINISTRATOR)


@dataclass(frozen=True)
class _Offer:
    """What the company's schema shows this service.

    Attributes:
        tables: The tables that can be read.
        mutations: The mutations, each with its arguments.
        lengths: The longest text of each column, by table and column; empty where the model does not tell.
    """

    tables: frozenset[str]
    mutations: frozenset[str]
    lengths: Mapping[tuple[str, str], int]

    @classmethod
    def read(cls, client: Client) -> _Offer:
        return cls(
            _fields(client.execute(documents.TABLES, {})),
            _fields(client.execute(documents.MUTATIONS, {})),
            _lengths(client),
        )


def _fields(data: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(each["name"] for each in (data.get("__type") or {}).get("fields") or ())


def _lengths(client: Client) -> dict[tuple[str, str], int]:
    """Text lengths by lower-case identifiers; the names of these fields are an assumption, so none is fine, too."""
    try:
        tables = client.execute(LENGTHS, {})["useModel"]["tables"]
    except BusinessNxtError:
        return {}
    return {
        (table["identifier"].lower(), column["identifier"].lower()): column["maxLength"]
        for table in tables
        for column in table["columns"]
        if column["maxLength"]
    }


# one table


def _table(client: Client, offer: _Offer, need: Need) -> Iterator[Finding]:
    name = f"table {need.table}"
    if need.table not in offer.tables:
        near = difflib.get_close_matches(need.table, offer.tables, n=3)
        seen = f"not readable, or not there{'; near: ' + ', '.join(near) if near else ''}{_for(need)}"
        yield Finding(name, FAIL, seen, "let the service's access group read it", ADMINISTRATOR)
        return
    missing = [way for way in need.ways if f"{need.table}_{way}" not in offer.mutations]
    if missing:
        remedy = f"let the service's access group {', '.join(missing)} rows of it"
        yield Finding(name, FAIL, f"may not {', '.join(missing)}", remedy, ADMINISTRATOR)
    found = [*_columns(client, need), *_too_long(offer, need), *probes.registers(client, need)]
    if not missing and all(each.status == OK for each in found):
        yield Finding(name, OK, ", ".join([f"{len(need.columns)} columns", *need.ways]))
    yield from found


def _columns(client: Client, need: Need) -> Iterator[Finding]:
    known = attempt(f"table {need.table}", lambda: client.columns(need.table))
    if isinstance(known, Finding):
        yield known
        return
    for column in need.columns:
        place = f"column {need.table}.{column}"
        if column not in known:
            near = difflib.get_close_matches(column, known, n=3)
            remedy = f"name one of {', '.join(near)}, or let the access group read it" if near else "let it be read"
            who = f"{CONSULTANT}; {ADMINISTRATOR}" if need.ways else ADMINISTRATOR
            yield Finding(place, FAIL, f"not readable, or not there{_for(need)}", remedy, who)
            continue
        if column in need.written and not known[column].writable:
            yield Finding(place, FAIL, "may be read, not written", "let the access group write it", ADMINISTRATOR)
        yield from _type(place, need.kinds.get(column), known[column].type)
    for column, lost in need.hopes.items():
        if column not in known:
            remedy = "let the service's access group read it"
            yield Finding(f"column {need.table}.{column}", WARN, f"not readable: {lost}", remedy, ADMINISTRATOR)


def _type(place: str, kind: str | None, there: str) -> Iterator[Finding]:
    """Whether a column's own type fits what the mapping says of it."""
    if kind is None or there in FITTING[kind]:
        return
    remedy = "write the type that the column has, or name another column"
    if kind == "whole" and there in _FRACTION:
        yield Finding(place, WARN, f"holds {there}, the mapping only whole numbers", remedy, CONSULTANT)
        return
    words = {"text": "texts", "whole": "whole numbers", "decimal": "numbers"}
    yield Finding(place, FAIL, f"holds {there}, the mapping {words[kind]}", remedy, CONSULTANT)


def _too_long(offer: _Offer, need: Need) -> Iterator[Finding]:
    for column, length in need.columns.items():
        takes = offer.lengths.get((need.table.lower(), column.lower()))
        if length and takes and length > takes:
            seen = f"takes {takes} characters, the mapping allows {length}"
            yield Finding(f"column {need.table}.{column}", WARN, seen, f"write String({takes})", CONSULTANT)


def _for(need: Need) -> str:
    return f"; needed for {need.purpose}" if need.purpose else ""


# the schema as a whole


def _schema(client: Client, needs: Sequence[Need], *, waiting: int, save: Path | None) -> Iterator[Finding]:
    """Whether the company would take our documents; those of tables of which something is missing are left out."""
    schema = attempt("schema", lambda: Inspection.of(client))
    if isinstance(schema, Finding):
        yield replace(schema, status=WARN, remedy="nothing; but nobody checked whether our documents fit it", who="")
        return
    if save:
        schema.save(save)
    kept = f", kept in {save}" if save else ""
    yield Finding("schema", OK, f"{schema.size} types{kept}")
    try:
        yield from _documents(schema, needs, waiting=waiting)
    except ValueError as error:
        yield Finding("documents", SKIPPED, str(error))


def _documents(schema: Inspection, needs: Sequence[Need], *, waiting: int) -> Iterator[Finding]:
    ours = [documents.TABLES, documents.MUTATIONS, documents.TABLE, documents.COMPANIES]
    sent = dict.fromkeys([*ours, *(each for need in needs for each in need.documents())])
    wrong = {document: problems for document in sent if (problems := schema.problems(document))}
    for document, problems in wrong.items():
        name = document.split("(", maxsplit=1)[0].split("{", maxsplit=1)[0].split()[1]
        yield Finding(f"document {name}", FAIL, "; ".join(problems), "report it; the schema has moved on", MAINTAINER)
    rest = f"; those of {waiting} tables wait for what is missing there" if waiting else ""
    seen = f"{len(sent) - len(wrong)} of {len(sent)} that are sent fit the schema{rest}"
    yield Finding("documents", FAIL if wrong else SKIPPED if waiting else OK, seen)


def _on_error(client: Client, needs: Sequence[Need]) -> Iterator[Finding]:
    """Whether the company can be told to keep nothing of a request of which one row fails."""
    ways = dict.fromkeys((need.table, way) for need in needs for way in need.ways if way != "delete")
    offered = {f"{table}_{way}": client.on_error(table, way) for table, way in ways}
    if not offered:
        return
    lenient = {name: values for name, values in offered.items() if documents.STOP not in values}
    if not lenient:
        seen = f"known to all {len(offered)} mutations that are used, with {documents.STOP}"
        yield Finding("onError", OK, f"{seen}: nothing is kept of a request that fails")
        return
    told = ", ".join(f"{name} knows {' '.join(values) or 'no onError'}" for name, values in lenient.items())
    remedy = "nothing; rows are then judged one by one, and one of which an error speaks is read again"
    yield Finding("onError", WARN, f"{told}: a bad column may be left out while its row is kept", remedy)
