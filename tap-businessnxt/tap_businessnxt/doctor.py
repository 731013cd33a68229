"""`tap-businessnxt doctor`: holds settings and streams against the company, and only reads."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from businessnxt.doctor import examine
from businessnxt.findings import Finding, Need, settings_of, tell
from businessnxt.probes import Sizes
from singer_sdk.exceptions import ConfigValidationError

from . import window
from .definition import DEFINITIONS
from .errors import TapError
from .needs import of_stream
from .tap import TapBusinessNxt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .definition import StreamDefinition
    from .streams import Plan

FILE = click.Path(dir_okay=False, path_type=Path)
STAMP = "changedTimestamp"


@click.command()
@click.option("--config", "files", multiple=True, help="A settings file, or ENV for variables; may be repeated.")
@click.option("--catalog", type=FILE, help="A catalog: only the streams that it selects are looked at.")
@click.option("--state", type=FILE, hidden=True, help="Nothing is read from it; Meltano may name one.")
@click.option("--stream", "streams", multiple=True, type=click.Choice(list(DEFINITIONS)), help="Only these streams.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--save-schema", type=FILE, help="Keep the company's schema here, for `sandbox businessnxt --schema`.")
def doctor(
    files: Sequence[str],
    catalog: Path | None,
    state: Path | None,  # noqa: ARG001 - see above
    streams: Sequence[str],
    *,
    as_json: bool,
    save_schema: Path | None,
) -> None:
    """Tell which streams can be read, what is missing in the company, and who can put it right. It only reads.

    Exit code 0: all is well, or only warnings. 1: something fails. 2: the settings cannot be used.
    """

    def look() -> list[Finding]:
        tap = TapBusinessNxt(config=settings_of(files), parse_env_config="ENV" in files)
        config = tap.config
        needs = list(needs_of(tap, streams or _selected(catalog) or DEFINITIONS))
        sizes = Sizes(page=config["page_size"], zone=config.get("server_time_zone"))
        client_id, scope = config["client_id"], config["scope"]
        return examine(tap.company, needs, client_id=client_id, scope=scope, sizes=sizes, save=save_schema)

    tell(look, in_json=as_json, unusable=(ConfigValidationError, TapError))


def _selected(catalog: Path | None) -> list[str]:
    """The streams that a catalog selects."""
    streams = json.loads(catalog.read_text("utf-8"))["streams"] if catalog else []
    chosen = {each["tap_stream_id"] for each in streams if any(map(_selects, each.get("metadata") or ()))}
    return [name for name in DEFINITIONS if name in chosen]


def _selects(entry: dict[str, Any]) -> bool:
    return not entry["breadcrumb"] and bool(entry["metadata"].get("selected"))


def needs_of(tap: TapBusinessNxt, streams: Iterable[str]) -> Iterator[Need]:
    """What these streams need of the company."""
    for name in streams:
        definition = DEFINITIONS[name]
        keys = {definition.table: definition.key}
        if definition.lines:
            keys[definition.lines.table] = definition.lines.key
        for need in of_stream(definition):
            wanted = (tap.config.get("columns") or {}).get(need.table) or ()
            hopes = {STAMP: f"changes of stream {name} are told by the minute, or all of it is read each time"}
            yield Need(
                need.table,
                keys[need.table],
                dict.fromkeys(need.columns),
                hopes={**dict.fromkeys(wanted, f"it is left out of stream {name}"), **hopes},
                purpose=f"stream {name}",
                documents=functools.partial(_sent, tap, definition) if need.table == definition.table else tuple,
            )


def _sent(tap: TapBusinessNxt, definition: StreamDefinition) -> Iterator[str]:
    """Every document that is sent for a stream, where it can be read at all."""
    if plan := tap.plan(definition):
        yield from documents(tap, plan)


def documents(tap: TapBusinessNxt, plan: Plan) -> Iterator[str]:
    """Every document that is sent for a stream, as it is sent: rows, keys, the newest stamp, the same of its lines."""
    stream, page = plan.definition, tap.company.spelling.page
    yield page(stream.table, list(plan.offer.types), stream.key)
    yield page(stream.table, stream.key, stream.key)
    if plan.way:
        yield window.newest_document(stream.table, plan.way)
    if stream.lines and plan.lines:
        yield page(stream.lines.table, list(plan.lines.types), stream.lines.key)
        yield page(stream.lines.table, stream.lines.key, stream.lines.key)
        if plan.lines_way:
            yield window.newest_document(stream.lines.table, plan.lines_way)
