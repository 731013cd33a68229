"""What the company holds before anybody writes to it."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.businessnxt.model import LOADER
from sandbox.businessnxt.store import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.businessnxt.model import Table
    from sandbox.businessnxt.store import Store

# Rows that nobody touched since time stamps were introduced have none (see README.md).
OLD_STAMPS = {
    "createdDate": 20210315,
    "createdTime": 1012,
    "createdByUser": "system",
    "changedDate": 20230607,
    "changedTime": 1430,
    "changedByUser": "system",
}
SEEDS = ("demo", "empty")


def plant(store: Store, seed: str) -> None:
    """Fill an empty store: registers always, rows that overlap with the webshop for `demo`."""
    if seed not in SEEDS:
        raise ValueError(f"no seed {seed!r}; there are {', '.join(SEEDS)}")
    _add(store, _registers())
    if seed == "demo":
        _add(store, _overlap())
    store.commit()


@cache
def _registers() -> dict[str, list[dict[str, Any]]]:
    """The rows that every company has, by table."""
    text = (Path(__file__).parent / "registers.yml").read_text("utf-8")
    rows: dict[str, list[dict[str, Any]]] = yaml.load(text, LOADER)  # noqa: S506 - a safe one
    return rows


def is_planted(store: Store) -> bool:
    """Whether the store was filled before."""
    return store.count(store.model.tables["companyInformation"]) > 0


def _overlap() -> dict[str, list[dict[str, Any]]]:
    """The rows that the webshop's seed says are here already."""
    try:
        webshop_seed = importlib.import_module("sandbox.seed")
    except ModuleNotFoundError:
        return {}
    overlap: dict[str, list[dict[str, Any]]] = webshop_seed.company_overlap()
    return overlap


def _add(store: Store, rows: dict[str, list[dict[str, Any]]]) -> None:
    for name, given in rows.items():
        table = store.model.tables[name]
        store.insert(table, list(_whole(store, table, given)))


def _whole(store: Store, table: Table, given: Iterable[dict[str, Any]]) -> Iterable[Row]:
    """Each row with every column, the server's number where its key has none."""
    for values in given:
        if unknown := sorted(values.keys() - table.columns.keys()):
            raise ValueError(f"seed of {table.name}: no column {', '.join(unknown)}")
        row = Row(table.empty_row | OLD_STAMPS | values)
        key = table.auto_key
        if key and key not in values:
            first = table.columns[key].first_number or 1
            row[key] = store.number(table.name, key, first) if len(table.key) == 1 else store.number_within(table, row)
        yield row
