"""The company tells whoever asked for it which rows changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

KEY = "a signature key"


class Receiver(HTTPServer):
    """Takes what comes, once it has refused as often as it was told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.refusals, self.taken, self.refused = 0, [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks"

    def told(self, count, patience=60):
        """The payloads, when so many are there; what is there when patience is at an end."""
        end = time.monotonic() + patience
        while len(self.taken) < count and time.monotonic() < end:
            time.sleep(0.01)
        return [json.loads(body) for body, _, _ in self.taken]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        kept = self.server.refused if self.server.refusals else self.server.taken
        kept.append((body, self.headers, time.monotonic()))
        self.send_response(503 if self.server.refusals else 204)
        self.server.refusals = max(0, self.server.refusals - 1)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def hooked(company, receiver):
    """The company, which tells the receiver of addresses, orders and their lines."""
    tables = ["address", "order", "orderLine"]
    company.control("POST", "/webhooks", {"url": receiver.url, "tables": tables, "key": KEY, "backoff": 0.1})
    return company


def events(payloads):
    return [(one["event"], *(value for part in one["primaryKeys"] for value in part.values())) for one in payloads]


def test_each_row_that_is_made_changed_or_deleted_is_told(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    hooked.done('address_update(filter: {addressNo: {_eq: 1}}, value: {phone: "1"}) { affectedRows }')
    hooked.done("address_delete(filter: {addressNo: {_eq: 1}}) { affectedRows }")
    assert sorted(events(receiver.told(3))) == [("DELETE", 1), ("INSERT", 1), ("UPDATE", 1)]


def test_rows_inside_others_are_told_with_their_whole_key(hooked, receiver):
    hooked.create("order", {"orderLines": [{"productNo": "DIV", "quantity": 1}]})
    assert sorted(events(receiver.told(2))) == [("INSERT", 1), ("INSERT", 1, 1)]


def test_what_did_not_come_to_be_and_what_nobody_asked_for_is_not_told(hooked, receiver):
    hooked.create("address", {"name": "Ada"}, temporary="true")
    hooked.create("product", {"productNo": "P1"})
    hooked.create("address", {"name": "Bo"})
    assert [one["tableIdentifier"] for one in receiver.told(2, patience=0.3)] == ["Address"]


def test_who_ended_the_subscription_is_told_no_more(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    receiver.told(1)
    hooked.control("DELETE", "/webhooks")
    hooked.create("address", {"name": "Bo"})
    assert len(receiver.told(2, patience=0.3)) == 1


@pytest.mark.fact("webhook_is_signed")
def test_the_signature_is_over_the_raw_body(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    receiver.told(1)
    [(body, headers, _)] = receiver.taken
    digest = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["x-vwd-signature-v1"] == digest


@pytest.mark.fact("webhook_names_are_pascal_case")
def test_tables_and_keys_are_in_pascal_case(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    [payload] = receiver.told(1)
    assert (payload["tableIdentifier"], payload["primaryKeys"]) == ("Address", [{"AddressNo": 1}])
    assert payload["companyNo"] == hooked.number


@pytest.mark.fact("webhook_names_who_changed")
def test_a_service_is_named_by_its_client_id_and_a_person_by_name(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    receiver.told(1)
    hooked.control("PATCH", "/tables/address", {"where": {"addressNo": 1}, "set": {"phone": "1"}, "user": "kari"})
    assert [one.get("changedByUser") for one in receiver.told(2)] == [hooked.info["client_id"], "kari"]


@pytest.mark.fact("webhook_timestamp_is_utc")
def test_the_timestamp_is_in_utc_with_seven_decimals(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    [payload] = receiver.told(1)
    moment, digit = payload["timestamp"][:-2], payload["timestamp"][-2:]
    assert digit[1] == "Z"
    told = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - told) < timedelta(minutes=1)


@pytest.mark.fact("webhook_has_an_event_id")
def test_a_hook_that_is_sent_again_keeps_its_event_id(hooked, receiver):
    receiver.refusals = 1
    hooked.create("address", {"name": "Ada"})
    receiver.told(1)
    ids = {headers["x-vwd-event-id"] for _, headers, _ in receiver.refused + receiver.taken}
    assert len(ids) == 1
    assert None not in ids


@pytest.mark.fact("webhook_is_sent_again")
def test_what_is_not_taken_is_sent_again(hooked, receiver):
    receiver.refusals = 2
    hooked.create("address", {"name": "Ada"})
    assert events(receiver.told(1)) == [("INSERT", 1)]


@pytest.mark.fact("webhook_retries_back_off")
def test_each_pause_is_longer_than_the_one_before(hooked, receiver):
    receiver.refusals = 3
    hooked.create("address", {"name": "Ada"})
    receiver.told(1)
    times = [moment for _, _, moment in receiver.refused + receiver.taken]
    assert times[3] - times[2] > 2.5 * (times[1] - times[0])


@pytest.mark.fact("webhooks_come_once")
def test_a_hook_comes_once(hooked, receiver):
    hooked.create("address", {"name": "Ada"})
    assert len(receiver.told(2, patience=0.3)) == 1


@pytest.mark.fact("webhooks_come_in_order")
def test_the_rows_of_a_request_are_told_in_their_order(hooked, receiver):
    hooked.create("address", {"name": "Ada"}, {"name": "Bo"}, {"name": "Cy"})
    assert events(receiver.told(3)) == [("INSERT", 1), ("INSERT", 2), ("INSERT", 3)]


def test_a_receiver_that_never_answers_holds_up_no_write(company):
    with Receiver() as silent:
        company.control("POST", "/webhooks", {"url": silent.url, "tables": ["address"]})
        before = time.monotonic()
        company.create("address", {"name": "Ada"})
        assert time.monotonic() - before < 9
        company.control("DELETE", "/webhooks")
