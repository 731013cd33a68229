"""Draws the tables of the documents from what programs and mapping files say of themselves; cog puts them there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml
from crosswalk.converters import CONVERTERS

ROOT = Path(__file__).parent.parent
MAPPING = ROOT / "mapping"
ARROWS = {"both": "⇄", "to_businessnxt": "→", "to_webshop": "←"}


def settings(plugin: str) -> str:
    """The settings of a plugin, as its own ``--about`` tells them."""
    answer = subprocess.run([plugin, "--about", "--format=json"], check=True, capture_output=True, text=True)
    schema = json.loads(answer.stdout)["settings"]
    rows = [_setting(name, about, schema.get("required", [])) for name, about in schema["properties"].items()]
    return _table(["setting", "kind", "default", "what it means"], rows)


def _setting(name: str, about: dict[str, Any], required: list[str]) -> list[str]:
    notes = [note for note, holds in (("required", name in required), ("secret", about.get("secret"))) if holds]
    allowed = [f"`{value}`" for value in about.get("enum", []) if value is not None]
    meaning = about.get("description", "") + (f" One of {', '.join(allowed)}." if allowed else "")
    default = f"`{json.dumps(about['default'])}`" if "default" in about else ""
    return [f"`{name}`", ", ".join([_kind(about), *notes]), default, meaning]


def _kind(about: dict[str, Any]) -> str:
    kinds = about.get("type", "string")
    kind = next(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")
    return about.get("format", kind)


def mapping(file: str) -> str:
    """The rows of one mapping file as the table that a consultant would draw."""
    content = yaml.safe_load((MAPPING / file).read_text())
    tables = [_properties(content, content)]
    if "lines" in content:
        lines = content["lines"]
        title = f"Each of `{content['webshop']}.{lines['webshop']}` becomes a row of `{lines['table']}`:"
        tables += [title, _properties(lines, {**content, **lines})]
    return "\n\n".join(tables)


def _properties(content: dict[str, Any], around: dict[str, Any]) -> str:
    head = [around["webshop"], "", around.get("table", around["businessnxt"]), "type", "when both moved", "notes"]
    return _table(head, [_property(row, around.get("wins", "webshop")) for row in content["properties"]])


def _property(row: dict[str, Any], wins: str) -> list[str]:
    return [
        _source(row),
        ARROWS[row.get("sync", "both")],
        f"`{row['businessnxt']}`",
        row["type"],
        f"{row.get('wins', wins)} wins" if row.get("sync", "both") == "both" and "const" not in row else "",
        "; ".join(_notes(row)),
    ]


def _source(row: dict[str, Any]) -> str:
    if "const" in row:
        return f"always `{row['const']}`"
    if "webshop" in row:
        return f"`{row['webshop']}`"
    return f"its link in `{row['link']}`" if "link" in row else "drawn by the server"


def _notes(row: dict[str, Any]) -> list[str]:
    notes = {
        "via": f"by {row.get('via')}",
        "link": f"the linked row of `{row.get('link')}`" if "webshop" in row else "",
        "same": f"compared as {row.get('same')}",
        "only": "set once, when the row is made",
        "when": f"when `{row.get('when')}`",
        "optional": "may come later",
        "suggest": f"from the range {row.get('suggest')}",
        "too_long": "refused when too long" if row.get("too_long") == "refuse" else "",
    }
    return [note for key, note in notes.items() if key in row and note]


def mappings() -> str:
    """Every mapping file, one chapter each."""
    files = sorted(file.name for file in MAPPING.glob("*.yml") if file.name != "values.yml")
    return "\n\n".join(_chapter(file) for file in files)


def _chapter(file: str) -> str:
    content = yaml.safe_load((MAPPING / file).read_text())
    rules = [f"`{rule['webshop']}` = `{rule['businessnxt']}`" for rule in content.get("match", [])]
    about = [
        f"[{file}](../mapping/{file}): `{content['webshop']}` of the webshop ⇄ `{content['businessnxt']}` of the ERP.",
        f"The row carries the webshop's id in `{content['reference']}`." if "reference" in content else "",
        f"At first sight a free row is adopted where {', else '.join(rules)}." if rules else "",
    ]
    return "\n\n".join([f"## {content['entity']}", " ".join(filter(None, about)), mapping(file)])


def converters() -> str:
    """What rows can name in ``via:``."""
    rows = [[f"`{name}`", converter.meaning] for name, converter in sorted(CONVERTERS.items())]
    return _table(["converter", "what it does"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":--"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
