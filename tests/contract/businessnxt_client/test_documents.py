"""Every document that target, tap and doctors send is valid in the company's schema, as it tells it itself.

That they send no others, their own tests show: `test_no_other_documents_are_sent_than_those_that_the_doctor_checks`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from businessnxt import documents
from businessnxt.doctor import examine
from businessnxt.inspection import Inspection
from businessnxt.probes import Sizes
from businessnxt.transport import Transport
from crosswalk import load_mappings
from programs import ERP
from tap_businessnxt import TapBusinessNxt
from tap_businessnxt.definition import DEFINITIONS
from tap_businessnxt.doctor import needs_of as needs_of_tap
from target_businessnxt.doctor import needs_of as needs_of_target

MAPPINGS = load_mappings(Path(__file__).parents[3] / "mapping")


@pytest.fixture(scope="module")
def patient(served):
    """A client that waits as long as a busy machine needs."""
    return served.client(timeout=90.0)


@pytest.fixture(scope="module")
def schema(patient):
    return Inspection.of(patient)


@pytest.fixture(scope="module")
def needs(served, patient):
    tap = TapBusinessNxt(config={name: served.info[name] for name in ERP})
    return {"target": list(needs_of_target(MAPPINGS, patient)), "tap": list(needs_of_tap(tap, DEFINITIONS))}


def problems(schema, sent):
    return {document: found for document in sent if (found := schema.problems(document))}


TABLES = {
    "target": {"address", "associate", "country", "currency", "order", "orderLine", "paymentMethod", "paymentTerms",
               "priceAndDiscountMatrix", "product", "text", "unit"},
    "tap": {"address", "associate", "order", "orderDocument", "orderLine", "priceAndDiscountMatrix", "product",
            "stockBalance"},
}  # fmt: skip
"""What each plugin works with."""


@pytest.mark.parametrize("plugin", TABLES)
def test_what_a_plugin_sends_fits_the_schema(schema, needs, plugin):
    sent = {document for need in needs[plugin] for document in need.documents()}

    assert {need.table for need in needs[plugin]} == TABLES[plugin]
    assert len(sent) > 2 * len(TABLES[plugin])
    assert problems(schema, sent) == {}


@pytest.mark.parametrize("plugin", ["target", "tap"])
def test_what_its_doctor_asks_fits_the_schema_too(schema, needs, patient, plugin, monkeypatch):
    sent, send = set(), Transport.send

    def noted(transport, document, *arguments, **more):
        sent.add(document)
        return send(transport, document, *arguments, **more)

    monkeypatch.setattr(Transport, "send", noted)
    monkeypatch.setattr(Inspection, "of", lambda _: schema)
    found = examine(patient, needs[plugin], client_id="isv_me", scope="all", sizes=Sizes(batch=100))

    assert [each for each in found if each.status == "fail"] == []
    assert {each.split("(")[0].split()[1] for each in sent} >= {"rows_of", "newest_stamp", "page_probe"}
    assert all(each.startswith("query ") for each in sent), "a doctor only reads"
    assert problems(schema, sent) == {}


@pytest.mark.parametrize("name", ["TABLE", "TABLES", "MUTATIONS", "COMPANIES"])
def test_what_is_asked_of_the_schema_and_the_companies_is_valid(schema, name):
    assert schema.problems(getattr(documents, name)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        documents.page("address", ["nmae"], ["addressNo"]),
        documents.page("address", ["name"], ["nmae"]),
        documents.update("address", ["name"], {"filters": "[FilterExpression_Order]", "values": "[Address_Input!]"},
                         stops=False),
        "query broken {",
    ],
)  # fmt: skip
def test_a_document_that_does_not_fit_would_be_found(schema, wrong):
    assert schema.problems(wrong) != []
