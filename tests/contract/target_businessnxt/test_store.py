"""When the link store or the company fails: a clear message, nothing half-written, and the next run sets it right."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

SCENE = "customers_person"
WRITES = {"operation": "mutation"}


def address(company) -> list[dict]:
    return company.rows("address", information1="C1")


def stops(run, company, *words: str) -> None:
    """It ended with these words, wrote nothing, and told no STATE."""
    assert run.code == 1, run.log
    for each in words:
        assert each in run.log
    assert "Traceback" not in run.log
    assert run.states == []
    assert company.stats()["writes"] == 0


# the link store


def test_the_link_store_of_another_company_is_refused(target, company):
    target.play(SCENE)
    company.forget_stats()

    run = target.play(SCENE, company_no=7654321)

    stops(run, company, "belongs to webshop 'webshop' and company 1234567", "give each pair a link_store of its own")


def test_the_link_store_of_another_webshop_is_refused(target, company):
    target.play(SCENE)
    company.forget_stats()

    run = target.play(SCENE, shop="the other one")

    stops(run, company, "not to 'the other one'")


def test_a_relative_path_is_refused_and_the_anchored_one_is_shown(target, company):
    run = target.play(SCENE, link_store="sqlite:///state/links.db")

    stops(run, company, "relative path 'state/links.db'", "Write sqlite:////", "$MELTANO_PROJECT_ROOT/state/links.db")


def test_a_link_store_that_is_no_url_is_refused_with_an_example(target, company):
    stops(target.play(SCENE, link_store="links.db"), company, "no SQLAlchemy URL", "sqlite:////")


def test_a_file_that_is_no_link_store_is_refused(target, company):
    (target.folder / "links.db").write_text("customer;number\n" * 100)

    stops(target.play(SCENE), company, "cannot be used (file is not a database)")


def test_a_link_store_of_a_newer_release_is_refused(target, company):
    target.play(SCENE)
    company.forget_stats()
    with sqlite3.connect(target.folder / "links.db") as store:
        store.execute("UPDATE meta SET value = '99' WHERE name = 'version'")

    stops(target.play(SCENE), company, "has schema version 99", "use the release that wrote it, or a newer one")


@pytest.mark.parametrize("place", ["config.json", "/proc"])
def test_a_folder_in_which_nothing_can_be_made_is_named(target, company, place):
    """Neither below a file nor in /proc can anybody make a file, not even root."""
    run = target.play(SCENE, link_store=f"sqlite:///{target.folder / place}/below/links.db")

    stops(run, company, "/below/links.db cannot be made")


def test_a_full_disk_stops_the_run_and_the_next_one_makes_nothing_twice(target, company):
    limited = ["bash", "-c", 'ulimit -f 140; exec "$@"', "bash", *target.command(batch_size_rows=20)]
    people = "".join(_person(number) for number in range(1, 101))
    full = subprocess.run(limited, input=_schema() + people, capture_output=True, text=True, timeout=120, check=False)

    assert full.returncode == 1, full.stderr
    assert "links.db failed (" in full.stderr
    assert "Traceback" not in full.stderr
    assert covered(full.stdout) <= len(made(company)) < 100

    run = target.run(_schema() + people, grace_seconds=0)

    assert run.code == 0, run.log
    assert made(company) == sorted(f"C{number}" for number in range(1, 101))


def _schema() -> str:
    schema = {"properties": {"id": {"type": "string"}}}
    return json.dumps({"type": "SCHEMA", "stream": "customers", "schema": schema, "key_properties": ["id"]}) + "\n"


def _person(number: int) -> str:
    record = {"id": f"C{number}", "first_name": "Åse", "last_name": f"Nr {number}", "addresses": [], "number": "9" * 30}
    state = {"bookmarks": {"customers": {"replication_key_value": number}}}
    messages = [
        {"type": "RECORD", "stream": "customers", "record": record},
        {"type": "STATE", "value": state},
    ]
    return "".join(json.dumps(each) + "\n" for each in messages)


def covered(output: str) -> int:
    """How far the last STATE reaches."""
    told = output.splitlines()
    return json.loads(told[-1])["bookmarks"]["customers"]["replication_key_value"] if told else 0


def made(company) -> list[str]:
    """The persons that the company holds."""
    return sorted(each["information1"] for each in company.rows("address") if each["name"].startswith("Åse Nr "))


# two at a time


@contextmanager
def busy(target):
    """A sync that has begun, and ends when its tap does."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(target.command(), stdin=subprocess.PIPE, text=True, **quiet) as process:
        try:
            process.stdin.write(target.scene("customers_company"))
            process.stdin.flush()
            lock, end = target.folder / "links.db.lock", time.monotonic() + 120
            while not (lock.exists() and lock.read_text()):
                assert (process.poll(), time.monotonic() < end) == (None, True), "it never began"
                time.sleep(0.02)
            yield process
        except BaseException:
            process.kill()
            raise


def test_a_second_sync_is_refused_and_names_the_first(target, company):
    with busy(target) as first:
        run = target.play(SCENE)

    assert first.returncode == 0
    assert run.code == 1
    assert f"another sync of webshop/1234567 is running (process {first.pid})" in run.log
    assert "Traceback" not in run.log
    assert (run.states, address(company)) == ([], [])


def test_a_patient_second_sync_waits_for_the_first(target, company):
    with busy(target) as first:
        end = threading.Timer(1, first.stdin.close)
        end.start()
        run = target.play(SCENE, lock_patience=600)
        end.join()

    assert run.code == 0, run.log
    assert len(address(company)) == 1


# the company


def test_a_page_of_html_in_place_of_an_answer_is_asked_for_again(target, company, hurried):
    company.fault("html_502", times=1, match={"operation": "query"})

    run = target.play(SCENE)

    assert run.code == 0, run.log
    assert [1 <= each < 2 for each in hurried] == [True]
    assert len(address(company)) == 1


def test_a_page_of_html_in_place_of_a_write_leaves_the_record_to_the_next_run(target, company):
    company.fault("html_502", times=1, match=WRITES)

    first = target.play(SCENE, grace_seconds=60)
    told = target.counts()["customers"]
    target.let_pass(60)
    second = target.run("", grace_seconds=60)

    assert (first.code, second.code) == (0, 0), second.log
    assert (told["created"], told["held"]) == (0, 1)
    assert len(first.states) > 0, "the record is kept, so its STATE may go"
    assert len(address(company)) == 1


def test_too_many_requests_are_sent_again_when_the_company_says(target, company, hurried):
    company.fault("http_429", times=2, retry_after=30)

    run = target.play(SCENE)

    assert run.code == 0, run.log
    assert [30 <= each < 31 for each in hurried] == [True, True]
    assert len(address(company)) == 1


def test_a_token_that_expires_on_the_way_is_renewed(target, company):
    company.fault("expired_token", times=1, match=WRITES)

    run = target.play(SCENE)

    assert run.code == 0, run.log
    assert len(address(company)) == 1


@pytest.mark.parametrize("answer", ["error", "close"])
def test_a_time_out_after_the_work_is_found_out_by_the_next_run(target, company, answer):
    company.fault("timeout_after_commit", times=1, answer=answer)

    first = target.play(SCENE)
    second = target.run("")

    assert (first.code, second.code) == (0, 0), second.log
    assert len(address(company)) == 1
    assert target.counts()["customers"]["created"] == 1, "by us, though we never heard so"
    assert target.rejects() == []


def test_work_that_goes_on_after_the_time_out_is_waited_for(target, company):
    company.fault("late_commit", times=1, seconds=None)

    target.play(SCENE, grace_seconds=300)
    target.let_pass(150)
    target.play(SCENE, grace_seconds=300)
    there_too_early = address(company)
    company.land_late()
    target.play(SCENE, grace_seconds=300)

    assert there_too_early == []
    assert len(address(company)) == 1
    assert target.counts()["customers"]["created"] == 1


def test_an_edit_whose_answer_was_lost_is_neither_lost_nor_a_conflict(target, company):
    target.play(SCENE)
    company.fault("timeout_after_commit", times=1)

    target.play("customers_moved")
    run = target.run("")

    assert run.code == 0, run.log
    assert address(company)[0]["addressLine1"] != "Åsgårdsvegen 7"
    assert company.stats()["rows_updated"]["address"] == 1
    with sqlite3.connect(target.folder / "links.db") as store:
        assert store.execute("SELECT count(*) FROM conflict").fetchone() == (0,)
        assert store.execute("SELECT count(*) FROM pending").fetchone() == (0,)
        assert store.execute("SELECT count(*) FROM hold").fetchone() == (0,)


def test_an_account_that_is_refused_is_made_when_its_order_is_tried_again(target, company):
    company.fault("refuse_row", times=1, match={"table": "associate"}, message="Ikke nå.")
    target.play("customers_person", "products_one", "orders_one")
    (reject,) = target.rejects()

    assert reject["source_id"] == "O1"
    assert "Ikke nå." in reject["message"]
    assert company.rows("order") == []

    assert target.crosswalk("rejects", "retry").exit_code == 0
    run = target.run("")

    assert run.code == 0, run.log
    (associate,) = company.rows("associate", information1="C1")
    assert company.rows("order")[0]["customerNo"] == associate["customerNo"]


def test_an_account_whose_answer_was_lost_does_not_cost_its_order(target, company):
    company.fault("timeout_after_commit", times=1, match={"field": "associate_create", "operation": "mutation"})
    target.play("customers_person", "products_one", "orders_one")
    assert company.rows("order") == []

    run = target.run("")

    assert run.code == 0, run.log
    (associate,) = company.rows("associate", information1="C1")
    assert company.rows("order")[0]["customerNo"] == associate["customerNo"]
    assert address(company)[0]["associateNo"] == associate["associateNo"]
