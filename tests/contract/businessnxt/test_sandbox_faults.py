"""Misbehaviour on demand, counted, and seen in the tables."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

QUERY = {"query": "{ useCompany(no: 1234567) { address { totalCount } } }"}


def fired(company):
    return [fault["fired"] for fault in company.control("GET", "/faults")]


def comes_to_hold(what):
    """Wait until something holds, however busy the machine is."""
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, "it never did"
        time.sleep(0.02)


def count(company):
    return company.ask("address { totalCount }")["address"]["totalCount"]


@pytest.mark.parametrize(("kind", "kept"), [("timeout_after_commit", 1), ("timeout_before_commit", 0)])
def test_a_time_out_comes_after_or_before_the_work(company, kind, kept):
    company.fault(kind, times=1)
    assert count(company) == 0
    assert "timed out" in company.create("address", {"name": "A"})["errors"][0]["message"]
    assert count(company) == kept
    assert fired(company) == [1]
    assert "errors" not in company.create("address", {"name": "B"})


def test_a_time_out_may_close_the_connection(company):
    company.fault("timeout_after_commit", times=1, answer="close")
    with pytest.raises(requests.ConnectionError):
        company.create("address", {"name": "A"})
    assert count(company) == 1


def test_a_time_out_may_leave_the_client_hanging(company):
    company.fault("timeout_after_commit", times=1, answer="hang")
    document = {
        "query": 'mutation { useCompany(no: 1234567) { address_create(values: [{name: "A"}]) { affectedRows } } }'
    }
    with pytest.raises(requests.Timeout):
        company.post(document, timeout=0.3)
    assert count(company) == 1


def test_a_reset_forgets_work_that_is_still_to_come(company):
    company.fault("late_commit", seconds=None, times=1)
    company.create("address", {"name": "A"})
    company.control("POST", "/reset")
    company.control("POST", "/late-work")
    assert count(company) == 0


def test_work_may_happen_long_after_its_error(company):
    company.fault("late_commit", times=1, seconds=None)
    assert "errors" in company.create("address", {"name": "A"})
    assert count(company) == 0
    assert company.control("GET", "/stats")["late_work"] == 1
    company.control("POST", "/late-work")
    assert count(company) == 1
    assert company.control("GET", "/stats")["late_work"] == 0


def test_late_work_happens_by_itself_after_its_time(company):
    company.fault("late_commit", times=1, seconds=0.1)
    company.create("address", {"name": "A"})
    comes_to_hold(lambda: count(company) == 1)


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_a_connection_drops_before_or_after_the_work(company, when, kept):
    company.fault("drop_connection", times=1, when=when, match={"operation": "mutation"})
    assert count(company) == 0
    with pytest.raises(requests.ConnectionError):
        company.create("address", {"name": "A"})
    assert count(company) == kept


@pytest.mark.parametrize("retry_after", [None, 7, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_too_many_requests_with_and_without_a_time_to_wait(company, retry_after):
    company.fault("http_429", times=1, retry_after=retry_after)
    answer = company.post(QUERY)
    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == (None if retry_after is None else str(retry_after))
    assert company.post(QUERY).status_code == 200


def test_too_many_requests_outstanding_is_an_error_with_status_200(company):
    company.fault("outstanding_limit", times=1)
    answer = company.post(QUERY)
    assert answer.status_code == 200
    [error] = answer.json()["errors"]
    assert error["message"] == "Company 1234567 has 60 requests in progress. Limit is 60."
    assert error["extensions"] == {"code": "OUTSTANDING_LIMIT_EXCEEDED", "limit": 60}


@pytest.mark.fact("outstanding_limit")
def test_sixty_requests_may_be_in_progress_and_no_more(company):
    company.sign_in()
    company.fault("latency", ms=None)
    with ThreadPoolExecutor(61) as pool:
        waiting = [pool.submit(company.post, QUERY) for _ in range(60)]
        comes_to_hold(lambda: company.control("GET", "/stats")["in_progress"] == 60)
        one_more = pool.submit(company.post, QUERY)
        comes_to_hold(lambda: one_more.done() or company.control("GET", "/stats")["in_progress"] == 61)
        company.control("DELETE", "/faults")
        answers = [each.result().json() for each in (*waiting, one_more)]
    assert ["errors" in answer for answer in answers] == [*[False] * 60, True]


@pytest.mark.fact("abandoned_requests_hold_their_place")
def test_the_place_of_a_request_that_its_client_gave_up_is_not_free_at_once(company):
    company.behave(outstanding_limit=1, abandoned_place_seconds=5)
    company.fault("timeout_before_commit", times=1, answer="hang", match={"operation": "query"})
    with pytest.raises(requests.Timeout):
        company.post(QUERY, timeout=0.2)
    comes_to_hold(lambda: company.control("GET", "/stats")["in_progress"] == 0)
    assert "errors" in company.post(QUERY).json()
    comes_to_hold(lambda: "errors" not in company.post(QUERY).json())


@pytest.mark.fact("token_limit_per_minute")
def test_a_token_may_make_only_so_many_requests_a_minute(company):
    company.sign_in()
    company.behave(requests_per_minute=3)
    assert [company.post(QUERY).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    company.sign_in()
    assert company.post(QUERY).status_code == 200


def test_six_hundred_requests_a_minute_are_allowed_unless_told_otherwise(company):
    assert company.control("GET", "/behaviours")["requests_per_minute"]["now"] == 600
    company.behave(requests_per_minute=1)
    assert [company.post(QUERY).status_code for _ in range(2)] == [200, 429]
    company.control("POST", "/reset")
    assert company.post(QUERY).status_code == 200


def test_a_token_is_withdrawn(company):
    company.fault("expired_token", times=1)
    assert company.post(QUERY).status_code == 401
    assert company.post(QUERY).status_code == 401
    company.sign_in()
    assert company.post(QUERY).status_code == 200


def test_the_gateway_fails_with_a_page(company):
    company.fault("html_502", times=1)
    answer = company.post(QUERY)
    assert (answer.status_code, "502 Bad Gateway" in answer.text) == (502, True)


def test_a_row_is_refused_by_a_value(company):
    company.fault("refuse_row", match={"table": "address", "column": "name", "value": "Bo"}, message="Not Bo.")
    answer = company.create("address", {"name": "Ada"}, {"name": "Bo"}, {"name": "Cato"})
    [error] = answer["errors"]
    assert (error["message"], error["path"][-1]) == ("Not Bo.", 1)
    assert [row["name"] for row in company.table("address")] == ["Ada", "Cato"]
    assert fired(company) == [1]


def test_an_order_that_a_person_has_open_is_locked_with_its_lines(company):
    company.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1}]}, {"name": "Free"})
    company.fault("lock_order", match={"orderNo": 1}, times=2)
    for edit in (
        'order_update(filter: {orderNo: {_eq: 1}}, value: {name: "X"}) { affectedRows }',
        "orderLine_update(filter: {orderNo: {_eq: 1}}, value: {quantity: 2}) { affectedRows }",
    ):
        [error] = company.tell(edit)["errors"]
        assert error["extensions"]["status_name"] == "rowLocked"
    company.done('order_update(filter: {}, value: {name: "X"}) { affectedRows }')
    assert [row["name"] for row in company.table("order")] == ["X", "X"]


def test_latency_is_per_request_and_per_row(company):
    company.fault("latency", ms=100, ms_per_row=2)
    started = time.monotonic()
    company.create("address", *({} for _ in range(100)))
    assert time.monotonic() - started >= 0.3


@pytest.mark.fact("server_gives_up_after_59_seconds")
@pytest.mark.fact("work_goes_on_after_a_time_out")
def test_what_takes_too_long_is_given_up_but_done(company):
    company.behave(execution_timeout_seconds=0.1)
    company.fault("latency", ms=500, times=1)
    answer = company.create("address", {"name": "A"})
    assert "errors" in answer
    assert "timed out" in answer["errors"][0]["message"]
    assert count(company) == 1


def test_a_fault_can_be_meant_for_one_field(company):
    company.fault("timeout_before_commit", match={"field": "product_create"})
    assert "errors" not in company.create("address", {"name": "A"})
    assert "errors" in company.create("product", {"productNo": "A"})


def test_a_fault_may_happen_by_chance(company):
    company.fault("html_502", chance=0.5)
    failed = [company.post(QUERY).status_code for _ in range(60)].count(502)
    assert 10 <= failed <= 50
    assert fired(company) == [failed]


def test_a_fault_by_chance_ends_with_its_times(company):
    company.fault("html_502", chance=0.9, times=2)
    assert [company.post(QUERY).status_code for _ in range(40)].count(502) == 2


@pytest.mark.parametrize("chance", [0, 1.5, "often"])
def test_a_chance_that_is_none_is_explained(company, chance):
    answer = company.http.post(f"{company.info['control_url']}/faults", json={"kind": "html_502", "chance": chance})
    assert answer.status_code == 400
    assert "chance" in answer.json()["error"]


def test_a_fault_that_does_not_exist_is_explained(company):
    answer = company.http.post(f"{company.info['control_url']}/faults", json={"kind": "earthquake"})
    assert answer.status_code == 400
    assert "late_commit" in answer.json()["error"]
    answer = company.http.post(f"{company.info['control_url']}/faults", json={"kind": "html_502", "tims": 1})
    assert "tims" in answer.json()["error"]
