"""A shop with its own words, read and written as if it kept to the contract."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from customwebshop import ChangedError, LostError, MisreadError, NotFoundError, RecordMisreadError, RefusedError
from customwebshop.dialect import compiled
from customwebshop.foreign import ForeignShop

WRITES = {
    "customers": {
        "one": {"path": "/people/{id}", "record": "person"},
        "find": {"email": {"path": "/people?mail={value}", "record": "people"}},
        "change": [
            {"method": "PATCH", "path": "/people/{id}", "set": {"mail": "email"}},
            {"method": "PATCH", "path": "/people/{id}/phone", "set": {"tel": "phone"}},
        ],
        "create": {"method": "POST", "path": "/people", "body": {"mail": "email"}, "answer": "person", "again": False},
    },
    "orders": {
        "one": {"path": "/sales/{id}"},
        "commands": {"cancel": [{"method": "POST", "path": "/sales/{id}/stop"}]},
    },
}  # fmt: skip


@dataclass
class Answer:
    body: object


@dataclass
class Shelf:
    """A shop in memory, and everything that was asked of it."""

    people: dict = field(default_factory=lambda: {"7": {"id": 7, "mail": "kari@example.test", "tel": "22334455"}})
    sales: dict = field(default_factory=lambda: {"1": {"id": 1, "state": "open"}})
    asked: list = field(default_factory=list)
    trouble: dict = field(default_factory=dict)
    mute: bool = False
    api_url = "http://shop"

    def get(self, path, headers):
        assert headers == {}
        self.asked.append(("GET", path))
        place, query = urlsplit(path).path, parse_qs(urlsplit(path).query)
        if query:
            return Answer({"people": [each for each in self.people.values() if [each["mail"]] == query["mail"]]})
        kind, identity = place.strip("/").split("/")
        held = getattr(self, kind).get(identity)
        if held is None:
            raise NotFoundError(place, status=404)
        return Answer({"person": dict(held)} if kind == "people" else dict(held))

    def ask(self, request):
        path = request.url.removeprefix(self.api_url)
        self.asked.append((request.method, path, request.content))
        if problem := self.trouble.get(path):
            raise problem
        kind, *rest = path.strip("/").split("/")
        if not rest:
            self.people["8"] = {"id": 8, **request.content}
            if self.mute:
                raise LostError("no answer")
            return Answer({"person": dict(self.people["8"])})
        held = getattr(self, kind)[rest[0]]
        held.update(request.content or {"state": "stopped"})
        return Answer(None)

    def writes(self):
        return [each for each in self.asked if each[0] != "GET"]


class Shapes:
    """As the tap would shape them."""

    def __init__(self, shelf):
        self._shelf = shelf

    def all(self, stream, put_aside):
        for raw in (self._shelf.people if stream == "customers" else self._shelf.sales).values():
            try:
                yield self.shaped(stream, raw)[1]
            except RecordMisreadError as misread:  # noqa: PERF203 - the others are listed
                put_aside(misread)

    def shaped(self, stream, raw):
        if raw.get("tel") == "?":
            raise RecordMisreadError("'phone' is no number")
        if stream == "orders":
            return raw, {"id": str(raw["id"]), "status": raw["state"]}
        return raw, {"id": str(raw["id"]), "email": raw["mail"], "phone": raw.get("tel")}


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def shop(shelf):
    return ForeignShop(shelf, compiled("people/1", WRITES), Shapes(shelf))


def test_a_record_is_read_in_the_words_of_the_contract(shop):
    assert shop.get("customers", "7").content == {"id": "7", "email": "kari@example.test", "phone": "22334455"}
    assert shop.get("customers", "9") is None


def test_a_shop_that_gives_another_record_than_was_asked_for_is_not_written_to(shop, shelf):
    shelf.people["9"] = shelf.people["7"]

    with pytest.raises(MisreadError, match="gave '7' instead"):
        shop.get("customers", "9")


def test_records_are_looked_up_where_the_shop_can_and_listed_once_where_not(shop, shelf):
    assert [each["id"] for each in shop.find("customers", "email", "kari@example.test")] == ["7"]
    assert [each["id"] for each in shop.find("customers", "phone", "22334455")] == ["7"]
    assert shop.find("customers", "phone", "nobody") == []
    assert shelf.asked == [("GET", "/people?mail=kari%40example.test")]


def test_an_edit_becomes_the_requests_that_carry_it(shop, shelf):
    after = shop.change("customers", shop.get("customers", "7"), {"email": "ny@example.test", "phone": "99"})

    assert shelf.people["7"] == {"id": 7, "mail": "ny@example.test", "tel": "99"}
    assert after.content == {"id": "7", "email": "ny@example.test", "phone": "99"}
    assert after.ours
    assert [path for _, path, _ in shelf.writes()] == ["/people/7", "/people/7/phone"]


def test_a_record_that_somebody_changed_meanwhile_is_left_alone(shop, shelf):
    seen = shop.get("customers", "7")
    shelf.people["7"]["tel"] = "11"

    with pytest.raises(ChangedError):
        shop.change("customers", seen, {"email": "ny@example.test"})
    assert shelf.writes() == []


def test_what_the_shop_has_no_place_for_is_refused_before_anything_is_sent(shop, shelf):
    with pytest.raises(RefusedError, match=r"people/1 has no place for vat_number of customers.*to_businessnxt") as no:
        shop.change("customers", shop.get("customers", "7"), {"email": "ny@example.test", "vat_number": "NO1"})

    assert no.value.property == "vat_number"
    assert shelf.writes() == []


def test_an_edit_that_was_half_done_may_have_happened(shop, shelf):
    shelf.trouble["/people/7/phone"] = RefusedError("no", status=422)

    with pytest.raises(LostError, match="Half of it"):
        shop.change("customers", shop.get("customers", "7"), {"email": "ny@example.test", "phone": "99"})


def test_what_nothing_finds_by_its_id_is_read_by_what_the_list_says_of_it(shelf):
    writes = {"customers": {"one": {"path": "/people/{_listed.phone}", "record": "person"}}}
    shelf.people["22334455"] = shelf.people["7"]
    shop = ForeignShop(shelf, compiled("people/1", writes), Shapes(shelf))

    assert shop.get("customers", "7").id == "7"
    assert shop.get("customers", "9") is None


def test_what_cannot_be_given_with_a_new_record_is_written_at_once_after_it(shop, shelf):
    made = shop.create("customers", {"email": "ny@example.test", "phone": "99"})

    assert made.content == {"id": "8", "email": "ny@example.test", "phone": "99"}
    assert [path for _, path, _ in shelf.writes()] == ["/people", "/people/8/phone"]


def test_a_new_record_that_was_half_written_may_have_been_made(shop, shelf):
    shelf.trouble["/people/8/phone"] = RefusedError("no", status=422)

    with pytest.raises(LostError, match="Half of it"):
        shop.create("customers", {"email": "ny@example.test", "phone": "99"})


def test_a_new_record_is_made_once(shop, shelf):
    made = shop.create("customers", {"email": "ny@example.test"})

    assert made.id == "8"
    assert shelf.writes() == [("POST", "/people", {"mail": "ny@example.test"})]


@pytest.mark.parametrize("mute", [True, False])
def test_what_was_made_after_a_collection_was_listed_is_found_all_the_same(shop, shelf, mute):
    assert shop.find("customers", "phone", "99") == []
    shelf.mute = mute
    with contextlib.suppress(LostError):
        shop.create("customers", {"email": "ny@example.test", "phone": "99"})
    shelf.people["8"]["tel"] = "99"

    assert [each["id"] for each in shop.find("customers", "phone", "99")] == ["8"]


def test_a_new_record_whose_answer_holds_its_id_only_is_read(shelf):
    customers = WRITES["customers"]
    create = {**customers["create"], "made": "person.id"}
    del create["answer"]
    shop = ForeignShop(shelf, compiled("people/1", {"customers": {**customers, "create": create}}), Shapes(shelf))

    made = shop.create("customers", {"email": "ny@example.test"})

    assert (made.content["email"], made.ours) == ("ny@example.test", True)
    assert shelf.asked[-1] == ("GET", "/people/8")


def test_what_a_shop_does_without_is_not_asked_of_it(shelf):
    customers = WRITES["customers"]
    create = {**customers["create"], "without": ["external_id"]}
    shop = ForeignShop(shelf, compiled("people/1", {"customers": {**customers, "create": create}}), Shapes(shelf))

    assert shop.create("customers", {"email": "ny@example.test", "external_id": "7"}).id == "8"
    with pytest.raises(RefusedError, match="no place for vat_number"):
        shop.create("customers", {"email": "ny@example.test", "vat_number": "NO1"})


def test_what_the_look_up_of_a_new_record_misses_is_a_refusal_that_sends_nothing(shelf):
    customers = WRITES["customers"]
    create = {**customers["create"], "look_up": {"country": {"path": "/countries/{country}"}}}
    shop = ForeignShop(shelf, compiled("people/1", {"customers": {**customers, "create": create}}), Shapes(shelf))

    with pytest.raises(RefusedError, match=r"countries.*does not say what belongs there"):
        shop.create("customers", {"email": "ny@example.test"})
    assert shelf.asked == []


def test_a_look_up_that_finds_nothing_by_its_path_finds_nobody(shelf):
    customers = {**WRITES["customers"], "find": {"number": {"path": "/people/{value}", "record": "person"}}}
    shop = ForeignShop(shelf, compiled("people/1", {"customers": customers}), Shapes(shelf))

    assert shop.find("customers", "number", "9") == []


def test_an_order_takes_the_commands_that_it_knows(shop, shelf):
    shop.command("1", "cancel", {})

    assert shelf.sales["1"]["state"] == "stopped"
    with pytest.raises(RefusedError, match="knows no command 'fulfillments'"):
        shop.command("1", "fulfillments", {})


def test_a_collection_that_is_not_written_says_so(shop):
    with pytest.raises(RefusedError, match="does not say how products are written"):
        shop.get("products", "1")
    with pytest.raises(RefusedError, match="makes no orders"):
        shop.create("orders", json.loads("{}"))


def test_an_address_in_other_capitals_is_found_in_the_list_as_it_is_where_the_shop_looks_it_up(shelf):
    shelf.people["7"]["mail"] = "Kari@Example.test"
    listed = {**WRITES, "customers": {**WRITES["customers"], "find": {}}}
    shop = ForeignShop(shelf, compiled("people/1", listed), Shapes(shelf))

    assert [each["id"] for each in shop.find("customers", "email", "kari@example.test")] == ["7"]


def test_an_id_is_one_only_as_it_is_written(shelf):
    one = {"path": "/people/{_listed.id}", "record": "person"}
    listed = {**WRITES, "customers": {**WRITES["customers"], "one": one}}
    shelf.people = {"a": {"id": "a", "mail": "a@example.test"}, "A": {"id": "A", "mail": "b@example.test"}}
    shop = ForeignShop(shelf, compiled("people/1", listed), Shapes(shelf))

    assert shop.get("customers", "A").content["email"] == "b@example.test"


@pytest.mark.parametrize("place", ["Idempotency-Key", "/key"])
def test_each_request_has_a_key_of_its_own_where_the_shop_does_a_thing_once_by_it(shelf, place):
    keys = []

    def ask(request):
        keys.append(request.headers.get(place) or request.content.pop("key"))
        return Shelf.ask(shelf, request)

    shelf.ask = ask
    change = [{**WRITES["customers"]["change"][0], "once": place}]
    shop = ForeignShop(
        shelf, compiled("people/1", {"customers": {**WRITES["customers"], "change": change}}), Shapes(shelf)
    )

    for mail in ("a@example.test", "b@example.test"):
        shop.change("customers", shop.get("customers", "7"), {"email": mail})

    assert shelf.people["7"]["mail"] == "b@example.test"
    assert len(set(keys)) == len(keys) == 2


def test_among_records_of_which_one_cannot_be_read_a_value_is_found_and_never_said_to_be_nowhere(shop, shelf):
    shelf.people["9"] = {"id": 9, "mail": "ola@example.test", "tel": "?"}

    assert [each["id"] for each in shop.find("customers", "phone", "22334455")] == ["7"]
    with pytest.raises(RecordMisreadError, match="is no number"):
        shop.find("customers", "phone", "nobody")


def test_a_record_that_cannot_be_read_after_it_was_written_may_have_been_written(shop, shelf):
    with pytest.raises(LostError, match="Half of it was done"):
        shop.change("customers", shop.get("customers", "7"), {"phone": "?"})

    assert shelf.people["7"]["tel"] == "?"
