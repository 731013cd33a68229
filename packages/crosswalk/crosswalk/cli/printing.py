"""How the commands find the link store, and how they print what they found in it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from crosswalk.codec import dump, load
from crosswalk.errors import MappingError, StoreError
from crosswalk.links import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswalk.values import Value, Values

WIDE = 160
"""Columns of a table that goes into a file or a pipe."""

PROSE = ("message", "name", "property", "webshop_value", "businessnxt_value", "before", "after")
"""Columns that give way where a table is too wide: what stands in the others, as ids do, is to be typed in again."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table.")


def open_store(url: str) -> Store:
    """Open the link store, or say why not; one that is not there is not made by looking for it."""
    file = store_file(url)
    if file is not None and not file.exists():
        fail(f"there is no link store at {file}; no sync has run yet, or --link-store names another place")
    try:
        return Store(url)
    except StoreError as error:
        fail(str(error))


def store_file(url: str) -> Path | None:
    """The file of a link store; None where it is a database server, or no URL at all."""
    try:
        place = make_url(url)
    except ArgumentError:
        return None
    return Path(place.database) if place.get_backend_name() == "sqlite" and place.database else None


@contextmanager
def locked(url: str) -> Iterator[Store]:
    """The link store, with its lock: nothing is changed in the middle of a run."""
    store = open_store(url)
    try:
        store.lock.acquire()
        yield store
    except (MappingError, StoreError) as error:
        fail(str(error))
    finally:
        store.close()


@contextmanager
def changing(url: str) -> Iterator[Store]:
    """The same for one change: all of it is kept, or nothing."""
    with locked(url) as store, store.transaction():
        yield store


def fail(message: str) -> NoReturn:
    """End with a message and exit code 1."""
    raise click.ClickException(message)


def project_store(*, must_exist: bool = True) -> str:
    """The link store of the Meltano project around the current folder, as meltano.yml names it."""
    root = os.environ.get("MELTANO_PROJECT_ROOT")
    here = Path.cwd()
    places = [Path(root)] if root else [each for each in (here, *here.parents) if (each / "meltano.yml").exists()]
    if not places:
        fail("there is no Meltano project here; name the link store with --link-store or CROSSWALK_LINK_STORE")
    file = places[0] / "state" / os.environ.get("MELTANO_ENVIRONMENT", "sandbox") / "links.db"
    if must_exist and not file.exists():
        fail(f"no sync has run yet in this environment: there is no link store at {file}")
    return f"sqlite:///{file}"


def time(stamp: float | None) -> str | None:
    """A time as people and programs read it."""
    return datetime.fromtimestamp(stamp, tz=timezone.utc).isoformat(timespec="seconds") if stamp else None


def as_text(value: Value) -> str:
    """JSON with every digit of a number."""
    return json.dumps(load(dump(value)), indent=2, ensure_ascii=False, default=str)


def show(rows: Sequence[Values], names: Iterable[str], *, as_json: bool) -> None:
    """Print rows as a table of these columns, or whole as JSON."""
    if as_json:
        click.echo(as_text(list(rows)))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = list(names)
    for name in columns:
        prose = name in PROSE
        table.add_column(name.replace("_", " "), no_wrap=not prose, overflow="fold" if prose else "ellipsis")
    for row in rows:
        table.add_row(*("" if row.get(name) is None else str(row.get(name)) for name in columns))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table if rows else "nothing", highlight=False)
