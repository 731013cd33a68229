"""What can be seen of any company at once, and that the suite itself behaves in a real one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LIVE = Path(__file__).with_name("live.py")


@pytest.mark.fact("equal_write_stamps")
@pytest.mark.writes
def test_writing_what_is_there_stamps_the_row(erp):
    [made] = erp.make("address", {}, items="addressNo changedTimestamp")

    change = f"filter: {{addressNo: {{_eq: {made['addressNo']}}}}}, value: {{name: {quoted(erp.mark)}}}"
    [after] = erp.done(f"address_update({change}) {{ items {{ changedTimestamp }} }}")["address_update"]["items"]

    assert after["changedTimestamp"] > made["changedTimestamp"]


def quoted(text):
    return f'"{text}"'


def run_live(company, answer):
    info = {f"BUSINESSNXT_{name.upper()}": str(value) for name, value in company.info.items()}
    return subprocess.run(
        [sys.executable, LIVE], input=answer, env=os.environ | info, capture_output=True, text=True, check=False
    )


def named(run, verdict):
    """The facts of which a run says this, assumptions and others."""
    said = re.findall(rf"^\d+ (?:assumptions|other facts) {verdict}(?:: (.*))?$", run.stdout, re.MULTILINE)
    assert len(said) == 2, run.stdout
    return [name for names in said for name in names.split(", ") if name]


def test_the_live_run_prints_what_holds_and_leaves_nothing_behind(company):
    run = run_live(company, "write\n")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "Company 1234567: Nettbutikk AS." in run.stdout
    assert "equal_write_stamps" in named(run, "hold")
    assert named(run, "do NOT hold") == []
    assert company.table("address") == company.table("order") == []
    assert company.control("GET", "/stats")["writes"] > 0


def test_the_live_run_prints_what_does_not_hold(company):
    company.behave(equal_write_stamps=False)

    run = run_live(company, "write\n")

    assert run.returncode == 1
    assert named(run, "do NOT hold") == ["equal_write_stamps"]
    assert company.table("address") == []


@pytest.mark.parametrize(("answer", "status"), [("read\n", 0), ("no\n", 1)])
def test_the_live_run_writes_nothing_unless_it_may(company, answer, status):
    run = run_live(company, answer)

    assert run.returncode in (status, 5), run.stdout
    assert company.control("GET", "/stats")["writes"] == 0
    assert "sandbox-secret" not in run.stdout + run.stderr
