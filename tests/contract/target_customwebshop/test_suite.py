"""The SDK's own suite for targets, and what stops this one: what every Singer target can do, it can."""

from __future__ import annotations

import json

import pytest
from programs import ROOT
from rounds import call
from singer_sdk.testing import get_target_test_class
from singer_sdk.testing.runners import TargetTestRunner
from target_customwebshop.target import TargetCustomWebshop


def settings(webshop, folder, **more):
    return {
        "api_url": webshop.info["api_url"],
        "auth_token": webshop.info["auth_token"],
        "company_no": 1234567,
        "mapping": str(ROOT / "mapping"),
        "link_store": f"sqlite:///{folder}/links.db",
        **more,
    }


class TestStandardSuite(get_target_test_class(TargetCustomWebshop)):
    """Arrays, odd names, schemas that change on the way, records without a key, and so on."""

    @pytest.fixture
    def runner(self, webshop, tmp_path):
        """The suite's streams are its own, hence no mapping file names them."""
        config = settings(webshop, tmp_path, unmapped_streams="ignore")
        return TargetTestRunner(TargetCustomWebshop, config=config, parse_env_config=False)


def started(config, folder, said=""):
    place = folder / "config.json"
    place.write_text(json.dumps(config))
    return call(TargetCustomWebshop, [f"--config={place}"], said)


def test_a_method_without_its_secret_stops_the_start_and_is_named(webshop, tmp_path):
    run = started(settings(webshop, tmp_path, auth_method="oauth2"), tmp_path)

    assert run.code == 1
    assert "auth_method 'oauth2' needs token_url and client_id and client_secret" in run.log
    assert "Traceback" not in run.log


def test_a_stream_without_a_mapping_file_stops_the_run_before_anything_is_written(webshop, tmp_path):
    schema = {"type": "SCHEMA", "stream": "wishes", "schema": {"properties": {}}, "key_properties": []}

    run = started(settings(webshop, tmp_path), tmp_path, json.dumps(schema) + "\n")

    assert run.code == 1
    assert "stream 'wishes' has no mapping file" in run.log
    assert webshop.writes() == 0
