"""The control end points, the seed, and data that stays."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from sandbox import businessnxt


def test_rows_and_requests_are_counted(company):
    company.control("POST", "/stats/reset")
    company.create("order", {"orderLines": [{}, {}]}, {})
    company.done('order_update(filter: {orderNo: {_gt: 0}}, value: {name: "X"}) { affectedRows }')
    company.done("orderLine_delete(filter: {orderNo: {_eq: 1}}) { affectedRows }")
    company.ask("order { totalCount }")
    assert company.control("GET", "/stats") == {
        "requests": 4,
        "reads": 1,
        "writes": 3,
        "rows_created": {"order": 2, "orderLine": 2},
        "rows_updated": {"order": 2},
        "rows_deleted": {"orderLine": 2},
        "late_work": 0,
        "in_progress": 0,
    }


def test_a_person_edits_and_the_row_says_who(company):
    company.create("address", {"name": "A"}, {"name": "B"})
    edit = {"where": {"name": "B"}, "set": {"name": "Bø"}, "user": "kari"}
    assert company.control("PATCH", "/tables/address", edit)["affected"] == 1
    rows = company.table("address")
    assert [(row["name"], row["changedByUser"]) for row in rows] == [("A", "sandbox_client"), ("Bø", "kari")]
    assert rows[1]["createdByUser"] == "sandbox_client"


def test_a_person_adds_and_deletes(company):
    body = {"rows": [{"name": "A"}, {"name": "B"}], "user": "ola"}
    made = company.control("POST", "/tables/address", body)
    assert [row["createdByUser"] for row in made["rows"]] == ["ola", "ola"]
    assert company.control("DELETE", "/tables/address", {"where": {"name": "A"}})["affected"] == 1
    assert [row["name"] for row in company.table("address")] == ["B"]


def test_a_person_sets_what_only_the_server_computes(company):
    company.create("product", {"productNo": "A"})
    company.control("POST", "/tables/stockBalance", {"rows": [{"productNo": "A", "warehouseNo": 1, "available": 7}]})
    edit = {"where": {"productNo": "A"}, "set": {"available": 5.5}}
    company.control("PATCH", "/tables/stockBalance", edit)
    [row] = company.ask("stockBalance { items { productNo available changedByUser } }")["stockBalance"]["items"]
    assert row == {"productNo": "A", "available": 5.5, "changedByUser": "kari"}


def test_some_columns_of_a_table_can_be_chosen(company):
    assert company.control("GET", "/tables/unit?columns=unit,description")[0] == {"unit": 1, "description": "stk"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/tables/adress", None, 404),
        ("PATCH", "/tables/address", {"where": {"nmae": "A"}, "set": {"name": "B"}}, 400),
        ("PATCH", "/tables/address", {"where": {}, "set": {"countryNo": "Norge"}}, 400),
        ("DELETE", "/tables/address", {"where": {}}, 400),
        ("PATCH", "/behaviours", {"weather": "rain"}, 400),
    ],
)
def test_a_control_request_that_makes_no_sense_says_why(company, method, path, body, status):
    answer = company.http.request(method, f"{company.info['control_url']}{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_reset_goes_back_to_the_seed(company):
    company.create("address", {"name": "A"})
    company.fault("html_502")
    company.control("POST", "/reset")
    assert company.table("address") == []
    assert company.control("GET", "/faults") == []
    assert company.control("GET", "/stats")["requests"] == 0
    [made] = company.create("address", {}, items="addressNo")["data"]["useCompany"]["address_create"]["items"]
    assert made == {"addressNo": 1}


def test_the_registers_hold_what_mappings_look_up(company):
    countries = {row["isoCode"]: row["countryNo"] for row in company.table("country")}
    assert {"NO": 47, "SE": 46, "DK": 45, "FI": 358, "DE": 49, "GB": 44, "US": 1, "NL": 31, "FR": 33}.items() <= (
        countries.items()
    )
    assert {row["isoCode"] for row in company.table("currency")} >= {"NOK", "SEK", "DKK", "EUR", "USD"}
    assert {row["languageNo"] for row in company.table("language")} == {44, 45, 46, 47}
    assert [row["description"] for row in company.table("paymentMethod")] == ["Faktura", "Kort", "Vipps", "Klarna"]
    texts = company.ask("text(filter: {textType: {_eq: 5}, languageNo: {_eq: 47}}) { items { textNo text } }")
    assert [row["text"] for row in texts["text"]["items"]] == ["Hentepunkt", "Hjemlevering", "Hentes i butikk", "Brev"]
    assert {row["productNo"] for row in company.table("product")} == {
        "FRAKT",
        "GEBYR",
        "RABATT",
        "GAVEKORT",
        "AVRUNDING",
        "DIV",
    }
    assert [row["customerNo"] for row in company.table("associate")] == [10000, 0]
    assert len(company.table("postalAddress")) >= 40


def test_data_and_numbers_outlive_the_server(tmp_path, start_company):
    for expected in (1, 2):
        with start_company(tmp_path, "empty") as company:
            answer = company.create("address", {"name": "Stays"}, items="addressNo")
            assert answer["data"]["useCompany"]["address_create"]["items"] == [{"addressNo": expected}]
            company.done("address_delete(filter: {addressNo: {_gt: 0}}) { affectedRows }")


def test_the_demo_seed_adds_the_rows_that_overlap_with_the_webshop(tmp_path, start_company, monkeypatch):
    overlap = {
        "associate": [{"customerNo": 10001, "name": "Fjord Sport AS"}],
        "address": [{"addressNo": 7, "name": "Fjord Sport AS", "associateNo": 3}],
        "product": [{"productNo": "SKI-1", "description": "Ski"}],
    }
    monkeypatch.setitem(sys.modules, "sandbox.seed", SimpleNamespace(company_overlap=lambda: overlap))
    with start_company(tmp_path, "demo") as company:
        [address] = company.table("address")
        assert (address["addressNo"], address["changedByUser"], address["changedTimestamp"]) == (7, "system", None)
        assert company.table("associate")[-1]["associateNo"] == 3
        made = company.create("address", {}, items="addressNo")["data"]["useCompany"]["address_create"]["items"]
        assert made == [{"addressNo": 8}]


def test_an_unknown_seed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="demo, empty"):
        businessnxt.app(tmp_path, seed="spring")
