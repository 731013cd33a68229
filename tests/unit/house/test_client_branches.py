"""Whatever the client decides, it decides by a fact of the ledger, or by logic of its own; the ledger says which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
LEDGER = yaml.safe_load((ROOT / "docs" / "facts.yml").read_text())
FACTS = [fact for area in LEDGER["areas"].values() for fact in area["facts"].values()]
RESTING = {name for fact in FACTS for name in fact.get("client", ())}
OWN = set(LEDGER["own"])
BRANCHES = (ast.If, ast.IfExp, ast.While, ast.Try, ast.BoolOp, ast.Match)


def functions(node, prefix):
    """Every function below a node, by its name; those inside a function count as part of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}.{child.name}")
        elif isinstance(child, ast.FunctionDef):
            yield f"{prefix}.{child.name}", child


def decides(function):
    return any(isinstance(each, BRANCHES) or getattr(each, "ifs", ()) for each in ast.walk(function))


FILES = sorted((ROOT / "packages" / "businessnxt" / "businessnxt").glob("*.py"))
KNOWN = dict(found for file in FILES for found in functions(ast.parse(file.read_text()), file.stem))


@pytest.mark.parametrize("name", sorted(name for name, function in KNOWN.items() if decides(function)))
def test_a_function_with_a_branch_stands_in_the_ledger(name):
    assert name in RESTING | OWN


def test_what_the_ledger_names_of_the_client_is_there():
    modules = {file.stem for file in FILES}
    ours = {name for name in RESTING | OWN if name.partition(".")[0] in modules}

    assert ours >= OWN
    assert sorted(ours - KNOWN.keys()) == []


def test_nothing_rests_on_facts_and_on_none():
    assert sorted(RESTING & OWN) == []
