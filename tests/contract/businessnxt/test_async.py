"""The async queue: documents put aside, and fetched as text when they are done.

Putting one aside is a mutation, whatever it holds: a company that may only be read is spared it.
"""

from __future__ import annotations

import json
import time

import pytest

COUNT = "{ useCompany(no: %d) { country { totalCount } } }"
PUT = "mutation($document: String!, $args: String) { asyncQuery(query: $document, args: $args) { operationId status } }"


def put(company, query, args=None):
    """Put a document aside; the name of its job."""
    query = query.replace("%d", str(company.number))
    answer = company.run(PUT, document=query, args=args)
    assert "errors" not in answer, answer
    return answer["data"]["asyncQuery"]["operationId"]


def look(company, job):
    answer = company.run("query($id: String!) { asyncResult(id: $id) { status data completedAt } }", id=job)
    assert "errors" not in answer, answer
    return answer["data"]["asyncResult"]


def fetch(company, job):
    """What a job came to, when it is done."""
    end = time.monotonic() + 60
    while (found := look(company, job))["completedAt"] is None:
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def carried_out(company, query, args=None):
    return json.loads(fetch(company, put(company, query, args))["data"])


def statuses(company):
    return [job["status"] for job in company.run("{ asyncRequests { status } }")["data"]["asyncRequests"]]


def until(company, wanted, seconds=60):
    """Wait for the jobs to be as wanted, oldest first."""
    end = time.monotonic() + seconds
    while statuses(company) != wanted and time.monotonic() < end:
        time.sleep(0.02)
    return statuses(company)


@pytest.mark.fact("async_queries")
@pytest.mark.writes
def test_a_document_is_put_aside_and_its_answer_fetched(erp):
    answer = carried_out(
        erp, "query($no: Int) { useCompany(no: $no) { country { totalCount } } }", f'{{"no": {erp.number}}}'
    )
    assert answer["data"]["useCompany"]["country"]["totalCount"] > 0


def test_what_is_put_aside_may_write(company):
    create = "mutation($no: Int) { useCompany(no: $no) { address_create(values: [{}]) { affectedRows } } }"
    answer = carried_out(company, create, json.dumps({"no": 1234567}))
    assert answer["data"]["useCompany"]["address_create"]["affectedRows"] == 1
    assert len(company.table("address")) == 1


@pytest.mark.fact("async_result_is_text")
@pytest.mark.writes
def test_the_answer_is_json_within_json(erp):
    data = fetch(erp, put(erp, COUNT))["data"]
    assert isinstance(data, str)
    assert json.loads(data)["data"] == erp.run(COUNT.replace("%d", str(erp.number)))["data"]


def test_what_fails_is_an_answer_with_errors(company):
    found = fetch(company, put(company, "{ nonsense }"))
    assert (found["status"], "errors" in json.loads(found["data"])) == ("ERROR", True)


@pytest.mark.fact("async_requests_are_listed")
@pytest.mark.writes
def test_the_jobs_are_listed_with_their_status(erp):
    job = put(erp, COUNT)
    fetch(erp, job)
    answer = erp.run("{ asyncRequests { operationId status } }")
    assert "errors" not in answer
    assert {"operationId": job, "status": "SUCCESS"} in answer["data"]["asyncRequests"]


@pytest.mark.fact("async_starts_are_apart")
def test_a_job_starts_some_seconds_after_the_one_before(company):
    company.behave(async_gap_seconds=600)
    fetch(company, put(company, COUNT))
    put(company, COUNT)
    assert until(company, ["SUCCESS", "SUCCESS"], seconds=1) == ["SUCCESS", "QUEUED"]
    company.behave(async_gap_seconds=0)
    assert until(company, ["SUCCESS", "SUCCESS"], seconds=60) == ["SUCCESS", "SUCCESS"]


def test_the_starts_are_five_seconds_apart(company):
    assert company.control("GET", "/behaviours")["async_gap_seconds"]["now"] == 5


@pytest.mark.fact("async_ten_at_once")
def test_ten_jobs_run_at_once_and_no_more(company):
    company.behave(async_gap_seconds=0, async_seconds=30)
    for _ in range(11):
        put(company, COUNT)
    running = [*["RUNNING"] * 10, "QUEUED"]
    until(company, running)
    time.sleep(0.2)
    assert statuses(company) == running


@pytest.mark.fact("async_in_async_is_refused")
def test_a_job_cannot_hold_another_one(company):
    company.behave(async_gap_seconds=0)
    inner = COUNT.replace("%d", "1234567")
    answer = carried_out(company, f'mutation {{ asyncQuery(query: "{inner}") {{ operationId }} }}')
    assert "errors" in answer
    assert len(statuses(company)) == 1


@pytest.mark.fact("async_lacks_joins")
def test_joins_are_left_out_without_an_error(company):
    company.create("order", {"orderLines": [{"description": "A"}]})
    lines = "{ useCompany(no: 1234567) { order { items { orderNo joindown_OrderLine_via_Order { totalCount } } } } }"
    assert company.run(lines)["data"]["useCompany"]["order"]["items"][0]["joindown_OrderLine_via_Order"] is not None
    answer = carried_out(company, lines)
    assert "errors" not in answer
    assert answer["data"]["useCompany"]["order"]["items"] == [{"orderNo": 1, "joindown_OrderLine_via_Order": None}]


@pytest.mark.fact("async_lacks_exports")
def test_nothing_is_exported(company):
    document = """
      mutation($no: Int = 0) { useCompany(no: 1234567) {
        order_create(values: [{orderDate: 20250101}]) { items { orderNo @export(as: "no") } }
        orderLine_create(values: [{orderNo: $no, description: "Later"}]) { items { orderNo } }
      } }
    """
    carried_out(company, document)
    assert len(company.table("order")) == 1
    assert [line["orderNo"] for line in company.table("orderLine")] == [0]


@pytest.mark.fact("async_jobs_are_deleted")
def test_a_job_is_deleted_unless_it_runs(company):
    delete = "mutation($id: String!) { asyncDelete(id: $id) { operationId } }"
    company.behave(async_gap_seconds=60, async_seconds=30)
    runs, waits = put(company, COUNT), put(company, COUNT)
    until(company, ["RUNNING", "QUEUED"])
    assert "errors" not in company.run(delete, id=waits)
    assert "running" in company.run(delete, id=runs)["errors"][0]["message"]
    assert statuses(company) == ["RUNNING"]
    assert "errors" in company.run(delete, id=waits)
