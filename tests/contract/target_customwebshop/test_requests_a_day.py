"""A shop that allows so many requests a day is asked no more often by the target either, and nothing is lost."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest
from customwebshop import Allowance
from customwebshop.reading import times
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.testing import target_sync_test
from target_customwebshop.target import TargetCustomWebshop

MAPPING = Path(__file__).parents[3] / "mapping"
ROWS = [
    {"addressNo": 900 + at, "emailAddress": f"ny{at}@example.test", "name": f"Kari Berg {at}", "associateNo": 0}
    for at in range(6)
]


@pytest.fixture
def settings(webshop, tmp_path):
    return {
        "api_url": webshop.info["api_url"], "auth_token": webshop.info["auth_token"], "company_no": 1,
        "mapping": str(MAPPING), "link_store": f"sqlite:///{tmp_path}/links.db", "grace_seconds": 0,
        "batch_size_rows": 2, "key_file": str(tmp_path / "keys.db"),
    }  # fmt: skip


@pytest.fixture
def counted(tmp_path):
    """How many requests were counted, and a way to forget them, as the next day does."""

    class Counted:
        def __call__(self):
            with sqlite3.connect(tmp_path / "keys.requests.db") as counts:
                return counts.execute("SELECT sum(requests) FROM used").fetchone()[0] or 0

        def forget(self):
            with sqlite3.connect(tmp_path / "keys.requests.db") as counts:
                counts.execute("DELETE FROM used")

    return Counted()


def run(settings, **further):
    """Give the rows to the target; gives the STATEs that it lets go."""
    said = [{"type": "SCHEMA", "stream": "addresses", "key_properties": ["addressNo"],
             "schema": {"properties": {name: {} for name in ROWS[0]}}}]  # fmt: skip
    for row in ROWS:
        said += [{"type": "RECORD", "stream": "addresses", "record": row},
                 {"type": "STATE", "value": {"bookmarks": {"addresses": {"read": row["addressNo"]}}}}]  # fmt: skip
    given = io.StringIO("".join(f"{json.dumps(each)}\n" for each in said))
    out, _ = target_sync_test(TargetCustomWebshop(config={**settings, **further}), given, finalize=True)
    out.seek(0)
    return [json.loads(line)["bookmarks"]["addresses"]["read"] for line in out.read().splitlines()]


def test_a_run_that_has_used_them_up_ends_well_and_the_next_days_make_each_customer_once(
    settings, counted, webshop, caplog
):
    states, days = [], 0
    while not states or states[-1] != ROWS[-1]["addressNo"]:
        states = run(settings, max_requests_per_day=9)
        days += 1
        assert counted() <= 9
        counted.forget()
        assert days < 12

    assert days > 1
    assert "The 9 requests of today (max_requests_per_day) are used up" in caplog.text
    mails = [each["email"] for each in webshop.records("customers")]
    assert [mails.count(row["emailAddress"]) for row in ROWS] == [1] * len(ROWS)


def test_what_the_tap_has_used_is_not_there_for_the_target(settings, counted):
    allowance = Allowance(settings["key_file"], settings["api_url"], 9, times.UTC)
    for _ in range(9):
        allowance.take()

    assert run(settings, max_requests_per_day=9) == []
    assert counted() == 9


def test_without_a_file_to_count_in_nothing_is_written(settings):
    with pytest.raises(ConfigValidationError, match="key_file: is needed for max_requests_per_day"):
        run(settings, max_requests_per_day=9, key_file="")
