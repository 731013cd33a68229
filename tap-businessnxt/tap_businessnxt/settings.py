"""The settings that people make, each with its title and meaning."""

from __future__ import annotations

from importlib.metadata import version

from businessnxt.auth import SCOPE, TOKEN_URL
from businessnxt.client import API_URL
from singer_sdk import typing as th

_PER_TABLE = {"type": ["object", "null"], "additionalProperties": {"type": "array", "items": {"type": "string"}}}
_PER_STREAM = {"type": ["object", "null"], "additionalProperties": {"type": "object"}}

SETTINGS = th.PropertiesList(
    th.Property(
        "api_url",
        th.StringType,
        default=API_URL,
        title="API URL",
        description="GraphQL end point of Business NXT.",
    ),
    th.Property(
        "token_url",
        th.StringType,
        default=TOKEN_URL,
        title="Token URL",
        description="Token end point of Visma Connect.",
    ),
    th.Property(
        "client_id",
        th.StringType,
        required=True,
        title="Client id",
        description="The service application's client id; it must stand in the company's table User.",
    ),
    th.Property(
        "client_secret",
        th.StringType,
        required=True,
        secret=True,
        title="Client secret",
        description="The service application's secret.",
    ),
    th.Property(
        "scope",
        th.StringType,
        default=SCOPE,
        title="Scope",
        description="OAuth2 scope that is asked for. The tap only reads: with `…-readonly` granted, ask for that.",
    ),
    th.Property(
        "company_no",
        th.IntegerType,
        required=True,
        title="Company",
        description="The company's Visma.net id (`vismaNetCompanyId`), not its number inside Business NXT.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(minimum=1),
        default=500,
        title="Page size",
        description="Rows to ask for at a time.",
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(minimum=1),
        default=90,
        title="Request time-out",
        description="Seconds to wait for an answer; Business NXT itself gives up after 59.",
    ),
    th.Property(
        "user_agent",
        th.StringType,
        default=f"tap-businessnxt/{version('tap-businessnxt')}",
        title="User agent",
        description="Sent with every request.",
    ),
    th.Property(
        "overlap_seconds",
        th.IntegerType(minimum=0),
        default=7200,
        title="Overlap",
        description="Rows are read again from this long before the newest change that was seen, for those that were "
        "stored late. The server's clock has no zone and falls back an hour in autumn: less than 3700 can lose a row "
        "then.",
    ),
    th.Property(
        "columns",
        th.CustomType(_PER_TABLE),
        title="Columns",
        description="By table (`orderLine`): the only columns to offer and read. Those of key and bookmark always "
        "come. Without it: all that the schema offers this service; what is deselected is not asked for either.",
    ),
    th.Property(
        "filters",
        th.CustomType(_PER_STREAM),
        title="Filters",
        description='By stream: a further Business NXT filter, such as `{"products": {"showOnWeb": {"_eq": 1}}}`.',
    ),
    th.Property(
        "server_time_zone",
        th.StringType,
        title="Server's time zone",
        description="Where the server's clock hangs, such as Europe/Oslo, for those who know. Records then hold "
        "`changedTimestampUtc` and `createdTimestampUtc` beside the raw stamps, which bear no zone.",
    ),
    th.Property(
        "key_file",
        th.StringType,
        title="Key file",
        description="SQLite file in which the keys of all rows told are kept, so that deleted ones can be found. "
        "Without it deletions come by `webhook_inbox` only, and an order line's not at all.",
    ),
    th.Property(
        "sweep_hours",
        th.IntegerType(minimum=0),
        default=24,
        title="Sweep",
        description="Hours after which all keys are listed again to find deleted rows and order lines; 0 does so in "
        "every run. Needs `key_file`.",
    ),
    th.Property(
        "sweep_limit_percent",
        th.IntegerType(minimum=0, maximum=100),
        default=30,
        title="Sweep limit",
        description="When more of the known rows than this (and more than 20) are missing, none is taken as deleted.",
    ),
    th.Property(
        "webhook_inbox",
        th.StringType,
        title="Webhook inbox",
        description="File with payloads of Business NXT's webhooks, one JSON object a line, or folder of such files "
        "(`*.jsonl`; `*.json` holds one each). What they name is read at once; whoever receives them checks the "
        "signature.",
    ),
).to_dict()
