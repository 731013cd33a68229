"""The first meeting with a company: what works, what is missing, and who can put it right. It only ever reads."""

from __future__ import annotations

import difflib
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from businessnxt import documents
from businessnxt.errors import AccessError, AuthenticationError, BusinessNxtError, FatalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from businessnxt.client import Client

LONGEST_CLIENT_ID = 24
"""Characters that the table User keeps of a name (D12)."""

PAGES = (100, 500, 1000)
"""Page sizes that are tried; the largest that is allowed is not documented."""

NEARLY_FULL = 0.9

DEVELOPER, ADMINISTRATOR, CONSULTANT = (
    "integrator, in Visma Developer Portal",
    "administrator, in Business NXT",
    "consultant, in the mapping files",
)


@dataclass(frozen=True)
class Need:
    """What a plugin needs of a table.

    Attributes:
        table: The table.
        columns: Columns that are read, each with the longest text that will be written (None: not a text).
        written: Those of them that are written, too.
        ways: The mutations that are used: `create`, `update`, `delete`.
        ranges: Number ranges from which new rows are numbered, by column.
        numbers: Rows that must be there, by key column: the numbers that are referred to.
    """

    table: str
    columns: Mapping[str, int | None] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    ways: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What was looked at.
        status: `ok`, `warn`, `fail`, or `skipped` where it could not be told.
        seen: What was seen.
        remedy: What to do, where something is to be done.
        who: Who can do it.
    """

    check: str
    status: str
    seen: str
    remedy: str = ""
    who: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding with the names of its parts."""
        return asdict(self)


def examine(client: Client, needs: Sequence[Need], *, client_id: str, scope: str) -> list[Finding]:
    """Look at everything that can be looked at without writing.

    What cannot be told because something before it failed is not guessed: it is left out.
    """
    found = [*_identity(client_id, scope, needs)]
    companies = _attempt("token", client.companies)
    if isinstance(companies, Finding):
        return [*found, companies]
    found.append(Finding("token", "ok", "granted, and taken by the API"))
    entry = _entry(client, companies, needs)
    found.append(entry)
    if entry.status == "fail":
        return found
    offer = _attempt("schema", lambda: _Offer.read(client))
    if isinstance(offer, Finding):
        return [*found, offer]
    for need in needs:
        found += _table(client, offer, need)
    return list(dict.fromkeys([*found, *_clock_and_pages(client, needs)]))  # two mapping files may need one table


def _attempt(check: str, look: Callable[[], Any]) -> Any:  # noqa: ANN401 - what is looked at decides
    """What a look brings, or the finding that it failed."""
    try:
        return look()
    except AuthenticationError as error:
        return Finding(check, "fail", str(error), "check client id, secret and scope", DEVELOPER)
    except AccessError as error:
        return Finding(check, "fail", str(error), "give the service's user access", ADMINISTRATOR)
    except FatalError as error:
        return Finding(check, "fail", str(error), "check api_url and the settings")
    except BusinessNxtError as error:
        return Finding(check, "fail", str(error), "try again; look at the network and at Visma's status page")


def _identity(client_id: str, scope: str, needs: Sequence[Need]) -> Iterator[Finding]:
    """What the settings alone tell."""
    if len(client_id) > LONGEST_CLIENT_ID:
        seen = f"the client id has {len(client_id)} characters, the table User takes {LONGEST_CLIENT_ID}"
        yield Finding("client id", "fail", seen, "register the application under a shorter name", DEVELOPER)
    if scope.endswith("-readonly") and any(need.ways for need in needs):
        yield Finding("scope", "fail", f"{scope} may not write", "ask for the scope without -readonly", DEVELOPER)


def _entry(client: Client, companies: Sequence[Mapping[str, Any]], needs: Sequence[Need]) -> Finding:
    """Whether we get into the company: a row of its first table is asked for."""
    names = {each["vismaNetCompanyId"]: each["name"] for each in companies}
    listed = ", ".join(f"{number} {name}" for number, name in names.items()) or "none"
    document = (
        f"query company_access($no: Int!) {{ useCompany(no: $no) {{ {needs[0].table}(first: 1) {{ totalCount }} }} }}"
    )
    answer = _attempt("company", lambda: client.execute(document, {}))
    if not isinstance(answer, Finding):
        name = names.get(client.company_no, "not listed among the available companies")
        return Finding("company", "ok", f"{client.company_no} {name}")
    remedy = (
        "set company_no to the Visma.net id; or add the client id to the table User as a connected application, "
        "with a row for this company in Connect Application Access"
    )
    return Finding("company", "fail", f"{answer.seen}; companies that these credentials reach: {listed}", remedy,
                   ADMINISTRATOR)  # fmt: skip


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


LENGTHS = "query lengths { useModel { tables { identifier columns { identifier maxLength } } } }"


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


def _table(client: Client, offer: _Offer, need: Need) -> Iterator[Finding]:
    name = f"table {need.table}"
    if need.table not in offer.tables:
        near = difflib.get_close_matches(need.table, offer.tables, n=3)
        seen = f"not readable, or not there{'; near: ' + ', '.join(near) if near else ''}"
        yield Finding(name, "fail", seen, "let the service's access group read it", ADMINISTRATOR)
        return
    missing = [way for way in need.ways if f"{need.table}_{way}" not in offer.mutations]
    if missing:
        remedy = f"let the service's access group {', '.join(missing)} rows of it"
        yield Finding(name, "fail", f"may not {', '.join(missing)}", remedy, ADMINISTRATOR)
    found = [*_columns(client, need), *_too_long(offer, need), *_registers(client, need)]
    if not missing and all(each.status == "ok" for each in found):
        yield Finding(name, "ok", ", ".join([f"{len(need.columns)} columns", *need.ways]))
    yield from found


def _columns(client: Client, need: Need) -> Iterator[Finding]:
    known = _attempt(f"table {need.table}", lambda: client.columns(need.table))
    if isinstance(known, Finding):
        yield known
        return
    for column in need.columns:
        place = f"column {need.table}.{column}"
        if column not in known:
            near = difflib.get_close_matches(column, known, n=3)
            remedy = f"name one of {', '.join(near)}, or let the access group read it" if near else "let it be read"
            yield Finding(place, "fail", "not readable, or not there", remedy, f"{CONSULTANT}; {ADMINISTRATOR}")
        elif column in need.written and not known[column].writable:
            yield Finding(place, "fail", "may be read, not written", "let the access group write it", ADMINISTRATOR)


def _too_long(offer: _Offer, need: Need) -> Iterator[Finding]:
    for column, length in need.columns.items():
        takes = offer.lengths.get((need.table.lower(), column.lower()))
        if length and takes and length > takes:
            seen = f"takes {takes} characters, the mapping allows {length}"
            yield Finding(f"column {need.table}.{column}", "warn", seen, f"write String({takes})", CONSULTANT)


def _registers(client: Client, need: Need) -> Iterator[Finding]:
    """Number ranges, and rows that others refer to."""
    for column, (low, high) in need.ranges.items():
        yield from _range(client, need.table, column, low, high)
    for key, numbers in need.numbers.items():
        look = lambda key=key, numbers=numbers: client.find(need.table, [key], key, list(numbers), key=[key])  # noqa: E731
        rows = _attempt(f"table {need.table}", look)
        if isinstance(rows, Finding):
            yield rows
            continue
        there = {row[key] for row in rows}
        if gone := [str(number) for number in numbers if number not in there]:
            seen = f"no row with {key} {', '.join(gone)}"
            yield Finding(f"table {need.table}", "fail", seen, "correct values.yml, or add the rows", CONSULTANT)


def _range(client: Client, table: str, column: str, low: int, high: int) -> Iterator[Finding]:
    document = (
        f"query highest_number($no: Int!, $low: Int, $high: Int) {{ useCompany(no: $no) {{ {table}("
        f"filter: {{_and: [{{{column}: {{_gte: $low}}}}, {{{column}: {{_lte: $high}}}}]}}, "
        f"orderBy: [{{{column}: DESC}}], first: 1) {{ items {{ {column} }} }} }} }}"
    )
    answer = _attempt(f"range {table}.{column}", lambda: client.execute(document, {"low": low, "high": high}))
    if isinstance(answer, Finding):
        yield answer
        return
    rows = answer["useCompany"][table]["items"]
    used = (rows[0][column] - low + 1) / (high - low + 1) if rows else 0.0
    seen = f"{low} to {high}, up to {rows[0][column] if rows else 'none'} in use"
    status = "fail" if used >= 1 else "warn" if used >= NEARLY_FULL else "ok"
    yield Finding(f"range {table}.{column}", status, seen, "" if status == "ok" else "widen the range", CONSULTANT)


def _clock_and_pages(client: Client, needs: Sequence[Need]) -> Iterator[Finding]:
    table = needs[0].table
    newest = (
        f"query newest_stamp($no: Int!) {{ useCompany(no: $no) {{ {table}(first: 1, orderBy: [{{changedTimestamp: "
        f"DESC}}]) {{ items {{ changedTimestamp }} }} }} }}"
    )
    answer = _attempt("clock", lambda: client.execute(newest, {}))
    if isinstance(answer, Finding):
        yield answer
    else:
        stamps = [row["changedTimestamp"] or "none" for row in answer["useCompany"][table]["items"]]
        here = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        seen = f"newest change of {table}: {stamps[0] if stamps else 'none'}; now it is {here} UTC here"
        yield Finding("clock", "ok", f"{seen} (Business NXT tells no zone)")
    for size in PAGES:
        yield _page(client, table, size)


def _page(client: Client, table: str, size: int) -> Finding:
    document = (
        f"query page_probe($no: Int!, $first: Int) {{ useCompany(no: $no) {{ {table}(first: $first) "
        "{ items { changedDate } } } }"
    )
    started = time.monotonic()
    answer = _attempt(f"page of {size}", lambda: client.execute(document, {"first": size}))
    if isinstance(answer, Finding):
        return Finding(answer.check, "warn", answer.seen, "set page_size below this", "integrator, in meltano.yml")
    rows = len(answer["useCompany"][table]["items"])
    return Finding(f"page of {size}", "ok", f"{rows} rows of {table} in {time.monotonic() - started:.2f} s")
