"""What became of each row is told, and nothing is written twice: lost answers, locked rows, requests never sent."""

from __future__ import annotations

import itertools
import logging
import socket

import pytest
from businessnxt import Change, Done, Later, RowLocked, Unclear

NAMES = ["addressNo", "name", "information1"]


def addresses(number):
    return [{"name": f"Kunde {index}", "information1": f"C{index}"} for index in range(number)]


def make(client, rows):
    return client.create("address", rows, returning=NAMES, echo="information1")


def kinds(outcomes):
    return [type(each) for each in outcomes]


def change(number, **values):
    return Change({"orderNo": {"_eq": number}}, values, {"orderNo": number})


@pytest.fixture
def orders(client):
    """Two orders."""
    made = client.create("order", [{"name": "A"}, {"name": "B"}], returning=["orderNo"])
    return [each.row["orderNo"] for each in made]


@pytest.fixture
def waits(monkeypatch):
    """How long was waited for locked rows, without waiting."""
    waited = []
    monkeypatch.setattr("businessnxt.bulk.sleep", waited.append)
    return waited


# answers that are lost


def test_of_a_lost_answer_the_outcome_says_where_to_look_and_other_rows_stay_clear(company):
    client = company.client(batch_size=2)
    make(client, [])
    company.fault("timeout_after_commit", times=1)

    outcomes = make(client, addresses(6))

    assert kinds(outcomes) == [Unclear, Unclear, Done, Done, Done, Done]
    found = [list(client.rows("address", NAMES, key=["addressNo"], where=each.where)) for each in outcomes[:2]]
    assert [[row["name"] for row in each] for each in found] == [["Kunde 0"], ["Kunde 1"]]
    assert outcomes[0].error.trace.operation == "address_create"
    assert len(company.rows("address")) == 6


def test_a_lost_update_says_where_to_look_too(client, company, orders):
    company.fault("timeout_after_commit", times=1)

    (outcome,) = client.update("order", [change(orders[0], name="X")], returning=["name"])

    assert isinstance(outcome, Unclear)
    assert [each["name"] for each in client.rows("order", ["name"], key=["orderNo"], where=outcome.where)] == ["X"]


def test_what_happens_long_after_its_error_is_not_written_again(client, company):
    make(client, [])
    company.fault("late_commit", times=1, seconds=0.2)

    assert kinds(make(client, addresses(3))) == [Unclear] * 3
    assert company.ask("GET", "stats").json()["writes"] == 1


# requests that never left


def test_a_write_that_never_left_goes_again(company, door, monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    api_url = f"http://127.0.0.1:{port}/api/graphql-service"
    opened = itertools.count()
    client = company.client(api_url=api_url)
    client._schema._ask = company.client()._ask
    monkeypatch.setattr(
        "businessnxt.transport.sleep", lambda _: door(company.info["api_url"], port=port) if not next(opened) else None
    )

    assert kinds(make(client, addresses(2))) == [Done, Done]
    assert "address_create" in caplog.text
    assert "no connection to" in caplog.text
    assert len(company.rows("address")) == 2


# rows that somebody has open


def test_a_locked_row_is_written_once_the_person_has_left_it(company, orders, waits):
    company.fault("lock_order", match={"orderNo": orders[1]}, times=2)
    client = company.client(locked_row_patience=30)

    outcomes = client.update("order", [change(each, name="X") for each in orders], returning=["name"])

    assert kinds(outcomes) == [Done, Done]
    assert len(waits) == 2
    assert waits[0] < waits[1]
    assert [each["name"] for each in company.rows("order")] == ["X", "X"]


def test_a_row_that_stays_locked_is_for_later_and_the_others_are_written(company, orders, waits):
    company.fault("lock_order", match={"orderNo": orders[0]})
    client = company.client(locked_row_patience=20)

    outcomes = client.update("order", [change(each, name="X") for each in orders], returning=["name"])

    assert kinds(outcomes) == [Later, Done]
    assert isinstance(outcomes[0].error, RowLocked)
    assert outcomes[0].error.index == 0
    assert "locked by kari" in str(outcomes[0].error)
    assert sum(waits) == pytest.approx(20)
    assert sorted(each["name"] for each in company.rows("order")) == ["A", "X"]


# filters that reach too far


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"orderNo": {}},
        {"orderNo": {"_eq": None}},
        {"orderNo": {"_not_eq": 1}},
        {"orderNo": {"_eq": 2}},
        {"_or": [{"orderNo": {"_eq": 1}}]},
        {"_or": [{}, {"orderNo": {"_eq": 1}}]},
        {"_and": [{"_or": [{"orderNo": {"_eq": 1}}, {"name": {"_eq": "A"}}]}]},
        {"name": {"_eq": "A"}},
    ],
    ids=str,
)
def test_a_change_that_could_reach_another_row_is_not_sent(client, company, orders, where):  # noqa: ARG001
    company.ask("POST", "stats/reset")

    with pytest.raises(ValueError, match="order"):
        client.update("order", [Change(where, {"name": "X"}, {"orderNo": 1})], returning=["name"])
    assert company.ask("GET", "stats").json()["requests"] == 0


@pytest.mark.parametrize("key", [{}, {"orderNo": None}])
def test_nor_is_one_without_a_key(client, key):
    with pytest.raises(ValueError, match="order"):
        client.update("order", [Change({"orderNo": {"_eq": 1}}, {"name": "X"}, key)], returning=["name"])


# warnings


def test_what_the_company_warns_of_is_logged(client, orders, caplog):  # noqa: ARG001
    caplog.set_level(logging.WARNING)
    everything = 'order_update(value: {name: "X"}) { affectedRows }'
    client.execute(f"mutation all($no: Int!) {{ useCompany(no: $no) {{ {everything} }} }}", {})

    assert "Business NXT warns: The update has no filter" in caplog.text
    assert "company 1234567, all, trace id" in caplog.text
