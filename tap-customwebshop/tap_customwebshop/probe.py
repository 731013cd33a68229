"""`tap-customwebshop probe`: meets a shop, tells what works, and names the key to change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from customwebshop import Retry, ShopError
from singer_sdk.exceptions import ConfigValidationError

from .probing import Report, probe
from .tap import TapCustomWebshop

if TYPE_CHECKING:
    from collections.abc import Sequence

RANKS = {"fail": 0, "warn": 1, "skipped": 2, "ok": 3}


@click.command()
@click.option("--config", "files", multiple=True, help="A settings file, or ENV for variables; may be repeated.")
@click.option("--catalog", "--properties", help="Taken, as Meltano gives it, and not used: all streams are looked at.")
@click.option("--state", help="The same.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--unmasked", is_flag=True, help="Show personal data in the records.")
def command(files: Sequence[str], catalog: str, state: str, *, as_json: bool, unmasked: bool) -> None:  # noqa: ARG001
    """Log in, read a page or two of each stream, and tell what works and which key to change.

    Exit code 0: all is well, or only warnings. 1: something fails. 2: the settings cannot be used.
    """
    try:
        tap = TapCustomWebshop(config=_settings(files), parse_env_config="ENV" in files)
        client = tap.connected(Retry(tries=2))  # a person waits for it
        report = probe(client, tap.definitions, tap.config["page_size"], tap.zone, unmasked=unmasked)
    except (ConfigValidationError, ShopError, OSError, ValueError) as error:
        click.echo("\n".join(getattr(error, "errors", None) or [str(error)]), err=True)
        raise SystemExit(2) from None
    click.echo(_as_json(report) if as_json else _told(report))
    raise SystemExit(int(any(each.status == "fail" for each in report.findings)))


def _settings(files: Sequence[str]) -> dict[str, Any]:
    """What the settings files say; the last one counts."""
    read = [json.loads(Path(each).read_text("utf-8")) for each in files if each != "ENV"]
    return {name: value for settings in read for name, value in settings.items()}


def _as_json(report: Report) -> str:
    content = {"findings": [each.as_dict() for each in report.findings], "records": report.records}
    return msgspec.json.format(msgspec.json.encode(content)).decode()


def _told(report: Report) -> str:
    """A line for each finding, what fails first, with the key to change below it; then the records."""
    found = sorted(report.findings, key=lambda each: RANKS[each.status])
    width = max(len(each.check) for each in found)
    lines = []
    for each in found:
        lines.append(f"{each.status:<7} {each.check:<{width}}  {each.seen}")
        if each.key or each.remedy:
            lines.append(f"{'':<7} {'':<{width}}  -> {': '.join(filter(None, [each.key, each.remedy]))}")
    for stream, record in report.records.items():
        lines += ["", f"A record of {stream}, as it leaves the tap:"]
        lines.append(msgspec.json.format(msgspec.json.encode(record)).decode())
    return "\n".join(lines)
