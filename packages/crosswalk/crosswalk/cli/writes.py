"""`crosswalk writes`: what a run wrote, record by record and value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk.cli.printing import AS_JSON, as_text, fail, open_store, show, time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswalk.values import Values

COLUMNS = ["to", "op", "entity", "webshop_id", "businessnxt_id", "property", "before", "after"]


@click.command()
@click.argument("run_id", required=False)
@AS_JSON
@click.pass_obj
def writes(url: str, run_id: str | None, *, as_json: bool) -> None:
    """What a run wrote, the last one or RUN_ID: each record, each value before and after.

    In the link store that a dry run left: what it would have written.
    """
    store = open_store(url)
    run = run_id or next((each["run_id"] for each in store.runs(1)), None)
    found = store.writes_of(run) if run else []
    if run_id and not found and not store.knows_run(run_id):
        fail(f"there is no run {run_id}; 'crosswalk runs' shows the last ones")
    if as_json:
        click.echo(as_text([{**each, "at": time(each["at"])} for each in found]))
        return
    show([row for each in found for row in _rows(each)], COLUMNS, as_json=False)


def _rows(write: Values) -> Iterator[Values]:
    """One row per property; the record is named in the first."""
    before, after = write["before"] or {}, write["after"] or {}
    head = {name: write[name] for name in COLUMNS if name in write and name not in ("before", "after")}
    for name in {**before, **after} or {"": None}:
        yield {**head, "property": name, "before": before.get(name), "after": after.get(name)}
        head = {}
