"""Draws docs/assumptions.md and docs/sources.md from docs/facts.yml, the ledger of what we hold true of the ERP."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import yaml
from tables import table

ROOT = Path(__file__).parent.parent
LEDGER = yaml.safe_load((Path(__file__).parent / "facts.yml").read_text("utf-8"))
CONTRACT = ROOT / "tests" / "contract" / "businessnxt"


def assumptions() -> str:
    """What nobody says: what goes wrong if it is not so, and how to find out."""
    live = _checked_live()
    rows = [
        [fact["is"], fact["if_wrong"], _check(name, fact, live), _where(name, fact)]
        for area in LEDGER["areas"].values()
        for name, fact in area["facts"].items()
        if fact["confidence"] == "assumed"
    ]
    return table(["assumption", "if it is wrong", "how to find out", "who relies on it"], rows)


def facts() -> str:
    """What is documented or was seen, area by area."""
    return "\n\n".join(f"### {area['title']}\n\n{_known(area['facts'])}" for area in LEDGER["areas"].values())


def sources() -> str:
    """The keys by which facts, docstrings and decisions name their sources."""
    return table(["key", "what", "where"], [[key, *each] for key, each in LEDGER["sources"].items()])


def _known(facts: dict[str, Any]) -> str:
    rows = [
        [fact["is"], fact["confidence"], " ".join(fact["sources"]), _where(name, fact)]
        for name, fact in facts.items()
        if fact["confidence"] != "assumed"
    ]
    return table(["fact", "", "source", "who relies on it"], rows)


def _check(name: str, fact: dict[str, Any], live: set[str]) -> str:
    ways = ["`make contract-live`"] if name in live else []
    return "; ".join([*ways, *([fact["checked"]] if "checked" in fact else [])])


def _where(name: str, fact: dict[str, Any]) -> str:
    """The sandbox's switch, and the functions that would have to change."""
    imitated = [f"sandbox: `{name}`"] if fact.get("sandbox") else []
    return ", ".join([*imitated, *(f"`{each}`" for each in fact.get("client", []))])


def _checked_live() -> set[str]:
    """The facts of which a test speaks that also runs against a real company."""
    functions = [
        node
        for file in CONTRACT.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and "erp" in {each.arg for each in node.args.args}
    ]
    return {name for function in functions for name in marked(function)}


def marked(function: ast.FunctionDef) -> list[str]:
    """The facts that a test's marks name."""
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    named = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "fact"]
    return [each.args[0].value for each in named if isinstance(each.args[0], ast.Constant)]
