"""What can only be found out by trying, reading only: registers, pages, look-ups, and the server's clock."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from businessnxt import documents
from businessnxt.codec import to_timestamp
from businessnxt.findings import CONSULTANT, FAIL, INTEGRATOR, OK, SKIPPED, WARN, Finding, Need, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from businessnxt.client import Client

PAGES = (100, 500, 1000)
"""Page sizes that are tried beside the one that is set; the largest that is allowed is not documented."""

AIM = 5.0
"""Seconds that a request should take at most."""

NEARLY_FULL = 0.9
"""Share of a number range that may be in use before somebody is told to widen it."""

SKEW = timedelta(seconds=90)
"""By so much two clocks may differ without anybody meaning it."""


@dataclass(frozen=True)
class Sizes:
    """Settings that are tried.

    Attributes:
        page: Rows per page.
        batch: Rows per write; as many keys are looked up, since nothing may be written. None where nothing ever is.
        zone: Where the server's clock is said to hang.
    """

    page: int = 500
    batch: int | None = None
    zone: str | None = None


def all_of(client: Client, needs: Sequence[Need], sizes: Sizes | None) -> Iterator[Finding]:
    """Clock, pages and look-ups, on the largest of the tables that are needed."""
    sizes, by_table = sizes or Sizes(), {need.table: need for need in needs if need.key}
    if not by_table:
        return
    counts = {table: _count(client, table) for table in by_table}
    largest = max(counts, key=lambda table: counts[table])
    yield clock(client, list(by_table), sizes.zone)
    for size in sorted({*PAGES, sizes.page}):
        yield page(client, by_table[largest], size, sizes.page, counts[largest])
    for size in sorted({100, sizes.batch}) if sizes.batch else ():
        yield look_up(client, by_table[largest], size)


def rows_of(table: str) -> str:
    """The question for the number of rows."""
    return f"query rows_of($no: Int!) {{ useCompany(no: $no) {{ {table}(first: 1) {{ totalCount }} }} }}"


def _count(client: Client, table: str) -> int:
    answer = attempt(table, lambda: client.execute(rows_of(table), {}))
    return 0 if isinstance(answer, Finding) else int(answer["useCompany"][table]["totalCount"] or 0)


# rows that must be there


def registers(client: Client, need: Need) -> Iterator[Finding]:
    """Number ranges, and rows that others refer to."""
    for column, (low, high) in need.ranges.items():
        yield _range(client, need.table, column, low, high)
    for key, numbers in need.numbers.items():
        yield from _numbers(client, need.table, key, numbers)


def _numbers(client: Client, table: str, key: str, numbers: Sequence[int]) -> Iterator[Finding]:
    rows = attempt(f"table {table}", lambda: client.find(table, [key], key, list(numbers), key=[key]))
    if isinstance(rows, Finding):
        yield rows
        return
    there = {row[key] for row in rows}
    if gone := [str(number) for number in numbers if number not in there]:
        seen = f"no row with {key} {', '.join(gone)}"
        yield Finding(f"table {table}", FAIL, seen, "correct values.yml, or add the rows", CONSULTANT)


def _range(client: Client, table: str, column: str, low: int, high: int) -> Finding:
    document = (
        f"query highest_number($no: Int!, $low: Int, $high: Int) {{ useCompany(no: $no) {{ {table}("
        f"filter: {{_and: [{{{column}: {{_gte: $low}}}}, {{{column}: {{_lte: $high}}}}]}}, "
        f"orderBy: [{{{column}: DESC}}], first: 1) {{ items {{ {column} }} }} }} }}"
    )
    answer = attempt(f"range {table}.{column}", lambda: client.execute(document, {"low": low, "high": high}))
    if isinstance(answer, Finding):
        return answer
    rows = answer["useCompany"][table]["items"]
    used = (rows[0][column] - low + 1) / (high - low + 1) if rows else 0.0
    seen = f"{low} to {high}, up to {rows[0][column] if rows else 'none'} in use"
    status = FAIL if used >= 1 else WARN if used >= NEARLY_FULL else OK
    return Finding(f"range {table}.{column}", status, seen, "" if status == OK else "widen the range", CONSULTANT)


# the clock


def clock(client: Client, tables: Sequence[str], zone: str | None) -> Finding:
    """The newest stamp of all tables against our clock: one that lies ahead betrays a zone (D20: it tells none)."""
    newest: dict[str, datetime] = {}
    for table in dict.fromkeys(tables):
        answer = attempt("clock", functools.partial(client.execute, _newest_document(table), {}))
        if not isinstance(answer, Finding) and (stamp := _stamp(answer, table)):
            newest[table] = stamp
    if not newest:
        seen = "no row bears a changedTimestamp that this service may see"
        return Finding("clock", SKIPPED, seen, "change a row by hand, and run the doctor again")
    table = max(newest, key=lambda each: newest[each])
    return judged(newest[table], f"newest change {newest[table]} in {table}", datetime.now(timezone.utc), zone)


def judged(stamp: datetime, seen: str, now: datetime, zone: str | None) -> Finding:
    """What the newest stamp says of the server's clock.

    Args:
        stamp: The stamp, which bears no zone.
        seen: How it is told.
        now: Our own time.
        zone: Where the clock is said to hang.
    """
    seen = f"{seen}; here it is {now:%Y-%m-%d %H:%M:%S} UTC"
    if zone:
        try:
            there = stamp.replace(tzinfo=ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            return Finding("clock", FAIL, f"server_time_zone: '{zone}' is no zone such as Europe/Oslo", who=INTEGRATOR)
        if there > now + SKEW:
            remedy = "correct server_time_zone"
            return Finding("clock", FAIL, f"{seen}: in {zone} that has not come yet", remedy, INTEGRATOR)
        return Finding("clock", OK, f"{seen}: {zone} is possible")
    ahead = stamp.replace(tzinfo=timezone.utc) - now
    if ahead > SKEW:
        minutes = int(ahead.total_seconds() // 60)
        return Finding(
            "clock", OK, f"{seen}: its clock is {minutes} minutes ahead of UTC at least, so it is local time"
        )
    return Finding("clock", OK, f"{seen}: nothing tells its zone; change a row by hand and look again at once")


def _newest_document(table: str) -> str:
    return (
        f"query newest_stamp($no: Int!) {{ useCompany(no: $no) {{ {table}(first: 1, orderBy: [{{changedTimestamp: "
        f"DESC}}]) {{ items {{ changedTimestamp }} }} }} }}"
    )


def _stamp(answer: dict[str, Any], table: str) -> datetime | None:
    rows = answer["useCompany"][table]["items"]
    return to_timestamp(rows[0]["changedTimestamp"]) if rows else None


# pages and look-ups


def page(client: Client, need: Need, size: int, wanted: int, total: int) -> Finding:
    """How many rows a page holds, and how long it takes."""
    check, table = f"page of {size}", need.table
    document = (
        f"query page_probe($no: Int!, $first: Int) {{ useCompany(no: $no) {{ {table}(first: $first) "
        f"{{ items {{ {' '.join(need.key)} }} }} }} }}"
    )
    started = time.monotonic()
    answer = attempt(check, lambda: client.execute(document, {"first": size}))
    seconds = time.monotonic() - started
    status = FAIL if size <= wanted else WARN
    if isinstance(answer, Finding):
        return Finding(check, status, answer.seen, "set page_size below this", INTEGRATOR)
    rows = len(answer["useCompany"][table]["items"])
    seen = f"{rows} of {total} rows of {table} in {seconds:.2f} s"
    if rows < min(size, total):
        status = WARN if size <= wanted else OK
        return Finding(check, status, f"{seen}: pages hold {rows} at most", f"set page_size to {rows}", INTEGRATOR)
    return _timed(check, seen, seconds, "page_size")


def look_up(client: Client, need: Need, size: int) -> Finding:
    """Whether as many keys can be asked for at once as rows would be written; rows themselves are never tried."""
    check, key = f"batch of {size}", need.key[-1]
    texts = attempt(check, lambda: client.columns(need.table)[key].type == "String")
    if isinstance(texts, Finding):
        return texts
    keys = [f"no-{number:08d}" if texts else number for number in range(1, size + 1)]
    document = documents.page(need.table, list(need.key), list(need.key))
    started = time.monotonic()
    answer = attempt(check, lambda: client.execute(document, {"where": {key: {"_in": keys}}, "first": size}))
    seconds = time.monotonic() - started
    if isinstance(answer, Finding):
        return Finding(check, FAIL, answer.seen, "set batch_size_rows and page_size below this", INTEGRATOR)
    return _timed(check, f"{size} keys of {need.table} looked up in {seconds:.2f} s", seconds, "batch_size_rows")


def _timed(check: str, seen: str, seconds: float, setting: str) -> Finding:
    if seconds <= AIM:
        return Finding(check, OK, seen)
    return Finding(check, WARN, f"{seen}, which is long", f"a smaller {setting} is steadier", INTEGRATOR)
