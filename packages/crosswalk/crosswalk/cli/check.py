"""`crosswalk check`: whether a person is needed, for a scheduler; the last block of the shipped jobs."""

from __future__ import annotations

import time

import click

from crosswalk import watch
from crosswalk.cli.printing import AS_JSON, as_text, open_store
from crosswalk.errors import PASSING


@click.command()
@click.option("--max-lag", type=float, help="Minutes that may pass between successful runs of one direction.")
@click.option("--debt-runs", default=3, show_default=True, help="Runs in which a value may stay unwritten.")
@click.option("--grace", default=900.0, show_default=True, help="Seconds in which a write without answer may land.")
@click.option("--max-wait", default=60.0, show_default=True, help="Minutes that a record may wait for another one.")
@AS_JSON
@click.pass_obj
def check(url: str, max_lag: float | None, debt_runs: int, grace: float, max_wait: float, *, as_json: bool) -> None:
    """Say what needs a person; exit code 1 when anything does. Meant as the last block of a job."""
    store = open_store(url)
    limits = watch.Limits(max_lag * 60 if max_lag is not None else None, debt_runs, grace, max_wait * 60)
    found = watch.findings(store, limits, time.time())
    if as_json:
        click.echo(as_text([vars(each) for each in found]))
    else:
        kinds = store.open_rejects()
        waiting, later = (sum(each.get(kind, 0) for each in kinds.values()) for kind in PASSING)
        refused = sum(sum(each.values()) for each in kinds.values()) - waiting - later
        held = store.held()
        unsure = f", {held} held until it is certain what became of an earlier write" if held else ""
        click.echo(f"{refused} rejected, {waiting} waiting for another record, {later} tried again soon{unsure}")
        for each in found:
            click.echo("\n".join([f"{each.kind}: {each.message}", *(f"  {line}" for line in each.examples)]))
            click.echo(f"  -> {each.remedy}")
    if found:
        raise SystemExit(1)
