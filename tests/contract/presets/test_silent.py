"""What a make of shop has no words for at all passes by, and the run goes on."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from answering import Shop
from singer_sdk.testing import target_sync_test
from target_customwebshop.target import TargetCustomWebshop

ROOT = Path(__file__).parents[3]
ADDRESS = {"addressNo": 7, "emailAddress": "kari@example.test", "name": "Kari Berg", "associateNo": 0}
LEVEL = {"productNo": "A", "warehouseNo": 1, "available": 3}


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.stop()


@pytest.mark.parametrize(
    ("preset", "stream", "key", "row"),
    [
        ("mystore/2", "addresses", ["addressNo"], ADDRESS),
        ("django-oscar/3", "stock_balances", ["productNo", "warehouseNo"], LEVEL),
    ],
)
def test_a_stream_that_the_shop_has_no_words_for_passes_by(shop, tmp_path, preset, stream, key, row):
    schema = {"properties": {name: {} for name in row}}
    said = [
        {"type": "SCHEMA", "stream": stream, "schema": schema, "key_properties": key},
        {"type": "RECORD", "stream": stream, "record": row, "time_extracted": "2026-01-01T00:00:00Z"},
        {"type": "STATE", "value": {"bookmarks": {stream: {"x": 1}}}},
    ]
    config = {
        "preset": preset, "api_url": shop.url, "auth_token": "t", "username": "u", "password": "p", "company_no": 1,
        "mapping": str(ROOT / "mapping"), "link_store": f"sqlite:///{tmp_path}/links.db",
    }  # fmt: skip
    out, _ = target_sync_test(
        TargetCustomWebshop(config=config),
        io.StringIO("".join(f"{json.dumps(each)}\n" for each in said)),
        finalize=True,
    )

    out.seek(0)
    assert json.loads(out.read().splitlines()[-1])["bookmarks"] == said[-1]["value"]["bookmarks"]
    assert shop.asked == []
