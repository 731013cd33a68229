"""`crosswalk erase` and `crosswalk rebuild`: what is taken out of the link store, and how a lost one is made anew."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from crosswalk import erasing
from crosswalk.cli import entities
from crosswalk.cli.printing import fail, locked, open_store, store_file
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict
    from pathlib import Path

    from crosswalk.mapping import Mapping

ANEW = """Now read everything anew, both ways:

  meltano{environment} run --full-refresh tap-customwebshop target-businessnxt tap-businessnxt target-customwebshop

Each row is found again by the webshop's id in its reference column, then by the match rules; nothing is made twice.
Where both sides agree, nothing is written. Where they differ there is no common past to tell who edited: 'wins' of the
mapping decides, and both values are on record in 'crosswalk conflicts list --all'."""


@click.command()
@click.argument("identity")
@click.option("--side", type=click.Choice([each.value for each in Side]), default="webshop", show_default=True,
              help="Whose id it is.")  # fmt: skip
@click.option("--entity", "of", multiple=True, callback=entities.known, help="Of which mapping; may be repeated.")
@click.pass_context
def erase(context: click.Context, identity: str, side: str, of: tuple[str, ...]) -> None:
    """Forget what is known of a person's record; delete it in both systems first.

    The ids stay, so that nothing is made of it again. Orders are records of their own: erase each by its own id.
    """
    of_side = Side(side)
    with locked(context.obj) as store:
        found = of or erasing.entities_of(store, identity, of_side)
        records = _same_record(found, of_side, entities.mappings(context))
        if not of and len(records) > 1:
            options = " or ".join(" ".join(f"--entity {each}" for each in sorted(one)) for one in records)
            fail(f"'{identity}' is the {side} id of several records; say which to forget: {options}")
        emptied = erasing.erase(store, identity, side=of_side, entities=found)
        store.shred()
    names = ", ".join(f"{each.entity} '{each.webshop_id}'" for each in emptied if not each.parent_id)
    click.echo(f"nothing but the ids is kept of {names or identity}; backups of the link store still hold the rest")


def _same_record(names: Iterable[str], side: Side, mappings: Dict[str, Mapping]) -> list[list[str]]:
    """The entities by what they are read from: a customer is an address and an associate, but no order."""
    of_source: dict[str, list[str]] = {}
    for entity in names:
        each = mappings.get(entity)
        source = entity if each is None else each.stream if side is Side.WEBSHOP else each.table
        of_source.setdefault(source, []).append(entity)
    return list(of_source.values())


@click.command()
@click.option("--yes", is_flag=True, help="Set a link store aside that holds links.")
@click.pass_obj
def rebuild(url: str, *, yes: bool) -> None:
    """Begin a link store anew when it was lost or cannot be trusted; the old one is set aside, not deleted."""
    environment = os.environ.get("MELTANO_ENVIRONMENT")
    anew = ANEW.format(environment=f" --environment={environment}" if environment else "")
    file = store_file(url)
    if file is None:
        fail(f"give the targets and crosswalk an empty database for their link_store.\n\n{anew}")
    if file.exists():
        store = open_store(url)
        try:
            if not store.empty and not yes:
                fail(f"{file} holds links; 'crosswalk rebuild --yes' sets it aside and begins anew")
            store.lock.acquire()
            store.rest()
            _set_aside(file)
        finally:
            store.close()
    click.echo(anew)


def _set_aside(file: Path) -> None:
    """Give the store another name, with what stands beside it."""
    mark = time.strftime("%Y%m%dT%H%M%S")
    aside = file.with_name(f"{file.stem}-{mark}{file.suffix}")
    for tail in ("", "-wal", "-shm"):
        part = file.with_name(file.name + tail)
        if part.exists():
            part.rename(aside.with_name(aside.name + tail))
    click.echo(f"{file} is now {aside}\n")
