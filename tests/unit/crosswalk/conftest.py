"""A sync between made-up records and a company in memory, with a clock that tests turn."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from crosswalk import Incoming, MappingSet, Side, Store, Synchronizer, load_mappings, tables
from sqlalchemy import select
from twoway.world import FusedStore

HERE = Path(__file__).parent
MAPPING = HERE.parents[2] / "mapping"

specification = importlib.util.spec_from_file_location("crosswalk_fakes", HERE / "fakes.py")
fakes = sys.modules.setdefault("crosswalk_fakes", importlib.util.module_from_spec(specification))
specification.loader.exec_module(fakes)

TABLES = {"NO": 47, "SE": 46, "NOK": 47, "stk": 1, "Hentepunkt": 1, "Privat": 1, "Bedrift": 2}


class World:
    """A webshop that is a list of records, a company in memory, and the sync between them; `back` has it write."""

    def __init__(self, folder: Path) -> None:
        self.company, self.now, self.file = fakes.FakeCompany(), 1000.0, folder / "links.db"
        self.web = fakes.FakeShop()
        self.counts: dict = {}
        self.mapping = MAPPING
        self.files: dict[Path, int] = {}

    def open_store(self) -> Store:
        return Store(f"sqlite:///{self.file}", shop="webshop", company="1")

    def sync(self, *batches: tuple[str, list[dict]], read_at: float | None = None, **options) -> dict:
        """One run into the company; gives what it did, by entity."""
        return self._run(self.company, batches, read_at, options)

    def back(self, *batches: tuple[str, list[dict]], read_at: float | None = None, **options) -> dict:
        """One run into the webshop."""
        return self._run(self.web, batches, read_at, {"source": Side.BUSINESSNXT, **options})

    def _run(self, remote, batches, read_at: float | None, options: dict) -> dict:
        mappings = self._load()
        for lookup in mappings.used_lookups():
            mappings.bind(lookup, lambda: dict(TABLES))
        store = self.open_store()
        self.now += 10
        options = {"grace": 900, **options}
        try:
            with Synchronizer(mappings, store, remote, clock=lambda: self.now, **options) as run:
                for stream, records in batches:
                    self.now += 1
                    run.apply(stream, [Incoming(each, read_at or self.now) for each in records])
                self.counts = run.totals()
        finally:
            store.close()
        return self.counts

    def _load(self) -> MappingSet:
        """The mapping files, read again only where a test has changed them."""
        files = {file: file.stat().st_mtime_ns for file in self.mapping.glob("*.yml")}
        if files != self.files:
            self.files, self.mappings = files, load_mappings(self.mapping)
        return self.mappings

    def rejects(self):
        store = self.open_store()
        try:
            return store.rejects()
        finally:
            store.close()

    def conflicts(self):
        store = self.open_store()
        try:
            return store.rows(select(tables.conflict))
        finally:
            store.close()

    def link(self, entity: str, identity: str):
        store = self.open_store()
        try:
            return store.links(entity, [identity]).get(identity)
        finally:
            store.close()

    def keep(self, *links) -> None:
        """Let the store know of these links."""
        store = self.open_store()
        try:
            store.add(links)
        finally:
            store.close()

    def row_link(self, entity: str, key: str):
        """The link of a row of the company."""
        store = self.open_store()
        try:
            return store.links(entity, [key], by="businessnxt_id").get(key)
        finally:
            store.close()

    def rows(self, table: str) -> list[dict]:
        return list(self.company.rows[table].values())

    def asked(self) -> list:
        """What was asked since the last look."""
        calls, self.company.calls = self.company.calls, []
        return calls


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A link store for worlds in memory; opening one takes longer than living a history."""
    store = FusedStore(tmp_path_factory.mktemp("links"))
    yield store
    store.close()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def customer(identity="C1", **more):
    address = {"kind": "billing", "line1": "Gata 1", "postal_code": "0150", "city": "Oslo", "country_code": "NO"}
    return {"id": identity, "type": "person", "first_name": "Åse", "last_name": "Ødegård", "language": "nb",
            "email": f"{identity.lower()}@example.test", "currency": "NOK", "group": "Privat", "addresses": [address],
            **more}  # fmt: skip


def product(identity="V1", sku="ULL-1", **more):
    variant = {"id": identity, "sku": sku, "title": "M", "status": "active", "weight_g": 620}
    return {"id": f"P-{identity}", "title": "Genser", "tax_code": "standard", "status": "active", "variants": [variant],
            **more}  # fmt: skip


def line(identity="L1", **more):
    return {"id": identity, "type": "product", "sku": "ULL-1", "title": "Genser", "quantity": "1", "unit": "stk",
            "unit_price": "1299.00", "price_includes_tax": True, "tax_rate": "25", **more}  # fmt: skip


def order(identity="O1", **more):
    return {
        "id": identity,
        "number": "1",
        "customer_id": "C1",
        "buyer": {"email": "c1@example.test"},
        "billing_address": {"name": "Åse", "country_code": "NO"},
        "currency": "NOK",
        "placed_at": "2026-11-20T10:00:00Z",
        "payments": [],
        "lines": [line()],
        **more,
    }


@pytest.fixture
def shop():
    """The words of the webshop: makers of records."""
    words = {"customer": customer, "product": product, "line": line, "order": order}
    return type("Shop", (), {name: staticmethod(make) for name, make in words.items()})
