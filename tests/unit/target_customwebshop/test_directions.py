"""A `set` whose two sides were written the wrong way round is told before anything is written."""

from __future__ import annotations

import pytest
from customwebshop.reading import preset
from customwebshop.reading.config import contract_schema
from target_customwebshop.directions import astray


def properties(stream):
    return contract_schema(stream)["properties"]


@pytest.mark.parametrize(
    ("write", "told"),
    [
        ({"set": {"email": "epost"}}, ["writes.customers.change[0].set.email: 'epost' is no property of the contract"]),
        ({"set": {"epost": "email", "who": {"navn": "upper(first_name)", "id": "_raw.nr"}}}, []),
        (
            {"each": "addresses", "set": {"sted": "citty"}},
            ["writes.customers.change[0].set.sted: 'citty' is no property of the contract; did you mean 'city'?"],
        ),
    ],
)
def test_what_is_taken_from_a_property_that_no_record_has_is_named(write, told):
    found = list(astray({"customers": {"change": [write]}}, properties))

    assert [line.split("; the shop's own name")[0] for line in found] == told


@pytest.mark.parametrize("name", preset.available())
def test_no_preset_takes_from_what_is_not_there(name):
    assert not list(astray(preset.load(name).get("writes", {}), properties))
