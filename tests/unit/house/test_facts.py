"""The ledger is whole: whatever the sandbox imitates or the client rests on stands in it, with its source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml
from sandbox.businessnxt.behaviours import Behaviours

ROOT = Path(__file__).parents[3]
LEDGER = yaml.safe_load((ROOT / "docs" / "facts.yml").read_text())
FACTS = {name: fact for area in LEDGER["areas"].values() for name, fact in area["facts"].items()}
SWITCHES = {name for name, about in Behaviours().as_dict().items() if "off" in about}
ASSUMED, WORDS = {"if_wrong", "checked"}, {"is", "confidence", "sources", "client", "sandbox"}


def marks() -> set[str]:
    """The facts that tests of the contract suite name."""
    calls = [
        node
        for file in (ROOT / "tests" / "contract" / "businessnxt").glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fact"
    ]
    return {call.args[0].value for call in calls}


def test_no_fact_stands_in_the_ledger_twice():
    names = [name for area in LEDGER["areas"].values() for name in area["facts"]]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_says_where_it_is_known_from_or_what_breaks_if_it_is_wrong(name):
    fact = FACTS[name]

    assert fact["is"].endswith(".")
    assert fact["confidence"] in ("documented", "seen", "assumed")
    if fact["confidence"] == "assumed":
        assert fact.keys() <= WORDS | ASSUMED
        assert fact["if_wrong"]
        assert fact.get("checked") or name in marks()
    else:
        assert fact.keys() <= WORDS
        assert fact["sources"]
    assert [each for each in fact["sources"] if known(each) not in LEDGER["sources"]] == []


def known(source: str) -> str:
    """The key under which a source is explained: `R-2026-05-25` under `R-`, `M 5.1` under `M`."""
    return "R-" if source.startswith("R-") else source.split(" ", maxsplit=1)[0]


def test_what_the_sandbox_imitates_is_what_it_can_switch_off():
    assert {name for name, fact in FACTS.items() if fact.get("sandbox")} == SWITCHES


def test_every_switch_has_a_test_that_fails_without_it():
    assert marks() >= SWITCHES
    assert marks() <= FACTS.keys()
