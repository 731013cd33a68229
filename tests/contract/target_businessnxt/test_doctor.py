"""The doctor names exactly what is wrong with a company, and changes nothing in it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from businessnxt.transport import Transport
from click.testing import CliRunner
from crosswalk import load_mappings
from target_businessnxt.doctor import doctor as command
from target_businessnxt.doctor import needs_of
from target_businessnxt.target import TargetBusinessNxt

from sandbox import businessnxt


@pytest.fixture
def doctor(target):
    """Its exit code and its findings, what fails first."""

    def ask(*options, **settings):
        result = CliRunner().invoke(command, ["--config", str(target.config(**settings)), "--json", *options])
        assert "sandbox-secret" not in result.output
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr

    return ask


@pytest.fixture
def rights(company):
    """How much of it the company shows."""
    place = f"{company.info['control_url']}/rights"
    yield lambda **hidden: requests.put(place, json=hidden, timeout=30).raise_for_status()
    requests.put(place, json={}, timeout=30)


@pytest.fixture
def behave(company):
    """Let it do other things than documented."""
    place = f"{company.info['control_url']}/behaviours"
    yield lambda **otherwise: requests.patch(place, json=otherwise, timeout=30).raise_for_status()
    requests.delete(place, timeout=30)


@pytest.fixture
def mapping(target, tmp_path):
    """A copy of the mapping files, in which words can be put for others."""
    folder = tmp_path / "mapping"
    shutil.copytree(json.loads(target.config().read_text())["mapping"], folder)

    def put(name, old, new):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
        return str(folder)

    return put


def found(findings, check):
    [one] = [each for each in findings if each["check"] == check]
    return one


def failing(findings):
    return {each["check"]: each["seen"] for each in findings if each["status"] == "fail"}


@pytest.mark.usefixtures("inspected")
def test_a_company_in_which_all_is_well(doctor, company):
    code, findings = doctor()

    assert (code, failing(findings)) == (0, {})
    checks = [each["check"] for each in findings]
    assert {"token", "company", "table order", "table associate", "range associate.customerNo"} <= set(checks)
    assert checks.count("range associate.customerNo") == 1
    assert company.stats()["writes"] == 0


@pytest.mark.usefixtures("inspected")
def test_hidden_tables_and_columns_and_refused_mutations_are_named_and_nothing_else(doctor, rights):
    rights(hidden_tables=["product"], hidden_columns={"address": ["emailAddress"]}, no_create=["order"])

    code, findings = doctor()

    assert code == 1
    assert failing(findings).keys() == {"table product", "column address.emailAddress", "table order"}
    assert failing(findings)["table order"] == "may not create"
    assert all("access group" in each["remedy"] for each in findings if each["status"] == "fail")
    assert "those of 3 tables wait" in found(findings, "documents")["seen"]


@pytest.mark.usefixtures("inspected")
def test_lines_must_be_deletable_and_other_rows_only_where_the_mapping_says_so(doctor, rights):
    rights(no_delete=["order", "orderLine", "address"])

    assert failing(doctor()[1]) == {"table orderLine": "may not delete"}


@pytest.mark.usefixtures("inspected")
def test_the_table_that_comes_first_may_be_hidden_too(doctor, rights):
    rights(hidden_tables=["associate"])

    code, findings = doctor()

    assert (code, failing(findings).keys()) == (1, {"table associate"})
    assert found(findings, "company")["status"] == "ok"


@pytest.mark.usefixtures("inspected")
def test_a_column_that_may_only_be_read_is_named(doctor, mapping):
    code, findings = doctor(
        mapping=mapping("customers.yml", "businessnxt: information4,", "businessnxt: createdByUser,")
    )

    assert (code, failing(findings)) == (1, {"column address.createdByUser": "may be read, not written"})


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        (
            "information4, type: String(50)",
            "information4, type: Int",
            "holds String, the mapping whole numbers",
        ),
        ("information4, type: String(50)", "group2, type: String(9)", "holds Int, the mapping texts"),
    ],
)
@pytest.mark.usefixtures("inspected")
def test_a_column_of_another_type_is_named(doctor, mapping, old, new, seen):
    _, findings = doctor(mapping=mapping("customers.yml", f"businessnxt: {old}", f"businessnxt: {new}"))

    assert list(failing(findings).values()) == [seen]


def test_every_document_is_held_against_the_schema(doctor, behave):
    behave(order_by_is_a_list=False)

    code, findings = doctor()

    wrong = failing(findings)
    assert code == 1
    assert "document address_page" in wrong
    assert "document address_create" not in wrong
    assert found(findings, "document address_page")["who"] == "whoever maintains this plugin"


@pytest.mark.usefixtures("inspected")
def test_a_company_without_on_error_is_said_to_be_lenient(doctor, behave):
    behave(on_error_argument=False)

    code, findings = doctor()

    told = found(findings, "onError")
    assert (code, told["status"]) == (0, "warn")
    assert "order_create knows no onError" in told["seen"]


@pytest.mark.usefixtures("inspected")
def test_a_company_that_does_not_tell_its_schema_or_its_lengths_is_not_failed_for_it(doctor, behave):
    behave(model_columns_tell_lengths=False)

    code, findings = doctor()

    assert (code, failing(findings)) == (0, {})
    assert found(findings, "lengths")["status"] == "skipped"


@pytest.mark.usefixtures("inspected")
def test_pages_that_hold_less_than_is_asked_for_are_told(doctor, behave):
    behave(largest_page=25)

    code, findings = doctor()

    told = found(findings, "page of 500")
    assert (code, told["status"]) == (0, "warn")
    assert told["seen"].endswith("pages hold 25 at most")
    assert told["remedy"] == "set page_size to 25"


@pytest.mark.usefixtures("inspected")
def test_as_many_keys_are_looked_up_as_rows_would_be_written(doctor):
    _, findings = doctor(batch_size_rows=300)

    assert [each["check"] for each in findings if each["check"].startswith("batch")] == ["batch of 100", "batch of 300"]


@pytest.mark.usefixtures("inspected")
def test_a_clock_that_is_ahead_of_utc_betrays_local_time(doctor, company, behave):
    behave(clock_offset_seconds=7200)
    company.edit("address", {"addressNo": company.rows("address")[0]["addressNo"]}, name="Somebody")

    _, findings = doctor()

    assert "minutes ahead of UTC at least, so it is local time" in found(findings, "clock")["seen"]


@pytest.mark.usefixtures("inspected")
def test_a_register_without_a_number_that_the_mapping_names(doctor, company):
    place = f"{company.info['control_url']}/tables/paymentMethod"
    requests.delete(place, json={"where": {"paymentMethod": 3}}, timeout=30).raise_for_status()

    _, findings = doctor()

    gone = [each for each in findings if each["check"] == "table paymentMethod"]
    assert [each["status"] for each in gone] == ["fail"]
    assert "no row with" in gone[0]["seen"]


def test_a_schema_that_was_saved_is_served_by_the_sandbox_again(doctor, tmp_path):
    file = tmp_path / "schema.json"

    code, findings = doctor("--save-schema", str(file))

    assert code == 0
    assert str(file) in found(findings, "schema")["seen"]
    saved = json.loads(file.read_text())["data"]["__schema"]
    assert "Order_Input" in {each["name"] for each in saved["types"]}
    assert businessnxt.app(tmp_path / "company", seed="empty", schema=file)


@pytest.mark.usefixtures("inspected")
def test_a_place_where_no_schema_can_be_saved_is_said(doctor):
    code, message = doctor("--save-schema", "/nowhere/schema.json")

    assert code == 2
    assert "/nowhere/schema.json" in message


def test_no_other_documents_are_sent_than_those_that_the_doctor_checks(target, monkeypatch, tmp_path):
    sent, send = set(), Transport.send

    def noted(transport, document, *arguments, **more):
        sent.add(document)
        return send(transport, document, *arguments, **more)

    monkeypatch.setattr(Transport, "send", noted)
    config, scene = target.config(), tmp_path / "scene.singer"
    scene.write_text("".join(map(target.scene, ("customers_person", "products_one", "orders_one"))))
    TargetBusinessNxt.cli.main(["--config", str(config), "--input", str(scene)], standalone_mode=False)
    settings = json.loads(Path(config).read_text())
    client = TargetBusinessNxt(config=settings).client()
    checked = {each for need in needs_of(load_mappings(settings["mapping"]), client) for each in need.documents()}

    asked = {each for each in sent if "_page(" in each or "mutation " in each}
    assert len(asked) > 8
    assert asked - checked == set()


@pytest.mark.parametrize(
    ("settings", "check", "word"),
    [
        ({"client_secret": "wrong"}, "token", "invalid_client"),
        ({"scope": "everything"}, "token", "invalid_scope"),
        ({"company_no": 7}, "company", "1234567 Nettbutikk AS"),
        ({"client_id": "an-id-of-more-than-24-characters"}, "client id", "24"),
    ],
)
@pytest.mark.usefixtures("inspected")
def test_what_keeps_us_out_is_told_with_who_can_change_it(doctor, settings, check, word):
    code, findings = doctor(**settings)

    told = found(findings, check)
    assert (code, told["status"]) == (1, "fail")
    assert word in told["seen"]
    assert told["remedy"]
    assert told["who"]


@pytest.mark.usefixtures("inspected")
def test_a_scope_that_may_only_read_is_not_enough_to_write(doctor):
    code, findings = doctor(scope="business-graphql-service-api:access-group-based-readonly")

    assert code == 1
    assert failing(findings).keys() == {"scope"}


@pytest.mark.usefixtures("inspected")
def test_a_text_that_the_mapping_allows_and_the_column_does_not_take(doctor, mapping):
    code, findings = doctor(
        mapping=mapping("customers.yml", "addressLine1, type: String(60)", "addressLine1, type: String(99)")
    )

    [told] = [each for each in findings if each["status"] == "warn"]
    assert (code, told["check"]) == (0, "column address.addressLine1")
    assert told["seen"] == "takes 60 characters, the mapping allows 99"


def test_settings_that_cannot_be_used(doctor):
    code, message = doctor(mapping="/nowhere")

    assert code == 2
    assert "/nowhere" in message


def test_settings_that_cannot_be_read():
    result = CliRunner().invoke(command, ["--config", "/nowhere.json"])

    assert result.exit_code == 2
    assert "/nowhere.json" in result.stderr


def test_people_read_a_table_with_what_to_do(target):
    command = [*target.command(company_no=7), "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    first, second, *_ = result.stdout.splitlines()
    assert first.split()[:2] == ["fail", "company"]
    assert "-> set company_no to the Visma.net id" in second
