"""What the doctor makes of what it tried: pure judgement, on clocks that say what we want them to say."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from businessnxt import TimedOut, probes
from businessnxt.findings import Finding, Need, as_text, exit_code

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)
PRODUCTS = Need("product", key=("productNo",))


def company(answer):
    """A company that answers so, or fails so, whatever it is asked."""

    def execute(_document, _variables):
        if isinstance(answer, Exception):
            raise answer
        return {"useCompany": {"product": answer}}

    columns = {"productNo": SimpleNamespace(type="String")}
    return SimpleNamespace(execute=execute, columns=lambda _: columns)


def page(rows):
    return {"items": [{"productNo": str(number)} for number in range(rows)]}


@pytest.mark.parametrize(
    ("stamp", "zone", "status", "words"),
    [
        ("2026-01-31 12:58", None, "ok", "58 minutes ahead of UTC at least, so it is local time"),
        ("2026-01-31 12:01", None, "ok", "nothing tells its zone"),
        ("2026-01-31 11:00", None, "ok", "nothing tells its zone"),
        ("2026-01-31 12:58", "Europe/Oslo", "ok", "Europe/Oslo is possible"),
        ("2026-01-31 13:58", "Europe/Oslo", "fail", "in Europe/Oslo that has not come yet"),
        ("2026-01-31 12:58", "Oslo", "fail", "is no zone such as Europe/Oslo"),
    ],
)
def test_the_newest_stamp_tells_of_the_clock_what_it_can(stamp, zone, status, words):
    found = probes.judged(datetime.fromisoformat(stamp), "newest", NOW, zone)
    assert found.status == status
    assert words in found.seen


@pytest.mark.parametrize(("size", "status"), [(100, "fail"), (500, "fail"), (1000, "warn")])
def test_a_page_that_never_comes_fails_where_the_settings_ask_for_it(size, status):
    found = probes.page(company(TimedOut("no answer within 59 seconds")), PRODUCTS, size, 500, 3000)
    assert (found.status, found.remedy) == (status, "set page_size below this")


@pytest.mark.parametrize(
    ("size", "rows", "total", "status"),
    [(500, 500, 3000, "ok"), (500, 31, 31, "ok"), (500, 100, 3000, "warn"), (1000, 500, 3000, "ok")],
)
def test_a_page_that_is_cut_is_told_and_warned_of_where_it_matters(size, rows, total, status):
    found = probes.page(company(page(rows)), PRODUCTS, size, 500, total)
    assert found.status == status
    assert ("at most" in found.seen) == (rows < min(size, total))


def test_what_takes_longer_than_a_request_should_is_warned_of(monkeypatch):
    ticks = iter([0.0, 7.5])
    monkeypatch.setattr(probes.time, "monotonic", lambda: next(ticks))
    found = probes.page(company(page(500)), PRODUCTS, 500, 500, 3000)
    assert (found.status, "7.50 s, which is long" in found.seen) == ("warn", True)


def test_a_look_up_that_fails_is_told_with_the_setting_to_lower():
    found = probes.look_up(company(TimedOut("no answer within 59 seconds")), PRODUCTS, 500)
    assert (found.check, found.status) == ("batch of 500", "fail")
    assert "batch_size_rows" in found.remedy


def test_what_fails_stands_first_and_all_is_counted():
    found = [
        Finding("token", "ok", "granted"),
        Finding("clock", "skipped", "unknown"),
        Finding("table order", "fail", "may not create", "let it", "administrator"),
    ]
    lines = as_text(found).splitlines()
    assert lines[0].split()[:3] == ["fail", "table", "order"]
    assert lines[1].split() == ["->", "let", "it", "(administrator)"]
    assert lines[-1] == "1 fail, 0 warn, 1 skipped, 1 ok"
    assert (exit_code(found), exit_code(found[:2])) == (1, 0)
