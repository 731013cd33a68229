"""The first meeting with a shop: what works, what does not, and which key to change. It reads a few pages, no more."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from customwebshop import CredentialsError, ShopError, UnreachableError
from customwebshop.reading import paging, templates, times
from customwebshop.reading.checks import shown
from customwebshop.reading.misfits import nearest
from customwebshop.reading.reader import Reader

from . import memory, words
from .masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from customwebshop import Connection
    from customwebshop.reading.definition import StreamDefinition
    from customwebshop.reading.reader import Unreadable

FEW = 5  # records that are followed and mapped where each costs requests
RECENT = timedelta(hours=26)  # so far back any zone's today reaches
ZONES = ("UTC", "Europe/Oslo", "Europe/Helsinki", "Europe/London", "America/New_York")

MUST: dict[str, tuple[str, ...]] = {
    "customers": ("id", "email", "addresses", "updated_at"),
    "products": ("id", "title", "variants", "updated_at"),
    "stock_levels": ("sku", "available", "updated_at"),
    "orders": ("id", "number", "currency", "lines", "total_incl_tax", "placed_at", "updated_at"),
}
"""Properties of the contract without which a mapping file cannot do much."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What was looked at.
        status: `ok`, `warn`, `fail`, or `skipped` where it could not be told.
        seen: What was seen.
        key: The key to change, where one is.
        remedy: What to do about it.
    """

    check: str
    status: str
    seen: str
    key: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding with the names of its parts."""
        return asdict(self)


@dataclass
class Report:
    """What a probe found: findings, and of each stream one record as it would leave the tap."""

    findings: list[Finding] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)


def probe(
    client: Connection, streams: Sequence[StreamDefinition], page_size: int, zone: tzinfo, *, unmasked: bool = False
) -> Report:
    """Look at every stream; where the shop does not let us in, or does not answer, at none.

    Args:
        client: Leads to the shop.
        streams: What the settings ask for.
        page_size: Records to ask for at a time.
        zone: Zone of times without one.
        unmasked: Whether personal data is shown in the records.
    """
    report = Report()
    for stream in streams:
        look = _Look(client, stream, page_size, zone)
        try:
            report.findings += look.findings()
        except CredentialsError as refused:
            report.findings.append(Finding("login", "fail", str(refused), "auth_method"))
            return report
        except UnreachableError as gone:
            remedy = "is it the shop's address, and may this machine go there?"
            report.findings.append(Finding("shop", "fail", str(gone), "api_url", remedy))
            return report
        except ShopError as problem:
            report.findings.append(Finding(f"{stream.name}", "fail", str(problem), f"streams.{stream.name}"))
        if look.record is not None:
            report.records[stream.name] = look.record if unmasked else masked(stream.name, look.record)
    entered = any(each.status == "ok" for each in report.findings)
    return Report(
        [Finding("login", "ok", "the shop lets us in"), *report.findings] if entered else report.findings,
        report.records,
    )


@dataclass
class _Page:
    turn: paging.Turn
    page: paging.Page
    raw: list[dict[str, Any]]
    read_at: datetime
    shop_time: datetime


class _Look:
    """One stream, looked at."""

    def __init__(self, client: Connection, stream: StreamDefinition, page_size: int, zone: tzinfo) -> None:
        self._client, self._stream, self._page_size, self._zone = client, stream, page_size, zone
        self._unread: list[Unreadable] = []
        self._reader = Reader(client, stream, page_size, zone, put_aside=self._unread.append)
        self._where = f"streams.{stream.name}"
        self.record: dict[str, Any] | None = None

    def findings(self) -> Iterator[Finding]:
        """Everything about it, as it is found."""
        yield from self._worded()
        started = time.monotonic()
        first = self._ask(paging.first(self._stream.paging, self._page_size), None)
        if first is None or not first.raw:
            yield self._found("page", "warn", "the shop holds none, so nothing more can be told")
            return
        took = time.monotonic() - started
        yield self._found("page", "ok", f"{len(first.raw)} records in {took:.2f} s, keys and times readable")
        yield from self._turned(first)
        if self._stream.incremental.field:
            zoned = list(self._zoned(first))
            yield from zoned
            if all(each.status != "fail" for each in zoned):  # else what is asked for is not what the shop hears
                yield from self._filtered(first)
        yield from self._mapped(first)
        yield from self._by_id(first)

    def _found(self, what: str, status: str, seen: str, key: str = "", remedy: str = "") -> Finding:
        return Finding(f"{self._stream.name}: {what}", status, seen, key and f"{self._where}.{key}", remedy)

    def _ask(self, turn: paging.Turn, since: datetime | None) -> _Page | None:
        answer = self._reader.asker.page(turn, since)
        if answer is None:
            return None
        page, raw = self._reader.checks.page(answer)
        return _Page(turn, page, raw, answer.asked_at, answer.shop_time or answer.asked_at)

    # our words

    def _worded(self) -> Iterator[Finding]:
        for place, word, known in words.strangers(self._stream):
            near = nearest(word, known, offer=False)
            remedy = f"the mapping files may not know it; there are {', '.join(known)}"
            yield self._found("words", "warn", f"{word!r} is no word of the contract{near}", f"enums.{place}", remedy)

    # the page turns

    def _turned(self, first: _Page) -> Iterator[Finding]:
        if len(set(first.page.keys)) < len(first.page.keys):
            twice, _ = Counter(first.page.keys).most_common(1)[0]
            seen = f"record {'/'.join(map(str, twice))} stands twice on one page"
            yield self._found("key", "fail", seen, "key", "name properties that tell one record from all others")
        turn = paging.following(self._stream.paging, first.turn, first.page, self._reader.asker.time)
        if turn is None:
            full = len(first.raw) >= self._page_size and self._stream.paging.style == "none"
            remedy = "a full page without paging may be cut off: say how pages turn"
            yield self._found("next page", "warn" if full else "ok", "one page holds all", "paging" if full else "",
                              remedy if full else "")  # fmt: skip
            return
        second = self._ask(turn, turn.since)
        new = [key for key in second.page.keys if key not in first.page.keys] if second else []
        counted = self._stream.paging.style in ("offset", "cursor")  # others may repeat: a tie, a page past the end
        again = counted and second is not None and len(second.raw) > 1 and second.page.keys == first.page.keys
        if new or (len(first.raw) < self._page_size and not again):
            seen = f"{len(new)} further records" if new else "nothing further"
            yield self._found("next page", "ok", f"{seen}, by {self._stream.paging.style}")
        else:
            remedy = "the second page holds what the first did: set the name that the shop has for it"
            yield self._found("next page", "fail", "the page does not turn", "paging.param", remedy)
        if new and len(first.raw) < self._page_size:
            seen = f"asked for {self._page_size} records, the shop gives {len(first.raw)}"
            yield self._found("page size", "warn", seen, "paging.limit_param", "or set page_size to what it gives")

    # the filter filters

    def _filtered(self, first: _Page) -> Iterator[Finding]:
        stamps = sorted(stamp for stamp in first.page.stamps if stamp is not None)
        incremental = self._stream.incremental
        if incremental.client_side:
            yield self._found("filter", "ok", "none: everything is read, and dropped here where it is older")
            return
        if incremental.ordered and stamps != [stamp for stamp in first.page.stamps if stamp is not None]:
            remedy = f"give the sort parameter, or set {self._where}.incremental.ordered to false"
            yield self._found("order", "fail", "rows do not come in ascending order", "request.params", remedy)
        asking = self._reader.asker.time
        if stamps[-1] - stamps[0] <= 2 * asking.tolerance:
            yield self._found("filter", "skipped", "all records of the page bear one time: nothing to tell it by")
            return
        since = asking.from_(stamps[-1])
        answer = self._ask(paging.first(self._stream.paging, self._page_size, since), since)
        found = sorted(stamp for stamp in answer.page.stamps if stamp) if answer else []
        older = [stamp for stamp in found if stamp < since - asking.tolerance]
        if older:
            seen = f"asked since {times.parameter(since)}, {len(older)} of {len(found)} records are older"
            remedy = f"the shop ignores {incremental.param!r}: set what it calls it, or client_side: true"
            yield self._found("filter", "fail", seen, "incremental.param", remedy)
        elif not found or found[0] > stamps[-1]:
            remedy = "rows of just that time stay out: set it to false, and resolution_s to what the shop compares"
            yield self._found("filter", "fail", "the time asked for is not included", "incremental.inclusive", remedy)
        else:
            yield self._found("filter", "ok", f"{incremental.param} filters, and its own moment is included")

    # the zone

    def _zoned(self, first: _Page) -> Iterator[Finding]:
        values = [self._reader.checks.stamp_text(record) for record in first.raw]
        if not any(_naive(value) for value in values):
            yield self._found("zone", "ok", "times bear their zone")
            return
        newest = self._newest(first)
        incremental = self._stream.incremental
        converted = incremental.field in self._stream.shaping.types  # then it is the converter that knows the zone
        zone = self._zone if converted else incremental.zone
        ahead = newest - first.shop_time
        if ahead > timedelta(minutes=2):
            wall = newest.astimezone(zone).replace(tzinfo=None)
            fit = [name for name in ZONES if times.parse(wall, ZoneInfo(name)) <= first.shop_time]
            seen = f"read as {zone}, the newest record is {ahead} in the future"
            remedy = f"set {'time_zone' if converted else 'it, or time_zone'}: {' or '.join(fit)} would fit"
            key = f"types.{incremental.field}" if converted else "incremental.zone"
            yield self._found("zone", "fail", seen, key, remedy)
        elif newest > first.shop_time - timedelta(minutes=15):
            yield self._found("zone", "ok", f"times have none; read as {zone}, the newest record is of just now")
        else:
            seen = f"times have none and are read as {zone}; the newest record is of {times.parameter(newest)}"
            remedy = "change a record in the shop and probe again: it must be of just now"
            yield self._found("zone", "warn", seen, "incremental.zone", remedy)

    def _newest(self, first: _Page) -> datetime:
        since = self._reader.asker.time.from_(first.shop_time - RECENT)
        recent = None if self._stream.incremental.client_side else \
            self._ask(paging.first(self._stream.paging, self._page_size, since), since)  # fmt: skip
        stamps = [*first.page.stamps, *(recent.page.stamps if recent else ())]
        return max(stamp for stamp in stamps if stamp is not None)

    # what becomes of a record

    def _mapped(self, first: _Page) -> Iterator[Finding]:
        raw = first.raw[:FEW] if self._stream.expand else first.raw
        living = [record for record in raw if not record.get("deleted_at")] or raw
        rows = [self._reader.row(record, first.read_at, at) for at, record in enumerate(living)]
        records = [row.record for row in rows if row is not None]
        for at, asked in self._reader.expander.astray():
            remedy = "check from and path, and whether api_url belongs before it"
            yield self._found("expand", "fail", f"none of {asked} links leads anywhere", f"expand[{at}]", remedy)
        yield from self._misread(len(living))
        if not records:
            return
        self.record = max(records, key=lambda record: sum(value is not None for value in record.values()))
        known = self._stream.schema["properties"]
        filled = Counter(name for record in records for name in known if record.get(name) not in (None, [], {}, ""))
        empty = [name for name in known if not filled[name] and name not in ("deleted_at", "reason")]
        never = f"; never: {', '.join(empty)}" if empty else ""
        yield self._found("mapping", "ok", f"{len(known) - len(empty)} of {len(known)} properties filled{never}")
        for name in MUST.get(self._stream.name, self._stream.key):
            if filled[name] < len(records):
                seen = f"{name} is empty in {len(records) - filled[name]} of {len(records)} records"
                yield self._found("mapping", "warn", seen, f"map.{name}", "say where the shop has it")

    def _misread(self, looked: int) -> Iterator[Finding]:
        """What the settings do not understand: a line for each property, with the first record."""
        places = Counter(each.place for each in self._unread)
        for place, times_met in places.items():
            first = next(each for each in self._unread if each.place == place)
            seen = f"{place} {first.trouble}: record {shown(first.key)}, {times_met} of {looked} such"
            key = next((part for part in self._parts(place)), "map")
            yield self._found("mapping", "fail", seen, key, "a run would put such records aside, or stop")

    def _parts(self, place: str) -> Iterator[str]:
        """The keys that say something of a property."""
        shaping = self._stream.shaping
        yield from (f"{part}.{place}" for part in ("enums", "types") if place in getattr(shaping, part))

    def _by_id(self, first: _Page) -> Iterator[Finding]:
        paths = {
            "revisit.path": self._stream.revisit.path if self._stream.revisit else None,
            "sweep.verify": self._stream.sweep.verify if self._stream.sweep else None,
        }
        living = [key for key, record in zip(first.page.keys, first.raw, strict=True) if not record.get("deleted_at")]
        for name, path in paths.items():
            if path and living:
                yield self._read_by(name, templates.compiled(path)(memory.quoted(self._stream, living[0])))

    def _read_by(self, name: str, path: str) -> Finding:
        try:
            answer = memory.asked(self._client, path, self._stream)
        except CredentialsError:
            raise
        except ShopError as problem:
            return self._found("by its key", "fail", str(problem), name)
        if answer is None:
            remedy = "a run would take every such record for gone: correct the path"
            return self._found("by its key", "fail", f"a record that was listed is not found by {name}", name, remedy)
        return self._found("by its key", "ok", f"one record is read by {name}")


def _naive(value: Any) -> bool:  # noqa: ANN401 - whatever stands in a record
    """Whether a time has no zone: a text that ends in neither Z nor an offset."""
    text = value if isinstance(value, str) else ""
    return len(text) > len("2026-01-31") and not text.upper().endswith("Z") and "+" not in text and "-" not in text[10:]
