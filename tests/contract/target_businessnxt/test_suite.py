"""The SDK's own suite for targets, and stream maps: what every Singer target can do, this one can."""

from __future__ import annotations

import json

import pytest
from singer_sdk.testing import get_target_test_class
from singer_sdk.testing.runners import TargetTestRunner
from target_businessnxt.target import TargetBusinessNxt


class TestStandardSuite(get_target_test_class(TargetBusinessNxt)):
    """Arrays, odd names, schemas that change on the way, records without a key, and so on."""

    @pytest.fixture
    def runner(self, target):
        """The suite's streams are its own, hence no mapping file names them."""
        config = json.loads(target.config(unmapped_streams="ignore").read_text())
        return TargetTestRunner(TargetBusinessNxt, config=config, parse_env_config=False)


def only(rows):
    assert len(rows) == 1, rows
    return rows[0]


def test_a_stream_map_renames_a_stream_and_brings_its_records_into_shape(target, company):
    renamed = target.scene("customers_person").replace('"stream": "customers"', '"stream": "people"')
    maps = {"people": {"__alias__": "customers", "phone": "'+4711111111'"}}

    run = target.run(renamed, stream_maps=maps)

    assert run.code == 0, run.log
    address = only(company.rows("address", information1="C1"))
    assert address["phone"] == "+4711111111"
    assert address["name"] == "Åse Ødegård", "what no map names stays"


def test_a_stream_map_lets_records_out(target, company):
    people = target.scene("customers_person") + target.scene("customers_company")

    run = target.run(people, stream_maps={"customers": {"__filter__": "id != 'C1'"}})

    assert run.code == 0, run.log
    assert company.rows("address", information1="C1") == []
    assert len(company.rows("address", information1="C2")) == 1
    assert run.states, "a record that is left out holds no STATE back"


def test_a_stream_map_takes_out_a_whole_stream(target, company):
    run = target.play("unmapped_stream", "customers_person", stream_maps={"wishlists": None})

    assert run.code == 0, run.log
    assert len(company.rows("address", information1="C1")) == 1


def test_a_mapping_may_name_one_stream_in_another_ones_place_in_the_middle_of_a_run(target, company):
    """A SCHEMA that comes again in another form must not lose what was gathered under the first."""
    wider = json.loads(target.scene("customers_company").splitlines()[0])
    wider["schema"]["properties"]["org_number"] = {"type": ["string", "null"]}
    rest = "\n".join(target.scene("customers_company").splitlines()[1:])

    run = target.run(target.scene("customers_person") + json.dumps(wider) + "\n" + rest + "\n")

    assert run.code == 0, run.log
    assert len(company.rows("address", information1="C1")) == 1
    assert len(company.rows("address", information1="C2")) == 1
