"""Finds what no stamp tells: rows that are gone, and rows that lost a line."""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from businessnxt.filters import Filter

    from .company import Company
    from .definition import Key, Lines, Row, StreamDefinition
    from .keyfile import KeyFile

T = TypeVar("T")

CHUNK = 1000
"""Keys that are put into the key file at a time."""

FEW = 20
"""So many rows may always be gone, however small the table."""


class Findings(NamedTuple):
    """What a sweep found."""

    gone: list[Key]
    reshaped: list[Key]  # rows that stand, with other lines than they were last told with
    disbelief: str = ""  # so many rows are missing that a right was taken away rather than rows: none is taken as gone


def sweep(
    company: Company, stream: StreamDefinition, only: Filter | None, known: KeyFile, *, limit_percent: int
) -> Findings:
    """List every key of a stream, and look up each known one that is missing, unless too many are."""
    before = known.count(stream.name)
    _list(company, stream, only, known)
    missing = known.missing(stream.name)
    reshaped = known.reshaped(stream.name)
    known.learn(stream.name)
    if len(missing) > max(FEW, before * limit_percent // 100):
        disbelief = (
            f"{len(missing)} of {before} known rows of '{stream.table}' are missing, more than sweep_limit_percent "
            f"({limit_percent}) allows. Check what the access group may read; if they are truly gone, raise the "
            "setting for one run. Until then no row of this stream is reported as gone"
        )
        return Findings([], reshaped, disbelief)
    return Findings([key for key in missing if not company.has(stream.table, stream.key, key, only)], reshaped)


def _list(company: Company, stream: StreamDefinition, only: Filter | None, known: KeyFile) -> None:
    known.begin_listing()
    keys = (stream.key_of(row) for row in company.rows(stream.table, stream.key, key=stream.key, where=only))
    for chunk in chunks(keys):
        known.list_rows(chunk)
    if stream.lines:
        rows = company.rows(stream.lines.table, stream.lines.key, key=stream.lines.key)
        for chunk in chunks(_shapes(stream.lines, rows)):
            known.list_parts(chunk)


def _shapes(lines: Lines, rows: Iterable[Row]) -> Iterator[tuple[Key, list[int]]]:
    """For each head the numbers of its lines; rows come along the key, so those of one head stand together."""
    for head, own in groupby(rows, key=itemgetter(lines.head)):
        yield (head,), shape(lines, own)


def shape(lines: Lines, rows: Iterable[Row]) -> list[int]:
    """The numbers of the lines."""
    return sorted(row[lines.key[-1]] for row in rows)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values, some at a time."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
