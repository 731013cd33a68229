"""`crosswalk plan`: what a run would have done that was stopped because it was too much, and how it is let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk import guard
from crosswalk.cli.printing import AS_JSON, as_text, changing, fail, open_store, show, time

if TYPE_CHECKING:
    from crosswalk.entries import Plan
    from crosswalk.values import Values

COLUMNS = ["id", "at", "pipeline", "entity", "kind", "number", "allowed", "linked", "state"]


@click.group()
def plan() -> None:
    """Runs that were stopped because they would have touched too much."""


@plan.command("list")
@click.option("--open/--all", "open_only", default=True, show_default=True, help="Those that still stand, or all.")
@AS_JSON
@click.pass_obj
def list_plans(url: str, *, open_only: bool, as_json: bool) -> None:
    """List plans, newest first."""
    found = [_plan(number, each) for number, each in guard.plans(open_store(url), open_only=open_only)]
    show(found, COLUMNS, as_json=as_json)


@plan.command("show")
@click.argument("number", type=int, metavar="[ID]", required=False)
@AS_JSON
@click.pass_obj
def show_plan(url: str, number: int | None, *, as_json: bool) -> None:
    """Show what the batch would have done: each record, each value before and after."""
    found = guard.plans(open_store(url), open_only=number is None)
    chosen = next((each for each in found if number in (None, each[0])), None)
    if chosen is None:
        fail(
            "no run was stopped"
            if number is None
            else f"there is no plan {number}; 'crosswalk plan list --all' has all"
        )
    if as_json:
        click.echo(as_text({**_plan(*chosen), "steps": chosen[1].steps}))
        return
    show([_plan(*chosen)], COLUMNS, as_json=False)
    rows = [row for step in chosen[1].steps for row in _rows(step)]
    show(rows, ["webshop_id", "businessnxt_id", "property", "before", "after"], as_json=False)


@plan.command("accept")
@click.argument("number", type=int, metavar="[ID]", required=False)
@click.pass_obj
def accept_plan(url: str, number: int | None) -> None:
    """Let the next run of that direction change or delete as much of that entity as it finds; the one after may not."""
    with changing(url) as store:
        accepted = guard.accept(store, number)
    click.echo(
        f"the next run {accepted.pipeline} may {guard.WORDS[accepted.kind]} as many {accepted.entity} as it finds"
    )


def _plan(number: int, each: Plan) -> Values:
    told = {name: getattr(each, name) for name in COLUMNS if name not in ("id", "at")}
    return {"id": number, "at": time(each.at), **told, "run_id": each.run_id}


def _rows(step: Values) -> list[Values]:
    """One row per property; the record is named in the first."""
    ids = {name: step[name] for name in ("webshop_id", "businessnxt_id")}
    rows = [{"property": name, "before": pair[0], "after": pair[1]} for name, pair in step["values"].items()]
    return [{**(ids if place == 0 else {}), **row} for place, row in enumerate(rows or [{}])]
