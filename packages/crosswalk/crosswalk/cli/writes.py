"""`crosswalk writes`: what a run wrote, record by record and value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk.cli import entities
from crosswalk.cli.printing import AS_JSON, as_text, fail, open_store, time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswalk.values import Values


@click.command()
@click.argument("run_id", required=False)
@entities.OPTION
@AS_JSON
@click.pass_obj
def writes(url: str, run_id: str | None, entity: str | None, *, as_json: bool) -> None:
    """What a run wrote, the last one or RUN_ID: each record, each value before and after.

    In the link store that a dry run left: what it would have written.
    """
    store = open_store(url)
    last = next(iter(store.runs(1)), None)
    run = run_id or (last["run_id"] if last else None)
    if run_id and not store.knows_run(run_id):
        fail(f"there is no run {run_id}; 'crosswalk runs' shows the last ones")
    found = [each for each in (store.writes_of(run) if run else []) if entity in (None, each["entity"])]
    if as_json:
        click.echo(as_text([{**each, "at": time(each["at"])} for each in found]))
    elif not found:
        which = f"the last run, {run} {last['pipeline']}," if last and not run_id else f"run {run}" if run else "no run"
        click.echo(f"{which} wrote nothing{f' of {entity}' if entity else ''}; 'crosswalk runs' shows the others")
    else:
        click.echo("".join(line for each in found for line in _told(each)), nl=False)


def _told(write: Values) -> Iterator[str]:
    """A line for the record, and one for each of its values that were there before or are there after."""
    ids = " ⇄ ".join(str(write[name]) for name in ("webshop_id", "businessnxt_id") if write[name])
    yield f"{write['op']} in {write['to']}: {write['entity']} {ids}\n"
    before, after = write["before"] or {}, write["after"] or {}
    for name in {**before, **after}:
        was, is_ = before.get(name), after.get(name)
        if was not in (None, "") or is_ not in (None, ""):
            yield f"    {name}: {is_}\n" if name not in before else f"    {name}: {was} → {is_}\n"
