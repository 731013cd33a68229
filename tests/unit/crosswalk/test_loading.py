"""Mapping files: what is wrong is named with its file, its row and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest
from crosswalk import MappingError, load_mappings

SHIPPED = Path(__file__).parents[3] / "mapping"

GOOD = """
entity: things
webshop: things
businessnxt: product
match: [{webshop: sku, businessnxt: productNo}]
properties:
  - {webshop: sku, businessnxt: productNo, type: String(40)}
  - {webshop: name, businessnxt: description, type: String(60)}
"""


def load(folder, text, values=None):
    (folder / "things.yml").write_text(text)
    if values:
        (folder / "values.yml").write_text(values)
    return load_mappings(folder)


def test_the_shipped_files_load_parents_first():
    entities = list(load_mappings(SHIPPED).mappings)

    assert entities.index("customer_accounts") < entities.index("customers")
    assert entities.index("products") < entities.index("orders")


def test_a_row_keeps_its_place(tmp_path):
    mapping = load(tmp_path, GOOD).mappings["things"]

    assert [each.column for each in mapping.properties] == ["productNo", "description"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("webshop: things", "webshopp: things", ["webshopp", "did you mean 'webshop'"]),
        ("type: String(60)", "type: String(sixty)", ["things.yml", "row 2", "description"]),
        ("webshop: name,", "webshop: name, via: uppper,", ["row 2 (description)", "did you mean 'upper'"]),
        ("webshop: name,", "webshop: 'name[', ", ["row 2 (description)", "JMESPath"]),
        ("match: [{webshop: sku,", "match: [{webshop: skuu,", ["skuu", "did you mean 'sku'"]),
        ("webshop: name, ", "", ["row 2 (description)", "'webshop', 'const', 'link' or 'suggest'"]),
        ("webshop: name,", "webshop: name, link: thing,", ["links to 'thing'", "things"]),
        ("entity: things", "entity: things\nprepare: [order_price]", ["order_price", "did you mean 'order_prices'"]),
        ("properties:", "properties", ["things.yml", "cannot be read"]),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_nearest_name(tmp_path, old, new, words):
    with pytest.raises(MappingError) as error:
        load(tmp_path, GOOD.replace(old, new))

    for word in ["things.yml", *words]:
        assert word in str(error.value)


def test_an_empty_folder_names_the_setting(tmp_path):
    with pytest.raises(MappingError, match="setting 'mapping'"):
        load_mappings(tmp_path)


def test_two_files_for_one_entity_are_refused(tmp_path):
    (tmp_path / "more.yml").write_text(GOOD)

    with pytest.raises(MappingError, match="same entity"):
        load(tmp_path, GOOD)


def test_an_unknown_zone_is_refused(tmp_path):
    with pytest.raises(MappingError, match="Europe/Olso"):
        load(tmp_path, GOOD, "time_zone: Europe/Olso")


def test_another_content_is_another_version(tmp_path):
    one = load(tmp_path, GOOD).mappings["things"].version

    assert load(tmp_path, GOOD.replace("String(60)", "String(61)")).mappings["things"].version != one
