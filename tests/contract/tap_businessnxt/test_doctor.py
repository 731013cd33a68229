"""The tap's doctor says which streams can be read, names exactly what is missing, and changes nothing."""

from __future__ import annotations

import json

import pytest
from businessnxt.transport import Transport
from click.testing import CliRunner
from tap_businessnxt import TapBusinessNxt
from tap_businessnxt.definition import DEFINITIONS
from tap_businessnxt.doctor import doctor as command
from tap_businessnxt.doctor import needs_of

pytestmark = pytest.mark.usefixtures("inspected")
STREAMS = ("--stream", "addresses", "--stream", "products")


@pytest.fixture
def doctor(tap):
    """Its exit code and its findings, what fails first."""

    def ask(*options, **settings):
        result = CliRunner().invoke(command, [*tap.arguments(**settings), "--json", *options])
        assert "sandbox-secret" not in result.output
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr

    return ask


def found(findings, check):
    [one] = [each for each in findings if each["check"] == check]
    return one


def failing(findings):
    return {each["check"]: each["seen"] for each in findings if each["status"] == "fail"}


def test_a_company_in_which_all_is_well(doctor, company):
    code, findings = doctor()

    assert (code, failing(findings)) == (0, {})
    checks = {each["check"] for each in findings}
    assert {"token", "company", "table orderLine", "table stockBalance", "documents", "page of 500"} <= checks
    assert company.ask("GET", "stats")["writes"] == 0


def test_hidden_tables_and_columns_are_named_with_their_stream_and_nothing_else(doctor, company):
    company.hide("product", priceAndDiscountMatrix=["customerNo"], address=["changedTimestamp"])

    code, findings = doctor()

    assert (code, failing(findings)) == (1, {
        "table product": "not readable, or not there; near: productCategory; needed for stream products",
        "column priceAndDiscountMatrix.customerNo": "not readable, or not there; needed for stream prices",
    })  # fmt: skip
    assert found(findings, "column address.changedTimestamp")["status"] == "warn"
    assert all("administrator" in each["who"] for each in findings if each["status"] == "fail")


def test_streams_that_nobody_wants_are_not_looked_at(doctor, company):
    company.hide("orderDocument")

    code, findings = doctor(*STREAMS)

    assert code == 0
    assert {each["check"] for each in findings if each["check"].startswith("table")} == {
        "table address",
        "table product",
    }


def test_a_catalog_says_which_streams_are_wanted(doctor, tmp_path):
    catalog = tmp_path / "catalog.json"
    entries = [
        {"tap_stream_id": name, "metadata": [{"breadcrumb": [], "metadata": {"selected": name == "products"}}]}
        for name in ("products", "orders")
    ]
    catalog.write_text(json.dumps({"streams": entries}))

    _, findings = doctor("--catalog", str(catalog))

    assert [each["check"] for each in findings if each["check"].startswith("table")] == ["table product"]


def test_a_column_of_the_settings_that_is_not_there_is_named(doctor):
    code, findings = doctor(*STREAMS, columns={"address": ["name", "nmae"]})

    assert code == 0
    assert found(findings, "column address.nmae")["seen"] == "not readable: it is left out of stream addresses"


@pytest.mark.parametrize(("zone", "code"), [("Europe/Oslo", 0), ("Pacific/Pago_Pago", 0), ("Pacific/Kiritimati", 0)])
def test_a_zone_that_is_possible_is_not_complained_of(doctor, zone, code):
    assert doctor(*STREAMS, server_time_zone=zone)[0] == code


def test_a_scope_that_may_only_read_is_enough(doctor):
    code, findings = doctor(*STREAMS, scope="business-graphql-service-api:access-group-based-readonly")

    assert (code, failing(findings)) == (0, {})


def test_settings_that_cannot_be_used(tap):
    arguments = tap.arguments()
    settings = tap.folder / "config.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "company_no": None}))
    result = CliRunner().invoke(command, arguments)

    assert result.exit_code == 2
    assert "company_no" in result.stderr


def test_no_other_documents_are_sent_than_those_that_the_doctor_checks(tap, company, monkeypatch):
    sent, send = set(), Transport.send

    def noted(transport, document, *arguments, **more):
        sent.add(document)
        return send(transport, document, *arguments, **more)

    monkeypatch.setattr(Transport, "send", noted)
    tap.run(sweep_hours=0)
    company.order(company.rows("product")[0]["productNo"])
    company.delete("product", productNo=company.rows("product")[-1]["productNo"])
    tap.run(sweep_hours=0)
    settings = json.loads((tap.folder / "config.json").read_text())
    checked = {each for need in needs_of(TapBusinessNxt(config=settings), DEFINITIONS) for each in need.documents()}

    asked = {each for each in sent if not each.startswith(("query table", "query mutations"))}
    assert len(asked) > 12
    assert asked - checked == set()
