"""Tables that go into a mail or a log, where nobody can make them wider."""

from __future__ import annotations

from crosswalk.cli.conflicts import COLUMNS
from crosswalk.cli.printing import WIDE, show

ROW = {
    "id": 4711, "at": "2026-11-30T09:19:14+00:00", "entity": "customer_accounts", "webshop_id": "C-be64bd1f00aa4711",
    "businessnxt_id": "1000020", "name": "customerPreferences1", "webshop_value": "w" * 60,
    "businessnxt_value": "b" * 60, "winner": "businessnxt", "rule": "only_create", "state": "auto",
}  # fmt: skip


def test_what_is_to_be_typed_in_again_stands_whole_in_a_table_too_wide(capsys):
    show([ROW], COLUMNS, as_json=False)

    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= WIDE
    for name in ("id", "at", "entity", "webshop_id", "businessnxt_id", "rule", "state"):
        assert str(ROW[name]) in told
