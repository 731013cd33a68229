"""A shop and a company, linked by a first sync, in which every property is edited by people of both sides in turn."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import pytest
import requests
from businessnxt import Client
from crosswalk import Side, Store, load_mappings, tables
from programs import PROGRAMS, ROOT, Neighbours, serving
from rounds import Scene, compiling_once
from sqlalchemy import create_engine, select
from target_customwebshop.places import Place, spelled, value_at
from trials import TRIALS, Trial

if TYPE_CHECKING:
    from pathlib import Path

    from crosswalk.converters import Converter

PIPES = (("tap-customwebshop", "target-businessnxt"), ("tap-businessnxt", "target-customwebshop"))
Held = dict[str, tuple[object, object]]


@dataclass(frozen=True)
class Both:
    """Both sides, and what joins them."""

    neighbours: Neighbours
    folder: Path

    @property
    def store(self) -> str:
        return f"sqlite:///{self.folder}/links.db"

    def sync(self) -> None:
        """There and back."""
        for tap, target in PIPES:
            self._pipe(tap, target)

    def writes(self) -> tuple[int, int]:
        """How many requests have changed something in the company, and in the shop."""
        shop = requests.get(f"{self.neighbours.webshop['control_url']}/stats", timeout=30).json()
        return self.neighbours.writes(), shop["writes"]

    def _pipe(self, tap: str, target: str) -> None:
        state, log = self.folder / f"{target}.state", self.folder / "log.txt"
        state.touch()
        told = state.read_text().splitlines()
        known = [f"--state={self._file('state', json.loads(told[-1]))}"] if told else []
        with log.open("a") as said, state.open("a") as out:
            reading = [PROGRAMS / tap, f"--config={self._file(tap, self._settings(tap))}", *known]
            writing = [PROGRAMS / target, f"--config={self._file(target, self._settings(target))}"]
            with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=said) as source:
                code = subprocess.run(writing, stdin=source.stdout, stdout=out, stderr=said, check=False).returncode
        assert (source.returncode, code) == (0, 0), log.read_text()[-3000:]

    def _settings(self, program: str) -> dict:
        shop, company = self.neighbours.webshop, self.neighbours.businessnxt
        if "customwebshop" in program:
            told = {name: shop[name] for name in ("api_url", "auth_token")}
        else:
            told = {name: company[name] for name in ("api_url", "token_url", "client_id", "client_secret")}
        if program != "tap-customwebshop":
            told["company_no"] = company["company_no"]
        if program.startswith("target"):
            told |= {"mapping": str(ROOT / "mapping"), "link_store": self.store, "unmapped_streams": "ignore"}
        return told

    def _file(self, name: str, content: dict) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(content))
        return place

    def pairs(self) -> dict[str, tuple[str, str]]:
        """A linked pair of records for each trial, and no record of the shop for two of them."""
        with create_engine(self.store).connect() as connection:
            link = tables.link.c
            wanted = select(link.entity, link.webshop_id, link.businessnxt_id).where(link.businessnxt_id.is_not(None))
            linked = [tuple(each) for each in connection.execute(wanted.where(link.status == "linked"))]
        used, found = set(), {}
        for trial in TRIALS:
            entity = trial.mapping.entity
            pair = next(each[1:] for each in linked if each[0] == entity and each[1].partition("/")[0] not in used)
            used.add(pair[0].partition("/")[0])
            found[trial.name] = pair
        return found

    @cached_property
    def converters(self) -> dict[str, Converter]:
        """What rows name in `via:`, with the company's own words."""
        known, store = load_mappings(ROOT / "mapping"), Store(self.store)
        for lookup in known.used_lookups():
            pairs = store.kept_lookup(lookup.name)
            known.bind(lookup, lambda pairs=pairs: pairs)
        return known.converters

    def edit(self, side: Side, pairs: dict[str, tuple[str, str]]) -> None:
        """Let people of one side type another value for every property."""
        seen = Seen(self.neighbours)
        for trial in TRIALS:
            if side is Side.WEBSHOP and not trial.row.sent:
                continue
            webshop_id, key = pairs[trial.name]
            if side is Side.WEBSHOP:
                place = place_of(trial)
                record, item = place.split(webshop_id)
                stored = seen.records[place.collection][record]
                patch = place.edited(stored, [(item, {trial.row.path.text: trial.word(side)})])
                self.neighbours.edit_in_shop(place.collection, record, **spelled(patch))
            else:
                value = trial.row.encode(trial.word(side), self.converters)
                value = float(value) if isinstance(value, Decimal) else value
                where = {trial.key: seen.rows[trial.mapping.table][key][trial.key]}
                change = {"where": where, "set": {trial.row.column: value}, "user": "kari"}
                self.neighbours.tell_company("PATCH", f"tables/{trial.mapping.table}", **change)

    def held(self, pairs: dict[str, tuple[str, str]]) -> Held:
        """What shop and company hold of every property, by the name of its trial."""
        seen = Seen(self.neighbours)
        return {trial.name: seen.held(trial, *pairs[trial.name]) for trial in TRIALS}


class Seen:
    """All records of both sides at one moment."""

    def __init__(self, neighbours: Neighbours) -> None:
        collections = {place_of(each).collection for each in TRIALS}
        self.records = {name: {each["id"]: each for each in neighbours.records(name)} for name in collections}
        keys = {each.mapping.table: each.key for each in TRIALS}
        self.rows = {table: {str(each[key]): each for each in neighbours.rows(table)} for table, key in keys.items()}

    def held(self, trial: Trial, webshop_id: str, key: str) -> tuple[object, object]:
        place = place_of(trial)
        record = self.records[place.collection][place.split(webshop_id)[0]]
        value = value_at(dict(place.rows(record))[webshop_id], trial.row.path.text)
        return value, self.rows[trial.mapping.table][key][trial.row.column]


def place_of(trial: Trial) -> Place:
    collection, _, items = trial.mapping.shop_table.partition(".")
    return Place(collection, items)


@dataclass(frozen=True)
class Story:
    """What both sides held once the edits of each side were carried over, and what the quiet rounds wrote."""

    after: dict[Side, Held]
    converters: dict[str, Converter]
    quiet_writes: tuple[int, int]


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    """Each side's edits in turn, each property on a record of its own; then two rounds in which an echo would show."""
    folder = tmp_path_factory.mktemp("both")
    with serving(folder / "data") as neighbours:
        both = Both(neighbours, folder)
        both.sync()
        pairs, after = both.pairs(), {}
        for side in (Side.BUSINESSNXT, Side.WEBSHOP):
            both.edit(side, pairs)
            both.sync()
            after[side] = both.held(pairs)
        both.sync()  # what reached the shop from one row of a customer goes on to the other row
        there, back = both.writes()
        both.sync()
        both.sync()
        now_there, now_back = both.writes()
        return Story(after, both.converters, (now_there - there, now_back - back))


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """An empty shop and an empty company."""
    with serving(tmp_path_factory.mktemp("town"), seed="empty") as neighbours, compiling_once():
        yield neighbours


@pytest.fixture
def scene(town, tmp_path):
    """The two as they were founded, whatever the scene before did to them."""
    town.tell_company("DELETE", "behaviours")
    for tell in (town.tell_company, town.tell_shop):
        tell("POST", "reset")
        tell("POST", "stats/reset")
    return Scene(town, tmp_path)


@pytest.fixture
def during(monkeypatch):
    """Lets somebody act right before or right after one request of ours to the company, once."""

    @contextmanager
    def acting(op, *, before=None, after=None):
        plain, left = getattr(Client, op), [True]

        def interrupted(*arguments, **options):
            now = left and left.pop()
            if now and before:
                before()
            answer = plain(*arguments, **options)
            if now and after:
                after()
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(Client, op, interrupted)
            yield

    return acting
