"""What is personal stays in where the settings say so, and out of logs always."""

from __future__ import annotations

import json
import logging

import pytest
from customwebshop.reading.config import CONTRACT_KEYS, contract_schema, definitions
from customwebshop.reading.misfits import SettingsError
from customwebshop.reading.personal import PERSONAL

ORDER = {
    "id": "1",
    "updated_at": "2026-01-01T00:00:00Z",
    "note": "Ring på hos Kåre",
    "buyer": {"name": "Kåre Ås", "email": "Kare@Example.test "},
    "billing_address": {"name": "Kåre Ås", "phone": "+4799999999", "city": "Moss"},
    "payments": [{"id": "p", "reference": "4925****1234"}, {"id": "q", "reference": None}],
}


OTHERS = {name: {"enabled": False} for name in CONTRACT_KEYS}


@pytest.fixture
def delivered(shop, tap, keyset, only):
    def run(**settings):
        shop.on("/orders", keyset([ORDER]))
        done = tap(streams=only("orders"), **settings)
        assert done.code == 0, done.log
        return done.records("orders")[0]

    return run


def test_dropped_fields_are_not_there_and_the_others_are(delivered):
    record = delivered(drop_fields=["orders.note", "orders.buyer", "orders.payments[].reference"])

    assert record == {
        "id": "1",
        "updated_at": "2026-01-01T00:00:00Z",
        "billing_address": ORDER["billing_address"],
        "payments": [{"id": "p"}, {"id": "q"}],
    }


def test_hashed_fields_are_equal_where_the_values_are_and_depend_on_the_secret(delivered):
    fields = ["orders.buyer", "orders.billing_address.name", "orders.payments[].reference"]
    record = delivered(hash_fields=fields, hash_secret="pepper")
    other = delivered(hash_fields=fields, hash_secret="salt")

    assert record["buyer"]["name"] == record["billing_address"]["name"] != other["buyer"]["name"]
    assert len(record["buyer"]["email"]) == 32
    assert record["payments"][1]["reference"] is None
    assert "Kåre" not in json.dumps(record["buyer"], ensure_ascii=False)


def test_one_word_takes_out_all_that_is_personal(delivered):
    text = json.dumps(delivered(drop_fields=["orders.*"]), ensure_ascii=False)

    assert not any(word in text for word in ("Kåre", "Example", "9999", "4925", "Moss"))


@pytest.mark.parametrize("consent", [True, False])
def test_a_hashed_yes_or_no_is_neither(shop, tap, keyset, only, consent):
    shop.on("/customers", keyset([{"id": "1", "updated_at": "2026-01-01T00:00:00Z", "marketing_consent": consent}]))
    done = tap(streams=only("customers"), hash_fields=["customers.*"], hash_secret="pepper")

    assert done.records("customers")[0]["marketing_consent"] is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"drop_fields": ["orders.id"]}, "drop_fields: orders.id must stay: it is the key, or the bookmark"),
        (
            {"drop_fields": ["orders.buyer.nam"]},
            "drop_fields: orders.buyer.nam: 'nam' is no property; did you mean 'name'?",
        ),
        ({"drop_fields": ["oders.note"]}, "drop_fields: 'oders.note' begins with no stream; did you mean 'orders'?"),
        ({"hash_fields": ["orders.note"]}, "hash_secret: is needed where hash_fields is set"),
    ],
)
def test_what_cannot_be_taken_out_is_said_before_anything_is_read(settings, expected):
    with pytest.raises(SettingsError) as caught:
        definitions({"api_url": "http://shop", "auth_token": "t", **settings})

    assert any(each.startswith(expected) for each in caught.value.errors)


def test_the_list_names_properties_that_there_are():
    for stream in CONTRACT_KEYS:
        places = [f"{stream}.{place}" for place in PERSONAL.get(stream, ())]
        definitions({"api_url": "http://shop", "auth_token": "t", "drop_fields": places})

    assert {"email", "phone", "addresses[].name"} <= set(PERSONAL["customers"])
    assert contract_schema("orders")["properties"].keys() >= {
        place.split(".")[0].removesuffix("[]") for place in PERSONAL["orders"]
    }


@pytest.mark.parametrize(
    "trouble",
    [
        {},
        {"types": {"total_incl_tax": "decimal"}},
        {"map": {"lines": [{"each": "lines", "map": {"id": "id"}}]}, "types": {"buyer.name": "integer"}},
        {"incremental": {"field": "placed_at"}},
        {"records": "orders"},
        {"key": ["number"]},
        {"paging": {"style": "cursor", "next": "data"}},
        {"enums": {"buyer.name": {"a": "b"}}, "defaults": {"note": "x"}},
    ],
)
def test_no_record_is_ever_in_a_log(shop, tap, keyset, caplog, trouble):
    caplog.set_level(logging.DEBUG)
    shop.on("/orders", keyset([{**ORDER, "total_incl_tax": "Kr 5 til Kåre"}]))
    log = tap(preset="custom-webshop/1", streams={**OTHERS, "orders": trouble}).log

    assert not any(
        word in log.replace("orders.buyer.name", "") for word in ("Ring på", "Example.test", "+4799", "4925")
    )
    if "enums" not in trouble:
        assert "Kåre" not in log


def test_no_query_is_in_a_log(shop, tap, keyset, only, caplog):
    caplog.set_level(logging.DEBUG)
    shop.on("/orders", keyset([ORDER]))
    run = tap(streams=only("orders"), auth_method="query", auth_param="api_key")

    assert shop.asked[0].params["api_key"] == "s3cret-token"
    assert "s3cret-token" not in run.log
