"""What the shops hold: the records of the reading tests, and what no preset knows of them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import documented

if TYPE_CHECKING:
    from datetime import datetime


def oslo(at: datetime) -> str:
    return documented.sql(at.astimezone(ZoneInfo("Europe/Oslo")))


SPELLED = {
    "iso": documented.iso,
    "seconds": documented.seconds,
    "naive": documented.naive,
    "sql": documented.sql,
    "oslo": oslo,
}


def held(reads: dict[str, Any], more: dict[str, Any]) -> dict[str, documented.Rows]:
    """Five of each record of the reading tests.

    Args:
        reads: A file of tests/contract/presets/shops.
        more: By stream, what every record has besides, or a list of rows of the shop's own.
    """
    found = {}
    for stream, record in reads["records"].items():
        whole = {**record, **copy.deepcopy(more.get(stream, {}))}
        key = reads.get("keys", {}).get(stream, "id")
        spelled = SPELLED[reads["spelled"]]
        found[stream] = [whole] if key not in record else documented.many(whole, key, reads["stamps"], spelled)
    return found | {stream: copy.deepcopy(rows) for stream, rows in more.items() if isinstance(rows, list)}
