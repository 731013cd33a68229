"""`kill -9` of the target, again and again: in the end the company holds what an undisturbed run leaves there."""

from __future__ import annotations

import json
import random
import time
from collections import Counter

import pytest
import requests
from programs import ERP, ROOT, serving
from twoway.forks import Pipeline

KILLS = 10
SEED = 2026
GRACE = 2
"""Seconds. The company here needs well below one second for ten orders, and goes on for that long when the one who
sent them is killed; two leave room for a busy machine. A real company may need minutes: see the setting's default."""

SETTINGS = {"batch_size_rows": 10, "grace_seconds": GRACE, "unmapped_streams": "ignore"}
TABLES = ("address", "associate", "product", "order", "orderLine")
DRAWN = ("created", "changed", "changeTime", "addressNo")
"""Columns that tell when a row was written, or only number it; the other numbers are replaced by references."""
COPIED = "languageNo"
"""What the company copies from the customer when it makes an order; no webshop says it of one.

An account that was there before may be given its language by a write that a kill leaves in doubt, and the next run
makes the order while it waits for that.
"""


def content(neighbours) -> dict[str, Counter[str]]:
    """The rows of each table as they read when numbers that the server drew are replaced by what they stand for."""
    rows = {table: neighbours.rows(table) for table in TABLES}
    stands_for = {
        "associateNo": {each["associateNo"]: each["information1"] or each["name"] for each in rows["associate"]},
        "customerNo": {each["customerNo"]: each["information1"] or each["name"] for each in rows["associate"]},
        "orderNo": {each["orderNo"]: each["customerOrSupplierOrderNo"] for each in rows["order"]},
    }
    for each in rows["order"]:
        del each[COPIED]
    return {table: Counter(_words(each, stands_for) for each in rows[table]) for table in TABLES}


def _words(row: dict, stands_for: dict[str, dict]) -> str:
    kept = {name: value for name, value in row.items() if not name.startswith(DRAWN)}
    return json.dumps({name: stands_for.get(name, {}).get(value, value) for name, value in kept.items()})


def start_anew(neighbours) -> None:
    control = neighbours.businessnxt["control_url"]
    for path in ("reset", "stats/reset"):
        requests.post(f"{control}/{path}", timeout=30).raise_for_status()


@pytest.fixture
def neighbours(tmp_path):
    """A shop with enough orders for many batches, and a company."""
    with serving(tmp_path / "sandbox", seed="first:customers=220,products=80,orders=200") as both:
        yield both


def pipeline(neighbours, folder) -> Pipeline:
    """From the shop into the company, with links and state of its own."""
    folder.mkdir()
    shop = {name: neighbours.webshop[name] for name in ("api_url", "auth_token")}
    links = {"mapping": str(ROOT / "mapping"), "link_store": f"sqlite:///{folder}/links.db"}
    writing = {name: neighbours.businessnxt[name] for name in ERP} | links | SETTINGS
    return Pipeline("tap-customwebshop", {**shop, "page_size": 40}, "target-businessnxt", writing, folder)


def test_ten_kills_leave_what_an_undisturbed_run_leaves(neighbours, tmp_path):
    assert pipeline(neighbours, tmp_path / "undisturbed").run()
    expected, writes = content(neighbours), neighbours.writes()
    assert sum(expected["order"].values()) > 190
    assert all(each["customerNo"] for each in neighbours.rows("order"))
    start_anew(neighbours)
    chance = random.Random(SEED)
    moments = sorted(chance.randrange(1, writes * 9 // 10) for _ in range(KILLS))

    disturbed = pipeline(neighbours, tmp_path / "disturbed")
    for moment in moments:

        def kill(alive, moment=moment):
            while neighbours.writes() < moment and not disturbed.wait(alive, 0.02):
                pass
            time.sleep(chance.uniform(0, 0.2))
            disturbed.kill(alive, "target")

        disturbed.run(kill)
        assert disturbed.ended["target"] == -9, "it was killed at work"
    time.sleep(GRACE)  # before that a run only looks for what may still come, and never writes it again
    assert disturbed.run()

    found = content(neighbours)
    for table in TABLES:
        assert found[table] - expected[table] == Counter(), f"{table}: too many, or others"
        assert expected[table] - found[table] == Counter(), f"{table}: missing"
    assert quiet(neighbours, disturbed), "nothing was left to do"


def quiet(neighbours, there) -> bool:
    """Whether two more runs write nothing."""
    before = neighbours.writes()
    assert there.run()
    assert there.run()
    return neighbours.writes() == before
