"""Real shops, read whole by our tap and by a generic REST tap with the settings that its documentation suggests.

Both read the same shop in the same run, through a proxy that counts: rows that the shop has, rows delivered, requests,
seconds. Rows are told apart by their keys, so that one delivered twice counts once.

`make bench` does this among other things; `python tests/bench/real_shops.py [RECORDS]` only this, of so many customers
where the shop is sown by us (2,000).
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "support"))

from commercetools import emulator  # noqa: E402 - stands beside the tests
from counting import counting  # noqa: E402
from pinned import environment  # noqa: E402
from programs import PROGRAMS, server  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

OSCAR = HERE.parents[1] / "demo" / "oscar" / "serve.py"
RECORDS = 2000
PAGE = 100
PATIENCE = 300
Settings = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """One shop as both taps are told of it.

    Attributes:
        url: Where its server is.
        ours: Settings of our tap, without `api_url`.
        peer: Settings of the generic tap, without `api_url`.
        base: Path of the API.
        held: How many rows of each stream the shop has.
        keys: What tells the rows of a stream apart, beside `id`.
    """

    url: str
    ours: Settings
    peer: Settings
    base: str
    held: dict[str, int]
    keys: dict[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def sandbox(records: int) -> Iterator[Shop]:
    """The contract, with more customers than fit on a page."""
    command = [PROGRAMS / "sandbox", "webshop", "--port", "0", "--seed", f"bulk:customers={records}"]
    with server(*command) as ready:
        shop = ready["webshop"]
        yield Shop(
            shop["api_url"],
            {"auth_token": shop["auth_token"], "page_size": PAGE, "streams": _only("customers")},
            {
                "auth_method": "bearer_token",
                "bearer_token": shop["auth_token"],
                "pagination_request_style": "jsonpath_paginator",
                "next_page_token_path": "$.next_cursor",
                "pagination_next_page_param": "cursor",
                "params": {"limit": PAGE},
                "streams": [_stream("customers", "/customers", "$.data[*]")],
            },
            urlsplit(shop["api_url"]).path,
            {"customers": records},
        )


@contextlib.contextmanager
def oscar(_: int) -> Iterator[Shop]:
    """django-oscar: links to the next page, ten rows each."""
    with server(sys.executable, OSCAR, "--port", "0") as ready:
        shop = ready["oscar"]
        known = (shop["username"], shop["password"])
        lists = {"customers": "users", "products": "products", "orders": "orders"}
        counted = {
            name: requests.get(f"{shop['api_url']}/admin/{path}/", auth=known, timeout=30).json()["count"]
            for name, path in lists.items()
        }
        enums = {
            "products": {"enums": {"tax_code": {"*": "standard"}}},
            "orders": {"enums": {"status": {"*": "open"}}},
        }
        yield Shop(
            shop["api_url"],
            {"preset": "django-oscar/3", "username": known[0], "password": known[1], "streams": enums},
            {
                "auth_method": "basic",
                "username": known[0],
                "password": known[1],
                "pagination_request_style": "jsonpath_paginator",
                "pagination_response_style": "hateoas_body",
                "next_page_token_path": "$.next",
                "streams": [
                    _stream("customers", "/admin/users/", "$.results[*]"),
                    _stream("products", "/admin/products/", "$.results[*]"),
                    {**_stream("orders", "/admin/orders/", "$.results[*]"), "primary_keys": ["number"]},
                ],
            },
            "/api",
            counted,
            {"orders": "number"},
        )


@contextlib.contextmanager
def commercetools(records: int) -> Iterator[Shop]:
    """The commercetools emulator: limit and offset. The peer is given a token, for it asks for none by Basic."""
    with emulator.serving(records) as shop:
        told = shop.settings
        yield Shop(
            shop.url,
            {"preset": "commercetools", **{name: told[name] for name in ("client_id", "client_secret")}},
            {
                "auth_method": "bearer_token",
                "bearer_token": shop.token,
                "pagination_request_style": "simple_offset_paginator",
                "pagination_response_style": "offset",
                "pagination_page_size": PAGE,
                "offset_records_jsonpath": "$.results",
                "streams": [
                    _stream("customers", "/customers", "$.results[*]"),
                    _stream("products", "/product-projections", "$.results[*]"),
                    _stream("stock_levels", "/inventory", "$.results[*]"),
                    _stream("orders", "/orders", "$.results[*]"),
                ],
            },
            f"/{emulator.PROJECT}",
            {
                name: len(shop.all(path))
                for name, path in {
                    "customers": "customers",
                    "products": "product-projections",
                    "stock_levels": "inventory",
                    "orders": "orders",
                }.items()
            },
        )


SHOPS = {"sandbox": sandbox, "django-oscar": oscar, "commercetools": commercetools}


def compare(folder: Path, records: int = RECORDS) -> list[dict]:
    """Both taps on each shop: a line per stream with the rows, and one per shop with requests and seconds."""
    peer = environment(HERE / "peer", "rest-api-msdk.txt") / "tap-rest-api-msdk"
    lines: list[dict] = []
    for name, serving in SHOPS.items():
        with serving(records) as shop, counting(shop.url) as front:
            ours = _read(PROGRAMS / "tap-customwebshop", _told(shop, front.url), folder / "ours.json", front, shop)
            theirs = _read(peer, {**shop.peer, "api_url": front.url + shop.base}, folder / "peer.json", front, shop)
        for stream, held in shop.held.items():
            lines.append(
                {
                    "name": f"{name}: rows of {stream} lost, of {held}",
                    "ours": held - ours.rows.get(stream, 0),
                    "peer": held - theirs.rows.get(stream, 0),
                    "goal": "0",
                    "holds": ours.rows.get(stream, 0) == held,
                }
            )
        for what in ("requests", "seconds"):
            one, other = getattr(ours, what), getattr(theirs, what)
            lines.append(
                {
                    "name": f"{name}: {what}{theirs.words.replace('a tap', 'the peer')}",
                    "ours": one,
                    "peer": other,
                    "goal": "",
                    "holds": True,
                }
            )
    return lines


@dataclass(frozen=True)
class Outcome:
    """What a tap delivered, and what it took."""

    rows: dict[str, int]
    requests: int
    seconds: float
    words: str = ""


def _told(shop: Shop, url: str) -> Settings:
    told = {**shop.ours, "api_url": url + shop.base}
    return {**told, "token_url": f"{url}/oauth/token"} if told.get("preset") == "commercetools" else told


def _read(program: Path, settings: Settings, file: Path, front: Any, shop: Shop) -> Outcome:
    keys = {"key_file": str(file.with_suffix(".keys.db"))} if "preset" in settings else {}
    file.write_text(json.dumps({**settings, **keys}))
    front.requests, began = 0, time.perf_counter()
    ended = subprocess.run([program, "--config", file], capture_output=True, check=False, timeout=PATIENCE)
    seconds = time.perf_counter() - began
    seen: defaultdict[str, set] = defaultdict(set)
    for line in ended.stdout.splitlines():
        if b'"RECORD"' in line:
            message = json.loads(line)
            seen[message["stream"]].add(message["record"].get(shop.keys.get(message["stream"], "id")))
    words = "" if ended.returncode == 0 else f" (a tap ended with {ended.returncode})"
    return Outcome({name: len(keys) for name, keys in seen.items()}, front.requests, round(seconds, 2), words)


def _stream(name: str, path: str, records: str) -> Settings:
    return {"name": name, "path": path, "records_path": records, "primary_keys": ["id"]}


def _only(stream: str) -> Settings:
    return {each: {"enabled": False} for each in ("customers", "products", "stock_levels", "orders") if each != stream}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for line in compare(Path(place), *map(int, sys.argv[1:])):
            print(f"{line['name']:<55} ours {line['ours']:>8}   peer {line['peer']:>8}")  # noqa: T201 - what it is for
