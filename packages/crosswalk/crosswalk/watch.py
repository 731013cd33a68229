"""What in the link store needs a person: pure looks at what the runs left, each with what to do about it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from crosswalk import disputes, guard, tables
from crosswalk.errors import PASSING
from crosswalk.sides import Side
from crosswalk.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswalk.links import Store
    from crosswalk.values import Values

SHOWN = 10
"""How many examples a finding names."""

DAY = 86400.0
"""After so many seconds a run of another host, which cannot be asked, counts as ended."""


@dataclass(frozen=True)
class Limits:
    """From when on something is worth a person's time.

    Attributes:
        max_lag: Seconds since the last good run of a direction, if it was ever begun; None to let it be.
        debt_runs: Runs in which a value that is owed may stay unwritten.
        grace: Seconds in which a write without an answer may still land.
        max_wait: Seconds that a record may wait for another one, or for somebody to close the row.
    """

    max_lag: float | None = None
    debt_runs: int = 3
    grace: float = 900.0
    max_wait: float = 3600.0


@dataclass(frozen=True)
class Finding:
    """One thing that needs a person: how often, which, and what to do."""

    kind: str
    number: int
    message: str
    remedy: str
    examples: tuple[str, ...] = ()


def findings(store: Store, limits: Limits, now: float) -> list[Finding]:
    """Everything that needs a person."""
    runs = {side: _runs(store, side) for side in Side}
    looks = (
        _rejects(store),
        _waiting(store, limits.max_wait, now),
        _conflicts(store),
        _quarantined(store),
        _stopped(store),
        *(_debts(store, side, runs[side], limits.debt_runs) for side in Side),
        _unclear(store, now - limits.grace),
        *(_unended(each, now) for each in runs.values()),
        *(_lagging(side, each, limits.max_lag, now) for side, each in runs.items()),
    )
    return [found for look in looks for found in look]


def _runs(store: Store, source: Side) -> list[Values]:
    """The runs of one direction, newest first."""
    table = tables.run
    of_way = table.c.pipeline == f"{source.value}-to-{source.other.value}"
    return store.rows(select(table).where(of_way).order_by(table.c.started_at.desc()))


def _rejects(store: Store) -> Iterator[Finding]:
    found = store.rejects(tables.reject.c.kind.not_in((*PASSING, "quarantined")))
    if found:
        yield Finding(
            "rejected",
            len(found),
            counted(len(found), "record was refused", "records were refused"),
            "'crosswalk rejects list' shows all; what is corrected at its source is taken in by the next run, what is "
            "put right elsewhere after 'crosswalk rejects retry'",
            tuple(f"{each.entity} '{each.source_id}': {each.message}" for each in found[:SHOWN]),
        )


def _waiting(store: Store, longest: float, now: float) -> Iterator[Finding]:
    """Records that wait for something that may never come: a product that was deleted, a SKU that is misspelled."""
    of_long = (tables.reject.c.kind.in_(PASSING), tables.reject.c.first_at <= now - longest)
    found = store.rejects(*of_long)
    if found:
        yield Finding(
            "waiting",
            len(found),
            f"{counted(len(found), 'record has', 'records have')} waited for more than "
            f"{counted(round(longest / 60), 'minute')}",
            "see that what they wait for comes: correct its name in the record, or what keeps it from being linked "
            "('crosswalk rejects list' shows all); the next run goes on by itself",
            tuple(f"{each.entity} '{each.source_id}': {each.message}" for each in found[:SHOWN]),
        )


def _conflicts(store: Store) -> Iterator[Finding]:
    found = disputes.cases(store)
    if found:
        yield Finding(
            "conflict",
            len(found),
            counted(
                len(found),
                "property was changed on both sides and waits for a decision",
                "properties were changed on both sides and wait for a decision",
            ),
            "'crosswalk conflicts show ID' shows both values, "
            "'crosswalk conflicts resolve ID webshop|businessnxt' decides",
            tuple(f"{each.number}: {_place(each)} {each.conflict.name}" for each in found[:SHOWN]),
        )


def _place(case: disputes.Case) -> str:
    return f"{case.link.entity} '{case.link.webshop_id}'" if case.link else "a forgotten record"


def _quarantined(store: Store) -> Iterator[Finding]:
    found = store.rejects(tables.reject.c.kind == "quarantined")
    if found:
        yield Finding(
            "quarantined",
            len(found),
            counted(
                len(found),
                "record carries a reference that belongs to another one, and is left alone",
                "records carry a reference that belongs to another one, and are left alone",
            ),
            "keep the reference on the right one and empty it on the others, then run the sync again",
            tuple(f"{each.entity} '{each.source_id}': {each.message}" for each in found[:SHOWN]),
        )


def _stopped(store: Store) -> Iterator[Finding]:
    """Runs that would have touched too much, and that nobody has let through yet."""
    found = [each for each in guard.plans(store) if each[1].state == "open"]
    for number, plan in found:
        yield Finding(
            "plan",
            plan.number,
            f"{plan.pipeline} stopped before it had touched {plan.number} of {plan.linked} linked {plan.entity}",
            f"'crosswalk plan show {number}' tells what it would have done; if that is meant, 'crosswalk plan accept "
            f"{number}' lets the next run through; else correct what caused it",
        )


def _debts(store: Store, source: Side, runs: list[Values], allowed: int) -> Iterator[Finding]:
    """Values that several runs towards their side could not write."""
    if len(runs) <= allowed:
        return
    oldest = runs[allowed - 1]["started_at"]
    old = [each for each in store.debts(source.other) if each.read_at < oldest]
    if old:
        links = store.links_by_id(each.link_id for each in old)
        names = [f"{links[each.link_id].entity} '{links[each.link_id].id_on(source)}' {each.name}"
                 for each in old if each.link_id in links]  # fmt: skip
        yield Finding(
            "owed",
            len(old),
            f"{counted(len(old), 'value')} could not be written to {source.other.value} in {counted(allowed, 'run')}",
            "the log of the last run says why; 'crosswalk links show' tells whether the record is still linked",
            tuple(names[:SHOWN]),
        )


def _unclear(store: Store, before: float) -> Iterator[Finding]:
    table = tables.pending
    found = store.rows(select(table).where(table.c.sent_at < before))
    if found:
        links = store.links_by_id(row["link_id"] for row in found)
        yield Finding(
            "unclear",
            len(found),
            f"{counted(len(found), 'write')} got no answer, and no run has looked since what became of "
            f"{'it' if len(found) == 1 else 'them'}",
            "run the sync again: it looks before it writes, and makes nothing twice",
            tuple(f"{each.entity} '{each.webshop_id}'" for each in list(links.values())[:SHOWN]),
        )


def _unended(runs: list[Values], now: float) -> Iterator[Finding]:
    """The newest run of a direction, where it was killed or failed."""
    last = runs[0] if runs else None
    if last is None or last["exit"] == "ok" or (last["exit"] is None and _may_be_alive(last, now)):
        return
    end = f"ended with {last['exit']}" if last["exit"] else "did not come to its end"
    yield Finding(
        "run",
        1,
        f"the last run {last['pipeline']} ({last['run_id']}) {end}",
        "see the log of that run, and start it again: it goes on where it stopped",
    )


def _may_be_alive(run: Values, now: float) -> bool:
    if run["host"] != socket.gethostname():
        return bool(now - run["started_at"] < DAY)
    try:
        os.kill(run["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's, and there
        return True
    return True


def _lagging(source: Side, runs: list[Values], max_lag: float | None, now: float) -> Iterator[Finding]:
    good = max((each["ended_at"] for each in runs if each["exit"] == "ok"), default=None)
    begun = min((each["started_at"] for each in runs), default=now)
    if max_lag is None or now - (begun if good is None else good) <= max_lag:
        return
    since = (
        "has never come to a good end" if good is None else f"last came to a good end {(now - good) / 60:.0f} min ago"
    )
    yield Finding(
        "lag",
        1,
        f"{source.value}-to-{source.other.value} {since}",
        "look whether the scheduler still starts it, and at 'crosswalk runs'",
    )
