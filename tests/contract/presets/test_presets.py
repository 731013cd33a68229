"""Each preset reads its make of shop, through the whole tap: every row over several pages, in the contract's words.

These shops cannot run here. What stands for them answers as their documents say, with records of ours in the
documented shape; see documented.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import documented
import documented_writes
import pytest
import yaml
from documented_writes.records import SPELLED
from keeping import run_here
from tap_customwebshop import TapCustomWebshop

FILES = sorted((Path(__file__).parent / "shops").glob("*.yml"))
STREAMS = ("customers", "products", "stock_levels", "orders")


@dataclass
class Read:
    """A shop of one make, read twice: whole, and then from the state of the first run."""

    told: dict
    records: dict[str, list[dict]] = field(default_factory=dict)
    again: list[documented.Asked] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)


def rows(told: dict) -> dict[str, documented.Rows]:
    found = {}
    for stream, record in told["records"].items():
        key = told.get("keys", {}).get(stream, "id")
        stamps = told["stamps"] if key in record else []
        found[stream] = documented.many(record, key, stamps, SPELLED[told["spelled"]]) if key in record else [record]
        for at, row in enumerate(found[stream]):
            if "_at" in row:
                row["_at"] = int((documented.START + timedelta(days=at)).timestamp())
    return found


def run(config: dict, state: dict | None = None) -> list[dict]:
    kept = run_here(TapCustomWebshop, config, state)
    assert kept.failure == ""
    return kept.messages


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def read(request, tmp_path_factory):
    told = yaml.safe_load(request.param.read_text())
    held = rows(told)
    absent = {stream: {"enabled": False} for stream in STREAMS if stream not in held}
    with documented.serving(documented_writes.READS[told["preset"]], held) as shop:
        config = {
            "preset": told["preset"],
            "api_url": shop.url,
            "page_size": 2,
            "key_file": str(tmp_path_factory.mktemp("keys") / "keys.db"),
            "streams": absent,
            **told["settings"],
        }
        first = run(config)
        found = Read(told)
        for message in first:
            if message["type"] == "RECORD":
                found.records.setdefault(message["stream"], []).append(message["record"])
        shop.asked.clear()
        run(config, [each["value"] for each in first if each["type"] == "STATE"][-1])
        found.again = list(shop.asked)
        yield found


UNPAID = {
    "medusa-2": ({"payment_status": "not_paid"}, {"payment_status": "captured"}),
    "vendure-3": ({"state": "PaymentAuthorized"}, {"state": "PaymentSettled"}),
}


@pytest.mark.parametrize("make", UNPAID)
def test_a_payment_that_moves_no_stamp_is_told_in_the_next_run(make, tmp_path):
    told = yaml.safe_load((Path(__file__).parent / "shops" / f"{make}.yml").read_text())
    held, (before, after) = rows(told), UNPAID[make]
    held["orders"][0].update(before)
    with documented.serving(documented_writes.READS[told["preset"]], held) as shop:
        others = {stream: {"enabled": False} for stream in STREAMS if stream != "orders"}
        config = {"preset": told["preset"], "api_url": shop.url, "key_file": str(tmp_path / "keys.db")}
        config |= {**told["settings"], "streams": others}
        first = run(config)
        held["orders"][0].update(after)
        second = run(config, [each["value"] for each in first if each["type"] == "STATE"][-1])

    paid = [each["record"] for each in second if each["type"] == "RECORD"]
    assert (str(held["orders"][0]["id"]), "paid") in [(each["id"], each["payment_status"]) for each in paid]


def test_the_pages_that_are_asked_for_cost_no_more_than_shopify_lets_a_document_cost(tmp_path):
    told = yaml.safe_load((Path(__file__).parent / "shops" / "shopify.yml").read_text())
    held = rows(told)
    with documented.serving(documented_writes.READS["shopify"], held) as shop:
        config = {"preset": "shopify", "api_url": shop.url, "key_file": str(tmp_path / "keys.db"), **told["settings"]}
        messages = run(config)  # more than 1,000 points are refused there

    asked = {each.body["variables"]["first"] for each in shop.asked}
    assert {10, 15, 50} <= asked
    assert len([each for each in messages if each["type"] == "RECORD"]) == sum(map(len, held.values()))


def test_a_product_that_shopify_does_not_list_is_gone_only_where_it_is_not_there_at_all(tmp_path):
    told = yaml.safe_load((Path(__file__).parent / "shops" / "shopify.yml").read_text())
    held = rows(told)
    hidden, gone = held["products"][0]["id"], held["products"][1]["id"]

    def hiding(asked: documented.Asked, shown: dict[str, documented.Rows]) -> documented.Told:
        if "products(" in asked.body["query"]:
            shown = {**shown, "products": [row for row in shown["products"] if "price" not in row["title"]]}
        return documented_writes.READS["shopify"](asked, shown)

    with documented.serving(hiding, held) as shop:
        others = {stream: {"enabled": False} for stream in STREAMS if stream != "products"}
        config = {"preset": "shopify", "api_url": shop.url, "key_file": str(tmp_path / "keys.db"), **told["settings"]}
        config["streams"] = {**others, "products": {"sweep": {"every_h": 0}}}
        first = run(config)
        held["products"][0]["title"] = "no price yet"  # the list leaves it out, as a search does that is behind
        del held["products"][1]
        second = run(config, [each["value"] for each in first if each["type"] == "STATE"][-1])

    buried = [each["record"]["id"] for each in second if each["type"] == "RECORD" and "deleted_at" in each["record"]]
    assert hidden != gone
    assert buried == [gone.rpartition("/")[2]]


@pytest.mark.parametrize("recheck", [True, False])
def test_a_row_of_shopware_that_goes_between_two_pages_takes_no_other_with_it(tmp_path, recheck):
    """Pages are counted: where a row before goes, the first of the next page moves to the one that was read."""
    told = yaml.safe_load((Path(__file__).parent / "shops" / "shopware-6.yml").read_text())
    held = rows(told)
    kept = [row["id"] for row in held["orders"][1:]]

    def losing(asked: documented.Asked, shown: dict[str, documented.Rows]) -> documented.Told:
        answer = documented.shopware(asked, shown)
        if asked.path == "/search/order" and asked.body["page"] == 1 and len(shown["orders"]) > len(kept):
            del shown["orders"][0]
        return answer

    with documented.serving(losing, held) as shop:
        others = {stream: {"enabled": False} for stream in STREAMS if stream != "orders"}
        paging = {"paging": {"style": "page", "recheck": recheck}, "sweep": None, "revisit": None}
        config = {"preset": told["preset"], "api_url": shop.url, "page_size": 2, **told["settings"]}
        messages = run({**config, "streams": {**others, "orders": paging}, "key_file": str(tmp_path / "keys.db")})

    read = {each["record"]["id"] for each in messages if each["type"] == "RECORD"}
    assert (set(kept) <= read) is recheck, "without it, one is lost: the shop was at fault indeed"


def at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record[int(step)] if step.isdigit() and isinstance(record, list) else (record or {}).get(step)
    return record


def test_every_row_is_delivered_over_several_pages(read):
    held = {stream: len(listed) for stream, listed in rows(read.told).items()}
    delivered = {
        stream: len({str(row.get("sku") or row.get("id")) for row in listed}) for stream, listed in read.records.items()
    }

    assert delivered == held


def test_records_are_in_the_words_of_the_contract(read):
    for stream, expected in read.told["expected"].items():
        record = read.records[stream][0]
        assert {path: at(record, path) for path in expected} == expected, stream


def test_the_next_run_asks_for_what_changed_since(read):
    asked = [{**each.query, **(each.body if isinstance(each.body, dict) else {})} for each in read.again]

    for expected in read.told["asked_again"].values():
        assert any({path: at(each, path) for path in expected} == expected for each in asked), asked


def test_a_shop_that_counts_its_rows_is_asked_once_for_a_few(read):
    asked = [each.path for each in read.again]

    for path in read.told.get("asked_once", []):
        assert asked.count(path) == 1, path
