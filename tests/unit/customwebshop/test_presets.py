"""The presets that come with the project, as data."""

from __future__ import annotations

import pytest
from customwebshop.dialect import compiled
from customwebshop.reading import preset

SHOPS = sorted(set(preset.available()) - {"blank", preset.DEFAULT})


@pytest.mark.parametrize("name", SHOPS)
def test_each_says_what_it_rests_on_what_it_needs_and_what_it_cannot(name):
    told = preset.load(name)

    assert all(told[part] for part in ("rests_on", "needs", "cannot"))


@pytest.mark.parametrize("name", SHOPS)
def test_what_each_writes_can_be_compiled_and_is_read_by_a_stream(name):
    told = preset.load(name)
    dialect = compiled(name, told.get("writes", {}))

    assert {each.stream for each in dialect.collections.values()} <= told["streams"].keys()
