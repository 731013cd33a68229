"""Draws tables of the documents from what programs, presets and lists say of themselves; cog puts them there."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml
from customwebshop.reading import personal, preset, times
from customwebshop.reading.config import contract_schema
from customwebshop.reading.converters import CONVERTERS as SHOP_CONVERTERS
from tables import table
from target_customwebshop.acts import ACTS

ROOT = Path(__file__).parent.parent


def settings(plugin: str) -> str:
    """The settings of a plugin, as its own ``--about`` tells them."""
    program = Path(sys.executable).with_name(plugin)
    answer = subprocess.run([program, "--about", "--format=json"], check=True, capture_output=True, text=True)
    schema = json.loads(answer.stdout)["settings"]
    rows = [_setting(name, about, schema.get("required", [])) for name, about in schema["properties"].items()]
    return table(["setting", "kind", "default", "what it means"], rows)


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


def shop_makes() -> str:
    """What each preset reads, and what the shop can be told, or why it cannot."""
    return table(["preset", "reads", *ACTS.values()], [_shop_make(name) for name in _makes()])


def _makes() -> list[str]:
    return sorted(set(preset.available()) - {"blank"})


def _shop_make(name: str) -> list[str]:
    told = preset.load(name)
    why = list(dict.fromkeys(told.get("unwritten", {}).values()))
    marks = {act: f"no ({chr(97 + why.index(reason))})" for act, reason in told.get("unwritten", {}).items()}
    return [f"`{name}`", ", ".join(_read(told)), *(marks.get(act, "yes") for act in ACTS)]


def _read(told: dict[str, Any]) -> list[str]:
    """The streams that a preset reads; another may be there for the writing side alone."""
    return [stream for stream, about in told["streams"].items() if (about or {}).get("enabled", True)]


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
    return table(["key", "kind", "default", "what it means"], rows)


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
    return table(["converter", "what it makes"], rows)


def shop_times() -> str:
    """How a time can be put to a shop."""
    at = datetime(2026, 1, 31, 12, 0, 0, 250000, tzinfo=timezone.utc)
    rows = [[f"`{{{name}}}`", f"`{spell(at)}`", f"{step:g} s"] for name, (spell, step) in times.SPELLINGS.items()]
    return table(["name", "such as", "exact to"], rows)


def shop_presets() -> str:
    """The presets that come with the tap, with what they rest on and cannot do."""
    return "\n\n".join(_shop_preset(name, preset.load(name)) for name in preset.available())


def _shop_preset(name: str, told: dict[str, Any]) -> str:
    parts = [("Needs", "needs"), ("Rests on", "rests_on"), ("Cannot", "cannot")]
    lists = [f"{title}:\n" + "\n".join(f"- {line}" for line in told[key]) for title, key in parts if told.get(key)]
    streams = ", ".join(f"`{stream}`" for stream in _read(told)) or "none of its own"
    head = f"### `{name}`\n\n{told['title']}. Streams: {streams}."
    return "\n\n".join([head, *lists])


def shop_personal() -> str:
    """Which properties of the contract are personal data."""
    rows = [
        [f"`{stream}`", f"`{place}`", _shop_described(contract_schema(stream), place)]
        for stream, places in personal.PERSONAL.items()
        for place in places
    ]
    return table(["stream", "property", "what it holds"], rows)


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
    return table(["", "what happens", "played by"], rows)


def _played(scene: dict[str, Any]) -> str:
    """The tests as sentences that lead to their files; where there are none, why."""
    tests = [(each, mark) for kind, mark in (("tests", ""), ("alone", " °")) for each in scene.get(kind, ())]
    names = ((*each.partition("::"), mark) for each, mark in tests)
    links = [
        f"[{name.removeprefix('test_').replace('_', ' ')}](../tests/{file}){mark}" for file, _, name, mark in names
    ]
    return ";<br>".join(links) or f"*{scene['why']}*"
