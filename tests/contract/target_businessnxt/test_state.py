"""STATE: it follows each batch that is confirmed, never runs ahead of one, and belongs to one link store."""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = {"type": "SCHEMA", "stream": "customers", "schema": {"properties": {"id": {"type": "string"}}},
          "key_properties": ["id"]}  # fmt: skip
MANY = 40


def record(number: int, **more: object) -> dict:
    customer = {"id": f"C{number:03}", "first_name": "Åse", "last_name": f"Nr {number}", "addresses": []}
    return {"type": "RECORD", "stream": "customers", "record": {**customer, **more}}


def state(number: int) -> dict:
    return {"type": "STATE", "value": {"bookmarks": {"customers": {"replication_key_value": number}}}}


def text(*messages: dict) -> str:
    return "".join(json.dumps(each) + "\n" for each in messages)


def customers(*, state_every: int, first: int = 1) -> str:
    """Forty customers, the last of each group followed by a STATE that covers it and all before it."""
    messages = [SCHEMA]
    for number in range(first, MANY + 1):
        messages += [record(number), state(number)] if number % state_every == 0 else [record(number)]
    return text(*messages)


def covered(states: list[dict]) -> list[int]:
    """How far each STATE reaches."""
    return [each["bookmarks"]["customers"]["replication_key_value"] for each in states]


def arrived(company) -> list[str]:
    """The customers that the company holds, by the webshop's id."""
    return sorted(each["information1"] for each in company.rows("address") if each["information1"].startswith("C0"))


def ids(numbers: Iterable[int]) -> list[str]:
    return [f"C{each:03}" for each in numbers]


@contextmanager
def running(target, content: str, **settings: object):
    """The target at work on this input, with its STATE to read as it comes."""
    source = target.folder / "input.singer"
    source.write_text(content)
    command = [*target.command(**settings), "--input", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_state_follows_each_batch(target, company):
    company.fault("latency", ms=60)
    held_when_told = []

    with running(target, customers(state_every=10), batch_size_rows=10) as process:
        for line in process.stdout:
            held_when_told.append((*covered([json.loads(line)]), len(arrived(company))))  # noqa: PERF401 - counted while it runs

    assert process.returncode == 0
    reaches = [reach for reach, _ in held_when_told]
    assert reaches == sorted(reaches)
    assert set(reaches) == {10, 20, 30, 40}
    assert all(held >= reach for reach, held in held_when_told), held_when_told


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_run_that_is_ended_in_the_middle_has_told_no_state_ahead(target, company, how, code):
    company.fault("latency", ms=90)

    with running(target, customers(state_every=5), batch_size_rows=10) as process:
        told = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(how)
        told += [json.loads(each) for each in process.stdout]
        process.wait()

    reach = covered(told)[-1]
    assert process.returncode == code
    assert 0 < reach < MANY, "it was ended in the middle"
    assert set(ids(range(1, reach + 1))) <= set(arrived(company))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_next_run_goes_on_from_the_last_state_and_makes_nothing_twice(target, company, how):
    """No grace is needed: the neighbour has long done what it was sent when a new process is up."""
    company.fault("latency", ms=90)
    with running(target, customers(state_every=5), batch_size_rows=10, grace_seconds=0) as process:
        reach = covered([json.loads(process.stdout.readline())])[0]
        process.send_signal(how)

    run = target.run(customers(state_every=5, first=reach + 1), batch_size_rows=10, grace_seconds=0)

    assert run.code == 0, run.log
    assert arrived(company) == ids(range(1, MANY + 1))


def test_a_state_after_each_record_does_not_make_each_record_a_batch(target, company):
    run = target.run(customers(state_every=1), batch_size_rows=20)

    assert run.code == 0, run.log
    assert arrived(company) == ids(range(1, MANY + 1))
    assert company.stats()["writes"] <= 4
    assert covered(run.states)[-1] == MANY


def test_a_tap_without_state_is_carried_over_all_the_same(target, company):
    run = target.run(text(SCHEMA, record(1), record(2)))

    assert (run.code, run.states) == (0, [])
    assert arrived(company) == ids([1, 2])


def test_a_state_before_any_record_comes_out_again(target, company):
    target.run(text(SCHEMA, state(6)))

    run = target.run(text(state(7), SCHEMA))

    assert run.code == 0, run.log
    assert covered(run.states)[-1] == 7
    assert company.stats()["writes"] == 0


def test_a_tap_that_goes_on_meets_no_store_that_never_ran(target, company):
    run = target.run(text(state(7), SCHEMA, record(8)))

    assert run.code == 1
    assert "goes on from an earlier run" in run.log
    assert "crosswalk rebuild" in run.log
    assert (run.states, arrived(company)) == ([], [])


def test_records_before_any_schema_stop_the_run(target, company):
    run = target.run(text(record(1), SCHEMA, state(1)))

    assert run.code == 1
    assert "'customers'" in run.log
    assert "schema" in run.log.lower()
    assert (run.states, arrived(company)) == ([], [])


def test_records_in_the_order_read_before_their_state_are_all_there(target, company):
    """A STATE that arrives while a batch is half full covers that half, and must not go before it."""
    run = target.run(text(SCHEMA, *map(record, range(1, 6)), state(5), *map(record, range(6, 8))), batch_size_rows=7)

    assert covered(run.states)[-1] == 5
    assert arrived(company) == ids(range(1, 8))


def test_a_state_that_was_made_with_another_link_store_is_refused_with_the_way_out(target, company):
    foreign = {"type": "STATE", "value": {"bookmarks": {}, "crosswalk": {"store_id": "of-another-store"}}}

    run = target.run(text(foreign, SCHEMA, record(1), state(1)))

    assert run.code == 1
    assert "made with another link store" in run.log
    assert "--full-refresh" in run.log
    assert "Traceback" not in run.log
    assert (run.states, arrived(company)) == ([], [])


def test_a_state_of_the_same_link_store_is_welcome(target, company):
    first = target.run(text(SCHEMA, record(1), state(1)))
    second = target.run(text({"type": "STATE", "value": first.states[-1]}, SCHEMA, record(2), state(2)))

    assert second.code == 0, second.log
    assert arrived(company) == ids([1, 2])
    assert second.states[-1]["crosswalk"] == first.states[-1]["crosswalk"]


def test_singer_metadata_does_not_reach_the_company_and_makes_no_edit(target, company):
    target.run(text(SCHEMA, record(1)))
    company.forget_stats()
    stamped = record(1, _sdc_extracted_at="2026-11-23T12:00:00Z", _sdc_sequence=1)

    run = target.run(text(SCHEMA, stamped), add_record_metadata=True)

    assert run.code == 0, run.log
    assert company.stats()["requests"] == 0


def test_activate_version_deletes_nothing(target, company):
    target.run(text(SCHEMA, record(1), record(2)))

    versioned = {**record(1), "version": 2}
    run = target.run(text(SCHEMA, versioned, {"type": "ACTIVATE_VERSION", "stream": "customers", "version": 2}))

    assert run.code == 0, run.log
    assert arrived(company) == ids([1, 2])


@pytest.mark.parametrize(
    "stamp", ["2026-11-23T12:00:00.123456789Z", "2026-11-23T12:00:00.5+01:00", "2026-11-23T12:00:00"]
)
def test_any_spelling_of_the_time_of_reading_is_understood(target, company, stamp):
    """Taps in other languages write more digits or fewer, some no zone; the specification means UTC."""
    run = target.run(text(SCHEMA, {**record(1), "time_extracted": stamp}))

    assert run.code == 0, run.log
    assert arrived(company) == ids([1])


def test_a_time_of_reading_that_is_none_is_named(target, company):
    run = target.run(text(SCHEMA, {**record(1), "time_extracted": "yesterday"}))

    assert run.code == 1
    assert "time_extracted 'yesterday'" in run.log
    assert "Traceback" not in run.log
    assert arrived(company) == []


def test_a_tap_whose_clock_is_ahead_does_not_make_later_edits_stale(target, company):
    target.run(text(SCHEMA, {**record(1), "time_extracted": "2999-01-01T00:00:00Z"}))

    edited = record(1, last_name="Nr 1 Ødegård")
    run = target.run(text(SCHEMA, edited))

    assert run.code == 0, run.log
    assert [each["name"] for each in company.rows("address", information1="C001")] == ["Åse Nr 1 Ødegård"]
