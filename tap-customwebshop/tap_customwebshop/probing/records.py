"""What becomes of the shop's records: mapped, converted, held to the schema, found again by their keys."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from customwebshop import CredentialsError, MisreadError, ShopError
from customwebshop.reading import contents, templates
from customwebshop.reading.checks import shown
from customwebshop.reading.shaping import search
from customwebshop.reading.unfollowed import missing

from tap_customwebshop import memory

from .coverage import strange, unfound
from .sums import added, taxed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from customwebshop.reading.paging import Key

    from .findings import Finding
    from .sight import Seen, Sight

FEW = 5  # records that are followed and mapped where each costs requests

MUST: dict[str, tuple[str, ...]] = {
    "customers": ("id", "email", "addresses", "updated_at"),
    "products": ("id", "title", "variants", "updated_at"),
    "stock_levels": ("sku", "available", "updated_at"),
    "orders": ("id", "number", "currency", "lines", "total_incl_tax", "placed_at", "updated_at"),
}
"""Properties of the contract without which a mapping file cannot do much."""


def mapped(first: Seen, sight: Sight) -> Iterator[Finding]:
    """What becomes of the records; the fullest of them is kept to be shown."""
    raw = first.raw[:FEW] if sight.stream.expand else first.raw
    living = [record for record in raw if not record.get("deleted_at")] or raw
    sight.reader.needs.meet(living)
    rows = [sight.reader.row(record, first.read_at, at) for at, record in enumerate(living)]
    records = [row.record for row in rows if row is not None]
    yield from _followed(living, sight)
    for at, asked in sight.reader.expander.astray():
        remedy = "check from and path, and whether api_url belongs before it"
        yield sight.found("expand", "fail", f"none of {asked} links leads anywhere", f"expand[{at}]", remedy)
    yield from _misread(len(living), sight)
    unmapped = list(unfound(living, sight))
    if not records:
        yield from unmapped
        return
    sight.records = records
    sight.record = max(records, key=lambda record: sum(value is not None for value in record.values()))
    known = sight.stream.schema["properties"]
    filled = Counter(name for record in records for name in known if record.get(name) not in (None, [], {}, ""))
    empty = [name for name in known if not filled[name] and name not in ("deleted_at", "reason")]
    never = f"; never: {', '.join(empty)}" if empty else ""
    yield sight.found("mapping", "ok", f"{len(known) - len(empty)} of {len(known)} properties filled{never}")
    yield from unmapped
    yield from strange(records, sight)
    if sight.stream.name == "orders":
        yield from added(records, sight)
    yield from taxed(records, sight)
    told = {each.key for each in unmapped}
    for name in MUST.get(sight.stream.name, sight.stream.key):
        bookmark = name == "updated_at" and not sight.stream.incremental.field  # nobody goes by it
        if filled[name] < len(records) and not bookmark and f"{sight.where}.map.{name}" not in told:
            seen = f"{name} is empty in {len(records) - filled[name]} of {len(records)} records"
            yield sight.found("mapping", "warn", seen, f"map.{name}", "say where the shop has it")


def _misread(looked: int, sight: Sight) -> Iterator[Finding]:
    """What the settings do not understand: a line for each property, with the first record."""
    places = Counter(each.place for each in sight.unread)
    for place, times_met in places.items():
        first = next(each for each in sight.unread if each.place == place)
        seen = f"{place} {first.trouble}: record {shown(first.key)}, {times_met} of {looked} such"
        key = next((part for part in _parts(place, first.trouble, sight)), "map")
        yield sight.found("mapping", "fail", seen, key, "a run would put such records aside, or stop")


def _parts(place: str, trouble: str, sight: Sight) -> Iterator[str]:
    """The keys that say something of a property, the one that the trouble itself proposes first."""
    shaping = sight.stream.shaping
    yield from (f"{part}.{place}" for part in ("enums", "types") if f"`{part}:" in trouble)
    yield from (f"{part}.{place}" for part in ("enums", "types") if place in getattr(shaping, part))
    yield from (f"expand[{at}]" for at, rule in enumerate(sight.stream.expand) if rule.at == place)


def _followed(raw: Sequence[Mapping[str, Any]], sight: Sight) -> Iterator[Finding]:
    """Links that stand nowhere: nothing is followed, and nobody hears of it."""
    for at, rule in enumerate(sight.stream.expand):
        if found := missing(rule, raw):
            holder = contents.told(found.among[0], what="a record")
            seen = f"none of {len(found.among)} records has {found.name!r}; {holder}"
            yield sight.found("expand", "fail", seen, f"expand[{at}]", "name in `at` or `from` what holds the link")


def by_key(first: Seen, sight: Sight) -> Iterator[Finding]:
    """Whether a record is found by its key, where a run will look for it so."""
    paths = {
        "revisit.path": sight.stream.revisit.path if sight.stream.revisit else None,
        "sweep.verify": sight.stream.sweep.verify if sight.stream.sweep else None,
    }
    living = [key for key, record in zip(first.page.keys, first.raw, strict=True) if not record.get("deleted_at")]
    for name, path in paths.items():
        if path and living:
            yield _read_by(name, sight, templates.compiled(path)(memory.quoted(sight.stream, living[0])), living[0])


def _read_by(name: str, sight: Sight, path: str, key: Key) -> Finding:
    try:
        answer = memory.asked(sight.client, path, sight.stream)
    except CredentialsError:
        raise
    except ShopError as problem:
        return sight.found("by its key", "fail", str(problem), name)
    if answer is None:
        remedy = "a run would take every such record for gone: correct the path"
        return sight.found("by its key", "fail", f"a record that was listed is not found by {name}", name, remedy)
    if name == "revisit.path" and sight.stream.revisit:
        return _recognised(answer.body, sight.stream.revisit.record, sight, key)
    return sight.found("by its key", "ok", f"one record is read by {name}")


def _recognised(body: Any, path: str, sight: Sight, key: Key) -> Finding:  # noqa: ANN401 - any JSON value
    """Whether a record that was read by its key is that record."""
    found = search("revisit.record", path)(body)
    try:
        same = isinstance(found, dict) and sight.reader.checks.key(found, 0) == key
    except MisreadError:
        same = False
    if same:
        return sight.found("by its key", "ok", "one record is read by revisit.path")
    seen = f"what revisit.record, {path!r}, finds is not the record that was asked for; {contents.told(body, path)}"
    return sight.found("by its key", "fail", seen, "revisit.record", "say where the record stands in the answer")
