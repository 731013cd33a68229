"""What an edit of a record comes to at a shop with its own words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from customwebshop import dialect
from customwebshop.edits import Edit, bodies, differences, homeless

CUSTOMER = {"id": "7", "email": "kari@example.test", "phone": "+4722334455", "addresses": [
    {"id": "a", "line1": "Storgata 1", "city": "Oslo"}, {"id": "b", "line1": "Hytta", "city": "Geilo"},
]}  # fmt: skip

ONE = {"path": "/customers/{id}"}
PUT = {"method": "PUT", "path": "/customers/{id}"}


def write(**said):
    made = dialect.compiled("test", {"customers": {"one": ONE, "change": [{**PUT, **said}]}})
    return made.collections["customers"].change[0]


def sent(made, after, raw=None, before=None):
    return [(each.path, each.content) for each in bodies(made, Edit(before or CUSTOMER, {**CUSTOMER, **after}, raw))]


def test_only_what_changed_is_sent():
    made = write(set={"mail": "email", "billing": {"tel": "phone"}})

    assert sent(made, {"phone": "+4799887766"}) == [("/customers/7", {"billing": {"tel": "+4799887766"}})]


def test_a_value_is_one_step_of_a_path_whatever_is_in_it():
    made = write(path="/goods/{code}?of={id}", body={"n": "name"})

    assert sent(made, {"code": "Ø/1 #2", "id": "a&b", "name": "x"}) == [
        ("/goods/%C3%98%2F1%20%232?of=a%26b", {"n": "x"}),
    ]


def test_nothing_is_sent_where_nothing_changed_for_the_shop():
    made = write(set={"mail": "email"})

    assert sent(made, {"phone": "+4799887766"}) == []


def test_an_amount_is_the_same_as_a_text_and_as_a_number():
    made = write(set={"credit": "credit"})

    assert sent(made, {"credit": "100.00"}, before={**CUSTOMER, "credit": Decimal(100)}) == []


def test_each_item_that_changed_has_a_request_of_its_own():
    made = write(
        each="addresses", path="/customers/{_record.id}/addresses/{id}", set={"street": "line1", "city": "city"}
    )
    moved = [{**CUSTOMER["addresses"][0], "city": "Bergen"}, CUSTOMER["addresses"][1]]

    assert sent(made, {"addresses": moved}) == [("/customers/7/addresses/a", {"city": "Bergen"})]


def test_items_that_came_and_went_are_told_apart():
    came = write(each="addresses", happens="added", path="/new", body={"street": "line1"})
    went = write(each="addresses", happens="removed", method="DELETE", path="/addresses/{id}")
    after = {"addresses": [CUSTOMER["addresses"][0], {"line1": "Ny gate 2"}]}

    assert sent(came, after) == [("/new", {"street": "Ny gate 2"})]
    assert [path for path, _ in sent(went, after)] == ["/addresses/b"]


def test_actions_carry_the_version_and_what_they_need():
    actions = [
        {"do": {"action": "'setEmail'", "email": "email"}},
        {
            "each": "addresses",
            "do": {"action": "'move'", "id": "id", "old": "pick(_raw.places, 'id', id).zip", "city": "city"},
        },
    ]
    made = write(body={"version": "_raw.version"}, actions=actions)
    moved = [{**CUSTOMER["addresses"][0], "city": "Bergen"}, CUSTOMER["addresses"][1]]
    raw = {"version": 4, "places": [{"id": "a", "zip": "0155"}]}

    assert sent(made, {"addresses": moved}, raw) == [
        ("/customers/7", {"version": 4, "actions": [{"action": "move", "id": "a", "old": "0155", "city": "Bergen"}]})
    ]


def test_an_edit_that_the_shop_has_no_place_for_is_named():
    made = write(set={"mail": "email"})
    after = {**CUSTOMER, "email": "ny@example.test", "phone": None}

    assert homeless([made], Edit(CUSTOMER, after)) == "phone"
    assert homeless([made], Edit(CUSTOMER, {**CUSTOMER, "email": "ny@example.test"})) == ""


def test_differences_reach_into_items():
    moved = [{**CUSTOMER["addresses"][0], "city": "Bergen"}, CUSTOMER["addresses"][1]]

    assert [path for path, _ in differences(CUSTOMER, {**CUSTOMER, "addresses": moved})] == ["addresses.city"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("minor_units(price, `2`)", 10999),
        ("decimals(price, `1`)", "110.0"),
        ("number(price)", 109.99),
        ("whole(stock)", 7),
        ("plus(stock, `2`)", Decimal("9.5")),
        ("divided(price, `100`)", Decimal("1.0999")),
        ("first_names(name)", "Åse Marie"),
        ("last_name(name)", "Ødegård"),
        ("last_part(url)", "12"),
        ("hex_id(name, 'a') == hex_id(name, 'a')", True),
        ("hex_id(name, 'a') == hex_id(name, 'b')", False),
        ("length(hex_id(name, 'a'))", 32),
        ("hex_id(nobody, 'a')", None),
        ("word(status, {open: 'NEW', completed: 'DONE'})", "NEW"),
        ("minor_units(nothing, `2`)", None),
    ],
)
def test_the_words_beyond_jmespath(said, found):
    record = {
        "price": "109.99",
        "stock": "7.5",
        "name": "Åse Marie Ødegård",
        "url": "http://shop/api/users/12/",
        "status": "open",
    }
    (body,) = bodies(write(body={"x": said}), Edit({}, {"id": 1, **record}), always=True)

    assert body.content == {"x": found}


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"method": "GET", "path": "/x"}, "change.0.method: 'GET' is none of POST, PUT, PATCH, DELETE"),
        ({"method": "PUT", "path": "/x", "lookup": {}}, "there is no 'lookup' here; did you mean 'look_up'?"),
        ({"method": "PUT", "path": "/x", "sett": {}}, "change.0: there is no 'sett' here; did you mean 'set'?"),
        ({"method": "PUT", "path": "/x", "set": {"a": "b ||"}}, "writes.customers.change[0]: 'b ||' is no JMESPath"),
        ({"method": "PUT", "path": "/x/{id ||}"}, "is no JMESPath"),
        ({"method": "PUT"}, "writes.customers.change.0: 'path' is needed here"),
    ],
)
def test_a_preset_that_cannot_be_understood_is_refused_with_the_place(said, complaint):
    with pytest.raises(dialect.DialectError) as refused:
        dialect.compiled("test", {"customers": {"one": ONE, "change": [said]}})

    assert complaint in str(refused.value)


def test_what_is_written_must_be_read_first():
    with pytest.raises(dialect.DialectError, match=r"writes.customers: 'one' is needed here"):
        dialect.compiled("test", {"customers": {"change": [PUT]}})


@pytest.mark.parametrize(
    ("writes", "complaint"),
    [
        ({"customer": {"one": ONE}}, "writes: there is no 'customer' here; did you mean 'customers'?"),
        ({"stock_levels": {"one": ONE}}, "writes: there is no 'stock_levels' here; did you mean 'inventory-levels'?"),
        ({"orders": {"one": ONE, "update": []}}, "writes.orders: there is no 'update' here; did you mean 'change'?"),
        (
            {"orders": {"one": ONE, "commands": {"ship": []}}},
            "writes.orders.commands: there is no 'ship' here; did you mean 'fulfillments'?",
        ),
    ],
)
def test_a_word_that_there_is_not_is_told_with_its_place_and_the_nearest_right_one(writes, complaint):
    with pytest.raises(dialect.DialectError) as refused:
        dialect.compiled("test", writes)

    assert str(refused.value) == complaint


def test_null_takes_away_what_a_preset_writes():
    orders = {"one": ONE, "create": None, "commands": {"cancel": None, "fulfillments": [PUT]}}
    made = dialect.compiled("test", {"customers": None, "orders": orders})

    assert made.collections.keys() == {"orders"}
    assert made.collections["orders"].create is None
    assert made.collections["orders"].commands.keys() == {"fulfillments"}
