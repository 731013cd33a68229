"""From an edit of a person to the tap: the company calls, the receiver keeps, the tap looks."""

from __future__ import annotations

import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests
from tap_businessnxt.receiver import LIMIT, Receiver, signed

KEY = "a signature key"
BODY = b'{"companyNo": 42}'


class Quiet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "inbox"


@pytest.fixture
def url(inbox):
    """Where the receiver listens."""
    with make_server("127.0.0.1", 0, Receiver(inbox, ("an old key", KEY)), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def hooked(company, url):
    company.ask("POST", "webhooks", json={"url": url, "tables": ["address"], "key": KEY})
    return company


def lines(inbox):
    return [line for file in sorted(inbox.glob("*.jsonl")) for line in file.read_text().splitlines()]


def wait_for(inbox, count):
    end = time.monotonic() + 60
    while len(lines(inbox)) < count and time.monotonic() < end:
        time.sleep(0.02)
    assert len(lines(inbox)) == count


def post(url, body, signature):
    return requests.post(url, data=body, headers={"x-vwd-signature-v1": signature}, timeout=5).status_code


@pytest.mark.parametrize(
    ("otherwise", "copies"), [({}, 1), ({"webhooks_come_once": False}, 2), ({"webhooks_come_in_order": False}, 1)]
)
def test_what_a_person_changed_and_deleted_is_told_once(hooked, inbox, tap, otherwise, copies):
    settings = {"webhook_inbox": str(inbox), "key_file": "", "overlap_seconds": 0}
    changed, gone = (row["addressNo"] for row in hooked.rows("address")[:2])
    tap.run("addresses", **settings)
    hooked.behave(**otherwise)
    hooked.edit("address", {"addressNo": changed}, phone="12345678")
    hooked.delete("address", addressNo=gone)
    wait_for(inbox, 2 * copies)
    run = tap.run("addresses", **settings)

    assert sorted(run.told("addresses")) == sorted([changed, gone])
    assert run.gone("addresses") == [gone]
    assert run.records("addresses")[changed]["phone"] == "12345678"


def test_a_forged_payload_is_refused_and_not_kept(url, inbox):
    assert post(url, BODY, signed(BODY, "another key").decode()) == 403
    assert post(url, BODY, "") == 403
    assert post(url, BODY + b" ", signed(BODY, KEY).decode()) == 403
    assert not inbox.exists()


def test_each_of_the_keys_is_good_and_what_they_sign_is_one_line(url, inbox):
    body = b'{\n "companyNo": 42\n}'
    assert [post(url, body, signed(body, key).decode()) for key in ("an old key", KEY)] == [200, 200]
    assert lines(inbox) == ['{"companyNo":42}'] * 2


def test_what_is_too_large_or_unreadable_or_no_post_is_refused(url, inbox):
    assert post(url, b" " * (LIMIT + 1), "") == 413
    assert post(url, b"{", signed(b"{", KEY).decode()) == 400
    assert requests.get(url, timeout=5).status_code == 405
    assert not inbox.exists()


def test_a_torn_line_spoils_no_other(url, inbox):
    post(url, BODY, signed(BODY, KEY).decode())
    [file] = inbox.iterdir()
    with file.open("ab") as torn:
        torn.write(b'{"compan')
    post(url, BODY, signed(BODY, KEY).decode())

    assert lines(inbox) == ['{"companyNo":42}', '{"compan', '{"companyNo":42}']
