"""`crosswalk rejects`: records that could not be written, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk.cli.printing import AS_JSON, as_text, fail, open_store, show, time
from crosswalk.tables import reject as reject_table
from crosswalk.words import counted

if TYPE_CHECKING:
    from crosswalk.entries import Reject
    from crosswalk.values import Values


@click.group()
def rejects() -> None:
    """Records that could not be written, and why."""


@rejects.command("list")
@click.option("--entity", help="Only this entity.")
@AS_JSON
@click.pass_obj
def list_rejects(url: str, entity: str | None, *, as_json: bool) -> None:
    """List rejected and waiting records, oldest first."""
    conditions = [reject_table.c.entity == entity] if entity else []
    found = [_reject(each) for each in open_store(url).rejects(*conditions)]
    show(found, ["entity", "source_id", "kind", "message", "attempts", "first_at", "next_retry_at"], as_json=as_json)


@rejects.command("show")
@click.argument("entity")
@click.argument("source_id")
@click.pass_obj
def show_reject(url: str, entity: str, source_id: str) -> None:
    """Show one rejected record whole, with its reason."""
    store = open_store(url)
    found = store.rejects(reject_table.c.entity == entity, reject_table.c.source_id == source_id)
    if not found:
        fail(f"{entity} '{source_id}' is not rejected; 'crosswalk rejects list' shows what is")
    click.echo(as_text({**_reject(found[0]), "record": found[0].record}))


@rejects.command("retry")
@click.argument("entity", required=False)
@click.argument("source_id", required=False)
@click.pass_obj
def retry_rejects(url: str, entity: str | None, source_id: str | None) -> None:
    """Try records again with the next run: all, those of an entity, or one."""
    number = open_store(url).retry_now(entity, source_id)
    click.echo(f"{counted(number, 'record')} will be tried again with the next run")


def _reject(reject: Reject) -> Values:
    waiting = f"{reject.waiting_entity} '{reject.waiting_key}'" if reject.waiting_entity else None
    return {
        "entity": reject.entity,
        "source_id": reject.source_id,
        "kind": reject.kind,
        "message": reject.message,
        "column": reject.column,
        "waiting_on": waiting,
        "attempts": reject.attempts,
        "first_at": time(reject.first_at),
        "next_retry_at": time(reject.next_retry_at),
    }
