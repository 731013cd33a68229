"""`crosswalk conflicts`: properties that both sides changed, who won, and how a person decides otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk import disputes
from crosswalk.cli import entities
from crosswalk.cli.printing import AS_JSON, as_text, changing, fail, open_store, show, time
from crosswalk.errors import StoreError
from crosswalk.sides import Side

if TYPE_CHECKING:
    from crosswalk.disputes import Case
    from crosswalk.links import Store
    from crosswalk.values import Values

COLUMNS = ["id", "at", "entity", "webshop_id", "businessnxt_id", "name", "webshop_value", "businessnxt_value",
           "winner", "rule", "state"]  # fmt: skip


@click.group()
def conflicts() -> None:
    """Values that were overridden, or wait for a decision."""


@conflicts.command("list")
@click.option("--open/--all", "open_only", default=True, show_default=True, help="Those to be decided, or all.")
@entities.OPTION
@AS_JSON
@click.pass_obj
def list_conflicts(url: str, entity: str | None, *, open_only: bool, as_json: bool) -> None:
    """List conflicts, oldest first."""
    found = disputes.cases(open_store(url), entity=entity, open_only=open_only)
    show([_case(each) for each in found], COLUMNS, as_json=as_json)


@conflicts.command("show")
@click.argument("number", type=int, metavar="ID")
@click.pass_obj
def show_conflict(url: str, number: int) -> None:
    """Show both values, what both were before, who won and by which rule."""
    case = disputes.case(open_store(url), number)
    if case is None:
        fail(f"there is no conflict {number}; 'crosswalk conflicts list --all' shows them")
    bases = {"webshop_base": case.conflict.webshop_base, "businessnxt_base": case.conflict.businessnxt_base}
    click.echo(as_text({**_case(case), **bases, "meaning": disputes.MEANINGS.get(case.conflict.rule)}))


@conflicts.command("resolve")
@click.argument("words", nargs=-1, metavar="[ID] webshop|businessnxt")
@click.option("--all", "every", is_flag=True, help="Every open conflict of --entity.")
@click.option("--entity", callback=entities.known, help="With --all: of which entity.")
@click.pass_obj
def resolve(url: str, words: tuple[str, ...], entity: str | None, *, every: bool) -> None:
    """Say whose value stands; the next run that writes to the other side gives it that value."""
    numbers, winner = _choice(words, every=every, entity=entity)
    with changing(url) as store:
        chosen = numbers or [each.number for each in disputes.cases(store, entity=entity)]
        outcomes = [_resolve(store, each, winner) for each in chosen]
    refused = [each for each in outcomes if isinstance(each, str)]
    for each in refused:
        click.echo(each, err=True)
    follows = f"; the next run writes to {winner.other.value}" if True in outcomes else ""
    click.echo(f"{len(outcomes) - len(refused)} decided for {winner.value}{follows}")
    if refused:
        raise SystemExit(1)


def _choice(words: tuple[str, ...], *, every: bool, entity: str | None) -> tuple[list[int], Side]:
    """Which conflict, none for all of the entity, and whose value stands."""
    *named, winner = words or ("",)
    fits = not named and entity if every else len(named) == 1 and named[0].isdecimal() and not entity
    if winner not in [each.value for each in Side] or not fits:
        raise click.UsageError(
            "say 'resolve ID webshop' or 'resolve ID businessnxt', "
            "or decide all that are open: 'resolve --all --entity NAME businessnxt'"
        )
    return [int(each) for each in named], Side(winner)


def _resolve(store: Store, number: int, winner: Side) -> bool | str:
    """Decide one; gives whether anything is to be written, or the reason where it cannot be decided so."""
    try:
        return disputes.resolve(store, number, winner)
    except StoreError as error:
        return str(error)


def _case(case: Case) -> Values:
    conflict = case.conflict
    return {
        "id": case.number,
        "at": time(conflict.at),
        "entity": case.link.entity if case.link else None,
        "webshop_id": case.link.webshop_id if case.link else None,
        "businessnxt_id": case.link.businessnxt_id if case.link else None,
        "name": conflict.name or "(the whole record)",
        "webshop_value": conflict.webshop_value,
        "businessnxt_value": conflict.businessnxt_value,
        "winner": conflict.winner,
        "rule": conflict.rule,
        "state": conflict.state,
    }
