"""Bad input: a clear message, the right exit code, nothing lost and nothing half-written."""

from __future__ import annotations

import json

import pytest
from tap_customwebshop.rejects import REJECTS, SCHEMA


def test_a_line_that_is_no_json_stops_the_run_and_is_named_by_number(target, company):
    run = target.run(target.scene("customers_person") + '{"type": "RECORD", "stre\n')

    assert run.code == 1
    assert "line 4 of the input is no JSON" in run.log
    assert "Åse" not in run.log, "no record is shown"
    assert "Traceback" not in run.log
    assert run.states == [], "what was not taken in is delivered again"
    assert company.rows("address", information1="C1") == []


def test_a_schema_that_is_none_stops_the_run(target):
    schema = {"properties": {"id": {"type": "strin"}}}
    broken = {"type": "SCHEMA", "stream": "customers", "schema": schema, "key_properties": ["id"]}
    record = {"type": "RECORD", "stream": "customers", "record": {"id": "C1"}}

    run = target.run("".join(f"{json.dumps(each)}\n" for each in (broken, record)))

    assert run.code == 1
    assert "schema" in run.log


def test_a_record_without_its_key_stops_the_run_with_a_remedy(target, company):
    run = target.play("customers_without_key")

    assert run.code == 1
    assert "stream 'customers' has no id" in run.log
    assert company.rows("address", information1="C2") == []


def test_a_record_against_its_schema_is_kept_with_property_and_rule(target, company):
    run = target.play("customers_against_schema")

    assert run.code == 0, run.log
    reject = next(each for each in target.rejects() if each["entity"] == "customers")
    assert (reject["source_id"], reject["kind"]) == ("C1", "schema")
    assert reject["message"].startswith("email: must be string")
    assert len(company.rows("address", information1="C2")) == 1, "the others go on"
    assert run.states[-1]["bookmarks"]["customers"]["replication_key_value"] == "1"


def test_an_order_with_an_unknown_sku_waits_and_says_for_what(target, company):
    run = target.play("customers_person", "products_one", "orders_unknown_sku")

    assert run.code == 0, run.log
    reject = target.rejects()[0]
    assert (reject["entity"], reject["source_id"], reject["kind"]) == ("orders", "O1", "waiting")
    assert reject["waiting_on"] == "products 'FINST-IKKE'"
    assert "sku → productNo" in reject["message"]
    assert [each["customerOrSupplierOrderNo"] for each in company.rows("order")] == ["O2"], "nothing half-written"


def test_an_unknown_currency_names_the_table_to_complete(target, company):
    run = target.play("customers_person", "products_one", "orders_unknown_currency")

    assert run.code == 0, run.log
    reject = target.rejects()[0]
    assert (reject["source_id"], reject["kind"]) == ("O1", "mapping")
    assert "currency 'XTS' is unknown" in reject["message"]
    assert "table 'currency'" in reject["message"]
    assert len(company.rows("order")) == 1


def test_an_unknown_country_rejects_that_customer_only(target, company):
    target.play("customers_unknown_country")

    assert "country 'XX' is unknown" in target.rejects()[0]["message"]
    assert len(company.rows("address", information1="C2")) == 1
    assert company.rows("address", information1="C1") == []


def test_a_customer_without_mail_and_name_is_still_a_customer(target, company):
    run = target.play("customers_without_email_and_name")

    assert run.code == 0, run.log
    assert target.rejects() == []
    assert len(company.rows("address", information1="C1")) == 1


def test_a_name_that_is_too_long_is_cut_with_a_note(target, company):
    run = target.play("customers_name_too_long")

    assert company.rows("address", information1="C1")[0]["name"] == "Å" * 80
    assert "customers 'C1': name → name is cut to 80 characters" in run.log


def test_a_mail_address_that_is_too_long_is_refused(target, company):
    target.play("customers_email_too_long")

    reject = next(each for each in target.rejects() if each["entity"] == "customers")
    assert (reject["kind"], reject["column"]) == ("too_long", "email → emailAddress")
    assert company.rows("address", information1="C1") == []
    assert len(company.rows("address", information1="C2")) == 1


def test_the_second_owner_of_a_sku_is_rejected_and_names_the_first(target, company):
    run = target.play("products_same_sku_twice")

    assert run.code == 0, run.log
    assert len(company.rows("product", productNo="ULL-1")) == 1
    (reject,) = target.rejects()
    assert reject["source_id"] == "P2/V2"
    assert "ULL-1" in reject["message"]


def test_an_unmapped_stream_is_an_error_with_three_ways_out(target):
    run = target.play("unmapped_stream")

    assert run.code == 1
    assert "stream 'wishlists' has no mapping file" in run.log
    assert "unmapped_streams" in run.log


def test_an_unmapped_stream_can_be_let_pass(target):
    run = target.play("unmapped_stream", unmapped_streams="ignore")

    assert run.code == 0, run.log


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"client_secret": "wrong"}, "check client_id and client_secret"),
        ({"company_no": 7654321}, "company"),
        ({"scope": "no-such-scope"}, "scope"),
        ({"mapping": "/no/such/folder"}, "there is no mapping file"),
    ],
)
def test_wrong_settings_stop_the_run_with_the_setting_to_change(target, company, settings, words):
    run = target.play("customers_person", **settings)

    assert run.code == 1
    assert words in run.log
    assert "sandbox-secret" not in run.log
    assert "Traceback" not in run.log
    assert company.rows("address", information1="C1") == []
    assert run.states == []


def unreadable(stream, identity, **more):
    """What a tap says of a record that it could not read, in its own words."""
    schema = {"type": "SCHEMA", "stream": REJECTS, "schema": SCHEMA, "key_properties": ["stream", "id"]}
    told = {"stream": stream, "id": identity, "property": "status", "reason": "is 'ny', which is none of open",
            "remedy": "Look at enums.", "resolved_at": None, **more}  # fmt: skip
    record = {"type": "RECORD", "stream": REJECTS, "record": told}
    return "".join(f"{json.dumps(each)}\n" for each in (schema, record))


def test_what_the_tap_could_not_read_is_on_record_until_the_tap_has_read_it(target):
    run = target.run(unreadable("orders", "O7"))

    assert run.code == 0, run.log
    [reject] = target.rejects()
    assert (reject["entity"], reject["source_id"], reject["kind"]) == ("orders", "O7", "unreadable")
    assert reject["message"] == ("the tap could not read it: 'status' is 'ny', which is none of open. Look at enums.")
    check = target.crosswalk("check")
    assert (check.exit_code, "orders 'O7'" in check.stdout) == (1, True)

    target.run(unreadable("orders", "O7", reason="is 'nyest'"))
    [again] = target.rejects()
    assert (again["kind"], again["attempts"], again["first_at"]) == ("unreadable", 2, reject["first_at"])
    assert "nyest" in again["message"]

    target.run(unreadable("orders", "O7", resolved_at="2026-01-31T12:00:00Z"))
    assert target.rejects() == []
    assert target.crosswalk("check").exit_code == 0


def test_a_person_may_have_what_was_unreadable_forgotten_for_the_tap_tells_it_again(target):
    target.run(unreadable("orders", "O7") + unreadable("orders", "O8"))

    said = target.crosswalk("rejects", "retry", "orders", "O7")

    assert "1 record will be tried again" in said.stdout
    assert [each["source_id"] for each in target.rejects()] == ["O8"]
    target.run(unreadable("orders", "O7"))
    assert {each["source_id"] for each in target.rejects()} == {"O7", "O8"}


def test_a_record_that_arrives_is_no_longer_unreadable_whatever_it_is_linked_by(target):
    target.run(unreadable("products", "P1") + unreadable("customers", "C1"))
    assert {each["source_id"] for each in target.rejects()} == {"P1", "C1"}

    target.play("customers_person", "products_one")  # a product is linked by its variants, `P1/V1`

    assert target.rejects() == []


def test_a_stream_of_that_name_that_tells_something_else_is_an_unmapped_one(target):
    schema = {"type": "SCHEMA", "stream": REJECTS, "schema": {"properties": {"no": {}}}, "key_properties": ["no"]}

    run = target.run(json.dumps(schema) + "\n")

    assert run.code == 1
    assert "is not keyed by stream and id" in run.log
