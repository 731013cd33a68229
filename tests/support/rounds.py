"""A webshop and a company on loopback, and rounds there and back inside this process, with the plugins as they are.

What a scene asserts it reads from the two systems; whether anything was written at all they count themselves.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import re
import shutil
import sys
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import fastjsonschema
from businessnxt.schema import Schema
from click.testing import CliRunner
from compiling import looking_for_proxies_once
from crosswalk import MappingSet, Side, Store, load_mappings, tables
from crosswalk.cli import main as crosswalk
from crosswalk_target import validation
from keeping import process_kept
from programs import ERP, ROOT, Neighbours
from sqlalchemy import create_engine, update
from tap_businessnxt import TapBusinessNxt
from tap_customwebshop.tap import TapCustomWebshop
from target_businessnxt.target import TargetBusinessNxt
from target_customwebshop.target import TargetCustomWebshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNUSED = dict.fromkeys(("stock_balances", "prices", "order_documents"), "__NULL__")
GRACE = 60
"""Seconds in which a write whose answer was lost may still land: longer than any scene takes, so it is let pass."""
PATIENCE = 5
"""Rounds after which both sides must agree, whatever was done to them."""


@dataclass(frozen=True)
class Run:
    """How a program ended, and what it said."""

    code: int
    out: str
    log: str

    @property
    def states(self) -> list[dict[str, Any]]:
        """Each STATE that came out."""
        found = [json.loads(line) for line in self.out.splitlines()]
        return [each.get("value", each) for each in found if each.get("type", "STATE") == "STATE"]

    @property
    def state(self) -> dict[str, Any] | None:
        """The last of them."""
        return self.states[-1] if self.states else None


def call(program: Any, arguments: list[str], text: str = "") -> Run:
    """Run a plugin inside this process as if from the command line; what it does not catch ends it with a traceback."""
    out, log = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    stdin, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        with process_kept(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(log):
            try:
                code = program.cli.main(arguments, standalone_mode=False) or 0
            except SystemExit as end:
                code = int(end.code or 0)
            except Exception:  # noqa: BLE001 - as a program would end
                traceback.print_exc()
                code = 1
    finally:
        sys.stdin = stdin
    return Run(code, out.buffer.getvalue().decode(), log.getvalue())


def numbers_in(text: str) -> set[int]:
    """The numbers that stand alone in a text, such as those of rows."""
    return {int(each) for each in re.findall(r"\b\d+\b", text)}


def let_pass(link_store: str, seconds: float) -> None:
    """What was sent and what is waited for lies so much longer ago now: nobody has to sit and wait."""
    with create_engine(link_store).begin() as connection:
        connection.execute(update(tables.pending).values(sent_at=tables.pending.c.sent_at - seconds))
        connection.execute(update(tables.hold).values(until=tables.hold.c.until - seconds))


@dataclass
class Scene:
    """One shop, one company, one link store, and the people on both sides.

    Attributes:
        neighbours: The two systems.
        folder: Where this scene keeps its links, states and settings.
        settings: More settings of both targets.
        states: The last STATE of each way.
        mapping: The mapping files.
        tap_settings: More settings of the company's tap; it looks at each sweep which rows are gone.
        shop_settings: More settings of the shop's tap.
    """

    neighbours: Neighbours
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    mapping: Path = ROOT / "mapping"
    tap_settings: dict[str, Any] = field(default_factory=lambda: {"sweep_hours": 0, "stream_maps": UNUSED})
    shop_settings: dict[str, Any] = field(default_factory=dict)
    _still: bool = False  # nothing was written in the last round, and nobody did anything since

    # rounds

    def there(self, *, full: bool = False, code: int = 0, **settings: Any) -> Run:
        """From the webshop into the company."""
        return self.write("there", self.read("there", full=full), code=code, **settings)

    def back(self, *, full: bool = False, code: int = 0, **settings: Any) -> Run:
        """From the company into the webshop."""
        return self.write("back", self.read("back", full=full), code=code, **settings)

    def read(self, way: str, *, full: bool = False) -> str:
        """What the tap of a way says now."""
        tap, told = (TapCustomWebshop, self._shop()) if way == "there" else (TapBusinessNxt, self._company())
        if way == "there":
            told |= self.shop_settings
        else:
            told |= {"key_file": f"{self.folder}/keys.db", **self.tap_settings}
        known = [] if full or way not in self.states else [f"--state={self._file('state', self.states[way])}"]
        run = call(tap, [f"--config={self._file('tap', told)}", *known])
        assert run.code == 0, run.log
        return run.out

    def write(self, way: str, messages: str, *, code: int = 0, **settings: Any) -> Run:
        """Let the target of a way take these messages in; its STATE is kept for the next round."""
        self._still = False
        target, told = (TargetBusinessNxt, self._company()) if way == "there" else (TargetCustomWebshop, self._shop())
        told |= {"mapping": str(self.mapping), "link_store": self.link_store, "unmapped_streams": "ignore"}
        told |= {"company_no": self.neighbours.businessnxt["company_no"], "grace_seconds": GRACE}
        run = call(target, [f"--config={self._file('target', {**told, **self.settings, **settings})}"], messages)
        assert run.code == code, run.log
        self.states[way] = run.state or self.states.get(way)
        return run

    def sync(self, **options: Any) -> int:
        """There and back; how many writes both systems counted."""
        before = sum(self.writes())
        self.there(**options)
        self.back(**options)
        written = sum(self.writes()) - before
        self._still = written == 0
        return written

    def settle(self) -> None:
        """Rounds until both sides agree, and nobody is owed anything."""
        for _ in range(PATIENCE):
            if self.sync() == 0 and not self.owed():
                return
        raise AssertionError(f"still writing after {PATIENCE} rounds: {self.writes()}")

    def let_pass(self, seconds: float = GRACE) -> None:
        """Time goes by in the link store: by itself so long that what was sent can no longer land."""
        self._still = False
        let_pass(self.link_store, seconds)

    def land_late(self) -> None:
        """The company does now what it put off when it told us of a time-out."""
        assert self.neighbours.stats()["late_work"] > 0, "nothing was put off"
        self._still = False
        self.neighbours.tell_company("POST", "late-work")

    def quiet(self) -> bool:
        """Whether two rounds write nothing on either side, by the systems' own counts; nothing is left open.

        The last round is the first of the two when nothing was written in it, and nobody did anything since.
        """
        before = self.writes()
        for _ in range(1 if self._still else 2):
            self.sync()
        assert self.writes() == before, "something was written once both sides had agreed"
        assert not self.owed()
        with self.store() as store:
            assert store.rows(tables.pending.select()) == [], "the outcome of a write is open"
        return True

    def owed(self) -> int:
        """How many values one of the sides is still to get."""
        with self.store() as store:
            return sum(len(store.debts(side)) for side in Side)

    def writes(self) -> tuple[int, int]:
        """How many requests have changed something in the company, and in the shop."""
        return self.neighbours.writes(), int(self.neighbours.tell_shop("GET", "stats")["writes"])

    # people in the shop

    def customer(self, identity: str = "C1", **more: Any) -> str:
        """A customer signs up."""
        address = {"kind": "billing", "line1": "Gata 1", "postal_code": "0150", "city": "Oslo", "country_code": "NO"}
        usual = {"id": identity, "type": "person", "first_name": "Aase", "last_name": "Berg", "language": "nb",
                 "email": f"{identity.lower()}@example.test", "currency": "NOK", "group": "Privat",
                 "addresses": [address]}  # fmt: skip
        return self.in_shop("customers", identity, **{**usual, **more})

    def product(self, identity: str = "P1", sku: str = "ULL-1", **more: Any) -> str:
        """A product with one variant comes into the shop."""
        variant = {"id": "V1", "sku": sku, "title": "M", "status": "active", "weight_g": 620, "price": "1299.00"}
        usual = {"id": identity, "title": "Genser", "tax_code": "standard", "status": "active", "variants": [variant]}
        return self.in_shop("products", identity, **{**usual, **more})

    def line(self, identity: str = "L1", **more: Any) -> dict[str, Any]:
        """A line of an order."""
        return {"id": identity, "type": "product", "sku": "ULL-1", "title": "Genser", "quantity": "1", "unit": "stk",
                "unit_price": "1299.00", "price_includes_tax": True, "discount_amount": "0.00", "tax_rate": "25",
                "tax_code": "standard", **more}  # fmt: skip

    def order(self, identity: str = "O1", **more: Any) -> str:
        """Somebody orders."""
        address = {"name": "Aase Berg", "line1": "Gata 1", "postal_code": "0150", "city": "Oslo", "country_code": "NO"}
        usual = {"id": identity, "number": identity.removeprefix("O"), "customer_id": "C1", "status": "open",
                 "payment_status": "unpaid", "fulfillment_status": "unfulfilled",
                 "buyer": {"name": "Aase Berg", "email": "c1@example.test"}, "billing_address": address,
                 "shipping_address": address, "currency": "NOK", "placed_at": "2026-11-20T10:00:00Z", "payments": [],
                 "lines": [self.line()], "metadata": {}}  # fmt: skip
        return self.in_shop("orders", identity, **{**usual, **more})

    def in_shop(self, collection: str, identity: str, **values: Any) -> str:
        """Somebody makes or edits a record of the shop; gives its id."""
        self._still = False
        self.neighbours.edit_in_shop(collection, identity, **values)
        return identity

    def delete_in_shop(self, collection: str, identity: str) -> None:
        """Somebody deletes a record of the shop."""
        self._still = False
        self.neighbours.tell_shop("DELETE", f"records/{collection}/{identity}")

    # people in the company

    def in_company(self, table: str, where: dict[str, Any], **values: Any) -> None:
        """Somebody edits one row of the company."""
        self._still = False
        answer = self.neighbours.tell_company("PATCH", f"tables/{table}", where=where, set=values, user="kari")
        assert (answer["affected"], answer["errors"]) == (1, []), answer

    def add_in_company(self, table: str, **values: Any) -> dict[str, Any]:
        """Somebody makes a row in the company."""
        self._still = False
        answer = self.neighbours.tell_company("POST", f"tables/{table}", rows=[values], user="kari")
        assert answer["errors"] == [], answer
        return answer["rows"][0]

    def delete_in_company(self, table: str, **where: Any) -> None:
        """Somebody deletes one row of the company."""
        self._still = False
        assert self.neighbours.tell_company("DELETE", f"tables/{table}", where=where)["affected"] == 1

    # what is there now

    def record(self, collection: str, identity: str) -> dict[str, Any]:
        """One record of the shop."""
        return next(each for each in self.records(collection) if each["id"] == identity)

    def records(self, collection: str) -> list[dict[str, Any]]:
        """The living records of the shop."""
        return [each for each in self.neighbours.records(collection) if not each.get("deleted_at")]

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """The rows of the company that hold these values."""
        rows = self.neighbours.rows(table)
        return [each for each in rows if all(each[name] == value for name, value in where.items())]

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        """The one row of the company that holds these values."""
        (found,) = self.rows(table, **where)
        return found

    # what is remembered

    @property
    def link_store(self) -> str:
        return f"sqlite:///{self.folder}/links.db"

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The link store, to look into."""
        store = Store(self.link_store)
        try:
            yield store
        finally:
            store.close()

    def conflicts(self, **values: Any) -> list[dict[str, Any]]:
        """The conflicts on record that hold these values, newest first."""
        with self.store() as store:
            found = store.conflicts_on_record()
        return [each for each in found if all(each[name] == value for name, value in values.items())]

    def rejects(self, kind: str = "") -> list[dict[str, Any]]:
        """The records that could not be written; of one kind, or all."""
        found = json.loads(self.type("rejects", "list", "--json"))
        return [each for each in found if kind in ("", each["kind"])]

    def links(self, entity: str, status: str = "linked") -> list[tuple[str | None, str | None]]:
        """Who is whom."""
        link = tables.link.c
        wanted = tables.link.select().where(link.entity == entity, link.status == status)
        with self.store() as store:
            return sorted((each["webshop_id"], each["businessnxt_id"]) for each in store.rows(wanted))

    def type(self, *words: str, code: int = 0) -> str:
        """Type a `crosswalk` command."""
        result = CliRunner().invoke(
            crosswalk, ["--link-store", self.link_store, "--mapping", str(self.mapping), *words]
        )
        assert result.exit_code == code, f"{result.output}\n{result.exception}"
        return result.output

    # the integrator

    def remap(self, file: str, *changes: tuple[str, str]) -> None:
        """Edit a mapping file; the shipped one stays as it is."""
        folder = self.folder / "mapping"
        if self.mapping != folder:
            shutil.copytree(self.mapping, folder)
            self.mapping = folder
        text = (folder / file).read_text()
        for old, new in changes:
            assert old in text, f"{file} has no {old!r}"
            text = text.replace(old, new, 1)
        (folder / file).write_text(text)

    def _shop(self) -> dict[str, Any]:
        return {name: self.neighbours.webshop[name] for name in ("api_url", "auth_token")}

    def _company(self) -> dict[str, Any]:
        return {name: self.neighbours.businessnxt[name] for name in ERP}

    def _file(self, name: str, content: dict[str, Any]) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(content))
        return place


@contextlib.contextmanager
def compiling_once() -> Iterator[None]:
    """Compile schemas and mapping files once for all rounds: a third of a second each that proves nothing again."""
    plain = fastjsonschema.compile
    compiled = functools.cache(lambda text, options: plain(json.loads(text), **dict(options)))

    def known(schema: dict[str, Any], **options: Any) -> Any:
        return compiled(json.dumps(schema), tuple(sorted(options.items())))

    load = _loading_once()
    with (
        looking_for_proxies_once(),
        mock.patch.object(validation.fastjsonschema, "compile", known),
        mock.patch("crosswalk_target.target.load_mappings", load),
        mock.patch("target_businessnxt.target.load_mappings", load),
    ):
        yield


def _loading_once() -> Callable[[str], MappingSet]:
    """Loads mapping files that say what they said before no second time.

    Lookups are bound anew in each run, and a shop that has no place for a property takes it out of its own mapping.
    """
    kept: dict[tuple[str, ...], MappingSet] = {}

    def known(folder: str) -> MappingSet:
        said = (folder, *(f"{each.name}: {each.read_text()}" for each in sorted(Path(folder).glob("*.yml"))))
        if said not in kept:
            kept[said] = load_mappings(folder)
        found = kept[said]
        return replace(found, mappings=dict(found.mappings), converters=dict(found.converters))

    return known


@contextlib.contextmanager
def reading_columns_once(kept: dict[str, Any]) -> Iterator[None]:
    """Read the columns of a table once for all rounds: a third of a quiet round, and no scene changes them."""
    plain = Schema._read_columns

    def known(schema: Schema, table: str) -> Any:
        if table not in kept:
            kept[table] = plain(schema, table)
        return kept[table]

    with mock.patch.object(Schema, "_read_columns", known):
        yield
