"""The probe meets a shop, says what works, and names the key to change; and shows nobody's data."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from click.testing import CliRunner
from programs import PROGRAMS
from shops import COLLECTIONS
from tap_customwebshop.probe import command


@pytest.fixture
def probe(webshop, tmp_path):
    """A probe of one stream; gives its exit code, its findings and the record it shows."""

    def run(only="orders", *, options=(), **settings):
        others = {name: {"enabled": False} for name in COLLECTIONS if name != only}
        here = {name: webshop.info[name] for name in ("api_url", "auth_token")}
        given = {**here, **settings, "streams": {**others, **settings.get("streams", {})}}
        (tmp_path / "config.json").write_text(json.dumps(given))
        done = CliRunner().invoke(command, ["--config", str(tmp_path / "config.json"), "--json", *options])
        told = json.loads(done.stdout) if done.stdout else {"findings": [], "records": {}}
        return (
            done.exit_code,
            {each["check"]: each for each in told["findings"]},
            told["records"].get(only),
            done.stderr,
        )

    return run


def failing(findings):
    return {each["check"]: each["key"] for each in findings.values() if each["status"] == "fail"}


def test_a_shop_in_which_all_is_well(probe):
    code, findings, record, _ = probe()

    assert code == 0
    assert {each["status"] for each in findings.values()} <= {"ok"}
    assert findings["orders: next page"]["seen"] == "100 further records, by cursor"
    assert findings["orders: filter"]["seen"] == "updated_since filters, and its own moment is included"
    assert findings["orders: zone"]["seen"] == "times bear their zone"
    assert len(record["currency"]) == 3


def test_the_record_is_masked_unless_asked(probe, webshop):
    masked = probe("customers")[2]
    shown = probe("customers", options=["--unmasked"])[2]

    assert shown == webshop.record("customers", shown["id"])
    assert masked["id"] == shown["id"]
    assert masked["email"] == masked["addresses"][0]["line1"] == "***"
    assert masked["addresses"][0]["country_code"] == shown["addresses"][0]["country_code"]


@pytest.mark.parametrize(
    ("fault", "check", "key"),
    [
        ({"kind": "filter_ignored"}, "orders: filter", "streams.orders.incremental.param"),
        ({"kind": "filter_exclusive"}, "orders: filter", "streams.orders.incremental.inclusive"),
        ({"kind": "distort", "how": ["no_stamp"]}, "orders", "streams.orders.incremental.field"),
        ({"kind": "html_200"}, "orders", "streams.orders.request.path"),
    ],
)
def test_what_the_shop_does_otherwise_is_named_by_the_key_to_change(probe, webshop, fault, check, key):
    webshop.fault(**fault, times=None, match={"path": "/api/v1/orders"})
    code, findings, _, _ = probe()

    assert code == 1
    assert failing(findings) == {check: key}


def test_a_silent_cap_is_a_warning(probe, webshop):
    webshop.fault("page_capped", times=None, limit=50)
    code, findings, _, _ = probe()

    assert code == 0
    assert findings["orders: page size"]["seen"] == "asked for 100 records, the shop gives 50"


def test_a_wrong_zone_is_found_out_by_what_changed_just_now(probe, webshop):
    webshop.fault("distort", times=None, how=["naive_times"])
    webshop.edit("orders", "O00007", note="nå")
    code, findings, _, _ = probe()
    right, good, _, _ = probe(time_zone="Europe/Oslo")

    assert code == 1
    assert failing(findings) == {"orders: zone": "streams.orders.incremental.zone"}
    assert "Europe/Oslo" in findings["orders: zone"]["remedy"]
    assert right == 0
    assert good["orders: zone"]["seen"] == "times have none; read as Europe/Oslo, the newest record is of just now"


def test_a_word_that_no_enum_lists_is_named(probe, webshop):
    webshop.fault("distort", times=None, how=["unknown_status"])
    code, findings, _, _ = probe(streams={"orders": {"enums": {"status": {"open": "open"}}}})

    assert code == 1
    assert failing(findings) == {"orders: mapping": "streams.orders.enums.status"}
    seen = findings["orders: mapping"]["seen"]
    assert "status is 'wc-checkout-draft', which is none of open. Add it to enums.status: record O" in seen


def test_what_the_mapping_leaves_empty_is_told(probe):
    code, findings, _, _ = probe(streams={"orders": {"map": {"number": "no_such"}}})

    assert code == 0
    assert findings["orders: mapping"]["key"] == "streams.orders.map.number"


def test_a_key_that_others_have_too_is_told(probe):
    code, findings, _, _ = probe(streams={"orders": {"key": ["currency"]}})

    assert code == 1
    assert failing(findings)["orders: key"] == "streams.orders.key"


def test_who_is_not_let_in_hears_it_once(probe):
    code, findings, record, _ = probe(auth_token="wrong")

    assert code == 1
    assert failing(findings) == {"login": "auth_token, auth_scheme"}
    assert record is None


def test_settings_that_cannot_be_used(probe):
    code, _, _, said = probe(streams={"orders": {"paging": {"style": "cursr"}}})

    assert code == 2
    assert said.startswith("streams.orders.paging.style: 'cursr' is none of keyset, cursor")


def test_people_read_what_fails_first(webshop, tmp_path):
    webshop.fault("filter_ignored", times=None, match={"path": "/api/v1/orders"})
    (tmp_path / "config.json").write_text(json.dumps({name: webshop.info[name] for name in ("api_url", "auth_token")}))
    program = [PROGRAMS / "tap-customwebshop", "probe", "--config", tmp_path / "config.json"]
    told = subprocess.run(program, capture_output=True, text=True, timeout=280, check=False).stdout.splitlines()

    assert told[0].startswith("fail    orders: filter")
    assert "-> streams.orders.incremental.param: the shop ignores 'updated_since'" in told[1]


def test_a_shop_that_is_not_there_is_told_at_once_and_once(probe):
    started = time.monotonic()
    code, findings, _, _ = probe(api_url="http://127.0.0.1:9/api")

    assert code == 1
    assert failing(findings) == {"shop": "api_url"}
    assert time.monotonic() - started < 20
