"""`target-businessnxt doctor`: holds settings and mapping files against the company, and only reads."""

from __future__ import annotations

import functools
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from businessnxt.doctor import examine
from businessnxt.findings import Finding, Need, settings_of, tell
from businessnxt.probes import Sizes
from crosswalk import CrosswalkError
from crosswalk.ways import Way
from singer_sdk.exceptions import ConfigValidationError

from target_businessnxt.company import STAMP, documents
from target_businessnxt.processings import settable
from target_businessnxt.setup import lookup_document
from target_businessnxt.target import TargetBusinessNxt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from businessnxt import Client
    from crosswalk import Mapping, MappingSet, RemoteTable
    from crosswalk.mapping import Lookup

KINDS = {"String": "text", "Int": "whole", "Date": "whole", "Flag": "whole", "Decimal": "decimal"}
"""What the types of mapping files are, said so that columns can be held against it."""


@click.command()
@click.option("--config", "files", multiple=True, help="A settings file, or ENV for variables; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--save-schema",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the company's schema in this file, for `sandbox businessnxt --schema FILE`.",
)
def doctor(files: Sequence[str], *, as_json: bool, save_schema: Path | None) -> None:
    """Tell what works, what is missing in the company, and who can put it right. Nothing is written there.

    Exit code 0: all is well, or only warnings. 1: something fails. 2: the settings or mapping files cannot be used.
    """

    def look() -> list[Finding]:
        target = TargetBusinessNxt(config=settings_of(files), parse_env_config="ENV" in files)
        client, config = target.client(), target.config
        needs = list(needs_of(target.mappings, client))
        sizes = Sizes(page=config["page_size"], batch=config["batch_size_rows"])
        return examine(
            client, needs, client_id=config["client_id"], scope=config["scope"], sizes=sizes, save=save_schema
        )

    tell(look, in_json=as_json, unusable=(ConfigValidationError, CrosswalkError))


def needs_of(mappings: MappingSet, client: Client) -> Iterator[Need]:
    """What the mapping files need of the company: tables that are written, then registers that are looked up in."""
    for mapping in mappings.mappings.values():
        if not mapping.one_way:
            table = Way(mapping).table
            yield _written(mapping, table, client)
            if mapping.lines is not None and table.lines:
                yield _written(mapping.lines, table.lines[1], client)
    lookups: defaultdict[str, list[Lookup]] = defaultdict(list)
    for lookup in mappings.used_lookups():
        lookups[lookup.table].append(lookup)
    for name, each in lookups.items():
        yield _looked_up(name, each, client)


def _written(mapping: Mapping, table: RemoteTable, client: Client) -> Need:
    lengths = {each.column: each.type.size if each.type.name == "String" else None for each in mapping.properties}
    read: dict[str, Any] = dict.fromkeys([*mapping.key, *mapping.columns, STAMP])
    ways = _ways(mapping)
    return Need(
        mapping.table,
        mapping.key,
        {**read, **lengths},
        {each.column: KINDS[each.type.name] for each in mapping.properties if each.sent or each.type.name != "String"},
        written=frozenset(settable(mapping.table, _sent(mapping))),
        ways=ways,
        ranges={each.column: each.suggest for each in mapping.properties if each.suggest},
        documents=functools.partial(documents, client, table, ways),
    )


def _sent(mapping: Mapping) -> dict[str, Any]:
    """The columns that are written, be it by a processing; what only comes back as a text may be of any type."""
    return dict.fromkeys(each.column for each in mapping.properties if each.sent and not each.drawn)


def _ways(mapping: Mapping) -> tuple[str, ...]:
    """The mutations that are used: lines that an order lost are deleted, other rows only where the file says so."""
    makes = mapping.create in {"always", "on_demand"}
    changes = not mapping.only_create or mapping.deleted_in.get("webshop") == "deactivate"
    deletes = mapping.is_lines or mapping.deleted_in.get("webshop") == "delete"
    return tuple(way for way, used in (("create", makes), ("update", changes), ("delete", deletes)) if used)


def _looked_up(table: str, lookups: Sequence[Lookup], client: Client) -> Need:
    numbers: dict[str, list[int]] = {}
    for lookup in lookups:
        known = numbers.setdefault(lookup.key, [])
        known += [each for each in lookup.values.values() if each not in known and each]
    columns = dict.fromkeys(name for lookup in lookups for name in (lookup.key, lookup.by))
    return Need(
        table,
        columns=columns,
        numbers={key: wanted for key, wanted in numbers.items() if wanted},
        documents=lambda: (lookup_document(lookup, client) for lookup in lookups),
    )
