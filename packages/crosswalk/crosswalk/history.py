"""What happened, as the link store tells it: conflicts, what is owed over them, what was written, and the runs."""

from __future__ import annotations

import os
import secrets
import socket
import time
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from crosswalk import statements, tables
from crosswalk.codec import dump
from crosswalk.database import Database, as_row, chunks
from crosswalk.entries import Owed
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.entries import Conflict
    from crosswalk.values import Value, Values

Entry: TypeAlias = "tuple[int, Side, str, Dict[str, Value], Dict[str, Value]]"
"""Of the log of operations: link, side, operation, values before and after."""


class History(Database):
    """Conflicts, debts, the log of operations and the runs."""

    def conflicts(self, found: Sequence[Conflict]) -> None:
        """Put overridden values on record; the same pair of values is recorded once.

        What somebody has decided is open again when both sides come to differ by the same two values once more.
        """
        table, key = tables.conflict, ("link_id", "name", "webshop_value", "businessnxt_value")
        for each in found:
            row = as_row(each)
            known = self._find(table, {name: row[name] for name in key})
            if known is None or (each.state, known["state"]) == ("open", "resolved"):
                self._replace(table, [row], key)

    def conflicts_on_record(self) -> list[Values]:
        """Every conflict with both values, newest first."""
        return self.rows(select(tables.conflict).order_by(tables.conflict.c.id.desc()))

    # debts

    def owe(self, debts: Sequence[Owed]) -> None:
        """Remember that a side is owed these values; a newer value takes the place of an older one."""
        self._replace(tables.owed, [as_row(each) for each in debts], ("link_id", "side", "name"))

    def debts(self, side: Side) -> list[Owed]:
        """What a side is owed."""
        return [_owed(row) for row in self.rows(statements.DEBTS, {"side": side.value})]

    def owed_over(self, links: Iterable[int]) -> dict[int, list[Owed]]:
        """What either side is owed over these links, by link."""
        found: dict[int, list[Owed]] = {}
        for row in self._select(tables.owed, "link_id", links):
            found.setdefault(row["link_id"], []).append(_owed(row))
        return found

    def closed(self, debts: Sequence[Owed]) -> set[int]:
        """The links among these debts that are owed because a row of Business NXT is closed to edits."""
        wanted = {(each.link_id, each.name, dump(each.value)) for each in debts}
        links = [each.link_id for each in debts if each.side is Side.WEBSHOP]
        rows = self._select(tables.conflict, "link_id", links, {"rule": "frozen"})
        return {
            row["link_id"] for row in rows if (row["link_id"], row["name"], dump(row["businessnxt_value"])) in wanted
        }

    def forgive(self, links: Iterable[int]) -> None:
        """Nothing is owed over these links any more, and nothing open: one of the two sides is gone."""
        ids = list(links)
        self._erase(tables.owed, "link_id", ids)
        self._erase(tables.pending, "link_id", ids)

    def waive(self, link_id: int, side: Side, names: Iterable[str]) -> None:
        """Nobody is owed these properties any more."""
        self._erase(tables.owed, "name", names, {"link_id": link_id, "side": side.value})

    def pay(self, met: Sequence[tuple[int, str]]) -> None:
        """Both sides agree on these properties (by link): nobody is owed them, and no conflict over them is open."""
        if not met:
            return
        links, wanted = {link_id for link_id, _ in met}, set(met)
        with self.transaction() as connection:
            owed = {(row["link_id"], row["name"]) for row in self._select(tables.owed, "link_id", links)} & wanted
            if owed:
                paid = [{"link_id": link_id, "name": name} for link_id, name in owed]
                connection.execute(statements.emptied(tables.owed, ("link_id", "name")), paid)
            opened = self._select(tables.conflict, "link_id", links, {"state": "open"})
            over = [row["id"] for row in opened if (row["link_id"], row["name"]) in wanted]
            for part in chunks(over):
                connection.execute(statements.RESOLVED, {statements.KEYS: part})

    # writes and runs

    def log(self, run_id: str, entries: Sequence[Entry]) -> None:
        """Add to the log of operations."""
        if not entries:
            return
        now = time.time()
        rows = [
            {"run_id": run_id, "link_id": link_id, "side": side.value, "op": op, "before": dump(before),
             "after": dump(after), "at": now}
            for link_id, side, op, before, after in entries
        ]  # fmt: skip
        with self.transaction() as connection:
            connection.execute(statements.added(tables.op_log), rows)

    def writes_of(self, run_id: str) -> list[Values]:
        """What a run wrote, in its order: to which side, of which link, values before and after."""
        log, link = tables.op_log, tables.link
        columns = [log.c.at, log.c.side.label("to"), log.c.op, link.c.entity, link.c.webshop_id, link.c.businessnxt_id]
        wanted = select(*columns, log.c.before, log.c.after).join(link, link.c.id == log.c.link_id, isouter=True)
        return self.rows(wanted.where(log.c.run_id == run_id).order_by(log.c.op_id))

    def start_run(self, pipeline: str) -> str:
        """Enter a run; returns its id."""
        run_id = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        row = {"run_id": run_id, "pipeline": pipeline, "started_at": time.time(), "host": socket.gethostname(),
               "pid": os.getpid(), "counts": "{}"}  # fmt: skip
        with self.transaction() as connection:
            connection.execute(statements.added(tables.run), [row])
        return run_id

    def count_run(self, run_id: str, counts: Dict[str, Dict[str, int]], *, exit_: str | None = None) -> None:
        """Note how far a run has come; with `exit_`, that it is over."""
        values: Values = {"counts": dump(counts)}
        if exit_ is not None:
            values |= {"ended_at": time.time(), "exit": exit_}
        with self.transaction() as connection:
            connection.execute(statements.counted(tuple(values)), {"of_id": run_id, **values})

    def runs(self, limit: int = 20) -> list[Values]:
        """The last runs, newest first."""
        return self.rows(select(tables.run).order_by(tables.run.c.started_at.desc()).limit(limit))

    def knows_run(self, run_id: str) -> bool:
        """Whether there was such a run."""
        return self._find(tables.run, {"run_id": run_id}) is not None


def _owed(row: Values) -> Owed:
    return Owed(**{**row, "side": Side(row["side"]), "lost": tuple(row["lost"])})
