"""`crosswalk links`: which webshop record is which row, and how a wrong match is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crosswalk import rejoining
from crosswalk.cli import entities
from crosswalk.cli.printing import AS_JSON, as_text, changing, fail, open_store, show, time
from crosswalk.sides import Side
from crosswalk.words import counted

if TYPE_CHECKING:
    from crosswalk.entries import Link
    from crosswalk.values import Values

SIDE = click.option(
    "--side", type=click.Choice([each.value for each in Side]), default="webshop", show_default=True,
    help="Whose id it is.",
)  # fmt: skip

MATCHED_ANEW = (
    "each record is met as if for the first time when a sync reads it next: it is matched by its reference, then by "
    "the rules, else made anew. The row that still carries the webshop's id in its reference column is found again "
    "by it: empty that column first, or join the right two with 'crosswalk links relink'"
)


@click.group()
def links() -> None:
    """Which webshop record is which row."""


@links.command("find")
@click.argument("identity")
@AS_JSON
@click.pass_obj
def find_link(url: str, identity: str, *, as_json: bool) -> None:
    """Find links by a webshop id, a Business NXT key, or an alias such as a SKU."""
    found = open_store(url).find(identity)
    if not found and not as_json:
        fail(f"nothing is linked under '{identity}'")
    names = ["entity", "webshop_id", "businessnxt_id", "alias", "status", "match_rule", "written_at"]
    show([_link(each) for each in found], names, as_json=as_json)


@links.command("show")
@entities.ARGUMENT
@click.argument("identity")
@SIDE
@click.pass_obj
def show_link(url: str, entity: str, identity: str, side: str) -> None:
    """Show one link whole: what both sides last agreed on, and its lines."""
    store = open_store(url)
    link = store.links(entity, [identity], by=f"{side}_id").get(identity)
    if link is None:
        fail(rejoining.not_linked(entity, Side(side), identity))
    lines = store.children([link.id]).get(link.id, [])
    click.echo(as_text({**_link(link), "lines": [_link(each) for each in lines]}))


@links.command("unlink")
@entities.ARGUMENT
@click.argument("identity")
@SIDE
@click.pass_obj
def unlink(url: str, entity: str, identity: str, side: str) -> None:
    """Part a record and a row that are not the same thing; neither of them is changed."""
    with changing(url) as store:
        parted = rejoining.unlink(store, entity, Side(side), identity)
    lines = f" and {counted(len(parted) - 1, 'line')}" if len(parted) > 1 else ""
    click.echo(f"{entity} '{parted[0].webshop_id}' and {parted[0].businessnxt_id} are parted{lines}; {MATCHED_ANEW}")


@links.command("relink")
@entities.ARGUMENT
@click.argument("webshop_id")
@click.argument("businessnxt_id")
@click.option("--force", is_flag=True, help="Take them out of the links they are in now.")
@click.pass_context
def relink(context: click.Context, entity: str, webshop_id: str, businessnxt_id: str, *, force: bool) -> None:
    """Join the right record and the right row; their values are merged as at a first match."""
    mapping = entities.mappings(context).get(entity)
    with changing(context.obj) as store:
        strange = rejoining.unheard_of(store, entity, webshop_id, businessnxt_id)
        rejoining.relink(store, entity, webshop_id, businessnxt_id, mapping=mapping, force=force)
    for each in strange:
        click.echo(f"no run has read {each} yet: is it there? Else the sync that meets the two rejects them", err=True)
    click.echo(
        f"{entity} '{webshop_id}' and {businessnxt_id} belong together; where both have a value, 'wins' of the "
        "mapping decides when either is read next ('meltano run --full-refresh …' reads all at once)"
    )
    if mapping and mapping.lines:
        click.echo(
            "their lines are not compared: where both have the same ones, take them out of one of the two before the "
            "next sync, or each gets the other's beside its own",
            err=True,
        )


def _link(link: Link) -> Values:
    return {
        "entity": link.entity,
        "webshop_id": link.webshop_id,
        "businessnxt_id": link.businessnxt_id,
        "alias": link.alias,
        "status": link.status,
        "match_rule": link.match_rule or "made by us",
        "read_at": time(link.webshop_read_at),
        "written_at": time(link.businessnxt_wrote_at),
        "webshop": link.webshop_shadow,
        "businessnxt": link.businessnxt_shadow,
    }
