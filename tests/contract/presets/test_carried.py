"""Rows of the ERP through the whole target, to shops of a documented shape."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import documented_writes
import pytest
import yaml
from documented_writes.records import held
from singer_sdk.testing import target_sync_test
from target_customwebshop.target import TargetCustomWebshop

if TYPE_CHECKING:
    import documented

ROOT, HERE = Path(__file__).parents[3], Path(__file__).parent
ROW = {"addressNo": 7, "emailAddress": "ny@example.test", "name": "Kari Berg", "associateNo": 0,
       "phone": "+4722334455", "addressLine1": "Storgata 1", "postCode": "0155", "postalArea": "Oslo"}  # fmt: skip


@dataclass
class Shop:
    """A shop of one make at work."""

    told: dict[str, Any]
    held: dict[str, Any]
    at_work: documented.Shop

    def carry(self, folder: Path, row: dict[str, Any], **further: Any) -> dict[str, Any]:
        """Give an address of the ERP to the target, whose link store stands in the folder; gives the last STATE."""
        schema = {"properties": {name: {} for name in row}}
        said = [
            {"type": "SCHEMA", "stream": "addresses", "schema": schema, "key_properties": ["addressNo"]},
            {"type": "RECORD", "stream": "addresses", "record": row, "time_extracted": "2026-03-09T12:00:00Z"},
            {"type": "STATE", "value": {"bookmarks": {"addresses": {"read": 1}}}},
        ]
        config = {
            "preset": self.told["preset"], "api_url": self.at_work.url, "company_no": 1,
            "mapping": str(ROOT / "mapping"), "link_store": f"sqlite:///{folder}/links.db",
            **self.told["settings"], **further,
        }  # fmt: skip
        given = io.StringIO("".join(f"{json.dumps(each)}\n" for each in said))
        out, _ = target_sync_test(TargetCustomWebshop(config=config), given, finalize=True)
        out.seek(0)
        state: dict[str, Any] = json.loads(out.read().splitlines()[-1])
        return state


@pytest.fixture
def shop():
    """Starts a shop of a make."""
    with contextlib.ExitStack() as stack:

        def start(make: str) -> Shop:
            told = yaml.safe_load((HERE / "shops" / f"{make}.yml").read_text())
            more = yaml.safe_load((HERE / "writes" / f"{make}.yml").read_text()).get("holds", {})
            rows = held(told, more)
            return Shop(told, rows, stack.enter_context(documented_writes.serving(told["preset"], rows)))

        yield start


MAKERS = {
    "woocommerce-3": "POST /customers",
    "medusa-2": "POST /admin/customers",
    "shopify": "customerCreate(",
    "shopify-rest": "POST /customers.json",
    "shopware-6": "POST /customer",
    "magento-2": "POST /customers",
}
"""What tells the request that makes a customer, by make of shop."""


def carriers(held: dict[str, Any]) -> list[dict[str, Any]]:
    def mails(each: dict[str, Any]) -> tuple[Any, ...]:
        return each.get("email"), each.get("emailAddress"), (each.get("defaultEmailAddress") or {}).get("emailAddress")

    return [each for each in held["customers"] if ROW["emailAddress"] in mails(each)]


@pytest.mark.parametrize("make", MAKERS)
def test_whoever_is_made_in_the_erp_is_made_in_the_shop_once_and_found_by_their_number(shop, tmp_path, make):
    at_work = shop(make)
    for folder in ("one", "two"):  # the second knows nothing of the first
        (tmp_path / folder).mkdir()
        at_work.carry(tmp_path / folder, ROW)

    (made,) = carriers(at_work.held)
    said = json.dumps(made)
    assert [words for words in ('"Kari"', '"Berg"', "Storgata 1") if words not in said] == []
    numbers = [made.get(each) for each in ("meta_data", "metadata", "tags", "customFields", "custom_attributes")]
    assert re.search(r'"(businessnxt:)?7"', json.dumps(numbers))


@pytest.mark.parametrize("make", MAKERS)
def test_whoever_was_made_without_an_answer_is_found_again_and_goes_on_with_the_edits_made_since(shop, tmp_path, make):
    at_work = shop(make)
    at_work.at_work.mute.add(MAKERS[make])

    at_work.carry(tmp_path, ROW)
    at_work.carry(tmp_path, {**ROW, "name": "Kari Dahl"}, grace_seconds=0)

    (made,) = carriers(at_work.held)
    assert "Dahl" in json.dumps(made)


def test_what_a_shop_has_no_words_for_at_all_passes_by(shop, tmp_path):
    at_work = shop("mystore-2")
    state = at_work.carry(tmp_path, ROW)

    assert state["bookmarks"] == {"addresses": {"read": 1}}
    assert at_work.at_work.asked == []


@pytest.mark.parametrize(("make", "making"), [("magento-2", "POST /customers"), ("vendure-3", "createCustomer(")])
def test_where_there_is_no_place_for_the_number_the_e_mail_address_tells_who_was_made(shop, tmp_path, make, making):
    at_work = shop(make)
    at_work.held["attributes"] = []
    at_work.at_work.mute.add(making)

    for name in ("Kari Berg", "Kari Berg", "Kari Dahl"):  # lost, refused and then adopted, edited
        at_work.carry(tmp_path, {**ROW, "name": name}, grace_seconds=0)

    (made,) = carriers(at_work.held)
    assert "Dahl" in json.dumps(made)
    assert "Storgata 1" in json.dumps(made)
