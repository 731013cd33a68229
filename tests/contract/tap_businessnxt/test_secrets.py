"""Nothing that opens the company is ever told: not by runs, also failing ones, nor by what the tap says of itself."""

from __future__ import annotations

import base64
import json

import pytest
from businessnxt.auth import Bearer
from click.testing import CliRunner
from tap_businessnxt import TapBusinessNxt


@pytest.fixture
def secrets(monkeypatch, company):
    """The secret, and every token that was sent."""
    info = company.info
    basic = base64.b64encode(f"{info['client_id']}:{info['client_secret']}".encode()).decode()
    seen, made = {info["client_secret"], basic}, Bearer.__init__

    def noted(bearer, token):
        seen.add(token)
        made(bearer, token)

    monkeypatch.setattr(Bearer, "__init__", noted)
    monkeypatch.setattr("businessnxt.transport.sleep", lambda _: None)
    for name in ("TAP_BUSINESSNXT_LOGLEVEL", "LOGLEVEL", "MELTANO_CLI_LOG_LEVEL"):
        monkeypatch.setenv(name, "DEBUG")
    return seen


@pytest.mark.parametrize("fault", ["", "html_502", "expired_token", "drop_connection"])
def test_a_run_as_loud_as_it_can_be_tells_none(company, tap, secrets, caplog, fault):
    caplog.set_level("DEBUG")
    if fault:
        company.fault(fault)

    run = tap.run("addresses")

    assert (run.code == 0) == (not fault)
    assert len(secrets) >= 3
    said = f"{run.log} {run.messages} {caplog.text}"
    assert [each for each in secrets if each in said] == []


def test_what_it_says_of_itself_tells_none(tap, secrets):
    result = CliRunner().invoke(TapBusinessNxt.cli, [*tap.arguments(), "--about", "--format=json"])

    assert json.loads(result.stdout)["name"] == "tap-businessnxt"
    assert [each for each in secrets if each in result.output] == []
