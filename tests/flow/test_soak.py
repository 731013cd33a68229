"""The soak for as long as one run takes, and its audit: can it tell a loss from none?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import requests
from audit import Audit

ERP = Path(__file__).parents[1] / "soak" / "erp.py"


def test_a_run_in_bad_weather_loses_nothing_and_makes_nothing_twice(tmp_path):
    output = tmp_path / "soak.json"

    run = subprocess.run(
        [sys.executable, ERP, "--minutes", "0.1", "--output", output], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    result = json.loads(output.read_text())
    assert result["rows_lost"] == result["duplicates"] == result["writes_after_quiet"] == 0
    assert sum(result["faults"].values()) > 0
    assert result["rows_written"] > 1000


def test_the_audit_misses_what_never_arrived_and_counts_what_came_twice(neighbours):
    assert len(Audit(neighbours).lost) > 400

    rows = [{"information1": "C0001"}, {"information1": "C0001"}]
    requests.post(f"{neighbours.businessnxt['control_url']}/tables/address", json={"rows": rows}, timeout=30)

    assert Audit(neighbours).twice == ["address C0001"]
