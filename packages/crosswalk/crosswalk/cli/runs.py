"""`crosswalk runs`: what the last runs did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk.cli.printing import AS_JSON, as_text, open_store, show, time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswalk.values import Values


@click.command()
@click.option("--limit", default=20, show_default=True, help="How many of the last runs.")
@AS_JSON
@click.pass_obj
def runs(url: str, limit: int, *, as_json: bool) -> None:
    """What the last runs did, newest first."""
    found = [_run(each) for each in open_store(url).runs(limit)]
    if as_json:
        click.echo(as_text(found))
        return
    rows = [row for each in found for row in _run_rows(each)]
    names = ["run_id", "into", "exit", "entity", "read", "created", "adopted", "updated", "unchanged", "held",
             "waiting", "rejected"]  # fmt: skip
    show(rows, names, as_json=False)


def _run(run: Values) -> Values:
    return {**run, "started_at": time(run["started_at"]), "ended_at": time(run["ended_at"])}


def _run_rows(run: Values) -> Iterator[Values]:
    """One row per entity; the run itself is named in the first."""
    head = {"run_id": run["run_id"], "into": run["pipeline"].rpartition("-")[2], "exit": run["exit"] or "did not end"}
    for entity, counts in (run["counts"] or {"nothing": {}}).items():
        yield {**head, "entity": entity, **counts}
        head = {}
