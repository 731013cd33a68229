"""What the merge is told of records of the shop that cannot be read."""

from __future__ import annotations

import pytest
from crosswalk import Change, RemoteTable, Removal, Unwelcome
from customwebshop import RecordMisreadError, Stored
from target_customwebshop.shop import Shop

CUSTOMERS = RemoteTable("customers", ("id",), ("id", "email", "org_number"), reference="external_id")
LINES = RemoteTable("orders.lines", ("id",), ("id", "sku"), reference="id")


READ = {"id": "2", "email": "b@example.test", "org_number": "2", "lines": [{"id": "L", "sku": "S"}]}


class Client:
    """A shop with two records of each kind, of which only the second can be read."""

    def get(self, _, identity):
        if identity == "1":
            raise RecordMisreadError("'created_at' is no time.")
        return Stored(READ, "") if identity == "2" else None

    def find(self, collection, by, value):
        raise NotImplementedError

    def all(self, _, put_aside):
        put_aside(RecordMisreadError("record 1: 'created_at' is no time."))
        yield READ


@pytest.fixture
def shop():
    return Shop(Client())


def test_it_is_said_of_it_alone_when_it_is_read_with_others(shop):
    rows = shop.read(CUSTOMERS, ["1", "2", "3"])

    assert list(rows) == ["1", "2"]
    assert "customers '1' cannot be read: 'created_at' is no time" in rows["1"].problem
    assert (rows["2"].values["email"], rows["2"].problem) == ("b@example.test", "")


def test_what_the_others_hold_is_found_and_of_anything_else_nobody_can_tell(shop):
    known, unknown = shop.find(CUSTOMERS, "org_number", ["2", "9"], where={}, parents=())[::-1]

    assert (known.id, known.problem) == ("2", "")
    assert unknown.values == {"org_number": "9"}
    assert "may be this one" in unknown.problem


def test_of_its_lines_nobody_can_tell_where_they_are(shop):
    hidden, seen = shop.find(LINES, "id", ["L"], where={}, parents=["1", "2"])

    assert (hidden.id, bool(hidden.problem)) == ("1/", True)
    assert (seen.id, seen.problem) == ("2/L", "")


def test_a_write_to_it_certainly_does_not_happen(shop):
    for outcome in (*shop.update(CUSTOMERS, [Change("1", {"email": ""}, {})]),
                    *shop.delete(CUSTOMERS, [Removal("1", {})])):  # fmt: skip
        assert isinstance(outcome, Unwelcome)
        assert outcome.kind == "illegible"
