"""Finds presets, files that tell how a known shop is read, and lays what the user set on top of them."""

from __future__ import annotations

import difflib
import json
import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .misfits import misfits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.abc import Traversable

Tree = dict[str, Any]

DEFAULT = "custom-webshop/1"
REPLACED_BY = {"paging": "style"}
"""Objects that are another thing altogether when this property differs: they are replaced, not merged."""


class PresetError(ValueError):
    """There is no such preset, or the file holds none."""


def available() -> list[str]:
    """The names of the presets that come with the tap."""
    return sorted(_names(_folder(), ""))


def load(name: str) -> Tree:
    """A preset by its name, such as `woocommerce/3`, or by the path of a file that ends in .yml or .json.

    Raises:
        PresetError: There is none, or it does not fit the schema.
    """
    tree = dict(_read(name))
    if base := tree.pop("preset", None):
        below = load(base)
        parts = {part: merged(below.get(part, {}), tree.get(part, {})) for part in ("settings", "streams", "writes")}
        tree = {**tree, **{part: told for part, told in parts.items() if told or part != "writes"}}
    return tree


def merged(below: Any, above: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """One tree on top of another: objects are merged, all else is replaced, and null takes away."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    kind = REPLACED_BY.get(name)
    if kind and above.get(kind, below.get(kind)) != below.get(kind):
        return above
    if name == "types":
        return {**below, **{place: _converter(below.get(place), told) for place, told in above.items()}}
    return {**below, **{key: merged(below[key], value, key) if key in below else value for key, value in above.items()}}


def _converter(below: Any, above: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Options of one converter are merged; another converter takes the place of the one below."""
    same = isinstance(below, dict) and isinstance(above, dict) and below.keys() == above.keys()
    return merged(below, above) if same else above


def without_nulls(stream: Mapping[str, Any]) -> Tree:
    """A stream without what null took away; inside bodies and paging null means null."""
    kept = {name: value for name, value in stream.items() if value is not None}
    for name in kept.keys() & {"request", "incremental", "revisit", "sweep", "map", "types", "enums", "defaults"}:
        if isinstance(kept[name], dict):
            kept[name] = {key: value for key, value in kept[name].items() if value is not None}
    request = kept.get("request")
    if isinstance(request, dict):
        lists = {key: request[key] for key in ("params", "headers") if isinstance(request.get(key), dict)}
        full = {
            key: {each: value for each, value in pairs.items() if value is not None} for key, pairs in lists.items()
        }
        kept["request"] = {**request, **full}
    return kept


@cache
def schema() -> Tree:
    """The JSON Schema of a preset file."""
    tree: Tree = json.loads((_folder() / "schema.json").read_text(encoding="utf-8"))
    return tree


def stream_schema() -> Tree:
    """The part of it that the setting `streams` must fit."""
    return {"$ref": "#/$defs/streams", "$defs": schema()["$defs"]}


def _folder() -> Traversable:
    return resources.files(__package__) / "presets"


def _names(folder: Traversable, before: str) -> Iterator[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _names(each, f"{before}{each.name}/")
        elif each.name.endswith(".yml"):
            yield f"{before}{each.name.removesuffix('.yml')}"


def _read(name: str) -> Tree:
    if name.endswith((".yml", ".yaml", ".json")):
        return _checked(name, _text(name))
    return _brought(name)


@cache
def _brought(name: str) -> Tree:
    """One that comes with the tap, read once; nobody changes what is in it."""
    if name not in available():
        near = difflib.get_close_matches(name, available(), n=3, cutoff=0.4)
        raise PresetError(f"there is no {name!r}; there are {', '.join(near or available())}, or a file ending in .yml")
    return _checked(name, (_folder() / f"{name}.yml").read_text(encoding="utf-8"))


def _checked(name: str, text: str) -> Tree:
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise PresetError(f"{name} is no YAML: {str(problem).splitlines()[0]}") from problem
    if complaints := list(misfits(schema(), tree)):
        raise PresetError(f"{name} is no preset: {'; '.join(complaints)}")
    return dict(tree)


def _text(path: str) -> str:
    file = Path(os.environ.get("MELTANO_PROJECT_ROOT", "")) / path
    try:
        return file.read_text(encoding="utf-8")
    except OSError as problem:
        raise PresetError(f"cannot read {file}: {problem.strerror}") from problem
