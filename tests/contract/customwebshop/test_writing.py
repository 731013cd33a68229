"""What the shop holds after the client has written to it, also when the shop is busy, slow or silent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from customwebshop import (
    ChangedError,
    CredentialsError,
    LostError,
    MisreadError,
    RefusedError,
    TakenError,
    UnreachableError,
)

CUSTOMER = {"external_id": "10077", "type": "company", "company_name": "Fjell & Vidde AS", "email": "post@fjell.test"}


def by_external_id(webshop, stream, external_id):
    return [each for each in webshop.records(stream) if each.get("external_id") == external_id]


def test_a_record_is_made_and_found_again(client, webshop):
    made = client().create("customers", CUSTOMER)

    assert made.ours
    assert webshop.record("customers", made.id).items() >= CUSTOMER.items()
    assert [each["id"] for each in client().find("customers", "external_id", "10077")] == [made.id]
    assert [each["id"] for each in client().find("customers", "email", "post@fjell.test")] == [made.id]
    assert client().get("customers", made.id).content == made.content


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_mid_body"},
        {"kind": "http_429", "retry_after": 1},
        {"kind": "http_500"},
        {"kind": "http_503", "retry_after": 1},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_record_is_made_once_whatever_becomes_of_the_answer(client, webshop, fault):
    webshop.fault(**fault, times=2, match={"method": "POST"})

    made = client().create("customers", CUSTOMER)

    assert [each["id"] for each in by_external_id(webshop, "customers", "10077")] == [made.id]
    assert webshop.writes() == 3


def test_the_same_intent_makes_one_record_though_another_run_repeats_it(client, webshop):
    webshop.fault("reset_mid_body", times=None, match={"method": "POST"})
    with pytest.raises(LostError, match="may have happened"):
        client().create("customers", CUSTOMER)
    webshop.behave()

    made = client().create("customers", CUSTOMER)

    assert [each["id"] for each in by_external_id(webshop, "customers", "10077")] == [made.id]


def test_the_same_external_id_with_other_content_makes_no_second_record(client, webshop):
    first = client().create("customers", CUSTOMER)

    with pytest.raises(TakenError) as caught:
        client().create("customers", {**CUSTOMER, "company_name": "Vidde AS"})

    assert caught.value.existing_id == first.id
    assert len(by_external_id(webshop, "customers", "10077")) == 1


def test_a_refused_record_is_told_with_its_property(client, webshop):
    with pytest.raises(RefusedError, match=r"POST .*/customers: HTTP 422") as caught:
        client().create("customers", {**CUSTOMER, "org_number": "12"})

    assert caught.value.property == "org_number"
    assert by_external_id(webshop, "customers", "10077") == []


def test_a_change_touches_what_it_names_and_nothing_else(client, webshop):
    before = webshop.record("customers", "C0001")
    shop = client()

    shop.change("customers", shop.get("customers", "C0001"), {"phone": "+4755512345"})

    after = webshop.record("customers", "C0001")
    assert after == {**before, "phone": "+4755512345", "updated_at": after["updated_at"]}


def test_amounts_arrive_as_decimal_text(client):
    shop = client()
    product = shop.get("products", next(shop.all("products"))["id"])
    variants = [{**each, "price": Decimal("123.40")} for each in product.content["variants"]]

    shop.change("products", product, {"variants": variants})

    assert {each["price"] for each in shop.get("products", product.id).content["variants"]} == {"123.40"}


def test_a_record_that_moved_meanwhile_is_left_alone(client, webshop):
    shop = client()
    read = shop.get("customers", "C0001")
    webshop.edit("customers", "C0001", phone="+4711111111")

    with pytest.raises(ChangedError, match="changed"):
        shop.change("customers", read, {"phone": "+4722222222"})

    assert webshop.record("customers", "C0001")["phone"] == "+4711111111"


def test_a_change_whose_answer_was_lost_is_recognised_as_done(client, webshop):
    shop = client()
    webshop.fault("reset_mid_body", match={"method": "PATCH"})

    changed = shop.change("customers", shop.get("customers", "C0001"), {"phone": "+4722222222"})

    assert changed.content["phone"] == webshop.record("customers", "C0001")["phone"] == "+4722222222"
    assert not changed.ours  # somebody may have written after us: only the answer itself would have shown it
    assert webshop.stats()["rows_updated"] == {"customers": 1}


def test_a_lost_change_that_somebody_else_overwrote_is_told_as_moved(client, webshop):
    shop = client(tries=1)
    read = shop.get("customers", "C0001")
    webshop.fault("reset_mid_body", match={"method": "PATCH"})
    with pytest.raises(LostError):
        shop.change("customers", read, {"phone": "+4722222222"})
    webshop.edit("customers", "C0001", phone="+4733333333")

    with pytest.raises(ChangedError):
        shop.change("customers", read, {"phone": "+4722222222"})

    assert webshop.record("customers", "C0001")["phone"] == "+4733333333"


def test_a_stock_level_is_set_while_it_is_what_we_expect(client, webshop):
    level = webshop.records("stock_levels")[0]
    shop = client()

    shop.set_level(level["sku"], level["available"] + 5, expected=level["available"])
    with pytest.raises(ChangedError):
        shop.set_level(level["sku"], 0, expected=level["available"])

    assert webshop.record("stock_levels", level["sku"])["available"] == level["available"] + 5


def test_a_stock_level_whose_answer_was_lost_is_recognised_as_set(client, webshop):
    level = webshop.records("stock_levels")[0]
    webshop.fault("reset_mid_body", match={"method": "PUT"})

    client().set_level(level["sku"], level["available"] + 5, expected=level["available"])

    assert webshop.record("stock_levels", level["sku"])["available"] == level["available"] + 5
    assert webshop.stats()["rows_updated"]["inventory-levels"] == 1


def open_order(webshop):
    return next(
        each for each in webshop.records("orders") if each["status"] == "open" and not each["shipments"]
    )  # fmt: skip


def test_a_shipment_is_sent_once_though_its_answer_was_lost(client, webshop):
    order = open_order(webshop)
    webshop.fault("reset_mid_body", match={"method": "POST"})

    client().command(order["id"], "fulfillments", {"carrier": "Bring", "tracking": "370000000000"})

    after = webshop.record("orders", order["id"])
    assert [each["tracking"] for each in after["shipments"]] == ["370000000000"]
    assert after["fulfillment_status"] == "fulfilled"


def test_a_command_that_cannot_be_obeyed_is_refused_and_not_waited_for(client, webshop):
    order = open_order(webshop)
    client().command(order["id"], "cancel", {})
    webshop.behave()

    with pytest.raises(RefusedError, match="is cancelled"):
        client().command(order["id"], "fulfillments", {"tracking": "370000000000"})
    assert webshop.requests() == 1


def test_what_is_deleted_is_gone_and_may_be_deleted_again(client, webshop):
    seen = client().get("customers", "C0003")

    client().delete("customers", seen)
    client().delete("customers", seen)

    assert client().get("customers", "C0003") is None
    assert webshop.record("customers", "C0003")["deleted_at"]


def test_what_somebody_has_edited_since_it_was_read_is_not_deleted(client, webshop):
    seen = client().get("customers", "C0003")
    client().change("customers", seen, {"phone": "22 22 22 22"})

    with pytest.raises(ChangedError):
        client().delete("customers", seen)

    assert webshop.record("customers", "C0003")["phone"] == "22 22 22 22"


def test_every_record_is_listed_without_tombstones(client, webshop):
    webshop.delete("customers", "C0003")
    living = {each["id"] for each in webshop.records("customers") if not each.get("deleted_at")}

    assert {each["id"] for each in client().all("customers")} == living


def test_a_token_that_ends_in_the_middle_is_renewed(client, webshop):
    names = ("token_url", "client_id", "client_secret")
    shop = client(auth_method="oauth2", **{name: webshop.info[name] for name in names})
    read = shop.get("customers", "C0001")
    webshop.fault("expire_token", match={"method": "PATCH"})

    shop.change("customers", read, {"phone": "+4722222222"})

    assert webshop.record("customers", "C0001")["phone"] == "+4722222222"


def test_wrong_credentials_write_nothing_and_are_not_shown(client, webshop):
    with pytest.raises(CredentialsError, match="Check auth_token and auth_scheme, or auth_method") as caught:
        client(auth_token="wrong-token").create("customers", CUSTOMER)

    assert "wrong-token" not in str(caught.value)
    assert by_external_id(webshop, "customers", "10077") == []


def test_a_page_for_people_is_no_success(client, webshop):
    webshop.fault("html_200", times=None, match={"method": "POST"})

    with pytest.raises(MisreadError, match="no JSON but text/html"):
        client().create("customers", CUSTOMER)


def test_a_busy_shop_has_certainly_not_written(client, webshop):
    webshop.fault("http_429", times=None)

    with pytest.raises(UnreachableError, match="HTTP 429, 4 times") as caught:
        client().create("customers", CUSTOMER)

    assert not isinstance(caught.value, LostError)
