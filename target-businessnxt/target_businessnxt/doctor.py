"""`target-businessnxt doctor`: holds settings and mapping files against the company, and only reads."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from businessnxt.doctor import Finding, Need, examine
from crosswalk import CrosswalkError
from singer_sdk.exceptions import ConfigValidationError

from target_businessnxt.target import TargetBusinessNxt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crosswalk import Mapping, MappingSet

RANKS = {"fail": 0, "warn": 1, "skipped": 2, "ok": 3}


@click.command()
@click.option("--config", "files", multiple=True, help="A settings file, or ENV for variables; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(files: Sequence[str], *, as_json: bool) -> None:
    """Tell what works, what is missing in the company, and who can put it right. Nothing is written.

    Exit code 0: all is well, or only warnings. 1: something fails. 2: the settings or mapping files cannot be used.
    """
    try:
        target = TargetBusinessNxt(config=_settings(files), parse_env_config="ENV" in files)
        needs = list(needs_of(target.mappings))
    except (ConfigValidationError, CrosswalkError, OSError, ValueError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    found = examine(target.client(), needs, client_id=target.config["client_id"], scope=target.config["scope"])
    found.sort(key=lambda each: RANKS[each.status])
    click.echo(json.dumps([each.as_dict() for each in found], indent=2) if as_json else _told(found))
    raise SystemExit(int(any(each.status == "fail" for each in found)))


def _settings(files: Sequence[str]) -> dict[str, Any]:
    """What the settings files say; the last one counts."""
    read = [json.loads(Path(each).read_text("utf-8")) for each in files if each != "ENV"]
    return {name: value for settings in read for name, value in settings.items()}


def needs_of(mappings: MappingSet) -> Iterator[Need]:
    """What the mapping files need of the company: tables that are written, then registers that are looked up in."""
    for mapping in mappings.mappings.values():
        if not mapping.one_way:
            yield _written(mapping)
            if mapping.lines is not None:
                yield _written(mapping.lines)
    columns: defaultdict[str, dict[str, None]] = defaultdict(dict)
    numbers: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for lookup in mappings.used_lookups():
        columns[lookup.table] |= dict.fromkeys((lookup.key, lookup.by))
        if lookup.values:
            known = numbers[lookup.table].setdefault(lookup.key, [])
            known += [each for each in lookup.values.values() if each not in known and each]
    for table, named in columns.items():
        yield Need(table, named, numbers=numbers[table])


def _written(mapping: Mapping) -> Need:
    lengths = {each.column: each.type.size if each.type.name == "String" else None for each in mapping.properties}
    read: dict[str, Any] = dict.fromkeys([*mapping.key, *mapping.columns])
    ranges = {each.column: each.suggest for each in mapping.properties if each.suggest}
    sent = frozenset(each.column for each in mapping.properties if each.sent and not each.drawn)
    return Need(mapping.table, {**read, **lengths}, sent, ("create", "update"), ranges)


def _told(found: Sequence[Finding]) -> str:
    """A line for each finding, what fails first, with what to do below it."""
    width = max(len(each.check) for each in found)
    lines = []
    for each in found:
        lines.append(f"{each.status:<5} {each.check:<{width}}  {each.seen}")
        if each.remedy:
            lines.append(f"{'':<5} {'':<{width}}  -> {each.remedy}{f' ({each.who})' if each.who else ''}")
    return "\n".join(lines)
