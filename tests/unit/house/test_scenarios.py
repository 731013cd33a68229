"""docs/scenarios.yml: all eighty are there, with tests that exist and end quiet, or with the reason why none do."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests"
PARTS = yaml.safe_load((ROOT / "docs" / "scenarios.yml").read_text())
SCENES = {number: scene for part in PARTS for number, scene in part["scenes"].items()}
SAID = {"quiet", "writes_after_quiet"}
"""What asks whether two rounds write nothing, and the figure of programs that ask it themselves."""


@cache
def functions(file: Path) -> dict[str, ast.FunctionDef]:
    found = ast.walk(ast.parse(file.read_text()))
    return {each.name: each for each in found if isinstance(each, ast.FunctionDef)}


def in_sight(file: Path) -> dict[str, ast.FunctionDef]:
    """Functions and fixtures that a test of this file can name, as pytest finds them."""
    above = [place / "conftest.py" for place in file.parents if place.is_relative_to(TESTS)]
    known = [functions(each) for each in (*reversed(above), file) if each.exists()]
    return {name: function for each in known for name, function in each.items()}


def ends_quiet(function: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> bool:
    """Whether it asks, or a fixture that it takes."""
    named = {getattr(each.func, "attr", getattr(each.func, "id", "")) for each in ast.walk(function)
             if isinstance(each, ast.Call)}  # fmt: skip
    named |= {each.value for each in ast.walk(function) if isinstance(each, ast.Constant)}
    fixtures = [known[each.arg] for each in function.args.args if each.arg in known and each.arg != function.name]
    return bool(named & SAID) or any(ends_quiet(each, known) for each in fixtures)


def test_every_scenario_has_its_number_once():
    assert sorted(number for part in PARTS for number in part["scenes"]) == list(range(1, 81))


@pytest.mark.parametrize("number", SCENES)
def test_a_scenario_is_played_by_tests_that_exist_or_says_why_not(number):
    scene = SCENES[number]

    assert bool(scene.get("tests")) != bool(scene.get("why")), "it has tests, or a reason, and not both"
    for named in (*scene.get("tests", ()), *scene.get("alone", ())):
        file, _, name = named.partition("::")
        assert (TESTS / file).is_file(), named
        assert name.startswith("test_")
        assert name in functions(TESTS / file), named


@pytest.mark.parametrize("number", [number for number, scene in SCENES.items() if scene.get("tests")])
def test_a_scenario_ends_with_two_rounds_in_which_nothing_is_written(number):
    for named in SCENES[number]["tests"]:
        file, _, name = named.partition("::")
        known = in_sight(TESTS / file)
        assert ends_quiet(known[name], known), f"{named} asks for no quiet"


@pytest.mark.parametrize(("body", "answer"), [("assert scene.quiet()", True), ("scene.settle()", False)])
def test_who_asks_for_quiet_is_told_from_who_does_not(body, answer):
    [test] = ast.parse(f"def test_it(scene):\n    {body}").body

    assert ends_quiet(test, {}) is answer
