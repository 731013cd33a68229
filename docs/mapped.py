"""Draws the tables of docs/mapping.md from the mapping files, each row with the tests that prove it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from crosswalk import Side
from crosswalk.converters import CONVERTERS
from crosswalk.grammar import schema
from crosswalk.loading import load_mappings
from crosswalk.prepare import STEPS
from tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "contract" / "both_ways"))
from trials import ALL, proof  # noqa: E402 - it stands among the tests, which know what each of them proves

PROOFS = {(each.mapping.entity, each.row.name): {side.value: proof(each, side) for side in Side} for each in ALL}
MAPPING = ROOT / "mapping"
ARROWS = {"both": "⇄", "to_businessnxt": "→", "to_webshop": "←"}


def mapping(file: str, *, proofs: bool = False) -> str:
    """The rows of one mapping file as the table that a consultant would draw; with `proofs`, the tests of each row."""
    content = yaml.safe_load((MAPPING / file).read_text())
    tables = [_properties(content, content, content["entity"], proofs=proofs)]
    if "lines" in content:
        lines = content["lines"]
        title = f"Each of `{content['webshop']}.{lines['webshop']}` becomes a row of `{lines['table']}`."
        if proofs:
            title = " ".join([title, _carries(lines, f"{content['entity']}.lines")])
        tables += [title, _properties(lines, {**content, **lines}, f"{content['entity']}.lines", proofs=proofs)]
    return "\n\n".join(tables)


def _properties(content: dict[str, Any], around: dict[str, Any], entity: str, *, proofs: bool) -> str:
    head = [around["webshop"], "", around.get("table", around["businessnxt"]), "type", "who wins", "notes"]
    tests = [PROOFS[entity, name] for name in _names(content["properties"])]
    wins = around.get("wins", "webshop")
    rows = [_property(row, wins, _way(row, of)) for row, of in zip(content["properties"], tests, strict=True)]
    if not proofs:
        return table(head, rows)
    return table([*head, "proved by"], [[*row, _proof(of)] for row, of in zip(rows, tests, strict=True)])


def _names(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What the rows are called: by their columns, numbered where several share one."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["businessnxt"]] += 1
        yield row["businessnxt"] + (f".{seen[row['businessnxt']]}" if seen[row["businessnxt"]] > 1 else "")


def _proof(tests: dict[str, str]) -> str:
    arrows = (("→", tests[Side.WEBSHOP.value]), ("←", tests[Side.BUSINESSNXT.value]))
    return "<br>".join(f"{arrow} `{test}`" for arrow, test in arrows if test)


def _property(row: dict[str, Any], wins: str, way: str) -> list[str]:
    return [
        _source(row),
        ARROWS[way],
        f"`{row['businessnxt']}`",
        row["type"],
        row.get("wins", wins) if way == "both" else "",
        "; ".join(_notes(row)),
    ]


def _way(row: dict[str, Any], tests: dict[str, str]) -> str:
    """Which way a row flows in truth: what is put together from several values has no way back, for one."""
    flows = [
        name for name, side in (("to_businessnxt", Side.WEBSHOP), ("to_webshop", Side.BUSINESSNXT)) if tests[side.value]
    ]
    return "both" if len(flows) > 1 else next(iter(flows), row.get("sync", "both"))


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
        "reads": f"shown in `{row.get('reads')}`",
        "same": f"compared as {row.get('same')}",
        "only": "set once, when the row is made",
        "when": f"when `{row.get('when')}`",
        "optional": "may come later",
        "suggest": f"from the range {row.get('suggest')}",
        "needed_in": f"needed in {'the webshop' if row.get('needed_in') == 'webshop' else 'Business NXT'}",
        "too_long": "refused when too long" if row.get("too_long") == "refuse" else "",
    }
    return [note for key, note in notes.items() if key in row and note]


def mappings() -> str:
    """Every mapping file, one chapter each, in the order in which records are written."""
    return "\n\n".join(_chapter(each.source) for each in load_mappings(MAPPING).mappings.values())


def _chapter(file: str) -> str:
    content = yaml.safe_load((MAPPING / file).read_text())
    rules = [f"`{rule['webshop']}` = `{rule['businessnxt']}`" for rule in content.get("match", [])]
    steps = content.get("prepare", [])
    about = [
        f"[{file}](../mapping/{file}): `{content['webshop']}` of the webshop ⇄ `{content['businessnxt']}` of the ERP.",
        _carries(content, content["entity"]),
        f"Before anything else, {' and '.join(f'`{step}`' for step in steps)} is run over the record." if steps else "",
        f"At first sight a free row is adopted where {', else '.join(rules)}." if rules else "",
    ]
    return "\n\n".join([f"## {content['entity']}", " ".join(filter(None, about)), mapping(file, proofs=True)])


def _carries(content: dict[str, Any], entity: str) -> str:
    """Where a row carries the id of its record, and which test proves that."""
    column = content.get("reference")
    if column is None or column in _names(content["properties"]):
        return f"A row is found again by `{column}`." if column else ""
    test = PROOFS[entity, column][Side.WEBSHOP.value]
    return f"The row carries the webshop's id in `{column}` (→ `{test}`)."


def steps() -> str:
    """What a mapping file can name in ``prepare:``."""
    return table(["step", "what it does"], [[f"`{name}`", _first_line(step)] for name, step in STEPS.items()])


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").strip().splitlines()[0]


def lookups() -> str:
    """What else rows can name in ``via:``: tables of the company, and of values.yml."""
    content = yaml.safe_load((MAPPING / "values.yml").read_text())
    read = [
        [f"`{name}`", f"`{each['table']}.{each['key']}`, found by `{each['by']}`", _pairs(each.get("values", {}))]
        for name, each in content["lookups"].items()
    ]
    fixed = [[f"`{name}`", "", _pairs(pairs)] for name, pairs in content["values"].items()]
    return table(["name", "number in the company", "fixed"], [*read, *fixed])


def _pairs(pairs: dict[str, Any]) -> str:
    return ", ".join(f"{word if word != '*' else 'else'} → {value}" for word, value in pairs.items())


def words(part: str) -> str:
    """What can stand in a mapping file (`file`) or in one of its rows (`row`), as its JSON Schema says."""
    definitions = schema()["$defs"]
    place = schema() if part == "file" else definitions["row"]
    rows = [[f"`{name}`", _described(about, definitions)] for name, about in place["properties"].items()]
    return table(["word", "what it means"], rows)


def _described(about: dict[str, Any], definitions: dict[str, Any]) -> str:
    referred = definitions.get(about.get("$ref", "").rpartition("/")[2], {})
    return str(about.get("description") or referred.get("description", ""))


def converters() -> str:
    """What rows can name in ``via:``."""
    rows = [[f"`{name}`", converter.meaning] for name, converter in sorted(CONVERTERS.items())]
    return table(["converter", "what it does"], rows)
