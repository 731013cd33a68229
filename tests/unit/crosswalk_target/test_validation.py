"""When the schema of a stream is compiled, and what is said of one that cannot be."""

from __future__ import annotations

import fastjsonschema
import pytest
from crosswalk_target.validation import Validator
from singer_sdk.exceptions import InvalidJSONSchema, InvalidRecord


def test_a_stream_without_records_costs_no_compiling(monkeypatch):
    compiled, plain = [], fastjsonschema.compile
    monkeypatch.setattr(fastjsonschema, "compile", lambda *told, **more: compiled.append(told) or plain(*told, **more))

    validator = Validator({"properties": {"id": {"type": "string"}}})
    assert compiled == []

    validator.validate({"id": "1"})
    with pytest.raises(InvalidRecord):
        validator.validate({"id": 2})
    assert len(compiled) == 1


def test_a_schema_that_cannot_be_used_is_told_of_with_the_first_record():
    validator = Validator({"properties": {"id": {"type": "nothing of the kind"}}})

    with pytest.raises(InvalidJSONSchema, match="the tap's schema cannot be used"):
        validator.validate({"id": "1"})
