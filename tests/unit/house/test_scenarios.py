"""docs/scenarios.yml: all eighty are there, each with tests that exist, or with the reason why it has none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
PARTS = yaml.safe_load((ROOT / "docs" / "scenarios.yml").read_text())
SCENES = {number: scene for part in PARTS for number, scene in part["scenes"].items()}


def names_in(file: Path) -> set[str]:
    found = ast.walk(ast.parse(file.read_text()))
    return {each.name for each in found if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


def test_every_scenario_has_its_number_once():
    assert sorted(number for part in PARTS for number in part["scenes"]) == list(range(1, 81))


@pytest.mark.parametrize("number", SCENES)
def test_a_scenario_is_played_by_tests_that_exist_or_says_why_not(number):
    scene = SCENES[number]

    assert bool(scene.get("tests")) != bool(scene.get("why")), "it has tests, or a reason, and not both"
    for named in scene.get("tests", ()):
        file, _, name = named.partition("::")
        assert (ROOT / "tests" / file).is_file(), named
        assert name in names_in(ROOT / "tests" / file), named
