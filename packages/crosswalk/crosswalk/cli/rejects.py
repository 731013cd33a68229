"""`crosswalk rejects`: records that could not be written, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk.cli import entities
from crosswalk.cli.printing import AS_JSON, as_text, changing, fail, open_store, show, time
from crosswalk.sides import Side
from crosswalk.tables import reject as reject_table
from crosswalk.words import counted

if TYPE_CHECKING:
    from crosswalk.entries import Reject
    from crosswalk.values import Values

ENTITY_IF_ANY = click.argument("entity", required=False, callback=entities.known)


@click.group()
def rejects() -> None:
    """Records that could not be written, and why."""


@rejects.command("list")
@entities.OPTION
@AS_JSON
@click.pass_obj
def list_rejects(url: str, entity: str | None, *, as_json: bool) -> None:
    """List rejected and waiting records, oldest first."""
    conditions = [reject_table.c.entity == entity] if entity else []
    found = [_reject(each) for each in open_store(url).rejects(*conditions)]
    show(found, ["entity", "source_id", "kind", "message", "attempts", "first_at", "next_retry_at"], as_json=as_json)


@rejects.command("show")
@entities.ARGUMENT
@click.argument("source_id")
@click.pass_obj
def show_reject(url: str, entity: str, source_id: str) -> None:
    """Show one rejected record whole, with its reason."""
    store = open_store(url)
    found = store.rejects(reject_table.c.entity == entity, reject_table.c.source_id == source_id)
    if not found:
        fail(_not_rejected(entity, source_id))
    click.echo(as_text({**_reject(found[0]), "record": found[0].record}))


@rejects.command("retry")
@ENTITY_IF_ANY
@click.argument("source_id", required=False)
@click.pass_obj
def retry_rejects(url: str, entity: str | None, source_id: str | None) -> None:
    """Try records again with the next run: all, those of an entity, or one."""
    number = open_store(url).retry_now(entity, source_id)
    if entity and source_id and not number:
        fail(_not_rejected(entity, source_id))
    click.echo(f"{counted(number, 'record')} will be tried again with the next run")


@rejects.command("drop")
@entities.ARGUMENT
@click.argument("source_id", required=False)
@click.option("--all", "every", is_flag=True, help="Every one of the entity.")
@click.option("--side", type=click.Choice([each.value for each in Side]), help="Only those that came from this side.")
@click.pass_obj
def drop_rejects(url: str, entity: str, source_id: str | None, side: str | None, *, every: bool) -> None:
    """Give up what was refused: it is not tried again by itself. Neither system is changed.

    A record that a run reads again, because it was edited or everything is read anew, is tried like any other.
    """
    if every == bool(source_id):
        raise click.UsageError("say which: 'drop ENTITY ID', or all of them: 'drop ENTITY --all'")
    with changing(url) as store:
        dropped = store.drop(entity, source_id, Side(side) if side else None)
    if source_id and not dropped:
        fail(_not_rejected(entity, source_id))
    click.echo(f"{counted(dropped, 'reject')} dropped; what a run reads again is tried like any other record")


def _not_rejected(entity: str, source_id: str) -> str:
    return f"{entity} '{source_id}' is not rejected; 'crosswalk rejects list' shows what is"


def _reject(reject: Reject) -> Values:
    waiting = f"{reject.waiting_entity} '{reject.waiting_key}'" if reject.waiting_entity else None
    return {
        "entity": reject.entity,
        "side": reject.side.value,
        "source_id": reject.source_id,
        "kind": reject.kind,
        "message": reject.message,
        "column": reject.column,
        "waiting_on": waiting,
        "attempts": reject.attempts,
        "first_at": time(reject.first_at),
        "next_retry_at": time(reject.next_retry_at),
    }
