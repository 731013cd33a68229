"""The presets that come with the project, as data."""

from __future__ import annotations

from datetime import timezone

import pytest
from customwebshop.dialect import compiled
from customwebshop.reading import preset
from customwebshop.reading.definition import Shaping
from customwebshop.reading.shaping import Shaper

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


def maps(told):
    """A map, and those of the items of its lists."""
    yield {name: source for name, source in told.items() if source is not None}
    for source in told.values():
        if isinstance(source, dict):
            yield from maps(source)
        for part in source if isinstance(source, list) else ():
            yield from maps(part["map"])


@pytest.mark.parametrize("name", SHOPS)
def test_a_record_in_which_all_that_may_be_missing_is_missing_can_be_mapped(name):
    for stream in preset.load(name)["streams"].values():
        for each in maps(stream.get("map", {})):
            Shaper(Shaping(map=each), timezone.utc).record({"id": "1"})
