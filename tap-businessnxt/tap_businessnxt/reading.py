"""Reads the rows of one stream, each with its lines inside."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from businessnxt import filters

from . import window
from .company import all_of
from .sweep import chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from businessnxt.filters import Filter

    from .company import Company, Read
    from .definition import Key, Lines, Row, StreamDefinition
    from .offer import Offer
    from .window import Way


@dataclass(frozen=True)
class Reader:
    """One stream's way to its rows.

    Attributes:
        company: Where they are.
        stream: What belongs to it.
        columns: What is asked for of each row.
        lines: What the company offers of its lines.
        told_with: Gives the numbers of the lines that a row was last told with.
        further: A condition beyond the stream's own.
        chunk: Rows whose lines are fetched together.
    """

    company: Company
    stream: StreamDefinition
    columns: Sequence[str]
    lines: Offer | None
    told_with: Callable[[Key], list[int]]
    further: Filter | None
    chunk: int

    @property
    def only(self) -> Filter | None:
        """What all rows of the stream have in common."""
        return filters.both(all_of(self.stream.only), self.further)

    def rows(self, where: Filter | None, after: Key | None) -> Iterator[Read]:
        """The stream's rows that meet a condition, along the key, from behind one that was read before."""
        key = self.stream.key
        behind = filters.after(key, dict(zip(key, after, strict=True))) if after else None
        condition = filters.both(filters.both(self.only, where), behind)
        return self._whole(self.company.dated_rows(self.stream.table, self.columns, key=key, where=condition))

    def with_keys(self, keys: Iterable[Key]) -> Iterator[Read]:
        """Those of the stream's rows with these keys that are there."""
        key, table = self.stream.key, self.stream.table
        return self._whole(self.company.with_keys(table, self.columns, key=key, keys=keys, only=self.only))

    def heads_of_changed_lines(self, way: Way, since: datetime) -> set[Key]:
        """The keys of rows of which a line changed; whether that stamps the row itself, nobody says."""
        lines = self.stream.lines
        if lines is None:
            return set()
        rows = self.company.rows(lines.table, lines.key, key=lines.key, where=window.since(way, since))
        return {(row[lines.head],) for row in rows}

    def _whole(self, reads: Iterator[Read]) -> Iterator[Read]:
        if self.stream.lines is None or self.lines is None:
            return reads
        return (whole for chunk in chunks(reads, self.chunk) for whole in self._with_lines(chunk, self.lines))

    def _with_lines(self, reads: list[Read], offer: Offer) -> Iterator[Read]:
        lines = self.stream.lines
        if lines is None:
            return
        heads = [read.row[lines.head] for read in reads]
        found = {
            tuple(row[name] for name in lines.key): row
            for row in self.company.find(lines.table, list(offer.types), lines.head, heads, key=lines.key)
        }
        found |= self._looked_up(lines, offer, heads, found)
        of_head: dict[int, list[Row]] = defaultdict(list)
        for _, row in sorted(found.items()):
            of_head[row[lines.head]].append(offer.record(row))
        for read in reads:
            yield read._replace(row={**read.row, lines.name: of_head[read.row[lines.head]]})

    def _looked_up(self, lines: Lines, offer: Offer, heads: list[int], found: Mapping[Key, Row]) -> dict[Key, Row]:
        """Lines that were told before and that the answer lacks, of those that are there when they are asked for."""
        told = [(head, number) for head in heads for number in self.told_with((head,))]
        keys = [key for key in told if key not in found]
        reads = self.company.with_keys(lines.table, list(offer.types), key=lines.key, keys=keys, only=None)
        return {tuple(read.row[name] for name in lines.key): read.row for read in reads}
