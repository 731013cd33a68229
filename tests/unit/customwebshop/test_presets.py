"""The presets that come with the project, as data."""

from __future__ import annotations

from datetime import timezone

import pytest
from customwebshop.dialect import compiled
from customwebshop.edits import Edit, bodies
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


def test_a_preset_that_lies_on_another_writes_as_that_one_does(tmp_path, monkeypatch):
    monkeypatch.setenv("MELTANO_PROJECT_ROOT", str(tmp_path))
    told = "title: Mine\npreset: shopify\nstreams: {}\nwrites: {customers: {create: null}}\n"
    (tmp_path / "mine.yml").write_text(told)

    writes = compiled("mine.yml", preset.load("mine.yml")["writes"]).collections

    assert writes["orders"].commands.keys() == {"cancel", "fulfillments"}
    assert (writes["customers"].create, len(writes["customers"].change)) == (None, 5)


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


@pytest.fixture(scope="module")
def commercetools():
    """What makes a customer of the contract of commercetools', and the writes that an edit of one comes to."""
    told = preset.load("commercetools")
    parts = {part: told["streams"]["customers"].get(part, {}) for part in ("map", "types", "enums", "defaults")}
    return Shaper(Shaping(**parts), timezone.utc, ["id"]), compiled("commercetools", told["writes"]).collections[
        "customers"
    ]


@pytest.mark.parametrize(
    ("locale", "language"),
    [("nb-NO", "nb"), ("nb", "nb"), ("no", "nb"), ("nn-NO", "nn"), ("en-US", "en"), ("fi-FI", None), (None, None)],
)
def test_a_locale_of_commercetools_is_a_language_of_the_contract(commercetools, locale, language):
    shaper, _ = commercetools

    assert shaper.record({"id": "c1", "locale": locale})["language"] == language


@pytest.mark.parametrize("language", ["nb", "nn", "sv", "da", "en"])
def test_a_language_that_is_written_to_commercetools_is_read_as_the_same(commercetools, language):
    shaper, written = commercetools
    raw = {"id": "c1", "version": 3, "locale": "fi-FI"}
    edit = Edit(shaper.record(raw), {**shaper.record(raw), "language": language}, raw)
    [body] = [body for write in written.change for body in bodies(write, edit)]

    [action] = body.content["actions"]
    assert (action["action"], body.content["version"]) == ("setLocale", 3)
    assert shaper.record({"id": "c1", "locale": action["locale"]})["language"] == language
