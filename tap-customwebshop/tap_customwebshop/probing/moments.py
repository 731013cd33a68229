"""Whether times are understood: the zone they are of, and the filter that asks for what changed since one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from customwebshop import CredentialsError, MisreadError, RefusedError, UnreachableError
from customwebshop.reading import times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding
    from .sight import Seen, Sight

RECENT = timedelta(hours=26)  # so far back any zone's today reaches
ZONES = ("UTC", "Europe/Oslo", "Europe/Helsinki", "Europe/London", "America/New_York")


def filtered(first: Seen, sight: Sight) -> Iterator[Finding]:
    """Whether the filter filters."""
    stamps = sorted(stamp for stamp in first.page.stamps if stamp is not None)
    incremental = sight.stream.incremental
    if incremental.client_side:
        yield sight.found("filter", "ok", "none: everything is read, and dropped here where it is older")
        return
    if incremental.ordered and stamps != [stamp for stamp in first.page.stamps if stamp is not None]:
        remedy = f"give the sort parameter, or set {sight.where}.incremental.ordered to false"
        yield sight.found("order", "fail", "rows do not come in ascending order", "request.params", remedy)
    asking = sight.reader.asker.time
    if stamps[-1] - stamps[0] <= 2 * asking.tolerance:
        yield sight.found("filter", "skipped", "all records of the page bear one time: nothing to tell it by")
        return
    try:
        yield from _asked_since(asking.from_(stamps[-1]), stamps[-1], sight)
    except MisreadError as problem:
        yield sight.failed("filter", problem)
    except (UnreachableError, RefusedError) as problem:
        if isinstance(problem, CredentialsError):
            raise
        remedy = "asked without a time it answered: set them to what the shop knows"
        yield sight.found("filter", "fail", str(problem), "incremental.value", remedy)


def _asked_since(since: datetime, newest: datetime, sight: Sight) -> Iterator[Finding]:
    """What comes when it is asked for what changed since the newest record of the first page."""
    incremental, asking = sight.stream.incremental, sight.reader.asker.time
    found = _stamps(since, sight)
    older = [stamp for stamp in found if stamp < since - asking.tolerance]
    if older:
        seen = f"asked since {times.parameter(since)}, {len(older)} of {len(found)} records are older"
        remedy = (
            f"the shop ignores {incremental.param!r}: set what it calls it, incremental.value to how it writes times, "
            "or client_side: true"
        )
        yield sight.found("filter", "fail", seen, "incremental.param", remedy)
    elif found and found[0] <= newest:
        yield sight.found("filter", "ok", f"{incremental.param} filters, and its own moment is included")
    elif not any(stamp <= newest for stamp in _stamps(since - 2 * asking.tolerance, sight)):
        remedy = "the shop understands another time than is meant: set it to how it writes times, or incremental.zone"
        yield sight.found("filter", "fail", "what changed just then does not come", "incremental.value", remedy)
    else:
        remedy = "rows of just that time stay out: set it to false, and resolution_s to what the shop compares"
        yield sight.found("filter", "fail", "the time asked for is not included", "incremental.inclusive", remedy)


def _stamps(since: datetime, sight: Sight) -> list[datetime]:
    answer = sight.ask_first(since)
    return sorted(stamp for stamp in answer.page.stamps if stamp) if answer else []


def zoned(first: Seen, sight: Sight) -> Iterator[Finding]:
    """Whether times bear their zone, or are read in the right one."""
    values = [sight.reader.checks.stamp_text(record) for record in first.raw]
    if not any(_naive(value) for value in values):
        yield sight.found("zone", "ok", "times bear their zone")
        return
    newest = _newest(first, sight)
    incremental = sight.stream.incremental
    converted = incremental.field in sight.stream.shaping.types  # then it is the converter that knows the zone
    zone = sight.zone if converted else incremental.zone
    ahead = newest - first.shop_time
    if ahead > timedelta(minutes=2):
        wall = newest.astimezone(zone).replace(tzinfo=None)
        fit = [name for name in ZONES if times.parse(wall, ZoneInfo(name)) <= first.shop_time]
        seen = f"read as {zone}, the newest record is {ahead} in the future"
        remedy = f"set {'time_zone' if converted else 'it, or time_zone'}: {' or '.join(fit)} would fit"
        key = f"types.{incremental.field}" if converted else "incremental.zone"
        yield sight.found("zone", "fail", seen, key, remedy)
    elif newest > first.shop_time - timedelta(minutes=15):
        yield sight.found("zone", "ok", f"times have none; read as {zone}, the newest record is of just now")
    else:
        seen = f"times have none and are read as {zone}; the newest record is of {times.parameter(newest)}"
        remedy = "change a record in the shop and probe again: it must be of just now"
        yield sight.found("zone", "warn", seen, "incremental.zone", remedy)


def _newest(first: Seen, sight: Sight) -> datetime:
    since = sight.reader.asker.time.from_(first.shop_time - RECENT)
    recent = None if sight.stream.incremental.client_side else sight.ask_first(since)
    stamps = [*first.page.stamps, *(recent.page.stamps if recent else ())]
    return max(stamp for stamp in stamps if stamp is not None)


def _naive(value: Any) -> bool:  # noqa: ANN401 - whatever stands in a record
    """Whether a time has no zone: a text that ends in neither Z nor an offset."""
    text = value if isinstance(value, str) else ""
    return len(text) > len("2026-01-31") and not text.upper().endswith("Z") and "+" not in text and "-" not in text[10:]
