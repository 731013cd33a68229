"""The tap leans on some of the SDK's inside: what it leans on is what it was checked against."""

from __future__ import annotations

import hashlib
import inspect

import pytest
from singer_sdk import Stream, Tap
from singer_sdk.contrib import msgspec
from singer_sdk.helpers import _catalog, _state, _typing
from singer_sdk.plugin_base import PluginBase
from singer_sdk.streams._state import StreamStateManager

CHECKED = {
    Stream._generate_record_messages: "9b5f9fbcdedb",
    Stream._increment_stream_state: "cabc0edb2fd4",
    Stream._sync_records: "8928dc7f50e9",
    Stream._write_record_message: "292b7bed3988",
    StreamStateManager.increment_state: "d1059448b43b",
    StreamStateManager.write_starting_replication_value: "cce0c427cfc1",
    Tap._handle_termination: "2bb79ae47769",
    Tap.streams.fget: "5fc6b7f1f5dc",
    Tap.sync_all: "e4412393757b",
    PluginBase._validate_config: "0584b9e347e3",
    PluginBase._setup_signal_handlers: "eb4287001bdd",
    _catalog.pop_deselected_record_properties: "e69d4428c03e",
    _state.increment_state: "a312fcce3043",
    _state.finalize_state_progress_markers: "bab6282c3228",
    _typing._conform_record_data_types: "89eb2e7c81e8",
    _typing._conform_uniform_list: "d1f07e91518b",
    _typing._conform_primitive_property: "3123b5e582dc",
    _typing._is_exclusive_boolean_type: "19e3ddea835c",
    _typing.is_object_type: "a9ae711b1a3f",
    _typing.is_uniform_list: "9b518a768457",
    msgspec.serialize_jsonl: "0ed6a3e27946",
}
"""Fingerprints of singer-sdk 0.54.9. Where one differs: compare it with sdk.py and compiled.py, then renew it."""


@pytest.mark.parametrize("function", CHECKED, ids=lambda function: function.__qualname__)
def test_what_we_override_or_rebuild_is_still_what_we_checked(function):
    fingerprint = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]

    assert fingerprint == CHECKED[function]
