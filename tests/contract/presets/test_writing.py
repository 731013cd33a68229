"""Each preset that writes, against a shop of the documented shape: what the shop holds afterwards."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import documented
import pytest
import writable
import yaml
from customwebshop import Connection, Credentials, ForeignShop, Retry
from customwebshop.dialect import compiled
from customwebshop.reading import preset
from customwebshop.reading.config import with_preset
from customwebshop.reading.shapes import Shapes
from singer_sdk.testing import target_sync_test
from target_customwebshop.target import TargetCustomWebshop

ROOT = Path(__file__).parents[3]
SHOPS = Path(__file__).parent / "shops"
NOW = "2026-03-09T12:00:00Z"


@dataclass
class Running:
    """A shop of one make at work."""

    make: str
    url: str
    settings: dict[str, Any]
    held: dict[str, list[dict[str, Any]]]
    asked: list[documented.Asked]

    @property
    def shop(self) -> ForeignShop:
        """What writes to it, as the target makes it."""
        settings = with_preset({"preset": self.make, "api_url": self.url, "page_size": 100, **self.settings})
        quick = Retry(tries=1)
        connection = Connection(self.url, Credentials.of(settings), timeout=5, retry=quick)
        dialect = compiled(self.make, preset.load(self.make)["writes"])
        shapes = Shapes(connection, settings, {each.stream for each in dialect.collections.values()})
        return ForeignShop(connection, dialect, shapes)

    def carry(self, folder: Path, stream: str, *rows: dict[str, Any]) -> dict[str, Any]:
        """Give rows of the ERP to the whole target; gives the last STATE."""
        said = [
            {"type": "SCHEMA", "stream": stream, "schema": {"properties": {name: {} for name in rows[0]}},
             "key_properties": [next(iter(rows[0]))]},
            *({"type": "RECORD", "stream": stream, "record": each, "time_extracted": NOW} for each in rows),
            {"type": "STATE", "value": {"bookmarks": {stream: {"read": len(rows)}}}},
        ]  # fmt: skip
        config = {
            "preset": self.make, "api_url": self.url, "company_no": 1, "mapping": str(ROOT / "mapping"),
            "link_store": f"sqlite:///{folder}/links.db", **self.settings,
        }  # fmt: skip
        given = io.StringIO("".join(f"{json.dumps(each)}\n" for each in said))
        out, _ = target_sync_test(TargetCustomWebshop(config=config), given, finalize=True)
        out.seek(0)
        state: dict[str, Any] = json.loads(out.read().splitlines()[-1])
        return state


@pytest.fixture
def running():
    """Starts a shop of a make."""
    with contextlib.ExitStack() as stack:

        def start(make: str) -> Running:
            told = yaml.safe_load((SHOPS / f"{make.replace('/', '-')}.yml").read_text())
            held = {stream: [copy.deepcopy(record)] for stream, record in told["records"].items()}
            held["variations"] = [each.pop("_variation") for each in held["products"] if "_variation" in each]
            for listed in held.values():
                for record in listed:
                    _stamp(record, told)
            shop = stack.enter_context(documented.serving(writable.MAKES[make], held))
            return Running(make, shop.url, told["settings"], held, shop.asked)

        yield start


def _stamp(record: dict[str, Any], told: dict[str, Any]) -> None:
    spell = {"iso": documented.iso, "naive": documented.naive}.get(told["spelled"], documented.sql)
    for stamp in told["stamps"]:
        holder, _, name = stamp.rpartition(".")
        (record.get(holder, record) if holder else record).setdefault(name, spell(documented.START))


def at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record[int(step)] if isinstance(record, list) else (record or {}).get(step)
    return record


def spelled(value: Any) -> Any:
    """A value as its text, an amount without what more decimals one side writes."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text


def patch(content: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """The merge patch of these edits; lists go as a whole."""
    edited = copy.deepcopy(content)
    for path, value in edits.items():
        *way, last = path.split(".")
        place = edited
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[last] = value
    return {name: edited[name] for name in {path.split(".")[0] for path in edits}}


NAMED = {"email": "ny@example.test", "first_name": "Ny", "addresses.0.line1": "Ny gate 1", "addresses.0.city": "Røros"}

EDITS = [
    ("woocommerce/3", "customers", "400", NAMED, {"email": "ny@example.test", "first_name": "Ny",
     "billing.address_1": "Ny gate 1", "billing.city": "Røros", "billing.postcode": "8003",
     "shipping.city": "Sortland"}),
    ("woocommerce/3", "products", "700", {"title": "Sokker", "variants.0.price": "99.50", "variants.0.sku": "SOKK/42"},
     {"name": "Sokker", "variations.0.regular_price": "99.50", "variations.0.sku": "SOKK/42"}),
    ("woocommerce/3", "orders", "1500", {"status": "completed", "metadata.invoice_no": "10008"},
     {"status": "completed", "meta_data.0.value": "10008", "customer_note": "Ring på"}),
    ("woocommerce/3", "orders", "1500", {"metadata.invoice_no": None, "metadata.our_reference": "Kari"},
     {"meta_data.0.value": "", "meta_data.1.value": "Kari"}),
    ("shopify", "customers", "7000", NAMED, {"email": "ny@example.test", "first_name": "Ny",
     "addresses.0.address1": "Ny gate 1", "addresses.0.city": "Røros", "addresses.0.zip": "0155"}),
    ("shopify", "products", "8000", {"title": "Lue", "variants.0.price": "99.50"},
     {"title": "Lue", "vendor": "Saltvann", "variants.0.price": "99.50", "variants.0.sku": "LUE-BLA"}),
    ("shopify", "orders", "9000", {"note": "Ring på"}, {"note": "Ring på"}),
    ("medusa/2", "customers", "cus_", {**NAMED, "addresses.0.country_code": "SE"}, {"email": "ny@example.test",
     "first_name": "Ny", "addresses.0.address_1": "Ny gate 1", "addresses.0.city": "Røros",
     "addresses.0.country_code": "se", "addresses.0.postal_code": "5003"}),
    ("medusa/2", "products", "prod_", {"title": "Genser", "variants.0.price": "99.50", "variants.0.gtin": "709"},
     {"title": "Genser", "variants.0.ean": "709", "variants.0.prices.1.amount": 99.5,
      "variants.0.prices.0.amount": 110}),
    ("medusa/2", "orders", "order_", {"metadata": {"invoice_no": "1"}}, {"metadata": {"invoice_no": "1"}}),
    ("shopware/6", "customers", "c000", NAMED, {"email": "ny@example.test", "firstName": "Ny",
     "addresses.0.street": "Ny gate 1", "addresses.0.city": "Røros", "addresses.0.zipcode": "411 09"}),
    ("shopware/6", "products", "p000", {"title": "Kaffe 250", "variants.0.price": "115.00"},
     {"name": "Kaffe 250", "price.0.gross": 115, "price.0.net": 100, "price.0.linked": True, "ean": "7035540000127"}),
    ("shopware/6", "orders", "o000", {"status": "completed"}, {"stateMachineState.technicalName": "completed"}),
    ("magento/2", "customers", "50", NAMED, {"email": "ny@example.test", "firstname": "Ny", "lastname": "Hansen",
     "addresses.0.street": ["Ny gate 1"], "addresses.0.city": "Røros", "addresses.0.default_billing": True,
     "addresses.0.telephone": "+4771200003"}),
    ("magento/2", "customers", "50", {"addresses.1.line1": "Hytta 2"}, {"addresses.0.default_billing": True,
     "addresses.0.default_shipping": False, "addresses.1.street": ["Hytta 2"], "addresses.1.default_shipping": True,
     "addresses.1.default_billing": False, "addresses.1.region.region": "Østlandet"}),
    ("magento/2", "products", "60", {"title": "Tau", "variants.0.price": "29.90"},
     {"name": "Tau", "price": 29.9, "weight": 0.1}),
    ("mystore/2", "products", "20", {"variants.0.price": "399.00", "variants.0.stock.available": 5},
     {"attributes.price": 399, "attributes.quantity": 5, "attributes.cost": 120.5}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "collection", "identity", "edits", "expected"),
    EDITS,
    ids=[f"{make}-{collection}-{'-'.join(edits)}" for make, collection, _, edits, _ in EDITS],
)
def test_an_edit_is_what_the_shop_then_holds(running, make, collection, identity, edits, expected):  # noqa: PLR0917
    shop = running(make)
    seen = shop.shop.get(collection, identity)
    after = shop.shop.change(collection, seen, patch(seen.content, edits))

    (record,) = shop.held[collection]
    held = {path: at(shop.held if path.startswith("variations") else record, path) for path in expected}
    assert held == expected
    assert {path: spelled(at(after.content, path)) for path in edits} == {
        path: spelled(value) for path, value in edits.items()
    }


LEVELS = [
    ("woocommerce/3", "SOKK-42", "products.0.stock_quantity"),
    ("shopify", "LUE-BLA", "products.0.variants.0.inventory_quantity"),
    ("medusa/2", "GENSER-M", "stock_levels.0.location_levels.0.available_quantity"),
    ("shopware/6", "KAFFE-250", "products.0.availableStock"),
    ("magento/2", "TAU-12", "stock_levels.0.quantity"),
]


@pytest.mark.parametrize(("make", "sku", "place"), LEVELS, ids=[make for make, _, _ in LEVELS])
def test_a_stock_level_is_what_the_shop_then_can_sell(running, make, sku, place):
    shop = running(make)
    if make == "woocommerce/3":
        shop.held["products"][0].update(sku=sku, type="simple", manage_stock=True, stock_quantity=7)
    for variant in shop.held["products"][0].get("variants", ()):
        variant["inventory_item_id"] = variant["id"]

    shop.shop.set_level(sku, 3)

    assert at(shop.held, place) == 3


SENT = [
    ("woocommerce/3", "1500", {"status": "completed", "meta_data.1.value": "70/1", "meta_data.2.value": "Bring"}),
    ("shopify", "9000", {"fulfillments.0.tracking_number": "70/1", "fulfillments.0.tracking_company": "Bring"}),
    ("medusa/2", "order_", {"fulfillments.1.labels.0.tracking_number": "70/1", "fulfillment_status": "shipped"}),
    ("shopware/6", "o000", {"deliveries.0.trackingCodes": ["70/1"]}),
    ("magento/2", "70", {"state": "complete", "_tracks.0.track_number": "70/1", "_tracks.0.title": "Bring"}),
]


@pytest.mark.parametrize(("make", "identity", "expected"), SENT, ids=[make for make, _, _ in SENT])
def test_a_shipment_is_told_with_its_number(running, make, identity, expected):
    shop = running(make)
    shop.shop.command(identity, "fulfillments", {"carrier": "Bring", "tracking": "70/1"})

    assert {path: at(shop.held["orders"][0], path) for path in expected} == expected


@pytest.mark.parametrize("make", [make for make, *_ in SENT])
def test_a_cancelled_order_is_cancelled_there(running, make):
    shop = running(make)
    identity = dict(each[:2] for each in SENT)[make]
    after = shop.shop.command(identity, "cancel", {})

    assert after.content["status"] == "cancelled"


ROW = {"addressNo": 7, "emailAddress": "kari@example.test", "name": "Kari Berg", "associateNo": 0,
       "phone": "+4722334455", "addressLine1": "Storgata 1", "postCode": "0155", "postalArea": "Oslo"}  # fmt: skip


@pytest.mark.parametrize("make", ["woocommerce/3", "medusa/2"])
def test_whoever_is_made_in_the_erp_is_made_in_the_shop_once_and_found_by_their_number(running, tmp_path, make):
    shop = running(make)
    for folder in ("one", "two"):  # the second knows nothing of the first
        (tmp_path / folder).mkdir()
        shop.carry(tmp_path / folder, "addresses", ROW)

    made = [each for each in shop.held["customers"] if each["email"] == ROW["emailAddress"]]
    assert [(each["first_name"], each["last_name"]) for each in made] == [("Kari", "Berg")]
    assert [each["id"] for each in shop.shop.find("customers", "external_id", "7")] == [str(made[0]["id"])]


def test_what_a_shop_has_no_words_for_at_all_passes_by(running, tmp_path):
    shop = running("mystore/2")
    state = shop.carry(tmp_path, "addresses", ROW)

    assert state["bookmarks"] == {"addresses": {"read": 1}}
    assert shop.asked == []
