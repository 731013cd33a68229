"""Each preset writes to its make of shop by the client of the target: the shop then holds what was meant, and no less.

These shops cannot run here. What stands for them takes what their documents say, refuses all else, and holds what it
was told; see documented_writes. A scene (writes/*.yml) says what is done, and each property that the shop then holds
another value of: all others must be as they were, those too that no preset knows.
"""

from __future__ import annotations

import contextlib
import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import documented_writes
import pytest
import yaml
from customwebshop import ChangedError, Connection, Credentials, ForeignShop, RefusedError, Retry, graph
from customwebshop.dialect import Dialect, compiled
from customwebshop.reading import preset
from customwebshop.reading.config import with_preset
from customwebshop.reading.shapes import Shapes
from documented_writes.records import held
from target_customwebshop.acts import possible

HERE = Path(__file__).parent
MAKES = [path.stem for path in sorted((HERE / "writes").glob("*.yml"))]
TOLD = {make: yaml.safe_load((HERE / "writes" / f"{make}.yml").read_text()) for make in MAKES}
READS = {make: yaml.safe_load((HERE / "shops" / f"{make}.yml").read_text()) for make in MAKES}
STAMPS = ("updated_at", "updatedAt", "date_modified_gmt")


@dataclass
class Shop:
    """A shop at work.

    Attributes:
        make: The make of it.
        held: What it holds, by stream.
        dialect: How it is written to.
        reach: What leads to it, and makes records of what it says.
    """

    make: str
    held: dict[str, Any]
    dialect: Dialect
    reach: tuple[Connection, Shapes]

    def fresh(self, first: dict[str, Any]) -> ForeignShop:
        """The client of a new run, as the target makes it, before a shop that holds its first records."""
        self.held.clear()
        self.held.update(records(self.make))
        for path, value in first.items():
            put(self.held, path, value)
        connection, shapes = self.reach
        return ForeignShop(connection, self.dialect, shapes)


def records(make: str) -> dict[str, Any]:
    return held(READS[make], TOLD[make].get("holds", {}))


def at(record: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        record = record[int(step) if isinstance(record, list) else step]
    return record


def put(record: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    holder = at(record, ".".join(way))
    if last == "+":
        holder.append(value)
    else:
        holder[int(last) if isinstance(holder, list) else last] = value


def patch(record: dict, edit: dict[str, Any]) -> dict:
    """A merge patch of a record, whose lists are whole."""
    edited = copy.deepcopy(record)
    for path, value in edit.items():
        put(edited, path, value)
    return {path.split(".")[0]: edited[path.split(".")[0]] for path in edit}


def flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, dict | list) or not value:
        return {path: value}
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    return {where: one for step, each in steps for where, one in flat(each, f"{path}.{step}".lstrip(".")).items()}


def changes(before: dict, after: dict) -> dict[str, Any]:
    """Each property that holds another value, stamps aside; None where it is gone."""
    old, new = flat(before), flat(after)
    return {
        path: new.get(path)
        for path in dict.fromkeys([*old, *new])
        if (path in old, old.get(path)) != (path in new, new.get(path)) and not path.endswith(STAMPS)
    }


@pytest.fixture(scope="module")
def shops():
    """A shop of each make; they are started once."""
    with contextlib.ExitStack() as stack:
        yield {make: started(make, stack) for make in MAKES}


def started(make: str, stack: contextlib.ExitStack) -> Shop:
    rows, name = records(make), READS[make]["preset"]
    url = stack.enter_context(documented_writes.serving(name, rows)).url
    settings = with_preset({"preset": name, "api_url": url, "page_size": 100, **READS[make]["settings"]})
    connection = Connection(url, Credentials.of(settings), timeout=30, retry=Retry(tries=1))
    dialect = compiled(name, preset.load(name)["writes"])
    shapes = Shapes(connection, settings, {each.stream for each in dialect.collections.values()})
    return Shop(make, rows, dialect, (connection, shapes))


def done(client: ForeignShop, scene: dict) -> Any:
    """Do what the scene says; gives the record as the client says that the shop now holds it."""
    if "stock" in scene:
        return client.set_level(*scene["stock"])
    if "make" in scene:
        return client.create("customers", scene["make"])
    if "command" in scene:
        return client.command(scene["order"], scene["command"], scene.get("with", {}))
    collection, identity = scene["record"]
    record = client.get(collection, identity)
    return client.change(collection, record, patch(record.content, scene["edit"]))


def scenes(*kinds: str) -> list[Any]:
    return [
        pytest.param(make, scene, id=f"{make}: {scene['does']}")
        for make in MAKES
        for scene in TOLD[make]["scenes"]
        if any(kind in scene for kind in kinds)
    ]


@pytest.mark.parametrize(("make", "scene"), scenes("then"))
def test_the_shop_holds_what_was_written_and_all_else_as_it_was(shops, make, scene):
    shop = shops[make]
    client = shop.fresh(scene.get("first", {}))
    before = copy.deepcopy(shop.held)

    said = done(client, scene)

    assert changes(before, shop.held) == scene["then"]
    collection = "inventory-levels" if "stock" in scene else "orders" if "order" in scene else "customers"
    collection = scene.get("record", [collection])[0]
    again = client.get(collection, str(said.content["sku" if "stock" in scene else "id"]))
    assert again.content == said.content


@pytest.mark.parametrize(("make", "scene"), scenes("refused"))
def test_a_refusal_names_the_record_and_what_the_shop_said(shops, make, scene):
    shop = shops[make]
    client = shop.fresh(scene.get("first", {}))
    before = copy.deepcopy(shop.held)

    with pytest.raises(RefusedError) as refusal:
        done(client, scene)

    told = f"{refusal.value} {refusal.value.property}"
    assert [words for words in scene["refused"] if words not in told] == [], told
    assert changes(before, shop.held) == {}


@pytest.mark.parametrize("make", MAKES)
def test_a_record_read_alone_says_what_it_says_in_the_list(shops, make):
    client = shops[make].fresh({})
    for collection in shops[make].dialect.collections.keys() - {"inventory-levels"}:
        listed = next(iter(client.all(collection)))
        alone = client.get(collection, str(listed["id"]))

        assert {**alone.content, "updated_at": listed["updated_at"]} == listed, collection


@pytest.mark.parametrize(("make", "scene"), scenes("stock"))
def test_a_level_is_found_by_its_sku_whether_the_shop_lists_levels_or_not(shops, make, scene):
    client = shops[make].fresh(scene.get("first", {}))
    sku, _ = scene["stock"]

    assert [each["sku"] for each in client.find("inventory-levels", "sku", sku)] == [sku]
    assert client.find("inventory-levels", "sku", "NONE") == []


def test_what_is_put_off_is_done_once_when_the_shop_has_points_again(shops, monkeypatch):
    shop = shops["shopify"]
    client = shop.fresh({})
    slept: list[float] = []
    monkeypatch.setattr(graph.time, "sleep", slept.append)
    record = client.get("orders", "9000")
    status = {"maximumAvailable": 1000.0, "currentlyAvailable": 0, "restoreRate": 100}
    shop.held["busy"] = [dict(status) for _ in range(3)]

    client.change("orders", record, {"note": "Ring på"})

    assert shop.held["orders"][0]["note"] == "Ring på"
    assert len(slept) == 3


def test_stock_that_was_sold_while_we_looked_is_left_alone(shops):
    shop = shops["shopify"]
    client = shop.fresh({})
    level = shop.held["products"][0]["variants"][0]["inventoryItem"]["inventoryLevels"][0]["quantities"][0]
    shop.held["sold"] = [{"quantity": level}]

    with pytest.raises(ChangedError, match="somebody was faster"):
        client.set_level("LUE-BLA", 3)
    assert level["quantity"] == 11


def act(scene: dict) -> set[str]:
    """What a scene shows that the shop can be told, as presets name it."""
    if "then" not in scene:
        return set()
    if "command" in scene:
        return {{"cancel": "cancel", "fulfillments": "ship"}[scene["command"]]}
    if "make" in scene or "stock" in scene:
        return {"make_customer"} if "make" in scene else {"stock"}
    paths = {f"{scene['record'][0]}.{path}" for path in scene["edit"]}
    shown = {"change_customer" for path in paths if path.startswith("customers.")}
    shown |= {"price" for path in paths if path.endswith(".price")} | {"stock" for path in paths if "stock" in path}
    return shown | ({"complete"} if scene["edit"].get("status") == "completed" else set())


@pytest.mark.parametrize("name", sorted({READS[make]["preset"] for make in MAKES}))
def test_whatever_a_preset_can_tell_its_shop_is_told_in_a_scene(shops, name):
    makes = [make for make in MAKES if READS[make]["preset"] == name]
    told = {each for make in makes for scene in TOLD[make]["scenes"] for each in act(scene)}
    can = {each for each, is_possible in possible(shops[makes[0]].fresh({})).items() if is_possible}

    assert can <= told
