"""Whole programs, killed in turn at every write into the shop, while it gets what was made in the company first."""

from __future__ import annotations

import random
import time
from itertools import count

import pytest
from programs import serving
from rounds import Scene
from twoway.programs import Bridge

STREAMS = ("addresses", "associates", "order_documents", "orders", "prices", "products", "stock_balances")
MOST = 12
"""Writes into the shop that one round takes, at most."""


class Made:
    """What somebody has made in the company before one run: an order, an invoice, a price, a level."""

    def __init__(self, scene, number):
        self.scene, self.note, self.invoice = scene, f"Telefon {number}", str(500100 + number)
        self.price, self.level = 1300 + number, 10 + number
        account = scene.row("associate", information1="C1")["customerNo"]
        head = {"customerNo": account, "orderDate": 20261120, "currencyNo": 47, "information4": self.note}
        self.order = scene.add_in_company("order", **head)["orderNo"]
        scene.add_in_company("orderLine", orderNo=self.order, productNo="FRAKT", description="Hjemlevering",
                             quantity=1, priceInCurrency=149)  # fmt: skip
        known = scene.row("order", customerOrSupplierOrderNo="O1")
        scene.add_in_company("orderDocument", documentType=1, orderNo=known["orderNo"], customerNo=account,
                             invoiceNo=self.invoice, invoiceDate=20261121)  # fmt: skip
        scene.in_company("priceAndDiscountMatrix", {"productNo": "ULL-1"}, salesPrice1InCurrency=self.price)
        scene.in_company("stockBalance", {"productNo": "ULL-1", "warehouseNo": 1}, available=self.level)

    def has_arrived(self):
        """Everything once, and nothing else."""
        [order] = [each for each in self.scene.records("orders") if each.get("note") == self.note]
        known = self.scene.record("orders", "O1")
        numbers = [each["number"] for each in known["metadata"]["invoices"]]
        [variant] = self.scene.record("products", "P1")["variants"]
        [level] = [each for each in self.scene.records("inventory-levels") if each["sku"] == "ULL-1"]
        assert order["external_id"] == str(self.order)
        assert [each["title"] for each in order["lines"]] == ["Hjemlevering"]
        assert numbers.count(self.invoice) == 1
        assert float(variant["price"]) == self.price
        assert level["available"] == self.level
        return True


@pytest.fixture
def bridge(tmp_path):
    """A shop and a company that have met."""
    with serving(tmp_path / "sandbox", seed="empty") as neighbours:
        scene = Scene(neighbours, tmp_path)
        scene.customer()
        scene.product()
        scene.order()
        (tmp_path / "pipe").mkdir()
        made = Bridge(neighbours, tmp_path / "pipe", random.Random(1), STREAMS)
        made.scene = scene
        made.both()
        scene.add_in_company("stockBalance", productNo="ULL-1", warehouseNo=1, available=5)
        made.both()
        yield made


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "reset_mid_body", "match": {"method": "POST"}}, id="after making"),
        pytest.param({"kind": "latency", "ms": 600, "match": {"method": "PATCH"}}, id="while changing"),
    ],
)
def test_what_was_made_in_the_company_arrives_once_wherever_the_run_is_killed(bridge, fault):
    for number in count():
        assert number < MOST
        made = Made(bridge.scene, number)
        killed = killed_at_write(bridge, number, fault)

        assert bridge.rest() == 0
        assert bridge.open() == []
        assert made.has_arrived()
        assert len(bridge.scene.records("orders")) == 2 + number, "the order of the shop, and one for each round"
        if not killed:
            break
    assert number > 0


def killed_at_write(bridge, after, fault):
    """One run of the way back; whether it came to its write of this number, and was killed there."""
    tell = bridge.neighbours.tell_shop
    tell("POST", "faults", after=after, **fault)
    back = bridge.pipelines[1]
    fired = []

    def kill(alive):
        while not back.wait(alive, 0.02):
            if tell("GET", "faults")[0]["fired"]:
                fired.append(True)
                back.kill(alive, "target")
                return

    back.run(kill)
    tell("DELETE", "faults")
    time.sleep(fault.get("ms", 0) / 1000)
    return bool(fired)
