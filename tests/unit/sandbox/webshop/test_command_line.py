"""The sandbox as a program: it says where it is, keeps what it has, and leaves nothing running."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

SANDBOX = Path(sys.executable).parent / "sandbox"
TOKEN = {"Authorization": "Bearer sandbox-token"}


@contextmanager
def running(*arguments):
    with subprocess.Popen([SANDBOX, *map(str, arguments)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def gone(processes):
    """Whether they end within some seconds; a dead one that nobody has asked after is gone too."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if all(not each.is_running() or each.status() == psutil.STATUS_ZOMBIE for each in processes):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def both(tmp_path):
    with running("serve", "--shop-port=0", "--erp-port=0", f"--data={tmp_path}", "--seed=empty") as (process, ready):
        yield process, ready


def test_both_servers_are_announced_in_one_line(both):
    _, ready = both

    assert set(ready) == {"webshop", "businessnxt"}
    assert requests.get(f"{ready['webshop']['control_url']}/records/orders", timeout=30).json() == []
    assert requests.get(f"{ready['businessnxt']['control_url']}/tables/order", timeout=30).json() == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_it_ends_however_it_ends(both, how):
    process, _ = both
    children = psutil.Process(process.pid).children()
    process.send_signal(how)

    assert process.wait(60) == (-9 if how == signal.SIGKILL else 0)
    assert len(children) == 2
    assert gone(children)


@pytest.mark.parametrize("which", [0, 1])
def test_when_one_server_dies_the_other_is_ended(both, which):
    process, _ = both
    children = psutil.Process(process.pid).children()
    children[which].kill()

    assert process.wait(60) == 1
    assert gone(children)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_one_server_alone_ends_well_too(how):
    with running("webshop", "--port=0", "--seed=empty") as (process, _):
        process.send_signal(how)

        assert process.wait(60) == 0


def test_data_is_kept_and_not_sown_again(tmp_path):
    with running("webshop", "--port=0", f"--data={tmp_path}") as (_, ready):
        requests.delete(f"{ready['webshop']['control_url']}/records/customers/C0001", timeout=30)
    with running("webshop", "--port=0", f"--data={tmp_path}") as (_, ready):
        again = requests.get(f"{ready['webshop']['control_url']}/records/customers", timeout=30).json()

    assert [each["id"] for each in again if each.get("deleted_at")] == ["C0001"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seed=dmeo"], "use demo, empty, first:orders=90"),
        (["--seed=bulk:kunder=1"], "bulk:customers"),
        ([], "in use"),
    ],
)
def test_what_cannot_be_served_is_said_without_a_traceback(tmp_path, arguments, words):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [SANDBOX, "webshop", f"--port={port}", f"--data={tmp_path}", *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert (result.returncode, words in result.stderr, "Traceback" in result.stderr) == (1, True, False)


def test_changes_can_be_shown_late_and_pages_be_larger():
    options = ("--port=0", "--settle=3", "--max-limit=1000", "--seed=bulk:customers=300")
    with running("webshop", *options) as (_, ready):
        shop = ready["webshop"]

        def shown() -> list[str]:
            params = {"limit": 1000}
            answer = requests.get(f"{shop['api_url']}/customers", params=params, headers=TOKEN, timeout=30)
            return [each["id"] for each in answer.json()["data"]]

        assert len(shown()) == 300
        for number in itertools.count():  # on a busy machine the three seconds may be over before we look
            begun, new = time.monotonic(), f"X{number}"
            place = f"{shop['control_url']}/records/customers/{new}"
            requests.patch(place, json={"first_name": "Ny"}, timeout=30)
            at_once = shown()
            if time.monotonic() - begun < 3:
                break
        assert new not in at_once
        until = begun + 60
        while new not in shown():
            assert time.monotonic() < until
            time.sleep(0.2)


def test_small_answers_do_not_wait_for_the_network(served):
    browser = requests.Session()

    def seconds() -> float:
        begun = time.monotonic()
        browser.get(f"{served.info['api_url']}/orders", params={"limit": 1}, headers=TOKEN, timeout=30)
        return time.monotonic() - begun

    assert any(seconds() < 0.03 for _ in range(200)), "Nagle's algorithm costs 40 ms an answer"


def test_the_seed_can_be_read_by_people():
    command = [SANDBOX, "seed", "inventory-levels"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert (len(lines), json.loads(lines[0])["sku"]) == (170, "001-01")
