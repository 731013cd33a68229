"""A dry run: the far side is asked as always, what would be written to it only seems to be, and so in the link store.

Merge and mapping are those of any run. They work on a copy of the link store, in which the run leaves what a real one
would have left: links, conflicts, rejects, and the log of each write.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from crosswalk import tables
from crosswalk.errors import StoreError
from crosswalk.links import Store
from crosswalk.remote import Outcome, Refused, Row, Written

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.remote import Change, Draft, Remote, RemoteTable, Removal
    from crosswalk.values import Value, Values

PART = 1000
"""Rows that are copied at once."""


def rehearsing(url: str, file: Path, *, shop: str, company: str, patience: float = 0.0) -> Store:
    """A copy of a link store for one dry run, in place of that of the last one.

    Args:
        url: The link store; it is not made where there is none yet.
        file: Where the copy is to be.
        shop: Name of the webshop.
        company: The Business NXT company.
        patience: For how many seconds to wait until a run on the link store ends.

    Raises:
        StoreError: The file is something else than such a copy, or the link store is in use.
    """
    _make_room(file)
    copy = Store(f"sqlite:///{file}")
    place = make_url(url)
    new = place.get_backend_name() == "sqlite" and not Path(place.database or "").exists()
    if not new:
        original = Store(url, shop=shop, company=company)
        try:
            original.lock.acquire(patience=patience)
            _pour(original, copy)
        finally:
            original.close()
    copy.close()
    copy = Store(f"sqlite:///{file}", shop=shop, company=company, rehearsal=True)
    copy.mark_as_rehearsal()
    return copy


def _make_room(file: Path) -> None:
    if not file.is_absolute():
        raise StoreError(f"dry_run names the relative path '{file}': write it from the root, as {file.absolute()}")
    if file.exists():
        earlier = Store(f"sqlite:///{file}")
        known = earlier.is_rehearsal
        earlier.close()
        if not known:
            raise StoreError(f"dry_run names {file}, which is not the copy of an earlier dry run; name another file")
    for end in ("", "-wal", "-shm", ".lock"):
        Path(f"{file}{end}").unlink(missing_ok=True)


def _pour(original: Store, copy: Store) -> None:
    with original.transaction() as source, copy.transaction() as target:
        for table in tables.metadata.sorted_tables:
            for part in source.execute(select(table)).mappings().partitions(PART):
                target.execute(insert(table), [dict(row) for row in part])


class Rehearsal:
    """Implements `Remote` around another one, to which it passes on every question and no write.

    Rows that would be made are known by negative numbers. What was seemingly written is answered as if it were there:
    as it was sent, for what the far side would have made of it nobody knows.

    Args:
        remote: The far side.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._numbers = itertools.count(-1, -1)
        self._made: set[str] = set()
        self._held: defaultdict[str, dict[str, Row | None]] = defaultdict(dict)  # None: deleted

    def find(
        self, table: RemoteTable, column: str, values: Sequence[str], *, where: Dict[str, Value], parents: Sequence[str]
    ) -> list[Row]:
        """Rows as they would be by now."""
        there = [each for each in parents if each not in self._made]
        found: list[Row] = []
        if there or not parents:
            found = self._remote.find(table, column, values, where=where, parents=there)
        held = self._held[table.name]
        seeming = [
            row
            for row in held.values()
            if row is not None
            and str(row.values.get(column)) in values
            and all(row.values.get(name) == value for name, value in where.items())
            and (not parents or row.id.rpartition("/")[0] in parents)
        ]
        return [*(row for row in found if row.id not in held), *seeming]

    def read(self, table: RemoteTable, ids: Sequence[str]) -> dict[str, Row]:
        """Rows by key as they would be by now."""
        held = self._held[table.name]
        there = [each for each in ids if each not in held]
        rows: dict[str, Row | None] = {**(self._remote.read(table, there) if there else {}), **held}
        return {each: row for each in ids if (row := rows.get(each)) is not None}

    def create(self, table: RemoteTable, drafts: Sequence[Draft]) -> list[Outcome]:
        """Seem to make rows."""
        return [Written(self._create(table, each)) for each in drafts]

    def _create(self, table: RemoteTable, draft: Draft) -> Row:
        row = self._row(table, draft.values, draft.parent)
        if table.lines:
            of_lines = table.lines[1]
            row = replace(row, lines=tuple(self._row(of_lines, each, row.id) for each in draft.lines))
        return row

    def _row(self, table: RemoteTable, values: Values, parent: str) -> Row:
        own = table.key[-1]
        number = values.get(own) or next(self._numbers)
        key = {own: number} if len(table.key) == 1 else {table.key[0]: _typed(parent), own: number}
        if not parent and "." in table.name:  # an item of a list of the webshop, made together with its record
            parent = str(next(self._numbers))
        identity = f"{parent}/{number}" if parent else str(number)
        drawn = {each: next(self._numbers) for each in table.suggest if each not in values}
        row = Row(identity, {**values, **drawn, **key})
        self._held[table.name][identity] = row
        self._made.add(identity)
        return row

    def update(self, table: RemoteTable, changes: Sequence[Change]) -> list[Outcome]:
        """Seem to change rows, while they hold what they are expected to."""
        rows = self.read(table, [each.id for each in changes])
        return [self._update(table, rows.get(each.id), each) for each in changes]

    def _update(self, table: RemoteTable, row: Row | None, change: Change) -> Outcome:
        if row is None:
            return Refused()
        row = replace(row, values={**row.values, **change.values}, ours=True)
        self._held[table.name][row.id] = row
        return Written(row)

    def delete(self, table: RemoteTable, removals: Sequence[Removal]) -> list[Outcome | None]:
        """Seem to delete rows."""
        self._held[table.name].update(dict.fromkeys(each.id for each in removals))
        return [None for _ in removals]


def _typed(key: str) -> Value:
    return int(key) if key.lstrip("-").isdigit() else key
