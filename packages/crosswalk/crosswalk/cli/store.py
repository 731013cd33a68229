"""`crosswalk erase` and `crosswalk rebuild`: what is taken out of the link store, and how a lost one is made anew."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from crosswalk import repairs
from crosswalk.cli.printing import changing, fail, open_store, store_file
from crosswalk.sides import Side

if TYPE_CHECKING:
    from pathlib import Path

ANEW = """Now read everything anew, both ways:

  meltano{environment} run --full-refresh tap-customwebshop target-businessnxt tap-businessnxt target-customwebshop

Each row is found again by the webshop's id in its reference column, then by the match rules; nothing is made twice.
Where both sides agree, nothing is written. Where they differ there is no common past to tell who edited: 'wins' of the
mapping decides, and both values are on record in 'crosswalk conflicts list --all'."""


@click.command()
@click.argument("identity")
@click.option("--side", type=click.Choice([each.value for each in Side]), default="webshop", show_default=True,
              help="Whose id it is.")  # fmt: skip
@click.pass_obj
def erase(url: str, identity: str, side: str) -> None:
    """Forget what is known of a person's record; delete it in both systems first.

    The ids stay, so that nothing is made of it again. Orders are records of their own: erase each by its own id.
    """
    with changing(url) as store:
        emptied = repairs.erase(store, identity, side=Side(side))
    names = ", ".join(f"{each.entity} '{each.webshop_id}'" for each in emptied if not each.parent_id)
    click.echo(f"nothing but the ids is kept of {names or identity}; backups of the link store still hold the rest")


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
