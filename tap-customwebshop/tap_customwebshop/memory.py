"""What a stream remembers of the rows it told: which differ, which are not final yet, which are gone."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec
from customwebshop import RefusedError, graph
from customwebshop.reading import templates, times
from customwebshop.reading.asking import see_to_it
from customwebshop.reading.checks import shown
from customwebshop.reading.reader import Row
from customwebshop.reading.shaping import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from customwebshop import Answer, Connection
    from customwebshop.reading.definition import Revisit, StreamDefinition, Sweep
    from customwebshop.reading.paging import Key
    from customwebshop.reading.reader import Reader

    from .keyfile import Ledger

logger = logging.getLogger("tap-customwebshop.memory")

FEW = 20  # so many rows may always be gone, however small the shop
DAY = 86_400.0
GONE = (404, 410)
CHUNK = 500  # rows after which what was noted is kept

_encode = msgspec.json.Encoder(order="deterministic", decimal_format="string").encode


class Told(NamedTuple):
    """A row that is told, and the number it is told under."""

    row: Row
    number: int


class Memory:
    """The memory of one stream during one run.

    Args:
        ledger: What was told before.
        stream: The stream.
        covered: The last number that the STATE covers.
    """

    def __init__(self, ledger: Ledger, stream: StreamDefinition, covered: int) -> None:
        self._ledger, self._stream, self._covered = ledger, stream, covered
        self._when = search("revisit.when", stream.revisit.when) if stream.revisit else None
        self._before = self._number = max(covered, ledger.last())
        self._uncommitted = 0
        ledger.doubt(covered)  # else the first STATE of this run would cover what the last one did not deliver

    @property
    def name(self) -> str:
        """What a STATE calls it."""
        return self._ledger.name

    def all(self, rows: Iterator[Row]) -> Iterator[Told]:
        """Every row, noted."""
        for row in rows:
            yield self._told(row, _hash(row.record))
        self._ledger.commit()

    def news(self, rows: Iterator[Row]) -> Iterator[Told]:
        """The rows that differ from what was told of them, and those of which no STATE says that it was."""
        for row in rows:
            known, hashed = self._ledger.known(row.key), _hash(row.record)
            if known is None or known.hash != hashed or known.told > self._covered:
                yield self._told(row, hashed)
        self._ledger.commit()

    def swept(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows as they are, listed on the way."""
        self._ledger.begin_listing()
        for row in rows:
            self._ledger.list_rows([row.key])
            yield row

    def there(self, key: Key) -> None:
        """A row that is there, though it cannot be read."""
        self._ledger.list_rows([key])

    def gone(self, client: Connection, at: datetime) -> Iterator[Told]:
        """After a sweep: tombstones of the rows that were not there."""
        sweep = self._stream.sweep
        if sweep is None or not sweep.tombstones:
            return
        known, missing = self._ledger.count(), self._ledger.missing()
        few = FEW if sweep.verify or len(missing) < known else 0  # a shop that lists nothing is not believed
        if len(missing) > max(few, known * sweep.limit_percent / 100):
            logger.error(
                "%s: %d of %d known rows are missing, more than sweep.limit_percent (%g) allows. None is told as gone. "
                "Check what the credentials may see; if the rows are truly gone, raise the limit for one run.",
                self._stream.name, len(missing), known, sweep.limit_percent,
            )  # fmt: skip
            return
        for key in missing:
            if _is_gone(client, sweep, self._stream, key):
                yield self.buried(key, at)
        self._ledger.commit()

    def still_gone(self, at: datetime) -> Iterator[Told]:
        """Tombstones that were told before, of which no STATE says so."""
        for key in self._ledger.unconfirmed_gone(self._covered):
            yield self.buried(key, at)
        self._ledger.commit()

    def buried(self, key: Key, at: datetime) -> Told:
        """A tombstone: the key, and when it was found gone."""
        self._number += 1
        self._ledger.note(key, None, self._number, None)
        stamp = times.parameter(at)
        field = self._stream.incremental.field
        record = {**dict(zip(self._stream.key, key, strict=True)), "deleted_at": stamp}
        return Told(Row({**record, field: stamp} if field else record, at, None, key), self._number)

    def unfinished(self) -> list[Key]:
        """Rows that are not final and were not read in this run."""
        if self._stream.revisit is None:
            return []
        since = time.time() - self._stream.revisit.max_age_days * DAY
        return self._ledger.open(since=since, before=self._before)

    def close(self, key: Key) -> None:
        """A row that cannot be looked at again."""
        self._ledger.close(key)

    def commit(self) -> None:
        """Keep what was noted."""
        self._ledger.commit()

    def _told(self, row: Row, hashed: bytes) -> Told:
        self._number += 1
        self._ledger.note(row.key, hashed, self._number, self._open_since(row))
        self._uncommitted += 1
        if self._uncommitted >= CHUNK:
            self._ledger.commit()
            self._uncommitted = 0
        return Told(row, self._number)

    def _open_since(self, row: Row) -> float | None:
        if self._when is None or self._when(row.record) in (None, False):
            return None
        known = self._ledger.known(row.key)
        return known.open_since if known and known.open_since else time.time()


def revisited(
    client: Connection, reading: Callable[..., Reader], stream: StreamDefinition, keys: Sequence[Key]
) -> Iterator[Row | Key]:
    """Rows, read again by their keys; of one that is gone only its key."""
    revisit = stream.revisit
    if revisit is None or not keys:
        return
    if revisit.param is None:
        yield from _one_by_one(client, reading(), stream, revisit, keys)
        return
    for at in range(0, len(keys), revisit.batch):
        ids = [key[0] for key in keys[at : at + revisit.batch]]
        value = ids if revisit.param.startswith("/") else revisit.separator.join(map(str, ids))
        yield from reading({revisit.param: value}).rows(None)


def _one_by_one(
    client: Connection, reader: Reader, stream: StreamDefinition, revisit: Revisit, keys: Sequence[Key]
) -> Iterator[Row | Key]:
    fill, find = templates.compiled(revisit.path), search("revisit.record", revisit.record)
    for key in keys:
        answer = asked(client, fill(quoted(stream, key)), stream)
        row = reader.row(find(answer.body), answer.asked_at) if answer else key
        if row is not None:
            yield row


def asked(client: Connection, path: str, stream: StreamDefinition) -> Answer | None:
    """One row as the shop has it; None where it is gone. What the listing is asked with, such as an order, stays out.

    Raises:
        ShopError: It cannot be read.
    """
    try:
        return client.get(path, None, stream.request.headers)
    except RefusedError as refused:
        if refused.status not in GONE:
            raise
        return None


def _is_gone(client: Connection, sweep: Sweep, stream: StreamDefinition, key: Key) -> bool:
    if sweep.verify is None:
        return True
    if sweep.body:
        missing = search("sweep.verify.record", sweep.record)(_answered(client, sweep, stream, key).body) is None
    else:
        missing = asked(client, templates.compiled(sweep.verify)(quoted(stream, key)), stream) is None
    if missing:
        return True
    logger.warning("%s: record %s was not listed, and is there all the same.", stream.name, shown(key))
    return False


def _answered(client: Connection, sweep: Sweep, stream: StreamDefinition, key: Key) -> Answer:
    """What a GraphQL server says of one row."""
    path, told = sweep.verify or "", sweep.body or {}
    body = {**told, "variables": templates.compiled(told["variables"])(dict(zip(stream.key, key, strict=True)))}
    answer = graph.patiently(stream.name, lambda: client.search(path, {}, body, stream.request.headers))
    see_to_it(stream.name, answer)
    return answer


def quoted(stream: StreamDefinition, key: Key) -> dict[str, str]:
    """The key properties as they stand in a path."""
    return {name: quote(str(value), safe="") for name, value in zip(stream.key, key, strict=True)}


def _hash(record: dict[str, Any]) -> bytes:
    return hashlib.blake2b(_encode(record), digest_size=16).digest()
