"""`kill -9` of the target, again and again: in the end the company holds what an undisturbed run leaves there."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent

KILLS = 10
SEED = 2026
GRACE = 2
"""Seconds. The company here needs well below one second for twenty orders, and goes on for that long when the one who
sent them is killed; two leave room for a busy machine. A real company may need minutes: see the setting's default."""

TABLES = ("address", "associate", "product", "order", "orderLine")
DRAWN = ("created", "changed", "changeTime", "addressNo")
"""Columns that tell when a row was written, or only number it; the other numbers are replaced by references."""


@dataclass(frozen=True)
class Pipe:
    """The demo's tap and target, joined as Meltano joins them: the last STATE that came out goes into the next run."""

    neighbours: object
    folder: Path

    def config(self, name: str, **settings: object) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(settings))
        return place

    def tap(self) -> list[str]:
        shop = self.neighbours.webshop
        known = {"api_url": shop["api_url"], "auth_token": shop["auth_token"]}
        command = [str(PROGRAMS / "tap-customwebshop"), f"--config={self.config('tap', **known, page_size=40)}"]
        told = (self.folder / "state.jsonl").read_text().splitlines()
        if told:
            command.append(f"--state={self.config('state', **json.loads(told[-1]))}")
        return command

    def target(self) -> list[str]:
        company = self.neighbours.businessnxt
        names = ("api_url", "token_url", "client_id", "client_secret", "company_no")
        settings = {
            **{name: company[name] for name in names},
            "mapping": str(ROOT / "mapping"),
            "link_store": f"sqlite:///{self.folder}/links.db",
            "batch_size_rows": 20,
            "grace_seconds": GRACE,
            "unmapped_streams": "ignore",
        }
        return [str(PROGRAMS / "target-businessnxt"), f"--config={self.config('target', **settings)}"]

    @contextmanager
    def flowing(self):
        """Both at work; what is left of them afterwards is ended."""
        with (
            (self.folder / "state.jsonl").open("a+") as state,
            (self.folder / "log.txt").open("a") as log,
            subprocess.Popen(self.tap(), stdout=subprocess.PIPE, stderr=log) as tap,
            subprocess.Popen(self.target(), stdin=tap.stdout, stdout=state, stderr=log) as target,
        ):
            tap.stdout.close()
            try:
                yield target
            finally:
                target.kill()
                target.wait()
                tap.kill()

    def run(self) -> None:
        """Let everything through."""
        with self.flowing() as target:
            assert target.wait() == 0, (self.folder / "log.txt").read_text()[-3000:]


def pipe(neighbours, folder: Path) -> Pipe:
    folder.mkdir()
    (folder / "state.jsonl").touch()
    return Pipe(neighbours, folder)


def content(neighbours) -> dict[str, Counter[str]]:
    """The rows of each table as they read when numbers that the server drew are replaced by what they stand for."""
    rows = {table: neighbours.rows(table) for table in TABLES}
    stands_for = {
        "associateNo": {each["associateNo"]: each["information1"] or each["name"] for each in rows["associate"]},
        "customerNo": {each["customerNo"]: each["information1"] or each["name"] for each in rows["associate"]},
        "orderNo": {each["orderNo"]: each["customerOrSupplierOrderNo"] for each in rows["order"]},
    }
    return {table: Counter(_words(each, stands_for) for each in rows[table]) for table in TABLES}


def _words(row: dict, stands_for: dict[str, dict]) -> str:
    kept = {name: value for name, value in row.items() if not name.startswith(DRAWN)}
    return json.dumps({name: stands_for.get(name, {}).get(value, value) for name, value in kept.items()})


def start_anew(neighbours) -> None:
    control = neighbours.businessnxt["control_url"]
    for path in ("reset", "stats/reset"):
        requests.post(f"{control}/{path}", timeout=30).raise_for_status()


def test_ten_kills_leave_what_an_undisturbed_run_leaves(neighbours, tmp_path):
    pipe(neighbours, tmp_path / "undisturbed").run()
    expected, writes = content(neighbours), neighbours.writes()
    assert sum(expected["order"].values()) > 500
    assert all(each["customerNo"] for each in neighbours.rows("order"))
    start_anew(neighbours)
    chance = random.Random(SEED)
    moments = sorted(chance.randrange(1, writes * 9 // 10) for _ in range(KILLS))

    disturbed = pipe(neighbours, tmp_path / "disturbed")
    for moment in moments:
        with disturbed.flowing() as target:
            while neighbours.writes() < moment and target.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.2))
            target.kill()
            assert target.wait() == -9, "it was killed at work"
    time.sleep(GRACE)  # before that a run only looks for what may still come, and never writes it again
    disturbed.run()

    found = content(neighbours)
    for table in TABLES:
        assert found[table] - expected[table] == Counter(), f"{table}: too many, or others"
        assert expected[table] - found[table] == Counter(), f"{table}: missing"
    before = neighbours.writes()
    disturbed.run()
    assert neighbours.writes() == before, "nothing was left to do"
