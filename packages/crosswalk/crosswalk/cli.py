"""The command line over the link store: what belongs together, what was refused and why, what the runs did."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.table import Table

from crosswalk.codec import dump, load
from crosswalk.errors import PASSING, StoreError
from crosswalk.links import Store
from crosswalk.tables import reject as reject_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswalk.entries import Link, Reject
    from crosswalk.values import Value, Values

WIDE = 160
"""Columns of a table that goes into a file or a pipe."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--link-store",
    envvar="CROSSWALK_LINK_STORE",
    help="SQLAlchemy URL of the link store; default: the one of this Meltano project and environment.",
)
@click.option("--mapping", envvar="CROSSWALK_MAPPING", help="Folder with the mapping files.", hidden=True)
@click.pass_context
def main(context: click.Context, link_store: str | None, mapping: str | None) -> None:  # noqa: ARG001 - for later commands
    """Look into the links between a webshop and Business NXT."""
    context.obj = link_store or _project_store()


@main.group()
def links() -> None:
    """Which webshop record is which row."""


@links.command("find")
@click.argument("identity")
@AS_JSON
@click.pass_obj
def find_link(url: str, identity: str, *, as_json: bool) -> None:
    """Find links by a webshop id, a Business NXT key, or an alias such as a SKU."""
    found = _open(url).find(identity)
    if not found and not as_json:
        _fail(f"nothing is linked under '{identity}'")
    _show(
        [_link(each) for each in found],
        ["entity", "webshop_id", "businessnxt_id", "alias", "status", "match_rule", "written_at"],
        as_json=as_json,
    )


@main.group()
def rejects() -> None:
    """Records that could not be written, and why."""


@rejects.command("list")
@click.option("--entity", help="Only this entity.")
@AS_JSON
@click.pass_obj
def list_rejects(url: str, entity: str | None, *, as_json: bool) -> None:
    """List rejected and waiting records, oldest first."""
    conditions = [reject_table.c.entity == entity] if entity else []
    found = [_reject(each) for each in _open(url).rejects(*conditions)]
    _show(found, ["entity", "source_id", "kind", "message", "attempts", "first_at", "next_retry_at"], as_json=as_json)


@rejects.command("show")
@click.argument("entity")
@click.argument("source_id")
@click.pass_obj
def show_reject(url: str, entity: str, source_id: str) -> None:
    """Show one rejected record whole, with its reason."""
    store = _open(url)
    found = store.rejects(reject_table.c.entity == entity, reject_table.c.source_id == source_id)
    if not found:
        _fail(f"{entity} '{source_id}' is not rejected; 'crosswalk rejects list' shows what is")
    click.echo(_json({**_reject(found[0]), "record": found[0].record}))


@rejects.command("retry")
@click.argument("entity", required=False)
@click.argument("source_id", required=False)
@click.pass_obj
def retry_rejects(url: str, entity: str | None, source_id: str | None) -> None:
    """Try records again with the next run: all, those of an entity, or one."""
    number = _open(url).retry_now(entity, source_id)
    click.echo(f"{number} record{'' if number == 1 else 's'} will be tried again with the next run")


@main.command()
@click.option("--limit", default=20, show_default=True, help="How many of the last runs.")
@AS_JSON
@click.pass_obj
def runs(url: str, limit: int, *, as_json: bool) -> None:
    """What the last runs did, newest first."""
    found = [_run(each) for each in _open(url).runs(limit)]
    if as_json:
        click.echo(_json(found))
        return
    rows = [row for each in found for row in _run_rows(each)]
    names = ["run_id", "exit", "entity", "read", "created", "adopted", "updated", "unchanged", "waiting", "rejected"]
    _show(rows, names, as_json=False)


@main.command()
@click.pass_obj
def check(url: str) -> None:
    """Report what is open; fails when records are rejected. Meant as the last block of a job."""
    store = _open(url)
    kinds = store.open_rejects()
    waiting, later = (sum(each.get(kind, 0) for each in kinds.values()) for kind in PASSING)
    refused = sum(sum(each.values()) for each in kinds.values()) - waiting - later
    click.echo(f"{refused} rejected, {waiting} waiting for another record, {later} tried again soon")
    if refused:
        for each in store.rejects(reject_table.c.kind.not_in(PASSING))[:10]:
            click.echo(f"  {each.entity} '{each.source_id}': {each.message}")
        click.echo("'crosswalk rejects list' shows all; what is corrected at its source is taken in by the next run")
        raise SystemExit(1)


def _open(url: str) -> Store:
    try:
        return Store(url)
    except StoreError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    raise click.ClickException(message)


def _project_store() -> str:
    """The link store of the Meltano project around the current folder, as meltano.yml names it."""
    root = os.environ.get("MELTANO_PROJECT_ROOT")
    here = Path.cwd()
    places = [Path(root)] if root else [each for each in (here, *here.parents) if (each / "meltano.yml").exists()]
    if not places:
        _fail("there is no Meltano project here; name the link store with --link-store or CROSSWALK_LINK_STORE")
    file = places[0] / "state" / os.environ.get("MELTANO_ENVIRONMENT", "sandbox") / "links.db"
    if not file.exists():
        _fail(f"no sync has run yet in this environment: there is no link store at {file}")
    return f"sqlite:///{file}"


def _link(link: Link) -> Values:
    return {
        "entity": link.entity,
        "webshop_id": link.webshop_id,
        "businessnxt_id": link.businessnxt_id,
        "alias": link.alias,
        "status": link.status,
        "match_rule": link.match_rule or "made by us",
        "read_at": _time(link.webshop_read_at),
        "written_at": _time(link.businessnxt_wrote_at),
        "webshop": link.webshop_shadow,
        "businessnxt": link.businessnxt_shadow,
    }


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
        "first_at": _time(reject.first_at),
        "next_retry_at": _time(reject.next_retry_at),
    }


def _run(run: Values) -> Values:
    return {**run, "started_at": _time(run["started_at"]), "ended_at": _time(run["ended_at"])}


def _run_rows(run: Values) -> Iterator[Values]:
    """One row per entity; the run itself is named in the first."""
    head = {"run_id": run["run_id"], "exit": run["exit"] or "did not end"}
    for entity, counts in (run["counts"] or {"nothing": {}}).items():
        yield {**head, "entity": entity, **counts}
        head = {}


def _time(stamp: float | None) -> str | None:
    return datetime.fromtimestamp(stamp, tz=timezone.utc).isoformat(timespec="seconds") if stamp else None


def _json(value: Value) -> str:
    return json.dumps(load(dump(value)), indent=2, ensure_ascii=False, default=str)


def _show(rows: Sequence[Values], names: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(_json(list(rows)))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = list(names)
    for name in columns:
        prose = name == "message"
        table.add_column(name.replace("_", " "), no_wrap=not prose, overflow="fold" if prose else "ellipsis")
    for row in rows:
        table.add_row(*("" if row.get(name) is None else str(row.get(name)) for name in columns))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table if rows else "nothing", highlight=False)
