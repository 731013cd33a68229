"""Nothing that opens the company is ever printed or kept: not by a run that works, nor by one that fails."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from rounds import call
from target_businessnxt.target import TargetBusinessNxt

LOUD = ("TARGET_BUSINESSNXT_LOGLEVEL", "LOGLEVEL", "MELTANO_CLI_LOG_LEVEL")


@pytest.fixture
def loud(monkeypatch):
    for name in LOUD:
        monkeypatch.setenv(name, "DEBUG")


def secrets_of(target, proxy):
    """The secret, and all that went out in headers."""
    basics = [each.removeprefix("Basic ") for each in proxy.authorizations if each.startswith("Basic ")]
    tokens = [each.removeprefix("Bearer ") for each in proxy.authorizations if each.startswith("Bearer ")]
    assert basics
    assert "sandbox-secret" in base64.b64decode(basics[0]).decode()
    return {target.company.info["client_secret"], *basics, *tokens}


def kept(target):
    """Everything that the run left on the disk but its own settings."""
    files = [each for each in Path(target.folder).rglob("*") if each.is_file() and each.name != "config.json"]
    return b"".join(each.read_bytes() for each in files).decode("latin-1")


def shown(text, secrets):
    return [each for each in secrets if each in text]


@pytest.mark.usefixtures("loud")
def test_by_a_run_that_works(target, proxy):
    scenes = "".join(map(target.scene, ("customers_person", "products_one", "orders_one")))
    run = subprocess.run(target.command(), input=scenes, capture_output=True, text=True, timeout=280, check=False)

    secrets = secrets_of(target, proxy)
    assert run.returncode == 0
    assert len(secrets) >= 3
    assert "DEBUG" in run.stderr, "it was as loud as it can be"
    assert shown(f"{run.stderr} {run.stdout} {kept(target)}", secrets) == []


@pytest.mark.usefixtures("loud", "hurried")
@pytest.mark.parametrize(
    ("fault", "settings"),
    [
        ("html_502", {}),
        ("drop_connection", {}),
        ("expired_token", {}),
        ("", {"company_no": 7654321}),
        ("", {"client_secret": "sandbox-secret-but-wrong"}),
    ],
    ids=str,
)
def test_by_a_run_that_fails(company, target, proxy, fault, settings):
    if fault:
        company.fault(fault)

    run = target.play("customers_company", **settings)

    assert run.code != 0
    assert "DEBUG" in run.log, "it was as loud as it can be"
    assert shown(f"{run.log} {run.states} {kept(target)}", secrets_of(target, proxy)) == []


def test_by_what_the_target_says_about_itself(target):
    said = call(TargetBusinessNxt, ["--config", str(target.config()), "--about", "--format", "json"])

    assert said.code == 0
    assert "client_secret" in said.out
    assert "sandbox-secret" not in said.out + said.log
