"""A value that lost, and that a person types again before the next run has read the record."""

from __future__ import annotations

import random

from crosswalk import Incoming, Side, Store, Synchronizer
from twoway.history import MAPPINGS, STREAMS
from twoway.systems import Host, System


def test_the_same_words_typed_again_are_an_edit(tmp_path):
    host = Host(random.Random(1))
    sides = {side: System(side, host) for side in Side}
    store = Store(f"sqlite:///{tmp_path}/links.db", shop="shop", company="1")

    def run(source):
        host.turn(10)
        with Synchronizer(MAPPINGS, store, sides[source.other], source=source, clock=lambda: host.now) as sync:
            host.turn(1)
            sync.apply(STREAMS[source], [Incoming(dict(each), host.now) for each in sides[source].rows.values()])

    customer = sides[Side.WEBSHOP].make({"name": "Aase", "country": "NO"}, ours=False)
    run(Side.WEBSHOP)
    run(Side.BUSINESSNXT)
    [row] = sides[Side.BUSINESSNXT].rows
    sides[Side.WEBSHOP].put(customer, {"country": "SE"}, ours=False)
    sides[Side.BUSINESSNXT].put(row, {"information3": "DK"}, ours=False)
    run(Side.WEBSHOP)
    run(Side.BUSINESSNXT)
    assert sides[Side.WEBSHOP].rows[customer]["country"] == "DK", "the company wins"

    sides[Side.WEBSHOP].put(customer, {"country": "SE"}, ours=False)
    run(Side.WEBSHOP)

    assert sides[Side.BUSINESSNXT].rows[row]["information3"] == "SE"
    store.close()
