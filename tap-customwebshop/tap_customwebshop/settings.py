"""The settings that people make, each with its title and meaning; `customwebshop.reading.config` reads them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from customwebshop import SETTINGS as CONNECTION
from customwebshop.reading import preset

USER_AGENT = f"tap-customwebshop/{version('tap-customwebshop')}"

SETTINGS: dict[str, Any] = {
    "type": "object",
    "required": ["api_url"],
    "properties": {
        "preset": {
            "type": ["string", "null"],
            "default": preset.DEFAULT,
            "title": "Preset",
            "description": "How the shop is read: the name of a preset that comes with the tap, or a file of the "
            "project ending in .yml. Other settings are laid on top of it.",
        },
        **CONNECTION,
        "time_zone": {
            "type": ["string", "null"],
            "default": "UTC",
            "title": "Time zone",
            "description": "Zone of times that the shop writes without one, such as `Europe/Oslo`.",
        },
        "start_date": {
            "type": ["string", "null"],
            "format": "date-time",
            "title": "Start date",
            "description": "Without a bookmark, only records changed since then are read. Without either: all.",
        },
        "page_size": {
            "type": ["integer", "null"],
            "minimum": 1,
            "default": 100,
            "title": "Page size",
            "description": "Records to ask for at a time; the contract allows up to 250.",
        },
        "user_agent": {
            "type": ["string", "null"],
            "default": USER_AGENT,
            "title": "User agent",
            "description": "How we name ourselves to the shop.",
        },
        "request_timeout": {
            "type": ["integer", "null"],
            "minimum": 1,
            "default": 60,
            "title": "Request timeout",
            "description": "Seconds to wait for the shop to connect, or to go on answering.",
        },
        "lookback_seconds": {
            "type": ["integer", "null"],
            "minimum": 0,
            "default": 120,
            "title": "Look-back",
            "description": "Records are read again from this long before the bookmark, for those that the shop "
            "stored late.",
        },
        "concurrent_requests": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": 8,
            "default": 1,
            "title": "Concurrent requests",
            "description": "How many requests are under way at a time where `expand` follows links; rows keep their "
            "order, and what the shop says of waiting holds for all.",
        },
        "max_rejects": {
            "type": ["string", "integer", "null"],
            "minimum": 0,
            "default": 20,
            "title": "Rejects at most",
            "description": "How many records of a stream may be put aside because `map`, `types` or `enums` cannot "
            "take them, or because they are not what the stream's schema says; one more stops the run. A number, or a "
            "share such as `5%`: of the records that the run has read, those that are new; 20 it may always be. They "
            "are read again in each run, and the stream `rejects` tells which, and why. 0, or that stream deselected: "
            "the first one stops the run.",
        },
        "include_deleted": {
            "type": ["boolean", "null"],
            "default": True,
            "title": "Include deleted",
            "description": "Ask for deleted records too; they come with `deleted_at`.",
        },
        "drop_fields": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "title": "Dropped fields",
            "description": "What never leaves the tap, such as `customers.phone` or `orders.billing_address.name`; "
            "`customers.*` is all that docs/personal-data.md lists of that stream.",
        },
        "hash_fields": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "title": "Hashed fields",
            "description": "What leaves the tap as a hash only, told the same way; equal values have equal hashes.",
        },
        "hash_secret": {
            "type": ["string", "null"],
            "secret": True,
            "title": "Hash secret",
            "description": "What the hashes are keyed with (HMAC-SHA-256); with another one, equal values differ.",
        },
        "key_file": {
            "type": ["string", "null"],
            "title": "Key file",
            "description": "Where hashes of rows are kept, for `sweep` and `revisit`: an SQLite file, without their "
            "content. It belongs to the state.",
        },
        "streams": {
            "type": ["object", "null"],
            "title": "Streams",
            "description": "By stream name: what differs from the preset (`request`, `records`, `key`, `schema`, "
            "`paging`, `incremental`, `revisit`, `sweep`, `expand`, `map`, `types`, `enums`, `defaults`, "
            "`empty_when`, `enabled`). Other names define further streams. All of it is told in docs/webshops.md.",
        },
    },
}
