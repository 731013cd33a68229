"""Draws the tables of the documents from what programs and mapping files say of themselves; cog puts them there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from crosswalk import Side
from crosswalk.converters import CONVERTERS
from crosswalk.grammar import schema
from crosswalk.loading import load_mappings
from crosswalk.prepare import STEPS
from customwebshop.reading import personal, preset, times
from customwebshop.reading.config import contract_schema
from customwebshop.reading.converters import CONVERTERS as SHOP_CONVERTERS
from target_customwebshop.acts import ACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "contract" / "both_ways"))
from trials import ALL, proof  # noqa: E402 - it stands among the tests, which know what each of them proves

PROOFS = {(each.mapping.entity, each.row.name): {side.value: proof(each, side) for side in Side} for each in ALL}
MAPPING = ROOT / "mapping"
ARROWS = {"both": "⇄", "to_businessnxt": "→", "to_webshop": "←"}


def settings(plugin: str) -> str:
    """The settings of a plugin, as its own ``--about`` tells them."""
    program = Path(sys.executable).with_name(plugin)
    answer = subprocess.run([program, "--about", "--format=json"], check=True, capture_output=True, text=True)
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
        return _table(head, rows)
    return _table([*head, "proved by"], [[*row, _proof(of)] for row, of in zip(rows, tests, strict=True)])


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
    return _table(["step", "what it does"], [[f"`{name}`", _first_line(step)] for name, step in STEPS.items()])


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
    return _table(["name", "number in the company", "fixed"], [*read, *fixed])


def _pairs(pairs: dict[str, Any]) -> str:
    return ", ".join(f"{word if word != '*' else 'else'} → {value}" for word, value in pairs.items())


def words(part: str) -> str:
    """What can stand in a mapping file (`file`) or in one of its rows (`row`), as its JSON Schema says."""
    definitions = schema()["$defs"]
    place = schema() if part == "file" else definitions["row"]
    rows = [[f"`{name}`", _described(about, definitions)] for name, about in place["properties"].items()]
    return _table(["word", "what it means"], rows)


def _described(about: dict[str, Any], definitions: dict[str, Any]) -> str:
    referred = definitions.get(about.get("$ref", "").rpartition("/")[2], {})
    return str(about.get("description") or referred.get("description", ""))


def converters() -> str:
    """What rows can name in ``via:``."""
    rows = [[f"`{name}`", converter.meaning] for name, converter in sorted(CONVERTERS.items())]
    return _table(["converter", "what it does"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":--"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


# webshops


def shop_makes() -> str:
    """What each preset reads, and what the shop can be told, or why it cannot."""
    return _table(["preset", "reads", *ACTS.values()], [_shop_make(name) for name in _makes()])


def _makes() -> list[str]:
    return sorted(set(preset.available()) - {"blank"})


def _shop_make(name: str) -> list[str]:
    told = preset.load(name)
    reads = ", ".join(stream for stream, about in told["streams"].items() if (about or {}).get("enabled", True))
    why = list(dict.fromkeys(told.get("unwritten", {}).values()))
    marks = {act: f"no ({chr(97 + why.index(reason))})" for act, reason in told.get("unwritten", {}).items()}
    return [f"`{name}`", reads, *(marks.get(act, "yes") for act in ACTS)]


def shop_reasons() -> str:
    """Why a shop cannot be told something, by the letters of the table."""
    lines = []
    for name in _makes():
        why = dict.fromkeys(preset.load(name).get("unwritten", {}).values())
        told = "; ".join(f"({chr(97 + at)}) {reason}" for at, reason in enumerate(why))
        lines += [f"- `{name}`: {told}."] if told else []
    return "\n".join(lines)


def shop_keys(part: str) -> str:
    """What can stand in one part of a stream's definition, as the JSON Schema of presets says."""
    rows = []
    for name, about in preset.schema()["$defs"][part]["properties"].items():
        rows.append([f"`{name}`", _shop_kind(about), _shop_default(about), _shop_meaning(about)])
    return _table(["key", "kind", "default", "what it means"], rows)


def _shop_meaning(about: dict[str, Any]) -> str:
    pointed = preset.schema()["$defs"].get(about.get("$ref", "").rpartition("/")[2], {})
    return about.get("description") or pointed.get("description", "")


def _shop_kind(about: dict[str, Any]) -> str:
    if "enum" in about:
        return ", ".join(f"`{word}`" for word in about["enum"])
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return {"jmespath": "JMESPath", "text": "text", "place": "place"}.get(name, f"see {name}")
    kinds = about.get("type", "any")
    return " or ".join([kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"])


def _shop_default(about: dict[str, Any]) -> str:
    return f"`{json.dumps(about['default'])}`" if "default" in about else ""


def shop_converters() -> str:
    """The converters that `types` can name."""
    rows = [[f"`{name}`", " ".join((make.__doc__ or "").split())] for name, make in SHOP_CONVERTERS.items()]
    return _table(["converter", "what it makes"], rows)


def shop_times() -> str:
    """How a time can be put to a shop."""
    at = datetime(2026, 1, 31, 12, 0, 0, 250000, tzinfo=timezone.utc)
    rows = [[f"`{{{name}}}`", f"`{spell(at)}`", f"{step:g} s"] for name, (spell, step) in times.SPELLINGS.items()]
    return _table(["name", "such as", "exact to"], rows)


def shop_presets() -> str:
    """The presets that come with the tap, with what they rest on and cannot do."""
    return "\n\n".join(_shop_preset(name, preset.load(name)) for name in preset.available())


def _shop_preset(name: str, told: dict[str, Any]) -> str:
    parts = [("Needs", "needs"), ("Rests on", "rests_on"), ("Cannot", "cannot")]
    lists = [f"{title}:\n" + "\n".join(f"- {line}" for line in told[key]) for title, key in parts if told.get(key)]
    streams = ", ".join(f"`{stream}`" for stream in told["streams"]) or "none of its own"
    head = f"### `{name}`\n\n{told['title']}. Streams: {streams}."
    return "\n\n".join([head, *lists])


def shop_personal() -> str:
    """Which properties of the contract are personal data."""
    rows = [
        [f"`{stream}`", f"`{place}`", _shop_described(contract_schema(stream), place)]
        for stream, places in personal.PERSONAL.items()
        for place in places
    ]
    return _table(["stream", "property", "what it holds"], rows)


def _shop_described(schema: dict[str, Any], place: str) -> str:
    for step in place.split("."):
        found = schema["properties"][step.removesuffix("[]")]
        schema = found["items"] if step.endswith("[]") else found
    return found["description"]


def scenarios() -> str:
    """What may happen between the two systems, and which test plays it."""
    parts = yaml.safe_load((ROOT / "docs" / "scenarios.yml").read_text())
    return "\n\n".join(f"## {each['part']}\n\n{_scenes(each['scenes'])}" for each in parts)


def _scenes(scenes: dict[int, dict[str, Any]]) -> str:
    rows = [[str(number), each["what"], _played(each)] for number, each in scenes.items()]
    return _table(["", "what happens", "played by"], rows)


def _played(scene: dict[str, Any]) -> str:
    """The tests as sentences that lead to their files; where there are none, why."""
    tests = [(each, mark) for kind, mark in (("tests", ""), ("alone", " °")) for each in scene.get(kind, ())]
    names = ((*each.partition("::"), mark) for each, mark in tests)
    links = [
        f"[{name.removeprefix('test_').replace('_', ' ')}](../tests/{file}){mark}" for file, _, name, mark in names
    ]
    return ";<br>".join(links) or f"*{scene['why']}*"
