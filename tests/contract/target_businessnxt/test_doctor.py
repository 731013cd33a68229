"""The doctor names exactly what is wrong with a company, and changes nothing in it."""

from __future__ import annotations

import json
import subprocess

import pytest
import requests


@pytest.fixture
def doctor(target):
    """Its exit code and its findings, what fails first."""

    def ask(**settings):
        command = [*target.command(**settings), "doctor", "--json"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert "sandbox-secret" not in result.stdout + result.stderr
        return result.returncode, json.loads(result.stdout) if result.stdout else result.stderr

    return ask


@pytest.fixture
def rights(company):
    """How much of it the company shows."""
    place = f"{company.info['control_url']}/rights"
    yield lambda **hidden: requests.put(place, json=hidden, timeout=9).raise_for_status()
    requests.put(place, json={}, timeout=9)


def failing(findings):
    return {each["check"]: each["seen"] for each in findings if each["status"] == "fail"}


def test_a_company_in_which_all_is_well(doctor, company):
    code, findings = doctor()

    assert (code, failing(findings)) == (0, {})
    checks = [each["check"] for each in findings]
    assert {"token", "company", "table order", "table associate", "range associate.customerNo"} <= set(checks)
    assert checks.count("range associate.customerNo") == 1
    assert company.stats()["writes"] == 0


def test_hidden_tables_and_columns_and_refused_mutations_are_named_and_nothing_else(doctor, rights):
    rights(hidden_tables=["product"], hidden_columns={"address": ["emailAddress"]}, no_create=["order"])

    code, findings = doctor()

    assert code == 1
    assert failing(findings).keys() == {"table product", "column address.emailAddress", "table order"}
    assert failing(findings)["table order"] == "may not create"
    assert all("access group" in each["remedy"] for each in findings if each["status"] == "fail")


@pytest.mark.parametrize(
    ("settings", "check", "word"),
    [
        ({"client_secret": "wrong"}, "token", "invalid_client"),
        ({"scope": "everything"}, "token", "invalid_scope"),
        ({"company_no": 7}, "company", "1234567 Nettbutikk AS"),
        ({"client_id": "an-id-of-more-than-24-characters"}, "client id", "24"),
    ],
)
def test_what_keeps_us_out_is_told_with_who_can_change_it(doctor, settings, check, word):
    code, findings = doctor(**settings)

    [found] = [each for each in findings if each["check"] == check]
    assert (code, found["status"]) == (1, "fail")
    assert word in found["seen"]
    assert found["remedy"]
    assert found["who"]


def test_a_scope_that_may_only_read_is_not_enough_to_write(doctor):
    code, findings = doctor(scope="business-graphql-service-api:access-group-based-readonly")

    assert code == 1
    assert failing(findings).keys() == {"scope"}


def test_a_text_that_the_mapping_allows_and_the_column_does_not_take(doctor, target, tmp_path):
    mapping = tmp_path / "mapping"
    subprocess.run(["cp", "-rL", json.loads(target.config().read_text())["mapping"], mapping], check=True)
    file = mapping / "customers.yml"
    file.write_text(file.read_text().replace("businessnxt: addressLine1, type: String(60)",
                                             "businessnxt: addressLine1, type: String(99)"))  # fmt: skip

    code, findings = doctor(mapping=str(mapping))

    [found] = [each for each in findings if each["status"] == "warn"]
    assert (code, found["check"]) == (0, "column address.addressLine1")
    assert found["seen"] == "takes 60 characters, the mapping allows 99"


def test_settings_that_cannot_be_used(doctor):
    code, message = doctor(mapping="/nowhere")

    assert code == 2
    assert "/nowhere" in message


def test_settings_that_cannot_be_read(target):
    command = [target.command()[0], "--config", "/nowhere.json", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert result.returncode == 2
    assert "/nowhere.json" in result.stderr


def test_people_read_a_table_with_what_to_do(target):
    command = [*target.command(company_no=7), "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    first, second, *_ = result.stdout.splitlines()
    assert first.split()[:2] == ["fail", "company"]
    assert "-> set company_no to the Visma.net id" in second
