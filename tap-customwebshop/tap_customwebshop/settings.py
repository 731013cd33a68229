"""The settings that people make, each with its title and meaning; what they lead to is decided in config.py."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from singer_sdk import typing as th

USER_AGENT = f"tap-customwebshop/{version('tap-customwebshop')}"

_TEXT = {"type": "string", "minLength": 1}
_NAME = {"type": ["string", "null"], "minLength": 1}


def _object(title: str, description: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An object that knows its properties; unlike additionalProperties, propertyNames tells which ones there are."""
    names = {"propertyNames": {"enum": sorted(properties)}}
    return {"type": "object", "title": title, "description": description, "properties": properties, **names, **more}


_REPLICATION = _object(
    "Replication",
    "Which records a run asks for.",
    {
        "method": {
            "enum": ["incremental", "full_table"],
            "title": "Method",
            "description": "`incremental` asks for what changed since the bookmark, `full_table` for everything.",
        },
        "field": {
            **_TEXT,
            "title": "Field",
            "description": "Property with the time of the last change. Default `updated_at`.",
        },
        "param": {
            **_TEXT,
            "title": "Parameter",
            "description": "Query parameter that takes the bookmark. Default `updated_since`.",
        },
        "ordered": {
            "type": "boolean",
            "title": "Ordered",
            "description": "Records come in ascending order of the field, so that a broken run resumes in its middle. "
            "Default true for a stream that keeps the contract's replication, else false.",
        },
    },
    required=["method"],
)

_PAGING = _object(
    "Paging",
    "How one page leads to the next; left out, the contract's cursor.",
    {
        "style": {
            "enum": ["cursor", "next_url", "page", "offset", "none"],
            "title": "Style",
            "description": "`cursor`: the answer holds a token for the next page. `next_url`: it holds its address. "
            "`page`: pages are counted. `offset`: rows are counted. `none`: one answer holds all.",
        },
        "next": {
            **_TEXT,
            "title": "Next",
            "description": "JMESPath to the token or address in the answer. Default `next_cursor` or `next`.",
        },
        "param": {
            **_TEXT,
            "title": "Parameter",
            "description": "Query parameter for token, page number or offset. Default `cursor`, `page` or `offset`.",
        },
        "limit_param": {
            **_NAME,
            "title": "Limit parameter",
            "description": "Query parameter for `page_size`; null: none. Default `limit` for `cursor` and `offset`.",
        },
        "first": {
            "type": "integer",
            "title": "First",
            "description": "Number of the first page or row. Default 1 or 0.",
        },
    },
    required=["style"],
)

_EXPAND = _object(
    "Expand",
    "A URL inside a record that is followed. Pages of the answer are followed as the stream's own.",
    {
        "at": {
            **_TEXT,
            "title": "At",
            "description": "Where the answer is put, such as `lines` or, in each line, `lines[].product`.",
        },
        "from": {
            **_TEXT,
            "title": "From",
            "description": "Where the URL stands, beside `at`. Default: at `at` itself.",
        },
        "records": {
            **_TEXT,
            "title": "Records",
            "description": "JMESPath to what is wanted of the answer. Default all of it.",
        },
    },
    required=["at"],
)

_STREAM = _object(
    "Stream",
    "Overrides for one of customers, products, stock_levels and orders, or the definition of another stream.",
    {
        "enabled": {"type": "boolean", "title": "Enabled", "description": "False leaves the stream out."},
        "path": {**_TEXT, "title": "Path", "description": "Path below `api_url`, such as `/orders`."},
        "records": {
            **_TEXT,
            "title": "Records",
            "description": "JMESPath to the list in the answer; `@` is the answer itself.",
        },
        "key": {
            "type": "array",
            "items": _TEXT,
            "minItems": 1,
            "title": "Key",
            "description": "Properties that tell one record from all others.",
        },
        "schema": {
            "type": ["object", "string"],
            "title": "Schema",
            "description": "JSON Schema of a record, or the path to a file with it. Records pass as they are; "
            "a mapping file downstream translates their shape.",
        },
        "replication": _REPLICATION,
        "paging": _PAGING,
        "params": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            "title": "Parameters",
            "description": "Further query parameters of every request; null takes one of the contract's away.",
        },
        "expand": {
            "type": "array",
            "items": _EXPAND,
            "title": "Expand",
            "description": "URLs inside a record to follow, in this order.",
        },
    },
)

STREAMS: dict[str, Any] = {"type": ["object", "null"], "additionalProperties": _STREAM}

SETTINGS = th.PropertiesList(
    th.Property(
        "api_url",
        th.StringType,
        required=True,
        title="API URL",
        description="Where the shop's API begins, such as https://shop.example/api/v1.",
    ),
    th.Property(
        "auth_method",
        th.StringType,
        allowed_values=["bearer", "oauth2", "basic", "header", "none"],
        default="bearer",
        title="Authentication",
        description="How the shop is shown who asks: `bearer` and `header` send `auth_token`, `basic` sends `username` "
        "and `password`, `oauth2` fetches tokens from `token_url` with `client_id` and `client_secret`.",
    ),
    th.Property(
        "auth_token",
        th.StringType,
        secret=True,
        title="Token",
        description="API key or token, for `bearer` and `header`.",
    ),
    th.Property(
        "auth_header",
        th.StringType,
        default="Authorization",
        title="Token header",
        description="Header that takes `auth_token` as it stands, for `header`.",
    ),
    th.Property("token_url", th.StringType, title="Token URL", description="OAuth 2.0 token end point, for `oauth2`."),
    th.Property("client_id", th.StringType, title="Client id", description="OAuth 2.0 client id, for `oauth2`."),
    th.Property(
        "client_secret",
        th.StringType,
        secret=True,
        title="Client secret",
        description="OAuth 2.0 client secret, for `oauth2`.",
    ),
    th.Property(
        "scope", th.StringType, title="Scope", description="OAuth 2.0 scopes, separated by spaces, for `oauth2`."
    ),
    th.Property("username", th.StringType, title="User name", description="User or API key, for `basic`."),
    th.Property(
        "password", th.StringType, secret=True, title="Password", description="Password or API secret, for `basic`."
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="Without a bookmark, only records changed since then are read. Without either: all.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(minimum=1),
        default=100,
        title="Page size",
        description="Records to ask for at a time; the contract allows up to 250.",
    ),
    th.Property(
        "user_agent",
        th.StringType,
        default=USER_AGENT,
        title="User agent",
        description="How we name ourselves to the shop.",
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(minimum=1),
        default=60,
        title="Request timeout",
        description="Seconds to wait for the shop to connect, or to go on answering.",
    ),
    th.Property(
        "lookback_seconds",
        th.IntegerType(minimum=0),
        default=120,
        title="Look-back",
        description="Records are read again from this long before the bookmark, for those that the shop stored late.",
    ),
    th.Property(
        "include_deleted",
        th.BooleanType,
        default=True,
        title="Include deleted",
        description="Ask for deleted records too; they come with `deleted_at`.",
    ),
    th.Property(
        "streams",
        th.CustomType(STREAMS),
        title="Streams",
        description="By stream name: what differs from the contract (`path`, `records`, `key`, `schema`, "
        "`replication`, `paging`, `params`, `expand`, `enabled`). Other names define further streams.",
    ),
).to_dict()
