"""A shop and a company, linked by a first sync, in which every property is edited by people of both sides in turn."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import pytest
from businessnxt import Client
from crosswalk import Side, Store, load_mappings, tables
from crosswalk.prepare import own_title
from crosswalk.ways import Way
from made import make_in_company, order_for_a_firm
from programs import Neighbours, serving
from rounds import Scene, compiling_once, reading_columns_once
from sqlalchemy import create_engine, func, select
from target_customwebshop.places import Place, spelled, value_at
from trials import EDITED, Trial

if TYPE_CHECKING:
    from crosswalk.converters import Converter

Pair = tuple[int, str, str]
"""A link: its number, the id of the record and the key of the row."""

Held = dict[str, tuple[object, object]]
ONCE = "orders-orderStatus1"
"""What cannot be taken back: each side does it to an order of its own."""


@dataclass
class Both(Scene):
    """Both sides, what joins them, and the people who edit each property."""

    def kept(self, statement) -> list[dict]:
        """Rows of the link store."""
        with create_engine(self.link_store).connect() as connection:
            return [dict(each) for each in connection.execute(statement).mappings()]

    def mark(self) -> int:
        """How far the log of writes has come."""
        return self.kept(select(func.coalesce(func.max(tables.op_log.c.op_id), 0).label("mark")))[0]["mark"]

    def sent(self, since: int, to: Side) -> dict[int, set[str]]:
        """The properties that were written to one side since then, by link."""
        log = tables.op_log.c
        wanted = select(log.link_id, log.after).where(log.op_id > since, log.side == to.value, log.op == "update")
        names: dict[int, set[str]] = {}
        for each in self.kept(wanted):
            names.setdefault(each["link_id"], set()).update(json.loads(each["after"]))
        return names

    def linked(self, entity: str) -> list[dict]:
        """The linked pairs of an entity, those first that we made."""
        link = tables.link.c
        wanted = select(tables.link).where(link.entity == entity, link.status == "linked")
        return self.kept(wanted.where(link.webshop_id.is_not(None)).order_by(link.match_rule != "", link.id))

    def pairs(self, seen: Seen) -> dict[tuple[str, Side], Pair]:
        """A linked pair of records for each trial, and no record of the shop for two of them."""
        used: set[str] = set()
        found: dict[tuple[str, Side], Pair] = {}
        for trial in EDITED:
            candidates = [each for each in self.linked(trial.mapping.entity) if suits(trial, seen, each["webshop_id"])]
            for side in Side:
                if side is Side.BUSINESSNXT and trial.name != ONCE:
                    found[trial.name, side] = found[trial.name, Side.WEBSHOP]
                    continue
                link = next(each for each in candidates if each["webshop_id"].partition("/")[0] not in used)
                used.add(link["webshop_id"].partition("/")[0])
                found[trial.name, side] = (link["id"], link["webshop_id"], link["businessnxt_id"])
        return found

    @cached_property
    def converters(self) -> dict[str, Converter]:
        """What rows name in `via:`, with the company's own words."""
        known, store = load_mappings(self.mapping), Store(self.link_store)
        for lookup in known.used_lookups():
            pairs = store.kept_lookup(lookup.name)
            known.bind(lookup, lambda pairs=pairs: pairs)
        return known.converters

    def edit(self, side: Side, pairs: dict[tuple[str, Side], Pair]) -> dict[str, object]:
        """Let people of one side type another value for every property; gives what they typed."""
        seen, typed = Seen(self.neighbours), {}
        for trial in EDITED:
            if side in trial.sides:
                _, webshop_id, key = pairs[trial.name, side]
                word = self._word(trial, side, seen.held(trial, webshop_id, key))
                typed[trial.name] = word
                (self._in_shop if side is Side.WEBSHOP else self._in_company)(trial, seen, (webshop_id, key), word)
        return typed

    def _word(self, trial: Trial, side: Side, held: tuple[object, object]) -> object:
        if trial.row.type.name != "Flag":
            return trial.word(side)
        return not held[0] if side is Side.WEBSHOP else not trial.row.type.decode(held[1])

    def _in_shop(self, trial: Trial, seen: Seen, ids: tuple[str, str], word: object) -> None:
        place = place_of(trial)
        record, item = place.split(ids[0])
        stored = seen.records[place.collection][record]
        path = trial.row.path.text
        if path in BY_HAND:
            patch = BY_HAND[path](stored, word)
        else:
            patch = spelled(place.edited(stored, [(item, {path: word})]))
        self.neighbours.edit_in_shop(place.collection, record, **patch)

    def _in_company(self, trial: Trial, seen: Seen, ids: tuple[str, str], word: object) -> None:
        held = seen.rows[trial.mapping.table][ids[1]]
        value = trial.row.encode(word, self.converters)
        value = float(value) if isinstance(value, Decimal) else value
        if trial.row.type.name == "Flag":
            value |= held[trial.row.column] & ~trial.row.type.size
        where = {column: held[column] for column in trial.mapping.key}
        change = {"where": where, "set": {trial.row.column: value, trial.row.held_in: value}, "user": "kari"}
        self.neighbours.tell_company("PATCH", f"tables/{trial.mapping.table}", **change)


def _shipped_by(order: dict, title: str) -> dict:
    return {"lines": [{**each, "title": title} if each["type"] == "shipping" else each for each in order["lines"]]}


def _paid(order: dict, **values: object) -> dict:
    first, *others = order["payments"]
    return {"payments": [{**first, **values}, *others]}


BY_HAND = {
    "cancelled": lambda _, __: {"status": "cancelled"},
    "lines[?type=='shipping'] | [0].title": _shipped_by,
    "payments[0].method": lambda order, word: _paid(order, method=word),
    "payments[0].reference": lambda order, word: _paid(order, reference=word),
}
"""How a shopkeeper edits what no plain path leads to."""


def suits(trial: Trial, seen: Seen, webshop_id: str) -> bool:
    """Whether the trial says something about this record."""
    place = place_of(trial)
    record = seen.records[place.collection].get(place.split(webshop_id)[0])
    if record is None or record.get("external_id"):
        return False
    if trial.mapping.entity == "products" and trial.row.column == "description":
        return len(record["variants"]) == 1 and own_title(record["variants"][0]) is None
    if place.collection != "orders" or trial.mapping.entity == "invoices":
        return True
    open_ = record["status"] == "open" and record["fulfillment_status"] == "unfulfilled" and record["shipping_address"]
    kinds = {each["id"]: each["type"] for each in record["lines"]}
    whole = bool(record["payments"]) and "shipping" in kinds.values() and record["customer_id"]
    return bool(open_ and whole) and kinds.get(webshop_id.rpartition("/")[2], "product") == "product"


class Seen:
    """All records of both sides at one moment."""

    def __init__(self, neighbours: Neighbours) -> None:
        collections = ("customers", "orders", "products", "inventory-levels")
        self.records = {
            name: {each[Place(name).key]: each for each in neighbours.records(name)} for name in collections
        }
        keys = {each.mapping.table: each.mapping.key for each in EDITED}
        self.rows = {
            table: {"/".join(str(each[name]) for name in key): each for each in neighbours.rows(table)}
            for table, key in keys.items()
        }

    def item(self, trial: Trial, webshop_id: str) -> dict:
        """The record, variant, line or invoice as mapping files see it."""
        place = place_of(trial)
        return dict(place.rows(self.records[place.collection][place.split(webshop_id)[0]]))[webshop_id]

    def held(self, trial: Trial, webshop_id: str, key: str) -> tuple[object, object]:
        path = trial.row.path.text
        item = self.item(trial, webshop_id)
        value = trial.row.path.read(item) if path in BY_HAND else value_at(item, path)
        return value, self.rows[trial.mapping.table][key][trial.row.held_in]


def place_of(trial: Trial) -> Place:
    return Place.of(Way(trial.mapping, Side.BUSINESSNXT).table)


@dataclass(frozen=True)
class Story:
    """What both sides held at first, and once the edits of each side were carried over.

    Attributes:
        first: Both sides before any edit.
        links: The linked pairs at that time, by entity.
        made: The keys of the rows that a person made in the company, by what they are to show.
        pairs: Which link each trial is about.
        typed: What was typed on each side.
        after: What both sides held then.
        sent: Which properties were written to the other side then, by link.
        converters: What rows name in `via:`.
    """

    first: Seen
    links: dict[str, list[dict]]
    made: dict[str, object]
    pairs: dict[tuple[str, Side], Pair]
    converters: dict[str, Converter]
    rejects: list[dict]
    typed: dict[Side, dict[str, object]] = field(default_factory=dict)
    after: dict[Side, Seen] = field(default_factory=dict)
    sent: dict[Side, dict[int, set[str]]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    """Each side's edits in turn, each property on a record of its own; then two rounds in which an echo would show."""
    folder = tmp_path_factory.mktemp("both")
    with serving(folder / "data") as neighbours, compiling_once(), reading_columns_once({}):
        both = Both(neighbours, folder, tap_settings={})
        order_for_a_firm(neighbours)
        both.sync()
        made = make_in_company(neighbours)
        both.sync()
        both.sync()
        seen = Seen(neighbours)
        links = {each: both.linked(each) for each in {trial.mapping.entity for trial in EDITED} | {"guest_accounts"}}
        rejects = both.kept(select(tables.reject))
        told = Story(seen, links, made, both.pairs(seen), both.converters, rejects)
        for side in (Side.BUSINESSNXT, Side.WEBSHOP):
            mark = both.mark()
            told.typed[side] = both.edit(side, told.pairs)
            both.sync()
            told.after[side] = Seen(neighbours)
            told.sent[side] = both.sent(mark, side.other)
        both.sync()  # what reached the shop from one row of a customer goes on to the other row …
        both.sync()
        assert both.quiet()
        return told


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """An empty shop and an empty company."""
    with serving(tmp_path_factory.mktemp("town"), seed="empty") as neighbours, compiling_once():
        yield neighbours


@pytest.fixture(scope="session")
def columns():
    """What is known of the company's tables; other tests hide some of it, so it is remembered for scenes only."""
    return {}


@pytest.fixture
def scene(town, columns, tmp_path):
    """The two as they were founded, whatever the scene before did to them."""
    town.tell_company("DELETE", "behaviours")
    for tell in (town.tell_company, town.tell_shop):
        tell("POST", "reset")
        tell("POST", "stats/reset")
    with reading_columns_once(columns):
        yield Scene(town, tmp_path)
    faults = [*town.tell_company("GET", "faults"), *town.tell_shop("GET", "faults")]
    assert [each["kind"] for each in faults if not each["fired"]] == [], "nothing of it was tried"


@pytest.fixture
def during(monkeypatch):
    """Lets somebody act right before or right after one request of ours, to the company as a rule, once."""

    @contextmanager
    def acting(op, *, of=Client, before=None, after=None):
        plain, left = getattr(of, op), [True]

        def interrupted(*arguments, **options):
            now = left and left.pop()
            if now and before:
                before()
            answer = plain(*arguments, **options)
            if now and after:
                after()
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(of, op, interrupted)
            yield

    return acting
