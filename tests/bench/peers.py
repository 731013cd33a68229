"""The peers, doing the same work: a stock SDK tap, a stock SDK target that writes nothing, and a plain loop.

Each is a program: `python peers.py tap|target|loop URL STREAM`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
import requests
from singer_sdk import Tap, Target
from singer_sdk.pagination import JSONPathPaginator
from singer_sdk.sinks import BatchSink
from singer_sdk.streams import RESTStream

SCHEMAS = Path(__file__).parents[2] / "packages" / "customwebshop" / "customwebshop" / "reading" / "schemas"
TOKEN = "sandbox-token"


class StockStream(RESTStream):
    """As a template makes it: default encoder, conformance and selection."""

    records_jsonpath = "$.data[*]"
    primary_keys = ("id",)

    @property
    def url_base(self):
        return self.config["api_url"]

    @property
    def http_headers(self):
        return {"Authorization": f"Bearer {TOKEN}"}

    def get_new_paginator(self):
        return JSONPathPaginator("$.next_cursor")

    def get_url_params(self, context, next_page_token):  # noqa: ARG002
        return {"limit": 1000, **({"cursor": next_page_token} if next_page_token else {})}


class StockTap(Tap):
    """One stream."""

    name = "stock-tap"
    config_jsonschema = {"type": "object", "properties": {}}  # noqa: RUF012

    def discover_streams(self):
        schema = json.loads((SCHEMAS / f"{self.config['stream']}.json").read_text())
        stream = StockStream(self, name=self.config["stream"], schema=schema, path=f"/{self.config['stream']}")
        return [stream]


class StockSink(BatchSink):
    """Validates and gathers, and then does nothing."""

    max_size = 500

    def process_batch(self, context):
        pass


class StockTarget(Target):
    """One sink for all."""

    name = "stock-target"
    config_jsonschema = {"type": "object", "properties": {}}  # noqa: RUF012
    default_sink_class = StockSink


def loop(api_url: str, stream: str) -> None:
    """Read every page and write every record, and nothing else."""
    session, write = requests.Session(), sys.stdout.buffer.write
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    params: dict = {"limit": 1000}
    while True:
        page = msgspec.json.decode(session.get(f"{api_url}/{stream}", params=params, timeout=60).content)
        for record in page["data"]:
            write(msgspec.json.encode({"type": "RECORD", "stream": stream, "record": record}) + b"\n")
        if not page["next_cursor"]:
            return
        params["cursor"] = page["next_cursor"]


if __name__ == "__main__":
    what, *where = sys.argv[1:]
    if what == "target":
        StockTarget(config={}).listen()
    elif what == "tap":
        StockTap(config={"api_url": where[0], "stream": where[1]}).sync_all()
    else:
        loop(*where)
