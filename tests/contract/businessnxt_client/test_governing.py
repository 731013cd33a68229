"""The client keeps its pace by itself: the company never has to refuse it."""

from __future__ import annotations

import threading
import time

from businessnxt import Governor


def read(client):
    return list(client.rows("address", ["name"], key=["addressNo"]))


def together(number, work):
    problems = []

    def safely():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the test tells them all
            problems.append(error)

    threads = [threading.Thread(target=safely) for _ in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return problems


def test_the_company_never_has_to_refuse_a_token_for_its_pace(company, caplog):
    company.ask("PATCH", "behaviours", json={"requests_per_minute": 60})
    company.fault("expired_token", times=1)
    company.fault("html_502", times=1)
    client = company.client(governor=Governor(per_minute=60))
    started = time.monotonic()

    assert together(3, lambda: [read(client) for _ in range(10)]) == []
    assert "more requests than a minute allows" not in caplog.text
    assert "502" in caplog.text
    assert company.ask("GET", "stats").json()["requests"] >= 30
    assert time.monotonic() - started >= 2, "half of them at once, then each a while after the one before"


def test_without_a_governor_it_would_have_to(company, no_pause, caplog):  # noqa: ARG001
    company.ask("PATCH", "behaviours", json={"requests_per_minute": 5})
    client = company.client()

    assert together(1, lambda: [read(client) for _ in range(10)]) != []
    assert "more requests than a minute allows" in caplog.text


def test_the_company_never_sees_more_at_once_than_agreed(company, caplog):
    company.ask("PATCH", "behaviours", json={"outstanding_limit": 3})
    company.fault("latency", ms=60)
    client = company.client(governor=Governor(at_once=3))

    assert together(9, lambda: read(client)) == []
    assert "in progress" not in caplog.text


def test_more_at_once_would_be_refused_and_waited_out(company, caplog, monkeypatch):
    company.ask("PATCH", "behaviours", json={"outstanding_limit": 1})
    company.fault("latency", ms=None)
    client, waits = company.client(), []

    def wait(seconds):
        """The other one ends meanwhile."""
        waits.append(seconds)
        company.ask("DELETE", "faults")
        while company.ask("GET", "stats").json()["in_progress"]:
            time.sleep(0.01)

    monkeypatch.setattr("businessnxt.transport.sleep", wait)

    assert together(2, lambda: read(client)) == []
    assert "requests in progress. Limit is 1" in caplog.text
    assert waits[0] >= 2


def test_giving_up_before_the_server_does_is_warned_of(company, caplog):
    company.client(timeout=59.0)
    assert "a time-out of 59 s is shorter" in caplog.text
    caplog.clear()
    company.client(timeout=90.0)
    assert caplog.text == ""


def test_a_page_that_takes_too_long_is_asked_for_again_and_smaller(company, no_pause):  # noqa: ARG001
    client = company.client(page_size=20)
    client.create("address", [{"name": f"Kunde {number}"} for number in range(30)], returning=["addressNo"])
    company.fault("timeout_before_commit", times=2, match={"operation": "query", "field": "address"})
    company.ask("POST", "stats/reset")

    assert len(read(client)) == len({each["addressNo"] for each in read(client)}) == 30
    assert client._reader._sizes["address"].rows == 20, "quick pages make it grow again"
    assert company.ask("GET", "faults").json()[0]["fired"] == 2


def write(client, rows):
    values = [{"name": f"Kunde {number}", "information1": f"C{number}"} for number in range(rows)]
    return client.create("address", values, returning=["addressNo", "information1"], echo="information1")


def size_of_writes(client):
    return client._writer._sizes["address_create"]


def test_a_write_holds_as_many_rows_as_take_the_time_aimed_at(company):
    client = company.client()
    size_of_writes(client).aim = 0.2
    company.fault("latency", ms_per_row=10)

    write(client, 140)

    assert size_of_writes(client).rows <= 20, "a hundred at first took a second"
    assert company.ask("GET", "stats").json()["writes"] >= 3


def test_quick_writes_hold_five_hundred_rows_and_no_more(company):
    client = company.client(batch_size=5000)

    write(client, 3000)

    assert size_of_writes(client).rows == 500
    assert company.ask("GET", "stats").json()["writes"] == 8, "100, 200, 400, four of 500, and the rest"


def test_after_a_time_out_a_quarter_of_the_rows_is_written_at_once(company):
    client = company.client()
    company.fault("timeout_after_commit", times=1)

    outcomes = write(client, 100)

    assert {type(each).__name__ for each in outcomes} == {"Unclear"}
    assert size_of_writes(client).rows == 25
